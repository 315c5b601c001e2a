"""Values over time: spans with a first and a last day, both inclusive, that never overlap."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_DAY = timedelta(days=1)


class Span(NamedTuple):
    """A value of a name from one day to another; an open end is None."""

    name: str
    value: str
    from_day: date
    to_day: date | None = None

    def covers(self, day: date) -> bool:
        """Whether the value is in force on that day."""
        return self.from_day <= day and (self.to_day is None or day <= self.to_day)


class Change(NamedTuple):
    """How a new value finds its place among the spans of its name.

    Attributes:
        closes: the span that ends the day before, or None.
        replaces: the span that began the same day and takes the new value, or None.
        to_day: last day of the new value; the day before the next value begins.
    """

    closes: Span | None
    replaces: Span | None
    to_day: date | None


def place(spans: Iterable[Span], from_day: date) -> Change:
    """Where a value that begins on `from_day` belongs among the other values of its name."""
    closes = replaces = None
    to_day: date | None = None
    for span in sorted(spans, key=lambda one: one.from_day):
        if span.from_day > from_day:
            to_day = span.from_day - _DAY
            break
        if span.from_day == from_day:
            replaces = span
        elif span.covers(from_day):
            closes = span
    return Change(closes, replaces, to_day)


def in_force(spans: Iterable[Span], day: date) -> dict[str, str]:
    """Each name's value on a day."""
    return {span.name: span.value for span in spans if span.covers(day)}


class Stretch(NamedTuple):
    """Days, both inclusive, during which no value changes."""

    from_day: date
    to_day: date
    values: dict[str, str]


def stretches(spans: Sequence[Span], first: date, last: date) -> Iterator[Stretch]:
    """Cut the days from `first` to `last` where a value changes.

    A bill prorates over these; the stretches are gapless and in order.
    """
    starts = {first}
    for span in spans:
        if first < span.from_day <= last:
            starts.add(span.from_day)
        if span.to_day is not None and first <= span.to_day < last:
            starts.add(span.to_day + _DAY)
    ordered = sorted(starts)
    ends = [start - _DAY for start in ordered[1:]] + [last]
    for start, end in zip(ordered, ends, strict=True):
        yield Stretch(start, end, in_force(spans, start))
