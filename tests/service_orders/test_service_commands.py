"""The commands of the service desk, with their exit codes and JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from moves import status_of

from billing_tui.operations.verify import verify_office

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_tui.operations.office import Office


def test_a_tenant_goes_another_comes_and_both_are_undone(
    command: Callable[..., tuple[int, Any]], office: Office
) -> None:
    """Out and in on one day; then the newest first, taken back."""
    code, out = command(
        "service", "stop", "10001-01", "--day", "2026-10-24", "--read", "M000001=1015",
        "--forward", "9 Elm St", "--forward", "Reno NV", "--forward-zip", "89501",
    )  # fmt: skip
    assert (code, out["left"], out["reads"][0]["usage_milli"]) == (0, "10001-01", 6000)
    code, come = command(
        "service", "start", "10001", "--name", "Okada, Kenji", "--day", "2026-10-24"
    )
    assert (code, come["opened"], come["reads"][0]["written"]) == (0, "10001-02", False)
    code, told = command("service", "undo", str(out["move_id"]), "--why", "x")
    assert (code, told["error"]["code"]) == (1, "MOVE-OVERTAKEN")
    assert command("service", "undo", str(come["move_id"]), "--why", "x")[0] == 0
    assert command("service", "undo", str(out["move_id"]), "--why", "x")[0] == 0
    _, listed = command("service", "moves", "10001")
    assert [(one["move_id"], bool(one["undone_at"])) for one in listed] == [
        (come["move_id"], True), (out["move_id"], True),
    ]  # fmt: skip
    assert command("service", "moves", "10002")[1] == []
    assert status_of("10001-01") == "Active"
    assert [s for one in verify_office(office.store) for s in one.broken] == []


def test_a_transfer_shares_its_readings_out(
    command: Callable[..., tuple[int, Any]], office: Office
) -> None:
    """Each meter's reading goes to the end of the move at which it is."""
    command("service", "stop", "10002-01", "--day", "2026-10-20", "--read", "M000002=1020")
    code, done = command(
        "service", "transfer", "10001-01", "10002", "--day", "2026-10-24",
        "--read", "M000001=1015", "--read", "M000002=1021",
    )  # fmt: skip
    assert code == 0, done
    assert (done["left"], done["opened"]) == ("10001-01", "10002-02")
    assert [read["reading"] for read in done["reads"]] == [1015, 1021]
    assert [s for one in verify_office(office.store) for s in one.broken] == []


def test_the_owner_is_agreed_with_and_takes_over(
    command: Callable[..., tuple[int, Any]],
) -> None:
    """After the agreement a stop opens the owner's account."""
    code, _ = command("service", "owner", "10001", "C0000002", "--from", "2026-01-01")
    assert code == 0
    _, done = command("service", "stop", "10001-01", "--read", "M000001=1015")
    assert done["owner"] == "10001-02"


def test_an_owners_agreement_is_listed_and_ended(
    command: Callable[..., tuple[int, Any]],
) -> None:
    """It ends on the day that is said, once."""
    command("service", "owner", "10001", "C0000002", "--from", "2026-01-01")
    assert command("service", "owner-ends", "10001", "--last", "2026-10-31")[0] == 0
    _, found = command("service", "owners", "10001")
    assert [(one["owner"], one["from_day"], one["to_day"]) for one in found] == [
        ("C0000002", "2026-01-01", "2026-10-31")
    ]
    assert command("service", "owner-ends", "10001")[0] == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("service", "start", "10001"),
        ("service", "start", "77777", "--name", "X"),
        ("service", "start", "10001", "--name", "X"),
        ("service", "start", "10001", "--name", "X", "--take", "water"),
        ("service", "stop", "10001-01", "--read", "M000001=-3"),
        ("service", "stop", "10001-01", "--day", "24.10.2026"),
        ("service", "stop", "10001-01"),
        ("service", "undo", "99", "--why", "x"),
        ("order", "issue", "re-read"),
        ("order", "issue", "leak check", "10001", "--kind", "electric"),
        ("order", "complete", "S26-0000009"),
    ],
)
def test_wrong_use_and_wrong_entries_exit_with_2(
    command: Callable[..., tuple[int, Any]], arguments: tuple[str, ...]
) -> None:
    """Nothing is changed by a command that cannot be meant."""
    assert command(*arguments)[0] == 2
    assert status_of("10001-01") == "Active"


def test_an_order_from_issue_to_completion(
    command: Callable[..., tuple[int, Any]], office: Office
) -> None:
    """Issue, list by route, complete; a second completion is refused."""
    code, line = command("order", "issue", "leak check", "10001", "--kind", "water")
    assert (code, line["state"], line["route"]) == (0, "Issued", "07-01")
    _, listed = command("order", "list", "--route", "07-01")
    assert [one["number"] for one in listed] == [line["number"]]
    number = line["number"]
    assert command("order", "complete", number, "--reading", "1012")[0] == 0
    assert command("order", "complete", number)[0] == 2
    assert command("order", "cancel", number, "--why", "x")[0] == 1
    _, other = command("order", "issue", "test", "10002", "--draft")
    assert command("order", "cancel", other["number"], "--why", "x")[0] == 0
    assert [s for one in verify_office(office.store) for s in one.broken] == []
