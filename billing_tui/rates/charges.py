"""Each charge of a class, compiled; bound to an account and days it becomes a step of the bill.

Whatever depends only on what the account states and on the days is computed when the charge is
bound; a step computes what differs from bill to bill.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from typing import TYPE_CHECKING, Protocol

from billing_tui.rates.errors import InputMissing, RateError
from billing_tui.rates.exact import (
    HUNDRED,
    ONE,
    ZERO,
    add,
    divide,
    dollars,
    multiply,
    subtract,
    to_cents,
)
from billing_tui.rates.line import RatedLine
from billing_tui.rates.names import Meaning, names_in, names_of_basis
from billing_tui.rates.schedule import (
    Charge,
    ChargeKind,
    Minimum,
    Priced,
    Schedule,
    Share,
    Table,
    Value,
    Values,
)

if TYPE_CHECKING:
    from billing_tui.rates.formula import Evaluator
    from billing_tui.rates.scope import Compiler, Scope

Part = tuple[int, int]


@dataclass(slots=True)
class Bill:
    """What differs from bill to bill, and the lines so far.

    Attributes:
        usage: of the part, in the schedule's unit.
        related: what other services hand over.
        seen: the charges so far, as later ones see them, in dollars.
        lines: the lines so far.
        scope: for closures that ask for any of these; the plan's own where none does.
    """

    usage: Decimal | None
    related: Mapping[str, Decimal]
    seen: dict[str, Decimal]
    lines: list[RatedLine]
    scope: Scope


Step = Callable[[Bill], None]
Getter = Callable[[Bill], Decimal]


class LineMaker(Protocol):
    """Makes a line; its amount is quantity x price x part unless it is given."""

    def __call__(
        self,
        tier: int | None,
        quantity: Decimal,
        price: Decimal,
        upto: Decimal | None,
        amount: Decimal | None = None,
    ) -> RatedLine:
        """The line."""


@dataclass(frozen=True, slots=True)
class Binding:
    """What a charge is bound to: the account's scope, and the fractions of a full period."""

    scope: Scope
    fixed: Part | None
    caps: Part | None


Binder = Callable[[Binding], Step]


def scaled(amount: Decimal, part: Part | None) -> Decimal:
    """The part n / m of an amount, with one division at the end."""
    return amount if part is None else divide(multiply(amount, Decimal(part[0])), Decimal(part[1]))


def usage_of(bill: Bill) -> Decimal:
    """The usage, which must be given."""
    if bill.usage is None:
        raise InputMissing("the usage is not given.", field="usage")
    return bill.usage


@dataclass(frozen=True, slots=True)
class Source:
    """A value of a charge: its closure, whether it differs between bills, and if by the day."""

    compute: Evaluator
    dynamic: bool
    by_day: bool

    def getter(self, scope: Scope) -> Getter:
        """How a step gets the value: a constant of the plan where it can be one."""
        if self.dynamic:
            return lambda bill: self.compute(bill.scope)
        value = self.compute(scope)
        return lambda _: value


@dataclass(frozen=True, slots=True)
class Context:
    """A charge in its class.

    Attributes:
        schedule: the schedule.
        charge: the charge.
        compiler: compiles the values of the class.
        observed: whether a later charge refers to this one.
        reached: every name that the charge leads to.
    """

    schedule: Schedule
    charge: Charge
    compiler: Compiler
    observed: bool
    reached: frozenset[str]

    def depends(self, part: Value | Values | Table) -> tuple[bool, bool]:
        """Whether something differs between bills of an account, and whether it is by the day."""
        reached = self.compiler.names.reached(names_in(part))
        return self.compiler.names.is_dynamic(reached), "days" in reached

    def source(self, value: Value) -> Source:
        """A value of the charge, ready to be bound."""
        return Source(self.compiler.value(value), *self.depends(value))

    def unprinted(self, price: Source, scope: Scope) -> bool:
        """Whether a price or percentage is 0 for this account, and 0 is left out."""
        return self.charge.omit_zero and not price.dynamic and not price.compute(scope)

    def maker(self, scope: Scope, unit: str | None, part: Part | None = None) -> LineMaker:
        """Makes lines of quantity x price x part."""
        charge = self.charge
        code, label, kind, revenue = charge.code, charge.label, charge.kind.value, charge.revenue
        because = self._because(scope)
        shown = charge.unit or unit

        def make(
            tier: int | None,
            quantity: Decimal,
            price: Decimal,
            upto: Decimal | None,
            amount: Decimal | None = None,
        ) -> RatedLine:
            if amount is None:
                amount = multiply(quantity, price)
                if part is not None:
                    amount = scaled(amount, part)
            return RatedLine(
                code, label, kind, revenue, tier, quantity, shown, price, amount,
                to_cents(amount), part, upto, because,
            )  # fmt: skip  # in the order of the fields: keywords cost a tenth of the bill

        return make

    def _because(self, scope: Scope) -> str:
        meanings = self.compiler.names.meanings
        stated = {
            name: scope.seasons[name]
            if meanings[name] is Meaning.SEASON
            else scope.attributes[name]
            for name in sorted(self.reached)
            if meanings[name] is Meaning.SEASON or scope.attributes.get(name)
        }
        return ", ".join(f"{name} {text}" for name, text in stated.items())

    def constant(self, line: RatedLine) -> Step:
        """A step that adds a line known beforehand."""
        known = (line,)
        seen, kept = self._seen(known), self._kept(known)
        code = self.charge.code

        def run(bill: Bill) -> None:
            bill.seen[code] = seen
            bill.lines.extend(kept)

        return run if self.observed else lambda bill: bill.lines.extend(kept)

    def silent(self, need: Getter | None) -> Step:
        """A step without a line, for a price of 0 that is not printed; `need` must be given."""
        code = self.charge.code

        def run(bill: Bill) -> None:
            if need is not None:
                need(bill)
            bill.seen[code] = ZERO

        return run

    def step(self, compute: Callable[[Bill], Sequence[RatedLine]]) -> Step:
        """A step that adds the lines which `compute` gives."""
        charge, observed = self.charge, self.observed
        if not (observed or charge.omit_zero or charge.kind is ChargeKind.DISCOUNT):
            return lambda bill: bill.lines.extend(compute(bill))

        def run(bill: Bill) -> None:
            lines = compute(bill)
            if observed:
                bill.seen[charge.code] = self._seen(lines)
            bill.lines.extend(self._kept(lines))

        return run

    def _seen(self, lines: Sequence[RatedLine]) -> Decimal:
        """What later charges see: cents with money by line, else exact amounts."""
        if self.schedule.rounding.money == "line":
            return dollars(sum([line.cents for line in lines]))
        return reduce(add, [line.amount for line in lines], ZERO)

    def _kept(self, lines: Sequence[RatedLine]) -> Sequence[RatedLine]:
        """The lines that print; a discount above 0 is refused."""
        charge = self.charge
        if charge.kind is ChargeKind.DISCOUNT and any(line.amount > 0 for line in lines):
            raise RateError(f"the discount {charge.code} comes out above 0.", field=charge.code)
        if not charge.omit_zero:
            return lines
        if self.schedule.rounding.money == "line":
            return [line for line in lines if line.cents]
        return [line for line in lines if line.amount]


