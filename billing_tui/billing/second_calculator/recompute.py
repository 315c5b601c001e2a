"""Recompute a service's lines for a period: `recompute`."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING

from billing_tui.billing.second_calculator.arithmetic import ZERO, number
from billing_tui.billing.second_calculator.parts import Part, Version, cut, in_force, shares
from billing_tui.billing.second_calculator.plan import CheckedLine, make_plan
from billing_tui.billing.second_calculator.refusals import NotRated
from billing_tui.foundation.units import parse_unit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from billing_tui.billing.second_calculator.class_reading import ClassReading
    from billing_tui.billing.second_calculator.reading import ScheduleReading

_MOST_PLANS = 20_000


@dataclass(frozen=True, slots=True)
class Use:
    """What a service is billed for.

    Attributes:
        rate_class: the class's code.
        attributes: what the account states, by name.
        usage: exact decimal text, in `unit`; None where nothing is metered.
        unit: the usage's unit.
        from_day: first day of the period.
        to_day: first day of the next period.
        related: amounts from other services as exact decimal texts, by name.
    """

    rate_class: str
    attributes: Mapping[str, str]
    usage: str | None
    unit: str | None
    from_day: date
    to_day: date
    related: Mapping[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class _Period:
    """The parts of a period with their classes, and the version that decides on usage."""

    parts: tuple[tuple[Part, ClassReading], ...]
    decides: ScheduleReading


def recompute(reading_by_version: Sequence[Version], use: Use) -> tuple[CheckedLine, ...]:
    """The lines of a service, part by part in order of days, each in the order of the bill.

    Args:
        reading_by_version: each version, its first day in force and the next one's (or None).
        use: the service, its period and usage.

    Raises:
        NotRated: where the specification refuses the service; never a partial result.
    """
    period = _period(tuple(reading_by_version), use.rate_class, use.from_day, use.to_day)
    usage = _usage(period.decides, use)
    related = {name: number(text) for name, text in use.related.items() if text}
    if len(period.parts) == 1:
        part, rated = period.parts[0]
        return _part_lines(part, rated, use, usage, related)
    return _shared_out(period, use, usage, related)


@lru_cache(maxsize=4096)
def _period(
    versions: tuple[Version, ...], rate_class: str, from_day: date, to_day: date
) -> _Period:
    parts = cut(versions, rate_class, from_day, to_day)
    decides, _, _ = in_force(versions, to_day.fromordinal(to_day.toordinal() - 1))
    for part in parts:
        reading = part.reading
        if rate_class not in reading.classes:
            raise NotRated(f"{reading.schedule} has no class {rate_class!r}.")
        if reading.unit is not decides.unit:
            raise NotRated(f"{reading.schedule}: its versions measure in different units.")
    return _Period(tuple((part, part.reading.classes[rate_class]) for part in parts), decides)


@lru_cache(maxsize=256)
def _same_unit(stated: str | None, reading: ScheduleReading) -> bool:
    return stated is not None and parse_unit(stated) is reading.unit


def _usage(reading: ScheduleReading, use: Use) -> Fraction | None:
    """The usage of the whole period after section 5.1, in the schedule's unit."""
    if use.usage is None:
        return None
    if not _same_unit(use.unit, reading):
        raise NotRated(f"{reading.schedule} bills {reading.unit}, but the usage is in {use.unit}.")
    usage = number(use.usage)
    if usage < 0:
        if reading.negative == "refuse":
            raise NotRated(f"{reading.schedule}: the usage {use.usage} is below 0.")
        if reading.negative == "zero":
            return ZERO
    return Fraction(int(usage)) if reading.truncates else usage


def _part_lines(
    part: Part,
    rated: ClassReading,
    use: Use,
    usage: Fraction | None,
    related: Mapping[str, Fraction],
) -> tuple[CheckedLine, ...]:
    if usage is None and "usage" in rated.asks:
        raise NotRated(f"{part.reading.schedule}, {rated.code}: there is no usage to bill.")
    attributes = use.attributes
    key = (rated.code, *map(attributes.get, rated.account))
    plan = part.plans.get(key)
    if plan is None:
        if len(part.plans) >= _MOST_PLANS:
            part.plans.clear()
        plan = part.plans[key] = make_plan(part, rated, attributes)
    if (
        not part.reading.given_wins
        and not rated.reached.isdisjoint(attributes)
        and any(attributes.get(name) for name in rated.reached)
    ):
        raise NotRated(
            f"{part.reading.schedule}, {rated.code}: an attribute has the name of a value."
        )
    return plan.lines(usage, related)


def _shared_out(
    period: _Period, use: Use, usage: Fraction | None, related: Mapping[str, Fraction]
) -> tuple[CheckedLine, ...]:
    """The lines of a period of several parts, usage and measured amounts shared out by days."""
    parts = [part for part, _ in period.parts]
    usages = [None] * len(parts) if usage is None else shares(usage, parts)
    shared = {name: shares(whole, parts) for name, whole in related.items()}
    lines: list[CheckedLine] = []
    for position, (part, rated) in enumerate(period.parts):
        measured = rated.meanings.measured
        own = {
            name: shared[name][position] if name in measured else whole
            for name, whole in related.items()
        }
        lines += _part_lines(part, rated, use, usages[position], own)
    return tuple(lines)
