"""Whether a bill is paid, told apart from what was billed after it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from billing_tui.foundation.transaction import write_transaction
from billing_tui.ledger.journal import Entry, payment_legs, share_out
from billing_tui.ledger.post_entry import insert_entries, reversed_entry
from billing_tui.ledger.receivables import Standing, Unpaid, balances, open_parts, standing_after
from billing_tui.ledger.tables import EntryKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_tui.ledger.chart import Chart
    from billing_tui.operations.office import Office

DAY, DUE, LATER = date(2026, 10, 7), date(2026, 10, 27), date(2026, 12, 3)


@pytest.fixture
def post(
    office: Office, accounts: range, bill: Callable[..., Entry], chart: Chart
) -> Callable[..., int]:
    """Posts a bill, or a payment of cents; returns the entry's row."""
    del accounts

    def write(reference: str, cents: int, due: date = DUE, account: int = 1) -> int:
        entry = bill(reference, account, DAY, due, {"water.usage": cents})
        if reference.startswith("R"):
            legs = payment_legs(
                chart, share_out(cents, open_parts([account])[account]), account=account
            )
            entry = Entry(DAY, EntryKind.PAYMENT, reference, legs)
        with write_transaction(office.store):
            return insert_entries(1, [entry])[0]

    return write


def test_a_special_bill_leaves_the_paid_bill_paid(post: Callable[..., int], office: Office) -> None:
    """Its debt is its own, is paid after the older one, and goes when it is taken back."""
    entry = post("B1", 32505)
    assert standing_after(1, entry) == Standing(32505)
    post("R1", 32505)
    special = post("X26-0000001", 50000, LATER)
    assert standing_after(1, entry) == Standing(0, (Unpaid("X26-0000001", LATER, 50000),))
    post("R2", 20000)
    assert standing_after(1, entry) == Standing(0, (Unpaid("X26-0000001", LATER, 30000),))
    with write_transaction(office.store):
        insert_entries(1, [reversed_entry(special, DAY, "wrong account")], reverses=special)
    assert standing_after(1, entry) == Standing(0)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    account=st.integers(1, 1100),
    first=st.integers(1, 40_000),
    since=st.lists(st.integers(1, 40_000), max_size=3),
    paid=st.integers(1, 90_000),
)
def test_what_is_left_is_the_balance_and_older_debt_is_paid_first(
    post: Callable[..., int],
    account: int,
    first: int,
    since: list[int],
    paid: int,
) -> None:
    """The parts sum to what is owed more than before; nothing later is paid while older is open."""
    name = f"{account}-{first}-{paid}-{len(since)}-{sum(since)}"
    before = balances([account])[account]
    entry = post(f"B{name}", first, account=account)
    for at, cents in enumerate(since):
        post(f"X{name}-{at}", cents, LATER, account)
    paid = min(paid, balances([account])[account])
    post(f"R{name}", paid, account=account)

    found = standing_after(account, entry)
    assert found.left + sum(one.cents for one in found.later) == balances([account])[account]
    assert found.left == max(before + first - paid, 0)
    if found.left:
        assert [one.cents for one in found.later] == since
