"""The charges of a class as the file states them (section 4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from billing_tui.billing.second_calculator.fields import Fields, listed, words
from billing_tui.billing.second_calculator.formula import plain_number
from billing_tui.billing.second_calculator.refusals import Unreadable
from billing_tui.billing.second_calculator.values import (
    Level,
    Value,
    ValueList,
    read_choice,
    read_value,
    table_parts,
)

if TYPE_CHECKING:
    from fractions import Fraction

    from billing_tui.foundation.strict_yaml import Node

How = Literal["amount", "price", "quantity", "tiers", "percent", "minimum"]
_HOWS: tuple[How, ...] = ("amount", "price", "tiers", "percent", "minimum")
_KINDS = ("fixed", "usage", "surcharge", "minimum", "discount", "tax")
_USAGE = "usage"


@dataclass(frozen=True, slots=True, eq=False)
class Tiers:
    """What is laid on the tiers, their inclusive upper caps and one price more than caps."""

    laid: Value
    caps: ValueList | Level[ValueList]
    prices: ValueList | Level[ValueList]


@dataclass(frozen=True, slots=True, eq=False)
class Basis:
    """What a charge is computed from.

    `value` is the amount, price, percent or minimum; `how` is `quantity` for a price that has a
    quantity of its own.
    """

    how: How
    value: Value | None = None
    quantity: Value | None = None
    tiers: Tiers | None = None
    of: tuple[str, ...] = ()
    at_most: Value | None = None

    def figures(self) -> tuple[Value, ...]:
        """The values that are not tiers'."""
        return tuple(v for v in (self.value, self.quantity, self.at_most) if v is not None)


@dataclass(frozen=True, slots=True, eq=False)
class Charge:
    """One charge of a class; `prorate` is None where the file leaves it to the default."""

    code: str
    kind: str
    basis: Basis
    prorate: bool | None
    omit_zero: bool


def read_charge(node: Node, where: str) -> Charge:
    """The charge that a node writes; unknown keys, kinds and bases are errors."""
    fields = Fields(node, where)
    code = fields.text("code")
    fields.where = f"{where}, {code}"
    kind = fields.text("kind")
    if kind not in _KINDS:
        raise Unreadable(f"{fields.where}: the kind {kind!r} is not known.")
    if kind == "discount" and "funding" not in fields:
        raise Unreadable(f"{fields.where}: a discount must state its funding.")
    for only_printed in ("label", "revenue", "unit", "funding"):
        fields.text(only_printed, "")
    prorate = fields.word("prorate", "", "yes", "no")
    charge = Charge(
        code=code,
        kind=kind,
        basis=_basis(fields),
        prorate=(prorate == "yes") if prorate else None,
        omit_zero=fields.word("omit_zero", "no", "yes") == "yes",
    )
    fields.done()
    return charge


def _basis(fields: Fields) -> Basis:
    found = [how for how in _HOWS if how in fields]
    if len(found) != 1:
        raise Unreadable(f"{fields.where} must have exactly one of {', '.join(_HOWS)}.")
    how, where = found[0], fields.where
    if how == "tiers":
        return Basis(how, tiers=_tiers(fields.need("tiers"), where))
    value = read_value(fields.need(how), where)
    if how == "price" and "quantity" in fields:
        return Basis("quantity", value, read_value(fields.need("quantity"), where))
    if how in {"percent", "minimum"}:
        of = words(fields.need("of"), f"{where}, of")
        capped = how == "percent" and "at_most" in fields
        at_most = read_value(fields.need("at_most"), where) if capped else None
        return Basis(how, value, of=of, at_most=at_most)
    return Basis(how, value)


def _tiers(node: Node, where: str) -> Tiers:
    if isinstance(node, list):
        tiers = _tier_by_tier(node, where)
    else:
        fields = Fields(node, f"{where}, tiers")
        caps = read_choice(fields.take("caps") or [], f"{where}, caps")
        prices = read_choice(fields.need("prices"), f"{where}, prices")
        laid = fields.take("of")
        tiers = Tiers(read_value(_USAGE if laid is None else laid, where), caps, prices)
        fields.done()
    for caps_list in lists_in(tiers.caps):
        check_rise([plain_cap(cap) for cap in caps_list], where)
    return tiers


def _tier_by_tier(node: list[Node], where: str) -> Tiers:
    caps, prices = [], []
    rows = listed(node, where)
    for position, row in enumerate(rows, 1):
        fields = Fields(row, f"{where}, tier {position}")
        if position < len(rows):
            caps.append(read_value(fields.need("to"), f"{where}, cap {position}"))
        prices.append(read_value(fields.need("price"), f"{where}, price {position}"))
        fields.done()
    return Tiers(read_value(_USAGE, where), tuple(caps), tuple(prices))


def lists_in(choice: ValueList | Level[ValueList]) -> tuple[ValueList, ...]:
    """Every list that a choice can come to."""
    return table_parts(choice)[1] if isinstance(choice, Level) else (choice,)


def plain_cap(cap: Value) -> Fraction | None:
    """The number of a cap that is written as one."""
    bare = (cap.default, cap.at_least, cap.at_most, cap.rounding) == (None,) * 4
    return plain_number(cap.body) if bare and isinstance(cap.body, tuple) else None


def all_plain(caps: ValueList) -> bool:
    """Whether every cap is a plain number, or a table of plain numbers."""
    return all(
        all(plain_cap(entry) is not None for entry in table_parts(cap.body)[1])
        if isinstance(cap.body, Level)
        else plain_cap(cap) is not None
        for cap in caps
    )


def check_rise(caps: list[Fraction | None], where: str) -> None:
    """Refuse plain caps that do not rise from above 0; with a computed one (None) all may stand."""
    below: Fraction | int = 0
    for cap in caps if None not in caps else []:
        if cap is not None and cap <= below:
            raise Unreadable(f"{where}: the caps must rise from each to the next, and be above 0.")
        below = cap or 0
