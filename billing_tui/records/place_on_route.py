"""Give a metered service point its place in the walk of a route; sequences stand in gaps of ten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.foundation.bulk import rows_of, run_many
from billing_tui.foundation.errors import InvalidEntry, Refused
from billing_tui.foundation.model import bound
from billing_tui.records.editing import existing
from billing_tui.records.tables import Route, ServicePoint

if TYPE_CHECKING:
    from billing_tui.access.desk import Desk

GAP = 10
"""Steps between two points of a walk, so that a new one fits between them."""


def between(before: int | None, after: int | None) -> int | None:
    """A free sequence after `before` and ahead of `after`; None where there is no gap left.

    None as `before` is the start of the walk, None as `after` its end.
    """
    low = before or 0
    if after is None:
        return low // GAP * GAP + GAP
    middle = (low + after) // 2
    return middle if low < middle < after else None


def _walk(route_id: int) -> list[tuple[int, int]]:
    """Point and sequence of a route in walk order."""
    rows = rows_of(
        "SELECT id, sequence FROM service_point WHERE route_id = ? ORDER BY sequence, id",
        (route_id,),
    )
    return [(row[0], row[1] or 0) for row in rows]


def _number_in_tens(points: list[int]) -> None:
    mark = bound().param
    run_many(
        f"UPDATE service_point SET sequence = {mark} WHERE id = {mark}",
        [(place * GAP, point) for place, point in enumerate(points, 1)],
    )


def place_on_route(
    desk: Desk, service_point_id: int, route_id: int, *, after: int | None = None
) -> int:
    """Put a point on a route; returns its sequence.

    Args:
        desk: who does it.
        service_point_id: the point; it leaves the route that it was on.
        route_id: the route.
        after: the point after which the reader comes here; at the end of the walk where None.

    Raises:
        Refused: the point is not metered, so nobody walks to it.
        InvalidEntry: `after` is not on the route.
    """
    with writing(desk, Right.KEEP_METERS, "records.place_on_route") as act:
        point, route = existing(ServicePoint, service_point_id), existing(Route, route_id)
        if not point.metered:
            raise Refused("Only metered points are walked to.", code="ROUTE-POINT")
        act.about("route", route.code)
        old = point.route.code if point.route is not None else None
        act.before = {"service_point": point.id, "route": old, "sequence": point.sequence}
        walk = [step for step in _walk(route_id) if step[0] != service_point_id]
        sequence = _free_place(walk, after)
        if sequence is None:
            _number_in_tens([step[0] for step in walk])
            sequence = _free_place(_renumbered(walk), after)
        ServicePoint.update(route=route_id, sequence=sequence).where(
            ServicePoint.id == service_point_id
        ).execute()
        act.after = {"service_point": point.id, "route": route.code, "sequence": sequence}
    return int(sequence or 0)


def _renumbered(walk: list[tuple[int, int]]) -> list[tuple[int, int]]:
    return [(step[0], place * GAP) for place, step in enumerate(walk, 1)]


def _free_place(walk: list[tuple[int, int]], after: int | None) -> int | None:
    if after is None:
        return between(walk[-1][1] if walk else None, None)
    for place, (point, sequence) in enumerate(walk):
        if point == after:
            following = walk[place + 1][1] if place + 1 < len(walk) else None
            return between(sequence, following)
    raise InvalidEntry("That point is not on the route.", field="after")


def resequence_route(desk: Desk, route_id: int) -> int:
    """Number a route's points in tens, in the order of the walk; returns how many there are."""
    with writing(desk, Right.KEEP_METERS, "records.resequence_route") as act:
        route = existing(Route, route_id)
        walk = _walk(route_id)
        _number_in_tens([step[0] for step in walk])
        act.about("route", route.code)
        act.before = {"sequences": [list(step) for step in walk]}
        act.after = {"points": len(walk)}
    return len(walk)
