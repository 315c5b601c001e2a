"""Payments that are on their way, posted in the order of their days."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

from billing_tui.ledger.journal import Entry, charge_legs, payment_legs, share_out
from billing_tui.ledger.post_entry import insert_entries
from billing_tui.ledger.tables import EntryKind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from billing_tui.ledger.chart import Chart
    from billing_tui.ledger.journal import Leg
    from billing_tui.operations.demo.place import AccountRow

_WATER = "water"


def book(account: AccountRow, legs: tuple[Leg, ...], chart: Chart) -> None:
    """Keep what the account owes in step with the legs of an entry."""
    for leg in legs:
        if leg.account is None or leg.service is None:
            continue
        key = (chart.of(leg.gl).id, leg.service)
        owed = account.owed.get(key, 0) + leg.cents
        if owed:
            account.owed[key] = owed
        else:
            account.owed.pop(key, None)


class MoneyIn:
    """What will be paid or credited, until its day comes."""

    def __init__(self, staff_id: int, chart: Chart) -> None:
        self._staff_id = staff_id
        self._chart = chart
        self._waiting: list[tuple[date, int, int, AccountRow, EntryKind]] = []
        self._count = 0

    def expect(self, account: AccountRow, day: date, cents: int, kind: EntryKind) -> None:
        """Remember a payment, or a credit for a leak."""
        self._count += 1
        heapq.heappush(self._waiting, (day, self._count, cents, account, kind))
        account.coming += cents

    def post_before(self, day: date) -> int:
        """Post what was expected before a day; returns how many entries."""
        return len(insert_entries(self._staff_id, self._due(day), chart=self._chart))

    def _due(self, day: date) -> Iterator[Entry]:
        while self._waiting and self._waiting[0][0] < day:
            when, number, cents, account, kind = heapq.heappop(self._waiting)
            account.coming -= cents
            if kind is EntryKind.PAYMENT:
                legs, reference, memo = self._payment(account, cents), f"R{number:07d}", ""
                account.paid -= cents
            else:
                charge = ("adjustment.water", _WATER, -cents)
                legs = charge_legs(self._chart, [charge], account=account.id, due=None)
                reference, memo = f"A{number:07d}", "Leak repaired; half of the excess credited"
                account.adjusted -= cents
            book(account, legs, self._chart)
            yield Entry(when, kind, reference, legs, memo)

    def _payment(self, account: AccountRow, cents: int) -> tuple[Leg, ...]:
        owed = account.owed or {(self._chart.of("receivable.water").id, _WATER): 0}
        return payment_legs(self._chart, share_out(cents, owed), account=account.id)
