"""What a check may know about one staged read. Frozen, filled in bulk, free of the database."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from decimal import Decimal

    from billing_tui.foundation.units import Unit
    from billing_tui.metering.usage import Register

YEAR_WINDOW = 20
"""Days around the same day of last year in which a period counts as the same one."""


class Period(NamedTuple):
    """One period of history, from a cycle read to the next, exchanges included.

    Attributes:
        day: the day of the read that ended it.
        days: its length.
        usage_milli: thousandths of the unit of the meter in place now.
        reading: the register at its end.
        estimated: the read was an estimate.
    """

    day: date
    days: int
    usage_milli: int
    reading: int
    estimated: bool = False

    @property
    def daily(self) -> int:
        """Average daily use, in millionths of the unit a day."""
        return self.usage_milli * 1000 // self.days if self.days > 0 else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadContext:
    """A staged read with all that is known around it.

    Attributes:
        reading: counts on the register; None where there is none.
        previous: the register before, of the same meter.
        previous_day: its day.
        day: the day of this read.
        register: of the meter in place.
        usage_milli: since the last cycle read, exchange included; None without both reads.
        rolled_over: whether the register passed its top.
        exchanged: the meter was changed since the last cycle read.
        history: periods, newest first, at most 24.
        meter_number: as on file.
        told_meter: as the file spells it.
        told_unit: the unit that the file states, if any.
        told_multiplier: the factor that it states, if any.
        told_dials: the digits that it states, if any.
        size: nominal connection of the meter.
        rate_class: of the service.
        active: the service point is on.
        occupied: an account takes service there on the day.
        estimated: the read is an estimate.
        estimates_before: estimates in a row just before this read.
        skip_code: why the reader gave none.
        others: lines of the file that gave the same register another reading.
    """

    reading: int | None
    previous: int | None
    previous_day: date | None
    day: date
    register: Register
    usage_milli: int | None
    rolled_over: bool = False
    exchanged: bool = False
    history: tuple[Period, ...] = ()
    meter_number: str = ""
    told_meter: str = ""
    told_unit: Unit | None = None
    told_multiplier: Decimal | None = None
    told_dials: int | None = None
    size: str = ""
    rate_class: str = ""
    active: bool = True
    occupied: bool = True
    estimated: bool = False
    estimates_before: int = 0
    skip_code: str = ""
    others: tuple[int, ...] = field(default=())

    @property
    def days(self) -> int:
        """Days since the last cycle read; 0 without one."""
        return (self.day - self.previous_day).days if self.previous_day else 0

    @property
    def daily(self) -> int:
        """Average daily use, in millionths of the unit a day."""
        usage, days = self.usage_milli or 0, self.days
        return usage * 1000 // days if days > 0 else 0


def year_before(day: date) -> date:
    """The same day a year before; 28 February for the 29th."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return date(day.year - 1, 2, 28)


def last_year(history: tuple[Period, ...], day: date) -> Period | None:
    """The period that ended nearest to the same day of last year, within `YEAR_WINDOW` days."""
    target = year_before(day)
    near = [one for one in history if abs((one.day - target).days) <= YEAR_WINDOW and one.days > 0]
    return min(near, key=lambda one: abs((one.day - target).days)) if near else None


def median_daily(history: tuple[Period, ...], day: date) -> int | None:
    """Median of the daily use of the periods that ended in the twelve months before."""
    since = year_before(day)
    values = sorted(one.daily for one in history if one.days > 0 and one.day > since)
    if not values:
        return None
    middle = len(values) // 2
    return values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) // 2
