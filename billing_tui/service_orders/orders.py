"""Service orders as values: what lists, screens and work sheets show of them (SVO-3, SVO-4)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from billing_tui.foundation.bulk import anywhere, rows_of
from billing_tui.foundation.errors import NotFound
from billing_tui.service_orders.kinds import CARTS, Condition, OrderState, OrderType

if TYPE_CHECKING:
    from collections.abc import Mapping

_SELECT = """
SELECT o.id, o.number, o.type, o.state, l.number, l.house || ' ' || l.street
       || CASE l.unit WHEN '' THEN '' ELSE ' ' || l.unit END,
       coalesce(r.code, ''), coalesce(p.sequence, 0), coalesce(p.reader_note, ''),
       coalesce(a.number, ''), o.need_by, o.priority, o.crew, o.remarks, o.snapshot, o.issued_on,
       o.finished_on, o.reading, o.result, o.exception_id, o.service_point_id, o.location_id,
       o.version, o.found_as, o.left_as, o.code
FROM service_order o
JOIN location l ON l.id = o.location_id
LEFT JOIN service_point p ON p.id = o.walk_point_id
LEFT JOIN route r ON r.id = p.route_id
LEFT JOIN account a ON a.id = o.account_id
"""
_WORDS = "o.number || ' ' || o.type || ' ' || l.house || ' ' || l.street || ' ' || l.unit"
_METERS = """
SELECT m.number, m.size, m.dials, m.unit, coalesce(d.day, i.from_day),
       coalesce(d.reading, i.first_reading)
FROM meter_installation i
JOIN meter m ON m.id = i.meter_id
JOIN service_point p ON p.id = i.service_point_id
LEFT JOIN read d ON d.service_point_id = p.id AND d.meter_id = m.id
 AND NOT EXISTS (SELECT 1 FROM read n WHERE n.previous_id = d.id)
WHERE i.to_day IS NULL AND {where} ORDER BY m.number
"""
_METER_FACTS = ("meter", "size", "dials", "unit", "last_day", "last_reading")

Key = tuple[str, int, int]
"""Where a page of a list ends: route, sequence, row of the order."""
START: Key = ("", -1, 0)


@dataclass(frozen=True, slots=True)
class OrderLine:
    """A service order.

    Attributes:
        route, sequence: where the crew walks to: its service point, or the first one at the
            place that is on a route; "" and 0 without one. So is the reader's note.
        snapshot: the meters as they were at issue: meter, size, dials, unit, last_day,
            last_reading.
        reading: what the crew found, in counts.
        result: what was done, or why it could not be.
        exception_id: the read exception that it was born from.
        version: hand it back with a change.
        found, left: the service before and after the work, where the crew told it.
        code: of the policy: why it could not be done.
    """

    order_id: int
    number: str
    type: OrderType
    state: OrderState
    location: str
    address: str
    route: str
    sequence: int
    reader_note: str
    account: str
    need_by: date
    priority: int
    crew: str
    remarks: str
    snapshot: tuple[Mapping[str, Any], ...]
    issued_on: date | None
    finished_on: date | None
    reading: int | None
    result: str
    exception_id: int | None
    service_point_id: int | None
    location_id: int
    version: int
    found: Condition | None = None
    left: Condition | None = None
    code: str = ""


def walk_point(location_id: int, service_point_id: int | None) -> int | None:
    """The point that the crew walks to: the one concerned, else the place's first on a route."""
    if service_point_id is not None:
        return service_point_id
    rows = rows_of(
        "SELECT min(id) FROM service_point WHERE location_id = ? AND route_id IS NOT NULL",
        (location_id,),
    )
    found: int | None = rows[0][0]
    return found


