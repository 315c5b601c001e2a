"""Values as trees: formulas, percentages and tables, with what stands beside them (section 3)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Generic, TypeVar

from billing_tui.billing.second_calculator.fields import Fields, listed
from billing_tui.billing.second_calculator.formula import Postfix, names_in, read_formula
from billing_tui.billing.second_calculator.refusals import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from billing_tui.foundation.strict_yaml import Node

_RANGE = re.compile(r"(-?[0-9]*\.?[0-9]+)?\.\.(-?[0-9]*\.?[0-9]+)?\Z")
_MODIFIERS = ("default", "at_least", "at_most", "round", "decimals")

Leaf = TypeVar("Leaf")
Bounds = tuple["Fraction | None", "Fraction | None"]


@dataclass(frozen=True, slots=True)
class Key:
    """What a level of a table looks up: a text, or a number in steps."""

    name: str
    in_steps: bool


@dataclass(frozen=True, slots=True, eq=False)
class Level(Generic[Leaf]):
    """One level of a table: what stands below each text, or each pair of bounds (above, up to)."""

    key: Key
    by_text: dict[str, Level[Leaf] | Leaf]
    by_bounds: tuple[tuple[Bounds, Level[Leaf] | Leaf], ...]

    def below(self) -> Iterator[Level[Leaf] | Leaf]:
        """Everything one step down."""
        yield from self.by_text.values()
        for _, entry in self.by_bounds:
            yield entry


@dataclass(frozen=True, slots=True, eq=False)
class Percentage:
    """So many hundredths of another value."""

    percent: Value
    of: Value


@dataclass(frozen=True, slots=True, eq=False)
class Value:
    """A body and its modifiers; compared by identity, so that its worth can be remembered."""

    body: Postfix | Percentage | Level[Value]
    default: Value | None = None
    at_least: Value | None = None
    at_most: Value | None = None
    rounding: tuple[str, int] | None = None


ValueList = tuple[Value, ...]


def read_value(node: Node, where: str) -> Value:
    """The value that a node writes."""
    if isinstance(node, str):
        return Value(read_formula(node))
    fields = Fields(node, where)
    body = _body(fields, where)
    modifiers = {
        name: read_value(fields.need(name), f"{where}, {name}") if name in fields else None
        for name in _MODIFIERS[:3]
    }
    value = Value(body, **modifiers, rounding=_rounding(fields))
    fields.done()
    return value


def _body(fields: Fields, where: str) -> Postfix | Percentage | Level[Value]:
    if "formula" in fields:
        return read_formula(fields.text("formula"))
    if "percent" in fields:
        percent = read_value(fields.need("percent"), where)
        return Percentage(percent, read_value(fields.need("of"), where))
    return read_table(fields, read_value)


def _rounding(fields: Fields) -> tuple[str, int] | None:
    if "round" not in fields:
        return None
    how = fields.word("round", "half-even", "half-up", "up", "down")
    decimals = fields.text("decimals", "0")
    if decimals not in {"0", "1", "2", "3", "4", "5", "6"}:
        raise Unreadable(f"{fields.where}: decimals must be 0 to 6.")
    return how, int(decimals)


def read_list(node: Node, where: str) -> ValueList:
    """A plain list of values."""
    return tuple(read_value(item, where) for item in listed(node, where))


def read_choice(node: Node, where: str) -> ValueList | Level[ValueList]:
    """A list of values, or a table that chooses one."""
    if isinstance(node, list):
        return read_list(node, where)
    fields = Fields(node, where)
    choice = read_table(fields, read_list)
    fields.done()
    return choice


def read_table(fields: Fields, leaf: Callable[[Node, str], Leaf]) -> Level[Leaf]:
    """The table that `by` and `table` write, one level for each key."""
    keys = tuple(
        _key(node, fields.where) for node in listed(fields.need("by"), f"{fields.where}, by")
    )
    if not keys:
        raise Unreadable(f"{fields.where}: a table needs a key.")
    return _level(keys, fields.need("table"), fields.where, leaf)


def _key(node: Node, where: str) -> Key:
    if isinstance(node, str):
        return Key(node, in_steps=False)
    fields = Fields(node, f"{where}, a key")
    key = Key(fields.text("range"), in_steps=True)
    fields.done()
    return key


def _level(
    keys: tuple[Key, ...], node: Node, where: str, leaf: Callable[[Node, str], Leaf]
) -> Level[Leaf]:
    if not isinstance(node, dict) or not node:
        raise Unreadable(f"{where}: the table needs a map for {keys[0].name!r}.")
    entries: dict[str, Level[Leaf] | Leaf] = {}
    for word, below in node.items():
        place = f"{where}, {word}"
        entries[word] = (
            _level(keys[1:], below, place, leaf) if len(keys) > 1 else leaf(below, place)
        )
    if not keys[0].in_steps:
        return Level(keys[0], entries, ())
    bounds = [_bounds(word, where) for word in entries]
    for (_, end), (start, _) in pairwise(bounds):
        if end is None or end != start:
            raise Unreadable(f"{where}: the steps must follow each other without gap or overlap.")
    return Level(keys[0], {}, tuple(zip(bounds, entries.values(), strict=True)))


def _bounds(word: str, where: str) -> Bounds:
    match = _RANGE.match(word)
    if match is None:
        raise Unreadable(f"{where}: {word!r} is no step; write 7500..20000, ..7500 or 20000..")
    low, high = (None if side is None else Fraction(side) for side in match.groups())
    if low is not None and high is not None and low >= high:
        raise Unreadable(f"{where}: the step {word!r} is empty.")
    return low, high


def table_parts(level: Level[Leaf]) -> tuple[frozenset[str], tuple[Leaf, ...]]:
    """The names that a table's keys ask for, and all its innermost entries."""
    names, leaves = {level.key.name}, list[Leaf]()
    for entry in level.below():
        if isinstance(entry, Level):
            deeper_names, deeper = table_parts(entry)
            names |= deeper_names
            leaves.extend(deeper)
        else:
            leaves.append(entry)
    return frozenset(names), tuple(leaves)


def mentions(value: Value) -> tuple[frozenset[str], tuple[Value, ...]]:
    """The names that a value mentions itself, and the values that it is made of."""
    beside = tuple(v for v in (value.default, value.at_least, value.at_most) if v is not None)
    body = value.body
    if isinstance(body, Percentage):
        return frozenset(), (body.percent, body.of, *beside)
    if isinstance(body, Level):
        names, leaves = table_parts(body)
        return names, (*leaves, *beside)
    return names_in(body), beside
