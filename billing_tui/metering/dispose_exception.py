"""Settle an exception: accept, edit, estimate, read again or hold (RDG-6, RDG-7).

The reading as it came stays beside what was decided, with who, when and why.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.foundation.bulk import in_chunks, rows_of
from billing_tui.foundation.errors import InvalidEntry, Refused
from billing_tui.foundation.moments import moment_text
from billing_tui.foundation.text import clean
from billing_tui.metering import settling
from billing_tui.metering.check_reads import open_exceptions
from billing_tui.metering.checks import Severity
from billing_tui.metering.read_policy import shipped_policy
from billing_tui.metering.settling import Decision
from billing_tui.metering.staged_rows import open_upload, staged_rows
from billing_tui.metering.tables import Disposition, ReadException, StagedRead

if TYPE_CHECKING:
    from billing_tui.access.desk import Desk
    from billing_tui.metering.read_policy import ReadPolicy

_LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class Disposed:
    """What a decision did.

    Attributes:
        exception_id: which exception.
        row_id: the staged read.
        original: the reading as it came.
        reading: the reading that will be posted.
        usage_milli: its usage in thousandths.
        held: whether it stays out of posting.
        open_left: exceptions of the upload that still wait.
        raised: exceptions that an edited reading newly raises.
        asked: number of the request, where the decision waits for another person.
    """

    exception_id: int
    row_id: int
    original: int | None
    reading: int | None
    usage_milli: int | None
    held: bool
    open_left: int
    raised: int = 0
    asked: int = 0


def disposed(case: settling.Case, *, raised: int = 0, asked: int = 0) -> Disposed:
    """What stands now."""
    row = staged_rows(case.upload_id, case.row.row_id)[0]
    return Disposed(
        case.exception_id,
        row.row_id,
        row.original,
        row.reading,
        row.usage_milli,
        row.held,
        open_exceptions(case.upload_id),
        raised,
        asked,
    )


def decision_of(desk: Desk, disposition: Disposition, reason: str) -> Decision:
    """What is written beside an exception. Raises `InvalidEntry` where the reason is missing."""
    words = clean(reason, most=_LONGEST_REASON, field="reason")
    if not words:
        raise InvalidEntry("Say the reason; it stays beside the reading.", field="reason")
    return Decision(disposition, words, desk.staff_id, desk.clock().isoformat(timespec="seconds"))


def _refuse_other_hand(exception_id: int, seen: Disposition) -> None:
    rows = rows_of(
        "SELECT e.disposition, s.username, e.at, e.reason FROM read_exception e"
        " LEFT JOIN staff_member s ON s.id = e.staff_id WHERE e.id = ?",
        (exception_id,),
    )
    if rows and rows[0][0] != seen.value:
        disposition, who, at, reason = rows[0]
        raise Refused(
            f"{who or 'Somebody'} settled this meanwhile, {moment_text(at or '')}: "
            f"{disposition}, {reason}. Look at it again.",
            code="EXCEPTION-SETTLED",
        )


def hold_rest(desk: Desk, upload_id: int, reason: str) -> int:
    """Keep every read with an open exception out of the posting, when time is up; returns how many.

    They come back with a later file; until then their accounts are not billed, with the reason.
    """
    decision = decision_of(desk, Disposition.HOLD, reason)
    why = decision.reason
    with writing(desk, Right.POST_READS, "metering.hold_rest", why=why) as act:
        open_upload(upload_id)
        reads = [
            row[0]
            for row in rows_of(
                "SELECT DISTINCT staged_read_id FROM read_exception"
                " WHERE upload_id = ? AND disposition = ?",
                (upload_id, Disposition.OPEN.value),
            )
        ]
        for some in in_chunks(reads, 500):
            StagedRead.update(held=True).where(StagedRead.id.in_(some)).execute()
        ReadException.update(
            disposition=decision.disposition.value,
            reason=decision.reason,
            staff=decision.staff_id,
            at=decision.at,
        ).where(
            (ReadException.upload == upload_id)
            & (ReadException.disposition == Disposition.OPEN.value)
        ).execute()
        act.about("upload", upload_id)
        act.after = {"held": len(reads)}
    return len(reads)


def _settle(case: settling.Case, decision: Decision, reading: int | None, *, lead: bool) -> int:
    """Carry the decision out; returns how many new exceptions it raised."""
    match decision.disposition:
        case Disposition.ACCEPT:
            settling.accept(case, decision, below_zero=lead)
        case Disposition.EDIT:
            return settling.edit(case, decision, reading)
        case Disposition.ESTIMATE:
            settling.estimate(case, decision)
        case _:
            settling.keep_out(case, decision)
    return 0


def dispose_exception(
    desk: Desk,
    exception_id: int,
    disposition: Disposition,
    reason: str,
    *,
    reading: int | None = None,
    seen: Disposition | None = None,
    policy: ReadPolicy | None = None,
) -> Disposed:
    """Settle one exception; before posting it may be settled again, another way.

    Args:
        desk: who decides.
        exception_id: which exception.
        disposition: accept, edit, estimate, re-read or hold.
        reason: why; it is required.
        reading: the new register reading, for an edit.
        seen: how it was settled when the person looked; None does not ask.
        policy: the limits; the shipped ones by default.

    Raises:
        Refused: somebody else settled it meanwhile, the upload is posted, there is nothing to
            accept or to estimate from, or usage below zero takes a lead.
        EstimateLimit: one estimate too many in a row; `ask_estimate` asks another person.
        InvalidEntry: the reason is missing, or the dials cannot show the new reading.
    """
    decision = decision_of(desk, disposition, reason)
    if disposition is Disposition.OPEN:
        raise InvalidEntry("Say accept, edit, estimate, re-read or hold.", field="disposition")
    why = decision.reason
    with writing(desk, Right.CLEAR_EXCEPTIONS, "metering.dispose_exception", why=why) as act:
        if seen is not None:
            _refuse_other_hand(exception_id, seen)
        case = settling.open_case(exception_id, policy or shipped_policy())
        raised = _settle(case, decision, reading, lead=desk.may(Right.POST_READS))
        done = disposed(case, raised=raised)
        act.about("read_exception", exception_id)
        act.before = {"reading": case.row.reading, "held": case.row.held}
        act.after = {
            "disposition": disposition.value,
            "reading": done.reading,
            "held": done.held,
        }
        return done


def _only_looks(upload_id: int) -> Any:
    """Open exceptions that ask for no more than a look, of reads with nothing above it."""
    graver = ReadException.alias()
    beside = graver.select(graver.staged_read).where(
        (graver.upload == upload_id)
        & (graver.disposition == Disposition.OPEN.value)
        & (graver.severity > int(Severity.LOOK))
    )
    return (
        (ReadException.upload == upload_id)
        & (ReadException.disposition == Disposition.OPEN.value)
        & (ReadException.severity == int(Severity.LOOK))
        & ReadException.staged_read.not_in(beside)
    )


def count_looks(upload_id: int) -> int:
    """How many exceptions `accept_looks` would accept."""
    return int(ReadException.select().where(_only_looks(upload_id)).count())


def accept_looks(desk: Desk, upload_id: int, reason: str) -> int:
    """Accept at once all open exceptions that ask for no more than a look; returns how many.

    Nothing above `Severity.LOOK` can be accepted in bulk, and no read that has anything above it.
    """
    decision = decision_of(desk, Disposition.ACCEPT, reason)
    why = decision.reason
    with writing(desk, Right.CLEAR_EXCEPTIONS, "metering.accept_looks", why=why) as act:
        open_upload(upload_id)
        count = (
            ReadException.update(
                disposition=decision.disposition.value,
                reason=decision.reason,
                staff=decision.staff_id,
                at=decision.at,
            )
            .where(_only_looks(upload_id))
            .execute()
        )
        act.about("upload", upload_id)
        act.after = {"accepted": count}
    return int(count)


def sample_of_passed(upload_id: int, every: int = 50) -> list[int]:
    """Staged reads that passed all checks, every so-many-th, for a person to look at anyway."""
    rows = rows_of(
        "SELECT s.id FROM staged_read s WHERE s.upload_id = ? AND s.rejected = ''"
        " AND NOT EXISTS (SELECT 1 FROM read_exception e WHERE e.staged_read_id = s.id)"
        " ORDER BY s.id",
        (upload_id,),
    )
    return [row[0] for row in rows[::every]]
