"""Decide about findings: accept them with a reason, hold a bill, send it back, release it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.billing.calculate_run import delete_drafts
from billing_tui.billing.register import register_digest, run_totals
from billing_tui.billing.runs import RunRefused, find_run, set_state
from billing_tui.billing.states import Decision, ItemState, RunState, Severity
from billing_tui.billing.tables import Finding, RunItem
from billing_tui.foundation.errors import InvalidEntry, NotFound, Refused
from billing_tui.foundation.text import clean

if TYPE_CHECKING:
    from billing_tui.access.desk import Desk
    from billing_tui.billing.runs import RunView


_AT_ONCE = 4000
"""Findings accepted in one transaction, which takes about 20 ms."""


def _in_audit(run: RunView) -> None:
    if run.state is not RunState.IN_AUDIT:
        raise RunRefused(f"Run {run.number} is {run.state.value}; audit it before deciding.")


def _reason(text: str) -> str:
    reason = clean(text, most=200, field="reason")
    if not reason:
        raise InvalidEntry("Say why; the reason stays with the bill.", field="reason")
    return reason


def _decide(desk: Desk, finding: Finding, decision: Decision, reason: str) -> None:
    finding.decision = decision.value
    finding.reason = reason
    finding.staff_id = desk.staff_id
    finding.at = desk.clock().isoformat(timespec="seconds")
    finding.save()


def accept_finding(desk: Desk, number: str, finding_id: int, reason: str) -> None:
    """Accept a warning: the bill is right as it is.

    Raises:
        Refused: it is an error; errors are mended or the bill is held.
    """
    run, why = find_run(number), _reason(reason)
    _in_audit(run)
    with writing(desk, Right.AUDIT_RUN, "billing.accept_finding", why=why) as act:
        finding = _find(run, finding_id)
        if finding.severity == Severity.ERROR:
            raise Refused("An error cannot be accepted: mend its cause, or hold the bill.")
        _decide(desk, finding, Decision.ACCEPTED, why)
        act.about("account", finding.account.number)
        act.after = {"run": number, "test": finding.test, "decision": Decision.ACCEPTED.value}


def accept_all(desk: Desk, number: str, test: str, reason: str) -> int:
    """Accept all open warnings of one test at once, with one reason; returns how many.

    Several thousands are accepted one part after another, each with its entry in the trail, so
    that clerks save between them.
    """
    run, why = find_run(number), _reason(reason)
    _in_audit(run)
    accepted, part = 0, _AT_ONCE
    while part == _AT_ONCE:
        with writing(desk, Right.AUDIT_RUN, "billing.accept_all", why=why) as act:
            part = _accept_some(desk, run, test, why)
            act.about("bill run", number)
            act.after = {"test": test, "accepted": part}
        accepted += part
    return accepted


def _accept_some(desk: Desk, run: RunView, test: str, why: str) -> int:
    some = (
        Finding.select(Finding.id)
        .where(
            (Finding.run == run.id)
            & (Finding.test == test)
            & (Finding.severity == Severity.WARNING.value)
            & (Finding.decision == Decision.OPEN.value)
        )
        .limit(_AT_ONCE)
    )
    decided = {
        "decision": Decision.ACCEPTED.value,
        "reason": why,
        "staff": desk.staff_id,
        "at": desk.clock().isoformat(timespec="seconds"),
    }
    return int(Finding.update(**decided).where(Finding.id.in_(some)).execute())


def _find(run: RunView, finding_id: int) -> Finding:
    finding: Finding | None = Finding.get_or_none(
        (Finding.id == finding_id) & (Finding.run == run.id)
    )
    if finding is None:
        raise NotFound(f"Run {run.number} has no such finding.")
    return finding


def hold_bill(
    desk: Desk, number: str, account_id: int, reason: str, *, back_to_reads: bool = False
) -> None:
    """Keep an account out of this run; its draft is removed and its findings are settled.

    Args:
        desk: who decides.
        number: the run.
        account_id: whose bill.
        reason: why, kept with the run.
        back_to_reads: the reads have to be looked at again first.

    Raises:
        RunRefused: the run is not in audit, or changes at the same moment.
    """
    run, why = find_run(number), _reason(reason)
    _in_audit(run)
    (bills, total), digest = (
        run_totals(run.id, without=account_id),
        register_digest(run.id, without=account_id),
    )
    decision = Decision.SENT_BACK if back_to_reads else Decision.HELD
    with writing(desk, Right.AUDIT_RUN, "billing.hold_bill", why=why) as act:
        item: RunItem | None = RunItem.get_or_none(
            (RunItem.run == run.id) & (RunItem.account == account_id)
        )
        if item is None:
            raise NotFound(f"Run {number} does not bill that account.")
        act.about("account", item.account.number)
        act.before = {"run": number, "item": item.state}
        delete_drafts(run.id, [account_id])
        item.state, item.held_by_id = ItemState.HELD.value, desk.staff_id
        item.reason = f"{decision.value}: {why}"
        item.save()
        for finding in Finding.select().where(
            (Finding.run == run.id)
            & (Finding.account == account_id)
            & (Finding.decision == Decision.OPEN.value)
        ):
            _decide(desk, finding, decision, why)
        changes = {"bills": bills, "total_cents": total, "register_digest": digest}
        set_state(run, RunState.IN_AUDIT, **changes)
        act.after = {"run": number, "item": item.state, "reason": item.reason}


def release_bill(desk: Desk, number: str, account_id: int) -> None:
    """Take back a hold; the run has to be calculated again before it can be approved."""
    run = find_run(number)
    if run.state not in {RunState.CALCULATED, RunState.IN_AUDIT}:
        raise RunRefused(f"Run {number} is {run.state.value}; nothing can be released now.")
    with writing(desk, Right.AUDIT_RUN, "billing.release_bill") as act:
        item: RunItem | None = RunItem.get_or_none(
            (RunItem.run == run.id)
            & (RunItem.account == account_id)
            & (RunItem.state == ItemState.HELD.value)
        )
        if item is None:
            raise NotFound(f"Run {number} holds no such account.")
        act.about("account", item.account.number)
        act.before = {"run": number, "item": item.state, "reason": item.reason}
        item.state, item.reason, item.held_by_id = ItemState.PENDING.value, "", None
        item.save()
        act.after = {"run": number, "item": item.state}
