"""Exact money: whole cents, rounded half up where a rate meets a quantity, never a float."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from billing_tui.foundation.errors import InvalidEntry

if TYPE_CHECKING:
    from collections.abc import Iterable

_CENT = Decimal("0.01")
_ENTRY = re.compile(r"-?[0-9]{1,9}(?:\.[0-9]{1,2})?-?\Z", re.ASCII)
LIMIT_CENTS = 99_999_999_999
"""Largest amount that one row may carry: 999,999,999.99."""


def cents_half_up(amount: Decimal) -> int:
    """Whole cents of an exact amount in dollars, halves away from zero (RAT-5: line rounding)."""
    return int(amount.quantize(_CENT, rounding=ROUND_HALF_UP).scaleb(2))


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount in US dollars, held as whole cents."""

    cents: int

    @classmethod
    def parse(cls, text: str, *, field: str | None = None) -> Money:
        """The amount that a person keyed: `125`, `125.4`, `125.40`, `12.50-`.

        Commas, exponents, signs on both ends, other digits than 0-9 and a third decimal are
        refused with a sentence rather than guessed at.
        """
        entry = text.strip()
        if len(entry) > 16 or not _ENTRY.match(entry) or (entry[0] == "-" and entry[-1] == "-"):
            raise InvalidEntry(
                "An amount is digits with at most two decimals, such as 125 or 125.40.",
                field=field,
                code="MONEY-FORM",
            )
        negative = "-" in entry
        whole, _, part = entry.strip("-").partition(".")
        cents = int(whole) * 100 + int((part + "00")[:2])
        return cls(-cents if negative else cents)

    @classmethod
    def total(cls, amounts: Iterable[Money]) -> Money:
        """The sum of amounts; zero for none."""
        return cls(sum(amount.cents for amount in amounts))

    def __add__(self, other: Money) -> Money:
        return Money(self.cents + other.cents)

    def __sub__(self, other: Money) -> Money:
        return Money(self.cents - other.cents)

    def __neg__(self) -> Money:
        return Money(-self.cents)

    def __mul__(self, times: int) -> Money:
        return Money(self.cents * times)

    def __bool__(self) -> bool:
        return self.cents != 0

    def __str__(self) -> str:
        return money_text(self.cents)


def money_text(cents: int) -> str:
    """Cents as people read them: `1,234.56`, `-0.05`."""
    whole, part = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{whole:,}.{part:02d}"


ZERO = Money(0)


def owed_text(cents: int) -> str:
    """A balance in words: `owes 125.40`, or `has a credit of 14.50` where we owe the customer."""
    return f"owes {money_text(cents)}" if cents >= 0 else f"has a credit of {money_text(-cents)}"
