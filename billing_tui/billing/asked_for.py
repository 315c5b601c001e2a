"""What a corrected bill asks for: one paper of a correction carries all that it comes to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from billing_tui.foundation.bulk import rows_of

if TYPE_CHECKING:
    from billing_tui.billing.bill_view import BillView

_LAST_OF_CORRECTION = """
SELECT n.number FROM bill b JOIN bill n ON n.account_id = b.account_id AND n.id > b.id
JOIN cancelled_bill c ON c.bill_id = n.replaces_id AND c.entry_id < b.counted_entry
WHERE b.id = ? ORDER BY n.id DESC LIMIT 1
"""
_DATED_AHEAD = """
SELECT number, due_day, current_cents FROM bill
WHERE account_id = ? AND id < ? AND bill_day > ? AND state = 'posted' ORDER BY id
"""


@dataclass(frozen=True, slots=True)
class AheadBill:
    """A bill that is dated after another one, though it was posted before; its charges in cents."""

    number: str
    due_day: date
    cents: int


def amount_stands_on(bill: BillView) -> str:
    """Number of the last bill of the same account and correction, "" where it is this one.

    A correction takes all wrong bills back before it posts the first new one, so that the reversal
    behind a bill of the same correction is older than this bill.
    """
    if not bill.replaces:
        return ""
    rows = rows_of(_LAST_OF_CORRECTION, (bill.id,))
    return str(rows[0][0]) if rows else ""


def bills_ahead(bill: BillView) -> tuple[AheadBill, ...]:
    """Bills dated after a corrected one and posted before it: they ask for their charges alone."""
    if not bill.replaces:
        return ()
    rows = rows_of(_DATED_AHEAD, (bill.account_id, bill.id, bill.bill_day.isoformat()))
    return tuple(
        AheadBill(number, date.fromisoformat(due), int(cents)) for number, due, cents in rows
    )
