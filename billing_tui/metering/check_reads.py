"""Run the checks over an upload and keep what they find as exceptions (RDG-4, RDG-7)."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.foundation.bulk import insert_rows, rows_of
from billing_tui.metering.checks import Finding, Severity, findings
from billing_tui.metering.contexts import context_of, surroundings
from billing_tui.metering.population import find_instance, population_of
from billing_tui.metering.read_policy import shipped_policy
from billing_tui.metering.staged_rows import duplicates_of, open_upload, staged_rows
from billing_tui.metering.tables import Disposition, ReadException, UploadState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from billing_tui.access.desk import Desk
    from billing_tui.metering.read_policy import ReadPolicy

COLUMNS = (
    "staged_read_id", "upload_id", "check_name", "severity", "sentence", "arithmetic",
    "disposition", "reason",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What the checks of an upload found.

    Attributes:
        upload_id: which.
        reads: how many were checked.
        passed: how many have no exception.
        open: exceptions that wait for a person.
        by_check: check to exceptions, settled ones included.
        by_severity: severity to exceptions, settled ones included.
    """

    upload_id: int
    reads: int
    passed: int
    open: int
    by_check: dict[str, int]
    by_severity: dict[Severity, int]


def exception_row(upload_id: int, row_id: int, finding: Finding) -> tuple[object, ...]:
    """A finding as a row of `COLUMNS`."""
    return (
        row_id,
        upload_id,
        finding.check.value,
        int(finding.severity),
        finding.sentence,
        json.dumps(dict(finding.arithmetic), sort_keys=True),
        Disposition.OPEN.value,
        "",
    )


def _settled(upload_id: int) -> set[tuple[int, str]]:
    rows = rows_of(
        "SELECT staged_read_id, check_name FROM read_exception"
        " WHERE upload_id = ? AND disposition <> ?",
        (upload_id, Disposition.OPEN.value),
    )
    return {(row[0], row[1]) for row in rows}


def _found(upload_id: int, policy: ReadPolicy) -> tuple[int, list[tuple[int, Finding]]]:
    upload = open_upload(upload_id)
    rows = [row for row in staged_rows(upload_id) if not row.held]
    population = population_of(find_instance(upload.instance.id))
    last = max((row.day for row in rows), default=None)
    around = surroundings(population, [row.meter_id for row in rows], until=last)
    others = duplicates_of(upload_id)
    found: list[tuple[int, Finding]] = []
    for row in rows:
        if row.meter_id not in population.by_meter:
            continue
        context = context_of(row, around, others.get(row.meter_id, ()))
        found += [(row.row_id, finding) for finding in findings(context, policy)]
    return len(rows), found


def check_reads(desk: Desk, upload_id: int, *, policy: ReadPolicy | None = None) -> CheckResult:
    """Check every staged read; what a person has settled stays settled.

    The checks run before the lock is taken, and once more under it if a read changed meanwhile.

    Raises:
        Refused: the upload is posted or cancelled.
    """
    desk.require(Right.UPLOAD_READS)
    limits = policy or shipped_policy()
    stamp = _stamp(upload_id)
    count, found = _found(upload_id, limits)
    with writing(desk, Right.UPLOAD_READS, "metering.check_reads") as act:
        open_upload(upload_id)
        if _stamp(upload_id) != stamp:
            count, found = _found(upload_id, limits)
        settled = _settled(upload_id)
        ReadException.delete().where(
            (ReadException.upload == upload_id)
            & (ReadException.disposition == Disposition.OPEN.value)
        ).execute()
        fresh = [(row, one) for row, one in found if (row, one.check.value) not in settled]
        insert_rows(ReadException, COLUMNS, _rows(upload_id, fresh))
        upload = open_upload(upload_id)
        upload.state = UploadState.CHECKED.value
        upload.save(only=["state"])
        result = CheckResult(
            upload_id,
            count,
            count - len({row for row, _ in found}),
            len(fresh),
            dict(Counter(one.check.value for _, one in found)),
            dict(Counter(one.severity for _, one in found)),
        )
        act.about("upload", upload_id)
        act.after = {"state": upload.state, "open": result.open, "passed": result.passed}
    return result


def _stamp(upload_id: int) -> tuple[object, ...]:
    """What tells whether a read was settled, or another posted, while the checks were running."""
    reads = rows_of(
        "SELECT count(*), sum(coalesce(reading, -1)), sum(held), sum(usage_milli)"
        " FROM staged_read WHERE upload_id = ?",
        (upload_id,),
    )
    return (*reads[0], *rows_of("SELECT coalesce(max(id), 0) FROM read")[0])


def _rows(upload_id: int, found: list[tuple[int, Finding]]) -> Iterator[tuple[object, ...]]:
    for row_id, finding in found:
        yield exception_row(upload_id, row_id, finding)


def open_exceptions(upload_id: int) -> int:
    """How many exceptions of an upload wait for a person."""
    rows = rows_of(
        "SELECT count(*) FROM read_exception WHERE upload_id = ? AND disposition = ?",
        (upload_id, Disposition.OPEN.value),
    )
    count: int = rows[0][0]
    return count
