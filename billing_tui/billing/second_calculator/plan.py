"""What is alike for all services of the same class, account facts and days, worked out once.

Charges that nothing varies become finished lines; usage on known prices becomes a ladder of whole
numbers; the rest is walked for each service.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import lcm
from typing import TYPE_CHECKING, NamedTuple

from billing_tui.billing.second_calculator.arithmetic import ZERO, cents, keep, nearest
from billing_tui.billing.second_calculator.rate_part import entries, ladder
from billing_tui.billing.second_calculator.scene import Scene
from billing_tui.billing.second_calculator.values import Level, Value, table_parts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

    from billing_tui.billing.second_calculator.charges import Charge, Tiers
    from billing_tui.billing.second_calculator.class_reading import ClassReading
    from billing_tui.billing.second_calculator.parts import Part

_FINEST = 10**6
_FINEST_PRICE = 10**12
_HIGHEST = 10**6
_MOST_USAGE = 10**9
_USAGE = (("name", "usage"),)


class CheckedLine(NamedTuple):
    """A line as the second calculator finds it: the charge's code, its tier if any, and cents."""

    code: str
    tier: int | None
    cents: int


class Rung(NamedTuple):
    """A tier in whole numbers: its end in units (None: open) and top / bottom cents a unit."""

    tier: int | None
    end: int | None
    top: int
    bottom: int


@dataclass(frozen=True, slots=True)
class Finished:
    """A charge whose lines no service changes."""

    charge: Charge
    ready: tuple[CheckedLine, ...]

    def lines(self, _: Scene) -> tuple[CheckedLine, ...]:
        """The lines as they stand."""
        return self.ready


