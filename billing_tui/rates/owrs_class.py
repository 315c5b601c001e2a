"""One class of an OWRS file becomes one of ours: the terms of the bill are the charges."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from billing_tui.rates.errors import RateError
from billing_tui.rates.fields import read_name
from billing_tui.rates.formula import (
    Chain,
    Name,
    Node as Tree,
    parse_formula,
    write_node,
)
from billing_tui.rates.names import names_in, names_of_basis
from billing_tui.rates.owrs_fields import our_name, read_caps, read_leaf, read_list, read_table
from billing_tui.rates.schedule import (
    Basis,
    Charge,
    ChargeKind,
    Entry,
    Modified,
    Priced,
    RateClass,
    Table,
    Tiers,
    Value,
    Values,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from billing_tui.foundation.strict_yaml import Node

_LADDERS = {"Tiered", "Budget"}
_ONE = parse_formula("1")
_OF_THE_FILE = re.compile(r".*_(?:sur)?charge|flat_rate.*|tier_.*", re.IGNORECASE)
_DEFAULTS = {"days_in_period": parse_formula("30.4")}


@dataclass(slots=True)
class ClassReader:
    """Reads one class from its bill on; only the fields that the bill needs are read.

    Attributes:
        fields: the class as the file states it.
        threshold: whether tier starts are read as thresholds.
        spell: the form in which keys of tables are kept.
        charges: the charges found, by our names, in the order of the bill.
        values: the named values found.
        attributes: what accounts must state; "text" where it is a key, else "number".
        left_out: entries of tables that are refused while the class stands.
    """

    fields: Mapping[str, Node]
    threshold: bool
    spell: Callable[[str], str]
    charges: dict[str, Basis] = field(default_factory=dict)
    values: dict[str, Value] = field(default_factory=dict)
    attributes: dict[str, str] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    _waiting: list[str] = field(default_factory=list)

    def stands(self, name: str) -> bool:
        """Whether the file states a field of that name."""
        return self.fields.get(name) not in (None, "", [], {})

    # Names

    def find(self, name: str, within: str) -> str:
        """Our name of what an identifier means inside a field: input, the field, its _commodity.

        Inside fields whose name holds "drought", `name_drought` comes first.
        """
        ours = our_name(name)
        if ours == "usage":
            return ours
        if "drought" in within and self.stands(f"{name}_drought"):
            name = f"{name}_drought"
            ours = our_name(name)
        if self.stands(name):
            self._waiting.append(name)
        elif self.stands(f"{name}_commodity"):
            self._waiting.append(f"{name}_commodity")
            self.values.setdefault(ours, parse_formula(our_name(f"{name}_commodity")))
        elif _OF_THE_FILE.fullmatch(name):
            raise RateError(f"{name} is not defined.", field=within)
        elif name in _DEFAULTS:
            self.values.setdefault(ours, _DEFAULTS[name])
        else:
            self.attributes.setdefault(ours, "number")
        return ours

    def renamer(self, within: str) -> Callable[[str], str]:
        """How identifiers inside a field are renamed.

        In fields whose name holds "budget" each factor is rounded to whole units, half to even:
        `indoor+outdoor` sums two rounded numbers.
        """
        if "budget" not in within:
            return lambda name: self.find(name, within)

        def whole(name: str) -> str:
            ours = self.find(name, within)
            self.values[f"whole_{ours}"] = Modified(parse_formula(ours), round="half-even")
            return f"whole_{ours}"

        return whole

    def key_renamer(self, within: str) -> Callable[[str], str]:
        """How the keys of a field's table are renamed."""

        def rename(name: str) -> str:
            ours = self.find(name, within)
            if ours in self.attributes:
                self.attributes[ours] = "text"
            return ours

        return rename

    # Fields

    def read_all(self) -> None:
        """Read the fields that are waiting, and those that they lead to."""
        done: set[str] = set()
        while self._waiting:
            name = self._waiting.pop()
            if name not in done:
                done.add(name)
                self._read(name)

    def _read(self, name: str) -> None:
        ours = our_name(name)
        node = self.fields[name]
        try:
            if isinstance(node, str) and node in _LADDERS:
                self.charges[ours] = self._ladder(name, budget=node == "Budget")
            elif ours in self.charges:
                self.charges[ours] = Priced(self._value(name), _ONE)
            else:
                self.values[ours] = self._value(name)
        except RateError as error:
            raise RateError(f"{name}: {error.sentence}", field=name) from error

    def _value(self, name: str) -> Value:
        node, rename, whole = self.fields[name], self.renamer(name), "budget" in name
        if not isinstance(node, dict):
            return read_leaf(node, rename, whole=whole)
        return read_table(
            node,
            self.key_renamer(name),
            self.spell,
            lambda leaf: read_leaf(leaf, rename, whole=whole),
        )

    def _ladder(self, name: str, *, budget: bool) -> Tiers:
        if our_name(name) not in self.charges:
            raise RateError("it is tiered, and the bill does not name it by itself.")
        starts, prices = (
            self._list_field("tier_starts", name),
            self._list_field("tier_prices", name),
        )
        caps = self._choice(
            starts,
            lambda node: read_caps(
                node, self.renamer(starts), budget=budget, threshold=self.threshold
            ),
        )
        rates = self._choice(prices, lambda node: read_list(node, self.renamer(prices)))
        if isinstance(caps, tuple) and isinstance(rates, tuple) and len(rates) != len(caps) + 1:
            raise RateError(f"{len(caps) + 1} tier starts but {len(rates)} prices.")
        return Tiers(caps, rates)

    def _list_field(self, base: str, charge: str) -> str:
        stem = re.sub(r"_(sur)?charge\Z", "", charge)
        own = [] if stem == "commodity" else [f"{base}_{stem}", f"{base}_{stem.split('_')[-1]}"]
        for name in (*own, base, f"{base}_commodity"):
            if self.stands(name):
                return name
        raise RateError(f"{base} is not defined.", field=charge)

    def _choice(self, name: str, read: Callable[[Node], Values]) -> Values | Table:
        node = self.fields[name]
        if not isinstance(node, dict):
            return read(node)

        def keep(item: Node) -> Entry | None:
            try:
                return read(item)
            except RateError as error:
                self.left_out.append(f"{name}: {error.sentence}")
                return None

        table = read_table(node, self.key_renamer(name), self.spell, keep)
        if not table.entries:
            raise RateError(f"no entry of {name} can be used.")
        return table

    # The bill

    def read_bill(self) -> None:
        """The charges: each name added up in the bill, and whatever else stands beside them."""
        bill = self.fields.get("bill")
        if not isinstance(bill, str) or not bill:
            raise RateError("bill: a formula must stand here.", field="bill")
        terms = list(_terms(parse_formula(bill).tree))
        for sign, tree in terms:
            if sign == "+" and self._is_charge(tree):
                self._name_charge(tree)
        for number, (sign, tree) in enumerate(terms, 1):
            if not (sign == "+" and self._is_charge(tree)):
                self._other_term(number, sign, tree)

    def _is_charge(self, tree: Tree) -> bool:
        return isinstance(tree, Name) and self.stands(tree.name)

    def _name_charge(self, tree: Tree) -> None:
        if isinstance(tree, Name):
            ours = our_name(tree.name)
            if ours in self.charges:
                raise RateError(f"bill: {tree.name} is added twice.", field="bill")
            self.charges[ours] = Priced(_ONE, _ONE)
            self._waiting.append(tree.name)

    def _other_term(self, number: int, sign: str, tree: Tree) -> None:
        text = write_node(tree) if sign == "+" else f"- {write_node(tree)}"
        added = _bracketed_sum(tree) if sign == "+" else None
        if added and all(op == "+" and self._is_charge(item) for op, item in added):
            for _, item in added:
                self._name_charge(item)
            text += " - (" + " + ".join(write_node(item) for _, item in added) + ")"
        value = read_leaf(text, self.renamer("bill"))
        self.charges[f"other_{number}"] = Priced(value, _ONE)


