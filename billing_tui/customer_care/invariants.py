"""What must always be true of the care of accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.customer_care.same_customer import pointing_columns
from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.invariant import Invariant, never
from billing_tui.foundation.model import table_name

if TYPE_CHECKING:
    from collections.abc import Iterator


def _still_pointing() -> Iterator[str]:
    for model, column in pointing_columns():
        table = table_name(model)
        if table == "phone":  # one that both had stays behind
            continue
        for row, number in rows_of(
            f'SELECT t.id, c.number FROM "{table}" t JOIN customer c ON c.id = t."{column}"'
            " WHERE c.merged_into_id IS NOT NULL"
        ):
            yield f"{table} row {row} points to customer {number}, who was merged"


INVARIANTS: tuple[Invariant, ...] = (
    Invariant("CARE-MERGED", "Nothing points to a customer who was merged.", _still_pointing),
    never(
        "CARE-MERGES",
        "A customer is merged exactly while a merge that was not undone says so.",
        "SELECT c.number FROM customer c WHERE c.merged_into_id = c.id OR"
        " (CASE WHEN c.merged_into_id IS NULL THEN 0 ELSE 1 END) <>"
        " (SELECT count(*) FROM customer_merge m"
        "  WHERE m.merged_id = c.id AND m.undone_day IS NULL)",
        "customer {0} is merged without a merge, or twice",
    ),
    never(
        "CARE-PASSPHRASE",
        "A passphrase is kept as a slow hash, and only of contacts in force.",
        "SELECT id FROM contact WHERE passphrase <> ''"
        " AND (passphrase NOT LIKE 'scrypt$%$%$%$%$%' OR to_day IS NOT NULL)",
        "contact row {0} keeps a passphrase that it must not",
    ),
    never(
        "CARE-CONTACT-ACCOUNT",
        "A contact for one account speaks for that account's customer.",
        "SELECT c.id FROM contact c JOIN account a ON a.id = c.account_id"
        " WHERE a.customer_id <> c.customer_id",
        "contact row {0} speaks for one customer on another's account",
    ),
    never(
        "CARE-LOG-CORRECTED",
        "An entry of the contact log corrects an earlier one of the same account and day.",
        "SELECT n.id, o.id FROM contact_log_entry n"
        " JOIN contact_log_entry o ON o.id = n.corrects_id"
        " WHERE n.account_id <> o.account_id OR n.day <> o.day OR n.id <= o.id",
        "log entry {0} corrects {1}, which is none of its account's earlier ones",
    ),
)
