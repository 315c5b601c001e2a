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
        occupants: service point to the account there.
        periods: service point to its periods, newest first.
    """

    population: Population
    occupants: dict[int, Occupant]
    periods: dict[int, tuple[Period, ...]]


def surroundings(population: Population, meters: Iterable[int]) -> Surroundings:
    """Load occupants and history: for a few meters point by point, for many in one pass."""
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
    living = occupants(instance.cycle_id, instance.read_day, point_id=alone)
    return Surroundings(population, living, periods)


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
    occupant = around.occupants.get(row.point_id)
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
