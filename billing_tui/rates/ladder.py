"""Tiers: what of a quantity lies on which step, and what each step comes to.

All tiers below the one that a quantity ends in are full, so their lines are made once; a bill
computes one line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from billing_tui.rates.charges import (
    Bill,
    Binder,
    Binding,
    Context,
    LineMaker,
    Part,
    Step,
    scaled,
    usage_of,
)
from billing_tui.rates.errors import RateError
from billing_tui.rates.exact import ZERO, plain, round_to, subtract, thousandths
from billing_tui.rates.formula import Formula
from billing_tui.rates.schedule import Table, Tiers, Value, Values

if TYPE_CHECKING:
    from decimal import Decimal

    from billing_tui.rates.line import RatedLine


@dataclass(frozen=True, slots=True)
class Tier:
    """One step: from above `floor` up to and including `cap`; `full` is its line when full."""

    floor: Decimal
    cap: Decimal | None
    price: Decimal
    full: RatedLine | None


@dataclass(frozen=True, slots=True)
class Ladder:
    """The tiers of one charge for one account and period."""

    tiers: tuple[Tier, ...]
    make: LineMaker

    def lines(self, quantity: Decimal) -> list[RatedLine]:
        """The lines of a quantity: tier 1 always, later tiers if anything lies in them."""
        result: list[RatedLine] = []
        for number, tier in enumerate(self.tiers, 1):
            if tier.cap is None or quantity <= tier.cap:
                rest = subtract(quantity, tier.floor)
                result.append(self.make(number, rest, tier.price, tier.cap))
                break
            if tier.full is not None:
                result.append(tier.full)
        return result


def build_ladder(caps: Sequence[Decimal], prices: Sequence[Decimal], make: LineMaker) -> Ladder:
    """The ladder of computed caps and prices; a cap not above an earlier one makes an empty tier.

    Raises:
        RateError: lists of unequal length, or a negative cap.
    """
    if len(prices) != len(caps) + 1:
        raise RateError(f"{len(prices)} prices need {len(prices) - 1} caps; there are {len(caps)}.")
    tiers = []
    floor = ZERO
    for number, (cap, price) in enumerate(zip(caps, prices, strict=False), 1):
        if cap < 0:
            raise RateError(f"the cap of tier {number} comes to {plain(cap)}.")
        width = subtract(cap, floor)
        full = make(number, width, price, cap) if width > 0 or number == 1 else None
        tiers.append(Tier(floor, cap, price, full))
        floor = max(floor, cap)
    tiers.append(Tier(floor, None, prices[-1], None))
    return Ladder(tuple(tiers), make)


def must_rise(caps: Sequence[Decimal]) -> None:
    """Refuse caps written as numbers that do not rise from above 0."""
    before = ZERO
    for cap in caps:
        if cap <= before:
            listed = ", ".join(map(plain, caps))
            raise RateError(f"the caps {listed} do not rise from each to the next.")
        before = cap


def _leaves(part: Any) -> Iterator[Any]:
    if isinstance(part, Mapping):
        for entry in part.values():
            yield from _leaves(entry)
    else:
        yield part


def _is_plain(value: Value) -> bool:
    if isinstance(value, Table):
        return all(_is_plain(entry) for entry in _leaves(value.entries))
    return isinstance(value, Formula) and value.number is not None


def _lists(values: Values | Table) -> Iterator[Values]:
    yield from _leaves(values.entries) if isinstance(values, Table) else (values,)


def check_tiers(basis: Tiers) -> None:
    """Refuse lists of caps that are plain numbers and do not rise."""
    for caps in _lists(basis.caps):
        numbers = [cap.number for cap in caps if isinstance(cap, Formula)]
        if len(numbers) == len(caps) and None not in numbers:
            must_rise([number for number in numbers if number is not None])


@dataclass(frozen=True, slots=True)
class _Caps:
    """How the caps of a binding come about: computed, prorated, rounded."""

    rounding: str
    plain: bool
    by_day: tuple[bool, ...]

    def settle(self, caps: Sequence[Decimal], part: Part | None) -> list[Decimal]:
        if self.plain:
            must_rise(caps)
        flags = self.by_day if len(self.by_day) == len(caps) else self.by_day * len(caps)
        return [
            self._one(cap, None if by_day else part)
            for cap, by_day in zip(caps, flags, strict=True)
        ]

    def _one(self, cap: Decimal, part: Part | None) -> Decimal:
        result = cap if part is None else thousandths(scaled(cap, part))
        return result if self.rounding == "none" else round_to(result, self.rounding)


def _caps(context: Context, caps: Values | Table) -> _Caps:
    plain_lists = all(_is_plain(cap) for item in _lists(caps) for cap in item)
    each = (caps,) if isinstance(caps, Table) else caps
    by_day = tuple(context.depends(item)[1] for item in each)
    return _Caps(context.schedule.rounding.caps, plain_lists, by_day)


def compile_tiers(context: Context, basis: Tiers) -> Binder:
    """A quantity laid on tiers, one line for each that it reaches."""
    check_tiers(basis)
    choose_caps = context.compiler.choose(basis.caps)
    choose_prices = context.compiler.choose(basis.prices)
    laid = context.source(basis.of) if basis.of is not None else None
    moving = context.depends(basis.caps)[0] or context.depends(basis.prices)[0]
    rule = _caps(context, basis.caps)

    def bind(binding: Binding) -> Step:
        make = context.maker(binding.scope, context.schedule.unit)
        many = usage_of if laid is None else laid.getter(binding.scope)

        def ladder(scope: Any) -> Ladder:
            caps = [cap(scope) for cap in choose_caps(scope)]
            prices = [price(scope) for price in choose_prices(scope)]
            return build_ladder(rule.settle(caps, binding.caps), prices, make)

        if moving:
            return context.step(lambda bill: ladder(bill.scope).lines(many(bill)))
        fixed = ladder(binding.scope)

        def compute(bill: Bill) -> list[RatedLine]:
            return fixed.lines(many(bill))

        return context.step(compute)

    return bind
