"""The rate versions that a run bills under, read and compiled once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing_tui.rates.lookup import versions_between
from billing_tui.rates.period import CompiledVersion, rate_period

if TYPE_CHECKING:
    from datetime import date

    from billing_tui.rates.line import RatedService, ServiceUse
    from billing_tui.rates.lookup import VersionView


@dataclass(frozen=True, slots=True)
class PeriodVersions:
    """The versions of one schedule that are in force in a period, with their rows' ids."""

    ids: tuple[int, ...]
    compiled: tuple[CompiledVersion, ...]

    def rate(self, use: ServiceUse) -> RatedService:
        """The lines of one service for the period."""
        return rate_period(self.compiled, use)


class RateBook:
    """Looks versions up by schedule and period; reads each text and each period once."""

    def __init__(self) -> None:
        self._compiled: dict[int, CompiledVersion] = {}
        self._found: dict[tuple[str, date, date], PeriodVersions] = {}

    def versions(self, schedule: str, from_day: date, to_day: date) -> PeriodVersions:
        """The approved versions of a schedule in `[from_day, to_day)`."""
        key = (schedule, from_day, to_day)
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = self._look_up(schedule, from_day, to_day)
        return found

    def _look_up(self, schedule: str, from_day: date, to_day: date) -> PeriodVersions:
        views = versions_between(schedule, from_day, to_day)
        return PeriodVersions(
            tuple(view.id for view in views), tuple(self._compile(view) for view in views)
        )

    def _compile(self, view: VersionView) -> CompiledVersion:
        found = self._compiled.get(view.id)
        if found is None:
            found = self._compiled[view.id] = view.compiled()
        return found
