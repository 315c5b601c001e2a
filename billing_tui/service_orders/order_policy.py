"""What may come back from the field: `data/policies/service_orders.yaml` as a value (SVO-3)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NoReturn

from billing_tui.foundation.data_files import data_path
from billing_tui.foundation.errors import Problem, ProblemsFound
from billing_tui.foundation.strict_yaml import read_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

_CODE_WIDTH = 2


@dataclass(frozen=True, slots=True)
class OrderPolicy:
    """What the utility has decided about orders.

    Attributes:
        unable: code to why an order could not be carried out.
    """

    unable: Mapping[str, str]


def _refuse(where: str, sentence: str) -> NoReturn:
    problem = Problem(0, sentence, field=where)
    raise ProblemsFound(f"The policy of service orders cannot be used: {problem}", (problem,))


def parse_order_policy(text: str) -> OrderPolicy:
    """The policy that a YAML text tells.

    Raises:
        ProblemsFound: naming the key at fault.
    """
    told = read_yaml(text)
    codes = told.get("unable") if isinstance(told, dict) else None
    if not isinstance(codes, dict):
        _refuse("unable", "codes with their meanings are expected here.")
    unable: dict[str, str] = {}
    for code, meaning in codes.items():
        if len(code) != _CODE_WIDTH or not (code.isascii() and code.isdigit()):
            _refuse(f"unable.{code}", "a code is two figures.")
        if not isinstance(meaning, str) or not meaning:
            _refuse(f"unable.{code}", "say what the code means.")
        unable[code] = meaning
    return OrderPolicy(unable)


@lru_cache(maxsize=1)
def shipped_order_policy() -> OrderPolicy:
    """The policy in `data/policies/service_orders.yaml`."""
    text = data_path("policies", "service_orders.yaml").read_text(encoding="utf-8")
    return parse_order_policy(text)
