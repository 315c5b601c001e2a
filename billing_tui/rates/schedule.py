"""A rate schedule as frozen values: one version of one schedule of one service.

The words and every rule stand in data/rates/README.md. A *value* is whatever can stand where a
number can: a formula, a percentage of another value, an entry of a table, and any of them with
modifiers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from billing_tui.rates.formula import Formula

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from billing_tui.foundation.units import Unit

RESERVED = frozenset({"usage", "days", "standard_days", "month"})
"""Names that the engine itself gives to formulas."""


class Service(StrEnum):
    """What is sold."""

    WATER = "water"
    SEWER = "sewer"
    REFUSE = "refuse"
    STORMWATER = "stormwater"
    ELECTRIC = "electric"


class ChargeKind(StrEnum):
    """What a line is, for the print and the analysis of revenue."""

    FIXED = "fixed"
    USAGE = "usage"
    SURCHARGE = "surcharge"
    MINIMUM = "minimum"
    DISCOUNT = "discount"
    TAX = "tax"


@dataclass(frozen=True, slots=True)
class Percent:
    """percent / 100 x of."""

    percent: Value
    of: Value


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a table: an attribute, a season calendar, `month`; compared as text or in steps."""

    name: str
    in_steps: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Nested maps, one level for each key; the innermost entries are values or lists of them."""

    keys: tuple[Key, ...]
    entries: Mapping[str, Entry]


@dataclass(frozen=True, slots=True)
class Modified:
    """A value with a default, bounds and rounding, applied in this order."""

    value: Value
    default: Value | None = None
    at_least: Value | None = None
    at_most: Value | None = None
    round: str | None = None
    decimals: int = 0


Value = Formula | Percent | Table | Modified
Values = tuple[Value, ...]
Entry = Value | Values | Mapping[str, "Entry"]


@dataclass(frozen=True, slots=True)
class Priced:
    """quantity x price; without quantity, the usage. `amount: V` is one of V."""

    price: Value
    quantity: Value | None = None


@dataclass(frozen=True, slots=True)
class Tiers:
    """Prices up to inclusive caps; either list may be chosen by a table as a whole."""

    caps: Values | Table
    prices: Values | Table
    of: Value | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """A percentage of charges named before it, or of amounts of other services."""

    percent: Value
    of: tuple[str, ...]
    at_most: Value | None = None


@dataclass(frozen=True, slots=True)
class Minimum:
    """What the charges named before it lack of an amount."""

    value: Value
    of: tuple[str, ...]


Basis = Priced | Tiers | Share | Minimum


@dataclass(frozen=True, slots=True)
class Charge:
    """One charge of a class, which becomes a line (or one line per tier) of the bill."""

    code: str
    label: str
    kind: ChargeKind
    revenue: str
    basis: Basis
    unit: str | None = None
    prorate: bool | None = None
    omit_zero: bool = False
    funding: str = ""


@dataclass(frozen=True, slots=True)
class RateClass:
    """A class of customers and its charges, in the order of computing and printing."""

    code: str
    title: str
    charges: tuple[Charge, ...]
    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rounding:
    """Where money, caps and usage are rounded."""

    money: str = "line"
    caps: str = "none"
    usage: str = "none"


@dataclass(frozen=True, slots=True)
class Proration:
    """What happens in a short or long period, and where rates or seasons change inside one."""

    standard_days: int | None = None
    no_proration_between: tuple[int, int] | None = None
    fixed: str = "none"
    tier_caps: str = "none"
    rate_change: str = "by_days"
    season_change: str = "last_day"

    def fraction(self, policy: str, days: int, period: int) -> tuple[int, int] | None:
        """The part n / m of a full charge for `days` of a `period`; None for the whole of it."""
        inside = self.no_proration_between
        near = inside is not None and inside[0] <= period <= inside[1]
        whole = period
        if policy != "none" and self.standard_days is not None and not near:
            whole = self.standard_days
        return None if days == whole else (days, whole)


@dataclass(frozen=True, slots=True)
class ExampleLine:
    """What one line of a worked example must come to; None is not compared."""

    code: str
    amount: Decimal
    tier: int | None = None
    quantity: Decimal | None = None
    price: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """A worked example of the resolution: a golden bill."""

    name: str
    rate_class: str
    from_day: date
    to_day: date
    usage: Decimal | None
    attributes: Mapping[str, str]
    related: Mapping[str, Decimal]
    lines: tuple[ExampleLine, ...]
    total: Decimal


@dataclass(frozen=True, slots=True)
class Schedule:
    """One version of a schedule, as adopted."""

    code: str
    title: str
    service: Service
    unit: Unit | None
    effective: date
    classes: Mapping[str, RateClass]
    adopted: date | None = None
    resolution: str = ""
    source: str = ""
    rounding: Rounding = Rounding()
    negative_usage: str = "refuse"
    given: str = "refuse"
    proration: Proration = Proration()
    seasons: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    attributes: Mapping[str, str] = field(default_factory=dict)
    related: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Value] = field(default_factory=dict)
    examples: tuple[Example, ...] = ()
