"""Places where nobody takes service now: a page at a time by number, narrowed by words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from billing_tui.foundation.bulk import rows_of
from billing_tui.records.address import street_line

_TOP = "\U0010ffff"
_VACANT = """
SELECT l.number, l.house, l.street, l.unit,
 (SELECT max(a.closed) FROM account a WHERE a.location_id = l.id)
FROM location l WHERE l.number > ? AND NOT EXISTS (
 SELECT 1 FROM account a WHERE a.location_id = l.id AND a.closed IS NULL)
AND EXISTS (SELECT 1 FROM service_point p WHERE p.location_id = l.id AND p.status <> 'Removed')
"""


@dataclass(frozen=True, slots=True)
class VacantPlace:
    """A location with points to be served; `since` is None where nobody was ever there."""

    number: str
    address: str
    since: date | None


def vacant_places(words: str = "", *, after: str = "", limit: int) -> tuple[VacantPlace, ...]:
    """Places that nobody holds, by number.

    Args:
        words: what they begin with: a location's number, a street, or house and street; "" all.
        after: the number of the last place of the page before.
        limit: the most that are given.
    """
    condition, parameters = _narrowed(words.strip())
    sql = f"{_VACANT} {condition} ORDER BY l.number LIMIT ?"
    return tuple(
        VacantPlace(
            number,
            street_line(house, street, unit),
            date.fromisoformat(last) if last else None,
        )
        for number, house, street, unit, last in rows_of(sql, (after, *parameters, limit))
    )


def _narrowed(words: str) -> tuple[str, list[str]]:
    if not words:
        return "", []
    first, _, rest = words.partition(" ")
    if not first[0].isdigit():
        return "AND l.street BETWEEN ? AND ?", [words.title(), words.title() + _TOP]
    street = rest.strip().title()
    if street:
        condition = "AND l.house = ? AND l.street BETWEEN ? AND ?"
        return condition, [first.upper(), street, street + _TOP]
    return "AND (l.house = ? OR l.number BETWEEN ? AND ?)", [first.upper(), first, first + _TOP]
