"""What a bill shows: frozen values, computed elsewhere and only drawn here.

Money is whole cents; what is taken off (payments, credits) is negative. Days of a service period
follow the house: `to_day` is the day of the current read and belongs to the next period.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from billing_tui.documents.scan_line import STANDARD, ScanLayout
from billing_tui.foundation.errors import Problem
from billing_tui.foundation.money import money_text

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal


class ReadKind(StrEnum):
    """How a read came about; the word is printed beside it."""

    ACTUAL = "Actual"
    ESTIMATED = "Estimated"
    CUSTOMER = "Customer"
    FINAL = "Final"
    PRORATED = "Prorated"
    REMOVED = "Removed"
    INSTALLED = "Installed"


@dataclass(frozen=True, slots=True)
class UtilityProfile:
    """Who sends the bill and where the payment goes.

    Attributes:
        return_lines: two or three lines that show in the return window below the name.
        remit_lines: the lockbox's address below `payable_to`, shown in the #9 envelope.
        dispute_text: how to question the bill and by when (Public Utilities Code, local code).
        contact_lines: telephone and hours, website, payment places.
        pay_prompt: the sentence beside the QR code.
    """

    name: str
    return_lines: tuple[str, ...]
    contact_lines: tuple[str, ...]
    payable_to: str
    remit_lines: tuple[str, ...]
    website: str
    phone: str
    dispute_text: str
    pay_prompt: str = "Scan to pay online"
    department: str = ""
    scan_layout: ScanLayout = STANDARD


@dataclass(frozen=True, slots=True)
class MeterRow:
    """One meter's reads of the period; a meter exchange makes two rows of one service.

    Attributes:
        previous, current: readings as they stand on the register.
        usage: after the multiplier, in `unit`.
        note: the estimate's reason, the exchange, or anything else said under the row.
    """

    service: str
    meter: str
    from_day: date
    to_day: date
    previous: Decimal
    current: Decimal
    kind: ReadKind
    usage: Decimal
    unit: str
    multiplier: Decimal | None = None
    note: str = ""

    @property
    def days(self) -> int:
        """Days of the period; the day of the current read belongs to the next one."""
        return (self.to_day - self.from_day).days


@dataclass(frozen=True, slots=True)
class ChargeLine:
    """One line of a charge: `quantity` and `price` are texts such as `10 ccf` and `$3.2100`."""

    label: str
    cents: int
    quantity: str = ""
    price: str = ""


@dataclass(frozen=True, slots=True)
class BillService:
    """The charges of one service.

    Attributes:
        label: `Water`, `Sewer`, `Taxes and surcharges`.
        detail: rate name and period as one short text: `Residential 3/4" - Oct 3 to Nov 4`.
    """

    label: str
    detail: str
    lines: tuple[ChargeLine, ...]

    @property
    def cents(self) -> int:
        """Sum of the lines."""
        return sum(line.cents for line in self.lines)


@dataclass(frozen=True, slots=True)
class BillAmounts:
    """From the previous bill to this one, in cents; payments and credits are negative.

    Attributes:
        after_due: what is owed after the due day, penalty included, or None if there is none.
        carried: charges of bills corrected with this one, which asks for them; below zero what
            another one asks for.
        alone: the bill asks for its own charges only and says nothing of the account's balance.
        cancelled: the bill asks for nothing any more; its amounts are what it asked for.
    """

    previous_balance: int
    payments: int
    adjustments: int
    penalties: int
    current_charges: int
    after_due: int | None = None
    carried: int = 0
    alone: bool = False
    cancelled: bool = False

    @property
    def balance_forward(self) -> int:
        """What stays of the previous bill."""
        return self.previous_balance + self.payments + self.adjustments + self.penalties

    @property
    def total_due(self) -> int:
        """The amount due; below zero it is a credit balance."""
        return self.balance_forward + self.current_charges + self.carried

    @property
    def total_word(self) -> str:
        """What the total is called; the credit of a bill that stands alone is no balance."""
        if self.cancelled:
            return "It asked for"
        if self.total_due >= 0:
            return "Amount due"
        return "Credit" if self.alone else "Credit balance"


@dataclass(frozen=True, slots=True)
class AgingBuckets:
    """What is owed by age in cents, after this bill.

    Attributes:
        current: not yet due.
        over_30: up to 60 days past due.
        over_60: 61 to 90 days.
        over_90: longer.
    """

    current: int
    over_30: int = 0
    over_60: int = 0
    over_90: int = 0

    @property
    def past_due(self) -> int:
        """Everything but the current charges."""
        return self.over_30 + self.over_60 + self.over_90


@dataclass(frozen=True, slots=True)
class UsageMonth:
    """Usage of the period that ended in this month; None where there is no figure.

    Attributes:
        month: any day of the month.
        last_year: usage of the same period a year before.
    """

    month: date
    usage: Decimal | None
    last_year: Decimal | None = None


@dataclass(frozen=True, slots=True)
class UsageHistory:
    """The chart: up to 13 months, oldest first, and gallons per day beneath it."""

    service: str
    unit: str
    months: tuple[UsageMonth, ...]
    daily_unit: str = "Gallons per day"
    per_day: int | None = None
    per_day_last_period: int | None = None
    per_day_last_year: int | None = None


@dataclass(frozen=True, slots=True)
class BillPage:
    """Everything on one customer's bill, however many pages it takes.

    Attributes:
        mailing_lines: address lines below the customer's name, city and ZIP last.
        pay_note: replaces the due date where nothing is to be paid by hand, such as
            `Do not pay: drawn from your bank on Dec 15`.
        copy_mark: whose copy it is (`Owner copy`), or that it was corrected or cancelled; or "".
        duplicate: the bill is printed again; both page and stub say so.
        qr_text: what the QR code says, a payment address; "" for none.
        imb_tracking, imb_routing: digits of the Intelligent Mail barcode; "" for none.
        language_block: paragraphs in other languages, printed after the messages.
    """

    utility: UtilityProfile
    bill_number: str
    account_number: str
    customer_name: str
    mailing_lines: tuple[str, ...]
    service_address: str
    cycle: str
    route: str
    bill_day: date
    due_day: date
    amounts: BillAmounts
    services: tuple[BillService, ...]
    meters: tuple[MeterRow, ...] = ()
    usage: UsageHistory | None = None
    aging: AgingBuckets | None = None
    messages: tuple[str, ...] = ()
    language_block: tuple[str, ...] = ()
    pay_note: str = ""
    copy_mark: str = ""
    duplicate: bool = False
    qr_text: str = ""
    imb_tracking: str = ""
    imb_routing: str = ""
    customer_class: str = ""

    @property
    def to_pay(self) -> int:
        """What the stub asks for in cents: never below zero, nothing of a cancelled bill."""
        return 0 if self.amounts.cancelled else max(self.amounts.total_due, 0)


def bill_problems(bill: BillPage, line: int = 0) -> list[Problem]:
    """What forbids mailing this bill: amounts that do not add up. `line` is its place in the run.

    The control totals of a run are only as good as each page, so a bill that contradicts itself is
    parked rather than printed.
    """
    problems = []
    charged = sum(service.cents for service in bill.services)
    if charged != bill.amounts.current_charges:
        problems.append(
            f"its lines add up to {money_text(charged)}, "
            f"its current charges say {money_text(bill.amounts.current_charges)}"
        )
    aging = bill.aging
    if aging and aging.current + aging.past_due != bill.amounts.total_due:
        problems.append("its aging does not add up to the amount due")
    if bill.due_day < bill.bill_day:
        problems.append("it falls due before it is dated")
    return [Problem(line, f"Bill {bill.bill_number} is not printed: {text}.") for text in problems]


def dollars(cents: int) -> str:
    """An amount with its sign before the dollar: `$1,234.56`, `-$0.05`."""
    return f"-${money_text(-cents)}" if cents < 0 else f"${money_text(cents)}"


def day_text(day: date) -> str:
    """A day as it is written out: `December 5, 2026`."""
    return f"{day:%B} {day.day}, {day.year}"


def short_day(day: date) -> str:
    """A day in a narrow column: `12/05/26`."""
    return f"{day:%m/%d/%y}"
