"""Units of measure. Every quantity carries one, and adding unlike units is an error (RAT-2)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING

from billing_tui.foundation.errors import BillingError

if TYPE_CHECKING:
    from decimal import Decimal


class Unit(StrEnum):
    """What a register counts, a rate prices or a service is measured in."""

    CCF = "ccf"
    KGAL = "kgal"
    GAL = "gal"
    CF = "cf"
    M3 = "m3"
    LITRE = "l"
    ACRE_FOOT = "af"
    KWH = "kWh"
    KW = "kW"
    KVA = "kVA"
    CART = "cart"
    ERU = "ERU"
    DWELLING = "dwelling"
    EACH = "each"
    SQFT = "sqft"
    DAY = "day"


ELECTRIC = frozenset({Unit.KWH, Unit.KW, Unit.KVA})
"""What electric meters count."""

# US gallon = 231 cubic inches and foot = 12 inches, so 100 cubic feet = 172,800 / 231 gallons.
_GALLONS: dict[Unit, Fraction] = {
    Unit.GAL: Fraction(1),
    Unit.KGAL: Fraction(1000),
    Unit.CF: Fraction(1728, 231),
    Unit.CCF: Fraction(172_800, 231),
    Unit.ACRE_FOOT: Fraction(43_560 * 1728, 231),
    Unit.LITRE: Fraction(1_000_000, 3_785_411_784) * 1000,
    Unit.M3: Fraction(1_000_000, 3_785_411_784) * 1_000_000,
}


class UnitMismatch(BillingError):  # noqa: N818
    """Two quantities of unlike units met where like ones are needed."""

    code = "UNIT-MISMATCH"


def parse_unit(text: str) -> Unit:
    """The unit of that name; hcf is the older name of ccf. Raises `UnitMismatch` for others."""
    name = text.strip()
    if name.lower() == "hcf":
        return Unit.CCF
    for unit in Unit:
        if unit.value.lower() == name.lower():
            return unit
    raise UnitMismatch(f"{name!r} is no unit that is known here; say one of {', '.join(Unit)}.")


def convert(value: Decimal, source: Unit, target: Unit) -> Decimal:
    """A volume in another unit, exact to 28 digits; only volumes convert into each other."""
    if source is target:
        return value
    if source not in _GALLONS or target not in _GALLONS:
        raise UnitMismatch(f"{source} cannot be turned into {target}.")
    factor = _GALLONS[source] / _GALLONS[target]
    return value * factor.numerator / factor.denominator


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit."""

    value: Decimal
    unit: Unit

    def __add__(self, other: Quantity) -> Quantity:
        if other.unit is not self.unit:
            raise UnitMismatch(f"{other.unit} cannot be added to {self.unit}.")
        return Quantity(self.value + other.value, self.unit)

    def to(self, unit: Unit) -> Quantity:
        """The same volume in another unit."""
        return Quantity(convert(self.value, self.unit, unit), unit)

    def __str__(self) -> str:
        return f"{quantity_text(self.value)} {self.unit}"


def quantity_text(value: Decimal) -> str:
    """A quantity as people read it: no exponent, no trailing zeros, thousands marked."""
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def measured_text(value: Decimal, unit: str | None) -> str:
    """A quantity with its unit: `12.5 ccf`, `1 cart`, `6 carts`."""
    several = "s" if unit == Unit.CART and value != 1 else ""
    return f"{quantity_text(value)} {unit or ''}{several}".rstrip()
