"""Enter a location and the attributes that rates depend on there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.foundation.errors import InvalidEntry
from billing_tui.foundation.text import clean
from billing_tui.records.attributes import LivesAt, canonical
from billing_tui.records.batch import next_location_number
from billing_tui.records.editing import refuse_if
from billing_tui.records.new_records import location_problems, zip_digits
from billing_tui.records.tables import Location, LocationAttribute

if TYPE_CHECKING:
    from datetime import date

    from billing_tui.access.desk import Desk
    from billing_tui.records.new_records import NewLocation


def add_location(
    desk: Desk, location: NewLocation, *, from_day: date | None = None, key: str | None = None
) -> int:
    """Enter a location; returns its row.

    Args:
        desk: who does it.
        location: the place.
        from_day: first day of its attributes; the business day where None.
        key: idempotency key.

    Raises:
        InvalidEntry: an entry is wrong or the number is taken; `ProblemsFound` for several.
    """
    refuse_if(location_problems(0, location))
    day = from_day or desk.business_day
    with writing(desk, Right.KEEP_RECORDS, "records.add_location", key=key) as act:
        if act.repeated:
            return int(act.done)
        row, told = insert_location(location, day)
        act.about("location", told["number"])
        act.after = told | {"version": 1}
        act.result = row
    return row


def insert_location(location: NewLocation, day: date) -> tuple[int, dict[str, Any]]:
    """Enter a location inside the transaction of a verb; its row, and what the trail keeps.

    Raises:
        InvalidEntry: the number is taken, or an attribute's value cannot be.
    """
    number = next_location_number() if location.number is None else location.number
    if Location.get_or_none(Location.number == str(number)):
        raise InvalidEntry(f"Location {number} exists already.", field="number")
    values = {
        "number": str(number),
        "house": clean(location.house),
        "street": clean(location.street),
        "unit": clean(location.unit),
        "city": clean(location.city),
        "state": location.state,
        "zip": zip_digits(location.zip),
        "parcel": clean(location.parcel),
    }
    row = Location.create(**values)
    kept = {
        name: canonical(name, value, LivesAt.LOCATION)
        for name, value in location.attributes.items()
    }
    for name, value in kept.items():
        LocationAttribute.create(location=row.id, name=name, value=value, from_day=day)
    return int(row.id), values | {"attributes": kept}
