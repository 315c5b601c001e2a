"""The main column as rows: meter readings, charges by service and tier, messages.

A row knows its height and draws itself between two edges, so that the same rows fill the first
page and go on over as many pages as they need.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing_tui.documents.bill_grid import BODY, FINE, FINE_LEADING, HEAD, HEADING, ROW
from billing_tui.documents.bill_values import ReadKind, short_day
from billing_tui.documents.sheet import BLACK, BOLD, GREY, REGULAR, THICK
from billing_tui.foundation.money import money_text
from billing_tui.foundation.units import quantity_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from billing_tui.documents.bill_values import BillPage, BillService, ChargeLine, MeterRow
    from billing_tui.documents.sheet import Sheet
    from billing_tui.documents.wrapping import Wrapper

_READINGS, _CHARGES = "Meter readings", "Current charges"
_MAIN_WIDTH = 336.0
_TEXT = BODY - 0.5
_TIMES, _PRICE = 101.0, 56.0
"""From the right edge: where the times sign begins and where the price ends."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its height, how to draw it, and how many rows after it must stay with it.

    White space is not `inked`: it never opens a page. A row that opens a page amid its `section`
    gets that section's heading again.
    """

    height: float
    draw: Callable[[Sheet, float, float, float], None]
    keep: int = 0
    inked: bool = True
    section: str = ""


def heading(text: str, aside: str = "", keep: int = 2) -> Row:
    """A section's heading over a black rule."""

    def draw(sheet: Sheet, left: float, right: float, y: float) -> None:
        sheet.text(left, y, text, HEAD, BOLD)
        sheet.right(right, y, aside, FINE, grey=GREY)
        sheet.rule(left, y + 4.5, right - left, THICK, BLACK)

    return Row(HEADING, draw, keep)


def gap(height: float) -> Row:
    """White space."""
    return Row(height, _nothing, inked=False)


def _nothing(_sheet: Sheet, _left: float, _right: float, _y: float) -> None:
    """Draw nothing."""


# Left edges of text columns and right edges of figure columns, from the left of the row.
_SERVICE, _METER, _PERIOD, _DAYS = 0.0, 42.0, 94.0, 180.0
_PREVIOUS, _CURRENT, _KIND, _USAGE = 217.0, 255.0, 259.0, 336.0


def _meter_heads(sheet: Sheet, left: float, _right: float, y: float) -> None:
    for x, text in ((_SERVICE, "Service"), (_METER, "Meter"), (_PERIOD, "From and to")):
        sheet.text(left + x, y, text, FINE, grey=GREY)
    for x, text in ((_DAYS, "Days"), (_PREVIOUS, "Previous"), (_CURRENT, "Current")):
        sheet.right(left + x, y, text, FINE, grey=GREY)
    sheet.right(left + _USAGE, y, "Usage", FINE, grey=GREY)


def _meter(row: MeterRow) -> Row:
    period = f"{short_day(row.from_day)}\u2009\u2013\u2009{short_day(row.to_day)}"
    texts = ((_SERVICE, row.service, _METER - 3), (_METER, row.meter, _PERIOD - 3))
    figures = (
        (_DAYS, str(row.days)),
        (_PREVIOUS, quantity_text(row.previous)),
        (_CURRENT, quantity_text(row.current)),
        (_USAGE, f"{quantity_text(row.usage)} {row.unit}"),
    )

    def draw(sheet: Sheet, left: float, _right: float, y: float) -> None:
        for x, text, end in texts:
            sheet.text(left + x, y, sheet.fitted(text, end - x, FINE), FINE)
        sheet.text(left + _PERIOD, y, period, FINE)
        for x, text in figures:
            sheet.right(left + x, y, text, FINE)
        weight = REGULAR if row.kind == ReadKind.ACTUAL else BOLD
        sheet.text(left + _KIND, y, row.kind.value, FINE - 0.5, weight)

    return Row(ROW, draw, section=_READINGS)


def _note(text: str) -> Row:
    def draw(sheet: Sheet, left: float, right: float, y: float) -> None:
        shown = sheet.fitted(text, right - left - _METER, FINE)
        sheet.text(left + _METER, y - 1, shown, FINE, grey=GREY)

    return Row(FINE_LEADING, draw, section=_READINGS)


def meter_rows(bill: BillPage) -> Iterator[Row]:
    """The table of readings, one row per meter, with its notes beneath."""
    if not bill.meters:
        return
    yield heading(_READINGS)
    yield Row(FINE_LEADING + 1.6, _meter_heads, 1)
    for meter in bill.meters:
        yield _meter(meter)
        if meter.multiplier is not None and meter.multiplier != 1:
            yield _note(f"Readings times {quantity_text(meter.multiplier)}")
        if meter.note:
            yield _note(meter.note)
    yield gap(8)


