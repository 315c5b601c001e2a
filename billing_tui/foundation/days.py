"""Business days: which days the office is closed, and counting past them.

Legal holidays come from the `holidays` library, imported when a calendar is first built, since it
is slow to import. It lists days on which a city hall is open (Susan B. Anthony Day, Diwali), so a
utility names the holidays that it keeps, and its own closed days, in a text of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from billing_tui.foundation.errors import InvalidEntry, Problem, ProblemsFound
from billing_tui.foundation.strict_yaml import read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from billing_tui.foundation.strict_yaml import Node

_DAY = timedelta(days=1)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
"""Names of the days of the week, Monday first, as `date.weekday` counts them."""

USUAL = (
    "New Year's Day",
    "Martin Luther King Jr. Day",
    "Presidents' Day",
    "Cesar Chavez Day",
    "Memorial Day",
    "Juneteenth National Independence Day",
    "Independence Day",
    "Labor Day",
    "Veterans Day",
    "Thanksgiving Day",
    "Day After Thanksgiving",
    "Christmas Day",
)
"""Holidays that most Californian city halls keep, as the library names them."""


def parse_day(text: str, *, field: str | None = None) -> date:
    """The day of an ISO text, `2026-11-02`, and of no other spelling.

    Raises:
        InvalidEntry: it is no such day.
    """
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.isoformat() != text:
        raise InvalidEntry(f"{text!r} is no day; write it as 2026-11-02.", field=field)
    return day


@lru_cache(maxsize=400)
def _legal(year: int) -> tuple[tuple[date, str], ...]:
    """Days and names of California's public holidays in a year, observed days beside the legal."""
    import holidays

    found = holidays.country_holidays("US", subdiv="CA", years=year)
    return tuple(
        (day, name.removesuffix(" (observed)"))
        for day in sorted(found)
        for name in found.get_list(day)
        if day.year == year
    )


@lru_cache(maxsize=2000)
def _kept(names: frozenset[str], year: int) -> Mapping[date, str]:
    return {day: name for day, name in _legal(year) if name in names}


@dataclass(frozen=True, slots=True)
class Calendar:
    """When one office is open.

    Attributes:
        holidays: names of the legal holidays that it keeps, as `USUAL` has them; where a holiday
            is observed on another day, it is closed on both.
        closed: its own closed days and why.
        office_days: days of the week on which it opens, 0 is Monday.
    """

    holidays: frozenset[str] = frozenset(USUAL)
    closed: Mapping[date, str] = field(default_factory=dict)
    office_days: frozenset[int] = frozenset(range(5))

    def why_closed(self, day: date) -> str:
        """Why the office is closed on a day; "" when it is open."""
        if day.weekday() not in self.office_days:
            return WEEKDAYS[day.weekday()]
        return self.closed.get(day) or _kept(self.holidays, day.year).get(day, "")

    def is_business_day(self, day: date) -> bool:
        """Whether the office is open."""
        return not self.why_closed(day)

    def next_business_day(self, day: date) -> date:
        """The day itself when the office is open, else the first day after it on which it is."""
        while self.why_closed(day):
            day += _DAY
        return day

    def previous_business_day(self, day: date) -> date:
        """The day itself when the office is open, else the last day before it on which it was."""
        while self.why_closed(day):
            day -= _DAY
        return day

    def add_business_days(self, day: date, count: int) -> date:
        """The count-th business day after a day, or before it when below zero; 0 is the day."""
        for _ in range(count):
            day = self.next_business_day(day + _DAY)
        for _ in range(-count):
            day = self.previous_business_day(day - _DAY)
        return day

    def business_days_between(self, start: date, end: date) -> int:
        """Business days after `start` up to and including `end`; negative when `end` is earlier."""
        if end < start:
            return -self.business_days_between(end, start)
        days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
        return sum(map(self.is_business_day, days))


def _texts(node: Node | None, what: str, problems: list[Problem]) -> tuple[str, ...]:
    items = node if isinstance(node, list) else []
    texts = tuple(item for item in items if isinstance(item, str))
    if not isinstance(node, list) or len(texts) != len(items):
        problems.append(Problem(0, "it must be a list of words.", what))
    return texts


def _unknown(names: tuple[str, ...], known: frozenset[str], what: str) -> Iterator[Problem]:
    for name in names:
        if name not in known:
            yield Problem(0, f"{name!r} is not known; say one of {', '.join(sorted(known))}.", what)


def _legal_names() -> frozenset[str]:
    return frozenset(name for year in range(2024, 2030) for _, name in _legal(year))


def _closed(node: Node, problems: list[Problem]) -> dict[date, str]:
    if not isinstance(node, dict):
        problems.append(Problem(0, "it must map days to the reason.", "closed"))
        return {}
    found: dict[date, str] = {}
    for text, why in node.items():
        try:
            found[parse_day(text)] = why if isinstance(why, str) and why else "closed"
        except InvalidEntry as error:
            problems.append(Problem(0, error.sentence, "closed"))
    return found


def read_calendar(text: str) -> Calendar:
    """The calendar of a profile's text; a key that is left out has its usual value.

    The keys are `office_days` (names of weekdays), `holidays` (names as in `USUAL`) and `closed`
    (a map of days, `2026-12-24: Christmas Eve`).

    Raises:
        ProblemsFound: with everything that is wrong.
    """
    node = read_yaml(text)
    problems: list[Problem] = []
    if not isinstance(node, dict):
        problems.append(Problem(0, "it must be a map of office_days, holidays and closed."))
        node = {}
    known = frozenset({"office_days", "holidays", "closed"})
    problems += _unknown(tuple(node), known, "")
    weekdays = _texts(node.get("office_days", list(WEEKDAYS[:5])), "office_days", problems)
    problems += _unknown(weekdays, frozenset(WEEKDAYS), "office_days")
    names = _texts(node.get("holidays", list(USUAL)), "holidays", problems)
    problems += _unknown(names, _legal_names(), "holidays") if "holidays" in node else ()
    closed = _closed(node.get("closed", {}), problems)
    if not weekdays:
        problems.append(Problem(0, "the office must open on some day of the week.", "office_days"))
    if problems:
        raise ProblemsFound(f"The calendar cannot be used: {problems[0]}", tuple(problems))
    return Calendar(frozenset(names), closed, frozenset(map(WEEKDAYS.index, weekdays)))
