"""What stands at a place when an order is issued for it: who is there, which points and meters."""

from __future__ import annotations

from dataclasses import dataclass

from billing_tui.foundation.bulk import rows_of
from billing_tui.service_orders.kinds import OrderState

_POINTS = """
SELECT p.id, p.kind, coalesce(m.number, ''), coalesce(m.size, ''), p.reader_note
FROM service_point p
LEFT JOIN meter_installation i ON i.service_point_id = p.id AND i.to_day IS NULL
LEFT JOIN meter m ON m.id = i.meter_id
WHERE p.location_id = ? ORDER BY m.number IS NULL, p.kind, p.id
"""
_HOLDER = """
SELECT a.id, a.number, c.name FROM account a JOIN customer c ON c.id = a.customer_id
WHERE a.location_id = ? AND a.closed IS NULL ORDER BY a.opened DESC, a.id DESC LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class OrderPoint:
    """A service point: row, kind of service, meter and size ("" without one), reader's note."""

    point_id: int
    kind: str
    meter: str
    size: str
    note: str


@dataclass(frozen=True, slots=True)
class OrderPlace:
    """A place that work is done at.

    Attributes:
        account_id: of whoever takes service; None where nobody does.
        open_orders: numbers of orders that are out there already.
    """

    location_id: int
    account_id: int | None
    account: str
    name: str
    points: tuple[OrderPoint, ...]
    open_orders: tuple[str, ...]

    @property
    def metered(self) -> OrderPoint | None:
        """The point with a meter, where there is one only."""
        found = [point for point in self.points if point.meter]
        return found[0] if len(found) == 1 else None

    def point_of(self, kind: str) -> OrderPoint | None:
        """The point of a kind of service, where there is one only."""
        found = [point for point in self.points if point.kind == kind]
        return found[0] if len(found) == 1 else None


def order_place(location_id: int) -> OrderPlace:
    """What stands at a location now."""
    holder = rows_of(_HOLDER, (location_id,))
    account_id, account, name = holder[0] if holder else (None, "", "")
    points = tuple(OrderPoint(*row) for row in rows_of(_POINTS, (location_id,)))
    out = rows_of(
        "SELECT number || ' ' || type FROM service_order WHERE location_id = ? AND state IN (?, ?)"
        " ORDER BY id DESC LIMIT 5",
        (location_id, OrderState.DRAFT.value, OrderState.ISSUED.value),
    )
    numbers = tuple(str(row[0]) for row in out)
    return OrderPlace(location_id, account_id, account, name, points, numbers)
