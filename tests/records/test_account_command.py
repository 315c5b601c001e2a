"""`billing-tui account`: find and show."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from records_city import form, ready

from billing_tui.cli.main import run
from billing_tui.records.account_flags import add_flag
from billing_tui.records.kinds import FlagKind
from billing_tui.records.open_account import open_account

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_tui.access.desk import Desk
    from billing_tui.operations.office import Office


@pytest.fixture
def account(office: Office, desk: Callable[..., Desk]) -> Callable[..., int]:
    """Runs `account ...` in an office where Rosa has an account."""
    maria = desk("maria")
    opened = open_account(maria, form(ready(maria)))
    add_flag(maria, opened.account_id, FlagKind.NO_SHUTOFF, "Certificate", proof="Form seen")

    def command(*words: str) -> int:
        return run(["--home", str(office.home.root), "--as", "maria", "account", *words])

    return command


def test_find_prints_a_table(
    account: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    """Number, name and address of what fits."""
    assert account("find", "alder", "418") == 0
    shown = capsys.readouterr().out
    assert "10001-01" in shown
    assert "Delgado, Rosa M" in shown


def test_find_prints_json(account: Callable[..., int], capsys: pytest.CaptureFixture[str]) -> None:
    """The hits as one document."""
    assert account("find", "delgado", "--json") == 0
    (hit,) = json.loads(capsys.readouterr().out)
    assert (hit["number"], hit["status"], hit["matched"]) == ("10001-01", "Active", "name")


def test_nothing_fits(account: Callable[..., int], capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing on stdout, a sentence on stderr."""
    assert account("find", "zzyzx") == 0
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "Nothing fits" in printed.err


def test_show_tells_flags_first(
    account: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    """The flag stands under the name, before the addresses."""
    assert account("show", "1000101", "--as-of", "2026-11-30") == 0
    shown = capsys.readouterr().out
    assert shown.index("No shutoff: medical") < shown.index("418 Alder Ct Unit B")
    assert "70318842" in shown
    assert "1 x 96 gal" in shown


def test_show_as_of_an_earlier_day(
    account: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    """Before the account began it had no services and no flags."""
    assert account("show", "10001-01", "--as-of", "2026-01-15", "--json") == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["services"] == shown["flags"] == []
    assert shown["on"] == "2026-01-15"


@pytest.mark.parametrize(
    "words", [("show", "99999-01"), ("show", "x"), ("show", "10001", "--as-of", "May")]
)
def test_refusals_are_sentences(
    account: Callable[..., int], capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    """A wrong number or day ends with exit code 2 and a sentence."""
    assert account(*words) == 2
    assert capsys.readouterr().err.strip().endswith(".")
