"""Approve a run: another person than the one who prepared it, nothing undecided, totals as audited.

Cancel one that should not go on; nothing of it was posted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.access.desk import NotAllowed
from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.billing.calculate_run import delete_drafts, reopen
from billing_tui.billing.findings import open_findings
from billing_tui.billing.register import register_digest
from billing_tui.billing.run_part import run_part
from billing_tui.billing.runs import (
    RunView,
    account_ranges,
    find_run,
    require_next,
    set_state,
)
from billing_tui.billing.states import ItemState, RunState, Severity
from billing_tui.billing.tables import RunItem
from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import InvalidEntry, Refused
from billing_tui.foundation.text import clean

if TYPE_CHECKING:
    from billing_tui.access.desk import Desk


def why_not(run: RunView) -> list[str]:
    """What stands between the run and its approval, as sentences; empty when nothing does."""
    reasons = []
    left = open_findings(run.id)
    if errors := left[Severity.ERROR]:
        are = "error is" if errors == 1 else "errors are"
        reasons.append(f"{errors:,} {are} open: mend the cause or hold the bill.")
    if warnings := left[Severity.WARNING]:
        need = "warning needs" if warnings == 1 else "warnings need"
        reasons.append(f"{warnings:,} {need} a decision.")
    if pending := run.items[ItemState.PENDING]:
        are = "account is" if pending == 1 else "accounts are"
        reasons.append(f"{pending:,} {are} not calculated.")
    if not run.bills:
        reasons.append("it has no bills.")
    return reasons


def approve_run(desk: Desk, number: str, *, digest: str | None = None) -> RunView:
    """Approve a run that was audited.

    Args:
        desk: who approves; not the preparer.
        number: the run.
        digest: the register digest that the approver saw; refused when it has changed.

    Raises:
        NotAllowed: the approver prepared the run.
        Refused: something is undecided, or the register is not what was audited.
    """
    run = find_run(number)
    require_next(run, RunState.APPROVED)
    now = register_digest(run.id)
    with writing(desk, Right.APPROVE_RUN, "billing.approve_run") as act:
        if desk.staff_id == run.prepared_by:
            raise NotAllowed("Whoever prepared a run may not approve it; ask somebody else.")
        reasons = why_not(run)
        if reasons:
            raise Refused(f"Run {number} cannot be approved: {' '.join(reasons)}", code="RUN-OPEN")
        if now != run.register_digest or (digest is not None and digest != now):
            raise Refused("The register is not the one that was audited; audit it again.")
        set_state(run, RunState.APPROVED, approved_by=desk.staff_id)
        act.about("bill run", number)
        act.before = {"state": run.state.value}
        act.after = {
            "state": RunState.APPROVED.value,
            "bills": run.bills,
            "total_cents": run.total_cents,
            "register": now,
        }
    return find_run(number)


def cancel_run(desk: Desk, number: str, reason: str) -> RunView:
    """Give up a run of which nothing was posted; its drafts are removed.

    They go some at a time, so that clerks save between them. Where it breaks off, the run is one
    that is not calculated, and can be cancelled again.

    Raises:
        RunRefused: something of it was posted; finish posting instead.
    """
    run = find_run(number)
    require_next(run, RunState.CANCELLED)
    why = clean(reason, most=200, field="reason")
    if not why:
        raise InvalidEntry("Say why the run is cancelled.", field="reason")
    before = {"state": run.state.value, "bills": run.bills}
    run = reopen(desk, run, "billing.begin_cancelling", why=why)
    for first, last, _ in account_ranges(run.id):
        _free(desk, run, first, last)
    with writing(desk, Right.PREPARE_RUN, "billing.cancel_run", why=why) as act:
        set_state(run, RunState.CANCELLED, bills=0, total_cents=0, register_digest="")
        act.about("bill run", number)
        act.before = before
        act.after = {"state": RunState.CANCELLED.value}
    return find_run(number)


def _free(desk: Desk, run: RunView, first: int, last: int) -> None:
    """Remove the drafts of some accounts; their items wait again."""
    with run_part(desk, run):
        drafts = rows_of(
            "SELECT account_id FROM bill WHERE run_id = ? AND account_id BETWEEN ? AND ?",
            (run.id, first, last),
        )
        accounts = [account for (account,) in drafts]
        delete_drafts(run.id, accounts)
        RunItem.update(state=ItemState.PENDING.value).where(
            (RunItem.run == run.id) & RunItem.account.in_(accounts)
        ).execute()
