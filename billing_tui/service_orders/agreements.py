"""Landlord agreements as they stand: those of a place, and the places of an owner. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from billing_tui.foundation.bulk import rows_of
from billing_tui.records.address import street_line

if TYPE_CHECKING:
    from collections.abc import Sequence

_SELECT = """
SELECT g.id, l.id, l.number, c.id, c.number, c.name, g.mailing_lines, g.mailing_zip, g.from_day,
 g.to_day, l.house, l.street, l.unit
FROM landlord_agreement g JOIN location l ON l.id = g.location_id
JOIN customer c ON c.id = g.owner_id
"""


@dataclass(frozen=True, slots=True)
class Agreement:
    """That an owner takes a place over whenever a tenant leaves it.

    Attributes:
        agreement_id: its row.
        place, address: number and street line of the place.
        owner, name: number and name of the owner.
        mailing_lines: where the owner's bills go; empty for the service address.
        from_day, to_day: first and last day; None where it goes on.
    """

    agreement_id: int
    location_id: int
    place: str
    owner_id: int
    owner: str
    name: str
    mailing_lines: tuple[str, ...]
    mailing_zip: str
    from_day: date
    to_day: date | None
    address: str

    def covers(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return self.from_day <= day and (self.to_day is None or day <= self.to_day)


def agreements_at(location_id: int) -> Sequence[Agreement]:
    """Every agreement of a place, the newest first."""
    return _found("WHERE g.location_id = ? ORDER BY g.from_day DESC, g.id DESC", [location_id])


def places_of_owner(customer_id: int, day: date, *, limit: int = 50) -> Sequence[Agreement]:
    """Agreements of an owner that are in force on a day or begin later, by address.

    Args:
        customer_id: row of the owner's customer.
        day: whose agreements count.
        limit: most of them.
    """
    condition = "WHERE g.owner_id = ? AND (g.to_day IS NULL OR g.to_day >= ?)"
    order = "ORDER BY l.street, l.house, l.unit, g.id LIMIT ?"
    return _found(f"{condition} {order}", [customer_id, day.isoformat(), limit])


def _found(condition: str, parameters: list[Any]) -> list[Agreement]:
    return [_agreement(row) for row in rows_of(f"{_SELECT} {condition}", parameters)]


def _agreement(row: tuple[Any, ...]) -> Agreement:
    values = [*row[:10], street_line(*row[10:])]
    values[6] = tuple(filter(None, row[6].split("\n")))
    values[8] = date.fromisoformat(row[8])
    values[9] = None if row[9] is None else date.fromisoformat(row[9])
    return Agreement(*values)
