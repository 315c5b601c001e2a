"""Enter the point where one service is delivered at a location."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.foundation.text import clean
from billing_tui.records.editing import existing
from billing_tui.records.kinds import PointStatus
from billing_tui.records.tables import Location, ServicePoint

if TYPE_CHECKING:
    from billing_tui.access.desk import Desk
    from billing_tui.records.kinds import ServiceKind


def add_service_point(
    desk: Desk, location_id: int, kind: ServiceKind, *, metered: bool, reader_note: str = ""
) -> int:
    """Enter a service point; a metered one still needs a meter and a place on a route.

    Returns the row of the point.
    """
    note = clean(reader_note, most=60, field="reader_note")
    with writing(desk, Right.KEEP_RECORDS, "records.add_service_point") as act:
        location = existing(Location, location_id)
        point = ServicePoint.create(
            location=location_id,
            kind=kind.value,
            status=PointStatus.ACTIVE.value,
            metered=metered,
            reader_note=note,
        )
        act.about("location", location.number)
        act.after = {
            "service_point": {"id": point.id, "kind": kind.value, "metered": metered, "note": note}
        }
    return int(point.id)
