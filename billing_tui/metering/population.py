"""A cycle's meters with everything that staging, checking and posting needs, loaded in bulk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import NotFound
from billing_tui.metering.history import tails_of_cycle
from billing_tui.metering.legs import Opening, opening, tail_of
from billing_tui.metering.points import points_of_cycle

if TYPE_CHECKING:
    from billing_tui.metering.points import MeteredPoint


@dataclass(frozen=True, slots=True)
class Instance:
    """One reading of one cycle.

    Attributes:
        instance_id: its row.
        cycle_id: row of the cycle; `cycle` is its code.
        name: such as 2026-11.
        read_day: the planned day of reading.
    """

    instance_id: int
    cycle_id: int
    cycle: str
    name: str
    read_day: date


@dataclass(frozen=True, slots=True)
class Population:
    """The meters of a cycle on its read day.

    Attributes:
        instance: which reading.
        points: in walk order.
        openings: row of the meter to where its usage begins.
        by_meter: row of the meter to its point.
    """

    instance: Instance
    points: tuple[MeteredPoint, ...]
    openings: dict[int, Opening]
    by_meter: dict[int, MeteredPoint]

    @property
    def expected(self) -> int:
        """How many reads must come: one for each meter of an active point."""
        return sum(point.active for point in self.points)


def find_instance(instance_id: int) -> Instance:
    """One reading of one cycle. Raises `NotFound`."""
    rows = rows_of(
        "SELECT c.id, c.code, i.name, i.read_day FROM cycle_instance i"
        " JOIN cycle c ON c.id = i.cycle_id WHERE i.id = ?",
        (instance_id,),
    )
    if not rows:
        raise NotFound(f"There is no cycle instance {instance_id}.", field="instance")
    cycle_id, cycle, name, read_day = rows[0]
    return Instance(instance_id, cycle_id, cycle, name, date.fromisoformat(read_day))


def instance_named(cycle: str, name: str) -> Instance:
    """The reading of a cycle by its code and name, such as `03` and `2026-11`."""
    rows = rows_of(
        "SELECT i.id FROM cycle_instance i JOIN cycle c ON c.id = i.cycle_id"
        " WHERE c.code = ? AND i.name = ?",
        (cycle, name),
    )
    if not rows:
        raise NotFound(f"There is no reading {name} of cycle {cycle}.", field="cycle")
    return find_instance(rows[0][0])


def population_of(instance: Instance, *, point_id: int | None = None) -> Population:
    """Load the meters of the instance's cycle, or of one service point, and their openings."""
    points = points_of_cycle(instance.cycle_id, instance.read_day, point_id=point_id)
    tails = tails_of_cycle(instance.cycle_id, point_id=point_id)
    in_place: dict[int, frozenset[int]] = {}
    for point in points:
        before = in_place.get(point.point_id, frozenset())
        in_place[point.point_id] = before | {point.meter.meter_id}
    openings = {
        point.meter.meter_id: opening(
            point,
            tail_of(point, tails.get(point.point_id, ()), in_place[point.point_id]),
        )
        for point in points
    }
    by_meter = {point.meter.meter_id: point for point in points}
    return Population(instance, tuple(points), openings, by_meter)
