"""A meter waits on one list: what an earlier upload misses goes when a later one brings it.

A later file of the same route neither misses again what an earlier, open upload misses already, nor
leaves there what it brings. What it brings is held there with a decision that names the later
upload; where that one is set aside, the exceptions wait again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.foundation.bulk import rows_of
from billing_tui.metering.tables import (
    Disposition,
    ReadException,
    StagedRead,
    Upload,
    UploadState,
)

if TYPE_CHECKING:
    from billing_tui.access.desk import Desk
    from billing_tui.metering.keyed_batch import BatchLine

_WAITING = """
SELECT s.meter_id FROM upload u JOIN staged_read s ON s.upload_id = u.id
WHERE u.instance_id = ? AND u.state IN (?, ?) AND s.rejected = '' AND s.reading IS NULL
"""
_OPEN = (UploadState.STAGED.value, UploadState.CHECKED.value)


def waiting_elsewhere(instance_id: int) -> set[int]:
    """Meters without a reading that an open upload of this instance lists already."""
    return {meter for (meter,) in rows_of(_WAITING, (instance_id, *_OPEN))}


def new_exceptions(batch: BatchLine) -> tuple[int, int]:
    """Meters of a keyed batch without a line: those new to the lists, those on one already."""
    rows = rows_of(
        "SELECT meter_id FROM keyed_read WHERE batch_id = ? AND reading IS NULL AND code = ''",
        (batch.batch_id,),
    )
    left = {meter for (meter,) in rows}
    waiting = left & waiting_elsewhere(batch.instance_id)
    return len(left) - len(waiting), len(waiting)


def _reason(upload_id: int) -> str:
    return f"It came in with upload {upload_id}."


def overtake(desk: Desk, instance_id: int, upload_id: int) -> None:
    """Settle in earlier open uploads what this one brings; inside its transaction."""
    brought = StagedRead.select(StagedRead.meter).where(
        (StagedRead.upload == upload_id) & (StagedRead.line > 0) & (StagedRead.rejected == "")
    )
    earlier = Upload.select(Upload.id).where(
        (Upload.instance == instance_id) & (Upload.id != upload_id) & Upload.state.in_(_OPEN)
    )
    waits = (
        StagedRead.upload.in_(earlier)
        & StagedRead.meter.in_(brought)
        & StagedRead.reading.is_null()
        & (StagedRead.rejected == "")
        & (StagedRead.held == 0)
    )
    why = _reason(upload_id)
    StagedRead.update(held=True, derivation=why).where(waits).execute()
    held = StagedRead.select(StagedRead.id).where(StagedRead.derivation == why)
    ReadException.update(
        disposition=Disposition.HOLD.value,
        reason=why,
        staff=desk.staff_id,
        at=desk.clock().isoformat(timespec="seconds"),
    ).where(
        ReadException.staged_read.in_(held)
        & (ReadException.disposition == Disposition.OPEN.value)
        & ReadException.upload.in_(earlier)
    ).execute()


def give_back(upload_id: int) -> None:
    """What an upload had overtaken waits again, as it is set aside; inside its transaction."""
    why = _reason(upload_id)
    still = Upload.select(Upload.id).where(Upload.state.in_(_OPEN))
    ReadException.update(disposition=Disposition.OPEN.value, reason="", staff=None, at=None).where(
        ReadException.upload.in_(still) & (ReadException.reason == why)
    ).execute()
    StagedRead.update(held=False, derivation="").where(
        StagedRead.upload.in_(still) & (StagedRead.derivation == why)
    ).execute()
