"""Usage by month as bars of plain characters, with its scale; newest month at the right."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from billing_tui.foundation.units import quantity_text
from billing_tui.tui.ink import Line, Role, Span, gap, left, right

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

_STEPS = tuple(Decimal(step) for step in ("1", "1.5", "2", "2.5", "3", "4", "5", "6", "8", "10"))
_SCALE = 6


@dataclass(frozen=True, slots=True)
class Bar:
    """The usage of one billing period.

    Attributes:
        day: the day of the read that ends it.
        usage: in the chart's unit; None where nothing was read.
        estimated: drawn with another sign.
    """

    day: date
    usage: Decimal | None
    estimated: bool = False


def scale_step(largest: Decimal, rows: int) -> Decimal:
    """Usage that one row stands for: the least of 1, 2, 4, 5 times a power of ten that fits."""
    power = Decimal(1)
    while power * rows > largest and power > Decimal("0.001"):
        power /= 10
    while True:
        for step in _STEPS:
            if power * step * rows >= largest:
                return power * step
        power *= 10


def bar_chart(
    bars: Sequence[Bar], unit: str, *, width: int, height: int, step: int = 2
) -> list[Line]:
    """The newest bars that fit into `width` cells, `height` rows of bars and one of months.

    `step` is the cells that each bar takes: 2 leaves a gap, 1 stands them close.
    """
    shown = list(bars)[-max((width - _SCALE) // step, 1) :]
    largest = max((bar.usage for bar in shown if bar.usage is not None), default=Decimal(0))
    if not shown or largest <= 0:
        return [(gap(1), ("No usage yet.", Role.LABEL))]
    scale, apart = scale_step(largest, height), " " * (step - 1)
    lines = [_row(shown, scale, row, apart) for row in range(height, 0, -1)]
    months: list[Span] = [left(f" {unit}", _SCALE, Role.LABEL)]
    months += [(f"{bar.day:%b}"[0] + apart, Role.LABEL) for bar in shown]
    return [*lines, tuple(months)]


def _figure(usage: Decimal) -> str:
    """A figure of the scale in its five cells: `7,500`, `12.5k`, `10M`."""
    told = ""
    for times, letter in ((1, ""), (1000, "k"), (1_000_000, "M")):
        told = f"{quantity_text(usage / times)}{letter}"
        if len(told) < _SCALE:
            break
    return told


def _row(bars: Sequence[Bar], step: Decimal, row: int, apart: str) -> Line:
    spans: list[Span] = [right(_figure(step * row), _SCALE - 1, Role.LABEL), gap(1)]
    for at, bar in enumerate(bars):
        role = Role.ACCENT if at + 1 == len(bars) else Role.BAR
        spans.append((f"{_sign(bar, step, row)}{apart}", role))
    return tuple(spans)


def _sign(bar: Bar, step: Decimal, row: int) -> str:
    if bar.usage is None or bar.usage <= 0:
        return "-" if bar.usage is not None and row == 1 else " "
    full, half = step * row, step * row - step / 2
    if bar.usage >= full or (row == 1 and bar.usage > half):
        return "=" if bar.estimated else "#"
    return "." if bar.usage > step * (row - 1) else " "
