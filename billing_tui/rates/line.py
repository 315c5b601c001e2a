"""What goes into rating a service for a period, and what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import reduce
from typing import TYPE_CHECKING, NamedTuple

from billing_tui.foundation.money import money_text
from billing_tui.foundation.units import Unit, measured_text, quantity_text
from billing_tui.rates.exact import ZERO, add, to_cents

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from decimal import Decimal


@dataclass(frozen=True, slots=True)
class ServiceUse:
    """One service of one account over one period `[from_day, to_day)`.

    Attributes:
        rate_class: the class's code in the schedule.
        attributes: what the account states, such as meter_size or zone; more than asked is fine.
        usage: in `unit`; None where nothing is measured.
        unit: of the usage.
        from_day: first day of the period.
        to_day: first day of the next period.
        related: what other services hand over, such as winter_average, in the schedule's names.
    """

    rate_class: str
    attributes: Mapping[str, str]
    usage: Decimal | None
    unit: Unit | None
    from_day: date
    to_day: date
    related: Mapping[str, Decimal] = field(default_factory=dict)


class RatedLine(NamedTuple):
    """One line of a bill: amount = quantity x price x part (data/rates/README.md, section 7).

    Attributes:
        code: of the charge.
        label: as it prints.
        kind: fixed, usage, surcharge, minimum, discount or tax.
        revenue: the ledger's role.
        tier: 1 and up, or None.
        quantity: how many; the base in dollars for a percentage.
        unit: of the quantity; `%` for a percentage.
        price: of one; the percentage itself for a percentage.
        amount: exact, in dollars.
        cents: what is billed.
        part: (n, m) where only n / m of the full charge is billed.
        upto: the tier's inclusive cap, the amount that a minimum tops up to, or the one that a
            percentage was held to.
        because: what the account states that chose the price, as `meter_size 5/8"`.
        from_day: first day of the part of the period, None where there is one part only.
        to_day: day after its last.
    """

    code: str
    label: str
    kind: str
    revenue: str
    tier: int | None
    quantity: Decimal | None
    unit: str | None
    price: Decimal | None
    amount: Decimal
    cents: int
    part: tuple[int, int] | None = None
    upto: Decimal | None = None
    because: str = ""
    from_day: date | None = None
    to_day: date | None = None

    @property
    def derivation(self) -> str:
        """The arithmetic in short, as a clerk reads it out: `16 ccf x 4.29, tier 2 to 26 ccf`."""
        return _derivation(self)


@dataclass(frozen=True, slots=True)
class RatedService:
    """The lines of one service, in order, and what they sum to."""

    lines: tuple[RatedLine, ...]
    total_cents: int

    @property
    def amount(self) -> Decimal:
        """The exact sum, in dollars."""
        return reduce(add, (line.amount for line in self.lines), ZERO)


def price_text(price: Decimal) -> str:
    """A price with at least two decimals, and as many more as it states."""
    text = quantity_text(price)
    decimals = len(text.partition(".")[2])
    return text if decimals >= 2 else f"{price:,.2f}"


def _derivation(line: RatedLine) -> str:
    if line.quantity is None or line.price is None:
        return money_text(line.cents)
    if line.unit == "%":
        text = f"{quantity_text(line.price)}% of {price_text(line.quantity)}"
        if line.upto is not None:
            text += f", at most {price_text(line.upto)}"
    elif line.tier is None and line.upto is not None:
        text = f"tops up to {price_text(line.upto)}"
    elif line.unit == "each" and line.quantity == 1:
        text = price_text(line.price)
    else:
        text = measured_text(line.quantity, line.unit)
        text += f" x {price_text(line.price)}"
    if line.part:
        text += f" x {line.part[0]} of {line.part[1]} days"
    if line.tier is not None:
        bound = "and above" if line.upto is None else f"to {quantity_text(line.upto)} {line.unit}"
        text += f", tier {line.tier} {bound}"
    return text


def sentences(line: RatedLine) -> tuple[str, ...]:
    """The derivation at length, for the clerk who is asked why."""
    how, amount = line.derivation, money_text(line.cents)
    result = [
        f"{line.label}: {how}." if how == amount else f"{line.label}: {how}, which is {amount}."
    ]
    if line.because:
        result.append(f"The rate is the one for {line.because.replace('_', ' ')}.")
    if line.part:
        result.append(
            f"A full charge is for {line.part[1]} days; {line.part[0]} of them are billed."
        )
    if line.from_day and line.to_day:
        result.append(f"This part of the period runs from {line.from_day} up to {line.to_day}.")
    if to_cents(line.amount) != line.cents:
        result.append("The cents are rounded on the bill's total, not on the line.")
    return tuple(result)
