"""The side column: account summary, usage chart, gallons per day, aging, how to ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.documents.bill_grid import (
    BODY,
    BODY_BOTTOM,
    BODY_TOP,
    DUE,
    FINE,
    FINE_LEADING,
    HEAD,
    HEADING,
    RIGHT,
    SIDE_LEFT,
)
from billing_tui.documents.draw_chart import draw_chart, draw_key
from billing_tui.documents.sheet import BLACK, BOLD, GREY, THICK
from billing_tui.foundation.money import money_text

if TYPE_CHECKING:
    from billing_tui.documents.bill_values import AgingBuckets, BillAmounts, BillPage, UsageHistory
    from billing_tui.documents.sheet import Sheet
    from billing_tui.documents.wrapping import Wrapper

WIDTH = RIGHT - SIDE_LEFT
_STEP = 11.5
_TALLEST, _LOWEST = 54.0, 36.0
_AXIS = 20.0
_AFTER_SUMMARY, _AFTER_CHART, _AFTER_FIGURES, _TO_FIGURES = 22.5, 22.0, 16.5, 11.0


def _heading(sheet: Sheet, y: float, text: str, aside: str = "") -> float:
    sheet.text(SIDE_LEFT, y, text, HEAD, BOLD)
    sheet.right(RIGHT, y, aside, FINE, grey=GREY)
    sheet.rule(SIDE_LEFT, y + 4.5, WIDTH, THICK, BLACK)
    return y + HEADING


def _summary_lines(amounts: BillAmounts) -> list[tuple[str, int]]:
    if amounts.alone:
        return [("Charges of this bill", amounts.current_charges)]
    lines = [("Previous balance", amounts.previous_balance)]
    if amounts.payments:
        lines.append(("Payments, thank you", amounts.payments))
    if amounts.adjustments:
        lines.append(("Adjustments", amounts.adjustments))
    if amounts.penalties:
        lines.append(("Penalties", amounts.penalties))
    lines.append(("Balance forward", amounts.balance_forward))
    lines.append(("Current charges", amounts.current_charges))
    if amounts.carried:
        label = "Carried to last bill" if amounts.carried < 0 else "Other corrected bills"
        lines.append((label, amounts.carried))
    return lines


def _summary(sheet: Sheet, y: float, amounts: BillAmounts) -> float:
    title = "This bill" if amounts.alone else "Account summary"
    y = _heading(sheet, y, title, "in dollars")
    for label, cents in _summary_lines(amounts):
        sheet.text(SIDE_LEFT, y, label, BODY)
        sheet.right(RIGHT, y, money_text(cents), BODY)
        y += _STEP
    sheet.rule(SIDE_LEFT, y - 7.5, WIDTH)
    sheet.text(SIDE_LEFT, y + 3.5, amounts.total_word, BODY + 0.5, BOLD)
    sheet.right(RIGHT, y + 3.5, money_text(amounts.total_due), BODY + 0.5, BOLD)
    return y + _AFTER_SUMMARY


def _chart(sheet: Sheet, y: float, usage: UsageHistory, height: float) -> float:
    draw_key(sheet, RIGHT, y)
    title = sheet.fitted(f"{usage.service}, {usage.unit}", 80, HEAD, BOLD)
    left, floor = SIDE_LEFT + _AXIS, _heading(sheet, y, title) + height
    draw_chart(sheet, usage.months, left, floor, width=RIGHT - left, height=height)
    return floor + _AFTER_CHART


def _figures(sheet: Sheet, y: float, figures: list[tuple[str, str]], size: float) -> float:
    """A row of small labels over figures, evenly spread."""
    step = WIDTH / len(figures)
    for place, (label, value) in enumerate(figures):
        x = SIDE_LEFT + place * step
        sheet.text(x, y, label, FINE - 0.5, grey=GREY)
        sheet.text(x, y + size + 1, sheet.fitted(value, step - 3, size, BOLD), size, BOLD)
    return y + size + _AFTER_FIGURES


def _per_day(sheet: Sheet, y: float, usage: UsageHistory) -> float:
    known = (
        ("This bill", usage.per_day),
        ("Last bill", usage.per_day_last_period),
        ("A year ago", usage.per_day_last_year),
    )
    if usage.per_day is None:
        return y
    sheet.text(SIDE_LEFT, y, usage.daily_unit, BODY, BOLD)
    figures = [(label, "\u2013" if value is None else f"{value:,}") for label, value in known]
    return _figures(sheet, y + _TO_FIGURES, figures, DUE - 1)


def _aging(sheet: Sheet, y: float, aging: AgingBuckets) -> float:
    sheet.text(SIDE_LEFT, y, "Past due by age, in days", BODY, BOLD)
    figures = [
        ("Not yet due", money_text(aging.current)),
        ("Up to 60", money_text(aging.over_30)),
        ("61\u201390", money_text(aging.over_60)),
        ("Over 90", money_text(aging.over_90)),
    ]
    return _figures(sheet, y + _TO_FIGURES, figures, BODY - 0.5)


def _chart_height(bill: BillPage, dispute_lines: int) -> float:
    """As tall as the column allows when the text on disputes stands in it too."""
    taken = len(_summary_lines(bill.amounts)) * _STEP + _AFTER_SUMMARY + _AFTER_CHART + 3 * HEADING
    if bill.usage and bill.usage.per_day is not None:
        taken += _TO_FIGURES + DUE - 1 + _AFTER_FIGURES
    if bill.aging and bill.aging.past_due:
        taken += _TO_FIGURES + BODY - 0.5 + _AFTER_FIGURES
    left = BODY_BOTTOM - BODY_TOP - taken - (dispute_lines - 1) * FINE_LEADING
    return min(max(left, _LOWEST), _TALLEST)


def draw_side(sheet: Sheet, bill: BillPage, wrapper: Wrapper) -> bool:
    """Draw the column. False when the text on disputes has to go into the main column."""
    lines = wrapper.lines(bill.utility.dispute_text, FINE, WIDTH)
    y = _summary(sheet, BODY_TOP, bill.amounts)
    if bill.usage and any(month.usage is not None for month in bill.usage.months):
        y = _chart(sheet, y, bill.usage, _chart_height(bill, len(lines)))
        y = _per_day(sheet, y, bill.usage)
    if bill.aging and bill.aging.past_due:
        y = _aging(sheet, y, bill.aging)
    spare = BODY_BOTTOM + 1 - y - HEADING - (len(lines) - 1) * FINE_LEADING
    if spare < 0:
        return False
    y = _heading(sheet, y + min(spare, 6), "Questions about this bill")
    for line in lines:
        sheet.text(SIDE_LEFT, y - 1, line, FINE)
        y += FINE_LEADING
    return True
