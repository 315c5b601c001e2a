"""The billing register (BIL-7): every bill of a run, and its totals by service, class and tier."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing_tui.documents.account_count import write_accounts
from billing_tui.documents.bill_values import day_text
from billing_tui.documents.listing import Column, PrintedList, new_listing
from billing_tui.foundation.money import money_text

if TYPE_CHECKING:
    from datetime import date, datetime
    from pathlib import Path

    from billing_tui.documents.account_count import AccountCount
    from billing_tui.documents.listing import Listing


@dataclass(frozen=True, slots=True)
class RegisterLine:
    """One bill; amounts in cents."""

    account_number: str
    customer_name: str
    customer_class: str
    bill_number: str
    balance_forward: int
    current_charges: int

    @property
    def amount_due(self) -> int:
        """Balance forward and current charges."""
        return self.balance_forward + self.current_charges


@dataclass(frozen=True, slots=True)
class RegisterTotal:
    """One line of a summary: what, how many charges, how much usage, cents."""

    label: str
    count: int
    usage: str
    cents: int


@dataclass(frozen=True, slots=True)
class RegisterSection:
    """A summary of the current charges by one view: `By service`, `By class`, `By tier`."""

    title: str
    totals: tuple[RegisterTotal, ...]

    @property
    def cents(self) -> int:
        """Sum of the section."""
        return sum(total.cents for total in self.totals)


@dataclass(frozen=True, slots=True)
class BillingRegister:
    """The register of one bill run."""

    utility_name: str
    run: str
    cycle: str
    bill_day: date
    lines: tuple[RegisterLine, ...]
    sections: tuple[RegisterSection, ...]
    accounts: AccountCount | None = None

    @property
    def current_charges(self) -> int:
        """Current charges of all bills in cents."""
        return sum(line.current_charges for line in self.lines)

    @property
    def amount_due(self) -> int:
        """Amounts due of all bills in cents; credit balances count below zero."""
        return sum(line.amount_due for line in self.lines)


_LINES = (
    Column("Account", 76),
    Column("Customer", 146),
    Column("Class", 48),
    Column("Bill", 66),
    Column("Balance forward", 64, money=True),
    Column("Current charges", 61, money=True),
    Column("Amount due", 61, money=True),
)
_TOTALS = (
    Column("", 270),
    Column("Charges", 66, figure=True),
    Column("Usage", 100, figure=True),
    Column("Amount", 86, money=True),
)


def _write_lines(listing: Listing, register: BillingRegister) -> None:
    listing.table(_LINES)
    for line in register.lines:
        listing.row(
            (
                line.account_number,
                line.customer_name,
                line.customer_class,
                line.bill_number,
                line.balance_forward,
                line.current_charges,
                line.amount_due,
            )
        )
    listing.total(f"Register total, {len(register.lines):,} bills")


def _write_section(listing: Listing, section: RegisterSection, current_charges: int) -> None:
    listing.heading(section.title)
    listing.table(_TOTALS)
    for total in section.totals:
        listing.row((total.label, f"{total.count:,}", total.usage, total.cents))
    listing.total(f"Total {section.title.lower()}")
    listing.check(
        f"{section.title} ties to current charges of {money_text(current_charges)}",
        holds=section.cents == current_charges,
    )


def print_register(register: BillingRegister, path: Path, *, made_at: datetime) -> PrintedList:
    """Print the register: bills with page and grand totals, then one summary per section.

    Each section says with a tick or a cross whether it adds up to the current charges.
    """
    title = f"Billing register, run {register.run}"
    subtitle = f"{register.utility_name}   Cycle {register.cycle}   {day_text(register.bill_day)}"
    with new_listing(title, subtitle, made_at) as listing:
        _write_lines(listing, register)
        for section in register.sections:
            _write_section(listing, section, register.current_charges)
        if register.accounts is not None:
            write_accounts(listing, register.accounts)
        return listing.write(path)
