"""The read of a move: taken on the day on which one customer leaves or another comes.

It goes straight to history, inside the transaction of the move. Where the meter was read on that
day already, that read serves: who leaves and who comes share one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from billing_tui.foundation.bulk import insert_rows, next_id, rows_of
from billing_tui.foundation.errors import Problem, Refused
from billing_tui.metering.contexts import surroundings
from billing_tui.metering.estimating import estimated_row
from billing_tui.metering.history import stood_before
from billing_tui.metering.history_rows import HistoryRow, HistoryWriter
from billing_tui.metering.legs import usage_since
from billing_tui.metering.population import Instance, population_of
from billing_tui.metering.read_policy import shipped_policy
from billing_tui.metering.staged_rows import StagedRow
from billing_tui.metering.tables import Read, ReadKind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from billing_tui.metering.population import Population


@dataclass(frozen=True, slots=True)
class MoveRead:
    """The read of one meter on the day of a move.

    Attributes:
        read_id: its row in history.
        written: false where the meter was read on that day already and the read is shared.
        usage_milli: since the read before it, in thousandths of `unit`.
    """

    read_id: int
    point_id: int
    meter: str
    day: date
    reading: int
    usage_milli: int
    unit: str
    written: bool


@dataclass(frozen=True, slots=True)
class Ready:
    """A read that can be written: found correct, not yet in history."""

    row: StagedRow
    population: Population
    usage_milli: int
    shared: int | None


def population_at(point_id: int, day: date) -> Population | None:
    """The meters of one service point on a day; None where it lies on no route."""
    rows = rows_of(
        "SELECT r.cycle_id FROM service_point p JOIN route r ON r.id = p.route_id WHERE p.id = ?",
        (point_id,),
    )
    if not rows:
        return None
    return population_of(Instance(0, rows[0][0], "", "", day), point_id=point_id)


def _row(population: Population, meter_id: int, reading: int | None) -> StagedRow:
    point, begins = population.by_meter[meter_id], population.openings[meter_id]
    return StagedRow(
        row_id=0,
        line=0,
        meter_number=point.meter.number,
        meter_id=meter_id,
        point_id=point.point_id,
        day=population.instance.read_day,
        original=reading,
        reading=reading,
        kind=ReadKind.FINAL.value,
        code="",
        told={},
        previous=begins.tail.read_id if begins.tail else None,
        usage_milli=None,
        rolled_over=False,
        held=False,
        derivation="",
    )


def _shared(population: Population, meter_id: int) -> int | None:
    """The reading of that very day, where the meter has one."""
    tail = population.openings[meter_id].tail
    if tail is None or tail.meter_id != meter_id or tail.day != population.instance.read_day:
        return None
    return tail.reading


def _settled(
    population: Population, meter_id: int, reading: int | None, *, estimate: bool
) -> Ready | Problem:
    """The read of one meter, or what is wrong with it."""
    begins, row = population.openings[meter_id], _row(population, meter_id, reading)
    shared = _shared(population, meter_id)
    if begins.tail is not None and begins.tail.day > row.day:
        return Problem(
            0,
            f"Meter {row.meter_number} was read on {begins.tail.day:%m/%d/%y}; go no further back.",
            "day",
        )
    if shared is not None and reading in {None, shared}:
        return Ready(row, population, 0, shared)
    if shared is not None:
        return Problem(
            0,
            f"Meter {row.meter_number} was read at {shared} on that day; that read serves here.",
            "reading",
        )
    if reading is None:
        return _estimated(row, population, estimate=estimate)
    return _told(row, population, reading)


def _told(row: StagedRow, population: Population, reading: int) -> Ready | Problem:
    point, begins = population.by_meter[row.meter_id], population.openings[row.meter_id]
    used = usage_since(point, begins, reading, shipped_policy().rollover_share)
    if used is None:
        dials = point.meter.register.dials
        return Problem(
            0, f"The reading does not fit on the {dials} dials of {row.meter_number}.", "reading"
        )
    if used.milli < 0:
        return Problem(
            0,
            f"Meter {row.meter_number} showed {begins.start} on {begins.start_day:%m/%d/%y}; "
            "look again.",
            "reading",
        )
    return Ready(row, population, used.milli, None)


def _estimated(row: StagedRow, population: Population, *, estimate: bool) -> Ready | Problem:
    if not estimate:
        return Problem(0, f"The reading of meter {row.meter_number} is missing.", "reading")
    around = surroundings(population, [row.meter_id])
    one = estimated_row(row, around, shipped_policy()).estimate
    if one is None:
        return Problem(
            0, f"Meter {row.meter_number} has no history to estimate from; read it.", "reading"
        )
    kind = ReadKind.ESTIMATED.value
    found = replace(row, reading=one.reading, derivation=one.derivation, kind=kind)
    return Ready(found, population, one.usage_milli, None)


def ready_reads(
    point_id: int, day: date, readings: Mapping[str, int], *, estimate: bool, only: str = ""
) -> tuple[list[Ready], list[Problem]]:
    """The reads of the meters at a point on a day, and what is wrong with them.

    Args:
        point_id: the service point.
        day: of the move.
        readings: number of the meter to what it shows, in counts.
        estimate: reckon a reading where none is given; history has to allow it.
        only: number of the one meter to look at; all of them by default.
    """
    population = population_at(point_id, day)
    if population is None or not population.by_meter:
        return [], [Problem(0, "The point has no meter on that day.", "day")]
    found = [
        _settled(population, meter_id, readings.get(point.meter.number), estimate=estimate)
        for meter_id, point in population.by_meter.items()
        if only in {"", point.meter.number}
    ]
    return (
        [one for one in found if isinstance(one, Ready)],
        [one for one in found if isinstance(one, Problem)],
    )


def write_move_read(ready: Ready, kind: ReadKind, told_by: str) -> MoveRead:
    """Write a read to history, or point to the one that is shared; inside a transaction.

    An estimate stays of kind E, so that the bill says so; `told_by` stands in the derivation.
    """
    row, meter = ready.row, ready.population.by_meter[ready.row.meter_id].meter
    begins = ready.population.openings[row.meter_id]
    read_id, reading = row.previous or 0, ready.shared
    if reading is None:
        reading = row.reading or 0
        written = kind.value if row.kind != ReadKind.ESTIMATED.value else row.kind
        derivation = f"{told_by}. {row.derivation}".strip().rstrip(".") + "."
        writer = HistoryWriter(None, next_id(Read), shipped_policy().rollover_share)
        writer.post(replace(row, kind=written, derivation=derivation), meter, begins)
        insert_rows(Read, HistoryRow._fields, writer.rows)
        read_id = writer.rows[-1].id
    return MoveRead(
        read_id,
        row.point_id,
        meter.number,
        row.day,
        reading,
        ready.usage_milli,
        meter.register.unit.value,
        ready.shared is None,
    )


def _newest_after(read_id: int) -> int:
    """The last read of the chain that goes on from a read."""
    while rows := rows_of("SELECT id FROM read WHERE previous_id = ?", (read_id,)):
        read_id = rows[0][0]
    return read_id


def withdraw_read(read_id: int, told: str = "The move was taken back.") -> int:
    """Take a read back; returns the row that stands for the read before it.

    History is never changed: a counter-read is written whose usage and days are those of the read
    with the sign turned, so that both together come to nothing.

    Args:
        read_id: the read; another one must stand before it.
        told: why, for the derivation.

    Raises:
        Refused: the meter was read again since, and that read stands.
    """
    newest = _newest_after(read_id)
    if newest != read_id and not _stands_for(newest, read_id):
        raise Refused("The meter was read again since; the move stands.", code="READ-FOLLOWED")
    point, usage, unit, days, before = rows_of(
        "SELECT service_point_id, usage_milli, unit, days, previous_id FROM read WHERE id = ?",
        (read_id,),
    )[0]
    meter, day, reading = rows_of(
        "SELECT meter_id, day, reading FROM read WHERE id = ?", (before,)
    )[0]
    row = HistoryRow(
        id=next_id(Read),
        service_point_id=point,
        meter_id=meter,
        day=day,
        reading=reading,
        kind=ReadKind.WITHDRAWN.value,
        previous_id=newest,
        usage_milli=-usage,
        unit=unit,
        days=-days,
        rolled_over=0,
        upload_id=None,
        staged_read=None,
        derivation=told,
    )
    insert_rows(Read, (*HistoryRow._fields, "withdraws_id"), [(*row, read_id)])
    return row.id


def _stands_for(newest: int, read_id: int) -> bool:
    kind = rows_of("SELECT kind FROM read WHERE id = ?", (newest,))[0][0]
    return kind == ReadKind.WITHDRAWN.value and stood_before(newest)[0] == read_id
