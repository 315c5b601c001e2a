"""Estimate staged reads: history from the tables, the ladder from `estimate`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from statistics import median_low
from typing import TYPE_CHECKING

from billing_tui.foundation.bulk import rows_of
from billing_tui.metering.contexts import estimates_in_row
from billing_tui.metering.estimate import Estimate, estimate
from billing_tui.metering.history import STANDS
from billing_tui.metering.legs import usage_since
from billing_tui.metering.usage import usage_between

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from billing_tui.metering.contexts import Surroundings
    from billing_tui.metering.read_policy import ReadPolicy
    from billing_tui.metering.staged_rows import StagedRow

_RECENT = timedelta(days=70)

_CLASS_DAILY = f"""
SELECT s.rate_class, d.unit, d.usage_milli * 1000 / d.days
FROM route r
JOIN service_point sp ON sp.route_id = r.id
JOIN service s ON s.service_point_id = sp.id AND s.kind = sp.kind
JOIN read d ON d.service_point_id = sp.id
WHERE r.cycle_id = ? AND d.day > ? AND d.days > 0 AND d.kind = 'A' AND d.usage_milli >= 0
  AND s.from_day <= d.day AND (s.to_day IS NULL OR s.to_day >= d.day)
  AND {STANDS}
"""


@dataclass(frozen=True, slots=True)
class Estimated:
    """An estimate for a staged read, or the lack of one.

    Attributes:
        estimate: the reading and its derivation; None where there is nothing to go by.
        usage_milli: since the last cycle read, what was used before an exchange included.
        rolled_over: the estimate passes the register's top.
        in_row: how many estimates in a row this would make.
        allowed: whether the policy allows so many.
    """

    estimate: Estimate | None
    usage_milli: int | None
    rolled_over: bool
    in_row: int
    allowed: bool


def class_daily(cycle_id: int, day: date) -> dict[tuple[str, str], int]:
    """(rate class, unit) to the median daily use of actual reads of the last ten weeks."""
    values: dict[tuple[str, str], list[int]] = {}
    for name, unit, daily in rows_of(_CLASS_DAILY, (cycle_id, (day - _RECENT).isoformat())):
        values.setdefault((name, unit), []).append(int(daily))
    return {key: median_low(found) for key, found in values.items()}


def estimated_row(
    row: StagedRow,
    around: Surroundings,
    policy: ReadPolicy,
    *,
    classes: Callable[[], Mapping[tuple[str, str], int]] | None = None,
) -> Estimated:
    """What the ladder says for a staged read.

    Args:
        row: the read.
        around: its surroundings.
        policy: the limits.
        classes: gives the medians of the classes; asked only where history is too short.
    """
    population = around.population
    point, begins = population.by_meter[row.meter_id], population.openings[row.meter_id]
    history = around.periods.get(row.point_id, ())
    register, days = point.meter.register, (row.day - begins.start_day).days
    found = estimate(begins.start, days, row.day, register, history=history)
    occupant = around.occupants.get(row.point_id)
    if found is None and occupant is not None:
        instance = population.instance
        known = classes() if classes else class_daily(instance.cycle_id, row.day)
        daily = known.get((occupant.rate_class, register.unit.value))
        found = estimate(begins.start, days, row.day, register, history=history, class_daily=daily)
    in_row = estimates_in_row(history) + 1
    allowed = in_row <= policy.estimates_in_row
    if found is None:
        return Estimated(None, None, rolled_over=False, in_row=in_row, allowed=allowed)
    used = usage_since(point, begins, found.reading, policy.rollover_share)
    moved = usage_between(begins.start, found.reading, register, policy.rollover_share)
    return Estimated(found, used.milli if used else None, moved.rolled_over, in_row, allowed)
