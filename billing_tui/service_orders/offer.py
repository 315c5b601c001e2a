"""What a start of service is offered: the place, and what was taken there last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import NotFound
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


@dataclass(frozen=True, slots=True)
class Offer:
    """A place with what whoever came last took there.

    Attributes:
        cycle_id: of the last account; None where there never was one.
        services: what the comer takes unless somebody says otherwise.
        untaken: kinds of points that never had a schedule; say one.
    """

    location_id: int
    cycle_id: int | None
    services: tuple[TakenService, ...]
    untaken: tuple[str, ...]


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
    services, untaken = [], []
    for point, kind, schedule, rate_class, service in rows_of(_LAST, (location_id,)):
        if kind not in chosen and schedule is None:
            untaken.append(kind)
            continue
        codes = chosen.get(kind, (schedule, rate_class))
        attributes = dict(rows_of(_ATTRIBUTES, (service,))) if service is not None else {}
        services.append(
            TakenService(
                service_point_id=point,
                schedule=codes[0],
                rate_class=codes[1],
                attributes=attributes,
            )
        )
    cycle = rows_of(_CYCLE, (location_id,))
    return Offer(location_id, cycle[0][0] if cycle else None, tuple(services), tuple(untaken))
