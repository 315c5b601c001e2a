"""The fields of whoever leaves a place: which account, and the readings up to which it pays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from billing_tui.foundation.errors import InvalidEntry
from billing_tui.ledger.receivables import balances
from billing_tui.records.kinds import AccountStatus
from billing_tui.records.lookup import account_summary
from billing_tui.service_orders.ahead import final_ahead, landlord_of, meters_there
from billing_tui.service_orders.leaving import leave_refusals
from billing_tui.tui.record_kinds import account
from billing_tui.tui.screens.service_orders.move_fields import Readings, field
from billing_tui.tui.screens.service_orders.move_lines import doubt_lines, final_lines, said

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from billing_tui.access.desk import Desk
    from billing_tui.records.account_values import AccountSummary
    from billing_tui.records.search import Hit
    from billing_tui.service_orders.kinds import ReadSource
    from billing_tui.tui.ink import Line


class LeavingFields:
    """The account that ends, with its final readings.

    Args:
        desk: who keys.
        sitting: gives the day of the move and where the readings come from.
        word: before the numbers of the meters there.
    """

    def __init__(
        self, desk: Desk, sitting: Callable[[], tuple[date, ReadSource]], word: str = ""
    ) -> None:
        self._desk, self._sitting = desk, sitting
        self.summary: AccountSummary | None = None
        self.account = field("account", "Who leaves", account())
        self.readings = Readings("out", sitting, word)

    def look_at_account(self, hit: Hit) -> None:
        """The account as it stands now, with a field for each of its meters.

        Raises:
            InvalidEntry: it has ended already, or cannot end on the day.
        """
        if self.summary is None or self.summary.account_id != hit.account_id:
            self.summary = account_summary(hit.account_id, self._desk.business_day)
        if self.summary.status is not AccountStatus.ACTIVE:
            status = self.summary.status.value.lower()
            raise InvalidEntry(f"Account {self.summary.number} is {status}.", field="account")
        day, _ = self._sitting()
        metered = [line.service_point_id for line in self.summary.services if line.metered]
        self.readings.show(meters_there(metered, day))

    @property
    def versions(self) -> tuple[int, ...]:
        """Of the account, as it was looked at."""
        return (self.summary.version,) if self.summary is not None else ()

    def look_again(self) -> None:
        """The account as it stands now."""
        self.summary = None
        if self.account.value is not None:
            self.look_at_account(self.account.value)

    def look_at_day(self, day: date) -> None:
        """The account can end on that day.

        Raises:
            InvalidEntry: it cannot, for the first of its reasons.
        """
        if self.summary is None:
            return
        for problem in leave_refusals(self._desk, self.summary.account_id, day):
            raise InvalidEntry(problem.sentence, field=problem.field)

    @property
    def landlord(self) -> str:
        """The owner who would take the place over, "" where nobody would."""
        if self.summary is None:
            return ""
        owner = landlord_of(self.summary.location.location_id, self._sitting()[0])
        if owner is None or owner.customer_id == self.summary.customer.customer_id:
            return ""
        return owner.name

    def lines(self, known: Mapping[str, Any], width: int) -> list[Line]:
        """Who, and the final bill in words."""
        told = self.summary
        if told is None or "account" not in known:
            return []
        day, _ = self._sitting()
        who = f"{told.customer.name}, {told.location.address}, since {told.opened:%m/%d/%y}."
        ahead = final_ahead(told.account_id, day)
        owed = balances([told.account_id])[told.account_id]
        reads = self.readings.of(known)
        told_first = said(who, width) + doubt_lines(reads, width)
        return told_first + final_lines(ahead, reads, owed, width)
