"""The pre-billing audit: every draft tested, every line recomputed by the second calculator."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.billing.audit_facts import audited_bills
from billing_tui.billing.audit_policy import AuditPolicy, read_audit_policy
from billing_tui.billing.audit_tests import failures
from billing_tui.billing.recheck import SecondOpinion
from billing_tui.billing.register import register_digest, run_totals
from billing_tui.billing.run_part import run_part
from billing_tui.billing.runs import (
    RunView,
    account_ranges,
    find_run,
    require_next,
    set_state,
)
from billing_tui.billing.states import Decision, RunState, Severity
from billing_tui.billing.tables import Finding
from billing_tui.foundation.bulk import in_chunks, insert_rows, rows_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from billing_tui.access.desk import Desk

_COLUMNS = ("run_id", "decision", "reason", "account_id", "test", "severity", "sentence")
_EVERYBODY_ELSE = 2**62
"""Greater than any account id."""
_Found = tuple[int, str, str, str]
"""Account id, test, severity and sentence of a finding."""


def _ranges(run_id: int) -> Iterator[tuple[int, int, int]]:
    """(first, last, bills) over all account ids, so that who has no draft is in one as well."""
    first = 0
    for _, last, bills in account_ranges(run_id):
        yield first, last, bills
        first = last + 1
    yield first, _EVERYBODY_ELSE, 0


def _found(
    run: RunView, policy: AuditPolicy, opinion: SecondOpinion, first: int, last: int
) -> Iterator[_Found]:
    for account, differences in opinion.check(run.id, first, last).items():
        for sentence in differences:
            yield account, "second calculator", Severity.ERROR.value, sentence
    for bill in audited_bills(run.id, first, last, run.bill_day):
        for test, sentence in failures(bill, policy):
            yield bill.account_id, test.name, test.severity.value, sentence
    parked = rows_of(
        "SELECT account_id, reason FROM run_item"
        " WHERE run_id = ? AND state = 'parked' AND account_id BETWEEN ? AND ?",
        (run.id, first, last),
    )
    for account, reason in parked:
        yield account, "parked", Severity.WARNING.value, f"not billed: {reason}"


def _store(desk: Desk, run: RunView, first: int, last: int, found: list[_Found]) -> None:
    """Write what was found about some accounts.

    What says the same as before keeps its row, and with it what was decided about it.
    """
    with run_part(desk, run):
        before: dict[_Found, list[int]] = {}
        gone: list[int] = []
        for key, decision, *said in rows_of(
            "SELECT id, decision, account_id, test, severity, sentence FROM finding"
            " WHERE run_id = ? AND account_id BETWEEN ? AND ?",
            (run.id, first, last),
        ):
            stands = decision in {Decision.OPEN, Decision.ACCEPTED}
            (before.setdefault(tuple(said), []) if stands else gone).append(key)
        new = [one for one in found if not (before.get(one) and before[one].pop())]
        gone += (key for keys in before.values() for key in keys)
        for keys in in_chunks(gone, 500):
            Finding.delete().where(Finding.id.in_(keys)).execute()
        insert_rows(Finding, _COLUMNS, [(run.id, Decision.OPEN.value, "", *one) for one in new])


def audit_run(
    desk: Desk,
    number: str,
    *,
    policy: AuditPolicy | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> RunView:
    """Test all drafts of a calculated run; what was accepted before stays accepted.

    Findings are written a few hundred accounts at a time, so that clerks save between them. Where
    it breaks off, the run stands as it stood and the next audit puts every finding right.

    Raises:
        RunRefused: the run is not calculated, or is approved already, or changes meanwhile.
    """
    run = find_run(number)
    require_next(run, RunState.IN_AUDIT)
    with writing(desk, Right.AUDIT_RUN, "billing.begin_audit") as act:
        act.about("bill run", number)
    policy, opinion = policy or read_audit_policy(), SecondOpinion()
    done, counts = 0, Counter[str]()
    for first, last, bills in _ranges(run.id):
        found = list(_found(run, policy, opinion, first, last))
        _store(desk, run, first, last, found)
        counts.update(severity for _, _, severity, _ in found)
        done += bills
        if progress:
            progress(done, run.bills)
    (bills, total), digest = run_totals(run.id), register_digest(run.id)
    with writing(desk, Right.AUDIT_RUN, "billing.audit_run") as act:
        changes = {"bills": bills, "total_cents": total, "register_digest": digest}
        set_state(run, RunState.IN_AUDIT, **changes)
        act.about("bill run", number)
        act.before = {"state": run.state.value}
        act.after = {
            "state": RunState.IN_AUDIT.value,
            "bills": bills,
            "total_cents": total,
            "errors": counts[Severity.ERROR],
            "warnings": counts[Severity.WARNING],
        }
    return find_run(number)
