"""What a start of service is offered: the place, and what was taken there last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import NotFound
from billing_tui.records.attributes import without_personal
from billing_tui.records.open_account import TakenService

if TYPE_CHECKING:
    from collections.abc import Mapping

_LAST = """
SELECT p.id, p.kind, s.schedule, s.rate_class, s.id FROM service_point p
LEFT JOIN service s ON s.id = (
 SELECT n.id FROM service n WHERE n.service_point_id = p.id ORDER BY n.from_day DESC, n.id DESC
 LIMIT 1)
WHERE p.location_id = ? AND p.status IN ('Active', 'Off') ORDER BY p.id
"""
_ATTRIBUTES = """
SELECT name, value FROM service_attribute WHERE service_id = ? AND to_day IS NULL ORDER BY name
"""
_CYCLE = """
SELECT cycle_id FROM account WHERE location_id = ? ORDER BY opened DESC, id DESC LIMIT 1
"""
_ROUTE = """
SELECT r.cycle_id FROM service_point p JOIN route r ON r.id = p.route_id
WHERE p.location_id = ? ORDER BY p.id LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class OfferedPoint:
    """A service point with the terms on which it was taken last; both "" where it never was.

    Attributes:
        attributes: of the place, such as its carts; nothing that was the last customer's own.
    """

    point_id: int
    kind: str
    schedule: str
    rate_class: str
    attributes: Mapping[str, str]

    def taken(self) -> TakenService:
        """The service that is taken there on these terms."""
        return TakenService(
            service_point_id=self.point_id,
            schedule=self.schedule,
            rate_class=self.rate_class,
            attributes=self.attributes,
        )


@dataclass(frozen=True, slots=True)
class Offer:
    """A place with what whoever came last took there.

    Attributes:
        cycle_id: of the last account, else of the route; None where there never was either.
        points: every point that can be taken.
    """

    location_id: int
    cycle_id: int | None
    points: tuple[OfferedPoint, ...]

    @property
    def services(self) -> tuple[TakenService, ...]:
        """What the comer takes unless somebody says otherwise."""
        return tuple(point.taken() for point in self.points if point.schedule)

    @property
    def untaken(self) -> tuple[str, ...]:
        """Kinds of points that never had a schedule; say one."""
        return tuple(point.kind for point in self.points if not point.schedule)


def _row_of(table: str, number: str) -> int:
    rows = rows_of(f'SELECT id FROM "{table}" WHERE number = ?', (number,))
    if not rows:
        raise NotFound(f"There is no {table} {number[:24]}.", field=table)
    return int(rows[0][0])


def location_numbered(number: str) -> int:
    """Row of a location. Raises `NotFound`."""
    return _row_of("location", number)


def customer_numbered(number: str) -> int:
    """Row of a customer. Raises `NotFound`."""
    return _row_of("customer", number)


def point_of_kind(location_id: int, kind: str) -> int:
    """The service point of a kind at a place. Raises `NotFound`."""
    rows = rows_of(
        "SELECT id FROM service_point WHERE location_id = ? AND kind = ? ORDER BY id LIMIT 1",
        (location_id, kind),
    )
    if not rows:
        raise NotFound(f"There is no {kind} point there.", field="service_point")
    return int(rows[0][0])


def offer_at(location_id: int, terms: Mapping[str, tuple[str, str]] | None = None) -> Offer:
    """What a comer is offered at a place.

    Args:
        location_id: the place.
        terms: kind of service to (schedule, class), where it is to be another than the last.
    """
    chosen = terms or {}
    points = []
    for point, kind, schedule, rate_class, service in rows_of(_LAST, (location_id,)):
        code, class_ = chosen.get(kind, (schedule or "", rate_class or ""))
        taken = dict(rows_of(_ATTRIBUTES, (service,))) if service is not None else {}
        points.append(OfferedPoint(point, kind, code, class_, without_personal(taken)))
    cycle = rows_of(_CYCLE, (location_id,)) or rows_of(_ROUTE, (location_id,))
    return Offer(location_id, cycle[0][0] if cycle else None, tuple(points))
