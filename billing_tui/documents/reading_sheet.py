"""Reading sheets of a route in walk order, for the day when no handheld works (RDG-3).

The last reading is not on them, so that nobody copies it. At the foot stand the two counts that
the keyed batch must tie to: lines filled in, and the sum of the readings.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing_tui.access.rights import Right
from billing_tui.documents.bill_grid import BODY, FINE, HEAD, LEFT, RIGHT
from billing_tui.documents.bill_values import day_text
from billing_tui.documents.listing import new_listing
from billing_tui.documents.sheet import BOLD, GREY, THIN
from billing_tui.documents.utility import read_letterhead
from billing_tui.foundation.bulk import in_chunks, rows_of
from billing_tui.foundation.errors import Refused
from billing_tui.metering.entry_policy import shipped_entry_policy
from billing_tui.metering.population import find_instance, population_of

if TYPE_CHECKING:
    from pathlib import Path

    from billing_tui.access.desk import Desk
    from billing_tui.documents.listing import Listing
    from billing_tui.metering.points import MeteredPoint

_LINE, _BOX, _DIAL, _CODE = 24.0, 16.0, 14.0, 26.0
_BOXES_END = RIGHT - _CODE - 14


@dataclass(frozen=True, slots=True)
class PrintedReadingSheet:
    """Reading sheets on paper."""

    path: Path
    route: str
    meters: int
    pages: int


def _notes(route: str) -> dict[int, str]:
    """Service point to the reader's note."""
    rows = rows_of(
        "SELECT p.id, p.reader_note FROM service_point p JOIN route r ON r.id = p.route_id"
        " WHERE r.code = ? AND p.reader_note <> ''",
        (route,),
    )
    return {int(point): str(note) for point, note in rows}


def _put(listing: Listing, point: MeteredPoint, note: str) -> None:
    """One meter: walk order, number, address, what to mind, a box for each dial and the code."""
    listing.room(_LINE)
    page, y = listing.sheet, listing.y
    dials = point.meter.register.dials
    start = _BOXES_END - dials * _DIAL
    page.right(LEFT + 28, y + 10, str(point.sequence or ""), BODY, grey=GREY)
    page.text(LEFT + 36, y + 10, point.meter.number, HEAD, BOLD)
    room = start - LEFT - 130
    page.text(LEFT + 120, y + 7, page.fitted(point.address, room, BODY), BODY)
    if note:
        page.text(LEFT + 120, y + 16, page.fitted(f"! {note}", room, FINE, BOLD), FINE, BOLD)
    for dial in range(dials):
        page.frame(start + dial * _DIAL, y, _DIAL, _BOX, THIN)
    page.frame(RIGHT - _CODE, y, _CODE, _BOX, THIN)
    page.rule(LEFT, y + _LINE - 4, RIGHT - LEFT)
    listing.y += _LINE


def _foot(listing: Listing) -> None:
    listing.heading("When the route is walked")
    listing.fact("Lines filled in", "____________   those with a code too", BOLD)
    listing.fact("Sum of readings", "____________", BOLD)
    label = "Codes"
    for some in in_chunks(shipped_entry_policy().codes.items(), 4):
        listing.fact(label, ", ".join(f"{code} {meaning}" for code, meaning in some))
        label = ""
    listing.signatures("Read by")


def print_reading_sheet(desk: Desk, instance_id: int, route: str) -> PrintedReadingSheet:
    """Print a route's active meters for one reading into the home's `printed` folder.

    Raises:
        NotFound: there is no such instance.
        Refused: the route has no active meter in that cycle.
    """
    desk.require(Right.LOOK)
    instance = find_instance(instance_id)
    code = route.strip().upper()
    points = [one for one in population_of(instance).points if one.route == code and one.active]
    if not points:
        raise Refused(f"Cycle {instance.cycle} has no route {code[:20]} with meters.")
    notes = _notes(code)
    utility = read_letterhead(desk.home).profile.name
    when = f"cycle {instance.cycle} {instance.name}   to read {day_text(instance.read_day)}"
    path = desk.home.printed / f"reading-sheet-{code.replace('/', '-')}-{instance.name}.pdf"
    with new_listing(
        f"Route {code}, {len(points):,} meters", f"{utility}   {when}", desk.clock()
    ) as listing:
        for point in points:
            _put(listing, point, notes.get(point.point_id, ""))
        _foot(listing)
        done = listing.write(path)
    return PrintedReadingSheet(path, code, len(points), done.pages)
