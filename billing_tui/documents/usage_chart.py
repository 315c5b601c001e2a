"""Geometry of the usage chart: thirteen months, last year's beside this year's. Nothing is drawn.

Coordinates are points from the lower left corner of the chart's own box.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from billing_tui.documents.bill_values import UsageMonth

_STEPS = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(4), Decimal(5), Decimal(8), Decimal(10))
_FILLED = 0.76
"""Share of a month's width that its two bars take."""
_HAIRLINE = 0.4
"""Least height of a bar for usage above zero, so that a little is not nothing."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar. `newest` marks the period of this bill, `last_year` the bar beside it."""

    x: float
    width: float
    height: float
    last_year: bool
    newest: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars, month letters (centre, text) and scale lines (height, text) of one chart."""

    bars: tuple[Bar, ...]
    letters: tuple[tuple[float, str], ...]
    lines: tuple[tuple[float, str], ...]
    top: Decimal


def scale_top(largest: Decimal) -> Decimal:
    """The round figure at or above the largest usage that the scale ends with."""
    if largest <= 0:
        return Decimal(1)
    power = Decimal(1).scaleb(largest.adjusted())
    for step in _STEPS:
        if largest <= step * power:
            return step * power
    return 10 * power


def _figure(value: Decimal) -> str:
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def chart(months: Sequence[UsageMonth], width: float, height: float) -> Chart:
    """Lay out a chart of the months, oldest first, in a box of that size in points.

    A month without a figure leaves its place empty. Usage below zero (a corrected read) draws
    nothing. The last month is the newest.
    """
    known = [
        value for month in months for value in (month.usage, month.last_year) if value is not None
    ]
    top = scale_top(max(known, default=Decimal(0)))
    slot = width / max(len(months), 1)
    thick = slot * _FILLED / 2
    bars: list[Bar] = []
    letters = []
    for place, month in enumerate(months):
        left = slot * place + slot * (1 - _FILLED) / 2
        newest = place == len(months) - 1
        letters.append((slot * (place + 0.5), f"{month.month:%b}"[:1]))
        for shift, value in ((0, month.last_year), (1, month.usage)):
            if value is None or value <= 0:
                continue
            tall = max(float(value / top) * height, _HAIRLINE)
            bars.append(Bar(left + shift * thick, thick, tall, not shift, newest))
    lines = ((0.0, "0"), (height / 2, _figure(top / 2)), (height, _figure(top)))
    return Chart(tuple(bars), tuple(letters), lines, top)
