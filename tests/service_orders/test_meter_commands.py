"""The commands about meters, with their exit codes and JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from billing_tui.operations.verify import verify_office
from billing_tui.records.tables import MeterInstallation

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_tui.operations.office import Office


def test_an_exchange_then_out_then_in_again(
    command: Callable[..., tuple[int, Any]], office: Office
) -> None:
    """A new meter has the old one's facts unless others are said; the old one goes back in."""
    code, done = command(
        "meter", "exchange", "M000001", "N1", "--out", "1012", "--in", "50", "--size", '1"',
        "--new", "--day", "2026-10-24",
    )  # fmt: skip
    assert (code, done["usage_milli"], done["size_changed"]) == (0, 3000, True)
    code, shown = command("meter", "show", "N1")
    assert (shown["meter"]["size"], shown["meter"]["dials"]) == ('1"', 6)
    assert shown["meter"]["stays"][0]["first_reading"] == 50
    code, done = command("meter", "take-out", "N1", "--read", "52", "--day", "2026-10-26")
    assert (code, done["usage_milli"]) == (0, 5000)
    code, done = command(
        "meter", "put-in", "10001", "M000001", "--read", "1012", "--day", "2026-10-28"
    )
    assert (code, done["reading"]) == (0, 1012)
    assert [s for one in verify_office(office.store) for s in one.broken] == []


def test_a_test_is_kept_with_its_verdict(command: Callable[..., tuple[int, Any]]) -> None:
    """A flow that was not told is not tested."""
    code, done = command("meter", "test", "M000001", "--low", "94.5", "--high", "100")
    assert (code, done["passed"], done["accuracy"]) == (0, False, {"low": 94500, "high": 100000})
    code, done = command("meter", "test", "M000001", "--stage", "left", "--low", "97")
    assert (code, done["passed"]) == (0, True)
    assert len(command("meter", "show", "M000001")[1]["tests"]) == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ("meter", "show", "nowhere"),
        ("meter", "exchange", "M000001", "N1", "--out", "1012", "--in", "0"),
        ("meter", "exchange", "M000001", "N1", "--new", "--out", "1008", "--in", "0"),
        ("meter", "exchange", "M000001", "M000002", "--out", "1012", "--in", "0"),
        ("meter", "put-in", "10001", "N1", "--new", "--read", "0"),
        (
            "meter",
            "put-in",
            "10001",
            "N1",
            "--new",
            "--read",
            "0",
            "--size",
            "x",
            "--dials",
            "2",
            "--unit",
            "l",
        ),
        ("meter", "take-out", "M000001", "--read", "1008"),
        ("meter", "test", "M000001"),
        ("meter", "test", "M000001", "--low", "97,5"),
        ("meter", "test", "M000001", "--low", "9750"),
    ],
)
def test_what_cannot_be_changes_nothing(
    command: Callable[..., tuple[int, Any]], arguments: tuple[str, ...]
) -> None:
    """Wrong use and wrong entries end with 2."""
    assert command(*arguments)[0] == 2
    assert MeterInstallation.select().where(MeterInstallation.to_day.is_null()).count() == 3
    assert MeterInstallation.select().count() == 3


def test_an_unknown_number_makes_a_meter_only_where_that_is_said(
    command: Callable[..., tuple[int, Any]],
) -> None:
    """The meter that may be meant is named."""
    exchange = ("meter", "exchange", "M000001", "M000020", "--out", "1012", "--in", "0")
    code, told = command(*exchange)
    assert (code, told["error"]["sentence"]) == (
        2,
        "There is no meter M000020, but M000002; say --new where the office never had it.",
    )
    assert command(*exchange, "--new")[0] == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("meter", "exchange", "M000001", "N1", "--new", "--out", "99999", "--in", "0"),
        ("meter", "take-out", "M000001", "--read", "99999"),
        ("service", "stop", "10001-01", "--read", "M000001=99999"),
        ("account", "change", "end", "10001-01", "water", "--read", "99999", "--why", "sold"),
    ],
)
def test_a_doubtful_reading_is_refused_unless_it_is_confirmed(
    command: Callable[..., tuple[int, Any]], arguments: tuple[str, ...]
) -> None:
    """As on the screens, with the sentence of the check; nothing is written before."""
    code, told = command(*arguments)
    assert (code, told["error"]["code"]) == (1, "READ-DOUBTFUL")
    assert told["error"]["sentence"].startswith("Meter M000001: ")
    assert "--confirm" in told["error"]["sentence"]
    code, told = command(*arguments, "--confirm")
    assert code == 0, told
