"""Moves as lines for lists, newest first: of an account, of a place, or of the whole office."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from billing_tui.foundation.bulk import rows_of
from billing_tui.records.address import street_line
from billing_tui.service_orders.kinds import MoveKind, Part

if TYPE_CHECKING:
    from collections.abc import Sequence

MOVES_ON_A_PAGE = 50
_MOVES = """
SELECT v.id, v.kind, v.day, v.source, v.at, w.username, v.undone_at FROM move v
JOIN staff_member w ON w.id = v.staff_id
WHERE v.id < ? {where} ORDER BY v.id DESC LIMIT ?
"""
_AT_PLACE = "AND EXISTS (SELECT 1 FROM move_account p WHERE p.move_id = v.id AND p.location_id = ?)"
_PARTS = """
SELECT p.move_id, p.part, p.number, l.house, l.street, l.unit, coalesce(c.name, '')
FROM move_account p JOIN location l ON l.id = p.location_id
LEFT JOIN account a ON a.id = p.account_id LEFT JOIN customer c ON c.id = a.customer_id
WHERE p.move_id IN ({marks}) ORDER BY p.id
"""
_NEWEST = 2**62


@dataclass(frozen=True, slots=True)
class MovePart:
    """What one account did in a move; the name is "" where an undo removed the account."""

    part: Part
    number: str
    address: str
    name: str


@dataclass(frozen=True, slots=True)
class MoveLine:
    """A move.

    Attributes:
        at: when it was entered, UTC ISO.
        by: user name of who entered it.
        undone_at: when it was taken back, "" while it stands.
    """

    move_id: int
    kind: MoveKind
    day: date
    source: str
    at: str
    by: str
    undone_at: str
    parts: tuple[MovePart, ...]

    @property
    def stands(self) -> bool:
        """Whether it was not taken back."""
        return not self.undone_at

    @property
    def told(self) -> str:
        """`10432-03 ends, 10432-04 begins`."""
        words = {Part.LEAVES: "ends", Part.COMES: "begins", Part.OWNER: "is the owner's"}
        return ", ".join(f"{one.number} {words[one.part]}" for one in self.parts)

    @property
    def address(self) -> str:
        """The place; where service moved on to, for a transfer."""
        came = [one.address for one in self.parts if one.part is Part.COMES]
        return (came or [one.address for one in self.parts] or [""])[-1]


def moves_of(
    location_id: int | None = None, *, before: int | None = None, limit: int = MOVES_ON_A_PAGE
) -> list[MoveLine]:
    """A page of moves, newest first.

    Args:
        location_id: row of the place; None for the whole office.
        before: `move_id` of the last line of the page before.
        limit: the most lines.
    """
    where, place = (_AT_PLACE, [location_id]) if location_id is not None else ("", [])
    start = _NEWEST if before is None else before
    rows = rows_of(_MOVES.replace("{where}", where), (start, *place, limit))
    parts = _parts([row[0] for row in rows])
    return [
        MoveLine(
            row[0],
            MoveKind(row[1]),
            date.fromisoformat(row[2]),
            row[3],
            row[4],
            row[5],
            row[6] or "",
            tuple(parts.get(row[0], ())),
        )
        for row in rows
    ]


def _parts(moves: Sequence[int]) -> dict[int, list[MovePart]]:
    found: dict[int, list[MovePart]] = {}
    if moves:
        sql = _PARTS.replace("{marks}", ", ".join("?" * len(moves)))
        row: tuple[Any, ...]
        for row in rows_of(sql, moves):
            part = MovePart(Part(row[1]), row[2], street_line(*row[3:6]), row[6])
            found.setdefault(row[0], []).append(part)
    return found
