"""How exact a meter must be: `data/policies/meter_tests.yaml` as a value."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NoReturn

from billing_tui.foundation.data_files import data_path
from billing_tui.foundation.errors import InvalidEntry, Problem, ProblemsFound
from billing_tui.foundation.strict_yaml import read_yaml
from billing_tui.foundation.units import ELECTRIC
from billing_tui.metering.layout_values import BadValueError, number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from billing_tui.foundation.strict_yaml import Node

FLOWS = ("low", "medium", "high")
"""Test flows, least first."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a kind of meter must show.

    Attributes:
        source: where the limits come from, for people.
        flows: test flow to the least and the most, per cent in thousandths, both allowed.
    """

    source: str
    flows: Mapping[str, tuple[int, int]]

    def holds(self, flow: str, milli: int) -> bool:
        """Whether an accuracy lies within the limits of a flow."""
        least, most = self.flows[flow]
        return least <= milli <= most


def _refuse(where: str, sentence: str) -> NoReturn:
    problem = Problem(0, sentence, field=where)
    raise ProblemsFound(f"The policy of meter tests cannot be used: {problem}", (problem,))


def _pair(node: Node, where: str) -> tuple[int, int]:
    if not isinstance(node, list) or len(node) != 2:
        _refuse(where, "two limits are needed, the least and the most.")
    try:
        least, most = (int(number(one if isinstance(one, str) else "") * 1000) for one in node)
    except BadValueError as error:
        _refuse(where, str(error))
    if not 0 < least < most:
        _refuse(where, "the least comes first and is above zero.")
    return least, most


def parse_limits(text: str) -> dict[str, Limits]:
    """Kind of meter to its limits, as a YAML text tells them.

    Raises:
        ProblemsFound: naming the key at fault.
    """
    tree = read_yaml(text)
    if not isinstance(tree, dict):
        _refuse("policy", "kinds of meter are expected.")
    found = {}
    for kind, told in tree.items():
        if not isinstance(told, dict) or not isinstance(told.get("source"), str):
            _refuse(kind, "a source and three flows are expected.")
        missing = [flow for flow in FLOWS if flow not in told]
        if missing:
            _refuse(f"{kind}.{missing[0]}", "it is missing.")
        flows = {flow: _pair(told[flow], f"{kind}.{flow}") for flow in FLOWS}
        found[kind] = Limits(str(told["source"]).strip(), flows)
    return found


@lru_cache(maxsize=1)
def shipped_limits() -> dict[str, Limits]:
    """The limits that the office ships with."""
    return parse_limits(data_path("policies/meter_tests.yaml").read_text(encoding="utf-8"))


def limits_for(unit: str) -> Limits:
    """The limits of meters that count in a unit.

    Raises:
        InvalidEntry: the policy has none.
    """
    kind = "electric" if unit in ELECTRIC else "water"
    limits = shipped_limits().get(kind)
    if limits is None:
        raise InvalidEntry(f"The policy has no limits for {kind} meters.", field="meter")
    return limits
