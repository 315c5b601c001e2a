"""Versions of schedules as they are stored, and which of them is in force when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import NotFound
from billing_tui.rates.difference import Change, changes_between
from billing_tui.rates.engine import compile_schedule
from billing_tui.rates.period import CompiledVersion
from billing_tui.rates.schedule_text import read_schedule
from billing_tui.rates.tables import NOT_APPROVED, VersionState


@dataclass(frozen=True, slots=True)
class VersionView:
    """A version of a schedule.

    Attributes:
        effective_to: last day in force, None while no later version is approved.
        text: as it was loaded.
    """

    id: int
    schedule: str
    title: str
    service: str
    number: int
    state: VersionState
    effective_from: date
    effective_to: date | None
    resolution: str
    adopted: date | None
    prepared_by: str
    approved_by: str | None
    approved_at: str | None
    sha256: str
    text: str

    def compiled(self) -> CompiledVersion:
        """The version ready to bill."""
        return CompiledVersion(
            compile_schedule(read_schedule(self.text)), self.effective_from, self.effective_to
        )


_SELECT = """
    SELECT v.id, s.code, s.title, s.service, v.number, v.state, v.effective_from, v.effective_to,
           v.resolution, v.adopted, p.username, a.username, v.approved_at, v.sha256, v.text
      FROM rate_version v JOIN rate_schedule s ON s.id = v.schedule_id
      JOIN staff_member p ON p.id = v.prepared_by_id
      LEFT JOIN staff_member a ON a.id = v.approved_by_id
"""


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _view(row: tuple[Any, ...]) -> VersionView:
    values = list(row)
    values[5] = VersionState(row[5])
    values[6:8] = date.fromisoformat(row[6]), _day(row[7])
    values[9] = _day(row[9])
    return VersionView(*values)


def all_versions(code: str | None = None) -> tuple[VersionView, ...]:
    """Every version, or those of one schedule; schedules in order, the oldest version first."""
    where, parameters = (" WHERE s.code = ?", (code,)) if code else ("", ())
    rows = rows_of(f"{_SELECT}{where} ORDER BY s.code, v.number", parameters)
    return tuple(map(_view, rows))


def find_version(code: str, number: int) -> VersionView:
    """One version; raises `NotFound` if there is none."""
    rows = rows_of(f"{_SELECT} WHERE s.code = ? AND v.number = ?", (code, number))
    if not rows:
        raise NotFound(f"There is no version {number} of schedule {code}.", field="version")
    return _view(rows[0])


def versions_between(code: str, from_day: date, to_day: date) -> tuple[VersionView, ...]:
    """The approved versions of a schedule in force on a day of `[from_day, to_day)`, in order."""
    rows = rows_of(
        f"{_SELECT} WHERE s.code = ? AND v.state NOT IN (?, ?) AND v.effective_from < ?"
        " AND (v.effective_to IS NULL OR v.effective_to >= ?) ORDER BY v.effective_from",
        (code, *NOT_APPROVED, to_day.isoformat(), from_day.isoformat()),
    )
    return tuple(map(_view, rows))


def difference(code: str, old: int, new: int) -> tuple[Change, ...]:
    """What changed from one version to another, place by place."""
    before, after = find_version(code, old), find_version(code, new)
    return changes_between(read_schedule(before.text), read_schedule(after.text))
