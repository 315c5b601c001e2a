"""Estimate, in one go, every staged read that has no reading and waits for a decision (RDG-5)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING

from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.foundation.bulk import run_many
from billing_tui.foundation.model import bound
from billing_tui.metering.check_reads import open_exceptions
from billing_tui.metering.contexts import surroundings
from billing_tui.metering.estimating import class_daily, estimated_row
from billing_tui.metering.population import find_instance, population_of
from billing_tui.metering.read_policy import shipped_policy
from billing_tui.metering.staged_rows import open_upload, staged_rows
from billing_tui.metering.tables import Disposition, ReadKind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from billing_tui.access.desk import Desk
    from billing_tui.metering.read_policy import ReadPolicy

_REASON = "Estimated together with all missing reads."
_READ = (
    "UPDATE staged_read SET reading = ?, usage_milli = ?, rolled_over = ?, kind = ?,"
    " derivation = ? WHERE id = ?"
)
_EXCEPTION = (
    "UPDATE read_exception SET disposition = ?, reason = ?, staff_id = ?, at = ?"
    " WHERE staged_read_id = ? AND disposition = ?"
)


@dataclass(frozen=True, slots=True)
class EstimatedReads:
    """What `estimate_missing` did.

    Attributes:
        estimated: reads that now have an estimate.
        beyond_limit: reads that would have had one estimate too many; they stay open.
        no_history: reads without anything to go by; they stay open.
        open_left: exceptions of the upload that still wait.
    """

    estimated: int
    beyond_limit: int
    no_history: int
    open_left: int


def _run(sql: str, rows: Sequence[Sequence[Any]]) -> None:
    run_many(sql.replace("?", bound().param), rows)


def estimate_missing(
    desk: Desk, upload_id: int, *, policy: ReadPolicy | None = None
) -> EstimatedReads:
    """Give every missing or skipped read of an upload an estimate, within the policy's limit.

    Raises:
        Refused: the upload is posted or cancelled.
    """
    limits = policy or shipped_policy()
    with writing(desk, Right.CLEAR_EXCEPTIONS, "metering.estimate_missing", why=_REASON) as act:
        upload = open_upload(upload_id)
        rows = [row for row in staged_rows(upload_id) if row.reading is None and not row.held]
        population = population_of(find_instance(upload.instance.id))
        rows = [row for row in rows if row.meter_id in population.by_meter]
        around = surroundings(population, [row.meter_id for row in rows])
        instance = population.instance
        classes = cache(partial(class_daily, instance.cycle_id, instance.read_day))
        changes: list[tuple[Any, ...]] = []
        beyond = without = 0
        for row in rows:
            one = estimated_row(row, around, limits, classes=classes)
            if not one.allowed:
                beyond += 1
            elif one.estimate is None:
                without += 1
            else:
                kind, how = ReadKind.ESTIMATED.value, one.estimate.derivation
                rolled = int(one.rolled_over)
                changes.append(
                    (one.estimate.reading, one.usage_milli, rolled, kind, how, row.row_id)
                )
        _run(_READ, changes)
        at = desk.clock().isoformat(timespec="seconds")
        decided = (Disposition.ESTIMATE.value, _REASON, desk.staff_id, at)
        _run(_EXCEPTION, [(*decided, change[-1], Disposition.OPEN.value) for change in changes])
        act.about("upload", upload_id)
        act.after = {"estimated": len(changes), "beyond_limit": beyond, "no_history": without}
        return EstimatedReads(len(changes), beyond, without, open_exceptions(upload_id))
