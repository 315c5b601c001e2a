"""Fields of an Open Water Rate Specification class: texts, tables and lists become our values.

The readings are those of the specification's own calculators, stated in docstrings; anything else
is refused by name. Nothing is evaluated.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING

from billing_tui.rates.errors import RateError
from billing_tui.rates.exact import EXACT, ONE, plain, subtract
from billing_tui.rates.formula import Formula, is_name, parse_formula, tokens
from billing_tui.rates.ladder import must_rise
from billing_tui.rates.schedule import (
    RESERVED,
    Entry,
    Key,
    Modified,
    Percent,
    Table,
    Value,
    Values,
)

if TYPE_CHECKING:
    from billing_tui.foundation.strict_yaml import Node

_MIXED = re.compile(r"([0-9]+)[|_ -]+([0-9]+/[0-9]+)", re.ASCII)
_PERCENT = re.compile(r"([0-9]+(?:\.[0-9]+)?) *%\Z", re.ASCII)
_USAGE = "usage_ccf"

Rename = Callable[[str], str]
"""Gives our name of an identifier that a field mentions."""


def our_name(name: str) -> str:
    """Our name of an OWRS identifier: `usage_ccf` is the usage; ours that mean more are marked."""
    if name == _USAGE:
        return "usage"
    return f"{name}_given" if name in RESERVED else name


def as_written(text: str) -> str:
    """A key or attribute as it stands: the specification compares texts."""
    return text


def normal_text(text: str) -> str:
    """One form of mixed sizes: 1|1/2", 1_1/2", 1-1/2" and 1 1/2" are the same meter."""
    return _MIXED.sub(r"\1 \2", text.strip())


def split_key(text: str, arity: int) -> list[str]:
    """The parts of a table's key; a bar inside a mixed size is not taken for a separator."""
    parts = text.split("|") if arity > 1 else [text]
    if len(parts) > arity:
        sealed = _MIXED.sub(lambda match: match.group().replace("|", "\n"), text)
        parts = [part.replace("\n", "|") for part in sealed.split("|")]
    if len(parts) != arity:
        raise RateError(f"the key {text[:60]!r} has not {arity} parts.")
    return parts


def read_formula(text: str, rename: Rename, *, whole: bool) -> Formula:
    """A formula with our names; `whole` rounds its numbers to whole units, half to even."""
    pieces = []
    for word in tokens(text):
        if is_name(word):
            pieces.append(rename(word))
        else:
            pieces.append(_whole(word) if whole and word not in "+-*/^()" else word)
    return parse_formula(" ".join(pieces))


def _whole(number: str) -> str:
    return plain(Decimal(number).to_integral_value(ROUND_HALF_EVEN, EXACT))


def read_leaf(node: Node, rename: Rename, *, whole: bool = False) -> Formula:
    """A number or formula, or a list of one."""
    if isinstance(node, list) and len(node) == 1:
        node = node[0]
    if not isinstance(node, str) or not node.strip():
        raise RateError("a number or formula must stand here.")
    return read_formula(node, rename, whole=whole)


def _keys(node: Node, rename: Rename) -> tuple[Key, ...]:
    names = node if isinstance(node, list) else [node]
    if not names or not all(isinstance(name, str) and name for name in names):
        raise RateError("depends_on must name attributes.")
    return tuple(Key(rename(str(name).strip())) for name in names)


def read_table(
    node: Mapping[str, Node],
    rename: Rename,
    spell: Callable[[str], str],
    read: Callable[[Node], Entry | None],
) -> Table:
    """A `depends_on` / `values` table; an entry that `read` gives None for is left out.

    `spell` gives the form in which keys are kept: `normal_text` or `as_written`.
    """
    if set(node) != {"depends_on", "values"}:
        listed = ", ".join(node)
        raise RateError(f"only depends_on and values are understood; there are {listed}.")
    keys = _keys(node["depends_on"], rename)
    values = node["values"]
    if not isinstance(values, dict) or not values:
        raise RateError("values must be a map.")
    root: dict[str, Entry] = {}
    for text, item in values.items():
        entry = read(item)
        if entry is not None:
            parts = [spell(part) for part in split_key(text, len(keys))]
            _place(root, parts, entry, text)
    return Table(keys, root)


def _place(root: dict[str, Entry], parts: list[str], entry: Entry, text: str) -> None:
    branch = root
    for part in parts[:-1]:
        deeper = branch.setdefault(part, {})
        if not isinstance(deeper, dict):
            raise RateError(f"the key {text!r} stands for two things.")
        branch = deeper
    if branch.get(parts[-1], entry) != entry:
        raise RateError(f"the key {text!r} stands twice, with different values.")
    branch[parts[-1]] = entry


def read_list(node: Node, rename: Rename) -> Values:
    """A list of prices; a single number is a list of one."""
    items = node if isinstance(node, list) else [node]
    return tuple(read_leaf(item, rename) for item in items)


def read_caps(node: Node, rename: Rename, *, budget: bool, threshold: bool) -> Values:
    """Inclusive caps from tier starts; the first start is where the first tier starts, always.

    In a Tiered charge a start is the first unit billed in the tier, so the cap before it is one
    less (`threshold` reads it as the cap itself). In a Budget charge the start is the cap before
    it: a number as it is; an allocation, or a percentage of the budget, rounded to whole units.

    Raises:
        RateError: where starts that are numbers do not rise.
    """
    items = (node if isinstance(node, list) else [node])[1:]
    read_cap = _budget_cap if budget else _tier_cap
    caps = tuple(read_cap(item, rename, threshold) for item in items)
    numbers = [cap.number for cap in caps if isinstance(cap, Formula)]
    must_rise([number for number in numbers if number is not None])
    return caps


def _tier_cap(node: Node, rename: Rename, threshold: bool) -> Value:  # noqa: FBT001 - as its twin
    start = read_leaf(node, rename)
    if threshold:
        return start
    if start.number is not None:
        return parse_formula(plain(subtract(start.number, ONE)))
    return parse_formula(f"({start.text}) - 1")


def _budget_cap(node: Node, rename: Rename, _: bool) -> Value:  # noqa: FBT001 - as its twin
    match = _PERCENT.match(node.strip()) if isinstance(node, str) else None
    if match:
        percent, budget = parse_formula(match[1]), parse_formula(rename("budget"))
        return Modified(Percent(percent, budget), round="half-even")
    start = read_leaf(node, rename)
    return start if start.number is not None else Modified(start, round="half-even")
