"""Charges and classes as they are written in a schedule file, both ways."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from billing_tui.rates.fields import Fields, fields_of, read_list, read_name, read_text, wrong
from billing_tui.rates.formula import parse_formula
from billing_tui.rates.schedule import (
    Basis,
    Charge,
    ChargeKind,
    Minimum,
    Priced,
    RateClass,
    Share,
    Tiers,
    Value,
)
from billing_tui.rates.value_text import read_tiers, read_value, tiers_node, value_node

if TYPE_CHECKING:
    from billing_tui.foundation.strict_yaml import Node

_BASES = ("amount", "price", "tiers", "percent", "minimum")
_ONE = parse_formula("1")


def _flag(node: Node, path: str) -> bool:
    if node not in {"yes", "no"}:
        raise wrong(path, "yes or no must stand here.")
    return node == "yes"


def _codes(node: Node, path: str) -> tuple[str, ...]:
    codes = tuple(read_name(read_text(item, path), path) for item in read_list(node, path))
    if not codes or len(set(codes)) < len(codes):
        raise wrong(path, "a list of different codes must stand here.")
    return codes


def _basis(fields: Fields) -> Basis:
    given = [key for key in _BASES if key in fields]
    if len(given) != 1:
        raise wrong(fields.path, f"exactly one of {', '.join(_BASES)} must stand here.")
    match given[0]:
        case "amount":
            return Priced(fields.need("amount", read_value), _ONE)
        case "price":
            return Priced(
                fields.need("price", read_value), fields.take("quantity", read_value, None)
            )
        case "tiers":
            return fields.need("tiers", read_tiers)
        case "percent":
            return Share(
                fields.need("percent", read_value),
                fields.need("of", _codes),
                fields.take("at_most", read_value, None),
            )
        case _:
            return Minimum(fields.need("minimum", read_value), fields.need("of", _codes))


def read_charge(node: Node, path: str) -> Charge:
    """One charge."""
    fields = fields_of(node, path)
    code = read_name(fields.need("code", read_text), path)
    fields.path = f"{path} {code}"
    kind = ChargeKind(fields.word("kind", tuple(kind.value for kind in ChargeKind)))
    basis = _basis(fields)
    prorate: bool | None = fields.take("prorate", _flag, None)
    charge = Charge(
        code,
        fields.need("label", read_text),
        kind,
        fields.need("revenue", read_text),
        basis,
        fields.take("unit", read_text, None),
        prorate,
        fields.take("omit_zero", _flag, default=False),
        fields.take("funding", read_text, ""),
    )
    fields.done()
    if kind is ChargeKind.DISCOUNT and not charge.funding:
        raise wrong(fields.path, "a discount states its funding: who pays for it.")
    return charge


def read_named_values(fields: Fields) -> dict[str, Value]:
    """The named values of a schedule or class."""
    return {
        read_name(name, path): read_value(node, path) for name, node, path in fields.each("values")
    }


def read_class(code: str, node: Node, path: str) -> RateClass:
    """One class of customers."""
    fields = fields_of(node, path)
    values = read_named_values(fields)
    charges = tuple(
        read_charge(item, f"{path}.charges[{at}]")
        for at, item in enumerate(fields.need("charges", read_list), 1)
    )
    rate_class = RateClass(code, fields.take("title", read_text, code), charges, values)
    fields.done()
    if not charges:
        raise wrong(path, "a class has at least one charge.")
    return rate_class


def _basis_node(basis: Basis) -> dict[str, Any]:
    match basis:
        case Priced() if basis.quantity == _ONE:
            return {"amount": value_node(basis.price)}
        case Priced():
            quantity = (
                {"quantity": value_node(basis.quantity)} if basis.quantity is not None else {}
            )
            return {"price": value_node(basis.price), **quantity}
        case Tiers():
            return {"tiers": tiers_node(basis)}
        case Share():
            most = {"at_most": value_node(basis.at_most)} if basis.at_most is not None else {}
            return {"percent": value_node(basis.percent), "of": list(basis.of), **most}
        case Minimum():
            return {"minimum": value_node(basis.value), "of": list(basis.of)}


def charge_node(charge: Charge) -> dict[str, Any]:
    """A charge as `read_charge` reads it."""
    node = {
        "code": charge.code,
        "label": charge.label,
        "kind": charge.kind.value,
        "revenue": charge.revenue,
        **_basis_node(charge.basis),
    }
    if charge.unit is not None:
        node["unit"] = charge.unit
    if charge.prorate is not None:
        node["prorate"] = "yes" if charge.prorate else "no"
    if charge.omit_zero:
        node["omit_zero"] = "yes"
    if charge.funding:
        node["funding"] = charge.funding
    return node


def class_node(rate_class: RateClass) -> dict[str, Any]:
    """A class as `read_class` reads it."""
    values = {name: value_node(value) for name, value in rate_class.values.items()}
    return {
        "title": rate_class.title,
        **({"values": values} if values else {}),
        "charges": [charge_node(charge) for charge in rate_class.charges],
    }
