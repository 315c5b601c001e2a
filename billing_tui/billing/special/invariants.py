"""What must always hold of special bills."""

from __future__ import annotations

from billing_tui.foundation.invariant import Invariant, never

INVARIANTS: tuple[Invariant, ...] = (
    never(
        "X1",
        "A special bill is the sum of its lines.",
        "SELECT s.number, s.total_cents, coalesce(sum(l.cents), 0) FROM special_bill s"
        " LEFT JOIN special_line l ON l.bill_id = s.id GROUP BY s.number, s.total_cents"
        " HAVING s.total_cents <> coalesce(sum(l.cents), 0)",
        "special bill {0} says {1} cents, its lines {2}.",
    ),
    never(
        "X2",
        "A special bill's entry debits its account by its total.",
        "SELECT s.number, s.total_cents, coalesce(sum(p.cents), 0) FROM special_bill s"
        " LEFT JOIN posting p ON p.entry_id = s.entry_id AND p.account_id = s.account_id"
        " GROUP BY s.number, s.total_cents"
        " HAVING s.total_cents <> coalesce(sum(p.cents), 0)",
        "special bill {0} says {1} cents, its entry debits {2}.",
    ),
    never(
        "X3",
        "A bill is adjusted for a leak once.",
        "SELECT corrects_id, count(*) FROM special_bill s WHERE corrects_id IS NOT NULL"
        " AND NOT EXISTS (SELECT 1 FROM journal_entry r WHERE r.reverses_id = s.entry_id)"
        " GROUP BY corrects_id HAVING count(*) > 1",
        "bill row {0} was adjusted {1} times.",
    ),
)
