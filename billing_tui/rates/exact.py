"""The arithmetic of rates: exact decimals, 34 digits, one context that nobody else can change."""

from __future__ import annotations

import re
from decimal import (
    ROUND_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Context,
    Decimal,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)

EXACT = Context(
    prec=34, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation, DivisionByZero, Overflow]
)
"""Every sum, product, quotient and power of a rate is computed in this context."""

add = EXACT.add
subtract = EXACT.subtract
multiply = EXACT.multiply
divide = EXACT.divide

ZERO = Decimal(0)
ONE = Decimal(1)
HUNDRED = Decimal(100)
THOUSANDTH = Decimal("0.001")
_CENT = Decimal("0.01")

MODES = {
    "half-even": ROUND_HALF_EVEN,
    "half-up": ROUND_HALF_UP,
    "up": ROUND_UP,
    "down": ROUND_DOWN,
}
"""The ways of rounding that a schedule may name; up is away from zero, down towards it."""

_NUMBER = re.compile(r"-?(?:[0-9]{1,15}(?:\.[0-9]{0,15})?|\.[0-9]{1,15})\Z", re.ASCII)


def parse_number(text: str) -> Decimal | None:
    """The number that `text` writes in plain digits, or None if it writes none."""
    return Decimal(text) if _NUMBER.match(text) else None


def round_to(value: Decimal, mode: str, decimals: int = 0) -> Decimal:
    """`value` rounded to so many decimals by one of `MODES`."""
    return value.quantize(Decimal(1).scaleb(-decimals), rounding=MODES[mode], context=EXACT)


def thousandths(value: Decimal) -> Decimal:
    """`value` rounded half up to 0.001, the fineness of shares and prorated caps."""
    return value.quantize(THOUSANDTH, ROUND_HALF_UP, EXACT)


def to_cents(amount: Decimal) -> int:
    """Whole cents of dollars, halves away from zero (RAT-5)."""
    return int(amount.quantize(_CENT, ROUND_HALF_UP, EXACT).scaleb(2))


def dollars(cents: int) -> Decimal:
    """Cents as a decimal number of dollars."""
    return Decimal(cents).scaleb(-2)


def plain(value: Decimal) -> str:
    """A number as people write it: no exponent, no trailing zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
