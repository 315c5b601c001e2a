"""Work sheets: issued orders in walk order under one number, so that paper finds its way back.

Each order has its line on the sheet, by which it can be keyed (`order_keyed.py`). An order that is
printed again stands on a new sheet and keeps its line on the old one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.foundation.bulk import insert_rows, next_id, rows_of
from billing_tui.foundation.counting import counted
from billing_tui.foundation.errors import NotFound, Refused
from billing_tui.service_orders.kinds import OrderState
from billing_tui.service_orders.orders import (
    START,
    OrderLine,
    find_order,
    key_of,
    orders_of,
    orders_on_sheet,
)
from billing_tui.service_orders.tables import WorkSheet, WorkSheetLine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from billing_tui.access.desk import Desk
    from billing_tui.service_orders.kinds import OrderType

_PAGE = 200
_MOST = 2000
_COLUMNS = ("sheet_id", "line", "order_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetChoice:
    """Which issued orders go on a sheet.

    Attributes:
        day: those that are needed by this day.
        route: only those on it.
        kind: only those of this type.
        crew: only those of whom it begins with.
        numbers: only these, whatever their day; all the others where empty.
        again: also those that stand on a sheet already; `numbers` are printed all the same.
    """

    day: date
    route: str | None = None
    kind: OrderType | None = None
    crew: str | None = None
    numbers: tuple[str, ...] = ()
    again: bool = False


class LeftOut(NamedTuple):
    """Issued orders that a choice leaves out: on a sheet already, and needed after its day."""

    printed: int = 0
    later: int = 0


class SheetOut(NamedTuple):
    """A sheet of which so many of its orders are still out."""

    number: int
    day: date
    route: str
    out: int
    orders: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """A work sheet.

    Attributes:
        number: its own.
        day: for which it was made.
        route: the only one on it, or "".
        made_by: who made it; `at` when, UTC, ISO.
        lines: the orders from line 1 on, as they stand now.
    """

    number: int
    day: date
    route: str
    made_by: str
    at: str
    lines: tuple[OrderLine, ...]


def _chosen(choice: SheetChoice) -> Iterator[OrderLine]:
    """The orders in walk order."""
    if choice.numbers:
        orders = [find_order(number) for number in choice.numbers]
        for line in orders:
            if line.state is not OrderState.ISSUED:
                raise Refused(f"Order {line.number} is {line.state.lower()}.", code="ORDER-STATE")
        yield from sorted(orders, key=key_of)
        return
    printed = set() if choice.again else _on_paper()
    for line in _issued(choice):
        if line.need_by <= choice.day and line.order_id not in printed:
            yield line


def _issued(choice: SheetChoice) -> Iterator[OrderLine]:
    """Issued orders of the route, type and crew, needed on whatever day."""
    after = START
    while page := orders_of(
        route=choice.route,
        kind=choice.kind,
        crew=choice.crew,
        after=after,
        limit=_PAGE,
    ):
        yield from page
        after = key_of(page[-1])


def _on_paper() -> set[int]:
    """Rows of the issued orders that stand on a sheet."""
    sql = (
        "SELECT DISTINCT l.order_id FROM work_sheet_line l"
        " JOIN service_order o ON o.id = l.order_id WHERE o.state = ?"
    )
    return {row for (row,) in rows_of(sql, (OrderState.ISSUED.value,))}


def left_out(choice: SheetChoice) -> LeftOut:
    """How many issued orders of its route, type and crew a sheet would not hold, and why."""
    if choice.numbers:
        return LeftOut()
    printed = set() if choice.again else _on_paper()
    orders = list(_issued(choice))
    due = [one for one in orders if one.need_by <= choice.day]
    return LeftOut(sum(one.order_id in printed for one in due), len(orders) - len(due))


def _none_fits(choice: SheetChoice) -> str:
    printed, later = left_out(choice)
    if printed:
        return f"{counted(printed, 'order')} due there, on a sheet already; say once more to print."
    if later:
        return f"No issued order is due there; {counted(later, 'order')} needed later."
    return "No issued order is due there."


def make_sheet(desk: Desk, choice: SheetChoice) -> Sheet:
    """Put issued orders on a sheet of their own.

    Raises:
        NotFound: one of the numbers is no order.
        Refused: no issued order fits that is not on a sheet already, more than 2,000 do, or one
            of the numbers is not issued.
    """
    with writing(desk, Right.KEEP_RECORDS, "service_orders.make_sheet") as act:
        orders = list(_chosen(choice))
        if not orders:
            raise Refused(_none_fits(choice), field="day")
        if len(orders) > _MOST:
            raise Refused(f"{len(orders):,} orders are too many for one sheet; choose a route.")
        number = next_id(WorkSheet)
        WorkSheet.insert(
            id=number,
            day=choice.day,
            route=choice.route or "",
            staff=desk.staff_id,
            at=desk.clock().isoformat(timespec="seconds"),
        ).execute()
        rows = [(number, place, one.order_id) for place, one in enumerate(orders, 1)]
        insert_rows(WorkSheetLine, _COLUMNS, rows)
        act.about("work sheet", number)
        act.after = {"day": choice.day.isoformat(), "orders": [one.number for one in orders]}
    return find_sheet(number)


def find_sheet(number: int) -> Sheet:
    """A sheet with its orders as they stand now. Raises `NotFound`."""
    heads = rows_of(
        "SELECT s.day, s.route, w.username, s.at FROM work_sheet s"
        " JOIN staff_member w ON w.id = s.staff_id WHERE s.id = ?",
        (number,),
    )
    if not heads:
        raise NotFound(f"There is no work sheet {number}.", field="sheet")
    day, route, made_by, at = heads[0]
    lines = tuple(orders_on_sheet(number))
    return Sheet(number, date.fromisoformat(day), route, made_by, at, lines)


def sheets_out() -> list[SheetOut]:
    """The sheets that still have issued orders, newest first."""
    rows = rows_of(
        "SELECT s.id, s.day, s.route, sum(CASE WHEN o.state = ? THEN 1 ELSE 0 END), count(*)"
        " FROM work_sheet s JOIN work_sheet_line l ON l.sheet_id = s.id"
        " JOIN service_order o ON o.id = l.order_id GROUP BY s.id, s.day, s.route"
        " HAVING sum(CASE WHEN o.state = ? THEN 1 ELSE 0 END) > 0 ORDER BY s.id DESC LIMIT ?",
        (OrderState.ISSUED.value, OrderState.ISSUED.value, _PAGE),
    )
    return [SheetOut(row[0], date.fromisoformat(row[1]), *row[2:]) for row in rows]


def sheets_of(number: str) -> list[tuple[int, int]]:
    """The sheets that an order stands on, newest first, each with its line."""
    rows = rows_of(
        "SELECT l.sheet_id, l.line FROM work_sheet_line l JOIN service_order o"
        " ON o.id = l.order_id WHERE o.number = ? ORDER BY l.sheet_id DESC",
        (number,),
    )
    return [(int(sheet), int(line)) for sheet, line in rows]
