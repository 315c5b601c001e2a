"""The top of the bill: return address, address block with IMb, facts, and the amount due."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from billing_tui.documents import imb
from billing_tui.documents.bill_grid import (
    ADDRESS,
    AMOUNT,
    BODY,
    DUE,
    FACTS_LEFT,
    FACTS_VALUE,
    FINE,
    HEAD,
    LEADING,
    LEFT,
    NEXT_TOP,
    RIGHT,
    TITLE,
)
from billing_tui.documents.bill_values import BillPage, day_text, dollars
from billing_tui.documents.envelope import INCH, MAILING_WINDOW, RETURN_WINDOW, SIDE_CLEARANCE
from billing_tui.documents.sheet import BLACK, BOLD, GREY, REGULAR, THICK, TINT, Sheet

if TYPE_CHECKING:
    from billing_tui.documents.bill_values import UtilityProfile

_NAME_LINE = 52.0
_CONTACT_LINE = 114.0
_MOST_LINES = 3
"""Below the name in the return window, and between the windows."""
_RETURN_ROOM = RETURN_WINDOW.right - SIDE_CLEARANCE - LEFT
_IMB_TOP = 153.0
_FIRST_ADDRESS_LINE = 176.0
_MOST_ADDRESS_LINES = 5
_ADDRESS_ROOM = MAILING_WINDOW.right - SIDE_CLEARANCE - LEFT
_PANEL_TOP, _PANEL_BOTTOM = 140.0, 228.0
_PANEL_INSET = 12.0

_IMB_PITCH, _IMB_BAR = INCH / 22, 0.020 * INCH
_IMB_HALF, _IMB_TRACK = 0.0725 * INCH, 0.024 * INCH
WHITE = 1.0


class Addressed(Protocol):
    """What stands in the window of the envelope: a bill, or a letter."""

    @property
    def customer_name(self) -> str:
        """To whom it goes."""

    @property
    def mailing_lines(self) -> tuple[str, ...]:
        """Street, city and ZIP."""


def return_address(sheet: Sheet, utility: UtilityProfile) -> None:
    """The utility in the upper window, and how to reach the office between the windows."""
    y = _NAME_LINE
    sheet.within(LEFT, y, utility.name, _RETURN_ROOM, (HEAD + 1.5, HEAD, BODY), weight=BOLD)
    lines = [line for line in (utility.department, *utility.return_lines) if line]
    for line in lines[:_MOST_LINES]:
        y += LEADING
        sheet.within(LEFT, y, line, _RETURN_ROOM, (ADDRESS, BODY))
    for place, line in enumerate(utility.contact_lines[:_MOST_LINES]):
        shown = sheet.fitted(line, FACTS_LEFT - LEFT - 12, BODY)
        sheet.text(LEFT, _CONTACT_LINE + place * LEADING, shown, BODY, grey=GREY)
    sheet.cut += [*lines[_MOST_LINES:], *utility.contact_lines[_MOST_LINES:]]


def utility_furniture(sheet: Sheet, utility: UtilityProfile) -> None:
    """What every first page of a utility's bills shares."""
    return_address(sheet, utility)
    sheet.text(FACTS_LEFT, _NAME_LINE, "Utility bill", TITLE, BOLD)
    sheet.fill(FACTS_LEFT, _PANEL_TOP, RIGHT - FACTS_LEFT, _PANEL_BOTTOM - _PANEL_TOP, TINT)


def address_lines(sheet: Sheet, bill: Addressed) -> tuple[float, list[str]]:
    """Size of type and at most five lines that fit the window, city and ZIP last.

    Long lines are set in 8 points, the least that USPS reads reliably; then they go on in a second
    line while there is room; what is left is cut and noted.
    """
    lines = [line for line in (bill.customer_name, *bill.mailing_lines) if line.strip()]
    spare = _MOST_ADDRESS_LINES - len(lines)
    if spare < 0:
        sheet.cut.extend(lines[_MOST_ADDRESS_LINES - 1 : -1])
        lines = [*lines[: _MOST_ADDRESS_LINES - 1], lines[-1]]
    size = sheet.size_for(lines, _ADDRESS_ROOM, (ADDRESS, BODY))
    result: list[str] = []
    for line in lines:
        head, rest = line, ""
        if spare > 0 and sheet.too_wide(line, _ADDRESS_ROOM, size):
            head, rest = sheet.split(line, _ADDRESS_ROOM, size)
            spare -= bool(rest)
        result += [sheet.fitted(part, _ADDRESS_ROOM, size) for part in (head, rest) if part]
    return size, result


def draw_address(sheet: Sheet, bill: Addressed, bars: str) -> None:
    """The address block and the IMb above it; `bars` are its letters or ""."""
    size, lines = address_lines(sheet, bill)
    for place, line in enumerate(lines):
        sheet.text(LEFT, _FIRST_ADDRESS_LINE + place * LEADING, line, size)
    middle = _IMB_TOP + _IMB_HALF
    for place, letter in enumerate(bars):
        top = _IMB_HALF if letter in "AF" else _IMB_TRACK
        low = _IMB_HALF if letter in "DF" else _IMB_TRACK
        sheet.fill(LEFT + place * _IMB_PITCH, middle - top, _IMB_BAR, top + low)


