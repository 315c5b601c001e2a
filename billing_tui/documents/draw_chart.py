"""A usage chart and its key on paper; `usage_chart` says where everything goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.documents.bill_grid import FINE
from billing_tui.documents.sheet import BLACK, GREY, RULE
from billing_tui.documents.usage_chart import chart

if TYPE_CHECKING:
    from collections.abc import Sequence

    from billing_tui.documents.bill_values import UsageMonth
    from billing_tui.documents.sheet import Sheet

_THIS_YEAR, _LAST_YEAR, _NEWEST = 0.30, 0.76, 0.0


def draw_chart(
    sheet: Sheet,
    months: Sequence[UsageMonth],
    left: float,
    floor: float,
    *,
    width: float,
    height: float,
) -> None:
    """Draw a chart whose lower left corner is at (left, floor), letters below, figures left."""
    drawn = chart(months, width, height)
    for level, text in drawn.lines:
        sheet.rule(left, floor - level, width, 0.35, RULE if level else BLACK)
        sheet.right(left - 4, floor - level + 2.3, text, FINE - 0.5, grey=GREY)
    for bar in drawn.bars:
        grey = _LAST_YEAR if bar.last_year else (_NEWEST if bar.newest else _THIS_YEAR)
        sheet.fill(left + bar.x, floor - bar.height, bar.width, bar.height, grey)
    for x, letter in drawn.letters:
        sheet.centre(left + x, floor + 8, letter, FINE - 0.5, grey=GREY)


def draw_key(sheet: Sheet, right: float, y: float) -> None:
    """Say which bars are which year's, in one line that ends at `right`."""
    for text, grey in (("This year", _THIS_YEAR), ("Last year", _LAST_YEAR)):
        right -= sheet.width(text, FINE)
        sheet.text(right, y, text, FINE, grey=GREY)
        sheet.fill(right - 8, y - 5, 5, 5, grey)
        right -= 14
