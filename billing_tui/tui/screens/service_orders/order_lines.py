"""What stands under the list of orders: the meter at issue, what changed since, how it came out."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from billing_tui.service_orders.kinds import OrderState
from billing_tui.service_orders.order_policy import shipped_order_policy
from billing_tui.service_orders.orders import changes_since_issue
from billing_tui.service_orders.work_sheets import sheets_of
from billing_tui.tui.ink import BLANK, Line, Role, gap, wrapped
from billing_tui.tui.screens.service_orders.order_fields import priority_text
from billing_tui.tui.shown import day_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from billing_tui.service_orders.orders import OrderLine


def order_lines(order: OrderLine, width: int, height: int) -> list[Line]:
    """Everything about one order, `height` lines of it, the most important first."""
    lines: list[Line] = [_what(order), *_known(order, width), *_came_out(order, width)]
    lines += _meters(order)
    if order.state in {OrderState.ISSUED, OrderState.DRAFT}:
        changes = changes_since_issue(order) if order.issued_on else ()
        lines += [(gap(1), (one, Role.WARNING)) for one in changes]
    lines.append(_paper(order))
    lines = [line for line in lines if line][:height]
    return [*lines, *[BLANK] * (height - len(lines))]


def order_text(order: OrderLine) -> str:
    """An order in a few words, such as `S26-0000002 re-read, completed 11/03/26, read 6,105`."""
    day = order.finished_on or order.issued_on
    on = f" {day_text(day)}" if day else ""
    read = f", read {order.reading:,}" if order.reading is not None else ""
    return f"{order.number} {order.type}, {order.state.lower()}{on}{read}"


def _what(order: OrderLine) -> Line:
    who = f"   {order.crew}" if order.crew else ""
    urgent = Role.WARNING if order.priority == 1 else Role.TEXT
    return (
        gap(1),
        (f"{order.number}  {order.type}", Role.VALUE),
        (f"   {order.state}   by {day_text(order.need_by)}   ", Role.TEXT),
        (f"{order.priority}, {priority_text(order.priority)}", urgent),
        (f"{who}   {order.account}", Role.LABEL),
    )


def _known(order: OrderLine, width: int) -> list[Line]:
    lines: list[Line] = []
    if order.reader_note:
        lines.append((gap(1), (f"! {order.reader_note}", Role.WARNING)))
    lines += [(gap(1), (one, Role.TEXT)) for one in wrapped(order.remarks, width - 2, 2)]
    return lines


def _came_out(order: OrderLine, width: int) -> list[Line]:
    if order.finished_on is None:
        return [(gap(1), (order.result, Role.TEXT))] if order.result else []
    told = [f"{order.state} {day_text(order.finished_on)}"]
    if order.reading is not None:
        told.append(f"read {order.reading:,}")
    told += [f"found {order.found}"] if order.found else []
    told += [f"left {order.left}"] if order.left else []
    why = shipped_order_policy().unable.get(order.code, "")
    told += [one for one in (f"{order.code} {why}".strip(), order.result) if one]
    return [(gap(1), (one, Role.GOOD)) for one in wrapped(", ".join(told), width - 2, 2)]


def _meters(order: OrderLine) -> list[Line]:
    return [
        (gap(1), ("At issue  ", Role.LABEL), (_meter(meter), Role.TEXT))
        for meter in order.snapshot[:2]
    ]


def _meter(meter: Mapping[str, Any]) -> str:
    facts = f"{meter['meter']}  {meter['size']}  {meter['dials']} dials  {meter['unit']}"
    if meter["last_reading"] is None:
        return facts
    day = day_text(date.fromisoformat(meter["last_day"]))
    return f"{facts}  read {meter['last_reading']:,} on {day}"


def walk_text(order: OrderLine) -> str:
    """Where the crew comes by: its route, and its place on it."""
    return f"{order.route} {order.sequence}" if order.route else "-"


def _paper(order: OrderLine) -> Line:
    told = [f"walk {walk_text(order)}"] if order.route else []
    told += [f"sheet {sheet}, line {line}" for sheet, line in sheets_of(order.number)[:2]]
    if order.exception_id is not None:
        told.append(f"born from read exception {order.exception_id}")
    return (gap(1), ("; ".join(told), Role.LABEL)) if told else BLANK