def imb_bars(bill: BillPage) -> str:
    """The letters of the bill's IMb, or "" where it has none."""
    return imb.encode(bill.imb_tracking, bill.imb_routing) if bill.imb_tracking else ""


def mark(sheet: Sheet, x: float, y: float, text: str) -> float:
    """A mark in white on black that ends at `x`; returns where it begins."""
    shown = sheet.fitted(text.upper(), 120, BODY, BOLD)
    width = sheet.width(shown, BODY, BOLD) + 12
    sheet.fill(x - width, y - 10, width, 14)
    sheet.text(x - width + 6, y, shown, BODY, BOLD, grey=WHITE)
    return x - width - 6


def draw_marks(sheet: Sheet, bill: BillPage, x: float, y: float) -> None:
    """DUPLICATE and whose copy it is, ending at `x`."""
    for text in ("Duplicate" if bill.duplicate else "", bill.copy_mark):
        if text:
            x = mark(sheet, x, y, text)


def _came_from(bill: BillPage) -> tuple[str, str]:
    """The cycle that billed it; a special bill has none."""
    if not bill.cycle:
        return "Kind", "Special bill"
    if not bill.route:
        return "Cycle", bill.cycle
    return "Cycle and route", f"{bill.cycle} / {bill.route}"


def draw_facts(sheet: Sheet, bill: BillPage) -> None:
    """Account, bill, day, service address."""
    rows = (
        ("Account number", bill.account_number, BOLD),
        ("Bill number", bill.bill_number, REGULAR),
        ("Bill date", day_text(bill.bill_day), REGULAR),
        ("Service address", bill.service_address, REGULAR),
        (*_came_from(bill), REGULAR),
    )
    for place, (label, value, weight) in enumerate(rows):
        y = 72 + place * 12.5
        sheet.text(FACTS_LEFT, y, label, BODY, grey=GREY)
        sheet.within(FACTS_VALUE, y, value, RIGHT - FACTS_VALUE, (BODY, FINE), weight=weight)


def due_line(bill: BillPage) -> str:
    """What to do about the amount: pay by a day, nothing, or what the pay note says."""
    if bill.pay_note:
        return bill.pay_note
    if bill.amounts.total_due <= 0:
        return "No payment is due"
    return f"Due by {day_text(bill.due_day)}"


def amount_note(bill: BillPage) -> str:
    """The small line under the amount: a credit, a past due part, or what it is later."""
    amounts = bill.amounts
    if amounts.total_due < 0:
        return "The credit stays on your account for the next bill."
    if bill.aging and bill.aging.past_due > 0:
        return f"{dollars(bill.aging.past_due)} of this is past due: please pay that part now."
    if amounts.after_due is not None and amounts.total_due > 0 and not bill.pay_note:
        return f"{dollars(amounts.after_due)} if paid after {day_text(bill.due_day)}"
    return ""


def draw_amount(sheet: Sheet, bill: BillPage) -> None:
    """The panel: the amount and its day, unmistakable."""
    total, word, note = bill.amounts.total_due, bill.amounts.total_word, amount_note(bill)
    if bill.amounts.cancelled:
        total, word, note = bill.to_pay, "Amount due", ""
    x, room = FACTS_LEFT + _PANEL_INSET, RIGHT - FACTS_LEFT - 2 * _PANEL_INSET
    y = _PANEL_TOP + (18 if note else 24)
    sheet.text(x, y, word, ADDRESS)
    sheet.text(x - 1, y + 27, dollars(abs(total)), AMOUNT, BOLD)
    sheet.within(x, y + 46, due_line(bill), room, (DUE, HEAD, BODY), weight=BOLD)
    sheet.text(x, y + 61, note, BODY)


def draw_continuation_header(sheet: Sheet, bill: BillPage) -> None:
    """The top of the second and later pages."""
    room = FACTS_LEFT - LEFT - 12
    sheet.within(LEFT, _NAME_LINE, bill.utility.name, room, (HEAD + 1.5, HEAD, BODY), weight=BOLD)
    sheet.text(FACTS_LEFT, _NAME_LINE, "Utility bill, continued", HEAD + 1.5, BOLD)
    draw_marks(sheet, bill, RIGHT, _NAME_LINE)
    sheet.within(LEFT, _NAME_LINE + 14, bill.customer_name, room, (BODY, FINE))
    where = f"Account {bill.account_number}   Bill {bill.bill_number}   {day_text(bill.bill_day)}"
    sheet.text(FACTS_LEFT, _NAME_LINE + 14, sheet.fitted(where, RIGHT - FACTS_LEFT, BODY), BODY)
    sheet.rule(LEFT, NEXT_TOP - 26, RIGHT - LEFT, THICK, BLACK)


def draw_page_number(sheet: Sheet, page: int, pages: int) -> None:
    """Page n of m, in the upper right corner."""
    sheet.right(RIGHT, 34, f"Page {page} of {pages}", FINE, grey=GREY)


def draw_header(sheet: Sheet, bill: BillPage, bars: str) -> None:
    """The top of the first page, but for its furniture."""
    draw_address(sheet, bill, bars)
    draw_marks(sheet, bill, RIGHT, _NAME_LINE)
    draw_facts(sheet, bill)
    draw_amount(sheet, bill)
