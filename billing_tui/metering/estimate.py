"""An estimate where no read could be had (RDG-5): the first rung of the ladder that holds.

Same period of last year, then the last three read periods, then the class; always average daily
use times the days of this period, and always with the derivation in words.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from billing_tui.metering.checks import daily_text
from billing_tui.metering.read_context import last_year
from billing_tui.metering.rollover import capacity
from billing_tui.metering.usage import milli_text

if TYPE_CHECKING:
    from datetime import date

    from billing_tui.metering.read_context import Period
    from billing_tui.metering.usage import Register

RECENT_PERIODS = 3


class Method(StrEnum):
    """The rungs of the ladder."""

    LAST_YEAR = "same period last year"
    RECENT = "last three periods"
    CLASS = "class average"


@dataclass(frozen=True, slots=True)
class Estimate:
    """An estimated reading.

    Attributes:
        reading: what the register would show; it wraps like the register.
        usage_milli: thousandths of the register's unit, whole counts of it.
        method: the rung that held.
        derivation: the arithmetic in one sentence.
    """

    reading: int
    usage_milli: int
    method: Method
    derivation: str


def _daily_of(
    history: tuple[Period, ...], day: date, class_daily: int | None
) -> tuple[Method, int, str] | None:
    read = tuple(one for one in history if not one.estimated and one.days > 0)
    same = last_year(read, day)
    if same is not None and same.usage_milli >= 0:
        how = f"{milli_text(same.usage_milli)} in {same.days} days to {same.day}"
        return Method.LAST_YEAR, same.daily, how
    recent = [one for one in read if one.usage_milli >= 0][:RECENT_PERIODS]
    if len(recent) == RECENT_PERIODS:
        usage, days = sum(one.usage_milli for one in recent), sum(one.days for one in recent)
        return Method.RECENT, usage * 1000 // days, f"{milli_text(usage)} in {days} days"
    if class_daily is not None:
        return Method.CLASS, class_daily, "the median of the class"
    return None


def estimate(
    previous: int,
    days: int,
    day: date,
    register: Register,
    *,
    history: tuple[Period, ...] = (),
    class_daily: int | None = None,
) -> Estimate | None:
    """The estimated reading on `day`, or None where there is nothing to go by.

    Args:
        previous: the register at the last read.
        days: days since then, at least one.
        day: the day that the estimate is for.
        register: of the meter in place.
        history: periods in the register's unit, newest first.
        class_daily: median daily use of the class, in millionths of the unit a day.
    """
    found = _daily_of(history, day, class_daily) if days > 0 else None
    if found is None:
        return None
    method, daily, how = found
    step = register.multiplier_milli * 1000
    counts = (daily * days * 2 + step) // (2 * step)
    usage = counts * register.multiplier_milli
    derivation = (
        f"Estimated from the {method}: {how} = {daily_text(daily)} a day; times {days} days = "
        f"{milli_text(usage)} {register.unit}; {previous} + {counts} counts."
    )
    return Estimate((previous + counts) % capacity(register.dials), usage, method, derivation)
