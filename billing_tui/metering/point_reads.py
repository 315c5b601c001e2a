"""The reads of one service point as a clerk sees them: what counts, what was corrected, by whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import NotFound
from billing_tui.metering.history import STANDS
from billing_tui.metering.tables import ReadKind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

_READS = f"""
SELECT d.id, m.id, m.number, d.day, d.reading, d.kind, d.usage_milli, d.unit, d.days,
       d.previous_id IS NULL,
       (SELECT o.reading FROM corrected_read c JOIN read o ON o.id = c.read_id
         WHERE c.instead_id = d.id),
       (SELECT c.reason || ' (' || s.username || ')' FROM corrected_read c
         JOIN staff_member s ON s.id = c.staff_id WHERE c.instead_id = d.id),
       (SELECT b.reason FROM doubted_read b WHERE b.read_id = d.id AND b.settled_at IS NULL)
FROM read d JOIN meter m ON m.id = d.meter_id
WHERE d.service_point_id = ? AND {STANDS} ORDER BY d.day DESC, d.id DESC LIMIT ?
"""
_POINT = """
SELECT p.id, p.kind, m.number, l.number,
       l.house || ' ' || l.street || CASE l.unit WHEN '' THEN '' ELSE ' ' || l.unit END
FROM service_point p JOIN location l ON l.id = p.location_id
JOIN meter_installation i ON i.service_point_id = p.id AND i.to_day IS NULL
JOIN meter m ON m.id = i.meter_id
WHERE m.number = ?
"""


@dataclass(frozen=True, slots=True)
class PointRead:
    """One read that counts.

    Attributes:
        read_id, meter_id: rows; `meter` is the meter's number.
        usage_milli, unit, days: since the read before it.
        first: the register at which the meter was put in; it is not corrected here.
        was: the reading that it corrects or repeats, None for one that was never corrected.
        told: why it was corrected and by whom.
        doubt: why somebody doubts it, "" where nobody does.
    """

    read_id: int
    meter_id: int
    meter: str
    day: date
    reading: int
    kind: ReadKind
    usage_milli: int | None
    unit: str
    days: int | None
    first: bool
    was: int | None
    told: str
    doubt: str

    @property
    def corrected(self) -> bool:
        """Whether its register was corrected, not only its usage."""
        return self.was is not None and self.was != self.reading


@dataclass(frozen=True, slots=True)
class ReadPoint:
    """A metered point: what is read there, with which meter, where."""

    point_id: int
    kind: str
    meter: str
    location: str
    address: str


def _read(row: Sequence[Any]) -> PointRead:
    read_id, meter_id, meter, day, reading, kind, usage, unit, days, first, was, told, doubt = row
    return PointRead(
        read_id, meter_id, meter, date.fromisoformat(day), reading, ReadKind(kind), usage, unit,
        days, bool(first), was, told or "", doubt or "",
    )  # fmt: skip


def reads_of_point(point_id: int, most: int = 24) -> tuple[PointRead, ...]:
    """The newest reads that count at a point, oldest first, so that the newest stands last."""
    return tuple(_read(row) for row in reversed(rows_of(_READS, (point_id, most))))


def point_of_meter(number: str) -> ReadPoint:
    """The point where a meter is in place.

    Raises:
        NotFound: it is nowhere.
    """
    rows = rows_of(_POINT, (number.strip(),))
    if not rows:
        raise NotFound(f"No meter {number.strip()} is in place anywhere.", field="meter")
    return ReadPoint(*rows[0])


def read_on(meter: str, day: date) -> PointRead:
    """The read of a meter on a day that counts.

    Raises:
        NotFound: the meter was not read on that day.
    """
    point = point_of_meter(meter)
    for read in reads_of_point(point.point_id, 600):
        if read.meter == point.meter and read.day == day:
            return read
    raise NotFound(f"Meter {meter} was not read on {day:%m/%d/%y}.", field="day")