def meters_now(
    kind: OrderType, location_id: int, service_point_id: int | None
) -> list[dict[str, Any]]:
    """The meters in place at a point, or at the whole location, with their last registers.

    None for an order about carts.
    """
    if kind in CARTS:
        return []
    where = "p.location_id = ?" if service_point_id is None else "p.id = ?"
    rows = rows_of(_METERS.format(where=where), (service_point_id or location_id,))
    return [dict(zip(_METER_FACTS, row, strict=True)) for row in rows]


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _line(row: tuple[Any, ...]) -> OrderLine:
    values = list(row)
    values[2:4] = OrderType(row[2]), OrderState(row[3])
    values[10] = date.fromisoformat(row[10])
    values[14] = tuple(json.loads(row[14]))
    values[15:17] = _day(row[15]), _day(row[16])
    values[23:25] = (Condition(one) if one else None for one in row[23:25])
    return OrderLine(*values)


def find_order(number: str) -> OrderLine:
    """One order by its number. Raises `NotFound`."""
    rows = rows_of(f"{_SELECT} WHERE o.number = ?", (number,))
    if not rows:
        raise NotFound(f"There is no service order {number[:24]}.", field="order")
    return _line(rows[0])


def orders_of(
    *,
    state: OrderState | None = OrderState.ISSUED,
    route: str | None = None,
    need_by: date | None = None,
    kind: OrderType | None = None,
    crew: str | None = None,
    like: str = "",
    account: str = "",
    after: Key = START,
    limit: int = 50,
) -> list[OrderLine]:
    """A page of orders in walk order, after the one that `after` names.

    Args:
        state: only those in it; None for all.
        route: only those on it.
        need_by: only those that are due up to this day.
        kind: only those of this type.
        crew: only those of whom it begins with.
        like: only those that have these letters in their number, type or address.
        account: only those of the account of this number.
        after: `key_of` the last line of the page before.
        limit: most lines.
    """
    place = "coalesce(r.code, '')", "coalesce(p.sequence, 0)"
    where = [f"({place[0]}, {place[1]}, o.id) > (?, ?, ?)"]
    told: list[Any] = [*after]
    for condition, value in (
        ("o.state = ?", state.value if state else None),
        ("r.code = ?", route),
        ("o.need_by <= ?", need_by.isoformat() if need_by else None),
        ("o.type = ?", kind.value if kind else None),
        ("substr(lower(o.crew), 1, length(?)) = ?", crew.lower() if crew else None),
        ("a.number = ?", account or None),
        (f"lower({_WORDS}) LIKE ? ESCAPE '\\'", anywhere(like.lower()) if like else None),
    ):
        if value is not None:
            where.append(condition)
            told += [value] * condition.count("?")
    sql = f"{_SELECT} WHERE {' AND '.join(where)} ORDER BY {', '.join(place)}, o.id LIMIT ?"
    return [_line(row) for row in rows_of(sql, (*told, limit))]


def last_order(account: str) -> OrderLine | None:
    """The newest order of the account of that number, whatever became of it; None without one."""
    rows = rows_of(f"{_SELECT} WHERE a.number = ? ORDER BY o.id DESC LIMIT 1", (account,))
    return _line(rows[0]) if rows else None


def orders_on_sheet(sheet: int) -> list[OrderLine]:
    """The orders of a work sheet from its line 1 on, as they stand now."""
    sql = f"{_SELECT} JOIN work_sheet_line x ON x.order_id = o.id WHERE x.sheet_id = ?"
    return [_line(row) for row in rows_of(f"{sql} ORDER BY x.line", (sheet,))]


def key_of(line: OrderLine) -> Key:
    """Where the next page begins after this line."""
    return line.route, line.sequence, line.order_id


def changes_since_issue(line: OrderLine) -> tuple[str, ...]:
    """What is no longer as the order says, one sentence for each meter."""
    now = {
        one["meter"]: one for one in meters_now(line.type, line.location_id, line.service_point_id)
    }
    then = {one["meter"]: dict(one) for one in line.snapshot}
    gone = [f"Meter {number} is no longer there." for number in then if number not in now]
    fresh = [f"Meter {number} was put in since." for number in now if number not in then]
    other = [
        f"Meter {number} was read at {now[number]['last_reading']} on {now[number]['last_day']}."
        for number in then
        if number in now and now[number] != then[number]
    ]
    return (*gone, *fresh, *other)
