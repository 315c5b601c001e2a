"""How places stand: who takes what there since when, and what each meter showed last.

A move keeps the picture before and after it; an undo must find the one and leave the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from billing_tui.access.chain import canonical
from billing_tui.foundation.bulk import rows_of

if TYPE_CHECKING:
    from collections.abc import Iterable

_PARTS = {
    "accounts": "SELECT number, customer_id, status, closed FROM account"
    " WHERE location_id = ? ORDER BY number",
    "services": "SELECT a.number, s.service_point_id, s.schedule, s.rate_class, s.from_day,"
    " s.to_day FROM service s JOIN account a ON a.id = s.account_id"
    " WHERE a.location_id = ? ORDER BY s.id",
    "mailing": "SELECT a.number, m.lines, m.zip, m.from_day, m.to_day FROM mailing_address m"
    " JOIN account a ON a.id = m.account_id WHERE a.location_id = ? ORDER BY a.number, m.from_day",
    "meters": "SELECT m.number, coalesce(d.day, i.from_day), coalesce(d.reading, i.first_reading)"
    " FROM meter_installation i JOIN meter m ON m.id = i.meter_id"
    " JOIN service_point p ON p.id = i.service_point_id"
    " LEFT JOIN read d ON d.service_point_id = p.id AND d.meter_id = m.id"
    " AND NOT EXISTS (SELECT 1 FROM read n WHERE n.previous_id = d.id)"
    " WHERE p.location_id = ? AND i.to_day IS NULL ORDER BY m.number",
}


def picture(locations: Iterable[int]) -> dict[str, Any]:
    """The places as plain values, by the row of the location and the part."""
    return {
        str(place): {
            name: [list(row) for row in rows_of(sql, (place,))] for name, sql in _PARTS.items()
        }
        for place in sorted(set(locations))
    }


def picture_text(locations: Iterable[int]) -> str:
    """The picture as canonical JSON."""
    return canonical(picture(locations))
