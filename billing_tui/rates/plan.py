"""Classes compiled, and their plans: the steps of a bill for what one account states."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from billing_tui.rates.charges import (
    Binder,
    Binding,
    Step,
    compile_minimum,
    compile_priced,
    compile_share,
    context_of,
)
from billing_tui.rates.errors import RateError
from billing_tui.rates.ladder import compile_tiers
from billing_tui.rates.names import (
    Meaning,
    names_in,
    names_of_basis,
    names_of_class,
    values_of_basis,
)
from billing_tui.rates.schedule import Charge, Minimum, Priced, RateClass, Schedule, Share, Tiers
from billing_tui.rates.scope import Compiler, Scope

if TYPE_CHECKING:
    from collections.abc import Mapping

_MOST_PLANS = 20_000


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps of one class for what one account states, in a part of so many days."""

    scope: Scope
    steps: tuple[Step, ...]


@dataclass(slots=True)
class CompiledClass:
    """One class, ready to bill.

    Attributes:
        schedule: the schedule it is of.
        binders: its charges in order.
        asked: the attributes and values that its charges lead to: what a plan depends on.
        values: all values that the class sees.
        calendars: the season calendars that its charges lead to.
        monthly: whether the month of the season's day matters.
        dynamic: whether some value must see the bill itself.
        plans: those made so far, by days, month and what was asked.
    """

    schedule: Schedule
    binders: tuple[Binder, ...]
    asked: tuple[str, ...]
    values: frozenset[str]
    calendars: Mapping[str, Mapping[int, str]]
    monthly: bool
    dynamic: bool
    plans: dict[tuple[object, ...], Plan] = field(default_factory=dict)

    def plan(self, attributes: Mapping[str, str], days: tuple[int, int], month: int) -> Plan:
        """The plan for what an account states; `days` of the part and of the whole period."""
        key = (days, month if self.monthly else 0, *map(attributes.get, self.asked))
        plan = self.plans.get(key)
        if plan is None:
            if len(self.plans) >= _MOST_PLANS:
                self.plans.clear()
            plan = self.plans[key] = self._bind(attributes, days, month)
        return plan

    def _bind(self, attributes: Mapping[str, str], days: tuple[int, int], month: int) -> Plan:
        stated = {name: attributes[name] for name in self.asked if attributes.get(name)}
        if self.schedule.given == "refuse":
            for name in stated.keys() & self.values:
                raise RateError(f"{name} is a value of the schedule, not of accounts.", field=name)
        policy = self.schedule.proration
        seasons = {name: months[month] for name, months in self.calendars.items()}
        scope = Scope(stated, days[0], policy.standard_days, month, seasons)
        binding = Binding(
            scope, policy.fraction(policy.fixed, *days), policy.fraction(policy.tier_caps, *days)
        )
        return Plan(scope, tuple(bind(binding) for bind in self.binders))


def _compile_charge(
    schedule: Schedule, charge: Charge, compiler: Compiler, observed: frozenset[str]
) -> Binder:
    context = context_of(schedule, charge, compiler, observed)
    match charge.basis:
        case Priced():
            return compile_priced(context, charge.basis)
        case Tiers():
            return compile_tiers(context, charge.basis)
        case Share():
            return compile_share(context, charge.basis)
        case Minimum():
            return compile_minimum(context, charge.basis)


def _observed(rate_class: RateClass, reached: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """The charges that others refer to; each must stand before those that do."""
    before: set[str] = set()
    observed: set[str] = set()
    for charge in rate_class.charges:
        wanted = reached[charge.code] & reached.keys()
        if wanted - before:
            late = ", ".join(sorted(wanted - before))
            raise RateError(f"{charge.code} refers to {late}, which must stand before it.")
        observed |= wanted
        before.add(charge.code)
    return frozenset(observed)


def compile_class(schedule: Schedule, rate_class: RateClass) -> CompiledClass:
    """One class, with every name, order and number checked.

    Raises:
        RateError: naming what is wrong.
    """
    names = names_of_class(schedule, rate_class)
    compiler = Compiler(names)
    charges = rate_class.charges
    reached = {charge.code: names.reached(names_of_basis(charge.basis)) for charge in charges}
    every = frozenset[str]().union(*reached.values())
    observed = _observed(rate_class, reached)
    calendars = {name: schedule.seasons[name] for name in sorted(every & schedule.seasons.keys())}
    asked = {Meaning.ATTRIBUTE, Meaning.VALUE}
    return CompiledClass(
        schedule,
        tuple(_compile_charge(schedule, charge, compiler, observed) for charge in charges),
        tuple(sorted(name for name in every if names.meanings[name] in asked)),
        frozenset(names.values),
        calendars,
        "month" in every or bool(calendars),
        any(
            names.is_dynamic(names.reached(names_in(value)))
            for charge in charges
            for value in values_of_basis(charge.basis)
        ),
    )
