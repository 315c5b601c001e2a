"""Exchange a meter: one out, another in, in one entry (PRM-4).

Only the installations are written. The next read that is posted writes the out-read and the
in-read before itself, so that the usage of the period is that of both meters.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.foundation.errors import BillingError, InvalidEntry, Problem
from billing_tui.metering.move_read import ready_reads
from billing_tui.records.add_meter import insert_meter, meter_facts
from billing_tui.records.editing import claim, existing
from billing_tui.records.install_meter import check_meter, check_reading
from billing_tui.records.kinds import MeterStatus
from billing_tui.records.new_records import NewMeter, meter_problems
from billing_tui.records.search_index import reindex_service_point
from billing_tui.records.tables import Meter, MeterInstallation, ServicePoint
from billing_tui.service_orders.billed import run_under_way
from billing_tui.service_orders.moving import refuse_if_any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from billing_tui.access.desk import Desk


AHEAD = "An exchange is entered on its day or later."


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeForm:
    """What the crew wrote down.

    Attributes:
        service_point_id: where.
        day: on which both were done.
        out_reading: of the meter that comes out, in counts.
        comes: row of a meter in stock, or a new one.
        in_reading: of the meter that goes in, in counts.
        out_meter: which one comes out, where several are in place.
    """

    service_point_id: int
    day: date
    out_reading: int
    comes: int | NewMeter
    in_reading: int
    out_meter: str = ""


@dataclass(frozen=True, slots=True)
class Exchanged:
    """What was exchanged.

    Attributes:
        usage_milli: what the old meter counted since its last read, thousandths of `unit`.
        size_changed: whether the rate may depend on it: the size is another one.
    """

    out_meter: str
    in_meter: str
    day: date
    usage_milli: int
    unit: str
    size_changed: bool


def _in_place(form: ExchangeForm) -> MeterInstallation:
    """The installation that ends; refuses where it is not clear which."""
    query = (
        MeterInstallation.select()
        .join(Meter)
        .where(MeterInstallation.service_point == form.service_point_id)
        .where(MeterInstallation.to_day.is_null())
    )
    if form.out_meter:
        query = query.where(Meter.number == form.out_meter)
    rows: list[MeterInstallation] = list(query)
    if len(rows) != 1:
        which = f"No meter {form.out_meter}" if form.out_meter else f"{len(rows)} meters"
        raise InvalidEntry(f"{which} in place; say which comes out.", field="out_meter")
    return rows[0]


def _place_problems(desk: Desk, form: ExchangeForm, put_in: date) -> Iterator[Problem]:
    if form.day < put_in:
        yield Problem(0, f"The meter there was put in on {put_in:%m/%d/%y}.", "day")
    if form.day > desk.business_day:
        yield Problem(0, AHEAD, "day")
    run = run_under_way(form.service_point_id)
    if run is not None:
        yield Problem(
            0, f"Run {run} is billing that point; post it or cancel it first.", "service_point"
        )


def _new_problems(form: ExchangeForm, old: Meter) -> Iterator[Problem]:
    """What is wrong with the meter that goes in."""
    if isinstance(form.comes, NewMeter):
        yield from meter_problems(0, form.comes)
        dials = form.comes.dials
    else:
        meter = existing(Meter, form.comes)
        dials = int(meter.dials)
        try:
            check_meter(meter, form.day)
        except BillingError as error:
            said = "It is there already." if meter.id == old.id else error.sentence
            yield Problem(0, said, "comes")
    try:
        check_reading(form.in_reading, dials, "in_reading")
    except BillingError as error:
        yield Problem(0, error.sentence, "in_reading")


def exchange_meter(
    desk: Desk, form: ExchangeForm, *, version: int, why: str = "", key: str | None = None
) -> Exchanged:
    """Take one meter out and put another in.

    Args:
        desk: who enters it.
        form: what the crew wrote down; size, dials and unit may differ.
        version: of the meter that comes out, as it was shown.
        why: the reason.
        key: idempotency key; the same request again gets the first exchange.

    Raises:
        InvalidEntry: it is not clear which meter comes out.
        ProblemsFound: everything that is wrong, each with its entry field; also while a draft
            bill of the point is under way.
        StaleEdit: the meter was changed meanwhile.
    """
    asked = {"point": form.service_point_id, "day": form.day.isoformat(), "out": form.out_reading}
    with writing(
        desk, Right.KEEP_METERS, "service_orders.exchange_meter", why=why, key=key, request=asked
    ) as act:
        if act.repeated:
            gone_number, new_number, *told_before = act.done
            return Exchanged(gone_number, new_number, form.day, *told_before)
        point = existing(ServicePoint, form.service_point_id)
        gone = _in_place(form)
        old = gone.meter
        ready, wrong = ready_reads(
            point.id, form.day, {old.number: form.out_reading}, estimate=False, only=old.number
        )
        refuse_if_any(
            [
                *_place_problems(desk, form, gone.from_day),
                *(_out(problem) for problem in wrong),
                *_new_problems(form, old),
            ]
        )
        claim(act, "meter", old, version)
        new = _swap(form, gone, old)
        reindex_service_point(point.id)
        act.before["status"] = MeterStatus.INSTALLED.value
        act.after |= {
            "status": MeterStatus.REMOVED.value,
            "service_point": point.id,
            "day": form.day.isoformat(),
            "out": form.out_reading,
            "in": [new.number, form.in_reading],
        }
        if isinstance(form.comes, NewMeter):
            act.after["new_meter"] = meter_facts(form.comes)
        used = ready[0].usage_milli
        size_changed = bool(new.size != old.size)
        told = (used, str(old.unit), size_changed)
        act.result = [str(old.number), str(new.number), *told]
        return Exchanged(str(old.number), str(new.number), form.day, *told)


def _out(problem: Problem) -> Problem:
    field = "out_reading" if problem.field == "reading" else problem.field
    return Problem(problem.line, problem.sentence, field)


def _swap(form: ExchangeForm, gone: MeterInstallation, old: Meter) -> Meter:
    """Close one installation and begin the other on the same day; returns the new meter."""
    gone.to_day, gone.last_reading = form.day, form.out_reading
    gone.save()
    old.status = MeterStatus.REMOVED.value
    old.save()
    new = (
        insert_meter(form.comes)
        if isinstance(form.comes, NewMeter)
        else existing(Meter, form.comes)
    )
    new.status = MeterStatus.INSTALLED.value
    new.version = int(new.version) + 1
    new.save()
    MeterInstallation.create(
        meter=new.id,
        service_point=form.service_point_id,
        from_day=form.day,
        first_reading=form.in_reading,
    )
    return new
