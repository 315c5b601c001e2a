"""The worklist of read exceptions, gravest first, and all that a person needs to settle one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import NotFound
from billing_tui.foundation.units import Unit
from billing_tui.metering.checks import CheckName, Severity
from billing_tui.metering.history import periods_of_point
from billing_tui.metering.tables import Disposition

if TYPE_CHECKING:
    from typing import Any

    from billing_tui.metering.read_context import Period

_SELECT = """
SELECT e.id, e.upload_id, e.staged_read_id, e.check_name, e.severity, e.sentence, e.arithmetic,
       e.disposition, e.reason, coalesce(w.username, ''), coalesce(e.at, ''),
       s.service_point_id, r.code, coalesce(sp.sequence, 0), l.number,
       l.house || ' ' || l.street || CASE l.unit WHEN '' THEN '' ELSE ' ' || l.unit END,
       m.id, m.number, m.size, m.dials, s.unit, s.day, s.original_reading, s.reading,
       s.usage_milli, s.kind, s.code, s.held, b.day, b.reading, s.derivation
FROM read_exception e
JOIN staged_read s ON s.id = e.staged_read_id
JOIN service_point sp ON sp.id = s.service_point_id
JOIN location l ON l.id = sp.location_id
JOIN meter m ON m.id = s.meter_id
LEFT JOIN route r ON r.id = sp.route_id
LEFT JOIN read b ON b.id = s.previous
LEFT JOIN staff_member w ON w.id = e.staff_id
"""

_NEIGHBOURS = """
SELECT l.house || ' ' || l.street, m.number, s.reading, s.usage_milli, s.unit
FROM staged_read s
JOIN service_point sp ON sp.id = s.service_point_id
JOIN location l ON l.id = sp.location_id
JOIN meter m ON m.id = s.meter_id
WHERE s.upload_id = ? AND s.rejected = '' AND sp.route_id = (
  SELECT route_id FROM service_point WHERE id = ?)
