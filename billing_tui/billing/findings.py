"""Findings of a run's audit: page through them, count them."""

from __future__ import annotations

from dataclasses import dataclass

from billing_tui.billing.states import Decision, Severity
from billing_tui.foundation.bulk import rows_of


@dataclass(frozen=True, slots=True)
class FindingRow:
    """One finding as the review shows it.

    Attributes:
        id: row of the finding.
        account_id, account, name: whose bill it is.
        test, severity, sentence: what was found.
        decision, reason: what was decided.
        bill_id: the draft, None where the account was not billed.
        current_cents: its charges now; None without a draft.
        last_cents: the charges of the bill before; None for a first one.
    """

    id: int
    account_id: int
    account: str
    name: str
    test: str
    severity: Severity
    sentence: str
    decision: Decision
    reason: str
    bill_id: int | None
    current_cents: int | None
    last_cents: int | None


def findings(
    run_id: int, *, only_open: bool = True, after: tuple[str, int] = ("", 0), limit: int = 200
) -> list[FindingRow]:
    """A page of findings, errors first, then in order of finding.

    Args:
        run_id: the run.
        only_open: leave out what was decided.
        after: (severity, id) of the last row of the page before.
        limit: rows at the most.
    """
    decided = "AND f.decision = 'open'" if only_open else ""
    rows = rows_of(
        "SELECT f.id, f.account_id, a.number, c.name, f.test, f.severity, f.sentence, f.decision,"
        " f.reason, b.id, b.current_cents,"
        " (SELECT o.current_cents FROM bill o WHERE o.account_id = f.account_id"
        "   AND o.state <> 'draft' ORDER BY o.id DESC LIMIT 1)"
        " FROM finding f JOIN account a ON a.id = f.account_id"
        " JOIN customer c ON c.id = a.customer_id"
        " LEFT JOIN bill b ON b.run_id = f.run_id AND b.account_id = f.account_id"
        f" WHERE f.run_id = ? {decided} AND (f.severity > ? OR (f.severity = ? AND f.id > ?))"
        " ORDER BY f.severity, f.id LIMIT ?",
        (run_id, after[0], after[0], after[1], limit),
    )
    return [
        FindingRow(
            finding, account_id, account, name, test, Severity(severity), sentence,
            Decision(decision), reason, bill, now, last,
        )
        for (
            finding, account_id, account, name, test, severity, sentence,
            decision, reason, bill, now, last,
        ) in rows
    ]  # fmt: skip


def open_findings(run_id: int) -> dict[Severity, int]:
    """How many findings of each severity are not decided."""
    found = dict(
        rows_of(
            "SELECT severity, count(*) FROM finding WHERE run_id = ? AND decision = 'open'"
            " GROUP BY severity",
            (run_id,),
        )
    )
    return {severity: int(found.get(severity.value, 0)) for severity in Severity}


def finding_counts(run_id: int) -> list[tuple[str, Severity, int, int]]:
    """(test, severity, open, all) for each test that found something, errors first."""
    rows = rows_of(
        "SELECT test, severity, sum(CASE WHEN decision = 'open' THEN 1 ELSE 0 END), count(*)"
        " FROM finding WHERE run_id = ? GROUP BY test, severity ORDER BY severity, test",
        (run_id,),
    )
    return [(test, Severity(severity), int(left), int(all_)) for test, severity, left, all_ in rows]
