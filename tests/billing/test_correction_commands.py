"""The commands that correct reads and bills, with their exit codes and JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from bills import bill
from town import READ_DAY, WATER, adopt

from billing_tui.access.tables import ChangeRequest, Setting
from billing_tui.billing.tables import CancelledBill
from billing_tui.cli.main import run
from billing_tui.foundation.transaction import write_transaction
from billing_tui.metering.point_reads import read_on
from billing_tui.records.tables import Meter

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_tui.access.desk import Desk
    from billing_tui.operations.office import Office

FIX = ("reads", "correct", "M000001", "2026-10-14=1008")


@pytest.fixture
def command(
    town: list[int],
    desk: Callable[..., Desk],
    office: Office,
    capsys: pytest.CaptureFixture[str],
) -> Callable[..., tuple[int, Any]]:
    """Runs a command on 21 December; gives its exit code and JSON."""
    assert town
    bill(desk, "2026-10")
    with write_transaction(office.store):
        Setting.create(name="business_day", value="2026-12-21")

    def go(*arguments: str, user: str = "luis") -> tuple[int, Any]:
        code = run([*arguments, "--home", str(office.home.root), "--as", user, "--json"])
        out = capsys.readouterr().out
        return code, json.loads(out) if out else None

    return go


def test_a_preview_writes_nothing(command: Callable[..., tuple[int, Any]]) -> None:
    """Lines before and after, and the balance; the read stays."""
    code, told = command(*FIX)

    assert (code, told["done"], told["request"]) == (0, None, None)
    assert told["plan"]["reads"][0]["used_after_milli"] == 8000
    assert told["plan"]["difference_cents"] == -(429 + 21 + 104)
    assert CancelledBill.select().count() == 0


def test_apply_does_what_the_preview_showed(command: Callable[..., tuple[int, Any]]) -> None:
    """The lead carries it out; the bill says by which it was replaced."""
    code, told = command(*FIX, "--apply", "--reason", "photo")

    assert (code, told["done"]["cancelled"]) == (0, ["B26-0000001"])
    shown = command("bill", "show", "B26-0000001", "--explain")[1]
    assert any(told["done"]["posted"][0] in sentence for sentence in shown["explanation"])
    assert read_on("M000001", READ_DAY).reading == 1008


def test_a_clerk_asks(command: Callable[..., tuple[int, Any]]) -> None:
    """Applying is refused with the reason; asking leaves a request."""
    code, told = command(*FIX, "--apply", "--reason", "photo", user="maria")
    assert (code, told["error"]["code"]) == (1, "NOT-ALLOWED")

    code, told = command(*FIX, "--ask", "--reason", "photo", user="maria")

    assert (code, ChangeRequest.get_by_id(told["request"]).kind) == (0, "billing.cancel_rebill")


def test_a_reason_is_needed(command: Callable[..., tuple[int, Any]]) -> None:
    """Nothing is carried out without one."""
    code, told = command(*FIX, "--apply")

    assert (code, told["error"]["field"]) == (2, "why")


def test_a_meter_is_set_right(command: Callable[..., tuple[int, Any]]) -> None:
    """Size and multiplier in one go, with the bill that hangs on them."""
    code, told = command(
        "reads", "correct-meter", "M000001", "--size", '3/4"', "--multiplier", "0.5",
        "--apply", "--reason", "plate",
    )  # fmt: skip

    assert (code, len(told["done"]["posted"])) == (0, 1)
    assert Meter.get(Meter.number == "M000001").multiplier_milli == 500


def test_a_bill_is_cancelled_for_good(command: Callable[..., tuple[int, Any]]) -> None:
    """Nothing takes its place; a second time it is refused."""
    arguments = ("bill", "rebill", "b26-0000002", "--cancel", "--apply", "--reason", "no such")
    assert command(*arguments)[1]["done"]["posted"] == []

    assert command(*arguments)[1]["error"]["code"] == "BILL-CANCELLED"


def test_a_service_had_another_class(
    command: Callable[..., tuple[int, Any]], office: Office
) -> None:
    """Since the bill that is named, under that schedule; what cannot be meant is refused."""
    with write_transaction(office.store):
        cheaper = WATER.replace("4.29", "4.19").replace("49.61", "49.51")
        adopt(cheaper.replace("schedule: WATER", "schedule: WATER2"))
    rebill = ("bill", "rebill", "b26-0000001", "--class")
    for wrong in ("water", "electric=WATER2/SFR", "water=WATER2/NONE"):
        assert command(*rebill, wrong)[0] != 0
    assert command(*rebill, "water=WATER2/SFR", "--cancel")[0] == 2

    code, told = command(*rebill, "water=WATER2/SFR", "--apply", "--reason", "wrong class")

    assert (code, told["done"]["cancelled"]) == (0, ["B26-0000001"])
    shown = command("bill", "show", told["done"]["posted"][0])[1]
    assert shown["services"][0]["schedule"] == "WATER2"
    assert told["plan"]["difference_cents"] < 0


def test_a_doubt_and_its_end(command: Callable[..., tuple[int, Any]]) -> None:
    """Marked and settled from the command line."""
    doubt = ("reads", "doubt", "M000001", "2026-10-14", "--reason", "odd")

    assert command(*doubt)[1]["doubt"] == "odd"
    assert command(*doubt)[1]["error"]["code"] == "READ-DOUBTED"
    assert command(*doubt, "--settle")[1]["doubt"] == ""
