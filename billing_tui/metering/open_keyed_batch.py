"""Open a batch of reads to key from a route's sheets, restate its control, or set it aside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.foundation.bulk import insert_rows, next_id, rows_of
from billing_tui.foundation.errors import InvalidEntry, Refused
from billing_tui.foundation.text import clean
from billing_tui.metering.entry_policy import shipped_entry_policy
from billing_tui.metering.import_reads import taken_elsewhere
from billing_tui.metering.keyed_batch import BatchLine, find_batch, open_batch
from billing_tui.metering.points import occupants
from billing_tui.metering.population import find_instance, population_of
from billing_tui.metering.tables import KeyedBatch, KeyedRead, KeyedState

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from billing_tui.access.desk import Desk
    from billing_tui.metering.entry_policy import EntryPolicy
    from billing_tui.metering.points import MeteredPoint, Occupant
    from billing_tui.metering.population import Instance

_COLUMNS = (
    "batch_id", "place", "meter_id", "service_point_id", "twice", "code", "finding", "confirmed",
    "version",
)  # fmt: skip
_BLANK = ("", "", 0, 1)
_LARGEST = 10**15


def _check_control(count: int, total: int | None) -> None:
    if count < 1:
        raise InvalidEntry("The control count is 1 or more.", field="control_count")
    if total is not None and not 0 <= total < _LARGEST:
        raise InvalidEntry("The control total is a sum of readings.", field="control_total")


def _lines(instance: Instance, route: str) -> list[MeteredPoint]:
    """The active meters of a route whose reading has not come in, in walk order."""
    there = [one for one in population_of(instance).points if one.route == route and one.active]
    if not there:
        raise InvalidEntry(
            f"Cycle {instance.cycle} has no route {route[:20]} with meters.", field="route"
        )
    taken = taken_elsewhere(instance)
    left = [one for one in there if one.meter.meter_id not in taken]
    if not left:
        raise Refused(f"All readings of route {route} have come in.", field="route")
    return left


def _refuse_second(instance: Instance, route: str) -> None:
    rows = rows_of(
        "SELECT b.id, w.username FROM keyed_batch b JOIN staff_member w ON w.id = b.staff_id"
        " WHERE b.instance_id = ? AND b.route = ? AND b.state = ?",
        (instance.instance_id, route, KeyedState.OPEN.value),
    )
    if rows:
        raise Refused(
            f"Batch {rows[0][0]} of route {route} is open already, by {rows[0][1]}.",
            field="route",
            code="BATCH-OPEN",
        )


def _blank_rows(
    batch_id: int,
    points: Sequence[MeteredPoint],
    living: Mapping[int, Occupant],
    limits: EntryPolicy,
) -> Iterator[tuple[Any, ...]]:
    """A line without a reading for each meter, in walk order, and whether it is keyed twice."""
    for place, point in enumerate(points, 1):
        occupant = living.get(point.point_id)
        twice = limits.twice(point.meter.size, occupant.rate_class if occupant else "")
        yield (batch_id, place, point.meter.meter_id, point.point_id, int(twice), *_BLANK)


def open_keyed_batch(
    desk: Desk,
    instance_id: int,
    route: str,
    *,
    control_count: int,
    control_total: int | None = None,
    day: date | None = None,
    policy: EntryPolicy | None = None,
) -> BatchLine:
    """Open a batch for the meters of a route whose reading has not come in yet.

    Args:
        desk: who keys.
        instance_id: which reading of which cycle.
        route: its code.
        control_count: lines that the sheets say were filled in, skipped ones included.
        control_total: sum of their readings, if it was taken.
        day: on which they were walked; the planned day by default.
        policy: codes and double keying; the shipped one by default.

    Raises:
        NotFound: there is no such instance.
        InvalidEntry: the route has no meters, or the control cannot be.
        Refused: the route is open already, all its readings came in, or the day is to come.
    """
    limits = policy or shipped_entry_policy()
    _check_control(control_count, control_total)
    code = clean(route.upper(), most=20, field="route")
    with writing(desk, Right.UPLOAD_READS, "metering.open_keyed_batch") as act:
        instance = find_instance(instance_id)
        read_on = day or min(instance.read_day, desk.business_day)
        if read_on > desk.business_day:
            raise Refused("The sheets were walked today or before.", field="day")
        _refuse_second(instance, code)
        points = _lines(instance, code)
        living = occupants(instance.cycle_id, instance.read_day)
        batch_id = next_id(KeyedBatch)
        KeyedBatch.insert(
            id=batch_id,
            instance=instance_id,
            route=code,
            day=read_on,
            control_count=control_count,
            control_total=control_total,
            staff=desk.staff_id,
            at=desk.clock().isoformat(timespec="seconds"),
        ).execute()
        insert_rows(KeyedRead, _COLUMNS, _blank_rows(batch_id, points, living, limits))
        act.about("keyed batch", batch_id)
        act.after = {
            "route": code,
            "day": read_on.isoformat(),
            "lines": len(points),
            "control_count": control_count,
            "control_total": control_total,
        }
    return find_batch(batch_id)


def restate_control(
    desk: Desk, batch_id: int, *, control_count: int, control_total: int | None, why: str
) -> BatchLine:
    """Put the control right where the sheets were added up wrongly, with the reason.

    Raises:
        Refused: the batch is closed.
        InvalidEntry: the reason is missing, or the control cannot be.
    """
    _check_control(control_count, control_total)
    reason = clean(why, most=200, field="why")
    if not reason:
        raise InvalidEntry("Say why the control was wrong.", field="why")
    with writing(desk, Right.UPLOAD_READS, "metering.restate_control", why=reason) as act:
        before = open_batch(batch_id)
        KeyedBatch.update(control_count=control_count, control_total=control_total).where(
            KeyedBatch.id == batch_id
        ).execute()
        act.about("keyed batch", batch_id)
        act.before = {
            "control_count": before.control_count,
            "control_total": before.control_total,
        }
        act.after = {"control_count": control_count, "control_total": control_total}
    return find_batch(batch_id)


def cancel_keyed_batch(desk: Desk, batch_id: int, *, why: str) -> BatchLine:
    """Set a batch aside; what was keyed stays for the record, its meters are free.

    Raises:
        Refused: the batch is closed.
        InvalidEntry: the reason is missing.
    """
    reason = clean(why, most=200, field="why")
    if not reason:
        raise InvalidEntry("Say why the batch is set aside.", field="why")
    with writing(desk, Right.UPLOAD_READS, "metering.cancel_keyed_batch", why=reason) as act:
        before = open_batch(batch_id)
        KeyedBatch.update(state=KeyedState.CANCELLED.value).where(
            KeyedBatch.id == batch_id
        ).execute()
        act.about("keyed batch", batch_id)
        act.before = {"state": before.state.value}
        act.after = {"state": KeyedState.CANCELLED.value}
    return find_batch(batch_id)
