"""Correct a location's address or parcel; its number stays for life."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.foundation.text import clean
from billing_tui.records.editing import change, claim, existing, refuse_if
from billing_tui.records.new_records import location_problems, zip_digits
from billing_tui.records.search_index import reindex_location
from billing_tui.records.tables import Location

if TYPE_CHECKING:
    from billing_tui.access.desk import Desk
    from billing_tui.records.new_records import NewLocation


def change_location(
    desk: Desk, location_id: int, location: NewLocation, *, version: int, why: str = ""
) -> int:
    """Give a location the address and parcel of the form; returns the record's new version.

    Attributes of the form are left alone: they change from a day on (`change_attribute`).

    Raises:
        StaleEdit: somebody changed the location since `version`.
        InvalidEntry: one entry is wrong; `ProblemsFound` where several are.
        Refused: nothing differs.
    """
    refuse_if(location_problems(0, location))
    with writing(desk, Right.KEEP_RECORDS, "records.change_location", why=why) as act:
        row = existing(Location, location_id)
        claim(act, "location", row, version)
        values = {
            "house": clean(location.house),
            "street": clean(location.street),
            "unit": clean(location.unit),
            "city": clean(location.city),
            "state": location.state,
            "zip": zip_digits(location.zip),
            "parcel": clean(location.parcel),
        }
        change(act, row, values)
        reindex_location(location_id)
    return version + 1
