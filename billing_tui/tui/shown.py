"""How days, money and usage are written on every screen: one form each."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from billing_tui.foundation import counting
from billing_tui.foundation.money import money_text
from billing_tui.foundation.units import quantity_text

if TYPE_CHECKING:
    from datetime import date


def day_text(day: date | None) -> str:
    """`10/20/26`, or a dash."""
    return f"{day:%m/%d/%y}" if day is not None else "-"


def cents_text(cents: int | None) -> str:
    """`1,234.56`, or a dash."""
    return money_text(cents) if cents is not None else "-"


def usage_text(milli: int | None, unit: str) -> str:
    """`14 ccf`, or a dash; thousandths in, the unit always shown."""
    if milli is None:
        return "-"
    return f"{quantity_text(Decimal(milli) / 1000)} {unit}".rstrip()


def factor_text(multiplier_milli: int) -> str:
    """` x10` behind a reading whose counts are ten units each, nothing where they are one."""
    if multiplier_milli == 1000:
        return ""
    return f" x{quantity_text(Decimal(multiplier_milli) / 1000)}"


counted = counting.counted
"""As everywhere in the office."""

PRINTED = "in the office's folder `printed`"
"""Where every PDF lies that the screens print; people at a terminal need no path of the server."""
