"""What stands under the lines of SVO020: the order in hand, its meter, and what its read shows."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from billing_tui.service_orders.order_reading import order_reading
from billing_tui.service_orders.orders import changes_since_issue
from billing_tui.tui.ink import BLANK, Line, Role, gap, wrapped
from billing_tui.tui.key_legend import key_legend
from billing_tui.tui.kinds import read_day
from billing_tui.tui.screens.service_orders.move_fields import ahead_text
from billing_tui.tui.screens.service_orders.order_fields import (
    CONDITIONS,
    codes,
    conditions_text,
)
from billing_tui.tui.shown import day_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from billing_tui.service_orders.finish_order import Finished
    from billing_tui.service_orders.order_reading import OrderReading
    from billing_tui.tui.screens.service_orders.slips import Slip

_LINES = 4


def look_of(slip: Slip, today: date) -> OrderReading | None:
    """What the reading of a line shows; None before one was keyed."""
    if slip.order is None or slip.reading is None or slip.saved:
        return None
    return order_reading(slip.order, read_day(slip.text("day"), today), slip.reading)


def read_text(slip: Slip, today: date) -> str:
    """`8 ccf in 20 days since 1,236 on 10/14/26`; "" before a reading was keyed."""
    look = look_of(slip, today)
    if look is None:
        return ""
    if look.ahead is None:
        return f"last read {look.meter.reading:,} on {look.meter.day:%m/%d/%y}"
    return ahead_text(look.ahead)


def _meter_text(meter: Mapping[str, Any], *, read: bool) -> str:
    """A meter as it was at issue, with its last read where that is not told beside it."""
    told = f"{meter['meter']} {meter['size']}"
    if not read or meter["last_reading"] is None:
        return told
    day = date.fromisoformat(meter["last_day"])
    return f"{told}, read {meter['last_reading']:,} on {day_text(day)}"


def legend(width: int) -> list[Line]:
    """What is keyed under F/L and under Code."""
    return [
        *key_legend("F/L", CONDITIONS.items(), width, told="found, then left:", room=5),
        *key_legend("Code", codes().items(), width, room=5),
    ]


def outcome(slip: Slip, done: Finished) -> str:
    """What came of a line that was saved."""
    number = slip.order.number if slip.order else ""
    verb = "could not be done" if slip.text("code") else "completed"
    return f"{number} {verb}{reading_goes(done, read=slip.reading is not None)}."


def reading_goes(done: Finished, *, read: bool) -> str:
    """Where the reading of a finished order went, to follow what was done with the order."""
    if done.settled:
        return f"; its reading settles read exception {done.settled[0]}"
    return "; its reading stays on the order, no bill counts it" if read else ""


def detail(slip: Slip | None, today: date, width: int) -> list[Line]:
    """The order in hand in four lines: what, which meter, what is wrong or what has changed.

    The last read stands beside the meter: the crew's sheet may be blind, what comes back is not.
    """
    if slip is None or slip.order is None:
        return [BLANK] * _LINES
    order = slip.order
    look = read_text(slip, today)
    meters = ", ".join(_meter_text(one, read=not look) for one in order.snapshot)
    born = "   from a read exception" if order.exception_id is not None else ""
    state = conditions_text(slip.text("conditions"))
    shows = "   ".join(one for one in (meters, look, state, order.remarks) if one)
    lines: list[Line] = [
        (
            gap(1),
            (f"{order.number}  {order.type}  {order.address}", Role.VALUE),
            (born, Role.LABEL),
        ),
        (gap(1), (shows, Role.TEXT)),
    ]
    if slip.refusal and not slip.saved:
        lines += [(gap(1), (one, Role.ERROR)) for one in wrapped(f"! {slip.refusal}", width - 2, 2)]
    elif slip.told:
        lines.append((gap(1), (slip.told, Role.GOOD)))
    else:
        changes = changes_since_issue(order) if not slip.saved else ()
        lines.append((gap(1), (" ".join(changes), Role.WARNING)))
    return [*lines, *[BLANK] * (_LINES - len(lines))]
