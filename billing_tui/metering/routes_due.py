"""Routes with the reading that is due on them, for whoever keys their sheets or prints them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import InvalidEntry, NotFound

_AHEAD = timedelta(days=7)
"""Readings planned so far ahead are offered; sheets are printed before they are walked."""

_SQL = """
SELECT r.code, r.name, c.code, i.id, i.name, i.read_day,
       (SELECT count(*) FROM service_point p JOIN meter_installation n ON n.service_point_id = p.id
        WHERE p.route_id = r.id AND p.status = 'Active' AND n.to_day IS NULL)
FROM route r
JOIN cycle c ON c.id = r.cycle_id
JOIN cycle_instance i ON i.cycle_id = c.id
WHERE {reading} AND r.code >= ? AND r.code <= ?
ORDER BY r.code LIMIT ?
"""
_NEWEST = (
    "i.read_day = (SELECT max(n.read_day) FROM cycle_instance n"
    " WHERE n.cycle_id = c.id AND n.read_day <= ?)"
)
_MOST = 200
_TOP = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class RouteDue:
    """A route and a reading of its cycle.

    Attributes:
        meters: how many are in place at active points.
    """

    route: str
    name: str
    cycle: str
    instance_id: int
    instance: str
    read_day: date
    meters: int


def _due(reading: str, told: tuple[str, ...], begins: str, limit: int) -> list[RouteDue]:
    wanted = begins.strip().upper()
    rows = rows_of(_SQL.format(reading=reading), (*told, wanted, wanted + _TOP, limit))
    return [
        RouteDue(code, name, cycle, row_id, instance, date.fromisoformat(day), meters)
        for code, name, cycle, row_id, instance, day, meters in rows
    ]


def routes_due(today: date, begins: str = "") -> list[RouteDue]:
    """Routes whose code begins so, each with its newest reading up to a week ahead."""
    return _due(_NEWEST, ((today + _AHEAD).isoformat(),), begins, _MOST)


def route_due(today: date, entry: str) -> RouteDue:
    """The route of a code, such as `0301`; `0301 2026-10` means an older reading.

    Raises:
        InvalidEntry: nothing was keyed.
        NotFound: there is no such route, or no such reading of it.
    """
    code, _, instance = entry.strip().upper().partition(" ")
    if not code:
        raise InvalidEntry("Which route? F4 lists them.", field="route")
    if instance.strip():
        found = _due("i.name = ?", (instance.strip(),), code, _MOST)
    else:
        found = routes_due(today, code)
    exact = [one for one in found if one.route == code]
    if not exact:
        raise NotFound(f"There is no route {entry.strip()[:24]} with a reading.", field="route")
    return exact[0]
