"""A period during which rates change: each part is rated by the version in force on its days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing_tui.foundation.units import UnitMismatch
from billing_tui.rates.engine import rate_parts
from billing_tui.rates.errors import RateError
from billing_tui.rates.parts import DAY, days_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from billing_tui.rates.engine import CompiledSchedule, Part
    from billing_tui.rates.line import RatedService, ServiceUse


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


def _version_on(versions: Sequence[CompiledVersion], day: date) -> CompiledVersion:
    for version in versions:
        if version.holds(day):
            return version
    raise RateError(
        f"No version of the schedule is in force on {day}.", field="from_day", code="RATE-VERSION"
    )


def _parts(versions: Sequence[CompiledVersion], use: ServiceUse) -> Iterator[Part]:
    first = use.from_day
    while first < use.to_day:
        version = _version_on(versions, first)
        last = version.effective_to
        end = use.to_day if last is None else min(use.to_day, last + DAY)
        yield from version.compiled.parts(use, first, end)
        first = end


def rate_period(versions: Sequence[CompiledVersion], use: ServiceUse) -> RatedService:
    """The lines of one service for one period, whatever versions are in force in it.

    Raises:
        RateError: also where a day has no version.
        UnitMismatch: if usage or versions are in different units.
    """
    days_of(use)
    last = _version_on(versions, use.to_day - DAY).compiled
    policy = last.schedule.proration.rate_change
    if policy != "by_days":
        day = use.from_day if policy == "first_day" else use.to_day - DAY
        return _version_on(versions, day).compiled.rate(use)
    parts = tuple(_parts(versions, use))
    if any(part.compiled.schedule.unit is not last.schedule.unit for part in parts):
        raise UnitMismatch(f"The versions of {last.schedule.code} bill in different units.")
    return rate_parts(parts, use, last.check_usage(use))
