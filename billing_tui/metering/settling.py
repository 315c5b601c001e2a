"""What a decision does to a staged read and to the exceptions about it.

A decision about the reading decides all that was odd about it: what an edited reading no longer
shows is closed with it, and what it newly shows is opened.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing_tui.foundation.bulk import insert_rows, rows_of
from billing_tui.foundation.errors import InvalidEntry, NotFound, Refused
from billing_tui.metering.check_reads import COLUMNS, exception_row
from billing_tui.metering.checks import CheckName, findings
from billing_tui.metering.contexts import context_of, surroundings
from billing_tui.metering.estimating import estimated_row
from billing_tui.metering.legs import usage_since
from billing_tui.metering.population import find_instance, population_of
from billing_tui.metering.staged_rows import open_upload, staged_rows
from billing_tui.metering.tables import Disposition, ReadException, ReadKind, StagedRead

if TYPE_CHECKING:
    from billing_tui.metering.contexts import Surroundings
    from billing_tui.metering.estimating import Estimated
    from billing_tui.metering.read_policy import ReadPolicy
    from billing_tui.metering.staged_rows import StagedRow

_KEEPS_OUT = (Disposition.HOLD.value, Disposition.REREAD.value)


@dataclass(frozen=True, slots=True)
class Decision:
    """What is written beside an exception: what, why, who, when (UTC, ISO)."""

    disposition: Disposition
    reason: str
    staff_id: int
    at: str


class EstimateLimit(Refused):
    """One more estimate in a row than the policy allows: another person must allow it."""

    code = "ESTIMATE-LIMIT"


@dataclass(frozen=True, slots=True)
class Case:
    """An exception (which check, how it stands), its read and what is around it."""

    exception_id: int
    check: str
    stands: str
    upload_id: int
    row: StagedRow
    around: Surroundings
    policy: ReadPolicy


def open_case(exception_id: int, policy: ReadPolicy) -> Case:
    """The exception with its surroundings, if its upload may still be changed.

    Raises:
        NotFound: there is no such exception, or its meter was taken out meanwhile.
        Refused: the upload is posted or cancelled.
    """
    which = rows_of(
        "SELECT upload_id, staged_read_id, check_name, disposition FROM read_exception"
        " WHERE id = ?",
        (exception_id,),
    )
    if not which:
        raise NotFound(f"There is no exception {exception_id}.", field="exception")
    upload_id, row_id, check, stands = which[0]
    instance = find_instance(open_upload(upload_id).instance_id)
    rows = staged_rows(upload_id, row_id)
    population = population_of(instance, point_id=rows[0].point_id if rows else 0)
    if not rows or rows[0].meter_id not in population.by_meter:
        raise NotFound("The meter of this exception is no longer in place; cancel the upload.")
    around = surroundings(population, [rows[0].meter_id])
    return Case(exception_id, check, stands, upload_id, rows[0], around, policy)


def estimated(case: Case) -> Estimated:
    """What the read would be estimated at, and how many estimates in a row that would make."""
    return estimated_row(case.row, case.around, case.policy)


def _refuse_too_many(case: Case, found: Estimated) -> None:
    if not found.allowed:
        raise EstimateLimit(
            f"This would be estimate number {found.in_row} in a row; at most "
            f"{case.policy.estimates_in_row} are allowed. Have it read, or ask a lead, who is "
            "not you, to allow it."
        )


def accept(case: Case, decision: Decision, *, below_zero: bool, beyond_limit: bool = False) -> None:
    """Let the reading stand in spite of this exception.

    Args:
        case: the exception.
        decision: what is written beside it.
        below_zero: usage below zero may stand, which takes a lead.
        beyond_limit: so may an estimate of the file beyond the limit, which takes two people.
    """
    row = case.row
    register = case.around.population.by_meter[row.meter_id].meter.register
    if row.reading is None:
        raise Refused("There is no reading to accept; edit, estimate, read again or hold.")
    if not register.holds(row.reading):
        raise Refused(f"The {register.dials} dials cannot show {row.reading}; edit it or hold it.")
    if not below_zero and (row.usage_milli or 0) < 0:
        raise Refused("Usage below zero is accepted by a lead only; edit it, estimate or hold it.")
    if not beyond_limit and case.check == CheckName.ESTIMATES and row.kind == ReadKind.ESTIMATED:
        _refuse_too_many(case, estimated(case))
    _write(decision, [case.exception_id])
    kept_out = rows_of(
        "SELECT 1 FROM read_exception WHERE staged_read_id = ? AND disposition IN (?, ?) LIMIT 1",
        (row.row_id, *_KEEPS_OUT),
    )
    if not kept_out:
        StagedRead.update(held=False).where(StagedRead.id == row.row_id).execute()


def edit(case: Case, decision: Decision, reading: int | None) -> int:
    """Put another reading in its place; returns how many new exceptions it raises."""
    row, population = case.row, case.around.population
    point = population.by_meter[row.meter_id]
    if reading is None:
        raise InvalidEntry("Say the new reading.", field="reading")
    if not point.meter.register.holds(reading):
        raise InvalidEntry(
            f"The {point.meter.register.dials} dials cannot show {reading}.", field="reading"
        )
    share = case.policy.rollover_share
    used = usage_since(point, population.openings[row.meter_id], reading, share)
    before = row.original if row.original is not None else "no reading"
    StagedRead.update(
        reading=reading,
        usage_milli=used.milli if used else None,
        rolled_over=used.rolled_over if used else False,
        kind=ReadKind.ACTUAL.value,
        derivation=f"Edited from {before}: {decision.reason}",
        held=False,
    ).where(StagedRead.id == row.row_id).execute()
    return _look_again(case, decision)


def _look_again(case: Case, decision: Decision) -> int:
    """Check the new reading; what says the same of it as was known is decided with it."""
    row = staged_rows(case.upload_id, case.row.row_id)[0]
    shown = findings(context_of(row, case.around), case.policy)
    known = rows_of(
        "SELECT check_name, sentence FROM read_exception WHERE staged_read_id = ?", (row.row_id,)
    )
    fresh = [one for one in shown if (one.check.value, one.sentence) not in known]
    close_all(case, decision)
    rows = [exception_row(case.upload_id, row.row_id, one) for one in fresh]
    insert_rows(ReadException, COLUMNS, rows)
    return len(fresh)


def _no_estimate(case: Case) -> str:
    """Why nothing can be estimated: no day has passed since the last read, or no use is known."""
    since = case.around.population.openings[case.row.meter_id].start_day
    if case.row.day <= since:
        return (
            f"The register was read on {since:%m/%d/%y}, and this read is for "
            f"{case.row.day:%m/%d/%y}: there is no day to estimate. Hold it."
        )
    return "There is no history to estimate from; have it read or hold it."


def estimate(case: Case, decision: Decision, *, beyond_limit: bool = False) -> None:
    """Put an estimate in its place; one beyond the limit takes two people."""
    row = estimated(case)
    if not beyond_limit:
        _refuse_too_many(case, row)
    found = row.estimate
    if found is None:
        raise Refused(_no_estimate(case))
    StagedRead.update(
        reading=found.reading,
        usage_milli=row.usage_milli,
        rolled_over=row.rolled_over,
        kind=ReadKind.ESTIMATED.value,
        derivation=found.derivation,
        held=False,
    ).where(StagedRead.id == case.row.row_id).execute()
    close_all(case, decision)


def keep_out(case: Case, decision: Decision) -> None:
    """Keep the read out of posting: on hold, or until somebody has read it again."""
    StagedRead.update(held=True).where(StagedRead.id == case.row.row_id).execute()
    close_all(case, decision)


def close_all(case: Case, decision: Decision) -> None:
    """Write the decision beside this exception and every open one of the same read.

    Earlier holds of the read are overtaken by it too.
    """
    rows = rows_of(
        "SELECT id FROM read_exception WHERE staged_read_id = ? AND (id = ? OR disposition IN"
        " (?, ?, ?))",
        (case.row.row_id, case.exception_id, Disposition.OPEN.value, *_KEEPS_OUT),
    )
    _write(decision, [row[0] for row in rows])


def _write(decision: Decision, ids: list[int]) -> None:
    ReadException.update(
        disposition=decision.disposition.value,
        reason=decision.reason,
        staff=decision.staff_id,
        at=decision.at,
    ).where(ReadException.id.in_(ids)).execute()
