"""Rates services under a schedule: the first calculator. Rules: data/rates/README.md.

A schedule is compiled once. For each combination of what accounts state and days, a plan is made
once and kept; a bill then runs the plan's few steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing_tui.foundation.errors import Problem, ProblemsFound
from billing_tui.foundation.units import UnitMismatch
from billing_tui.rates.charges import Bill
from billing_tui.rates.errors import RateError
from billing_tui.rates.exact import ZERO, add, round_to, to_cents
from billing_tui.rates.line import RatedLine, RatedService, ServiceUse
from billing_tui.rates.parts import days_of, season_cuts, season_day, shared
from billing_tui.rates.plan import CompiledClass, compile_class

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date
    from decimal import Decimal

    from billing_tui.rates.schedule import Schedule


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
        days = days_of(use)
        usage = self.check_usage(use)
        change = self.schedule.proration.season_change
        if change == "by_days":
            return rate_parts(tuple(self.parts(use, use.from_day, use.to_day)), use, usage)
        day = season_day(change, use.from_day, use.to_day)
        return self.rate_part(use, usage, use.related, (days, days), day)

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

    def parts(self, use: ServiceUse, first: date, end: date) -> Iterator[Part]:
        """`[first, end)` cut where a season changes, if the schedule says so."""
        cuts = []
        if self.schedule.proration.season_change == "by_days":
            cuts = season_cuts(self.find_class(use.rate_class).calendars, first, end)
        for cut in cuts:
            yield Part(self, first, cut)
            first = cut
        yield Part(self, first, end)

    def check_usage(self, use: ServiceUse) -> Decimal | None:
        """The usage as it is billed: in the schedule's unit, not negative, whole if so stated."""
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
        day: date,
    ) -> RatedService:
        """The lines of one part.

        Args:
            use: the service.
            usage: of the part.
            related: of the part.
            days: of the part, and of the whole period.
            day: the one whose season counts.
        """
        compiled = self.find_class(use.rate_class)
        try:
            plan = compiled.plan(use.attributes, days, day.month)
            seen: dict[str, Decimal] = {}
            scope = plan.scope.of_bill(usage, related, seen) if compiled.dynamic else plan.scope
            bill = Bill(usage, related, seen, [], scope)
            for step in plan.steps:
                step(bill)
        except (RateError, ArithmeticError) as error:
            raise self._refusal(use.rate_class, error) from error
        if self.schedule.rounding.money == "bill":
            return _round_on_bill(bill.lines)
        return RatedService(tuple(bill.lines), sum([line.cents for line in bill.lines]))

    def _refusal(self, rate_class: str, error: RateError | ArithmeticError) -> RateError:
        where = f"{self.schedule.code} of {self.schedule.effective}, {rate_class}"
        if isinstance(error, RateError):
            return type(error)(f"{where}: {error.sentence}", field=error.field, code=error.code)
        return RateError(f"{where}: a division by zero, or a number too large.", code="RATE-NUMBER")


@dataclass(frozen=True, slots=True)
class Part:
    """Days `[from_day, to_day)` of a period under one version and, if so stated, one season."""

    compiled: CompiledSchedule
    from_day: date
    to_day: date

    @property
    def days(self) -> int:
        """How many days."""
        return (self.to_day - self.from_day).days

    @property
    def season_day(self) -> date:
        """The day whose season counts."""
        change = self.compiled.schedule.proration.season_change
        return season_day(change, self.from_day, self.to_day)

    def own(self, related: Mapping[str, Decimal]) -> frozenset[str]:
        """Which of the related amounts are measured and so shared out by days."""
        kinds = self.compiled.schedule.related
        return frozenset(name for name in related if kinds.get(name) == "measured")


def rate_parts(parts: Sequence[Part], use: ServiceUse, usage: Decimal | None) -> RatedService:
    """The lines of all parts in order; usage and measured amounts are shared out by days."""
    period = days_of(use)
    if len(parts) == 1:
        only = parts[0]
        days = (period, period)
        return only.compiled.rate_part(use, usage, use.related, days, only.season_day)
    spans = [part.days for part in parts]
    usages = [None] * len(parts) if usage is None else shared(usage, spans)
    shares = {name: shared(amount, spans) for name, amount in use.related.items()}
    lines: list[RatedLine] = []
    total = 0
    for at, part in enumerate(parts):
        own = part.own(use.related)
        related = {n: shares[n][at] if n in own else whole for n, whole in use.related.items()}
        days = (part.days, period)
        rated = part.compiled.rate_part(use, usages[at], related, days, part.season_day)
        lines += [x._replace(from_day=part.from_day, to_day=part.to_day) for x in rated.lines]
        total += rated.total_cents
    return RatedService(tuple(lines), total)


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
