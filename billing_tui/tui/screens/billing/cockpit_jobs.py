"""The steps of the cockpit as jobs: each calls the room's verb and gives a sentence back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.billing.approve_run import approve_run
from billing_tui.billing.audit_run import audit_run
from billing_tui.billing.calculate_run import calculate_run
from billing_tui.billing.findings import open_findings
from billing_tui.billing.open_run import open_run
from billing_tui.billing.post_run import post_run
from billing_tui.billing.states import Severity
from billing_tui.foundation.money import money_text
from billing_tui.metering.check_reads import check_reads
from billing_tui.metering.import_reads import import_reads
from billing_tui.metering.post_reads import post_reads
from billing_tui.tui.screens.billing.cockpit_steps import Move
from billing_tui.tui.shown import counted

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from billing_tui.access.desk import Desk
    from billing_tui.tui.jobs import Progress
    from billing_tui.tui.screens.billing.cockpit_steps import Work


def upload_job(desk: Desk, work: Work, path: Path, layout: str) -> Callable[[Progress], str]:
    """Stage a file for the reading and check it at once."""

    def upload(_progress: Progress) -> str:
        staged = import_reads(desk, work.instance_id, path, layout)
        found = check_reads(desk, staged.upload_id)
        return (
            f"{staged.staged:,} of {staged.expected:,} reads came; {found.passed:,} passed, "
            f"{counted(found.open, 'exception')} to settle."
        )

    return upload


def job_of(move: Move, work: Work, desk: Desk) -> Callable[[Progress], str]:
    """The step as a job: it touches no widget and gives a sentence back."""
    number = work.run.number if work.run is not None else ""
    upload_id = work.upload.upload_id if work.upload is not None else 0

    def check(_progress: Progress) -> str:
        found = check_reads(desk, upload_id)
        return f"{found.passed:,} of {found.reads:,} reads passed; {found.open:,} to settle."

    def post_the_reads(_progress: Progress) -> str:
        posted = post_reads(desk, upload_id)
        return f"{posted.posted:,} reads are history now, {posted.held:,} held."

    def open_the_run(_progress: Progress) -> str:
        run = open_run(desk, work.cycle, work.instance)
        return f"Run {run.number} is open for {run.population:,} accounts."

    def calculate(progress: Progress) -> str:
        run = calculate_run(desk, number, progress=progress)
        return f"{counted(run.bills, 'bill')} calculated: {money_text(run.total_cents)}."

    def audit(progress: Progress) -> str:
        left_ = open_findings(audit_run(desk, number, progress=progress).id)
        errors = counted(left_[Severity.ERROR], "error")
        return f"Audited: {errors} and {counted(left_[Severity.WARNING], 'warning')}."

    def approve(_progress: Progress) -> str:
        digest = work.run.register_digest if work.run is not None else None
        return f"Run {approve_run(desk, number, digest=digest).number} is approved."

    def post(progress: Progress) -> str:
        run = post_run(desk, number, progress=progress)
        return f"{counted(run.bills, 'bill')} posted: {money_text(run.total_cents)}."

    def print_(progress: Progress) -> str:
        from billing_tui.documents.print_run import print_run

        print_run(desk, number, progress=progress)
        return f"Bills, register and control sheet are in {desk.home.printed}."

    return {
        Move.CHECK_READS: check,
        Move.POST_READS: post_the_reads,
        Move.OPEN_RUN: open_the_run,
        Move.CALCULATE: calculate,
        Move.AUDIT: audit,
        Move.APPROVE: approve,
        Move.POST: post,
        Move.PRINT: print_,
    }[move]
