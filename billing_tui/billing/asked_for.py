"""What a corrected bill asks for: one paper of a correction carries all that it comes to.

`replace_bill` stores it so: of the bills of an account that are corrected together only the last
has an amount due, and its adjustments hold the charges of the others. What is told here is which
they are, so that screens and paper can name them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from billing_tui.foundation.bulk import rows_of

if TYPE_CHECKING:
    from billing_tui.billing.bill_view import BillView

_TOGETHER = """
SELECT o.id, o.number, o.current_cents FROM bill b
JOIN bill o ON o.account_id = b.account_id AND o.id <> b.id AND o.replaces_id IS NOT NULL
JOIN bill f ON f.id = CASE WHEN o.id < b.id THEN o.id ELSE b.id END
JOIN cancelled_bill c ON c.bill_id = CASE WHEN o.id < b.id THEN b.replaces_id ELSE o.replaces_id END
WHERE b.id = ? AND coalesce(c.entry_id, 0) < f.counted_entry AND f.previous_cents = 0
AND f.payments_cents = 0 AND f.adjustments_cents = -f.current_cents ORDER BY o.id
"""  # a correction takes all wrong bills back before it posts the first new one
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
    """How a bill stands among those that were corrected with it.

    Attributes:
        stands_on: number of the bill that asks for what this one charges, "" where it asks itself.
        carried_cents: charges in its adjustments: of the others where it asks for them, its own
            with the sign turned where another one does.
        ahead: the bills that are dated later and were posted before; they ask for themselves.
    """

    stands_on: str = ""
    carried_cents: int = 0
    ahead: tuple[AheadBill, ...] = ()


def asked_for(bill: BillView) -> Asked:
    """How a bill stands among those that were corrected with it; of any other, nothing."""
    if not bill.replaces:
        return Asked()
    others = rows_of(_TOGETHER, (bill.id,))
    later = [number for key, number, _ in others if key > bill.id]
    carried = -bill.current_cents if later else sum(int(cents) for _, _, cents in others)
    return Asked(str(later[-1]) if later else "", carried, _bills_ahead(bill))


def _bills_ahead(bill: BillView) -> tuple[AheadBill, ...]:
    rows = rows_of(_DATED_AHEAD, (bill.account_id, bill.id, bill.bill_day.isoformat()))
    return tuple(
        AheadBill(number, date.fromisoformat(due), int(cents)) for number, due, cents in rows
    )