def prorates(context: Context) -> bool:
    """Whether the charge is prorated; refuses what cannot be (README, sections 3.3 and 4)."""
    basis, wish = context.charge.basis, context.charge.prorate
    measured = isinstance(basis, Priced) and basis.quantity is None
    wanted = not ("days" in context.reached or measured) if wish is None else wish
    asked = (
        context.reached
        if isinstance(basis, Priced)
        else context.compiler.names.reached(names_in(getattr(basis, "value", None)))
    )
    if wanted and any(_moves(context, name) for name in asked):
        raise RateError("what depends on usage cannot be prorated; say prorate: no.")
    return wanted


def _moves(context: Context, name: str) -> bool:
    meaning = context.compiler.names.meanings[name]
    return (
        name == "usage"
        or meaning is Meaning.CHARGE
        or context.schedule.related.get(name) == "measured"
    )


def compile_priced(context: Context, basis: Priced) -> Binder:
    """A charge of quantity x price, prorated if it is to be."""
    price = context.source(basis.price)
    quantity = context.source(basis.quantity) if basis.quantity is not None else None
    unit = context.schedule.unit if basis.quantity is None else "each"
    whole = not prorates(context)

    def bind(binding: Binding) -> Step:
        scope = binding.scope
        make = context.maker(scope, unit, None if whole else binding.fixed)
        if quantity is not None and not quantity.dynamic and not price.dynamic:
            line = make(None, quantity.compute(scope), price.compute(scope), None)
            return context.constant(line)
        many = usage_of if quantity is None else quantity.getter(scope)
        if context.unprinted(price, scope):
            return context.silent(many)
        each = price.getter(scope)
        return context.step(lambda bill: (make(None, many(bill), each(bill), None),))

    return bind


def _base(of: tuple[str, ...], bill: Bill) -> Decimal:
    total = ZERO
    for name in of:
        amount = bill.seen.get(name)
        if amount is None:
            if name not in bill.related:
                raise InputMissing(f"no other service hands over {name}.", field=name)
            amount = bill.related[name]
        total = add(total, amount)
    return total


def compile_share(context: Context, basis: Share) -> Binder:
    """A percentage of what stands before, at most so many dollars."""
    percent = context.source(basis.percent)
    most = context.source(basis.at_most) if basis.at_most is not None else None

    def bind(binding: Binding) -> Step:
        make = context.maker(binding.scope, "%")
        rate = percent.getter(binding.scope)
        limit = most.getter(binding.scope) if most is not None else None
        if limit is None and context.unprinted(percent, binding.scope):
            return context.silent(lambda bill: _base(basis.of, bill))

        def compute(bill: Bill) -> tuple[RatedLine]:
            base, share, held = _base(basis.of, bill), rate(bill), None
            amount = divide(multiply(base, share), HUNDRED)
            if limit is not None and amount > limit(bill):
                amount = held = limit(bill)
            return (make(None, base, share, held, amount),)

        return context.step(compute)

    return bind


def compile_minimum(context: Context, basis: Minimum) -> Binder:
    """What the charges before lack of an amount."""
    value = context.source(basis.value)
    whole = not prorates(context)

    def bind(binding: Binding) -> Step:
        make = context.maker(binding.scope, "each")
        least = value.getter(binding.scope)
        part = None if whole else binding.fixed

        def compute(bill: Bill) -> tuple[RatedLine, ...]:
            goal = scaled(least(bill), part)
            lacking = subtract(goal, _base(basis.of, bill))
            return (make(None, ONE, lacking, goal),) if lacking > 0 else ()

        return context.step(compute)

    return bind


def context_of(
    schedule: Schedule, charge: Charge, compiler: Compiler, observed: frozenset[str]
) -> Context:
    """The context of one charge."""
    reached = compiler.names.reached(names_of_basis(charge.basis))
    return Context(schedule, charge, compiler, charge.code in observed, reached)
