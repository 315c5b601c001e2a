"""The limits that reads are held against: `data/policies/read_checks.yaml` as a value."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NoReturn

from billing_tui.foundation.data_files import data_path
from billing_tui.foundation.errors import Problem, ProblemsFound
from billing_tui.foundation.strict_yaml import read_yaml
from billing_tui.foundation.units import UnitMismatch, parse_unit
from billing_tui.metering.layout_values import BadValueError, number

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from billing_tui.foundation.strict_yaml import Node
    from billing_tui.foundation.units import Unit

BASELINES = ("median", "last_year", "prior")
"""What daily use is held against: median of 12 months, same period last year, period before."""


@dataclass(frozen=True, slots=True)
class ClassLimits:
    """The limits of one class of customers.

    Attributes:
        high: baseline to the ratio above which daily use is high.
        low: baseline to the ratio below which it is low.
        floor_milli: unit to the least difference in a period that matters, in thousandths.
        very_high: ratio to the median above which somebody must decide.
    """

    high: Mapping[str, Decimal]
    low: Mapping[str, Decimal]
    floor_milli: Mapping[Unit, int]
    very_high: Decimal


@dataclass(frozen=True, slots=True)
class ReadPolicy:
    """Everything that the checks and the estimates need to know of the utility's policy.

    Attributes:
        rollover_share: largest share of a register's capacity that a rollover may take.
        early: fewer days than this since the last read are early.
        late: more days than this are late.
        zero_periods: periods in a row without usage on an occupied place that call for a look.
        stuck_periods: periods in a row with the very same reading that mean a stopped register.
        estimates_in_row: so many estimates may follow each other.
        large_sizes: meter sizes that a person always looks at.
        classes: rate class to its limits; `default` is always there.
    """

    rollover_share: Decimal
    early: int
    late: int
    zero_periods: int
    stuck_periods: int
    estimates_in_row: int
    large_sizes: frozenset[str]
    classes: Mapping[str, ClassLimits]

    def limits(self, rate_class: str) -> ClassLimits:
        """The limits of a class, or the default ones."""
        return self.classes.get(rate_class) or self.classes["default"]


def _refuse(where: str, sentence: str) -> NoReturn:
    problem = Problem(0, sentence, field=where)
    raise ProblemsFound(f"The policy of read checks cannot be used: {problem}", (problem,))


def _map(node: Node, where: str) -> dict[str, Node]:
    if not isinstance(node, dict):
        _refuse(where, "keys and values are expected here.")
    return node


def _take(node: dict[str, Node], key: str, where: str) -> Node:
    if key not in node:
        _refuse(f"{where}.{key}", "it is missing.")
    return node[key]


def _number(node: Node, where: str) -> Decimal:
    try:
        value = number(node if isinstance(node, str) else "")
    except BadValueError as error:
        _refuse(where, str(error))
    if value <= 0:
        _refuse(where, "a number above zero is needed.")
    return value


def _ratios(node: Node, where: str) -> dict[str, Decimal]:
    found = _map(node, where)
    for key in found:
        if key not in BASELINES:
            _refuse(f"{where}.{key}", f"it is none of {', '.join(BASELINES)}.")
    return {key: _number(value, f"{where}.{key}") for key, value in found.items()}


def _class(node: Node, where: str) -> ClassLimits:
    told = _map(node, where)
    floors: dict[Unit, int] = {}
    for name, value in _map(_take(told, "floor", where), f"{where}.floor").items():
        try:
            unit = parse_unit(name)
        except UnitMismatch as error:
            _refuse(f"{where}.floor", error.sentence)
        floors[unit] = int(_number(value, f"{where}.floor.{name}") * 1000)
    return ClassLimits(
        _ratios(_take(told, "high", where), f"{where}.high"),
        _ratios(_take(told, "low", where), f"{where}.low"),
        floors,
        _number(_take(told, "very_high", where), f"{where}.very_high"),
    )


def _classes(told: dict[str, Node]) -> dict[str, ClassLimits]:
    """Limits by rate class; a group of classes lists their `names`."""
    found: dict[str, ClassLimits] = {}
    for name, node in told.items():
        where = f"policy.classes.{name}"
        names = _map(node, where).get("names", [])
        if not isinstance(names, list):
            _refuse(f"{where}.names", "a list of rate classes is expected here.")
        limits = _class(node, where)
        for one in (name, *(other for other in names if isinstance(other, str))):
            if one in found:
                _refuse(f"{where}.names", f"the class {one!r} has limits already.")
            found[one] = limits
    return found


def parse_policy(text: str) -> ReadPolicy:
    """The policy that a YAML text tells.

    Raises:
        ProblemsFound: naming the key at fault.
    """
    told = _map(read_yaml(text), "policy")
    sizes = _take(told, "large_meters", "policy")
    classes = _map(_take(told, "classes", "policy"), "policy.classes")
    if not isinstance(sizes, list) or "default" not in classes:
        _refuse("policy", "`large_meters` is a list, and `classes` has a `default`.")

    def count(key: str) -> int:
        value = _number(_take(told, key, "policy"), f"policy.{key}")
        if value != int(value):
            _refuse(f"policy.{key}", "a whole number is needed.")
        return int(value)

    return ReadPolicy(
        rollover_share=_number(_take(told, "rollover_share", "policy"), "policy.rollover_share"),
        early=count("early_days"),
        late=count("late_days"),
        zero_periods=count("zero_periods"),
        stuck_periods=count("stuck_periods"),
        estimates_in_row=count("estimates_in_row"),
        large_sizes=frozenset(size for size in sizes if isinstance(size, str)),
        classes=_classes(classes),
    )


@lru_cache(maxsize=1)
def shipped_policy() -> ReadPolicy:
    """The policy in `data/policies/read_checks.yaml`."""
    return parse_policy(data_path("policies", "read_checks.yaml").read_text(encoding="utf-8"))
