"""Rates services under a schedule: the first calculator. Rules: data/rates/README.md.

A schedule is compiled once. For each combination of what accounts state and days, a *plan* is made
once and kept; a bill then runs the plan's few steps.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from billing_tui.foundation.errors import Problem, ProblemsFound
from billing_tui.foundation.units import UnitMismatch
from billing_tui.rates.charges import (
    Bill,
    Binder,
    Binding,
    Step,
    compile_minimum,
    compile_priced,
    compile_share,
    context_of,
)
from billing_tui.rates.errors import RateError
from billing_tui.rates.exact import ZERO, add, dollars, round_to, to_cents
from billing_tui.rates.ladder import compile_tiers
from billing_tui.rates.line import RatedLine, RatedService, ServiceUse
from billing_tui.rates.names import Meaning, Names, names_of_basis, names_of_class
from billing_tui.rates.schedule import (
    Charge,
    Minimum,
    Priced,
    RateClass,
    Schedule,
    Share,
    Tiers,
)
from billing_tui.rates.scope import Compiler, Scope

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
        binders: its charges in order.
        asked: the attributes (and overridable values) that its charges lead to.
        calendars: the season calendars that they lead to.
        monthly: whether the month of the season's day matters.
        dynamic: whether a closure must see the bill itself.
    """

    rate_class: RateClass
    binders: tuple[Binder, ...]
    asked: tuple[str, ...]
    values: frozenset[str]
    calendars: Mapping[str, Mapping[int, str]]
    monthly: bool
    dynamic: bool
    plans: dict[tuple[object, ...], Plan] = field(default_factory=dict)


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


