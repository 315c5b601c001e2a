"""The reading that an order brought back, beside the read before it (SVO-4). Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing_tui.foundation.errors import InvalidEntry
from billing_tui.service_orders.ahead import metered_points, meters_there, read_ahead
from billing_tui.service_orders.kinds import ReadSource

if TYPE_CHECKING:
    from datetime import date

    from billing_tui.service_orders.ahead import MeterThere, ReadAhead
    from billing_tui.service_orders.orders import OrderLine


@dataclass(frozen=True, slots=True)
class OrderReading:
    """What a reading of an order's meter means.

    Attributes:
        meter: where its use begins.
        ahead: what it used since; None where it went backwards.
        doubt: what is to be looked at again, "" where nothing.
    """

    meter: MeterThere
    ahead: ReadAhead | None
    doubt: str


def order_reading(line: OrderLine, day: date, counts: int) -> OrderReading | None:
    """Look at a reading as the checks of keyed reads do.

    None where the order is not for one meter, that meter was not there on the day, or its reads
    go on after it.
    """
    if len(line.snapshot) != 1:
        return None
    number, point = line.snapshot[0]["meter"], line.service_point_id
    points = metered_points(line.location_id) if point is None else [point]
    there = next((one for one in meters_there(points, day) if one.number == number), None)
    if there is None or there.day > day:
        return None
    try:
        ahead = read_ahead(there, day, counts, ReadSource.FIELD)
    except InvalidEntry as error:
        return OrderReading(there, None, error.sentence)
    return OrderReading(there, ahead, " ".join(ahead.warnings) if ahead.asks else "")
