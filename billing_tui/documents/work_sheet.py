"""The work sheet for the crew (SVO-4): orders in walk order, what to mind, space to write, a code.

The code beside an order is its number: scanned into the completion grid it fills the line. What a
meter showed last is left out where it is to be read again, so that nobody copies it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from billing_tui.access.rights import Right
from billing_tui.documents import qr
from billing_tui.documents.bill_grid import BODY, FINE, HEAD, LEFT, RIGHT
from billing_tui.documents.bill_values import day_text
from billing_tui.documents.listing import new_listing
from billing_tui.documents.sheet import BLACK, BOLD, GREY, REGULAR, THIN
from billing_tui.documents.utility import read_letterhead
from billing_tui.foundation.bulk import in_chunks
from billing_tui.foundation.counting import counted
from billing_tui.foundation.units import quantity_text
from billing_tui.records.lookup import account_summary, find_account
from billing_tui.service_orders.kinds import Condition, OrderType
from billing_tui.service_orders.order_policy import shipped_order_policy
from billing_tui.service_orders.work_sheets import find_sheet, make_sheet

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from billing_tui.access.desk import Desk
    from billing_tui.documents.listing import Listing
    from billing_tui.documents.sheet import Sheet as Page
    from billing_tui.service_orders.orders import OrderLine
    from billing_tui.service_orders.work_sheets import Sheet, SheetChoice

_QR_SIDE = 46.0
_TEXT_LEFT = LEFT + 78
_DIAL, _BOX, _LINE = 15.0, 18.0, 11.0
_FACTS_TOP, _LEAST_TOP, _BLANKS_HEIGHT = 22.0, 58.0, 58.0
_READ_BLIND = {OrderType.REREAD, OrderType.CHECK_READ}
_MOST_WARNINGS = _MOST_METERS = 2
_WORDS, _MOST_REMARKS = 85, 3


@dataclass(frozen=True, slots=True)
class PrintedWorkSheet:
    """A work sheet on paper.

    Attributes:
        number: of the sheet, printed large on it.
        orders: how many stand on it.
    """

    number: int
    path: Path
    orders: int
    pages: int
    sha256: str


@dataclass(frozen=True, slots=True)
class _Known:
    """What the office knows about who is served at the place of an order."""

    name: str = ""
    warnings: tuple[str, ...] = ()


def _known(order: OrderLine, sheet: Sheet) -> _Known:
    """The customer, and what the crew should mind: the reader's note, alerts on the account."""
    warnings = [order.reader_note] if order.reader_note else []
    if not order.account:
        return _Known("", tuple(warnings))
    summary = account_summary(find_account(order.account), sheet.day)
    warnings += [note.text for note in summary.sticky_notes]
    return _Known(summary.customer.name, tuple(dict.fromkeys(warnings)))


def _meter_text(meter: Mapping[str, Any], order: OrderLine) -> str:
    text = f"{meter['meter']}   {meter['size']}   {meter['dials']} dials   {meter['unit']}"
    if order.type in _READ_BLIND or meter["last_reading"] is None:
        return text
    day = day_text(date.fromisoformat(meter["last_day"]))
    return f"{text}   last {quantity_text(meter['last_reading'])} on {day}"


def _code(page: Page, order: OrderLine, line: int, y: float) -> None:
    matrix = qr.matrix(order.number)
    page.runs(LEFT, y, _QR_SIDE / len(matrix), qr.runs(matrix))
    page.text(LEFT, y + _QR_SIDE + 22, str(line), 20, BOLD)


def _head(page: Page, order: OrderLine, y: float) -> None:
    room = RIGHT - _TEXT_LEFT - 150
    page.text(_TEXT_LEFT, y + 8, page.fitted(order.address, room, 11, BOLD), 11, BOLD)
    page.right(RIGHT, y + 8, f"{order.type.upper()}   {order.number}", HEAD, BOLD)
    urgent = order.priority == 1
    due = f"Priority {order.priority}{', NOW' if urgent else ''}   by {day_text(order.need_by)}"
    page.right(RIGHT, y + 20, due, BODY, BOLD if urgent else REGULAR)


