"""What the names of a class mean, and what each value depends on. All checks of names are here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from graphlib import CycleError, TopologicalSorter

from billing_tui.rates.errors import RateError
from billing_tui.rates.formula import Formula
from billing_tui.rates.schedule import (
    RESERVED,
    Basis,
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


def _inside(part: Entry) -> Iterable[Entry | None]:
    """The values that a value, list or table is made of."""
    match part:
        case Percent():
            return part.percent, part.of
        case Modified():
            return part.value, part.default, part.at_least, part.at_most
        case Table():
            return (part.entries,)
        case tuple():
            return part
        case Mapping():
            return part.values()
        case _:
            return ()


def names_in(part: Entry | None) -> Iterator[str]:
    """Every name that a value, a list or a table's entries mention, repeats included."""
    if part is None:
        return
    if isinstance(part, Formula):
        yield from part.names
    elif isinstance(part, Table):
        yield from (key.name for key in part.keys)
    for inner in _inside(part):
        yield from names_in(inner)


def values_of_basis(basis: Basis) -> tuple[Entry | None, ...]:
    """The values, lists and tables that a charge states; None where one is left out."""
    match basis:
        case Priced():
            return basis.price, basis.quantity
        case Tiers():
            return basis.caps, basis.prices, basis.of
        case Share():
            return basis.percent, basis.at_most
        case Minimum():
            return (basis.value,)


def names_of_basis(basis: Basis) -> Iterator[str]:
    """Every name that a charge mentions; `usage` too where that is what it prices."""
    for value in values_of_basis(basis):
        yield from names_in(value)
    match basis:
        case Priced(quantity=None) | Tiers(of=None):
            yield "usage"
        case Share() | Minimum():
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
