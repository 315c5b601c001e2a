"""Staged reads with everything around them: the bridge from the tables to the pure checks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from billing_tui.foundation.units import Unit
from billing_tui.metering.history import periods_of_cycle, periods_of_point
from billing_tui.metering.points import occupants
from billing_tui.metering.read_context import Period, ReadContext
from billing_tui.metering.tables import ReadKind

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from billing_tui.metering.points import Occupant
    from billing_tui.metering.population import Population
    from billing_tui.metering.staged_rows import StagedRow

_LOOK_BACK = timedelta(days=430)
_MANY = 2000


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known around the reads of a cycle.

    Attributes:
        population: the meters and where their usage begins.
        occupants: service point to the account there on the planned day.
        periods: service point to its periods, newest first.
        newcomers: service point to the account that began there after it.
    """

    population: Population
    occupants: dict[int, Occupant]
    periods: dict[int, tuple[Period, ...]]
    newcomers: dict[int, Occupant]

    def occupant(self, point_id: int, day: date) -> Occupant | None:
        """The account at a point when it was read; a route is often walked after its day."""
        came = self.newcomers.get(point_id)
        return came if came and came.since <= day else self.occupants.get(point_id)


def surroundings(
    population: Population, meters: Iterable[int], *, until: date | None = None
) -> Surroundings:
    """Load occupants and history: for a few meters point by point, for many in one pass.

    Args:
        population: the meters of the cycle, or of one point.
        meters: rows of those that were read.
        until: the last day on which one was, where that may be after the planned day.
    """
    instance = population.instance
    points = [population.by_meter[meter] for meter in meters if meter in population.by_meter]
    units = {point.point_id: point.meter.register.unit for point in points}
    since = instance.read_day - _LOOK_BACK
    if len(units) <= _MANY:
        periods = {
            point: tuple(period for period in periods_of_point(point, unit) if period.day > since)
            for point, unit in units.items()
        }
    else:
        periods = periods_of_cycle(instance.cycle_id, since, units)
    alone = next(iter(units)) if len(units) == 1 else None
    cycle, planned = instance.cycle_id, instance.read_day
    living = occupants(cycle, planned, point_id=alone)
    late = until is not None and until > planned
    there = occupants(cycle, until, point_id=alone) if until is not None and late else {}
    newcomers = {point: one for point, one in there.items() if one.since > planned}
    return Surroundings(population, living, periods, newcomers)


def estimates_in_row(history: tuple[Period, ...]) -> int:
    """How many estimates stand at the end of history."""
    run = 0
    for period in history:
        if not period.estimated:
            break
        run += 1
    return run


def context_of(row: StagedRow, around: Surroundings, others: tuple[int, ...] = ()) -> ReadContext:
    """The read as the checks see it."""
    population = around.population
    point = population.by_meter[row.meter_id]
    begins = population.openings[row.meter_id]
    occupant = around.occupant(row.point_id, row.day)
    history = around.periods.get(row.point_id, ())
    told = row.told
    return ReadContext(
        reading=row.reading,
        previous=begins.start,
        previous_day=begins.cycle_day,
        day=row.day,
        register=point.meter.register,
        usage_milli=row.usage_milli,
        rolled_over=row.rolled_over,
        exchanged=begins.exchanged,
        history=history,
        meter_number=point.meter.number,
        told_meter=told.get("meter", ""),
        told_unit=Unit(told["unit"]) if "unit" in told else None,
        told_multiplier=Decimal(told["multiplier"]) if "multiplier" in told else None,
        told_dials=int(told["dials"]) if "dials" in told else None,
        size=point.meter.size,
        rate_class=occupant.rate_class if occupant else "",
        active=point.active,
        occupied=occupant is not None,
        estimated=row.kind == ReadKind.ESTIMATED,
        estimates_before=estimates_in_row(history),
        skip_code=row.code if row.line else "",
        others=others,
    )