"""

_NOTES = """
SELECT n.at, w.username, n.kind, n.text FROM note n
JOIN account a ON a.id = n.account_id
JOIN service s ON s.account_id = a.id
JOIN staff_member w ON w.id = n.staff_id
WHERE s.service_point_id = ? AND n.withdrawn_day IS NULL ORDER BY n.sticky DESC, n.id DESC LIMIT ?
"""

_ACCOUNT = """
SELECT a.id, a.number, c.name, s.rate_class, a.status FROM service s
JOIN account a ON a.id = s.account_id
JOIN customer c ON c.id = a.customer_id
WHERE s.service_point_id = ? AND s.from_day <= ? AND (s.to_day IS NULL OR s.to_day >= ?)
ORDER BY s.from_day DESC LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class ExceptionRow:
    """One exception with its read; usage in thousandths of `unit`."""

    exception_id: int
    upload_id: int
    row_id: int
    check: CheckName
    severity: Severity
    sentence: str
    arithmetic: dict[str, str]
    disposition: Disposition
    reason: str
    staff: str
    at: str
    point_id: int
    route: str
    sequence: int
    location: str
    address: str
    meter_id: int
    meter: str
    size: str
    dials: int
    unit: str
    day: date
    original: int | None
    reading: int | None
    usage_milli: int | None
    kind: str
    code: str
    held: bool
    previous_day: date | None
    previous: int | None
    derivation: str

    @property
    def days(self) -> int | None:
        """Days since the read before."""
        return (self.day - self.previous_day).days if self.previous_day else None


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A read next door on the route; usage in thousandths of `unit`."""

    address: str
    meter: str
    reading: int | None
    usage_milli: int | None
    unit: str


@dataclass(frozen=True, slots=True)
class NoteLine:
    """A remark on the account there."""

    at: str
    staff: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Resident:
    """The account at the point on the day of the read."""

    account_id: int
    account: str
    name: str
    rate_class: str
    status: str


@dataclass(frozen=True, slots=True)
class ExceptionDetail:
    """All that the screen shows beside an exception.

    Attributes:
        row: the exception itself.
        others: the other exceptions of the same read.
        resident: the account there, if any.
        periods: up to 24, newest first.
        neighbours: up to two before and two after it in walk order.
        notes: the newest remarks, sticky ones first.
    """

    row: ExceptionRow
    others: tuple[ExceptionRow, ...]
    resident: Resident | None
    periods: tuple[Period, ...]
    neighbours: tuple[Neighbour, ...]
    notes: tuple[NoteLine, ...]


Key = tuple[int, int]
"""Where a page of the worklist ends: severity, exception."""
START: Key = (int(Severity.MUST_DECIDE) + 1, 0)


def _exception(row: tuple[Any, ...]) -> ExceptionRow:
    values = list(row)
    values[3:5] = CheckName(row[3]), Severity(row[4])
    values[6:8] = json.loads(row[6]), Disposition(row[7])
    values[21] = date.fromisoformat(row[21])
    values[27] = bool(row[27])
    values[28] = date.fromisoformat(row[28]) if row[28] else None
    return ExceptionRow(*values)


def worklist(
    upload_id: int,
    *,
    after: Key = START,
    limit: int = 50,
    disposition: Disposition = Disposition.OPEN,
    check: CheckName | None = None,
) -> list[ExceptionRow]:
    """A page of exceptions, gravest first, after the one that `after` names."""
    severity, last = after
    where = " WHERE e.upload_id = ? AND e.disposition = ? AND (e.severity < ? OR (e.severity = ?"
    where += " AND e.id > ?))"
    parameters: list[Any] = [upload_id, disposition.value, severity, severity, last]
    if check is not None:
        where += " AND e.check_name = ?"
        parameters.append(check.value)
    rows = rows_of(f"{_SELECT}{where} ORDER BY e.severity DESC, e.id LIMIT ?", (*parameters, limit))
    return [_exception(row) for row in rows]


def key_of(row: ExceptionRow) -> Key:
    """Where the next page begins after this row."""
    return int(row.severity), row.exception_id


def find_exception(exception_id: int) -> ExceptionRow:
    """One exception. Raises `NotFound`."""
    rows = rows_of(f"{_SELECT} WHERE e.id = ?", (exception_id,))
    if not rows:
        raise NotFound(f"There is no exception {exception_id}.", field="exception")
    return _exception(rows[0])


def _neighbours(row: ExceptionRow, each: int) -> tuple[Neighbour, ...]:
    place = (row.upload_id, row.point_id, row.sequence)
    before = rows_of(
        f"{_NEIGHBOURS} AND sp.sequence < ? ORDER BY sp.sequence DESC LIMIT ?", (*place, each)
    )
    after = rows_of(
        f"{_NEIGHBOURS} AND sp.sequence > ? ORDER BY sp.sequence LIMIT ?", (*place, each)
    )
    return tuple(Neighbour(*one) for one in (*reversed(before), *after))


def exception_detail(exception_id: int, *, neighbours: int = 2, notes: int = 3) -> ExceptionDetail:
    """What the screen shows beside an exception. Raises `NotFound`."""
    row = find_exception(exception_id)
    others = rows_of(
        f"{_SELECT} WHERE e.staged_read_id = ? AND e.id <> ? ORDER BY e.severity DESC, e.id",
        (row.row_id, exception_id),
    )
    day = row.day.isoformat()
    resident = rows_of(_ACCOUNT, (row.point_id, day, day))
    return ExceptionDetail(
        row,
        tuple(_exception(one) for one in others),
        Resident(*resident[0]) if resident else None,
        periods_of_point(row.point_id, Unit(row.unit)),
        _neighbours(row, neighbours),
        tuple(NoteLine(*one) for one in rows_of(_NOTES, (row.point_id, notes))),
    )