def _facts(order: OrderLine, known: _Known) -> list[tuple[str, str]]:
    """Lines under the address, each with its weight: who, which meter, what to mind, what for."""
    place = f"Walk {order.sequence}   " if order.route else ""
    account = f"Account {order.account}   {known.name}" if order.account else "No account"
    lines = [(f"{place}{account}", REGULAR)]
    lines += [(_meter_text(meter, order), REGULAR) for meter in order.snapshot[:_MOST_METERS]]
    lines += [(f"! {warning}", BOLD) for warning in known.warnings[:_MOST_WARNINGS]]
    return lines + [(told, REGULAR) for told in wrap(order.remarks, _WORDS)[:_MOST_REMARKS]]


def _blanks(page: Page, order: OrderLine, y: float) -> None:
    """Boxes for the reading, what was found and left, code, day, name, and a line for words."""
    x = _TEXT_LEFT
    if len(order.snapshot) == 1:
        page.text(x, y - 3, "Read", FINE, grey=GREY)
        for _ in range(int(order.snapshot[0]["dials"])):
            page.frame(x, y, _DIAL, _BOX, THIN)
            x += _DIAL
        x += 14
    for label, width in (("Found", 24), ("Left", 24), ("Code", 30), ("Day", 64), ("By", 64)):
        page.text(x, y - 3, label, FINE, grey=GREY)
        page.frame(x, y, width, _BOX, THIN)
        x += width + 12
    page.text(_TEXT_LEFT, y + 34, "Remark", FINE, grey=GREY)
    page.rule(_TEXT_LEFT + 28, y + 34, RIGHT - _TEXT_LEFT - 28, grey=BLACK)


def _put(listing: Listing, order: OrderLine, line: int, known: _Known) -> None:
    facts = _facts(order, known)
    blanks_top = max(_FACTS_TOP + _LINE * len(facts) + 8, _LEAST_TOP)
    listing.room(blanks_top + _BLANKS_HEIGHT)
    page, top = listing.sheet, listing.y
    _code(page, order, line, top)
    _head(page, order, top)
    for at, (text, weight) in enumerate(facts):
        y, room = top + _FACTS_TOP + _LINE * at, RIGHT - _TEXT_LEFT - (0 if at else 110)
        page.text(_TEXT_LEFT, y, page.fitted(text, room, BODY, weight), BODY, weight)
    _blanks(page, order, top + blanks_top)
    page.rule(LEFT, top + blanks_top + _BLANKS_HEIGHT - 12, RIGHT - LEFT)
    listing.y += blanks_top + _BLANKS_HEIGHT


def _legend(listing: Listing) -> None:
    """What the figures in the boxes mean."""
    listing.heading("Figures for the boxes")
    conditions = ", ".join(f"{at} {one}" for at, one in enumerate(Condition, 1))
    listing.fact("Found, left", conditions)
    label = "Could not be done"
    for some in in_chunks(shipped_order_policy().unable.items(), 4):
        listing.fact(label, ", ".join(f"{code} {why}" for code, why in some))
        label = ""


def _draw(desk: Desk, sheet: Sheet) -> PrintedWorkSheet:
    utility = read_letterhead(desk.home).profile.name
    title = f"Work sheet {sheet.number}"
    orders = counted(len(sheet.lines), "order")
    told = f"{utility}   for {day_text(sheet.day)}   {orders}   made by {sheet.made_by}"
    path = desk.home.printed / f"work-sheet-{sheet.number}.pdf"
    with new_listing(title, told, desk.clock()) as listing:
        numbered = enumerate(sheet.lines, 1)
        for route, lines in groupby(numbered, key=lambda one: one[1].route):
            listing.heading(f"Route {route}" if route else "Off the routes")
            for line, order in lines:
                _put(listing, order, line, _known(order, sheet))
        _legend(listing)
        done = listing.write(path)
    return PrintedWorkSheet(sheet.number, path, len(sheet.lines), done.pages, done.sha256)


def print_work_sheet(desk: Desk, choice: SheetChoice) -> PrintedWorkSheet:
    """Put issued orders on a new sheet and print it into the home's `printed` folder.

    Raises:
        NotFound: one of the orders is not there.
        Refused: no issued order fits, or too many do.
    """
    return _draw(desk, make_sheet(desk, choice))


def reprint_work_sheet(desk: Desk, number: int) -> PrintedWorkSheet:
    """Print a sheet again as it is, under its own number. Raises `NotFound`."""
    desk.require(Right.LOOK)
    return _draw(desk, find_sheet(number))
