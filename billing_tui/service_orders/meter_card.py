"""One meter as the desk looks at it: its facts, where it stands, and where it stood before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import NotFound
from billing_tui.foundation.units import Unit
from billing_tui.records.address import street_line

_METER = """
SELECT m.id, m.number, m.make, m.size, m.dials, m.unit, m.multiplier_milli, m.status, m.version
FROM meter m WHERE m.id = ?
"""
_STAYS = """
SELECT i.service_point_id, p.kind, l.number, l.house, l.street, l.unit, i.from_day,
 i.first_reading, i.to_day, i.last_reading
FROM meter_installation i JOIN service_point p ON p.id = i.service_point_id
JOIN location l ON l.id = p.location_id WHERE i.meter_id = ? ORDER BY i.from_day DESC, i.id DESC
"""
_FREE_POINTS = """
SELECT p.id, p.kind FROM service_point p WHERE p.location_id = ? AND p.metered = 1
AND p.status <> 'Removed' AND NOT EXISTS (SELECT 1 FROM meter_installation i
 WHERE i.service_point_id = p.id AND i.to_day IS NULL) ORDER BY p.id
"""
_TAKER = """
SELECT a.number, c.name FROM service s JOIN account a ON a.id = s.account_id
JOIN customer c ON c.id = a.customer_id
WHERE s.service_point_id = ? AND s.from_day <= ? AND (s.to_day IS NULL OR s.to_day >= ?)
ORDER BY a.number DESC LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Stay:
    """A meter at a service point; `to_day` and `last_reading` are None while it is there."""

    point_id: int
    kind: str
    location: str
    address: str
    from_day: date
    first_reading: int
    to_day: date | None
    last_reading: int | None


@dataclass(frozen=True, slots=True)
class MeterCard:
    """A meter.

    Attributes:
        multiplier_milli: units per count of the register, in thousandths.
        stays: where it was, newest first.
    """

    meter_id: int
    number: str
    make: str
    size: str
    dials: int
    unit: Unit
    multiplier_milli: int
    status: str
    version: int
    stays: tuple[Stay, ...]

    @property
    def stands(self) -> Stay | None:
        """Where it is installed now."""
        return next((stay for stay in self.stays if stay.to_day is None), None)

    @property
    def since(self) -> date | None:
        """First day where it was put in last; None for one that was never installed."""
        return self.stays[0].from_day if self.stays else None


def meter_card(meter_id: int) -> MeterCard:
    """A meter with everywhere it was.

    Raises:
        NotFound: there is no such meter.
    """
    rows = rows_of(_METER, (meter_id,))
    if not rows:
        raise NotFound("There is no such meter.", field="meter")
    stays = tuple(
        Stay(
            row[0],
            row[1],
            row[2],
            street_line(*row[3:6]),
            date.fromisoformat(row[6]),
            row[7],
            date.fromisoformat(row[8]) if row[8] else None,
            row[9],
        )
        for row in rows_of(_STAYS, (meter_id,))
    )
    row_id, number, make, size, dials, unit, multiplier, status, version = rows[0]
    return MeterCard(
        row_id, number, make, size, dials, Unit(unit), multiplier, status, version, stays
    )


def meter_numbered(number: str) -> MeterCard:
    """The meter of that number.

    Raises:
        NotFound: there is no such meter.
    """
    rows = rows_of("SELECT id FROM meter WHERE number = ?", (number.strip(),))
    if not rows:
        raise NotFound(f"There is no meter {number.strip()[:24]}.", field="meter")
    return meter_card(int(rows[0][0]))


def free_points(location_id: int) -> dict[str, int]:
    """Metered points of a place without a meter: kind of service to the point's row."""
    found: dict[str, int] = {}
    for point_id, kind in rows_of(_FREE_POINTS, (location_id,)):
        found.setdefault(kind, point_id)
    return found


def taker_of(point_id: int, day: date) -> tuple[str, str] | None:
    """Number and name of the account that takes service at a point on a day."""
    rows = rows_of(_TAKER, (point_id, day.isoformat(), day.isoformat()))
    return (rows[0][0], rows[0][1]) if rows else None


def account_at(point_id: int, day: date) -> str:
    """Number of the account that takes service at a point on a day, "" where none does."""
    taker = taker_of(point_id, day)
    return taker[0] if taker else ""
