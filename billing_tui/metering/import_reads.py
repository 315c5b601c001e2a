"""Load a file of reads into staging (RDG-2): nothing reaches history before it is posted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.foundation.bulk import insert_rows, next_id, rows_of
from billing_tui.foundation.errors import Problem, ProblemsFound, Refused
from billing_tui.foundation.text import clean
from billing_tui.metering.layout_reader import LayoutReader
from billing_tui.metering.layout_text import find_layout
from billing_tui.metering.overtaken import overtake, waiting_elsewhere
from billing_tui.metering.population import find_instance, population_of
from billing_tui.metering.read_policy import shipped_policy
from billing_tui.metering.staging import Staged, Stager, told_json
from billing_tui.metering.tables import StagedRead, Upload, UploadState
from billing_tui.metering.upload_file import digest_of_file, keep_copy, opened_upload

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Any, BinaryIO

    from billing_tui.access.desk import Desk
    from billing_tui.access.writing import Act
    from billing_tui.metering.layout import Layout
    from billing_tui.metering.population import Instance
    from billing_tui.metering.read_policy import ReadPolicy
    from billing_tui.metering.read_record import ControlCounts, ReadRecord

_COLUMNS = (
    "id", "upload_id", "line", "meter_number", "meter_id", "service_point_id", "day",
    "original_reading", "reading", "kind", "code", "told", "previous", "usage_milli", "unit",
    "rolled_over", "held", "rejected", "derivation",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class UploadResult:
    """What an upload held, against what the cycle expects.

    Attributes:
        upload_id: its row; 0 for a dry run.
        file_name: as it came.
        sha256: digest of its bytes.
        layout: name of the layout.
        expected: meters of active points in the whole cycle.
        received: reads in the file.
        staged: reads that were taken, skipped ones included.
        skipped: those of them without a reading.
        missing: meters of the file's routes that it says nothing about, and no open upload lists.
        unknown: reads of meters that are not in the cycle.
        duplicates: reads of meters that came in before, here or in another upload.
        superseded: older readings of the same meter in an interval file.
        counts: what the file itself held and stated.
        rejects: the reject list, with lines.
    """

    upload_id: int
    file_name: str
    sha256: str
    layout: str
    expected: int
    received: int
    staged: int
    skipped: int
    missing: int
    unknown: int
    duplicates: int
    superseded: int
    counts: ControlCounts
    rejects: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """A file as it was read, before anything is matched; `bad` are lines left out on purpose."""

    name: str
    sha256: str
    layout: Layout
    records: list[ReadRecord]
    counts: ControlCounts
    bad: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Matched:
    """A file that was matched to the meters of its cycle."""

    result: UploadResult
    rows: list[Staged]


def _refuse_second_load(digest: str) -> None:
    rows = rows_of(
        "SELECT id, file_name, at, state FROM upload WHERE sha256 = ? AND state <> ?",
        (digest, UploadState.CANCELLED.value),
    )
    if rows:
        number, name, at, state = rows[0]
        raise Refused(
            f"This file was loaded before, as upload {number} ({name}) on {at[:10]}; "
            f"it is {state.lower()}. Ask for the corrected reads alone.",
            field="path",
            code="UPLOAD-TWICE",
        )


def _elsewhere(cycle: str, number: str) -> str:
    """Why a meter is unknown in the cycle."""
    rows = rows_of(
        "SELECT m.number, m.status, c.code FROM meter m"
        " LEFT JOIN meter_installation mi ON mi.meter_id = m.id AND mi.to_day IS NULL"
        " LEFT JOIN service_point sp ON sp.id = mi.service_point_id"
        " LEFT JOIN route r ON r.id = sp.route_id LEFT JOIN cycle c ON c.id = r.cycle_id"
        " WHERE m.number = ? LIMIT 1",
        (number,),
    )
    if not rows:
        return f"No meter {number} is on file."
    _, status, found = rows[0]
    if found is None:
        return f"Meter {number} is on file as {status.lower()}, not at any service point."
    return f"Meter {number} is in cycle {found}, not in cycle {cycle}."


def _refuse_other_cycle(instance: Instance, result: UploadResult) -> None:
    """A file of another cycle: not one of its meters belongs here."""
    if result.received and result.unknown == result.received:
        first = result.rejects[0]
        raise Refused(
            f"No meter of this file is in cycle {instance.cycle}, so nothing was loaded. "
            f"Line {first.line}: {first.sentence}",
            field="path",
            code="UPLOAD-CYCLE",
        )


def taken_elsewhere(instance: Instance) -> dict[int, str]:
    """Meters (rows) whose reading of this instance came in before, and where."""
    rows = rows_of(
        "SELECT s.meter_id, s.line, u.id, u.state FROM upload u"
        " JOIN staged_read s ON s.upload_id = u.id"
        " WHERE u.instance_id = ? AND u.state <> ? AND s.rejected = ''"
        " AND s.reading IS NOT NULL AND s.held = 0",
        (instance.instance_id, UploadState.CANCELLED.value),
    )
    return {
        meter: f"Its reading came in before: upload {upload}, line {line} ({state.lower()})."
        for meter, line, upload, state in rows
    }


def _checked(reader: LayoutReader, *, skip_bad_lines: bool) -> tuple[Problem, ...]:
    """The lines that could not be read, if the clerk chose to go on without them."""
    problems = tuple(reader.problems)
    bad_lines = [
        problem for problem in problems if problem.line and not _is_control(reader, problem)
    ]
    if problems and not (skip_bad_lines and len(bad_lines) == len(problems)):
        first = problems[0]
        more = len(problems) - 1
        tail = f", and {more:,} more" if more else ""
        raise ProblemsFound(f"The file was refused: {first}{tail}. Nothing was loaded.", problems)
    return problems


def _is_control(reader: LayoutReader, problem: Problem) -> bool:
    return any(
        not control.agrees and control.line == problem.line and control.name == problem.field
        for control in reader.counts.controls
    )


def read_file(
    instance: Instance, stream: BinaryIO, name: str, layout: Layout, *, skip_bad_lines: bool = False
) -> Told:
    """Read the whole file; no lock is held meanwhile.

    Raises:
        Refused: the same bytes were loaded before and not cancelled since.
        ProblemsFound: the file is not what the layout says.
    """
    digest = digest_of_file(stream)
    _refuse_second_load(digest)
    reader = LayoutReader(layout, stream, near=instance.read_day)
    records = list(reader)
    bad = _checked(reader, skip_bad_lines=skip_bad_lines)
    return Told(clean(name, most=120, field="path"), digest, layout, records, reader.counts, bad)


def _match(instance: Instance, told: Told, policy: ReadPolicy) -> _Matched:
    """Match the file to the meters as they stand now."""
    population = population_of(instance)
    stager = Stager(
        told.layout,
        population,
        policy.rollover_share,
        elsewhere=lambda number: _elsewhere(instance.cycle, number),
        taken=taken_elsewhere(instance),
        waiting=waiting_elsewhere(instance.instance_id),
    )
    stager.take_all(told.records)
    stager.finish()
    for problem in told.bad:
        words = f"{problem.field}: {problem.sentence}" if problem.field else problem.sentence
        stager.rejected.append(Staged(problem.line, "", rejected=words, reason="unreadable"))
    rows = stager.rows
    kept = [row for row in rows if not row.rejected]
    result = UploadResult(
        upload_id=0,
        file_name=told.name,
        sha256=told.sha256,
        layout=told.layout.name,
        expected=population.expected,
        received=sum(row.line > 0 for row in rows),
        staged=sum(row.line > 0 for row in kept),
        skipped=sum(row.line > 0 and row.reading is None for row in kept),
        missing=sum(row.line == 0 for row in kept),
        unknown=sum(row.reason == "unknown" for row in stager.rejected),
        duplicates=sum(row.reason == "duplicate" for row in stager.rejected),
        superseded=stager.superseded,
        counts=told.counts,
        rejects=tuple(Problem(row.line, row.rejected, row.meter_number) for row in stager.rejected),
    )
    return _Matched(result, rows)


def _values(upload_id: int, first_id: int, rows: list[Staged]) -> Iterator[tuple[Any, ...]]:
    for row_id, row in enumerate(rows, start=first_id):
        point = row.point
        yield (
            row_id,
            upload_id,
            row.line,
            row.meter_number,
            point.meter.meter_id if point else None,
            point.point_id if point else None,
            row.day.isoformat() if row.day else None,
            row.reading,
            row.reading,
            row.kind.value,
            row.code,
            told_json(row.told),
            row.previous,
            row.usage_milli,
            point.meter.register.unit.value if point else "",
            int(row.rolled_over),
            0,
            row.rejected,
            row.derivation,
        )


def preview_reads(
    desk: Desk, instance_id: int, path: Path, layout_name: str, *, skip_bad_lines: bool = False
) -> UploadResult:
    """What `import_reads` would do; nothing is written."""
    desk.require(Right.UPLOAD_READS)
    layout, instance = find_layout(layout_name), find_instance(instance_id)
    with opened_upload(path) as stream:
        told = read_file(instance, stream, path.name, layout, skip_bad_lines=skip_bad_lines)
    return _match(instance, told, shipped_policy()).result


def import_reads(
    desk: Desk,
    instance_id: int,
    path: Path,
    layout_name: str,
    *,
    skip_bad_lines: bool = False,
    policy: ReadPolicy | None = None,
) -> UploadResult:
    """Stage the reads of a file.

    Args:
        desk: who loads it.
        instance_id: which reading of which cycle.
        path: the file; its copy is kept under the home's uploads.
        layout_name: how to read it.
        skip_bad_lines: put lines that cannot be read on the reject list instead of refusing the
            file; counts that disagree refuse it all the same.
        policy: the limits; the shipped ones by default.

    Raises:
        Refused: the same bytes were loaded before, under whatever name, and not cancelled since;
            or no meter of the file is in the cycle.
        ProblemsFound: the file is not what the layout says; nothing is changed.
        InvalidEntry: the path is no plain file.
    """
    desk.require(Right.UPLOAD_READS)
    layout, instance = find_layout(layout_name), find_instance(instance_id)
    with opened_upload(path) as stream:
        told = read_file(instance, stream, path.name, layout, skip_bad_lines=skip_bad_lines)
        with writing(desk, Right.UPLOAD_READS, "metering.import_reads") as act:
            result = stage_file(desk, act, instance, told, stream, policy or shipped_policy())
    return result


def stage_file(  # noqa: PLR0917 - what a file is, and where it goes
    desk: Desk, act: Act, instance: Instance, told: Told, stream: BinaryIO, policy: ReadPolicy
) -> UploadResult:
    """Stage a file that was read, inside the transaction of the verb that takes it in.

    Raises:
        Refused: the same bytes were loaded meanwhile, or no meter is in the cycle.
    """
    _refuse_second_load(told.sha256)
    matched = _match(instance, told, policy)
    _refuse_other_cycle(instance, matched.result)
    result = replace(matched.result, upload_id=_insert(desk, instance, matched.result))
    first_id = next_id(StagedRead)
    insert_rows(StagedRead, _COLUMNS, _values(result.upload_id, first_id, matched.rows))
    overtake(desk, instance.instance_id, result.upload_id)
    act.about("upload", result.upload_id)
    act.after = {
        "file": result.file_name,
        "sha256": result.sha256,
        "received": result.received,
        "staged": result.staged,
        "rejected": len(result.rejects),
    }
    keep_copy(stream, desk.home.uploads, result.sha256)
    return result


def _insert(desk: Desk, instance: Instance, result: UploadResult) -> int:
    upload = Upload.create(
        instance=instance.instance_id,
        file_name=result.file_name,
        sha256=result.sha256,
        layout=result.layout,
        expected=result.expected,
        received=result.received,
        rejected=len(result.rejects),
        staff=desk.staff_id,
        at=desk.clock().isoformat(timespec="seconds"),
    )
    return int(upload.id)
