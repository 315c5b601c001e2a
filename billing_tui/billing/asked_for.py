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


@dataclass(frozen=True, slots=True)
class Asked:
    """What a bill asks for, in cents.

    Attributes:
        previous_cents: what was due before it, without bills that are dated later.
        carried_cents: what another bill asks for instead, with its sign turned.
        total_cents: the amount due.
        stands_on: number of that other bill, "" where this one asks for all.
        ahead: the bills that are dated later.
    """

    previous_cents: int
    carried_cents: int
    total_cents: int
    stands_on: str
    ahead: tuple[AheadBill, ...]


def asked_for(bill: BillView) -> Asked:
    """What the paper of a bill asks for; of one that corrects no other that is what is due."""
    ahead, stands_on = _bills_ahead(bill), _amount_stands_on(bill)
    later = sum(one.cents for one in ahead)
    total = bill.due_cents - later
    carried = -total if stands_on else 0
    return Asked(bill.previous_cents - later, carried, total + carried, stands_on, ahead)


def _amount_stands_on(bill: BillView) -> str:
    """Number of the last bill of the same account and correction, "" where it is this one.

    A correction takes all wrong bills back before it posts the first new one, so that the reversal
    behind a bill of the same correction is older than this bill.
    """
    if not bill.replaces:
        return ""
    rows = rows_of(_LAST_OF_CORRECTION, (bill.id,))
    return str(rows[0][0]) if rows else ""


def _bills_ahead(bill: BillView) -> tuple[AheadBill, ...]:
    """Bills dated after a corrected one and posted before it: they ask for their charges alone."""
    if not bill.replaces:
        return ()
    rows = rows_of(_DATED_AHEAD, (bill.account_id, bill.id, bill.bill_day.isoformat()))
    return tuple(
        AheadBill(number, date.fromisoformat(due), int(cents)) for number, due, cents in rows
    )
