"""Recompute every line of some drafts with the second calculator, from what is stored (BIL-6)."""

from __future__ import annotations

import json
from datetime import date, timedelta
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from billing_tui.billing.second_calculator.compare import compare
from billing_tui.billing.second_calculator.reading import ScheduleReading, read_schedule
from billing_tui.billing.second_calculator.recompute import Use, recompute
from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import BillingError, NotFound

if TYPE_CHECKING:
    from collections.abc import Sequence

_SERVICES = """
    SELECT b.{key}, s.id, s.kind, s.rate_class, s.from_day, s.to_day, s.usage_milli, s.unit,
           s.inputs
      FROM bill b JOIN bill_service s ON s.bill_id = b.id
     WHERE {which} ORDER BY b.{key}, s.id
"""
_LINES = """
    SELECT l.bill_service_id, l.code, l.tier, l.cents
      FROM bill b JOIN bill_line l ON l.bill_id = b.id
     WHERE {which} ORDER BY l.bill_service_id, l.position
"""
_OF_RUN = "b.run_id = ? AND b.account_id BETWEEN ? AND ?"
Slice = tuple[ScheduleReading, date, date]


class SecondOpinion:
    """The second calculator with the rate versions that it has read so far."""

    def __init__(self) -> None:
        self._read: dict[int, tuple[ScheduleReading, date, date | None]] = {}

    def _version(self, version_id: int) -> tuple[ScheduleReading, date, date | None]:
        found = self._read.get(version_id)
        if found is None:
            rows = rows_of(
                "SELECT text, effective_from, effective_to FROM rate_version WHERE id = ?",
                (version_id,),
            )
            if not rows:
                raise NotFound(f"Rate version {version_id} is not on file.")
            text, start, end = rows[0]
            found = self._read[version_id] = (
                read_schedule(text),
                date.fromisoformat(start),
                date.fromisoformat(end) if end else None,
            )
        return found

    def _slices(self, version_ids: Sequence[int]) -> list[Slice]:
        far = date.max - timedelta(days=1)
        return [
            (reading, start, end + timedelta(days=1) if end else far)
            for reading, start, end in map(self._version, version_ids)
        ]

    def _differences(self, row: tuple[Any, ...], lines: list[tuple[str, int | None, int]]) -> str:
        _, _, kind, rate_class, from_day, to_day, usage, unit, stored = row
        inputs = json.loads(stored)
        use = Use(
            rate_class=rate_class,
            attributes=inputs["attributes"],
            usage=None if usage is None else _milli_text(usage),
            unit=unit or None,
            from_day=date.fromisoformat(from_day),
            to_day=date.fromisoformat(to_day),
            related=inputs["related"],
        )
        try:
            found = compare(lines, recompute(self._slices(inputs["versions"]), use))
        except BillingError as error:
            found = [error.sentence]
        return f"{kind}: {found[0]}" if found else ""

    def check(self, run_id: int, first: int, last: int) -> dict[int, list[str]]:
        """Differences by account id, for the accounts of the run from `first` to `last`."""
        return self._check("account_id", _OF_RUN, (run_id, first, last))

    def check_bills(self, ids: Sequence[int]) -> dict[int, list[str]]:
        """Differences by bill id, for at most a few hundred bills of whatever run."""
        return self._check("id", f"b.id IN ({', '.join('?' * len(ids))})", ids)

    def _check(self, key: str, which: str, bounds: Sequence[int]) -> dict[int, list[str]]:
        lines = {
            service: [(code, tier, cents) for _, code, tier, cents in group]
            for service, group in groupby(
                rows_of(_LINES.replace("{which}", which), bounds), key=itemgetter(0)
            )
        }
        found: dict[int, list[str]] = {}
        services = _SERVICES.replace("{which}", which).replace("{key}", key)
        for row in rows_of(services, bounds):
            difference = self._differences(row, lines.get(row[1], []))
            if difference:
                found.setdefault(row[0], []).append(difference)
        return found


def _milli_text(milli: int) -> str:
    sign = "-" if milli < 0 else ""
    whole, part = divmod(abs(milli), 1000)
    return f"{sign}{whole}.{part:03d}" if part else f"{sign}{whole}"
