"""Balances, activity and aging from the journal agree with each other on every day."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from random import Random
from typing import TYPE_CHECKING

import pytest

from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.transaction import write_transaction
from billing_tui.ledger.aging import Aging
from billing_tui.ledger.journal import Entry, payment_legs, share_out
from billing_tui.ledger.post_entry import insert_entries, reversed_entry
from billing_tui.ledger.receivables import (
    account_activity,
    agings,
    agings_by_service,
    balances,
    balances_by_service,
    movements_since,
    open_parts,
)
from billing_tui.ledger.tables import EntryKind
from billing_tui.ledger.trial_balance import (
    aged_trial_balance,
    receivable_control,
    trial_balance,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_tui.ledger.chart import Chart
    from billing_tui.operations.office import Office

START = date(2026, 1, 5)
ROLES = ("water.fixed", "water.usage", "sewer.usage", "refuse.fixed", "electric.usage")


def _bill_of(bill: Callable[..., Entry], draw: Random, number: int, day: date) -> Entry:
    charges = {role: draw.randint(1, 30_000) for role in draw.sample(ROLES, draw.randint(1, 5))}
    return bill(f"B{number}", draw.randint(1, 8), day, day + timedelta(days=21), charges)


def _receipt_of(chart: Chart, draw: Random, number: int, day: date) -> Entry | None:
    account = draw.randint(1, 8)
    owed = open_parts([account])[account]
    if not owed:
        return None
    legs = payment_legs(chart, share_out(draw.randint(1, 60_000), owed), account=account)
    return Entry(day, EntryKind.PAYMENT, f"R{number}", legs)


@pytest.fixture(params=range(4))
def journal(
    request: pytest.FixtureRequest,
    office: Office,
    chart: Chart,
    accounts: range,
    bill: Callable[..., Entry],
) -> Chart:
    """Eight accounts with four hundred days of bills, payments and reversals, by seed."""
    assert accounts
    draw = Random(request.param)
    open_entries: list[int] = []
    with write_transaction(office.store):
        for number in range(60):
            day = START + timedelta(days=number * 6)
            turn = draw.random()
            if turn < 0.12 and open_entries:
                target = open_entries.pop(draw.randrange(len(open_entries)))
                insert_entries(1, [reversed_entry(target, day)], chart=chart, reverses=target)
                continue
            paid = _receipt_of(chart, draw, number, day) if turn < 0.5 else None
            entry = paid or _bill_of(bill, draw, number, day)
            open_entries += insert_entries(1, [entry], chart=chart)
    return chart


def _sum_by_hand(account: int, day: date) -> int:
    rows = rows_of(
        "SELECT cents FROM posting WHERE account_id = ? AND day <= ?", (account, str(day))
    )
    return sum(row[0] for row in rows)


def test_everything_agrees_on_every_day(journal: Chart) -> None:
    """Balance, balance by service, parts, aging and control are the same money seen apart."""
    assert journal
    accounts = range(1, 9)
    for offset in range(0, 440, 40):
        day = START + timedelta(days=offset)
        owed = balances(accounts, day)
        assert owed == {account: _sum_by_hand(account, day) for account in accounts}
        services = balances_by_service(accounts, day)
        assert owed == {account: sum(services[account].values()) for account in accounts}
        parts = open_parts(accounts, day)
        assert owed == {account: sum(parts[account].values()) for account in accounts}
        aged = agings(accounts, day)
        assert owed == {account: aged[account].balance for account in accounts}
        by_service = agings_by_service(accounts, day)
        for account in accounts:
            shown = {name: found.balance for name, found in by_service[account].items()}
            assert {name: cents for name, cents in shown.items() if cents} == services[account]
        controls = receivable_control(day)
        assert all(control.difference == 0 for control in controls)
        assert sum(control.gl_cents for control in controls) == sum(owed.values())
        atb = aged_trial_balance(day)
        assert sum(found.balance for found in atb.values()) == sum(owed.values())


def test_trial_balance_is_zero_in_all_and_in_every_fund(journal: Chart) -> None:
    """Debits equal credits on any day, and the receivables are the control."""
    for offset in (0, 100, 440):
        lines = trial_balance(START + timedelta(days=offset))
        assert [line.code for line in lines] == sorted(line.code for line in lines)
        for fund in journal.receivables:
            assert sum(line.balance for line in lines if line.fund == fund) == 0
        owed = sum(line.balance for line in lines if line.role.startswith("receivable."))
        assert owed == sum(balances(range(1, 9), START + timedelta(days=offset)).values())


def test_activity_pages_run_down_to_zero(journal: Chart) -> None:
    """Read page by page it is the whole history, and each balance is the one before plus this."""
    assert journal
    for account in range(1, 9):
        whole = account_activity(account, limit=1000)
        paged = []
        page = account_activity(account, limit=3)
        while page:
            paged += page
            page = account_activity(account, before=page[-1].key, limit=3)
        assert tuple(paged) == whole
        assert [line.key for line in whole] == sorted((line.key for line in whole), reverse=True)
        if whole:
            assert whole[0].balance == balances([account])[account]
            assert whole[-1].balance == whole[-1].cents
        for newer, older in pairwise(whole):
            assert newer.balance - newer.cents == older.balance


def test_movements_since_an_entry_make_up_the_balance(journal: Chart) -> None:
    """The balance at an entry plus what was posted after it is the balance now."""
    assert journal
    for account in range(1, 9):
        lines = account_activity(account, limit=1000)
        for entry in (0, *(line.entry_id for line in lines)):
            before = sum(line.cents for line in lines if line.entry_id <= entry)
            since = movements_since({account: entry})[account]
            assert before + sum(since.values()) == balances([account])[account]


def test_movements_tell_what_moved_the_money(
    office: Office,
    accounts: range,
    bill: Callable[..., Entry],
    payment: Callable[..., Entry],
) -> None:
    """A payment dated before the bill but posted after it is found."""
    day, due = date(2026, 11, 2), date(2026, 11, 25)
    with write_transaction(office.store):
        ids = insert_entries(
            1,
            [
                bill("B1", 1, day, due, {"water.fixed": 1000}),
                bill("B2", 2, day, due, {"water.fixed": 700}),
                payment("R1", 1, day - timedelta(days=9), {"water": 400}),
                payment("R2", 2, day, {"water": 700}),
            ],
        )
    assert movements_since({1: ids[0], 2: 0, accounts[5]: 0}) == {
        1: {EntryKind.PAYMENT: -400},
        2: {EntryKind.BILL: 700, EntryKind.PAYMENT: -700},
        accounts[5]: {},
    }


def test_many_accounts_are_read_in_chunks(
    office: Office, accounts: range, bill: Callable[..., Entry]
) -> None:
    """Accounts beyond the first chunk are found, those without postings are zero."""
    day, due = date(2026, 11, 2), date(2026, 11, 25)
    with write_transaction(office.store):
        insert_entries(
            1, [bill(f"B{n}", n, day, due, {"refuse.fixed": n}) for n in accounts if n % 2]
        )
    expected = {n: n if n % 2 else 0 for n in accounts}
    assert balances(accounts) == expected
    aged = agings(accounts, due + timedelta(days=7))
    assert {n: found.days_1_30 for n, found in aged.items()} == expected
    assert balances(accounts, day - timedelta(days=1)) == dict.fromkeys(accounts, 0)


def test_tax_is_owed_to_the_general_fund_for_the_service(
    office: Office, accounts: range, bill: Callable[..., Entry]
) -> None:
    """The debt of a tax line is held where the tax is payable, and shown under its service."""
    day, due = date(2026, 11, 2), date(2026, 11, 25)
    charges = {"water.usage": 2000, "tax.uut": 110}
    with write_transaction(office.store):
        insert_entries(1, [bill("B1", accounts[0], day, due, charges, service="water")])
    assert balances_by_service([1]) == {1: {"water": 2110}}
    held = {control.fund: control.services for control in receivable_control(day)}
    assert held == {"General": (("water", 110),), "Water": (("water", 2000),)}
    assert aged_trial_balance(day) == {"water": Aging(current=2110)}


def test_nothing_asked_is_nothing_found(chart: Chart) -> None:
    """Empty lists, unknown accounts and an empty ledger are answered, not refused."""
    assert chart
    assert balances([]) == agings([], START) == movements_since({}) == {}
    assert account_activity(77) == ()
    assert aged_trial_balance(START) == {}
    assert receivable_control(START) == ()
    assert all(line.balance == 0 for line in trial_balance(START))
