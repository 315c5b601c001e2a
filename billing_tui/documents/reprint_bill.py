"""Print one posted bill again, marked DUPLICATE, and note for whom it was done (BIL-15).

A bill that corrects another one comes from no run: its first print is made here, without the mark.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.billing.bill_view import bills_by_id
from billing_tui.billing.states import BillState
from billing_tui.billing.tables import Reprint
from billing_tui.documents.bill_file import print_bills
from billing_tui.documents.page_of_bill import pages_of
from billing_tui.documents.utility import read_letterhead
from billing_tui.foundation.errors import NotFound, Refused

if TYPE_CHECKING:
    from pathlib import Path

    from billing_tui.access.desk import Desk


@dataclass(frozen=True, slots=True)
class ReprintedBill:
    """A duplicate that was made."""

    number: str
    path: Path
    pages: int
    sha256: str


def reprint_bill(desk: Desk, bill_id: int) -> ReprintedBill:
    """Print a posted bill into the home's `printed` folder, as a duplicate if it was printed.

    Raises:
        NotFound: there is no such bill.
        Refused: it is a draft.
    """
    desk.require(Right.PRINT_BILLS)
    bill = bills_by_id([bill_id]).get(bill_id)
    if bill is None:
        raise NotFound("There is no such bill.")
    if bill.state is not BillState.POSTED or bill.number is None:
        raise Refused("A draft is not printed for customers; post its run first.")
    again = bool(bill.run_id) or Reprint.select().where(Reprint.bill == bill_id).exists()
    printed = print_bills(
        pages_of([bill_id], read_letterhead(desk.home), duplicate=again),
        desk.home.printed / f"{bill.number}{'-duplicate' if again else ''}.pdf",
        made_at=desk.clock(),
        title=f"Bill {bill.number}",
    )
    with writing(desk, Right.PRINT_BILLS, "documents.reprint_bill") as act:
        Reprint.create(
            bill=bill_id,
            path=printed.path.name,
            sha256=printed.sha256,
            staff=desk.staff_id,
            at=desk.clock().isoformat(timespec="seconds"),
        )
        act.about("bill", bill.number)
        act.after = {"file": printed.path.name, "sha256": printed.sha256}
    return ReprintedBill(bill.number, printed.path, printed.pages, printed.sha256)
