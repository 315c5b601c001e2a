"""Days of a period: how many, where seasons cut them, and what falls on each part of them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from billing_tui.rates.errors import RateError
from billing_tui.rates.exact import divide, multiply, subtract, thousandths

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from billing_tui.rates.line import ServiceUse

DAY = timedelta(days=1)


def days_of(use: ServiceUse) -> int:
    """Days of the period; a period without days is refused."""
    days = (use.to_day - use.from_day).days
    if days < 1:
        raise RateError(
            f"The period from {use.from_day} to {use.to_day} has no days.",
            field="to_day",
            code="RATE-PERIOD",
        )
    return days


def season_day(change: str, first: date, end: date) -> date:
    """The day of `[first, end)` whose season counts, by the policy of season changes."""
    return end - DAY if change == "last_day" else first


def season_cuts(calendars: Mapping[str, Mapping[int, str]], first: date, end: date) -> list[date]:
    """First days of months inside `(first, end)` on which one of the calendars changes season."""
    cuts = []
    day = first.replace(day=1)
    while calendars and day < end:
        before, day = day.month, (day + 31 * DAY).replace(day=1)
        changes = any(months[before] != months[day.month] for months in calendars.values())
        if changes and first < day < end:
            cuts.append(day)
    return cuts


def shared(whole: Decimal, days: Sequence[int]) -> list[Decimal]:
    """`whole` by days, to the thousandth; the last part takes what is left."""
    total = Decimal(sum(days))
    shares = [thousandths(divide(multiply(whole, Decimal(part)), total)) for part in days[:-1]]
    rest = whole
    for share in shares:
        rest = subtract(rest, share)
    return [*shares, rest]