@dataclass(frozen=True, slots=True)
class Ladder:
    """A charge on usage at known prices; usage counts in units of 1 / scale."""

    charge: Charge
    scale: int
    rungs: tuple[Rung, ...]

    def lines(self, scene: Scene) -> list[CheckedLine]:
        """The lines; usage that is finer or greater than the ladder reaches is walked."""
        usage = scene.amount("usage")
        scale, fineness = self.scale, usage.denominator
        if scale % fineness or not -_MOST_USAGE < usage.numerator < _MOST_USAGE:
            return line_by_line(self.charge, scene)
        units = usage.numerator * (scale // fineness)
        code, keep_zero = self.charge.code, not self.charge.omit_zero
        lines: list[CheckedLine] = []
        below = 0
        for tier, end, top, bottom in self.rungs:
            ends_here = end is None or units <= end
            mark = units if ends_here else (end or 0)
            step = mark - below
            if step or tier is None or tier == 1:
                money = nearest(step * top, bottom)
                if money or keep_zero:
                    lines.append(CheckedLine(code, tier, money))
            if ends_here:
                break
            below = mark
        return lines


@dataclass(frozen=True, slots=True)
class Share:
    """A known percentage of charges before it, on whole cents: top / bottom of their sum."""

    charge: Charge
    top: int
    bottom: int
    most: int | None

    def lines(self, scene: Scene) -> tuple[CheckedLine, ...]:
        """The one line, unless it is zero and left out then."""
        charged = scene.charged
        base = sum([int(charged.get(code, 0)) for code in self.charge.basis.of])
        money = nearest(base * self.top, self.bottom)
        if self.most is not None and money > self.most:
            money = self.most
        if not money and self.charge.omit_zero:
            return ()
        return (CheckedLine(self.charge.code, None, money),)


@dataclass(frozen=True, slots=True)
class Walk:
    """A charge that is worked out for each service from the trees."""

    charge: Charge

    def lines(self, scene: Scene) -> list[CheckedLine]:
        """The lines, each rounded by itself."""
        return line_by_line(self.charge, scene)


Step = Finished | Ladder | Share | Walk


@dataclass(frozen=True, slots=True)
class Plan:
    """How to rate a service of these account facts: finished as a whole, or step by step."""

    part: Part
    rated: ClassReading
    attributes: Mapping[str, str]
    known: dict[Value, Fraction]
    steps: tuple[Step, ...]
    finished: tuple[CheckedLine, ...] | None

    def lines(
        self, usage: Fraction | None, related: Mapping[str, Fraction]
    ) -> tuple[CheckedLine, ...]:
        """The lines of one service in this part, in the order of the bill."""
        if self.finished is not None:
            return self.finished
        scene = Scene(
            self.part.reading,
            self.rated,
            self.part,
            self.attributes,
            usage,
            related,
            {},
            self.known,
        )
        if not self.part.reading.by_line:
            return on_the_bill(scene)
        lines: list[CheckedLine] = []
        for step in self.steps:
            found = step.lines(scene)
            lines += found
            if step.charge.code in self.rated.heard:
                scene.charged[step.charge.code] = sum([line.cents for line in found])
        return tuple(lines)


def line_by_line(charge: Charge, scene: Scene) -> list[CheckedLine]:
    """The charge's lines where money is rounded on each of them (section 6.1)."""
    found = [
        CheckedLine(charge.code, tier, cents(amount)) for tier, amount in entries(charge, scene)
    ]
    return [line for line in found if line.cents or not charge.omit_zero]


def on_the_bill(scene: Scene) -> tuple[CheckedLine, ...]:
    """All lines, as differences of the running sum where money is rounded on the total (6.2)."""
    running, shown = ZERO, 0
    lines: list[CheckedLine] = []
    for charge in scene.rated.charges:
        whole = ZERO
        for tier, amount in entries(charge, scene):
            whole, running = keep(whole + amount), keep(running + amount)
            if amount or not charge.omit_zero:
                lines.append(CheckedLine(charge.code, tier, cents(running) - shown))
                shown = cents(running)
        scene.charged[charge.code] = whole * 100
    return tuple(lines)


def make_plan(part: Part, rated: ClassReading, attributes: Mapping[str, str]) -> Plan:
    """The plan of a class for these account facts in such a part."""
    account = {name: attributes[name] for name in rated.account if name in attributes}
    scene = Scene(part.reading, rated, part, account)
    if not rated.fluid and not part.reading.by_line:
        return Plan(part, rated, account, {}, (), on_the_bill(scene))
    steps = tuple(_step(charge, scene) for charge in rated.charges) if part.reading.by_line else ()
    ready = [line for step in steps if isinstance(step, Finished) for line in step.ready]
    return Plan(part, rated, account, scene.known, steps, None if rated.fluid else tuple(ready))


def _step(charge: Charge, scene: Scene) -> Step:
    if charge.code in scene.rated.fluid:
        return _ladder(charge, scene) or _share(charge, scene) or Walk(charge)
    lines = tuple(line_by_line(charge, scene))
    scene.charged[charge.code] = sum(line.cents for line in lines)
    return Finished(charge, lines)


def _share(charge: Charge, scene: Scene) -> Share | None:
    """The charge as a share of cents, where it is one: a known percent of charges alone."""
    basis, rated = charge.basis, scene.rated
    figures = basis.figures()
    counted = all(rated.meanings.kinds[name] == "charge" for name in basis.of)
    known = counted and rated.steady.issuperset(figures)
    if basis.how != "percent" or charge.kind == "discount" or not known:
        return None
    percent, *most = (scene.worth(figure) for figure in figures)
    if not _is_short(percent):
        return None
    ceiling = cents(most[0]) if most else None
    return Share(charge, percent.numerator, percent.denominator * 100, ceiling)


def _is_short(exact: Fraction) -> bool:
    """Whether products with it stay within 34 digits, so that whole numbers come to the same."""
    return _FINEST_PRICE % exact.denominator == 0 and abs(exact) < _HIGHEST


def _ladder(charge: Charge, scene: Scene) -> Ladder | None:
    """The charge as a ladder, where it is one: usage on caps and prices that this account fixes."""
    basis = charge.basis
    if charge.kind == "discount":
        return None
    if basis.how == "price" and basis.value in scene.rated.steady:
        return _rungs(charge, [], [scene.worth(basis.value)], first=None)
    if basis.tiers and _stands(basis.tiers, scene):
        return _rungs(charge, *ladder(charge, basis.tiers, scene), first=1)
    return None


def _stands(tiers: Tiers, scene: Scene) -> bool:
    laid = tiers.laid
    if laid.body != _USAGE or laid.rounding or laid.at_least or laid.at_most:
        return False
    kinds = scene.rated.meanings.kinds
    for choice in (tiers.caps, tiers.prices):
        if isinstance(choice, Level) and any(
            kinds[name] not in {"attribute", "season"} and name != "month"
            for name in table_parts(choice)[0]
        ):
            return False
        if not scene.rated.steady.issuperset(scene.chosen(choice)):
            return False
    return True


def _rungs(
    charge: Charge, ends: list[Fraction], prices: list[Fraction], first: int | None
) -> Ladder | None:
    scale = lcm(1000, *(end.denominator for end in ends))
    if _FINEST % scale or not all(map(_is_short, prices)) or any(end > _MOST_USAGE for end in ends):
        return None
    rungs = tuple(
        Rung(
            None if first is None else first + position,
            int(ends[position] * scale) if position < len(ends) else None,
            price.numerator * 100,
            price.denominator * scale,
        )
        for position, price in enumerate(prices)
    )
    return Ladder(charge, scale, rungs)
