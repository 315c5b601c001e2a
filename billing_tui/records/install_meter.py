"""Install a meter at a service point, and take it out again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import InvalidEntry, Refused
from billing_tui.records.editing import change, claim, existing
from billing_tui.records.kinds import MeterStatus, PointStatus
from billing_tui.records.search_index import reindex_service_point
from billing_tui.records.tables import Meter, MeterInstallation, ServicePoint

if TYPE_CHECKING:
    from datetime import date

    from billing_tui.access.desk import Desk
    from billing_tui.access.writing import Act

_CAN_BE_INSTALLED = frozenset({MeterStatus.STOCK.value, MeterStatus.REMOVED.value})


def check_reading(reading: int, dials: int, field: str) -> None:
    """Refuse a reading that the dials cannot show."""
    if not 0 <= reading < 10**dials:
        raise InvalidEntry(f"The reading does not fit on {dials} dials.", field=field)


def _check_point(point: ServicePoint, meter: Meter, from_day: date) -> None:
    """Refuse a point that has a meter on a day; the one that came out that day may go back."""
    if not point.metered:
        raise Refused(f"The {point.kind} point is not metered.", code="METER-POINT")
    if point.status == PointStatus.REMOVED.value:
        raise Refused(f"The {point.kind} point has been removed.", code="METER-POINT")
    there = rows_of(
        "SELECT m.number FROM meter_installation i JOIN meter m ON m.id = i.meter_id"
        " WHERE i.service_point_id = ? AND (i.to_day IS NULL OR i.to_day > ?"
        " OR (i.to_day = ? AND i.meter_id <> ?))",
        (point.id, from_day.isoformat(), from_day.isoformat(), meter.id),
    )
    if there:
        raise Refused(f"Meter {there[0][0]} is still there on that day.", code="METER-POINT")


def check_meter(meter: Meter, from_day: date) -> None:
    """Refuse a meter that is not free to be installed on a day."""
    if meter.status not in _CAN_BE_INSTALLED:
        raise Refused(
            f"Meter {meter.number} is {str(meter.status).lower()}; only a meter from stock "
            "can be installed.",
            code="METER-STATUS",
        )
    elsewhere = rows_of(
        "SELECT 1 FROM meter_installation WHERE meter_id = ? AND (to_day IS NULL OR to_day > ?)",
        (meter.id, from_day.isoformat()),
    )
    if elsewhere:
        raise Refused(f"Meter {meter.number} is still elsewhere on that day.", code="METER-STATUS")


def _tell(act: Act, point: ServicePoint, day: date, reading: int) -> None:
    act.after |= {
        "location": point.location.number,
        "service_point": point.id,
        "day": day.isoformat(),
        "reading": reading,
    }


def install_meter(
    desk: Desk,
    meter_id: int,
    service_point_id: int,
    *,
    from_day: date,
    first_reading: int,
    version: int,
) -> int:
    """Install a meter from stock; returns the row of the installation.

    Args:
        desk: who does it.
        meter_id: row of the meter.
        service_point_id: where it goes.
        from_day: day of the installation.
        first_reading: the register on that day, in counts.
        version: of the meter, as it was shown.

    Raises:
        Refused: the meter is not in stock, the point is not metered or has a meter on that day.
        InvalidEntry: the reading does not fit on the dials.
    """
    with writing(desk, Right.KEEP_METERS, "records.install_meter") as act:
        meter = existing(Meter, meter_id)
        claim(act, "meter", meter, version)
        return put_in(act, meter, service_point_id, from_day, first_reading)


def put_in(act: Act, meter: Meter, service_point_id: int, day: date, reading: int) -> int:
    """Install a claimed meter inside the transaction of a verb; returns the installation's row.

    Raises:
        Refused, InvalidEntry: as `install_meter`.
    """
    point = existing(ServicePoint, service_point_id)
    check_meter(meter, day)
    _check_point(point, meter, day)
    check_reading(reading, int(meter.dials), "first_reading")
    installation = MeterInstallation.create(
        meter=meter.id, service_point=service_point_id, from_day=day, first_reading=reading
    )
    change(act, meter, {"status": MeterStatus.INSTALLED.value})
    _tell(act, point, day, reading)
    reindex_service_point(service_point_id)
    return int(installation.id)


def remove_meter(
    desk: Desk, meter_id: int, *, to_day: date, last_reading: int, version: int
) -> int:
    """Take a meter out of its service point; returns the row of the closed installation.

    Raises:
        Refused: the meter is nowhere installed, or only after that day.
        InvalidEntry: the reading does not fit on the dials.
    """
    with writing(desk, Right.KEEP_METERS, "records.remove_meter") as act:
        meter = existing(Meter, meter_id)
        claim(act, "meter", meter, version)
        return take_out(act, meter, to_day, last_reading)


def take_out(act: Act, meter: Meter, day: date, reading: int) -> int:
    """Take a claimed meter out inside the transaction of a verb; returns the installation's row.

    Raises:
        Refused, InvalidEntry: as `remove_meter`.
    """
    row = MeterInstallation.get_or_none(
        (MeterInstallation.meter == meter.id) & MeterInstallation.to_day.is_null()
    )
    if row is None or row.from_day > day:
        raise Refused(f"Meter {meter.number} is not installed on that day.", code="METER-STATUS")
    check_reading(reading, int(meter.dials), "last_reading")
    row.to_day, row.last_reading = day, reading
    row.save()
    change(act, meter, {"status": MeterStatus.REMOVED.value})
    _tell(act, row.service_point, day, reading)
    return int(row.id)
