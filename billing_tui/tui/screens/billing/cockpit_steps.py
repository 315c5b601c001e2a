"""The steps of one reading and billing of a cycle: how far each is, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from billing_tui.access.rights import Right
from billing_tui.billing.approve_run import why_not
from billing_tui.billing.completeness import count_cycle, not_in_run, waiting_for_bill
from billing_tui.billing.findings import open_findings
from billing_tui.billing.run_approval import approval_of
from billing_tui.billing.runs import NEXT, RunView, recent_runs
from billing_tui.billing.states import ItemState, RunState, Severity
from billing_tui.foundation.money import money_text
from billing_tui.metering.tables import UploadState
from billing_tui.metering.uploads import (
    UploadLine,
    instances_of,
    kept_out,
    planned_cycles,
    recent_uploads,
)
from billing_tui.tui.shown import counted

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date


class Move(StrEnum):
    """What F10 does next, in the words of the key line."""

    UPLOAD = "Upload reads"
    CHECK_READS = "Check reads"
    CLEAR = "Exceptions"
    POST_READS = "Post reads"
    OPEN_RUN = "Open run"
    CALCULATE = "Calculate"
    AUDIT = "Audit"
    REVIEW = "Review"
    APPROVE = "Approve"
    POST = "Post"
    PRINT = "Print"
    CLOSE = "Close"
    NOTHING = "Next"


RIGHTS: dict[Move, Right] = {
    Move.UPLOAD: Right.UPLOAD_READS,
    Move.CHECK_READS: Right.UPLOAD_READS,
    Move.CLEAR: Right.CLEAR_EXCEPTIONS,
    Move.POST_READS: Right.POST_READS,
    Move.OPEN_RUN: Right.PREPARE_RUN,
    Move.CALCULATE: Right.PREPARE_RUN,
    Move.AUDIT: Right.AUDIT_RUN,
    Move.REVIEW: Right.AUDIT_RUN,
    Move.APPROVE: Right.APPROVE_RUN,
    Move.POST: Right.POST_RUN,
    Move.PRINT: Right.PRINT_BILLS,
    Move.CLOSE: Right.POST_RUN,
}


def own_run(run: RunView, staff_id: int) -> str:
    """Why this person may not approve this run; "" where there is no such reason."""
    if run.prepared_by == staff_id:
        return "whoever prepared a run may not approve it; ask somebody else."
    return ""


def approval(run: RunView) -> tuple[str, ...]:
    """What a person approves."""
    bills, out = counted(run.bills, "bill"), counted(len(not_in_run(run.id)), "account")
    return (
        f"{bills}, {money_text(run.total_cents)} in all.",
        f"{out} without a bill, {run.items[ItemState.HELD]:,} of them held by somebody.",
        "Approved bills are posted as they stand.",
    )


def _posting(run: RunView) -> tuple[str, ...]:
    days = f"billed {run.bill_day:%m/%d/%y}, due {run.due_day:%m/%d/%y}"
    return (
        f"{counted(run.bills, 'bill')}, {money_text(run.total_cents)} in all, {days}.",
        "The customers owe what is posted; a posted run is not taken back.",
    )


def left_out(run: RunView) -> str:
    """The accounts of a posted run that still wait for a bill; "" where none does."""
    count = sum(left.accounts for left in waiting_for_bill(run.number))
    return f"{counted(count, 'account')} of run {run.number} got no bill." if count else ""


def _closing(run: RunView) -> tuple[str, ...]:
    """Asks only where the run leaves somebody without a bill."""
    told = left_out(run)
    return (
        (told, f"The next run of cycle {run.cycle} bills them, once they are read.") if told else ()
    )


ASKED: dict[Move, Callable[[RunView], tuple[str, ...]]] = {
    Move.APPROVE: approval,
    Move.POST: _posting,
    Move.CLOSE: _closing,
}
"""Steps that ask before they are done, and what they say."""


def posting_reads(upload: UploadLine) -> tuple[str, ...]:
    """What posting these reads leaves out; empty where nothing, and nothing is asked."""
    out = kept_out(upload.upload_id)
    told = [
        (out.rereads, f"{counted(out.rereads, 're-read')} out, not yet come back."),
        (out.holds, f"{counted(out.holds, 'read')} on hold."),
    ]
    lines = tuple(sentence for count, sentence in told if count)
    if not lines:
        return ()
    after = "Their accounts get no bill until the reading comes; F12 waits for it."
    return (*lines, after)


def given_up(work: Work) -> tuple[str, Right] | None:
    """What can be given up of a cycle, by its name, and the right for it; None once posted.

    A run goes first: its reads are history.
    """
    if work.run is not None:
        open_ = RunState.CANCELLED in NEXT[work.run.state]
        return (f"run {work.run.number}", Right.PREPARE_RUN) if open_ else None
    if work.upload is None or work.upload.state is UploadState.POSTED:
        return None
    return f"upload {work.upload.upload_id}", Right.UPLOAD_READS


_ORDER = (
    RunState.DRAFT,
    RunState.CALCULATED,
    RunState.IN_AUDIT,
    RunState.APPROVED,
    RunState.POSTED,
    RunState.PRINTED,
    RunState.CLOSED,
)
_BY_STATE = {
    RunState.DRAFT: Move.CALCULATE,
    RunState.CALCULATED: Move.AUDIT,
    RunState.APPROVED: Move.POST,
    RunState.POSTED: Move.PRINT,
    RunState.PRINTED: Move.CLOSE,
}


_RUNS = 60
"""How far back the cockpit looks."""


@dataclass(frozen=True, slots=True)
class Work:
    """One reading and billing of a cycle.

    Attributes:
        cycle, instance: code of the cycle and name of the reading, such as 07 and 2026-11.
        instance_id: row of the reading.
        read_day, bill_day, due_day: its days.
        upload: the newest upload of it that was not cancelled.
        run: its run that was not cancelled.
    """

    cycle: str
    instance: str
    instance_id: int
    read_day: date
    bill_day: date
    due_day: date
    upload: UploadLine | None
    run: RunView | None


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its name, how far it is, and whether it is behind us."""

    name: str
    told: str
    done: bool


