"""Close a batch of keyed reads: it ties to its control, and goes the way of every uploaded file."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.foundation.errors import Problem, ProblemsFound
from billing_tui.metering.entry_policy import shipped_entry_policy
from billing_tui.metering.import_reads import read_file, stage_file
from billing_tui.metering.keyed_batch import open_batch, rows_after, totals_of
from billing_tui.metering.layout_text import find_layout
from billing_tui.metering.population import find_instance
from billing_tui.metering.read_policy import shipped_policy
from billing_tui.metering.tables import KeyedBatch, KeyedState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from billing_tui.access.desk import Desk
    from billing_tui.metering.import_reads import UploadResult
    from billing_tui.metering.keyed_batch import BatchLine, BatchTotals, KeyedRow

_LAYOUT = "csv-default"
_HEADS = ("meter_number", "reading", "day", "kind", "code", "trouble", "route", "reader")
_PAGE = 500


@dataclass(frozen=True, slots=True)
class ClosedBatch:
    """A batch that became an upload."""

    batch_id: int
    totals: BatchTotals
    upload: UploadResult


def _rows(batch_id: int) -> Iterator[KeyedRow]:
    place = 0
    while page := rows_after(batch_id, place, _PAGE):
        yield from page
        place = page[-1].place


def _file(batch: BatchLine) -> bytes:
    """The keyed lines as the file that a handheld would have given, told apart by the batch."""
    skips = shipped_entry_policy().skip
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_HEADS)
    for row in _rows(batch.batch_id):
        if row.keyed:
            read = row.reading is not None
            kind, reading = ("A", row.reading) if read else ("S", "")
            skip, trouble = (row.code, "") if row.code in skips else ("", row.code)
            told = (row.meter, reading, batch.day.isoformat(), kind, skip, trouble)
            writer.writerow((*told, batch.route, f"batch {batch.batch_id}"))
    return text.getvalue().encode("utf-8")


def close_keyed_batch(desk: Desk, batch_id: int) -> ClosedBatch:
    """Stage the keyed reads as an upload; `check_reads` is run over it as over any other.

    Raises:
        NotFound: there is no such batch.
        Refused: it is closed already.
        ProblemsFound: count or total are not what the sheets state, or a reading is not settled.
    """
    desk.require(Right.UPLOAD_READS)
    with writing(desk, Right.UPLOAD_READS, "metering.close_keyed_batch") as act:
        batch, totals = open_batch(batch_id), totals_of(batch_id)
        if left := totals.open_points(batch):
            raise ProblemsFound(" ".join(left), tuple(Problem(0, one) for one in left))
        instance = find_instance(batch.instance_id)
        stream = io.BytesIO(_file(batch))
        name = f"keyed batch {batch_id}, route {batch.route}"
        told = read_file(instance, stream, name, find_layout(_LAYOUT))
        upload = stage_file(desk, act, instance, told, stream, shipped_policy())
        KeyedBatch.update(state=KeyedState.CLOSED.value, upload=upload.upload_id).where(
            KeyedBatch.id == batch_id
        ).execute()
        act.after |= {"batch": batch_id, "count": totals.keyed, "total": totals.total}
    return ClosedBatch(batch_id, totals, upload)
