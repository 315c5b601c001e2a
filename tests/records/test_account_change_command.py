"""`billing-tui account change`, `diff` and `flags`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from records_city import form, ready
from town import adopt

from billing_tui.access.tables import ChangeRequest, Setting
from billing_tui.cli.main import run
from billing_tui.foundation.transaction import write_transaction
from billing_tui.records.lookup import account_summary
from billing_tui.records.open_account import open_account
from billing_tui.records.tables import AccountFlag, Service

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from billing_tui.access.desk import Desk
    from billing_tui.operations.office import Office

REFUSE = """
schedule: R
title: Refuse
service: refuse
effective: 2025-01-01
proration: {standard_days: 30, no_proration_between: [27, 33], fixed: by_days, tier_caps: none}
classes:
  SFR: {title: House, charges: [{code: C, label: Cart, kind: fixed, revenue: r, amount: 20.00}]}
  COM: {title: Shop, charges: [{code: C, label: Bin, kind: fixed, revenue: r, amount: 90.00}]}
examples:
  - name: a cart
    class: SFR
    from: 2026-07-01
    to: 2026-07-31
    lines: [{code: C, amount: 20.00}]
    total: 20.00
  - name: a bin
    class: COM
    from: 2026-07-01
    to: 2026-07-31
    lines: [{code: C, amount: 90.00}]
    total: 90.00
"""


@pytest.fixture
def account(office: Office, desk: Callable[..., Desk]) -> Callable[..., int]:
    """Runs `account ...` in an office where Rosa has an account."""
    maria = desk("maria")
    open_account(maria, form(ready(maria)))
    with write_transaction(office.store):
        adopt(REFUSE)
        Setting.insert(name="business_day", value="2026-11-02").execute()

    def command(*words: str, who: str = "maria") -> int:
        return run(["--home", str(office.home.root), "--as", who, "account", *words])

    return command


def refuse_of(desk: Callable[..., Desk], day: date | None = None) -> object:
    """The refuse service of the account as it stands."""
    sitting = desk("maria")
    summary = account_summary(1, day or sitting.business_day)
    return next(one for one in summary.services if one.kind == "refuse")


def test_carts_change_with_before_and_after(
    account: Callable[..., int], desk: Callable[..., Desk], capsys: pytest.CaptureFixture[str]
) -> None:
    """Two attributes in one go; both are told with what stood before."""
    assert account("change", "set", "10001", "cart_size=64", "carts=2", "--service", "refuse") == 0
    told = capsys.readouterr().err
    assert "Refuse, Cart's size in gallons: 96 -> 64" in told
    assert "Refuse, Number of carts: 1 -> 2" in told
    assert refuse_of(desk).description == "2 x 64 gal"  # type: ignore[attr-defined]
    assert account("change", "set", "10001", "carts=2") == 2
    assert account("change", "set", "10001", "zone=C", "--from", "2026-12-01") == 0
    assert "Pressure zone: A -> C" in capsys.readouterr().err


def test_a_service_is_added_and_ended(
    account: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    """A flat service needs no read; the last day is the one before."""
    assert account("change", "add", "10001", "stormwater", "S/1") in {1, 2}
    assert account("change", "end", "10001", "refuse", "--why", "own hauler") == 0
    assert str(Service.get(Service.kind == "refuse").to_day) == "2026-11-01"
    assert account("change", "add", "10001", "refuse", "R/COM", "--set", "carts=1", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["turned"][0] == {
        "whose": "Refuse",
        "what": "Schedule and class",
        "before": "",
        "after": "R COM",
    }
    assert account("change", "end", "10001", "electric", "--why", "x") == 2


def test_a_clerks_class_change_waits(
    account: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    """The sentence has the request's number; a lead's is done at once."""
    words = ("change", "class", "10001", "refuse", "COM", "--from", "2026-12-01", "--why", "shop")
    assert account(*words) == 0
    assert f"Request {ChangeRequest.get().id} waits for a lead" in capsys.readouterr().err
    assert account(*words, who="luis") == 0
    assert "Class changed from 12/01/26" in capsys.readouterr().err
    assert Service.select().where(Service.rate_class == "COM").count() == 1


def test_mail_goes_elsewhere_and_back(
    account: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a line it goes to the service address."""
    mail = ("change", "mail", "10001")
    assert account(*mail, "PO Box 7", "Ventura CA 93002", "--zip", "93002") == 0
    assert "PO Box 7, Ventura CA 93002" in capsys.readouterr().err
    assert account(*mail, "--from", "2026-12-24") == 0
    assert "418 Alder Ct Unit B" in capsys.readouterr().err
    assert account(*mail, "--from", "2026-12-24") == 1


def test_flags_come_end_and_are_listed(
    account: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    """A proof where one is needed, a review where there is no end."""
    assert account("change", "flag", "10001", "low income", "--reason", "CARE") == 2
    low = ("change", "flag", "10001", "low income", "--reason", "CARE", "--proof", "letter")
    assert account(*low, "--to", "2026-11-20") == 0
    held = ("change", "flag", "10001", "hold bill", "--reason", "leak", "--review", "2026-11-10")
    assert account(*held) == 0
    assert account("flags", "--within", "30", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert [(one["kind"], one["due"]) for one in found] == [
        ("Hold bill", "2026-11-10"),
        ("Low income", "2026-11-20"),
    ]
    assert account("change", "end-flag", "10001", "hold bill", "--why", "repaired") == 0
    assert str(AccountFlag.get(AccountFlag.kind == "Hold bill").to_day) == "2026-11-02"
    assert account("flags") == 0
    printed = capsys.readouterr().out
    assert "11/20/26" in printed


def test_two_days_are_compared(
    account: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    """A table of what differs, and how much does not."""
    account("change", "set", "10001", "carts=3", "--service", "refuse", "--from", "2026-11-02")
    capsys.readouterr()
    assert account("diff", "10001", "2026-11-02", "2026-11-01") == 0
    printed = capsys.readouterr()
    assert "Number of carts" in printed.out
    assert "1 difference" in printed.err
    assert account("diff", "10001", "2026-11-01", "soon") == 2
