"""The steps of the cockpit as jobs: each calls the room's verb and gives a sentence back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from billing_tui.billing.approve_run import approve_run, cancel_run
from billing_tui.billing.audit_run import audit_run
from billing_tui.billing.calculate_run import calculate_run
from billing_tui.billing.close_run import close_run
from billing_tui.billing.findings import open_findings
from billing_tui.billing.open_run import open_run
from billing_tui.billing.post_run import post_run
from billing_tui.billing.states import Severity
from billing_tui.foundation.money import money_text
from billing_tui.metering.cancel_upload import cancel_upload
from billing_tui.metering.check_reads import check_reads
from billing_tui.metering.import_reads import import_reads
from billing_tui.metering.post_reads import post_reads
from billing_tui.tui.screens.billing.cockpit_steps import Move
from billing_tui.tui.shown import PRINTED, counted

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from pathlib import Path

    from billing_tui.access.desk import Desk
    from billing_tui.metering.check_reads import CheckResult
    from billing_tui.metering.import_reads import UploadResult
    from billing_tui.tui.jobs import Progress
    from billing_tui.tui.screens.billing.cockpit_steps import Work


def upload_job(desk: Desk, work: Work, path: Path, layout: str) -> Callable[[Progress], str]:
    """Stage a file for the reading and check it at once."""

    def upload(_progress: Progress) -> str:
        staged = import_reads(desk, work.instance_id, path, layout)
        found = check_reads(desk, staged.upload_id)
        return uploaded(staged, found)

    return upload


def uploaded(staged: UploadResult, found: CheckResult) -> str:
    """What came and what the checks said; a meter that is missing has its exception too.

    Reads that passed and those with exceptions make up all that was expected of the file.
    """
    told = f"{staged.staged:,} of {staged.expected:,} came; {found.passed:,} passed"
    if found.open:
        rest = found.reads - found.passed
        told += f", {rest:,} with {counted(found.open, 'exception')}"
    left_out = len(staged.rejects)
    return f"{told}; {counted(left_out, 'line')} left out." if left_out else f"{told}."


def give_up(desk: Desk, work: Work, why: str) -> str:
    """Cancel the run that is not posted, or else the upload; the sentence says what is free now."""
    if work.run is not None:
        cancel_run(desk, work.run.number, why)
        return f"Run {work.run.number} is cancelled; nothing of it was posted."
    cancel_upload(desk, _upload(work), why)
    return f"Upload {_upload(work)} is cancelled; its file and its meters can be uploaded again."


def _number(work: Work) -> str:
    return work.run.number if work.run is not None else ""


def _upload(work: Work) -> int:
    return work.upload.upload_id if work.upload is not None else 0


def _check_reads(desk: Desk, work: Work, _progress: Progress) -> str:
    found = check_reads(desk, _upload(work))
    return f"{found.passed:,} of {found.reads:,} reads passed; {found.open:,} to settle."


def _post_reads(desk: Desk, work: Work, _progress: Progress) -> str:
    posted = post_reads(desk, _upload(work))
    return f"{posted.posted:,} reads are history now, {posted.held:,} held."


def _open(desk: Desk, work: Work, _progress: Progress) -> str:
    run = open_run(desk, work.cycle, work.instance)
    return f"Run {run.number} is open for {run.population:,} accounts."


def _calculate(desk: Desk, work: Work, progress: Progress) -> str:
    run = calculate_run(desk, _number(work), progress=progress)
    return f"{counted(run.bills, 'bill')} calculated: {money_text(run.total_cents)}."


def _audit(desk: Desk, work: Work, progress: Progress) -> str:
    left = open_findings(audit_run(desk, _number(work), progress=progress).id)
    errors = counted(left[Severity.ERROR], "error")
    return f"Audited: {errors} and {counted(left[Severity.WARNING], 'warning')}."


def _approve(desk: Desk, work: Work, _progress: Progress) -> str:
    digest = work.run.register_digest if work.run is not None else None
    return f"Run {approve_run(desk, _number(work), digest=digest).number} is approved."


def _post(desk: Desk, work: Work, progress: Progress) -> str:
    run = post_run(desk, _number(work), progress=progress)
    told = f"{counted(run.bills, 'bill')} posted: {money_text(run.total_cents)}."
    return told + dated_ahead(run.bill_day, desk.business_day)


def dated_ahead(bill_day: date, today: date) -> str:
    """From when bills that were posted before their day can be corrected; "" on that day."""
    return f" Dated {bill_day:%m/%d/%y}: corrected from then on." if bill_day > today else ""


def _print(desk: Desk, work: Work, progress: Progress) -> str:
    from billing_tui.documents.print_run import print_run

    print_run(desk, _number(work), progress=progress)
    return f"Bills, register and control sheet are {PRINTED}."


def _close(desk: Desk, work: Work, _progress: Progress) -> str:
    return f"Run {close_run(desk, _number(work)).number} is closed: all its figures agree."


_JOBS: dict[Move, Callable[[Desk, Work, Progress], str]] = {
    Move.CHECK_READS: _check_reads,
    Move.POST_READS: _post_reads,
    Move.OPEN_RUN: _open,
    Move.CALCULATE: _calculate,
    Move.AUDIT: _audit,
    Move.APPROVE: _approve,
    Move.POST: _post,
    Move.PRINT: _print,
    Move.CLOSE: _close,
}


def job_of(move: Move, work: Work, desk: Desk) -> Callable[[Progress], str]:
    """The step as a job: it touches no widget and gives a sentence back."""
    return partial(_JOBS[move], desk, work)
