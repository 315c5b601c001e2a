"""The meter-reading proof list: every staged read of an upload in walk order, with totals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import Problem

if TYPE_CHECKING:
    from typing import Any

_ROWS = """
SELECT s.id, r.code, coalesce(sp.sequence, 0), l.number,
       l.house || ' ' || l.street || CASE l.unit WHEN '' THEN '' ELSE ' ' || l.unit END,
       m.number, b.day, b.reading, s.day, s.original_reading, s.reading, s.usage_milli, s.unit,
       s.kind, s.code, s.held, s.rolled_over, s.derivation,
       (SELECT count(*) FROM read_exception e WHERE e.staged_read_id = s.id)
FROM staged_read s
JOIN service_point sp ON sp.id = s.service_point_id
JOIN route r ON r.id = sp.route_id
JOIN location l ON l.id = sp.location_id
JOIN meter m ON m.id = s.meter_id
LEFT JOIN read b ON b.id = s.previous
WHERE s.upload_id = ? AND s.rejected = ''
  AND (r.code, coalesce(sp.sequence, 0), s.id) > (?, ?, ?)
ORDER BY r.code, coalesce(sp.sequence, 0), s.id LIMIT ?
"""

_TOTALS = """
SELECT unit, count(*), sum(CASE WHEN reading IS NULL THEN 0 ELSE 1 END),
       sum(CASE WHEN held = 1 THEN 1 ELSE 0 END),
       coalesce(sum(CASE WHEN held = 0 THEN usage_milli END), 0)
FROM staged_read WHERE upload_id = ? AND rejected = '' GROUP BY unit ORDER BY unit NULLS FIRST
"""


@dataclass(frozen=True, slots=True)
class ProofRow:
    """One line of the proof list; usage in thousandths of `unit`."""

    row_id: int
    route: str
    sequence: int
    location: str
    address: str
    meter: str
    previous_day: date | None
    previous: int | None
    day: date
    original: int | None
    reading: int | None
    usage_milli: int | None
    unit: str
    kind: str
    code: str
    held: bool
    rolled_over: bool
    derivation: str
    exceptions: int

    @property
    def days(self) -> int | None:
        """Days since the read before."""
        return (self.day - self.previous_day).days if self.previous_day else None


@dataclass(frozen=True, slots=True)
class ProofTotal:
    """Totals of one unit.

    Attributes:
        unit: which.
        rows: staged reads.
        readings: those of them with a reading.
        held: those that stay out.
        usage_milli: thousandths used, without what is held.
    """

    unit: str
    rows: int
    readings: int
    held: int
    usage_milli: int


Key = tuple[str, int, int]
"""Where a page of the list ends: route, sequence, row."""
START: Key = ("", -1, 0)


def _proof_row(row: tuple[Any, ...]) -> ProofRow:
    values = list(row)
    for place in (6, 8):
        values[place] = date.fromisoformat(row[place]) if row[place] else None
    values[15:17] = bool(row[15]), bool(row[16])
    return ProofRow(*values)


def proof_rows(upload_id: int, *, after: Key = START, limit: int = 100) -> list[ProofRow]:
    """A page of the list in walk order, after the row that `after` names."""
    rows = rows_of(_ROWS, (upload_id, *after, limit))
    return [_proof_row(row) for row in rows]


def key_of(row: ProofRow) -> Key:
    """Where the next page begins after this row."""
    return row.route, row.sequence, row.row_id


def proof_totals(upload_id: int) -> list[ProofTotal]:
    """Totals of the list, by unit."""
    return [ProofTotal(*row) for row in rows_of(_TOTALS, (upload_id,))]


def reject_list(upload_id: int) -> list[Problem]:
    """The lines of the file that were not taken, and why."""
    rows = rows_of(
        "SELECT line, rejected, meter_number FROM staged_read"
        " WHERE upload_id = ? AND rejected <> '' ORDER BY line, id",
        (upload_id,),
    )
    return [Problem(*row) for row in rows]
