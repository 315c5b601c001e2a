"""The control sheet (INV-2): what went into the print file, and whether it ties to the register."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing_tui.documents.bill_values import dollars
from billing_tui.documents.listing import Column, PrintedList, new_listing
from billing_tui.documents.sheet import BOLD

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from billing_tui.documents.bill_file import PrintedFile


@dataclass(frozen=True, slots=True)
class Suppressed:
    """A bill that is not on paper by rule: e-bill, zero, hold, do not mail."""

    bill_number: str
    account_number: str
    reason: str
    cents: int


@dataclass(frozen=True, slots=True)
class ControlSheet:
    """A print file beside the register that it must tie to; amounts are amounts due in cents."""

    utility_name: str
    run: str
    cycle: str
    printed: PrintedFile
    register_bills: int
    register_cents: int
    suppressed: tuple[Suppressed, ...] = ()

    @property
    def suppressed_cents(self) -> int:
        """Amounts due of the bills that are not printed by rule."""
        return sum(bill.cents for bill in self.suppressed)

    @property
    def count_ties(self) -> bool:
        """Whether printed and suppressed bills are the register's."""
        return self.printed.bills + len(self.suppressed) == self.register_bills

    @property
    def amount_ties(self) -> bool:
        """Whether their amounts due are the register's."""
        return self.printed.total_cents + self.suppressed_cents == self.register_cents


_TIE = (Column("", 200), Column("Bills", 70, figure=True), Column("Amount due", 110, figure=True))
_SUPPRESSED = (
    Column("Bill", 90),
    Column("Account", 110),
    Column("Why it is not printed", 222),
    Column("Amount due", 100, money=True),
)


def print_control_sheet(sheet: ControlSheet, path: Path, *, made_at: datetime) -> PrintedList:
    """Print the control sheet of one print file."""
    printed = sheet.printed
    listing = new_listing(
        f"Control sheet, run {sheet.run}", f"{sheet.utility_name}   Cycle {sheet.cycle}", made_at
    )
    listing.fact("Print file", printed.path.name)
    listing.fact("SHA-256", printed.sha256)
    listing.fact("Bills", f"{printed.bills:,}", BOLD)
    listing.fact("Pages", f"{printed.pages:,}", BOLD)
    listing.fact("Total amount due", dollars(printed.total_cents), BOLD)
    listing.fact("Total current charges", dollars(printed.current_cents))
    listing.fact("First and last bill", f"{printed.first_bill} to {printed.last_bill}")
    listing.heading("Tie to the register")
    listing.table(_TIE)
    missing_bills = sheet.register_bills - printed.bills - len(sheet.suppressed)
    missing_cents = sheet.register_cents - printed.total_cents - sheet.suppressed_cents
    for label, bills, cents in (
        ("Register", sheet.register_bills, sheet.register_cents),
        ("Printed", printed.bills, printed.total_cents),
        ("Suppressed", len(sheet.suppressed), sheet.suppressed_cents),
        ("Difference", missing_bills, missing_cents),
    ):
        listing.row((label, f"{bills:,}", dollars(cents)))
    listing.y += 6
    listing.check("Bills printed and suppressed are the register's", holds=sheet.count_ties)
    listing.check("Amounts printed and suppressed are the register's", holds=sheet.amount_ties)
    if printed.parked:
        listing.check(f"Parked, not printed: {', '.join(printed.parked)}", holds=False)
    if sheet.suppressed:
        listing.heading("Suppressed bills")
        listing.table(_SUPPRESSED)
        for bill in sheet.suppressed:
            listing.row((bill.bill_number, bill.account_number, bill.reason, bill.cents))
        listing.total(f"{len(sheet.suppressed):,} suppressed")
    if printed.problems:
        listing.heading("To look at before mailing")
        listing.table((Column("", 522),), first_head=False)
        for problem in printed.problems:
            listing.row((str(problem),))
    listing.signatures("Printed by", "Counted by, returned count ____________", "Mailed by")
    return listing.write(path)
