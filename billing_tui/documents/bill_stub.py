"""The remittance stub: what comes back with the payment, below the perforation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.documents import qr
from billing_tui.documents.bill_grid import (
    ADDRESS,
    BODY,
    DUE,
    FACTS_LEFT,
    FINE,
    HEAD,
    LEADING,
    LEFT,
    RIGHT,
)
from billing_tui.documents.bill_header import draw_marks
from billing_tui.documents.bill_values import BillPage, day_text, dollars
from billing_tui.documents.envelope import CLEAR_BAND, PERFORATION, REMIT_WINDOW, SIDE_CLEARANCE
from billing_tui.documents.scan_line import scan_line
from billing_tui.documents.sheet import BOLD, GREY, REGULAR, SCAN

if TYPE_CHECKING:
    from billing_tui.documents.bill_values import UtilityProfile
    from billing_tui.documents.sheet import Sheet

SCAN_SIZE = 7.2 / 0.715
"""Points that set OCR-A, 715/1000 em wide, at ten characters to the inch."""
SCAN_BASELINE = CLEAR_BAND.bottom - 14
_QR_SIDE = 66.0
_QR_TOP = PERFORATION + 42
_REMIT_LEFT = REMIT_WINDOW.left + SIDE_CLEARANCE + 4.5
_REMIT_LINE = REMIT_WINDOW.top + 20
_ROWS_TOP = PERFORATION + 32
_AMOUNT_LINE = PERFORATION + 93
_BOX_TOP = PERFORATION + 101
_BOX_HEIGHT = 22.0
_NAME_ROOM = 160.0
_REMIT_ROOM = REMIT_WINDOW.right - SIDE_CLEARANCE - _REMIT_LEFT
_MOST_REMIT_LINES = 5


def stub_furniture(sheet: Sheet, utility: UtilityProfile, *, asks: bool) -> None:
    """What every stub of a utility shares; one that asks for nothing has no box for an amount."""
    sheet.dashes(0, PERFORATION, RIGHT + LEFT)
    note = (
        f"Please return this part with your payment. Make the check payable to "
        f"{utility.payable_to} and write the account number on it."
    )
    if not asks:
        note = "There is nothing to pay and nothing to return: this bill was cancelled."
    size = sheet.size_for((note,), RIGHT - LEFT, (FINE, FINE - 1))
    note = sheet.fitted(note, RIGHT - LEFT, size)
    sheet.centre((LEFT + RIGHT) / 2, PERFORATION + 11, note, size, grey=GREY)
    sheet.within(LEFT, _ROWS_TOP, utility.name, _NAME_ROOM, (HEAD + 1.5, HEAD, BODY), weight=BOLD)
    lines = (utility.payable_to, *utility.remit_lines)
    for place, line in enumerate(lines[:_MOST_REMIT_LINES]):
        y = _REMIT_LINE + place * LEADING
        sheet.within(_REMIT_LEFT, y, line, _REMIT_ROOM, (ADDRESS, BODY))
    sheet.cut += lines[_MOST_REMIT_LINES:]
    if asks:
        _enclosed(sheet)


def _enclosed(sheet: Sheet) -> None:
    sheet.right(RIGHT - 126, _BOX_TOP + 14, "Amount enclosed", BODY, BOLD)
    sheet.frame(RIGHT - 118, _BOX_TOP, 118, _BOX_HEIGHT)
    sheet.text(RIGHT - 112, _BOX_TOP + 15, "$", ADDRESS + 1)


def _pay_prompt(sheet: Sheet, bill: BillPage, *, with_code: bool) -> None:
    utility = bill.utility
    x = LEFT + _QR_SIDE + 12 if with_code else LEFT
    y = _QR_TOP + 10
    if with_code:
        sheet.within(x, y, utility.pay_prompt, FACTS_LEFT - x - 12, (BODY + 0.5, BODY), weight=BOLD)
        y += 13
    for line in (utility.website, utility.phone):
        sheet.within(x, y, line, FACTS_LEFT - x - 12, (BODY, FINE))
        y += LEADING


def _rows(bill: BillPage) -> tuple[tuple[str, str, str], ...]:
    due = bill.pay_note or ("none" if bill.to_pay == 0 else day_text(bill.due_day))
    rows = [
        ("Account number", bill.account_number, BOLD),
        ("Bill number", bill.bill_number, REGULAR),
        ("Service address", bill.service_address, REGULAR),
        ("Due date", due, BOLD),
    ]
    if bill.amounts.after_due is not None and bill.to_pay and not bill.pay_note:
        rows.append(("After the due date", dollars(bill.amounts.after_due), REGULAR))
    return tuple(rows)


def qr_runs(bill: BillPage) -> list[tuple[int, int, int]]:
    """Black runs of the bill's QR code, or none where it has no text.

    Raises:
        InvalidEntry: the text cannot be a QR code.
    """
    return qr.runs(qr.matrix(bill.qr_text)) if bill.qr_text else []


def draw_stub(sheet: Sheet, bill: BillPage, code: list[tuple[int, int, int]]) -> None:
    """Everything on the stub but the scan line; `code` is what `qr_runs` gave."""
    if code:
        side = max(column + length for column, _, length in code)
        sheet.runs(LEFT, _QR_TOP, _QR_SIDE / side, code)
    _pay_prompt(sheet, bill, with_code=bool(code))
    y = _ROWS_TOP
    for label, value, weight in _rows(bill):
        sheet.text(FACTS_LEFT, y, label, BODY, grey=GREY)
        size = sheet.size_for((value,), 165, (BODY, FINE), weight)
        sheet.right(RIGHT, y, sheet.fitted(value, 165, size, weight), size, weight)
        y += LEADING - 0.5
    sheet.rule(FACTS_LEFT, _AMOUNT_LINE - 14, RIGHT - FACTS_LEFT)
    sheet.text(FACTS_LEFT, _AMOUNT_LINE, "Amount due", DUE - 1, BOLD)
    sheet.right(RIGHT, _AMOUNT_LINE, dollars(bill.to_pay), DUE - 1, BOLD)
    draw_marks(sheet, bill, FACTS_LEFT - 18, _ROWS_TOP)


def bill_scan_line(bill: BillPage) -> str:
    """The digits of the bill's scan line; none where the bill was cancelled.

    Raises:
        InvalidEntry: account or bill number cannot be put into digits.
    """
    if bill.amounts.cancelled:
        return ""
    digits = "".join(char for char in bill.bill_number if "0" <= char <= "9")
    return scan_line(bill.account_number, bill.to_pay, digits, bill.utility.scan_layout)


def draw_scan_line(sheet: Sheet, line: str) -> None:
    """The OCR-A line alone in its clear band."""
    sheet.right(RIGHT, SCAN_BASELINE, line, SCAN_SIZE, SCAN)
