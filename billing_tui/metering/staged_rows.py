"""The staged reads of an upload as plain values, for the verbs that check, settle and post them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import NotFound, Refused
from billing_tui.metering.tables import Upload, UploadState

_SQL = """
SELECT id, line, meter_number, meter_id, service_point_id, day, original_reading, reading, kind,
       code, told, previous, usage_milli, rolled_over, held, derivation
FROM staged_read WHERE upload_id = ? AND rejected = ''
"""


@dataclass(frozen=True, slots=True)
class StagedRow:
    """A staged read that was not rejected; see `tables.StagedRead` for its columns."""

    row_id: int
    line: int
    meter_number: str
    meter_id: int
    point_id: int
    day: date
    original: int | None
    reading: int | None
    kind: str
    code: str
    told: dict[str, str]
    previous: int | None
    usage_milli: int | None
    rolled_over: bool
    held: bool
    derivation: str


def staged_rows(upload_id: int, row_id: int | None = None) -> list[StagedRow]:
    """The reads of an upload that were not rejected, or one of them."""
    sql, parameters = _SQL, [upload_id]
    if row_id is not None:
        sql, parameters = f"{_SQL} AND id = ?", [upload_id, row_id]
    return [_row(row) for row in rows_of(f"{sql} ORDER BY id", parameters)]


def _row(row: tuple[Any, ...]) -> StagedRow:
    values = list(row)
    values[5] = date.fromisoformat(row[5])
    values[10] = json.loads(row[10]) if row[10] != "{}" else {}
    values[13:15] = bool(row[13]), bool(row[14])
    return StagedRow(*values)


def duplicates_of(upload_id: int) -> dict[int, tuple[int, ...]]:
    """Meter to the lines on which the file gave it another reading than the one that was kept."""
    rows = rows_of(
        "SELECT k.meter_id, d.line FROM staged_read d"
        " JOIN staged_read k ON k.upload_id = d.upload_id AND k.meter_id = d.meter_id"
        "  AND k.service_point_id = d.service_point_id AND k.rejected = ''"
        " WHERE d.upload_id = ? AND d.rejected <> '' AND d.original_reading IS NOT NULL"
        " AND k.original_reading IS NOT NULL AND d.original_reading <> k.original_reading"
        " ORDER BY d.line",
        (upload_id,),
    )
    found: dict[int, tuple[int, ...]] = {}
    for meter_id, line in rows:
        found[meter_id] = (*found.get(meter_id, ()), line)
    return found


def find_upload(upload_id: int) -> Upload:
    """The upload. Raises `NotFound`."""
    upload: Upload | None = Upload.get_or_none(Upload.id == upload_id)
    if upload is None:
        raise NotFound(f"There is no upload {upload_id}.", field="upload")
    return upload


def open_upload(upload_id: int) -> Upload:
    """The upload, if it may still be changed. Raises `Refused` once it is posted or cancelled."""
    upload = find_upload(upload_id)
    if upload.state in {UploadState.POSTED.value, UploadState.CANCELLED.value}:
        raise Refused(
            f"Upload {upload_id} is {upload.state.lower()}; it can no longer be changed.",
            code="UPLOAD-CLOSED",
        )
    return upload
