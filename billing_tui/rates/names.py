"""What the names of a class mean, and what each value depends on. All checks of names are here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from graphlib import CycleError, TopologicalSorter

from billing_tui.rates.errors import RateError
from billing_tui.rates.formula import Formula
from billing_tui.rates.schedule import (
    RESERVED,
    Entry,
    Minimum,
    Modified,
    Percent,
    Priced,
    RateClass,
    Schedule,
    Share,
    Table,
    Tiers,
    Value,
)

_LONGEST_CHAIN = 50


class Meaning(Enum):
    """What a name stands for."""

    RESERVED = auto()
    ATTRIBUTE = auto()
    RELATED = auto()
    SEASON = auto()
    VALUE = auto()
    CHARGE = auto()


def names_in(part: Entry | None) -> Iterator[str]:
    """Every name that a value, a list or a table's entries mention, repeats included."""
    match part:
        case None:
            return
        case Formula():
            yield from part.names
        case Percent():
            yield from names_in(part.percent)
            yield from names_in(part.of)
        case Table():
            yield from (key.name for key in part.keys)
            yield from names_in(part.entries)
        case Modified():
            for value in (part.value, part.default, part.at_least, part.at_most):
                yield from names_in(value)
        case tuple():
            for item in part:
                yield from names_in(item)
        case Mapping():
            for entry in part.values():
                yield from names_in(entry)


def names_of_basis(basis: Priced | Tiers | Share | Minimum) -> Iterator[str]:
    """Every name that a charge mentions; a price without quantity mentions `usage`."""
    match basis:
        case Priced():
            yield from names_in(basis.price)
            yield from names_in(basis.quantity) if basis.quantity is not None else ("usage",)
        case Tiers():
            yield from names_in(basis.caps)
            yield from names_in(basis.prices)
            yield from names_in(basis.of) if basis.of is not None else ("usage",)
        case Share():
            yield from names_in(basis.percent)
            yield from names_in(basis.at_most)
            yield from basis.of
        case Minimum():
            yield from names_in(basis.value)
            yield from basis.of


@dataclass(frozen=True, slots=True)
class Names:
    """The names that one class of a schedule sees.

    Attributes:
        meanings: what each name stands for.
        values: the class's values, those of the schedule included.
        reach: for each value, every name that it leads to, itself not included.
    """

    meanings: Mapping[str, Meaning]
    values: Mapping[str, Value]
    reach: Mapping[str, frozenset[str]]

    def reached(self, names: Iterator[str]) -> frozenset[str]:
        """`names` and all that they lead to; refuses a name that nothing declares."""
        found: set[str] = set()
        for name in set(names):
            if name not in self.meanings:
                raise RateError(f"the name {name!r} is not declared.", field=name)
            found |= self.reach.get(name, frozenset()) | {name}
        return frozenset(found)

    def is_dynamic(self, reached: frozenset[str]) -> bool:
        """Whether one of the names differs from bill to bill of the same account and days."""
        dynamic = {Meaning.RELATED, Meaning.CHARGE}
        return "usage" in reached or any(self.meanings[name] in dynamic for name in reached)


def _meanings(schedule: Schedule, rate_class: RateClass) -> dict[str, Meaning]:
    meanings: dict[str, Meaning] = {}
    sources = (
        (RESERVED, Meaning.RESERVED),
        (schedule.attributes, Meaning.ATTRIBUTE),
        (schedule.related, Meaning.RELATED),
        (schedule.seasons, Meaning.SEASON),
        (schedule.values, Meaning.VALUE),
        (rate_class.values, Meaning.VALUE),
        ([charge.code for charge in rate_class.charges], Meaning.CHARGE),
    )
    for names, meaning in sources:
        for name in names:
            given = schedule.given == "wins" and meanings.get(name) is Meaning.ATTRIBUTE
            if name in meanings and not (given and meaning is Meaning.VALUE):
                raise RateError(f"the name {name!r} stands for two things.", field=name)
            meanings[name] = meaning
    return meanings


def _reach(values: Mapping[str, Value]) -> dict[str, frozenset[str]]:
    direct = {name: frozenset(names_in(value)) for name, value in values.items()}
    graph = {name: names & values.keys() for name, names in direct.items()}
    try:
        order = tuple(TopologicalSorter(graph).static_order())
    except CycleError as error:
        circle = " -> ".join(error.args[1])
        raise RateError(f"the values {circle} lead to each other in a circle.") from error
    reach: dict[str, frozenset[str]] = {}
    depth: dict[str, int] = {}
    for name in order:
        depth[name] = 1 + max((depth[other] for other in graph[name]), default=0)
        if depth[name] > _LONGEST_CHAIN:
            raise RateError(f"the value {name!r} leads through more than {_LONGEST_CHAIN} others.")
        reach[name] = direct[name].union(*(reach[other] for other in graph[name]))
    return reach


def names_of_class(schedule: Schedule, rate_class: RateClass) -> Names:
    """The names of a class, with every value checked for circles and unknown names.

    Raises:
        RateError: naming the name.
    """
    meanings = _meanings(schedule, rate_class)
    values = {**schedule.values, **rate_class.values}
    names = Names(meanings, values, _reach(values))
    for name in rate_class.values:
        names.reached(iter(names.reach[name]))
    return names
