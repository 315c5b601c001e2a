"""The rate versions that a run bills under, read and compiled once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from billing_tui.foundation.bulk import rows_of
from billing_tui.rates.engine import compile_schedule
from billing_tui.rates.period import CompiledVersion, rate_period
from billing_tui.rates.schedule_text import read_schedule

if TYPE_CHECKING:
    from billing_tui.rates.line import RatedService, ServiceUse

_IN_FORCE = """
    SELECT v.id, v.text, v.effective_from, v.effective_to
      FROM rate_version v JOIN rate_schedule s ON s.id = v.schedule_id
     WHERE s.code = ? AND v.state <> 'Draft' AND v.effective_from < ?
       AND (v.effective_to IS NULL OR v.effective_to >= ?)
     ORDER BY v.effective_from
"""


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
        rows = rows_of(_IN_FORCE, (schedule, to_day.isoformat(), from_day.isoformat()))
        return PeriodVersions(
            tuple(row[0] for row in rows), tuple(self._compile(*row) for row in rows)
        )

    def _compile(self, version_id: int, text: str, start: str, end: str | None) -> CompiledVersion:
        found = self._compiled.get(version_id)
        if found is None:
            found = self._compiled[version_id] = CompiledVersion(
                compile_schedule(read_schedule(text)),
                date.fromisoformat(start),
                date.fromisoformat(end) if end else None,
            )
        return found