def _check_order(rate_class: RateClass, reached: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """The charges that others refer to; each must stand before those that do."""
    codes = {charge.code for charge in rate_class.charges}
    before: set[str] = set()
    observed: set[str] = set()
    for charge in rate_class.charges:
        wanted = reached[charge.code] & codes
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
    reached = {
        charge.code: names.reached(names_of_basis(charge.basis)) for charge in rate_class.charges
    }
    observed = _check_order(rate_class, reached)
    every = frozenset().union(*reached.values())
    binders = tuple(
        _compile_charge(schedule, charge, compiler, observed) for charge in rate_class.charges
    )
    return CompiledClass(
        rate_class,
        binders,
        tuple(sorted(n for n in every if names.meanings[n] in {Meaning.ATTRIBUTE, Meaning.VALUE})),
        frozenset(names.values),
        {name: schedule.seasons[name] for name in sorted(every & schedule.seasons.keys())},
        "month" in every or bool(every & schedule.seasons.keys()),
        _needs_scope(names, every),
    )


def _needs_scope(names: Names, every: frozenset[str]) -> bool:
    return names.is_dynamic(every)


@dataclass(frozen=True, slots=True)
class CompiledSchedule:
    """A schedule that bills.

    Attributes:
        schedule: what was compiled.
        classes: its classes by code.
    """

    schedule: Schedule
    classes: Mapping[str, CompiledClass]

    def rate(self, use: ServiceUse) -> RatedService:
        """The lines of one service for one period under this version alone.

        Raises:
            RateError: naming schedule, class and what is missing or wrong; nothing is billed.
            UnitMismatch: if the usage comes in another unit than the schedule's.
        """
        from billing_tui.rates.period import rate_under

        return rate_under(self, use)

    def find_class(self, code: str) -> CompiledClass:
        """The class of that code."""
        try:
            return self.classes[code]
        except KeyError:
            known = ", ".join(self.classes)
            raise RateError(
                f"{self.schedule.code}: there is no class {code[:60]!r}; there are {known}.",
                field="rate_class",
                code="RATE-CLASS",
            ) from None

    def refusal(self, rate_class: str, error: RateError | ArithmeticError) -> RateError:
        """The error with schedule and class named."""
        where = f"{self.schedule.code} of {self.schedule.effective}, {rate_class}"
        if isinstance(error, RateError):
            return type(error)(f"{where}: {error.sentence}", field=error.field, code=error.code)
        return RateError(f"{where}: a division by zero or a number too large.", code="RATE-NUMBER")

    def check_usage(self, use: ServiceUse) -> Decimal | None:
        """The usage as it is billed: in the schedule's unit, not negative, truncated if so stated."""
        usage, schedule = use.usage, self.schedule
        if usage is None:
            return None
        if use.unit is not schedule.unit:
            raise UnitMismatch(
                f"{schedule.code} bills in {schedule.unit}; the usage is in {use.unit}.",
                field="unit",
            )
        if usage < 0:
            if schedule.negative_usage == "refuse":
                raise RateError(
                    f"{schedule.code}, {use.rate_class}: the usage {usage} is negative.",
                    field="usage",
                    code="RATE-USAGE",
                )
            usage = usage if schedule.negative_usage == "credit" else ZERO
        return round_to(usage, "down") if schedule.rounding.usage == "truncate" else usage

    def rate_part(
        self,
        use: ServiceUse,
        usage: Decimal | None,
        related: Mapping[str, Decimal],
        days: tuple[int, int],
        season_day: date,
    ) -> RatedService:
        """The lines of one part: `days` of it and of the whole period; `usage` is the part's."""
        compiled = self.find_class(use.rate_class)
        try:
            plan = self._plan(compiled, use.attributes, days, season_day)
            seen: dict[str, Decimal] = {}
            scope = plan.scope.of_bill(usage, related, seen) if compiled.dynamic else plan.scope
            bill = Bill(usage, related, seen, [], scope)
            for step in plan.steps:
                step(bill)
        except (RateError, ArithmeticError) as error:
            raise self.refusal(use.rate_class, error) from error
        if self.schedule.rounding.money == "bill":
            return _round_on_bill(bill.lines)
        return RatedService(tuple(bill.lines), sum([line.cents for line in bill.lines]))

    def _plan(
        self,
        compiled: CompiledClass,
        attributes: Mapping[str, str],
        days: tuple[int, int],
        season_day: date,
    ) -> Plan:
        month = season_day.month if compiled.monthly else 0
        key = (days, month, *map(attributes.get, compiled.asked))
        plan = compiled.plans.get(key)
        if plan is None:
            if len(compiled.plans) >= _MOST_PLANS:
                compiled.plans.clear()
            plan = compiled.plans[key] = self._bind(compiled, attributes, days, month)
        return plan

    def _bind(
        self,
        compiled: CompiledClass,
        attributes: Mapping[str, str],
        days: tuple[int, int],
        month: int,
    ) -> Plan:
        schedule = self.schedule
        kept = {name: attributes[name] for name in compiled.asked if attributes.get(name)}
        clash = kept.keys() & compiled.values if schedule.given == "refuse" else ()
        for name in clash:
            raise RateError(f"{name} is a value of the schedule; no account states it.", field=name)
        policy = schedule.proration
        seasons = {name: months[month] for name, months in compiled.calendars.items()}
        scope = Scope(kept, days[0], policy.standard_days, month, seasons)
        binding = Binding(
            scope,
            policy.fraction(policy.fixed, *days),
            policy.fraction(policy.tier_caps, *days),
        )
        return Plan(scope, tuple(bind(binding) for bind in compiled.binders))


def _round_on_bill(lines: list[RatedLine]) -> RatedService:
    """Cents of the running sum, so that the lines sum to the total rounded once."""
    exact, before = ZERO, 0
    rounded = []
    for line in lines:
        exact = add(exact, line.amount)
        after = to_cents(exact)
        rounded.append(line._replace(cents=after - before))
        before = after
    return RatedService(tuple(rounded), before)


def compile_schedule(schedule: Schedule) -> CompiledSchedule:
    """A schedule ready to bill, every class checked.

    Raises:
        ProblemsFound: what is wrong, class by class.
    """
    classes = {}
    problems = []
    for code, rate_class in schedule.classes.items():
        try:
            classes[code] = compile_class(schedule, rate_class)
        except RateError as error:
            problems.append(Problem(0, error.sentence, field=f"classes.{code}"))
    if problems:
        raise ProblemsFound(f"{schedule.code} cannot be billed: {problems[0]}", tuple(problems))
    return CompiledSchedule(schedule, classes)
