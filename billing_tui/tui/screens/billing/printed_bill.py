"""A bill as BIL030 shows it, whether a run or a template drew it up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing_tui.billing.special_bill import SpecialView, titles_of
from billing_tui.billing.states import BillState
from billing_tui.foundation.money import money_text
from billing_tui.tui.ink import Role
from billing_tui.tui.screens.billing.bill_rows import BillRow, bill_rows
from billing_tui.tui.shown import day_text

if TYPE_CHECKING:
    from datetime import date

    from billing_tui.billing.bill_view import BillView


@dataclass(frozen=True, slots=True)
class PrintedBill:
    """What its head, its lines and its keys need.

    Attributes:
        key: tells bills of one sort apart.
        title: its number, or its run where it is a draft.
        standing: that it no longer counts, or corrects another; "" mostly.
        unprintable: why no duplicate is printed; "" where one is.
    """

    key: int
    account_id: int
    account: str
    title: str
    bill_day: date
    due_day: date
    due_cents: int
    standing: str
    unprintable: str
    rows: tuple[BillRow, ...]


def printed_bill(bill: BillView | SpecialView) -> PrintedBill:
    """A bill of either sort."""
    return _special(bill) if isinstance(bill, SpecialView) else _of_run(bill)


def _of_run(bill: BillView) -> PrintedBill:
    draft = bill.state is BillState.DRAFT
    standing = f"Corrects {bill.replaces}  " if bill.replaces else ""
    if bill.cancelled:
        standing = f"CANCELLED, now {bill.replaced_by}  " if bill.replaced_by else "CANCELLED  "
    return PrintedBill(
        bill.id,
        bill.account_id,
        bill.account,
        bill.title,
        bill.bill_day,
        bill.due_day,
        bill.due_cents,
        standing,
        "a draft is not printed for customers; its run is posted first." if draft else "",
        bill_rows(bill),
    )


def _special(bill: SpecialView) -> PrintedBill:
    standing = f"Against {bill.corrects}  " if bill.corrects else ""
    return PrintedBill(
        bill.id,
        bill.account_id,
        bill.account,
        bill.number,
        bill.bill_day,
        bill.due_day,
        bill.total_cents,
        "CANCELLED  " if bill.cancelled else standing,
        f"it was cancelled: {bill.cancelled}." if bill.cancelled else "",
        _special_rows(bill),
    )


def _special_rows(bill: SpecialView) -> tuple[BillRow, ...]:
    """Each line with its arithmetic, and under the title what was keyed, by whom."""
    title, citation = titles_of(bill)
    keyed = ", ".join(f"{name} {value}" for name, value in bill.inputs.items() if value)
    who = f"Keyed by {bill.asked_by}: {keyed}; posted by {bill.posted_by}."
    word = "Credit" if bill.total_cents < 0 else f"Due {day_text(bill.due_day)}"
    alone = "It asks for itself alone; other charges are on the regular bill."
    gone = (f"Cancelled: {bill.cancelled}.",) if bill.cancelled else ()
    return (
        BillRow("Special bill", title, None, Role.VALUE, (*gone, who, f"{citation}.")),
        *(
            BillRow(
                f"  {line.label}",
                line.how,
                line.cents,
                Role.TEXT,
                (f"{line.label}: {line.how}, {money_text(line.cents)}.",),
            )
            for line in bill.lines
        ),
        BillRow(word, "", bill.total_cents, Role.ACCENT, (alone, *gone)),
    )
