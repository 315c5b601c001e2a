"""The control sheet (INV-2): what went into the print file, and whether it ties to the register."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing_tui.documents.account_count import write_accounts
from billing_tui.documents.bill_values import dollars
from billing_tui.documents.listing import Column, PrintedList, new_listing
from billing_tui.documents.sheet import BOLD

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from billing_tui.documents.account_count import AccountCount
    from billing_tui.documents.bill_file import PrintedFile
    from billing_tui.documents.listing import Listing


@dataclass(frozen=True, slots=True)
class Suppressed:
    """A bill that is not on paper by rule: e-bill, zero, hold, do not mail."""

    bill_number: str
    account_number: str
    reason: str
    cents: int


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An account of the cycle that the run does not bill, and why."""

    account_number: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class ControlSheet:
    """A print file beside the register that it must tie to; amounts are amounts due in cents.

    `approved` tells who approved the run, and when.
    """

    utility_name: str
    run: str
    cycle: str
    printed: PrintedFile
    register_bills: int
    register_cents: int
    suppressed: tuple[Suppressed, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    accounts: AccountCount | None = None
    approved: str = ""

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

_LEFT_OUT = (Column("Account", 90), Column("Name", 150), Column("Why it is not billed", 282))


def _write_figures(listing: Listing, printed: PrintedFile) -> None:
    listing.fact("Print file", printed.path.name)
    listing.fact("SHA-256", printed.sha256)
    listing.fact("Bills", f"{printed.bills:,}", BOLD)
    listing.fact("Pages", f"{printed.pages:,}", BOLD)
    listing.fact("Total amount due", dollars(printed.total_cents), BOLD)
    listing.fact("Total current charges", dollars(printed.current_cents))
    listing.fact("Bill numbers", f"{printed.first_bill} to {printed.last_bill}")


def _write_tie(listing: Listing, sheet: ControlSheet) -> None:
    printed = sheet.printed
    missing_bills = sheet.register_bills - printed.bills - len(sheet.suppressed)
    missing_cents = sheet.register_cents - printed.total_cents - sheet.suppressed_cents
    listing.heading("Tie to the register")
    listing.table(_TIE)
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
    for number in printed.parked:
        listing.fact("Parked, not printed", f"bill {number}", BOLD)


def _write_suppressed(listing: Listing, suppressed: tuple[Suppressed, ...]) -> None:
    listing.heading("Suppressed bills")
    listing.table(_SUPPRESSED)
    for bill in suppressed:
        listing.row((bill.bill_number, bill.account_number, bill.reason, bill.cents))
    listing.total(f"{len(suppressed):,} suppressed")


def _write_left_out(listing: Listing, left_out: tuple[LeftOut, ...]) -> None:
    listing.heading("Accounts not billed")
    listing.table(_LEFT_OUT)
    for one in left_out:
        listing.row((one.account_number, one.name, one.reason))
    listing.total(f"{len(left_out):,} not billed")


def print_control_sheet(sheet: ControlSheet, path: Path, *, made_at: datetime) -> PrintedList:
    """Print the control sheet of one print file: figures, tie, what is left out, signatures."""
    title = f"Control sheet, run {sheet.run}"
    subtitle = f"{sheet.utility_name}   Cycle {sheet.cycle}"
    with new_listing(title, subtitle, made_at) as listing:
        if sheet.approved:
            listing.fact("Run approved by", sheet.approved)
        _write_figures(listing, sheet.printed)
        _write_tie(listing, sheet)
        if sheet.suppressed:
            _write_suppressed(listing, sheet.suppressed)
        if sheet.accounts is not None:
            write_accounts(listing, sheet.accounts)
        if sheet.left_out:
            _write_left_out(listing, sheet.left_out)
        if sheet.printed.problems:
            listing.heading("To look at before mailing")
            listing.table((Column("Problem", 522),))
            for problem in sheet.printed.problems:
                listing.row((str(problem),))
        listing.signatures("Printed by", "Counted by, returned count ____________", "Mailed by")
        return listing.write(path)
