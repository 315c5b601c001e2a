"""How reads are keyed from paper: `data/policies/read_entry.yaml` as a value (RDG-3)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NoReturn

from billing_tui.foundation.data_files import data_path
from billing_tui.foundation.errors import Problem, ProblemsFound
from billing_tui.foundation.strict_yaml import read_yaml
from billing_tui.metering.checks import CheckName

if TYPE_CHECKING:
    from collections.abc import Mapping

    from billing_tui.foundation.strict_yaml import Node

_CODE_WIDTH = 2


@dataclass(frozen=True, slots=True)
class EntryPolicy:
    """What the utility has decided about keying.

    Attributes:
        skip: code to why a line has no reading.
        trouble: code to what is wrong with a meter that was read.
        sizes: meter sizes that are keyed twice.
        classes: rate classes that are keyed twice.
        other_person: the second keying takes another person than the first.
        ask_again: checks that ask for another look at once.
    """

    skip: Mapping[str, str]
    trouble: Mapping[str, str]
    sizes: frozenset[str]
    classes: frozenset[str]
    other_person: bool
    ask_again: frozenset[CheckName]

    @property
    def codes(self) -> dict[str, str]:
        """Every code with its meaning."""
        return {**self.skip, **self.trouble}

    def twice(self, size: str, rate_class: str) -> bool:
        """Whether a meter is keyed twice."""
        return size in self.sizes or rate_class in self.classes


def _refuse(where: str, sentence: str) -> NoReturn:
    problem = Problem(0, sentence, field=where)
    raise ProblemsFound(f"The policy of read entry cannot be used: {problem}", (problem,))


def _map(node: Node, where: str) -> dict[str, Node]:
    if not isinstance(node, dict):
        _refuse(where, "keys and values are expected here.")
    return node


def _words(node: Node, where: str) -> list[str]:
    if not isinstance(node, list):
        _refuse(where, "a list is expected here.")
    return [one for one in node if isinstance(one, str)]


def _yes(node: Node, where: str) -> bool:
    if node not in {"yes", "no"}:
        _refuse(where, "yes or no is expected here.")
    return node == "yes"


def _codes(node: Node, where: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for code, meaning in _map(node, where).items():
        if len(code) != _CODE_WIDTH or not (code.isascii() and code.isdigit()):
            _refuse(f"{where}.{code}", "a code is two figures.")
        if not isinstance(meaning, str) or not meaning:
            _refuse(f"{where}.{code}", "say what the code means.")
        found[code] = meaning
    return found


def _checks(node: Node) -> frozenset[CheckName]:
    known = {one.value for one in CheckName}
    for name in _words(node, "policy.ask_again"):
        if name not in known:
            _refuse("policy.ask_again", f"there is no check {name!r}.")
    return frozenset(CheckName(name) for name in _words(node, "policy.ask_again"))


def parse_entry_policy(text: str) -> EntryPolicy:
    """The policy that a YAML text tells.

    Raises:
        ProblemsFound: naming the key at fault.
    """
    told = _map(read_yaml(text), "policy")
    for key in ("skip", "trouble", "double_key", "ask_again"):
        if key not in told:
            _refuse(f"policy.{key}", "it is missing.")
    skip = _codes(told["skip"], "policy.skip")
    trouble = _codes(told["trouble"], "policy.trouble")
    if both := skip.keys() & trouble.keys():
        _refuse("policy.trouble", f"the code {min(both)} means two things.")
    double = _map(told["double_key"], "policy.double_key")
    return EntryPolicy(
        skip,
        trouble,
        frozenset(_words(double.get("sizes", []), "policy.double_key.sizes")),
        frozenset(_words(double.get("classes", []), "policy.double_key.classes")),
        _yes(double.get("other_person", "no"), "policy.double_key.other_person"),
        _checks(told["ask_again"]),
    )


@lru_cache(maxsize=1)
def shipped_entry_policy() -> EntryPolicy:
    """The policy in `data/policies/read_entry.yaml`."""
    text = data_path("policies", "read_entry.yaml").read_text(encoding="utf-8")
    return parse_entry_policy(text)
