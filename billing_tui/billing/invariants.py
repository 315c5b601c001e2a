"""What must always hold of runs and bills (reliability: B1-B12)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.billing.recheck import SecondOpinion
from billing_tui.billing.runs import account_ranges
from billing_tui.billing.special.invariants import INVARIANTS as SPECIAL
from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.invariant import Invariant, never

if TYPE_CHECKING:
    from collections.abc import Iterator


def _differs_when_recomputed() -> Iterator[str]:
    """Every bill that stands, computed again from what is stored beside it."""
    opinion = SecondOpinion()
    for run_id, number in rows_of("SELECT id, number FROM bill_run ORDER BY id"):
        for first, last, _ in account_ranges(run_id):
            for account, differences in opinion.check(run_id, first, last).items():
                yield f"run {number}, account row {account}: {differences[0]}"
    for ids in _without_run():
        for bill, differences in opinion.check_bills(ids).items():
            yield f"bill row {bill}: {differences[0]}"


def _without_run(page: int = 500) -> Iterator[list[int]]:
    """Bills that correct others, some at a time."""
    last = 0
    while rows := rows_of(
        "SELECT id FROM bill WHERE run_id IS NULL AND id > ? ORDER BY id LIMIT ?", (last, page)
    ):
        yield [row[0] for row in rows]
        last = rows[-1][0]


INVARIANTS: tuple[Invariant, ...] = (
    never(
        "B1",
        "A service's period is billed once.",
        "SELECT b.service_id, a.to_day FROM bill_service a JOIN bill_service b"
        " ON b.service_id = a.service_id AND b.id <> a.id AND b.from_day >= a.from_day"
        " AND b.from_day < a.to_day WHERE a.live = 1 AND b.live = 1",
        "service {0} is billed twice for days before {1}.",
    ),
    never(
        "B3",
        "An item is posted exactly when its bill is.",
        "SELECT i.account_id, i.run_id, i.state, b.state FROM run_item i"
        " LEFT JOIN bill b ON b.run_id = i.run_id AND b.account_id = i.account_id"
        " WHERE (i.state = 'posted') <> (coalesce(b.state, '') = 'posted')"
        " OR (i.state = 'computed') <> (coalesce(b.state, '') = 'draft')",
        "account {0} in run {1}: item {2}, bill {3}.",
    ),
    never(
        "B4",
        "A bill is the sum of its lines.",
        "SELECT b.id, b.current_cents, coalesce(sum(l.cents), 0) FROM bill b"
        " LEFT JOIN bill_line l ON l.bill_id = b.id GROUP BY b.id, b.current_cents"
        " HAVING b.current_cents <> coalesce(sum(l.cents), 0)",
        "bill {0} says {1} cents, its lines {2}.",
    ),
    never(
        "B4-service",
        "A service's charge is the sum of its lines.",
        "SELECT s.id, s.cents, coalesce(sum(l.cents), 0) FROM bill_service s"
        " LEFT JOIN bill_line l ON l.bill_service_id = s.id GROUP BY s.id, s.cents"
        " HAVING s.cents <> coalesce(sum(l.cents), 0)",
        "bill service {0} says {1} cents, its lines {2}.",
    ),
    never(
        "B4-journal",
        "A posted bill's entry debits the account by its charges.",
        "SELECT b.number, b.current_cents, coalesce(sum(p.cents), 0) FROM bill b"
        " LEFT JOIN posting p ON p.entry_id = b.entry_id AND p.account_id = b.account_id"
        " WHERE b.state = 'posted' GROUP BY b.number, b.current_cents"
        " HAVING b.current_cents <> coalesce(sum(p.cents), 0)",
        "bill {0} charges {1} cents, its entry debits {2}.",
    ),
    Invariant(
        "B5",
        "Every line can be computed again from what is stored, to the cent.",
        _differs_when_recomputed,
    ),
    never(
        "B6-cancelled",
        "A bill covers its days until it is cancelled, and no longer.",
        "SELECT s.bill_id, s.live FROM bill_service s"
        " LEFT JOIN cancelled_bill c ON c.bill_id = s.bill_id"
        " WHERE (s.live = 0) <> (c.id IS NOT NULL)",
        "bill row {0}: its days count {1}, its cancellation says otherwise.",
    ),
    never(
        "B6-reversed",
        "A cancelled bill was posted, and its entry is reversed by the one that it names.",
        "SELECT b.number, c.id FROM cancelled_bill c JOIN bill b ON b.id = c.bill_id"
        " LEFT JOIN journal_entry e ON e.id = c.entry_id WHERE b.state <> 'posted'"
        " OR coalesce(e.reverses_id, 0) <> coalesce(b.entry_id, 0)",
        "bill {0} was cancelled by {1} without its entry being reversed.",
    ),
    never(
        "B6-replaced",
        "A bill that corrects another is of the same account, and the other is cancelled.",
        "SELECT n.number, o.number FROM bill n JOIN bill o ON o.id = n.replaces_id"
        " LEFT JOIN cancelled_bill c ON c.bill_id = o.id"
        " WHERE c.id IS NULL OR o.account_id <> n.account_id",
        "bill {0} replaces {1}, which still counts or is somebody else's.",
    ),
    never(
        "B7",
        "The days of a period are those between its ends.",
        "SELECT id, from_day, to_day, days FROM bill_service WHERE to_day <= from_day OR days <= 0",
        "bill service {0} runs from {1} to {2} and says {3} days.",
    ),
    never(
        "B10",
        "A run's register is the sum of its bills.",
        "SELECT r.number, r.total_cents, coalesce(sum(b.current_cents), 0) FROM bill_run r"
        " LEFT JOIN bill b ON b.run_id = r.id"
        " WHERE r.state NOT IN ('Draft', 'Cancelled') GROUP BY r.number, r.total_cents"
        " HAVING r.total_cents <> coalesce(sum(b.current_cents), 0)",
        "run {0} says {1} cents, its bills {2}.",
    ),
    never(
        "B12",
        "An approved run was approved by somebody else than its preparer.",
        "SELECT number FROM bill_run WHERE approved_by_id = prepared_by_id"
        " OR (state IN ('Approved', 'Posted', 'Printed', 'Closed') AND approved_by_id IS NULL)",
        "run {0} was approved by its preparer.",
    ),
    *SPECIAL,
)