def _service(service: BillService) -> Row:
    def draw(sheet: Sheet, left: float, right: float, y: float) -> None:
        label = sheet.fitted(service.label, 150, BODY + 0.5, BOLD)
        sheet.text(left, y, label, BODY + 0.5, BOLD)
        x = left + sheet.width(label, BODY + 0.5, BOLD) + 8
        sheet.text(x, y, sheet.fitted(service.detail, right - 60 - x, FINE), FINE, grey=GREY)
        sheet.right(right, y, money_text(service.cents), BODY + 0.5, BOLD)

    return Row(ROW + 0.6, draw, 1, section=_CHARGES)


def _quantity_and_price(sheet: Sheet, right: float, y: float, line: ChargeLine) -> None:
    sheet.right(right - _TIMES - 6, y, sheet.fitted(line.quantity, 62, BODY), BODY)
    if line.price:
        sheet.text(right - _TIMES, y, "\u00d7", BODY)
        sheet.right(right - _PRICE, y, sheet.fitted(line.price, 42, BODY), BODY)


def _single(service: BillService) -> Row:
    """A service of one line: name, line and amount in one row."""
    (line,) = service.lines

    def draw(sheet: Sheet, left: float, right: float, y: float) -> None:
        label = sheet.fitted(service.label, 120, BODY + 0.5, BOLD)
        sheet.text(left, y, label, BODY + 0.5, BOLD)
        x = left + sheet.width(label, BODY + 0.5, BOLD) + 8
        room = right - (170 if line.quantity or line.price else 62) - x
        sheet.text(x, y, sheet.fitted(line.label, room, BODY), BODY)
        _quantity_and_price(sheet, right, y, line)
        sheet.right(right, y, money_text(service.cents), BODY + 0.5, BOLD)

    return Row(ROW + 0.6, draw, section=_CHARGES)


def _charge(line: ChargeLine, section: str) -> Row:
    def draw(sheet: Sheet, left: float, right: float, y: float) -> None:
        room = right - left
        split = line.quantity or line.price
        label = sheet.fitted(line.label, room - (176 if split else 70), BODY)
        sheet.text(left + 8, y, label, BODY)
        _quantity_and_price(sheet, right, y, line)
        sheet.right(right, y, money_text(line.cents), BODY)

    return Row(ROW, draw, section=section)


def _total(label: str, cents: int) -> Row:
    def draw(sheet: Sheet, left: float, right: float, y: float) -> None:
        sheet.rule(left, y - 10, right - left)
        sheet.text(left, y + 1, label, BODY + 0.5, BOLD)
        sheet.right(right, y + 1, money_text(cents), BODY + 0.5, BOLD)

    return Row(ROW + 4, draw, section=_CHARGES)


def charge_rows(bill: BillPage) -> Iterator[Row]:
    """Current charges, service by service, each line with its quantity and price."""
    yield heading(_CHARGES, "in dollars")
    for service in bill.services:
        if len(service.lines) == 1:
            yield _single(service)
        else:
            yield _service(service)
            for line in service.lines:
                yield _charge(line, service.label)
        yield gap(3)
    yield gap(2)
    yield _total("Total current charges", bill.amounts.current_charges)


def _line(text: str, size: float, height: float) -> Row:
    def draw(sheet: Sheet, left: float, _right: float, y: float) -> None:
        sheet.text(left, y, text, size)

    return Row(height, draw)


def message_rows(bill: BillPage, sheet: Sheet, wrapper: Wrapper) -> Iterator[Row]:
    """Messages under their heading, then the block in other languages in finer print."""
    if any(bill.messages):
        yield gap(7)
        yield heading("Messages", keep=1)
        yield from paragraph_rows(bill.messages, _TEXT, sheet, wrapper)
    if any(bill.language_block):
        yield gap(1.5)
        yield from paragraph_rows(bill.language_block, FINE, sheet, wrapper)


def dispute_rows(bill: BillPage, sheet: Sheet, wrapper: Wrapper) -> Iterator[Row]:
    """How to question the bill, where the side column had no room for it."""
    yield gap(7)
    yield heading("Questions about this bill", keep=1)
    yield from paragraph_rows((bill.utility.dispute_text,), _TEXT, sheet, wrapper)


def paragraph_rows(
    texts: tuple[str, ...], size: float, sheet: Sheet, wrapper: Wrapper
) -> Iterator[Row]:
    """Wrapped paragraphs."""
    for text in texts:
        for line in wrapper.lines(text, sheet.faces[REGULAR], size, _MAIN_WIDTH):
            yield _line(line, size, size + 1.8)
        yield gap(1.5)
