"""A read that was held when its upload was posted, and came afterwards: it becomes history.

The upload stays as it was posted. The read is written for the day on which the route was read, as
an edit before posting would have been, so that the next run of its account counts it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import Refused
from billing_tui.metering.move_read import ready_reads, write_move_read
from billing_tui.metering.staged_rows import staged_rows
from billing_tui.metering.tables import ReadKind, UploadState

if TYPE_CHECKING:
    from billing_tui.metering.move_read import MoveRead

_EXCEPTION = (
    "SELECT e.upload_id, e.staged_read_id FROM read_exception e JOIN upload u ON u.id = e.upload_id"
    " WHERE e.id = ? AND u.state = ?"
)


def came_late(exception_id: int) -> bool:
    """Whether the exception's upload is posted and its read was held then."""
    rows = rows_of(_EXCEPTION, (exception_id, UploadState.POSTED.value))
    return any(one.held for upload, row in rows for one in staged_rows(upload, row))


def write_late_read(exception_id: int, reading: int, told_by: str) -> MoveRead:
    """Write the reading of a held read to history; inside a transaction.

    Args:
        exception_id: of a read that `came_late` tells of.
        reading: what the register showed, in counts.
        told_by: who brought it and when, for the derivation.

    Raises:
        Refused: the meter was read or taken out since, or the reading cannot be.
    """
    ((upload_id, row_id),) = rows_of(_EXCEPTION, (exception_id, UploadState.POSTED.value))
    row = staged_rows(upload_id, row_id)[0]
    told = {row.meter_number: reading}
    ready, problems = ready_reads(
        row.point_id, row.day, told, estimate=False, only=row.meter_number
    )
    if problems or not ready:
        why = problems[0].sentence if problems else "The meter is no longer in place."
        raise Refused(why, code="LATE-READ", field="reading")
    return write_move_read(ready[0], ReadKind.ACTUAL, told_by)
