"""Print a special bill on the bill's own page, with its stub, and note it (BIL-13, BIL-15)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.billing.special.template import InputType, find_template
from billing_tui.billing.special_bill import find_special, titles_of
from billing_tui.documents.bill_file import print_bills
from billing_tui.documents.bill_values import (
    BillAmounts,
    BillPage,
    BillService,
    ChargeLine,
    day_text,
    dollars,
)
from billing_tui.documents.utility import read_letterhead
from billing_tui.foundation.errors import NotFound, Refused
from billing_tui.foundation.units import quantity_text
from billing_tui.ledger.receivables import balances
from billing_tui.rates.line import price_text
from billing_tui.records.bulk_lookup import accounts, mailing_addresses

if TYPE_CHECKING:
    from pathlib import Path

    from billing_tui.access.desk import Desk
    from billing_tui.billing.special.draft import DraftLine
    from billing_tui.billing.special.template import Input
    from billing_tui.billing.special_bill import SpecialView
    from billing_tui.documents.utility import Letterhead

_TELLING = frozenset({InputType.TEXT, InputType.DAY})
_DOLLARS = "dollars"
"""The unit of a line that multiplies an amount: materials at cost."""


@dataclass(frozen=True, slots=True)
class PrintedSpecial:
    """A special bill on paper."""

    number: str
    path: Path
    pages: int
    sha256: str


def _charge(line: DraftLine) -> ChargeLine:
    if line.quantity is None or line.price is None:
        return ChargeLine(line.label, line.cents)
    quantity, price = Decimal(line.quantity), price_text(Decimal(line.price))
    if line.unit == _DOLLARS:
        return ChargeLine(line.label, line.cents, f"${quantity:,.2f}", price)
    return ChargeLine(
        line.label, line.cents, f"{quantity_text(quantity)} {line.unit}".rstrip(), f"${price}"
    )


def _keyed(bill: SpecialView) -> tuple[str, ...]:
    """What it is for, as it was keyed: the texts and days; figures stand in the lines."""
    try:
        inputs = find_template(bill.template).inputs
    except NotFound:
        return ()
    told = [
        f"{one.label}: {_shown(one, bill.inputs[one.name])}."
        for one in inputs
        if one.type in _TELLING and bill.inputs.get(one.name)
    ]
    return (" ".join(told),) if told else ()


def _shown(one: Input, text: str) -> str:
    return day_text(date.fromisoformat(text)) if one.type is InputType.DAY else text


def special_page(bill: SpecialView, head: Letterhead) -> BillPage:
    """A special bill as its page shows it: its own charges alone, due by its own day."""
    record = accounts([bill.account_id])[bill.account_id]
    mailing = mailing_addresses([bill.account_id], bill.bill_day)[bill.account_id]
    title, citation = titles_of(bill)
    zip_digits = re.sub(r"[^0-9]", "", mailing.zip)
    owed = balances([bill.account_id], bill.bill_day)[bill.account_id]
    own = "Your other charges are on your regular bill."
    credit = (
        f"With this credit against bill {bill.corrects} your account "
        f"{'has a credit of' if owed < 0 else 'owes'} {dollars(abs(owed))} on "
        f"{day_text(bill.bill_day)}."
    )
    return BillPage(
        utility=head.profile,
        bill_number=bill.number,
        account_number=bill.account,
        customer_name=mailing.name,
        mailing_lines=mailing.lines,
        service_address=record.service_address,
        cycle="",
        route="",
        bill_day=bill.bill_day,
        due_day=bill.due_day,
        amounts=BillAmounts(
            previous_balance=0,
            payments=0,
            adjustments=0,
            penalties=0,
            current_charges=bill.total_cents,
            alone=True,
        ),
        services=(BillService(title, "", tuple(_charge(line) for line in bill.lines)),),
        messages=(*_keyed(bill), citation, credit if bill.corrects else own),
        pay_note=f"Against bill {bill.corrects}" if bill.corrects else "",
        qr_text=f"{head.pay_address}/{bill.number}" if head.pay_address else "",
        imb_routing=zip_digits if len(zip_digits) in {5, 9, 11} else "",
    )


def print_special(desk: Desk, number: str) -> PrintedSpecial:
    """Print a special bill into the home's `printed` folder; the trail keeps its hash.

    Raises:
        NotFound: there is no such special bill.
        Refused: it was cancelled.
    """
    desk.require(Right.PRINT_BILLS)
    bill = find_special(number)
    if bill.cancelled:
        raise Refused(f"{bill.number} was cancelled: {bill.cancelled}", code="BILL-CANCELLED")
    printed = print_bills(
        [special_page(bill, read_letterhead(desk.home))],
        desk.home.printed / f"{bill.number}.pdf",
        made_at=desk.clock(),
        title=f"Bill {bill.number}",
    )
    with writing(desk, Right.PRINT_BILLS, "documents.print_special") as act:
        act.about("special bill", bill.number)
        act.after = {"file": printed.path.name, "sha256": printed.sha256}
    return PrintedSpecial(bill.number, printed.path, printed.pages, printed.sha256)
