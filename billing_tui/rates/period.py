"""A period cut into parts where rates or seasons change, each rated by its own version."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from billing_tui.foundation.units import UnitMismatch
from billing_tui.rates.engine import CompiledSchedule
from billing_tui.rates.errors import RateError
from billing_tui.rates.exact import divide, multiply, subtract, thousandths
from billing_tui.rates.line import RatedService, ServiceUse

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class CompiledVersion:
    """A version in force from `effective_from` to `effective_to`, both included; None is open."""

    compiled: CompiledSchedule
    effective_from: date
    effective_to: date | None = None

    def holds(self, day: date) -> bool:
        """Whether the version is in force on that day."""
        return self.effective_from <= day and (
            self.effective_to is None or day <= self.effective_to
        )


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


def days_of(use: ServiceUse) -> int:
    """Days of the period; a period without days is refused."""
    days = (use.to_day - use.from_day).days
    if days < 1:
        raise RateError(
            f"The period from {use.from_day} to {use.to_day} has no days.",
            field="to_day",
            code="RATE-PERIOD",
        )
    return days


def _season_cuts(compiled: CompiledSchedule, use: ServiceUse, first: date, end: date) -> set[date]:
    """First days of months in `(first, end)` on which a calendar of the class changes season."""
    calendars = compiled.find_class(use.rate_class).calendars
    cuts = set()
    day = first.replace(day=1)
    while calendars and day < end:
        before = day.month
        day = (day + 31 * _DAY).replace(day=1)
        changes = any(months[before] != months[day.month] for months in calendars.values())
        if changes and first < day < end:
            cuts.add(day)
    return cuts


def _cut(part: Part, use: ServiceUse) -> Iterator[Part]:
    if part.compiled.schedule.proration.season_change != "by_days":
        yield part
        return
    cuts = sorted(_season_cuts(part.compiled, use, part.from_day, part.to_day))
    bounds = [part.from_day, *cuts, part.to_day]
    for first, end in zip(bounds, bounds[1:], strict=False):
        yield Part(part.compiled, first, end)


def _season_day(part: Part) -> date:
    last = part.compiled.schedule.proration.season_change == "last_day"
    return part.to_day - _DAY if last else part.from_day


def _shared(whole: Decimal, parts: Sequence[Part]) -> list[Decimal]:
    """`whole` by days, to the thousandth; the last part takes what is left."""
    total = Decimal(sum(part.days for part in parts))
    shares = [thousandths(divide(multiply(whole, Decimal(p.days)), total)) for p in parts[:-1]]
    rest = whole
    for share in shares:
        rest = subtract(rest, share)
    return [*shares, rest]


def rate_under(compiled: CompiledSchedule, use: ServiceUse) -> RatedService:
    """The whole period under one version (its seasons may still cut it)."""
    days = days_of(use)
    usage = compiled.check_usage(use)
    change = compiled.schedule.proration.season_change
    if change == "by_days":
        whole = Part(compiled, use.from_day, use.to_day)
        return _rate_parts(tuple(_cut(whole, use)), use, usage)
    season_day = use.to_day - _DAY if change == "last_day" else use.from_day
    return compiled.rate_part(use, usage, use.related, (days, days), season_day)


def _related(
    part: Part, at: int, related: Mapping[str, Decimal], shares: Mapping[str, list[Decimal]]
) -> Mapping[str, Decimal]:
    measured = part.compiled.schedule.related
    return {
        name: shares[name][at] if measured.get(name) == "measured" else amount
        for name, amount in related.items()
    }


def _rate_parts(parts: Sequence[Part], use: ServiceUse, usage: Decimal | None) -> RatedService:
    days = days_of(use)
    if len(parts) == 1:
        season_day = _season_day(parts[0])
        return parts[0].compiled.rate_part(use, usage, use.related, (days, days), season_day)
    usages: Sequence[Decimal | None] = (
        [None] * len(parts) if usage is None else _shared(usage, parts)
    )
    shares = {name: _shared(amount, parts) for name, amount in use.related.items()}
    lines = []
    total = 0
    for at, part in enumerate(parts):
        related = _related(part, at, use.related, shares)
        span = (part.days, days)
        rated = part.compiled.rate_part(use, usages[at], related, span, _season_day(part))
        dates = {"from_day": part.from_day, "to_day": part.to_day}
        lines += [line._replace(**dates) for line in rated.lines]
        total += rated.total_cents
    return RatedService(tuple(lines), total)


def _version_on(versions: Sequence[CompiledVersion], day: date) -> CompiledVersion:
    for version in versions:
        if version.holds(day):
            return version
    raise RateError(
        f"No version of the schedule is in force on {day}.", field="from_day", code="RATE-VERSION"
    )


def _parts_by_version(versions: Sequence[CompiledVersion], use: ServiceUse) -> Iterator[Part]:
    first = use.from_day
    while first < use.to_day:
        version = _version_on(versions, first)
        end = use.to_day
        if version.effective_to is not None:
            end = min(end, version.effective_to + _DAY)
        yield Part(version.compiled, first, end)
        first = end


def rate_period(versions: Sequence[CompiledVersion], use: ServiceUse) -> RatedService:
    """The lines of one service for one period, whatever versions are in force in it.

    Raises:
        RateError: also where a day has no version.
        UnitMismatch: if usage or versions are in different units.
    """
    days_of(use)
    last = _version_on(versions, use.to_day - _DAY).compiled
    policy = last.schedule.proration.rate_change
    if policy == "last_day":
        return rate_under(last, use)
    if policy == "first_day":
        return rate_under(_version_on(versions, use.from_day).compiled, use)
    parts = [cut for part in _parts_by_version(versions, use) for cut in _cut(part, use)]
    for part in parts:
        if part.compiled.schedule.unit is not last.schedule.unit:
            raise UnitMismatch(f"Versions of {last.schedule.code} bill in different units.")
    return _rate_parts(parts, use, last.check_usage(use))
