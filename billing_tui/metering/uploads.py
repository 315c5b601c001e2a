"""Uploads and readings of cycles as values, for lists and look-ups."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import NotFound
from billing_tui.metering.tables import Disposition, UploadState

_UPLOADS = """
SELECT u.id, c.code, i.name, u.instance_id, u.file_name, u.layout, u.state, u.expected,
       u.received, u.rejected, w.username, u.at,
       (SELECT count(*) FROM read_exception e
        WHERE e.upload_id = u.id AND e.disposition = 'open')
FROM upload u
JOIN cycle_instance i ON i.id = u.instance_id
JOIN cycle c ON c.id = i.cycle_id
JOIN staff_member w ON w.id = u.staff_id
"""

_INSTANCES = """
SELECT i.id, c.code, c.name, i.name, i.read_day, i.bill_day, i.due_day
FROM cycle_instance i JOIN cycle c ON c.id = i.cycle_id
"""


@dataclass(frozen=True, slots=True)
class UploadLine:
    """An upload in a list.

    Attributes:
        expected: meters that are read with the cycle.
        received: lines of the file; `rejected` of them were not taken.
    """

    upload_id: int
    cycle: str
    instance: str
    instance_id: int
    file_name: str
    layout: str
    state: UploadState
    expected: int
    received: int
    rejected: int
    staff: str
    at: str
    open_exceptions: int

    @property
    def came(self) -> int:
        """Meters of the expected ones that the file brought."""
        return self.received - self.rejected


@dataclass(frozen=True, slots=True)
class InstanceLine:
    """A reading of a cycle in a list, with its planned days."""

    instance_id: int
    cycle: str
    cycle_name: str
    name: str
    read_day: date
    bill_day: date
    due_day: date


def _upload(row: tuple[Any, ...]) -> UploadLine:
    values = list(row)
    values[6] = UploadState(row[6])
    return UploadLine(*values)


def recent_uploads(limit: int = 50, *, instance_id: int | None = None) -> list[UploadLine]:
    """The newest uploads first, of one reading or of all."""
    where, parameters = (
        ("", ()) if instance_id is None else (" WHERE u.instance_id = ?", (instance_id,))
    )
    rows = rows_of(f"{_UPLOADS}{where} ORDER BY u.id DESC LIMIT ?", (*parameters, limit))
    return [_upload(row) for row in rows]


def upload_line(upload_id: int) -> UploadLine:
    """One upload. Raises `NotFound`."""
    rows = rows_of(f"{_UPLOADS} WHERE u.id = ?", (upload_id,))
    if not rows:
        raise NotFound(f"There is no upload {upload_id}.", field="upload")
    return _upload(rows[0])


@dataclass(frozen=True, slots=True)
class KeptOut:
    """Reads of an upload that will not be posted with it, by why: read again, or on hold."""

    rereads: int
    holds: int


def kept_out(upload_id: int) -> KeptOut:
    """The held reads of an upload; one that has somebody out to it counts as read again."""
    rows = rows_of(
        "SELECT s.id, max(CASE WHEN e.disposition = ? THEN 1 END) FROM staged_read s"
        " LEFT JOIN read_exception e ON e.staged_read_id = s.id"
        " WHERE s.upload_id = ? AND s.held = 1 AND s.rejected = '' GROUP BY s.id",
        (Disposition.REREAD.value, upload_id),
    )
    rereads = sum(bool(out) for _, out in rows)
    return KeptOut(rereads, len(rows) - rereads)


def planned_cycles() -> list[str]:
    """Codes of the cycles that have a reading in the calendar."""
    rows = rows_of(
        "SELECT code FROM cycle WHERE id IN (SELECT cycle_id FROM cycle_instance) ORDER BY code"
    )
    return [row[0] for row in rows]


def instances_of(cycle: str, limit: int = 24) -> list[InstanceLine]:
    """Readings of a cycle by its code, newest first."""
    rows = rows_of(
        f"{_INSTANCES} WHERE c.code = ? ORDER BY i.read_day DESC LIMIT ?", (cycle, limit)
    )
    return [InstanceLine(*row[:4], *map(date.fromisoformat, row[4:])) for row in rows]
