"""Put a meter in where none is, or take one out for good: the read chain goes on across both.

What a removed meter counted since its last read is not lost: the next read of a meter put in
there later writes the out-read before itself, as after an exchange.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import InvalidEntry, Problem
from billing_tui.metering.move_read import ready_reads
from billing_tui.records.add_meter import insert_meter, meter_facts
from billing_tui.records.editing import claim, existing, refuse_if
from billing_tui.records.install_meter import put_in, take_out
from billing_tui.records.new_records import NewMeter, meter_problems
from billing_tui.records.tables import Meter, MeterInstallation
from billing_tui.service_orders.billed import run_under_way

if TYPE_CHECKING:
    from collections.abc import Iterator

    from billing_tui.access.desk import Desk

_NEWEST_READ = """
SELECT max(d.day) FROM read d WHERE d.service_point_id = ?
AND NOT EXISTS (SELECT 1 FROM read n WHERE n.previous_id = d.id)
"""  # the ends of the chains: what was withdrawn does not count


AHEAD = "A meter is put in or taken out on the day of the entry or before."


@dataclass(frozen=True, slots=True)
class Placed:
    """A meter that was put in or taken out.

    Attributes:
        usage_milli: what a removed meter counted since its last read, thousandths of `unit`.
    """

    meter: str
    day: date
    reading: int
    usage_milli: int = 0
    unit: str = ""


def _day_problems(desk: Desk, point_id: int, day: date) -> Iterator[Problem]:
    if day > desk.business_day:
        yield Problem(0, AHEAD, "day")
    run = run_under_way(point_id)
    if run is not None:
        yield Problem(0, f"Run {run} is billing that point; post it or cancel it first.", "day")


def _chain_problems(point_id: int, day: date) -> Iterator[Problem]:
    newest = rows_of(_NEWEST_READ, (point_id,))[0][0]
    if newest is not None and newest > day.isoformat():
        read_on = date.fromisoformat(newest)
        yield Problem(
            0, f"A meter was read there on {read_on:%m/%d/%y}; go no further back.", "day"
        )


def put_meter_in(
    desk: Desk,
    meter: int | NewMeter,
    service_point_id: int,
    *,
    day: date,
    reading: int,
    version: int = 0,
    key: str | None = None,
) -> Placed:
    """Put a meter in at a service point that has none.

    Args:
        desk: who enters it.
        meter: row of a meter in stock, or a new one.
        service_point_id: where.
        day: of the work.
        reading: its register on that day, in counts.
        version: of a meter in stock, as it was shown.
        key: idempotency key; the same request again changes nothing.

    Raises:
        InvalidEntry, Refused, ProblemsFound: what is wrong, with its entry field.
        StaleEdit: the meter was changed meanwhile.
    """
    asked = {"point": service_point_id, "day": day.isoformat(), "reading": reading}
    with writing(
        desk, Right.KEEP_METERS, "service_orders.put_meter_in", key=key, request=asked
    ) as act:
        if act.repeated:
            return Placed(act.done, day, reading)
        wrong = [
            *_day_problems(desk, service_point_id, day),
            *_chain_problems(service_point_id, day),
        ]
        if isinstance(meter, NewMeter):
            refuse_if([*wrong, *meter_problems(0, meter)])
            row = insert_meter(meter)
            version = int(row.version)
        else:
            refuse_if(wrong)
            row = existing(Meter, meter)
        claim(act, "meter", row, version)
        if isinstance(meter, NewMeter):
            act.after |= {"new_meter": meter_facts(meter)}
        put_in(act, row, service_point_id, day, reading)
        act.result = str(row.number)
        return Placed(str(row.number), day, reading)


def take_meter_out(
    desk: Desk, meter_id: int, *, day: date, reading: int, version: int, key: str | None = None
) -> Placed:
    """Take a meter out and put none in.

    Args:
        desk: who enters it.
        meter_id: row of the meter.
        day: of the work.
        reading: its register on that day, in counts.
        version: of the meter, as it was shown.
        key: idempotency key; the same request again changes nothing.

    Raises:
        InvalidEntry, Refused, ProblemsFound: what is wrong, with its entry field.
        StaleEdit: the meter was changed meanwhile.
    """
    asked = {"meter": meter_id, "day": day.isoformat(), "reading": reading}
    with writing(
        desk, Right.KEEP_METERS, "service_orders.take_meter_out", key=key, request=asked
    ) as act:
        if act.repeated:
            return Placed(act.done[0], day, reading, *act.done[1:])
        meter = existing(Meter, meter_id)
        point_id = point_of(meter_id)
        number = str(meter.number)
        ready, wrong = ready_reads(point_id, day, {number: reading}, estimate=False, only=number)
        refuse_if([*_day_problems(desk, point_id, day), *wrong])
        claim(act, "meter", meter, version)
        take_out(act, meter, day, reading)
        used = ready[0].usage_milli if ready else 0
        act.result = [number, used, str(meter.unit)]
        return Placed(number, day, reading, used, str(meter.unit))


def point_of(meter_id: int) -> int:
    """The service point where a meter is installed.

    Raises:
        InvalidEntry: it is installed nowhere.
    """
    row = MeterInstallation.get_or_none(
        (MeterInstallation.meter == meter_id) & MeterInstallation.to_day.is_null()
    )
    if row is None:
        raise InvalidEntry("That meter is installed nowhere.", field="meter")
    return int(row.service_point.id)
