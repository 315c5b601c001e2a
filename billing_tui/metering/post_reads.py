"""Post an upload: its reads become history, with usage, days and where they came from.

Only when no exception waits; what is held stays out. It is done once: a second time is refused
with the first one's figures. Nothing that was posted is ever changed.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.foundation.bulk import insert_rows, next_id, rows_of
from billing_tui.foundation.errors import Refused
from billing_tui.metering.check_reads import open_exceptions
from billing_tui.metering.history_rows import HistoryRow, HistoryWriter
from billing_tui.metering.population import find_instance, population_of
from billing_tui.metering.read_policy import shipped_policy
from billing_tui.metering.staged_rows import find_upload, staged_rows
from billing_tui.metering.tables import Read, UploadState

if TYPE_CHECKING:
    from billing_tui.access.desk import Desk
    from billing_tui.metering.population import Population
    from billing_tui.metering.staged_rows import StagedRow


@dataclass(frozen=True, slots=True)
class PostedReads:
    """What was posted.

    Attributes:
        upload_id: which upload.
        posted: reads that are now history, one for each staged read.
        changes: reads written for meters that were put in or taken out meanwhile.
        held: reads that stay out.
        usage: unit to thousandths that were used.
    """

    upload_id: int
    posted: int
    changes: int
    held: int
    usage: dict[str, int]


def _refuse_unready(upload_id: int) -> None:
    upload = find_upload(upload_id)
    if upload.state == UploadState.POSTED.value:
        count = rows_of("SELECT count(*) FROM read WHERE upload_id = ?", (upload_id,))[0][0]
        raise Refused(
            f"Upload {upload_id} was posted before; {count:,} reads of it are in history.",
            code="UPLOAD-POSTED",
        )
    if upload.state != UploadState.CHECKED.value:
        raise Refused(
            f"Upload {upload_id} is {upload.state.lower()}; check it first.", code="UPLOAD-STATE"
        )
    if left := open_exceptions(upload_id):
        raise Refused(
            f"{left:,} exceptions of upload {upload_id} wait for a decision.",
            code="OPEN-EXCEPTIONS",
        )


def _refuse_stale(rows: list[StagedRow], population: Population) -> None:
    """History may have grown since the upload was staged: what was checked must be what counts."""
    for row in rows:
        begins = population.openings.get(row.meter_id)
        tail = begins.tail.read_id if begins and begins.tail else None
        if begins is None or tail != row.previous:
            raise Refused(
                f"Meter {row.meter_number} was read or changed since it was checked; hold this "
                "read or load it again.",
                code="READS-STALE",
            )
        if begins.tail is not None and row.day < begins.tail.day:
            raise Refused(
                f"The read of meter {row.meter_number} on {row.day} lies before its last one on "
                f"{begins.tail.day}; hold it.",
                code="READS-ORDER",
            )


def post_reads(desk: Desk, upload_id: int, *, key: str | None = None) -> PostedReads:
    """Write the reads of a checked upload to history.

    Args:
        desk: who posts.
        upload_id: which upload.
        key: idempotency key; the same request again gets the first result.

    Raises:
        Refused: it was posted before, was not checked, an exception is open, none of its reads was
            taken, or a meter was read or changed meanwhile.
    """
    request = {"upload": upload_id}
    with writing(desk, Right.POST_READS, "metering.post_reads", key=key, request=request) as act:
        if act.repeated:
            return PostedReads(**act.done)
        _refuse_unready(upload_id)
        upload = find_upload(upload_id)
        rows = staged_rows(upload_id)
        if not rows:
            raise Refused(
                f"Upload {upload_id} has no read of this cycle; cancel it.", code="UPLOAD-EMPTY"
            )
        ready = [row for row in rows if not row.held and row.reading is not None]
        population = population_of(find_instance(upload.instance.id))
        _refuse_stale(ready, population)
        writer = HistoryWriter(upload_id, next_id(Read), shipped_policy().rollover_share)
        for row in ready:
            point = population.by_meter[row.meter_id]
            writer.post(row, point.meter, population.openings[row.meter_id])
        insert_rows(Read, HistoryRow._fields, writer.rows)
        upload.state = UploadState.POSTED.value
        upload.save(only=["state"])
        held = len(rows) - len(ready)
        result = PostedReads(upload_id, len(ready), writer.changes, held, dict(writer.usage))
        act.about("upload", upload_id)
        act.before = {"state": UploadState.CHECKED.value}
        act.after = {"state": upload.state, "posted": result.posted, "held": held}
        act.result = asdict(result)
    return result
