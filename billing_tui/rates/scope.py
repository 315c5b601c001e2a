"""Values become closures; a scope is what a closure sees while one part of a period is rated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from billing_tui.rates.errors import InputMissing, RateError
from billing_tui.rates.exact import HUNDRED, divide, multiply, parse_number, plain, round_to
from billing_tui.rates.formula import Evaluator, Formula, compile_node
from billing_tui.rates.keys import find_text, parse_steps
from billing_tui.rates.names import Meaning, Names
from billing_tui.rates.schedule import Entry, Key, Modified, Percent, Table, Value, Values


@dataclass(slots=True)
class Scope:
    """What one part of one service's period knows.

    Attributes:
        attributes: what the account states, as text.
        days: days of the part.
        standard_days: of the proration policy, if it has any.
        month: 1 to 12, of the season's day.
        seasons: the season of each calendar in that month.
        fixed: values that depend on nothing below, computed once.
        usage: the part's usage, in the schedule's unit.
        related: what other services hand over.
        seen: the charges before, as others see them, in dollars.
        fresh: values that depend on usage, related or seen.
    """

    attributes: Mapping[str, str]
    days: int
    standard_days: int | None
    month: int
    seasons: Mapping[str, str]
    fixed: dict[str, Decimal] = field(default_factory=dict)
    usage: Decimal | None = None
    related: Mapping[str, Decimal] = field(default_factory=dict)
    seen: dict[str, Decimal] = field(default_factory=dict)
    fresh: dict[str, Decimal] = field(default_factory=dict)

    def of_bill(
        self, usage: Decimal | None, related: Mapping[str, Decimal], seen: dict[str, Decimal]
    ) -> Scope:
        """The scope of one bill: what is fixed is shared, the rest is its own."""
        return Scope(
            self.attributes,
            self.days,
            self.standard_days,
            self.month,
            self.seasons,
            self.fixed,
            usage,
            related,
            seen,
        )

    def text(self, name: str) -> str:
        """An attribute's text."""
        text = self.attributes.get(name, "")
        if not text:
            raise InputMissing(f"the attribute {name} is not given.", field=name)
        return text

    def number(self, name: str) -> Decimal:
        """An attribute's number."""
        number = parse_number(self.text(name))
        if number is None:
            raise RateError(
                f"the attribute {name} is {self.text(name)[:40]!r}, which is no number.",
                field=name,
                code="RATE-INPUT",
            )
        return number


def _usage(scope: Scope) -> Decimal:
    if scope.usage is None:
        raise InputMissing("the usage is not given.", field="usage")
    return scope.usage


def _standard_days(scope: Scope) -> Decimal:
    if scope.standard_days is None:
        raise RateError("the schedule states no standard_days.", field="standard_days")
    return Decimal(scope.standard_days)


_RESERVED: Mapping[str, Evaluator] = {
    "usage": _usage,
    "days": lambda scope: Decimal(scope.days),
    "standard_days": _standard_days,
    "month": lambda scope: Decimal(scope.month),
}


def _related(name: str) -> Evaluator:
    def run(scope: Scope) -> Decimal:
        if name not in scope.related:
            raise InputMissing(f"no other service hands over {name}.", field=name)
        return scope.related[name]

    return run


@dataclass(slots=True)
class Compiler:
    """Turns the values of one class into closures; each named value is compiled once."""

    names: Names
    _named: dict[str, Evaluator] = field(default_factory=dict)

    def resolve(self, name: str) -> Evaluator:
        """The closure of a name."""
        meaning = self.names.meanings[name]
        if meaning is Meaning.RESERVED:
            return _RESERVED[name]
        if meaning is Meaning.ATTRIBUTE:
            return lambda scope: scope.number(name)
        if meaning is Meaning.RELATED:
            return _related(name)
        if meaning is Meaning.CHARGE:
            return lambda scope: scope.seen[name]
        if meaning is Meaning.SEASON:
            raise RateError(f"the season calendar {name} is no number.", field=name)
        if name not in self._named:
            self._named[name] = self._named_value(name)
        return self._named[name]

    def _named_value(self, name: str) -> Evaluator:
        compute = self.value(self.names.values[name])
        is_dynamic = self.names.is_dynamic(self.names.reach[name])

        def run(scope: Scope) -> Decimal:
            memo = scope.fresh if is_dynamic else scope.fixed
            if name not in memo:
                memo[name] = scope.number(name) if scope.attributes.get(name) else compute(scope)
            return memo[name]

        return run

    def value(self, value: Value) -> Evaluator:
        """The closure of a value."""
        match value:
            case Formula():
                return compile_node(value.tree, self.resolve)
            case Percent():
                percent, of = self.value(value.percent), self.value(value.of)
                return lambda scope: divide(multiply(percent(scope), of(scope)), HUNDRED)
            case Table():
                entry = self._entry(value)
                return lambda scope: entry(scope)(scope)
            case Modified():
                return self._modified(value)

    def _modified(self, value: Modified) -> Evaluator:
        compute = self.value(value.value)
        default, least, most = (
            self.value(item) if item is not None else None
            for item in (value.default, value.at_least, value.at_most)
        )

        def run(scope: Scope) -> Decimal:
            try:
                result = compute(scope)
            except InputMissing:
                if default is None:
                    raise
                result = default(scope)
            if least is not None:
                result = max(result, least(scope))
            if most is not None:
                result = min(result, most(scope))
            return round_to(result, value.round, value.decimals) if value.round else result

        return run

    def choose(self, values: Values | Table) -> Callable[[Scope], tuple[Evaluator, ...]]:
        """The closure that gives a list's closures: always the same list, or a table's entry."""
        if isinstance(values, Table):
            return self._entry(values)
        compiled = tuple(self.value(item) for item in values)
        return lambda _: compiled

    def _entry(self, table: Table) -> Callable[[Scope], Any]:
        finders = [self._finder(key) for key in table.keys]
        tree = self._tree(table.entries, table.keys)

        def run(scope: Scope) -> Any:
            found: Any = tree
            for find in finders:
                found = find(scope, found)
            return found

        return run

    def _tree(self, entry: Entry, keys: tuple[Key, ...]) -> Any:
        if isinstance(entry, Mapping):
            branches = {text: self._tree(item, keys[1:]) for text, item in entry.items()}
            return parse_steps(branches) if keys[0].in_steps else branches
        if isinstance(entry, tuple):
            return tuple(self.value(item) for item in entry)
        return self.value(entry)

    def _finder(self, key: Key) -> Callable[[Scope, Any], Any]:
        name = key.name
        if key.in_steps:
            number = self.resolve(name)
            return lambda scope, steps: steps.find(name, number(scope))
        text = self._text(name)
        return lambda scope, entries: find_text(name, text(scope), entries)

    def _text(self, name: str) -> Callable[[Scope], str]:
        meaning = self.names.meanings[name]
        if meaning is Meaning.SEASON:
            return lambda scope: scope.seasons[name]
        if meaning is Meaning.ATTRIBUTE:
            return lambda scope: scope.text(name)
        if name != "month" and meaning is not Meaning.VALUE:
            raise RateError(f"{name} cannot be a key; look it up as a range.", field=name)
        number = self.resolve(name)
        return lambda scope: plain(number(scope))
