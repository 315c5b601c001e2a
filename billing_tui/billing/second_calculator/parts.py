"""The parts in which a period is billed, and what each part's share is (section 5)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING

from billing_tui.billing.second_calculator.arithmetic import rounded
from billing_tui.billing.second_calculator.refusals import NotRated

if TYPE_CHECKING:
    from collections.abc import Sequence

    from billing_tui.billing.second_calculator.plan import Plan
    from billing_tui.billing.second_calculator.reading import Proration, ScheduleReading

_ONE_DAY = timedelta(days=1)

Version = tuple["ScheduleReading", date, "date | None"]
"""A version, its first day in force and the next version's first day; None where there is none."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A run of days that one version and one season bill.

    Attributes:
        reading: the version.
        days: of the part.
        month: of the day that decides the season, 1 to 12.
        fixed: what prorated charges are multiplied with, or None.
        caps: the same for tier caps.
        plans: what was worked out for services in such a part, by class and account facts.
    """

    reading: ScheduleReading
    days: int
    month: int
    fixed: Fraction | None
    caps: Fraction | None
    plans: dict[tuple[str | None, ...], Plan] = field(default_factory=dict, repr=False)


def in_force(versions: Sequence[Version], day: date) -> Version:
    """The version of a day; a day without one is refused."""
    for version in versions:
        _, first, after = version
        if first <= day and (after is None or day < after):
            return version
    raise NotRated(f"No version of the schedule is in force on {day}.")


def cut(
    versions: Sequence[Version], rate_class: str, from_day: date, to_day: date
) -> tuple[Part, ...]:
    """The parts of the period `[from_day, to_day)`, in order of days."""
    if to_day <= from_day:
        raise NotRated(f"The period {from_day} to {to_day} has no day.")
    last_day = to_day - _ONE_DAY
    policy = in_force(versions, last_day)[0].proration.rate_change
    if policy == "by_days":
        stretches = _by_version(versions, from_day, to_day)
    else:
        decides = last_day if policy == "last_day" else from_day
        stretches = [(in_force(versions, decides)[0], from_day, to_day)]
    spans = [
        (reading, start, end)
        for reading, first, after in stretches
        for start, end in _by_season(reading, rate_class, first, after)
    ]
    period = (to_day - from_day).days
    return tuple(_part(reading, start, end, period) for reading, start, end in spans)


def _by_version(
    versions: Sequence[Version], from_day: date, to_day: date
) -> list[tuple[ScheduleReading, date, date]]:
    stretches: list[tuple[ScheduleReading, date, date]] = []
    day = from_day
    while day < to_day:
        reading, _, after = in_force(versions, day)
        end = min(after or to_day, to_day)
        stretches.append((reading, day, end))
        day = end
    return stretches


def _by_season(
    reading: ScheduleReading, rate_class: str, start: date, end: date
) -> list[tuple[date, date]]:
    rated = reading.classes.get(rate_class)
    if rated is None or reading.proration.season_change != "by_days":
        return [(start, end)]
    asked = [months for name, months in reading.seasons.items() if name in rated.asks]
    spans: list[tuple[date, date]] = []
    day = _next_month(start)
    while day < end:
        if any(months[day.month - 1] != months[day.month - 2] for months in asked):
            spans.append((start, day))
            start = day
        day = _next_month(day)
    return [*spans, (start, end)]


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _part(reading: ScheduleReading, start: date, end: date, period: int) -> Part:
    last = reading.proration.season_change == "last_day"
    return _like_part(
        reading, (end - start).days, (end - _ONE_DAY if last else start).month, period
    )


@lru_cache(maxsize=4096)
def _like_part(reading: ScheduleReading, days: int, month: int, period: int) -> Part:
    """One part for all stretches that rate alike, so that they share their plans."""
    policy = reading.proration
    fixed = _fraction(policy, days, period, by_days=policy.fixed_by_days)
    caps = _fraction(policy, days, period, by_days=policy.caps_by_days)
    return Part(reading, days, month, fixed, caps)


def _fraction(policy: Proration, days: int, period: int, *, by_days: bool) -> Fraction | None:
    """The part's n / m (section 5.3); None where it is 1."""
    between = policy.whole_between
    whole = between is not None and between[0] <= period <= between[1]
    standard = policy.standard_days if by_days and not whole else None
    share = Fraction(days) / (Fraction(period) if standard is None else standard)
    return None if share == 1 else share


def shares(whole: Fraction, parts: Sequence[Part]) -> list[Fraction]:
    """An amount of the whole period by days, each to 0.001; the last part takes what is left."""
    period = sum(part.days for part in parts)
    given = [rounded(whole * part.days / period, "half-up", 3) for part in parts[:-1]]
    return [*given, whole - sum(given)]
