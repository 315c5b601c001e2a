"""Aging: what is owed, by how long it has been due. Pure; any day, since the journal never changes.

What names a due day is netted with the rest of that due day, so that a reversed bill leaves nothing
behind. What names none is a pool of credit: payments fill it, a returned payment takes out of it
again, and it is applied to the oldest debt first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    Item = tuple[date | None, int]
    """Due day and cents; None puts the cents into the pool of credit."""

LABELS = ("current", "1-30", "31-60", "61-90", "over 90")
"""Names of the five buckets, in days past due."""


@dataclass(frozen=True, slots=True)
class Aging:
    """A balance by age, in cents.

    Attributes:
        current: not past due yet.
        days_1_30: one to thirty days past due.
        days_31_60: thirty-one to sixty.
        days_61_90: sixty-one to ninety.
        over_90: longer.
        unapplied: credit that no debt is left for; zero or negative.
    """

    current: int = 0
    days_1_30: int = 0
    days_31_60: int = 0
    days_61_90: int = 0
    over_90: int = 0
    unapplied: int = 0

    @property
    def buckets(self) -> tuple[int, int, int, int, int]:
        """The five amounts in the order of `LABELS`."""
        return (self.current, self.days_1_30, self.days_31_60, self.days_61_90, self.over_90)

    @property
    def past_due(self) -> int:
        """Everything that is past due."""
        return sum(self.buckets[1:])

    @property
    def balance(self) -> int:
        """What is owed in all; the buckets and the unapplied credit sum to it."""
        return sum(self.buckets) + self.unapplied

    def __add__(self, other: Aging) -> Aging:
        return Aging(
            self.current + other.current,
            self.days_1_30 + other.days_1_30,
            self.days_31_60 + other.days_31_60,
            self.days_61_90 + other.days_61_90,
            self.over_90 + other.over_90,
            self.unapplied + other.unapplied,
        )


def bucket_of(due: date, day: date) -> int:
    """Index into `LABELS` of a debt due on `due`, seen on `day`; the due day itself is current."""
    late = (day - due).days
    return 0 if late <= 0 else min((late - 1) // 30 + 1, 4)


def age(items: Iterable[Item], day: date) -> Aging:
    """The aging of one balance as of a day.

    Args:
        items: due day and cents of every posting, or of their sums by due day.
        day: the day from which lateness is counted. A pool that is overdrawn is debt due on it.
    """
    debts: dict[date, int] = {}
    credit = 0
    for due, cents in items:
        if due is None:
            credit += cents
        else:
            debts[due] = debts.get(due, 0) + cents
    credit += sum(cents for cents in debts.values() if cents < 0)
    buckets = [max(credit, 0), 0, 0, 0, 0]
    credit = min(credit, 0)
    for due in sorted(debts):
        open_cents = debts[due]
        if open_cents <= 0:
            continue
        used = min(open_cents, -credit)
        credit += used
        buckets[bucket_of(due, day)] += open_cents - used
    current, month, second, third, older = buckets
    return Aging(current, month, second, third, older, credit)
