"""The pre-billing audit: every draft tested, every line recomputed by the second calculator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.billing.audit_facts import audited_bills
from billing_tui.billing.audit_policy import AuditPolicy, read_audit_policy
from billing_tui.billing.audit_tests import failures
from billing_tui.billing.recheck import SecondOpinion
from billing_tui.billing.register import register_digest, run_totals
from billing_tui.billing.runs import RunView, account_ranges, find_run, require_next, set_state
from billing_tui.billing.states import Decision, RunState, Severity
from billing_tui.billing.tables import Finding
from billing_tui.foundation.bulk import insert_rows, rows_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from billing_tui.access.desk import Desk

_COLUMNS = (
    "run_id", "account_id", "test", "severity", "sentence", "decision", "reason", "staff_id", "at",
)  # fmt: skip
_Row = tuple[int, int, str, str, str, str, str, int | None, str | None]
_Key = tuple[int, str, str]
_Decided = tuple[str, str, int | None, str | None]
_OPEN: _Decided = (Decision.OPEN.value, "", None, None)


def _findings(
    run: RunView, policy: AuditPolicy, progress: Callable[[int, int], None] | None
) -> Iterator[tuple[int, str, Severity, str]]:
    opinion, done = SecondOpinion(), 0
    for first, last, count in account_ranges(run.id):
        for account, differences in opinion.check(run.id, first, last).items():
            for sentence in differences:
                yield account, "second calculator", Severity.ERROR, sentence
        for bill in audited_bills(run.id, first, last, run.bill_day):
            for test, sentence in failures(bill, policy):
                yield bill.account_id, test.name, test.severity, sentence
        done += count
        if progress:
            progress(done, run.bills)
    parked = rows_of(
        "SELECT account_id, reason FROM run_item WHERE run_id = ? AND state = 'parked'", (run.id,)
    )
    for account, reason in parked:
        yield account, "parked", Severity.WARNING, f"not billed: {reason}"


def _decided(run_id: int) -> dict[_Key, _Decided]:
    """Decisions on findings that say the same again, so that nobody decides them twice."""
    rows = rows_of(
        "SELECT account_id, test, sentence, decision, reason, staff_id, at FROM finding"
        " WHERE run_id = ? AND decision = ?",
        (run_id, Decision.ACCEPTED.value),
    )
    return {(account, test, sentence): tuple(decided) for account, test, sentence, *decided in rows}


def audit_run(
    desk: Desk,
    number: str,
    *,
    policy: AuditPolicy | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> RunView:
    """Test all drafts of a calculated run; what was accepted before stays accepted.

    Raises:
        RunRefused: the run is not calculated, or is approved already.
    """
    run = find_run(number)
    require_next(run, RunState.IN_AUDIT)
    before = _decided(run.id)
    rows: list[_Row] = []
    for account, test, severity, sentence in _findings(
        run, policy or read_audit_policy(), progress
    ):
        decided = before.get((account, test, sentence), _OPEN)
        rows.append((run.id, account, test, severity.value, sentence, *decided))
    (bills, total), digest = run_totals(run.id), register_digest(run.id)
    with writing(desk, Right.AUDIT_RUN, "billing.audit_run") as act:
        Finding.delete().where(Finding.run == run.id).execute()
        insert_rows(Finding, _COLUMNS, rows)
        changes = {"bills": bills, "total_cents": total, "register_digest": digest}
        set_state(run, RunState.IN_AUDIT, **changes)
        act.about("bill run", number)
        act.before = {"state": run.state.value}
        act.after = {
            "state": RunState.IN_AUDIT.value,
            "bills": bills,
            "total_cents": total,
            "errors": sum(row[3] == Severity.ERROR for row in rows),
            "warnings": sum(row[3] == Severity.WARNING for row in rows),
        }
    return find_run(number)