def works() -> list[Work]:
    """What is under way, nearest first; then what comes next in each cycle; then what is done."""
    uploads: dict[tuple[str, str], UploadLine] = {}
    for upload in recent_uploads():
        if upload.state is not UploadState.CANCELLED:
            uploads.setdefault((upload.cycle, upload.instance), upload)
    runs = {
        (run.cycle, run.instance): run
        for run in reversed(recent_runs(_RUNS))
        if run.state is not RunState.CANCELLED
    }
    found = [work for cycle in planned_cycles() for work in _of_cycle(cycle, uploads, runs)]
    open_ = [work for work in found if not finished(work)]
    done = [work for work in found if finished(work)]
    open_.sort(key=lambda work: (work.upload is None and work.run is None, work.read_day))
    done.sort(key=lambda work: work.read_day, reverse=True)
    return open_ + done


def _of_cycle(
    cycle: str,
    uploads: dict[tuple[str, str], UploadLine],
    runs: dict[tuple[str, str], RunView],
) -> list[Work]:
    """The readings of a cycle that were begun, and the first one after them, or of all."""
    begun: list[Work] = []
    ahead: Work | None = None
    for one in instances_of(cycle):
        upload, run = uploads.get((cycle, one.name)), runs.get((cycle, one.name))
        work = Work(
            cycle, one.name, one.instance_id, one.read_day, one.bill_day, one.due_day, upload, run
        )
        if upload is not None or run is not None:
            begun.append(work)
        elif not begun:
            ahead = work
    return [ahead, *begun] if ahead is not None else begun


def finished(work: Work) -> bool:
    """Whether nothing is left to do."""
    return next_move(work) is Move.NOTHING


def next_move(work: Work) -> Move:
    """What comes next."""
    return _after_run(work.run) if work.run is not None else _after_upload(work.upload)


def _after_upload(upload: UploadLine | None) -> Move:
    if upload is None:
        return Move.UPLOAD
    if upload.state is UploadState.STAGED:
        return Move.CHECK_READS
    if upload.state is UploadState.CHECKED:
        return Move.CLEAR if upload.open_exceptions else Move.POST_READS
    return Move.OPEN_RUN


def _after_run(run: RunView) -> Move:
    if run.state is not RunState.IN_AUDIT:
        return _BY_STATE.get(run.state, Move.NOTHING)
    if run.items[ItemState.PENDING]:
        return Move.CALCULATE
    return Move.REVIEW if why_not(run) else Move.APPROVE


def steps(work: Work) -> list[Step]:
    """All steps in order."""
    run = work.run
    at = _ORDER.index(run.state) if run is not None else -1
    return [
        _reads(work),
        Step("Open run", f"{run.number}, {run.population:,} accounts" if run else "", at >= 0),
        Step("Calculate", _calculated(run) if run and at >= 0 else "", at >= 1),
        Step("Audit", _audited(run) if run and at >= 2 else "", at > 2),
        Step("Approve", _approved(run), at >= 3),
        Step("Post", _posted(run) if run and at >= 3 else "", at >= 4),
        Step("Print", "bills, register, control sheet", at >= 5),
        Step("Close", "when all figures agree", at >= 6),
    ]


def _reads(work: Work) -> Step:
    upload = work.upload
    if upload is None:
        told = "were in history before" if work.run is not None else "none came yet"
        return Step("Reads", told, work.run is not None)
    told = f"{upload.came:,} of {upload.expected:,} came"
    if upload.rejected:
        told += f", {upload.rejected:,} rejected"
    if upload.open_exceptions:
        told += f", {counted(upload.open_exceptions, 'exception')} open"
    return Step("Reads", f"{told}, {upload.state.lower()}", upload.state is UploadState.POSTED)


def _calculated(run: RunView) -> str:
    return f"{counted(run.bills, 'bill')} {money_text(run.total_cents)}"


def accounts_told(work: Work) -> tuple[str, bool]:
    """The accounts of the cycle and where each is, as a sum; and whether it adds up."""
    if work.run is None:
        return "", True
    count = count_cycle(work.run.id)
    parts = " + ".join(f"{number:,} {name}" for name, number in count.parts) or "0"
    return f"{counted(count.accounts, 'account')} = {parts}", count.adds_up


def _audited(run: RunView) -> str:
    left = open_findings(run.id)
    errors, warnings = left[Severity.ERROR], left[Severity.WARNING]
    return f"{counted(errors, 'error')} and {counted(warnings, 'warning')} open"


def _approved(run: RunView | None) -> str:
    found = approval_of(run) if run is not None else None
    return f"by {found.told}" if found is not None else "by somebody else than the preparer"


def _posted(run: RunView) -> str:
    return f"{run.items[ItemState.POSTED]:,} of {counted(run.bills, 'bill')} posted"
