"""The metered points of a cycle, as they stand on a day: who is walked to, with which meter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.units import Unit
from billing_tui.metering.usage import Register
from billing_tui.records.kinds import AccountStatus, PointStatus

if TYPE_CHECKING:
    from collections.abc import Iterable

_BILLED = (AccountStatus.ACTIVE, AccountStatus.FINAL_PENDING)

_INSTALLATIONS = """
SELECT sp.id, sp.status, sp.kind, sp.sequence, r.code, l.number,
       l.house || ' ' || l.street || CASE l.unit WHEN '' THEN '' ELSE ' ' || l.unit END,
       m.id, m.number, m.endpoint, m.size, m.dials, m.unit, m.multiplier_milli,
       mi.from_day, mi.first_reading, mi.to_day, mi.last_reading
FROM route r
JOIN service_point sp ON sp.route_id = r.id
JOIN location l ON l.id = sp.location_id
JOIN meter_installation mi ON mi.service_point_id = sp.id
JOIN meter m ON m.id = mi.meter_id
WHERE r.cycle_id = ? AND mi.from_day <= ? {one}
ORDER BY r.code, sp.sequence, sp.id, mi.from_day, mi.id
"""

_OCCUPANTS = """
SELECT s.service_point_id, s.rate_class, a.id, a.number, c.name, s.from_day
FROM route r
JOIN service_point sp ON sp.route_id = r.id
JOIN service s ON s.service_point_id = sp.id AND s.kind = sp.kind
JOIN account a ON a.id = s.account_id
JOIN customer c ON c.id = a.customer_id
WHERE r.cycle_id = ? AND s.from_day <= ? AND (s.to_day IS NULL OR s.to_day >= ?)
  AND a.status IN (?, ?) {one}
ORDER BY s.service_point_id, s.from_day
"""


@dataclass(frozen=True, slots=True)
class Installed:
    """A meter at a point from one day on; `last` is its register when it was taken out."""

    meter_id: int
    number: str
    endpoint: str
    size: str
    register: Register
    from_day: date
    first: int
    to_day: date | None
    last: int | None


@dataclass(frozen=True, slots=True)
class MeteredPoint:
    """A meter in place at a service point.

    Attributes:
        point_id: row of the service point.
        active: the service is on.
        route: code of the route; `sequence` is the walk order on it.
        location: number of the location; `address` is its street address.
        meter: the one in place.
        before: meters that were here and are gone, oldest first.
    """

    point_id: int
    active: bool
    kind: str
    route: str
    sequence: int | None
    location: str
    address: str
    meter: Installed
    before: tuple[Installed, ...] = ()


@dataclass(frozen=True, slots=True)
class Occupant:
    """The account that takes service at a point, and since when."""

    rate_class: str
    account_id: int
    account: str
    name: str
    since: date


@lru_cache(maxsize=4096)
def _day(text: str) -> date:
    return date.fromisoformat(text)


@lru_cache(maxsize=256)
def _register(dials: int, unit: str, multiplier_milli: int) -> Register:
    return Register(dials, Unit(unit), multiplier_milli)


def _installed(row: tuple[Any, ...]) -> Installed:
    meter_id, number, endpoint, size, dials, unit, multiplier, start, first, end, last = row
    register = _register(dials, unit, multiplier)
    end_day = _day(end) if end is not None else None
    return Installed(meter_id, number, endpoint, size, register, _day(start), first, end_day, last)


def _points(rows: Iterable[tuple[Any, ...]], day: date) -> list[MeteredPoint]:
    """One point for each meter in place; meters that are gone stand behind it."""
    found: list[MeteredPoint] = []
    gone: dict[int, tuple[Installed, ...]] = {}
    for row in rows:
        point_id, status, kind, sequence, route, location, address = row[:7]
        meter = _installed(row[7:])
        before = gone.get(point_id, ())
        if meter.to_day is not None and meter.to_day <= day:
            gone[point_id] = (*before, meter)
            continue
        active = status == PointStatus.ACTIVE
        place = (route, sequence, location, address)
        found.append(MeteredPoint(point_id, active, kind, *place, meter, before))
    return found


def points_of_cycle(cycle_id: int, day: date, *, point_id: int | None = None) -> list[MeteredPoint]:
    """The meters in place on the cycle's routes on a day, in walk order; or at one point."""
    one, parameters = _one_point(point_id)
    rows = rows_of(_INSTALLATIONS.format(one=one), (cycle_id, day.isoformat(), *parameters))
    return _points(rows, day)


def occupants(cycle_id: int, day: date, *, point_id: int | None = None) -> dict[int, Occupant]:
    """Service point to the account that takes the metered service there on a day."""
    one, parameters = _one_point(point_id)
    told = (cycle_id, day.isoformat(), day.isoformat(), *_BILLED, *parameters)
    rows = rows_of(_OCCUPANTS.format(one=one), told)
    return {
        point: Occupant(rate_class, account_id, number, name, _day(since))
        for point, rate_class, account_id, number, name, since in rows
    }


def _one_point(point_id: int | None) -> tuple[str, tuple[int, ...]]:
    """What narrows a query to one service point."""
    return ("AND sp.id = ?", (point_id,)) if point_id is not None else ("", ())
