"""Current charges: service by service, tier by tier, each line with its quantity and price."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.documents.bill_grid import BODY, FINE, ROW
from billing_tui.documents.bill_rows import WIDTH, Row, gap, heading, notes
from billing_tui.documents.sheet import BOLD, GREY
from billing_tui.foundation.money import money_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from billing_tui.documents.bill_values import BillPage, BillService, ChargeLine
    from billing_tui.documents.sheet import Sheet
    from billing_tui.documents.wrapping import Wrapper

_SECTION = "Current charges"
_NAME = BODY + 0.5
_INDENT, _SPACE = 8.0, 8.0
# From the right edge: where the quantity ends, the times sign begins, and the price ends.
_QUANTITY, _TIMES, _PRICE = 107.0, 101.0, 56.0
_AMOUNT_ROOM, _QUANTITY_ROOM, _PRICE_ROOM = 62.0, 62.0, 40.0


def _label_room(line: ChargeLine) -> float:
    """Points between the left edge and the line's first figure."""
    taken = _QUANTITY + _QUANTITY_ROOM if line.quantity or line.price else _AMOUNT_ROOM
    return WIDTH - taken - _SPACE


def _figures(sheet: Sheet, right: float, y: float, line: ChargeLine) -> None:
    sheet.figure(right - _QUANTITY, y, line.quantity, _QUANTITY_ROOM, BODY)
    if line.price:
        sheet.text(right - _TIMES, y, "\u00d7", BODY)
        sheet.figure(right - _PRICE, y, line.price, _PRICE_ROOM, BODY)


def _name(service: BillService, label: str, beside: str) -> Row:
    """The service's name and total; `beside` stands beside the name in fine grey."""

    def draw(sheet: Sheet, left: float, right: float, y: float) -> None:
        sheet.text(left, y, label, _NAME, BOLD)
        x = left + sheet.width(label, _NAME, BOLD) + _SPACE
        sheet.text(x, y, beside, FINE, grey=GREY)
        sheet.right(right, y, money_text(service.cents), _NAME, BOLD)

    return Row(ROW + 0.6, draw, 1, section=_SECTION)


def _single(service: BillService, label: str, text: str) -> Row:
    """A service of one short line: name, line and amount in one row."""
    (line,) = service.lines

    def draw(sheet: Sheet, left: float, right: float, y: float) -> None:
        sheet.text(left, y, label, _NAME, BOLD)
        sheet.text(left + sheet.width(label, _NAME, BOLD) + _SPACE, y, text, BODY)
        _figures(sheet, right, y, line)
        sheet.right(right, y, money_text(service.cents), _NAME, BOLD)

    return Row(ROW + 0.6, draw, section=_SECTION)


def _charge(line: ChargeLine, section: str, wrapper: Wrapper) -> Iterator[Row]:
    """A line with its figures; a long label goes on beneath."""

    def more(text: str) -> Row:
        def draw(sheet: Sheet, left: float, _right: float, y: float) -> None:
            sheet.text(left + _INDENT, y, text, BODY)

        return Row(ROW, draw, section=section)

    first, *rest = wrapper.lines(line.label, BODY, _label_room(line) - _INDENT) or ("",)

    def draw(sheet: Sheet, left: float, right: float, y: float) -> None:
        sheet.text(left + _INDENT, y, first, BODY)
        _figures(sheet, right, y, line)
        sheet.right(right, y, money_text(line.cents), BODY)

    yield Row(ROW, draw, min(len(rest), 3), section=section)
    for text in rest:
        yield more(text)


def _service(service: BillService, wrapper: Wrapper, sheet: Sheet) -> Iterator[Row]:
    label = sheet.fitted(service.label, 150, _NAME, BOLD)
    beside = sheet.width(label, _NAME, BOLD) + _SPACE
    if len(service.lines) == 1:
        (line,) = service.lines
        fit = wrapper.lines(line.label, BODY, max(_label_room(line) - beside, 20))
        if len(fit) == 1:
            yield _single(service, label, fit[0])
            return
    detail = wrapper.lines(service.detail, FINE, WIDTH - _AMOUNT_ROOM - beside)
    yield _name(service, label, detail[0] if len(detail) == 1 else "")
    if len(detail) > 1:
        yield from notes(service.detail, _INDENT, _SECTION, wrapper)
    for line in service.lines:
        yield from _charge(line, label, wrapper)


def _total(cents: int) -> Row:
    def draw(sheet: Sheet, left: float, right: float, y: float) -> None:
        sheet.rule(left, y - 10, right - left)
        sheet.text(left, y + 1, "Total current charges", _NAME, BOLD)
        sheet.right(right, y + 1, money_text(cents), _NAME, BOLD)

    return Row(ROW + 4, draw, section=_SECTION)


def charge_rows(bill: BillPage, wrapper: Wrapper, sheet: Sheet) -> Iterator[Row]:
    """All services, then the total. `sheet` measures names and notes those that are cut."""
    yield heading(_SECTION, "in dollars")
    for service in bill.services:
        yield from _service(service, wrapper, sheet)
        yield gap(3)
    yield gap(2)
    yield _total(bill.amounts.current_charges)
