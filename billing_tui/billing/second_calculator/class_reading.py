"""A class of a schedule: what its names mean, and what each of its values depends on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing_tui.billing.second_calculator.charges import Charge, Tiers, lists_in
from billing_tui.billing.second_calculator.refusals import Unreadable
from billing_tui.billing.second_calculator.values import (
    Level,
    Value,
    mentions,
    table_parts,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

BUILT_IN = ("usage", "days", "standard_days", "month")
Names = frozenset[str]


@dataclass(frozen=True, slots=True, eq=False)
class Meanings:
    """What a class can name: kinds by name, its values, and which related amounts are measured."""

    kinds: Mapping[str, str]
    values: Mapping[str, Value]
    measured: Names


@dataclass(frozen=True, slots=True, eq=False)
class ClassReading:
    """One class, ready to rate.

    Attributes:
        code: the class.
        meanings: what its names mean.
        charges: in order.
        depends: the names that each value depends on, values resolved (section 3.3).
        steady: values that are alike for all services of the same account facts and part.
        fluid: codes of the charges that differ between such services.
        prorated: codes of the charges whose amount (of tiers: caps) is prorated (section 5.3).
        asks: every name that some charge depends on.
        heard: codes of the charges that a later charge asks for.
        reached: names of the values that its charges lead to.
        account: the attributes that decide what the class charges (with `given: wins`, values too).
    """

    code: str
    meanings: Meanings
    charges: tuple[Charge, ...]
    depends: Mapping[Value, Names]
    steady: frozenset[Value]
    fluid: Names
    prorated: Names
    asks: Names
    heard: Names
    reached: Names
    account: tuple[str, ...]


class _Tracer:
    """Follows values to the names behind them; finds circles and names that nothing declares."""

    def __init__(self, meanings: Meanings, where: str) -> None:
        self.meanings = meanings
        self.where = where
        self.depends: dict[Value, Names] = {}
        self.reached: set[str] = set()
        self._open: set[Value] = set()

    def trace(self, value: Value) -> Names:
        """All names that a value depends on."""
        if value in self.depends:
            return self.depends[value]
        if value in self._open:
            raise Unreadable(f"{self.where}: values refer to each other in a circle.")
        self._open.add(value)
        names, made_of = mentions(value)
        self._check_keys(value)
        found = self.behind(names).union(*map(self.trace, made_of))
        self._open.discard(value)
        self.depends[value] = found
        return found

    def behind(self, names: Names) -> Names:
        """The names themselves, with what stands behind those of values."""
        found: set[str] = set()
        for name in names:
            kind = self.meanings.kinds.get(name)
            if kind is None:
                raise Unreadable(f"{self.where}: nothing declares the name {name!r}.")
            if kind == "value":
                self.reached.add(name)
                found |= self.trace(self.meanings.values[name])
            else:
                found.add(name)
        return frozenset(found)

    def _check_keys(self, value: Value) -> None:
        if isinstance(value.body, Level):
            self.check_table(value.body)
        elif isinstance(value.body, tuple):
            for kind, name in value.body:
                if kind == "name" and self.meanings.kinds.get(str(name)) == "season":
                    raise Unreadable(f"{self.where}: the season {name!r} is no number.")

    def check_table(self, level: Level[Value] | Level[tuple[Value, ...]]) -> None:
        """Refuse keys that cannot be looked up the way the table does."""
        kind, key = self.meanings.kinds.get(level.key.name), level.key
        fits = kind != "season" if key.in_steps else kind in {"attribute", "season", "value"}
        if kind is not None and not fits and (key.in_steps or key.name != "month"):
            raise Unreadable(f"{self.where}: {key.name!r} cannot be a key.")
        for entry in level.below():
            if isinstance(entry, Level):
                self.check_table(entry)

    def tiers(self, tiers: Tiers) -> Names:
        """The names that laid amount, caps and prices depend on."""
        found = set(self.trace(tiers.laid))
        for choice in (tiers.caps, tiers.prices):
            if isinstance(choice, Level):
                self.check_table(choice)
                found |= self.behind(table_parts(choice)[0])
            for values in lists_in(choice):
                found = found.union(*map(self.trace, values))
        return frozenset(found)


def read_class(
    code: str, meanings: Meanings, charges: tuple[Charge, ...], where: str, *, given_wins: bool
) -> ClassReading:
    """The class with its dependences traced. Raises `Unreadable` for what section 3 forbids."""
    tracer = _Tracer(meanings, where)
    behind: dict[str, Names] = {}
    for charge in charges:
        behind[charge.code] = found = _traced(tracer, charge)
        later = {name for name in found if meanings.kinds[name] == "charge"} - behind.keys()
        if later or charge.code in found:
            raise Unreadable(
                f"{where}, {charge.code} asks for a charge that does not stand before it."
            )
    asks = frozenset().union(*behind.values())
    account = {name for name in asks if meanings.kinds[name] == "attribute"}
    return ClassReading(
        code=code,
        meanings=meanings,
        charges=charges,
        depends=tracer.depends,
        steady=frozenset(v for v, names in tracer.depends.items() if not _varying(meanings, names)),
        fluid=_fluid(meanings, behind),
        prorated=frozenset(charge.code for charge in charges if _is_prorated(tracer, charge)),
        asks=asks,
        heard=asks & behind.keys(),
        reached=frozenset(tracer.reached),
        account=tuple(sorted(account | (tracer.reached if given_wins else set()))),
    )


def _varying(meanings: Meanings, names: Names) -> bool:
    return any(name == "usage" or meanings.kinds[name] in {"related", "charge"} for name in names)


def _fluid(meanings: Meanings, behind: Mapping[str, Names]) -> Names:
    """The charges that depend on usage or related amounts, themselves or through other charges."""
    fluid: set[str] = set()
    for code, names in behind.items():
        own = frozenset(name for name in names if meanings.kinds[name] != "charge")
        if _varying(meanings, own) or names & fluid:
            fluid.add(code)
    return frozenset(fluid)


def _traced(tracer: _Tracer, charge: Charge) -> Names:
    basis = charge.basis
    found = set().union(*map(tracer.trace, basis.figures())) if basis.figures() else set[str]()
    for name in basis.of:
        kind = tracer.meanings.kinds.get(name)
        if kind != "charge" and not (kind == "related" and basis.how == "percent"):
            raise Unreadable(f"{tracer.where}, {charge.code}: `of` cannot name {name!r}.")
        found.add(name)
    if basis.how == "price":
        found.add("usage")
    return frozenset(found | (tracer.tiers(basis.tiers) if basis.tiers else set()))


def _is_prorated(tracer: _Tracer, charge: Charge) -> bool:
    """Section 5.3 with the defaults of section 4; what depends on days never is."""
    basis, meanings = charge.basis, tracer.meanings
    if basis.how == "tiers":
        return charge.prorate is not False
    by_default = basis.how in {"amount", "quantity", "minimum"}
    own = frozenset().union(*map(tracer.trace, basis.figures()))
    if "days" in own or not (by_default if charge.prorate is None else charge.prorate):
        return False
    varies = {n for n in own if n in meanings.measured or meanings.kinds[n] == "charge"}
    if varies or "usage" in own or basis.how in {"price", "percent"}:
        raise Unreadable(
            f"{tracer.where}, {charge.code}: what depends on usage is not prorated; say so."
        )
    return True
