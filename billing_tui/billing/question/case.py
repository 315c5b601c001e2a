"""A case: a bill with all that its causes are found from, and what a cause is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from statistics import median
from typing import TYPE_CHECKING

from billing_tui.billing.question.telling import Part

if TYPE_CHECKING:
    from collections.abc import Sequence

    from billing_tui.billing.bill_view import BillView
    from billing_tui.billing.question.effects import Difference
    from billing_tui.billing.question.evidence import Evidence, ReadOnFile
    from billing_tui.billing.usage_history import PeriodUse
    from billing_tui.service_orders.kinds import OrderType

_NEAR_A_YEAR = 16


@dataclass(frozen=True, slots=True)
class Cause:
    """A likely cause.

    Attributes:
        title: in a few words.
        evidence: the sentence that says what on file speaks for it.
        strength: of the evidence, 0 to 100.
        score: strength times the share of the difference that it accounts for.
        order: the order that would settle it, None where none would.
        letter: what a customer is told of it, "" where it stays in the office; None for the
            evidence itself.
    """

    title: str
    evidence: str
    strength: int
    score: int
    order: OrderType | None = None
    letter: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """All that causes are found from.

    Attributes:
        bill: the bill in question.
        last, last_year: how it differs from the bill before and from that of a year before.
        evidence: what is on file.
        uses: use by period up to the bill's, oldest first.
    """

    bill: BillView
    last: Difference | None
    last_year: Difference | None
    evidence: Evidence
    uses: Sequence[PeriodUse]

    @property
    def difference(self) -> Difference | None:
        """What causes are held against: the last bill, else last year's."""
        return self.last or self.last_year

    @property
    def read(self) -> ReadOnFile | None:
        """The read with which the bill ends."""
        service = self.evidence.service
        reads = self.evidence.reads
        return next((one for one in reads if service and one.day == service.to_day), None)

    def usual_milli(self) -> int:
        """The median use of a day in the periods before the bill's, over its days; 0 if unknown."""
        service = self.evidence.service
        daily = [Decimal(use.usage_milli) / use.days for use in self.before() if use.days > 0]
        return int(median(daily) * service.days) if service and daily else 0

    def before(self) -> list[PeriodUse]:
        """The periods before the bill's, oldest first."""
        service = self.evidence.service
        return [use for use in self.uses if service and use.to_day < service.to_day]

    def year_before(self, use: PeriodUse) -> PeriodUse | None:
        """The period read nearest to a year before another one, half a month off at most."""
        day = use.to_day - timedelta(days=365)
        best = min(self.uses, key=lambda one: abs((one.to_day - day).days))
        return best if abs((best.to_day - day).days) <= _NEAR_A_YEAR and best.days > 0 else None

    @property
    def own_use(self) -> int:
        """Cents of the difference that the use accounts for, the season's share with it."""
        found = self.difference
        return found.of(Part.USE) + found.of(Part.SEASON) if found else 0

    def score(self, strength: int, cents: int) -> int:
        """Strength times the share of the difference that `cents` are, at most the whole of it."""
        whole = self.difference.cents if self.difference else 0
        if whole == 0 or cents == 0 or (whole > 0) != (cents > 0):
            return 0
        return strength * min(abs(cents), abs(whole)) // abs(whole)

    def cause(
        self,
        strength: int,
        title: str,
        evidence: str,
        order: OrderType | None = None,
        letter: str | None = None,
    ) -> Cause:
        """A cause that accounts for the customer's own use."""
        return Cause(title, evidence, strength, self.score(strength, self.own_use), order, letter)
