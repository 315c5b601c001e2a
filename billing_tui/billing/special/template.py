"""The templates of special bills: `data/policies/special_bills.yaml` as values, checked on reading.

Inputs and formulas are described at the head of that file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from billing_tui.access.chain import digest_of
from billing_tui.foundation.data_files import data_path
from billing_tui.foundation.errors import (
    BillingError,
    InvalidEntry,
    NotFound,
    Problem,
    ProblemsFound,
)
from billing_tui.foundation.strict_yaml import read_yaml
from billing_tui.rates.exact import parse_number
from billing_tui.rates.formula import is_name, parse_formula
from billing_tui.records.kinds import ServiceKind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from billing_tui.foundation.strict_yaml import Node
    from billing_tui.rates.formula import Formula

_FINEST = 6


class InputType(StrEnum):
    """What an input takes."""

    WHOLE = "whole"
    QUANTITY = "quantity"
    MONEY = "money"
    PERCENT = "percent"
    DAY = "day"
    TEXT = "text"
    BILL = "bill"

    @property
    def is_number(self) -> bool:
        """Whether formulas may use it."""
        return self in {self.WHOLE, self.QUANTITY, self.MONEY, self.PERCENT}


@dataclass(frozen=True, slots=True)
class Input:
    """What the clerk keys; `default` is "" where it must be keyed."""

    name: str
    label: str
    type: InputType
    unit: str = ""
    least: Decimal = Decimal(0)
    most: Decimal | None = None
    default: str = ""


@dataclass(frozen=True, slots=True)
class SchedulePrice:
    """A price of a rate schedule as it is in force on the day of the bill."""

    schedule: str
    rate_class: str
    charge: str
    tier: int | None
    attributes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TemplateLine:
    """A line: quantity, to so many decimals if `round` says, times price."""

    label: str
    revenue: str
    quantity: Formula
    unit: str
    price: Formula
    round: int | None = None


@dataclass(frozen=True, slots=True)
class LeakPolicy:
    """How a leak is adjusted: see the file."""

    share_percent: Decimal
    once_months: int
    within_days: int
    most_cents: int


@dataclass(frozen=True, slots=True)
class Template:
    """One sort of special bill.

    Attributes:
        code: its name in the file.
        citation: what allows the charge.
        service: whose receivable it is.
        due_days: from the day of the bill.
        approval: kind of the approval policy, "" where none is needed.
        values: named prices and formulas, in order.
        leak: the policy by which a bill is priced anew; then there are no lines.
        digest: of everything above, so that a change of the file shows.
    """

    code: str
    title: str
    version: str
    citation: str
    service: ServiceKind
    due_days: int
    approval: str
    inputs: tuple[Input, ...]
    values: Mapping[str, Formula | SchedulePrice]
    lines: tuple[TemplateLine, ...]
    leak: LeakPolicy | None
    digest: str = field(default="", compare=False)


def _map(node: Node | None, where: str) -> dict[str, Node]:
    if not isinstance(node, dict):
        raise InvalidEntry("Keys and values are expected here.", field=where)
    return node


def _list(node: Node | None, where: str) -> list[Node]:
    if not isinstance(node, list):
        raise InvalidEntry("A list is expected here.", field=where)
    return node


def _text(node: Mapping[str, Node], key: str, where: str, default: str | None = None) -> str:
    found = node.get(key, default)
    if not isinstance(found, str) or (not found and default is None):
        raise InvalidEntry("It is missing.", field=f"{where}.{key}")
    return found


def _number(text: str, where: str) -> Decimal:
    found = parse_number(text)
    if found is None or found < 0:
        raise InvalidEntry(f"{text[:40]!r} is no number of zero or more.", field=where)
    return found


def _whole(text: str, where: str) -> int:
    found = _number(text, where)
    if found != int(found):
        raise InvalidEntry("A whole number is needed.", field=where)
    return int(found)


def _only(node: Mapping[str, Node], known: set[str], where: str) -> None:
    odd = sorted(node.keys() - known)
    if odd:
        raise InvalidEntry(f"{odd[0]!r} is not known here.", field=where)


def _input(node: Node, where: str) -> Input:
    told = _map(node, where)
    _only(told, {"name", "label", "type", "unit", "least", "most", "default"}, where)
    name, kind = _text(told, "name", where), _text(told, "type", where)
    if kind not in set(InputType):
        raise InvalidEntry(f"{kind!r} is no type of an input.", field=f"{where}.type")
    if not is_name(name):
        raise InvalidEntry(f"{name!r} is no name.", field=f"{where}.name")
    most = _text(told, "most", where, "")
    return Input(
        name=name,
        label=_text(told, "label", where),
        type=InputType(kind),
        unit=_text(told, "unit", where, ""),
        least=_number(_text(told, "least", where, "0"), f"{where}.least"),
        most=_number(most, f"{where}.most") if most else None,
        default=_text(told, "default", where, ""),
    )


def _formula(text: str, known: set[str], where: str) -> Formula:
    try:
        formula = parse_formula(text)
    except BillingError as error:
        raise InvalidEntry(error.sentence, field=where) from error
    odd = sorted(formula.names - known)
    if odd:
        raise InvalidEntry(f"{odd[0]!r} is no number that is known here.", field=where)
    return formula


def _price(node: dict[str, Node], where: str) -> SchedulePrice:
    _only(node, {"schedule", "class", "charge", "tier", "with"}, where)
    tier = _text(node, "tier", where, "")
    stated = _map(node.get("with", {}), f"{where}.with")
    return SchedulePrice(
        _text(node, "schedule", where),
        _text(node, "class", where),
        _text(node, "charge", where),
        _whole(tier, f"{where}.tier") if tier else None,
        {name: str(value) for name, value in stated.items()},
    )


def _line(node: Node, known: set[str], where: str) -> TemplateLine:
    told = _map(node, where)
    _only(told, {"label", "revenue", "quantity", "unit", "price", "round"}, where)
    digits = _text(told, "round", where, "")
    places = _whole(digits, f"{where}.round") if digits else None
    if places is not None and places > _FINEST:
        raise InvalidEntry(f"At most {_FINEST} decimals.", field=f"{where}.round")
    return TemplateLine(
        _text(told, "label", where),
        _text(told, "revenue", where),
        _formula(_text(told, "quantity", where), known, f"{where}.quantity"),
        _text(told, "unit", where, ""),
        _formula(_text(told, "price", where), known, f"{where}.price"),
        places,
    )


def _leak(node: Node, where: str) -> LeakPolicy:
    told = _map(node, where)
    numbers = ("share_percent", "once_months", "within_days", "most")
    _only(told, {*numbers}, where)
    share, months, days, most = (
        _number(_text(told, key, where), f"{where}.{key}") for key in numbers
    )
    if not 0 < share <= 100:
        raise InvalidEntry("A share is above 0 and at most 100.", field=f"{where}.share_percent")
    return LeakPolicy(share, int(months), int(days), int(most * 100))


_KEYS = {
    "title", "version", "citation", "service", "due_days", "approval", "inputs", "values", "lines",
    "leak",
}  # fmt: skip


def _template(code: str, node: Node) -> Template:
    told = _map(node, code)
    _only(told, _KEYS, code)
    inputs = tuple(_input(one, f"{code}.inputs") for one in _list(told.get("inputs"), code))
    if len({one.name for one in inputs}) < len(inputs):
        raise InvalidEntry("An input stands twice.", field=f"{code}.inputs")
    known = {one.name for one in inputs if one.type.is_number}
    values: dict[str, Formula | SchedulePrice] = {}
    for name, value in _map(told.get("values", {}), f"{code}.values").items():
        where = f"{code}.values.{name}"
        if name in known or not is_name(name):
            raise InvalidEntry(f"{name!r} cannot name a value.", field=where)
        price = _price(value, where) if isinstance(value, dict) else None
        values[name] = price or _formula(str(value), known, where)
        known.add(name)
    service, approval = _text(told, "service", code), _text(told, "approval", code)
    if service not in set(ServiceKind):
        raise InvalidEntry(f"{service!r} is no service.", field=f"{code}.service")
    lines = [_line(one, known, f"{code}.lines") for one in _list(told.get("lines", []), code)]
    leak = _leak(told["leak"], f"{code}.leak") if "leak" in told else None
    if (leak is None) == (not lines):
        raise InvalidEntry("It has lines, or else a leak policy.", field=code)
    return Template(
        code=code,
        title=_text(told, "title", code),
        version=_text(told, "version", code),
        citation=_text(told, "citation", code),
        service=ServiceKind(service),
        due_days=_whole(_text(told, "due_days", code), f"{code}.due_days"),
        approval="" if approval == "none" else approval,
        inputs=inputs,
        values=values,
        lines=tuple(lines),
        leak=leak,
        digest=digest_of(told),
    )


def special_templates(text: str) -> Mapping[str, Template]:
    """Template by code, in the order of the text.

    Raises:
        ProblemsFound: the first thing that is wrong, and where.
    """
    try:
        found = _map(_map(read_yaml(text), "").get("templates"), "templates")
        return {code: _template(code, node) for code, node in found.items()}
    except InvalidEntry as error:
        problem = Problem(0, error.sentence, error.field or "")
        told = f"The templates of special bills cannot be used: {problem}"
        raise ProblemsFound(told, (problem,)) from error


def read_templates(path: Path | None = None) -> Mapping[str, Template]:
    """The templates of a file, by default the shipped one."""
    source = path or data_path("policies", "special_bills.yaml")
    return special_templates(source.read_text(encoding="utf-8"))


def find_template(code: str) -> Template:
    """One template. Raises `NotFound`."""
    templates = read_templates()
    if code not in templates:
        known = ", ".join(templates)
        raise NotFound(f"There is no template {code[:40]!r}; there are {known}.", field="template")
    return templates[code]
