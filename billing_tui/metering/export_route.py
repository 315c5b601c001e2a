"""Write the meters of a cycle for the handhelds, in walk order (RDG-1), with the count sent out."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.foundation.errors import InvalidEntry, Refused
from billing_tui.metering.contexts import surroundings
from billing_tui.metering.layout_text import find_layout
from billing_tui.metering.layout_writer import write_layout
from billing_tui.metering.population import find_instance, population_of
from billing_tui.metering.read_context import median_daily
from billing_tui.metering.read_record import Given, ReadRecord

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from billing_tui.access.desk import Desk
    from billing_tui.metering.contexts import Surroundings
    from billing_tui.metering.points import MeteredPoint

_LOW, _HIGH = Decimal("0.2"), Decimal("2.5")


@dataclass(frozen=True, slots=True)
class ExportResult:
    """What went out.

    Attributes:
        path: the file.
        layout: its layout.
        meters: control count.
        routes: codes of the routes in it.
        sha256: digest of its bytes.
    """

    path: Path
    layout: str
    meters: int
    routes: tuple[str, ...]
    sha256: str


def _window(point: MeteredPoint, around: Surroundings, start: int) -> tuple[Decimal, Decimal]:
    """The readings between which the handheld does not ask: 0.2 to 2.5 times the usual use."""
    instance = around.population.instance
    begins = around.population.openings[point.meter.meter_id]
    daily = median_daily(around.periods.get(point.point_id, ()), instance.read_day)
    register = point.meter.register
    top = 10**register.dials - 1
    if daily is None:
        return Decimal(start), Decimal(top)
    days = max((instance.read_day - begins.start_day).days, 1)
    counts = Decimal(daily) * days / 1000 / register.multiplier_milli
    low, high = int(start + counts * _LOW), int(start + counts * _HIGH) + 1
    return Decimal(min(low, top)), Decimal(min(high, top))


def _records(points: Iterable[MeteredPoint], around: Surroundings) -> Iterator[ReadRecord]:
    population = around.population
    for point in points:
        start = population.openings[point.meter.meter_id].start
        low, high = _window(point, around, start)
        occupant = around.occupants.get(point.point_id)
        register = point.meter.register
        yield ReadRecord(
            meter_number=point.meter.number,
            endpoint=point.meter.endpoint,
            unit=register.unit,
            multiplier=(Decimal(register.multiplier_milli) / 1000).normalize(),
            day=population.instance.read_day,
            kind=Given.SKIPPED,
            account=occupant.account if occupant else "",
            name=occupant.name if occupant else "",
            location=point.location,
            cycle=population.instance.cycle,
            route=point.route,
            sequence=str(point.sequence or ""),
            address=point.address,
            dials=register.dials,
            decimals=0,
            previous=Decimal(start),
            low=low,
            high=high,
        )


def _write(path: Path, lines: Iterable[bytes]) -> str:
    """Write a new file, private, never over another one; returns the digest."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    digest = hashlib.sha256()
    try:
        handle = os.open(path, flags, 0o600)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise InvalidEntry(f"{path} cannot be written: {why}.", field="path") from error
    with os.fdopen(handle, "wb") as file:
        for line in lines:
            digest.update(line)
            file.write(line)
    return digest.hexdigest()


def export_route(
    desk: Desk, instance_id: int, layout_name: str, path: Path, *, routes: Iterable[str] = ()
) -> ExportResult:
    """Write the active meters of a cycle, or of some of its routes.

    Args:
        desk: who sends it.
        instance_id: which reading.
        layout_name: how to write it, such as `mvrs-download`.
        path: a file that is not there yet.
        routes: codes of the routes; none means all.

    Raises:
        Refused: no meter is to be read there.
        InvalidEntry: the file cannot be written, or a value does not fit the layout.
    """
    layout, instance = find_layout(layout_name), find_instance(instance_id)
    wanted = frozenset(routes)
    with writing(desk, Right.UPLOAD_READS, "metering.export_route") as act:
        population = population_of(instance)
        points = [
            point
            for point in population.points
            if point.active and (not wanted or point.route in wanted)
        ]
        if not points:
            raise Refused("No active meter is to be read there; check the route codes.")
        around = surroundings(population, [point.meter.meter_id for point in points])
        lines = list(write_layout(layout, _records(points, around)))
        digest = _write(path, lines)
        found = tuple(sorted({point.route for point in points}))
        act.about("cycle_instance", instance_id)
        act.after = {"layout": layout.name, "meters": len(points), "sha256": digest}
        return ExportResult(path, layout.name, len(points), found, digest)
