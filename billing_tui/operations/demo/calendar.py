"""When each cycle is read and billed: 27 to 33 days after the last time, on a working day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

import holidays

if TYPE_CHECKING:
    from billing_tui.operations.demo.profile import CycleProfile, Profile

SHORTEST, LONGEST = 27, 33


@dataclass(frozen=True, slots=True)
class Turn:
    """One reading and billing of a cycle.

    Attributes:
        name: the year and month of its bills, `2026-11`.
        last_read_day: when the cycle was read before.
    """

    cycle: str
    name: str
    last_read_day: date
    read_day: date
    bill_day: date
    due_day: date


@cache
def _closed(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("US", subdiv="CA", years=year))


def is_workday(day: date) -> bool:
    """Whether the office works: Monday to Friday and no legal holiday."""
    return day.weekday() < 5 and day not in _closed(day.year)


def on_or_after(day: date) -> date:
    """The day itself or the next one on which the office works."""
    while not is_workday(day):
        day += timedelta(days=1)
    return day


def _next_read(last: date, wanted: date) -> date:
    choices = (last + timedelta(days=days) for days in range(SHORTEST, LONGEST + 1))
    return min(filter(is_workday, choices), key=lambda day: (abs((day - wanted).days), day))


def _month(year: int, month: int, step: int) -> tuple[int, int]:
    index = year * 12 + month - 1 + step
    return index // 12, index % 12 + 1


def _wanted(cycle: CycleProfile, profile: Profile, year: int, month: int) -> date:
    return date(year, month, int(cycle.code)) - timedelta(days=profile.read_before)


def last_billed_month(cycle: CycleProfile, profile: Profile) -> tuple[int, int]:
    """Year and month of the newest bills of a cycle on the demo's business day."""
    today = profile.business_day
    billed = int(cycle.code) <= today.day and cycle.code != profile.open_cycle
    return _month(today.year, today.month, 0 if billed else -1)


def turns(cycle: CycleProfile, profile: Profile, months: int) -> list[Turn]:
    """`months` turns that are billed by the demo's business day, and the open one after them."""
    year, month = last_billed_month(cycle, profile)
    year, month = _month(year, month, -months)
    last = on_or_after(_wanted(cycle, profile, year, month))
    found = []
    for _ in range(months + 1):
        year, month = _month(year, month, 1)
        read_day = _next_read(last, _wanted(cycle, profile, year, month))
        bill_day = on_or_after(read_day + timedelta(days=profile.read_before - 1))
        due_day = on_or_after(bill_day + timedelta(days=profile.due_after))
        found.append(Turn(cycle.code, f"{year}-{month:02d}", last, read_day, bill_day, due_day))
        last = read_day
    return found