def _terms(tree: Tree) -> Iterator[tuple[str, Tree]]:
    """The terms that a sum adds and takes away; sums inside added brackets are part of it."""
    if isinstance(tree, Chain) and tree.rest[0][0] in "+-":
        for sign, item in (("+", tree.first), *tree.rest):
            yield from _terms(item) if sign == "+" else ((sign, item),)
    else:
        yield "+", tree


def _bracketed_sum(tree: Tree) -> list[tuple[str, Tree]] | None:
    """The terms of the one sum that a product multiplies, or None."""
    if not isinstance(tree, Chain):
        return None
    operands = [("*", tree.first), *tree.rest]
    sums = [
        item for sign, item in operands
        if sign == "*" and isinstance(item, Chain) and item.rest[0][0] in "+-"
    ]  # fmt: skip
    return list(_terms(sums[0])) if len(sums) == 1 else None


def _reach(reader: ClassReader, names: Iterable[str]) -> set[str]:
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += names_in(reader.values.get(name))
    return found


def _ordered(reader: ClassReader) -> list[str]:
    """The charges, each after those that it refers to."""
    graph = {
        code: _reach(reader, names_of_basis(basis)) & reader.charges.keys()
        for code, basis in reader.charges.items()
    }
    try:
        return list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        raise RateError(f"the charges {', '.join(error.args[1])} form a circle.") from error


def _kind(code: str, reached: set[str]) -> ChargeKind:
    if code == "commodity_charge":
        return ChargeKind.USAGE
    if "usage" in reached or "surcharge" in code or code.startswith("other_"):
        return ChargeKind.SURCHARGE
    return ChargeKind.FIXED


def _charge(reader: ClassReader, code: str) -> Charge:
    basis = reader.charges[code]
    kind = _kind(code, _reach(reader, names_of_basis(basis)))
    return Charge(
        read_name(code, "bill"),
        "Other" if code.startswith("other_") else code.replace("_", " ").capitalize(),
        kind,
        f"water.{kind.value}",
        basis,
        prorate=False if isinstance(basis, Priced) else None,
    )


def read_owrs_class(reader: ClassReader, code: str) -> RateClass:
    """The class that `reader` was given; its attributes and left-out entries stay with it.

    Raises:
        RateError: naming the field that cannot be billed exactly.
    """
    reader.read_bill()
    reader.read_all()
    charges = tuple(_charge(reader, name) for name in _ordered(reader))
    return RateClass(code, code.replace("_", " ").title(), charges, reader.values)
