"""How much water runs through a meter from one day to another, and what its register then shows."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from billing_tui.operations.demo.meters import MeterPlan
    from billing_tui.operations.demo.profile import Use

_PER_DAY = 1000 / 30


@dataclass(frozen=True, slots=True)
class Thirst:
    """What a household or an organization would use.

    Attributes:
        use: of its class, with the seasons.
        base: middle of 30 days' use in ccf, of this customer at this place.
    """

    use: Use
    base: float

    def milli(self, from_day: date, to_day: date, noise: float) -> int:
        """Thousandths of a ccf used in `[from_day, to_day)`; `noise` multiplies what is usual."""
        days = (to_day - from_day).days
        middle = from_day + timedelta(days=days // 2)
        ahead = (middle.day - 15) / 30
        months = self.use.months
        this = months[middle.month - 1]
        other = months[middle.month % 12] if ahead >= 0 else months[middle.month - 2]
        season = this + (other - this) * abs(ahead)
        return math.floor(self.base * days * _PER_DAY * season * noise)


class Register:
    """The dials of a meter: thousandths of a count run on, whole counts show.

    Attributes:
        meter: the meter as it is set.
    """

    __slots__ = ("_thousandths", "meter")

    def __init__(self, meter: MeterPlan) -> None:
        self.meter = meter
        self._thousandths = meter.start * 1000

    @property
    def shows(self) -> int:
        """The reading."""
        return self._thousandths // 1000 % self.meter.wrap

    @property
    def counts(self) -> int:
        """Whole counts since zero, as if it never wrapped."""
        return self._thousandths // 1000

    def run(self, milli: int) -> None:
        """Let so many thousandths of a ccf pass."""
        self._thousandths += milli // self.meter.multiplier

    def usage_milli(self, before: int) -> int:
        """Thousandths of a ccf that show since `counts` was `before`."""
        return (self.counts - before) * self.meter.multiplier * 1000
