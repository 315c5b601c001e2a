"""Merges that were made: who, into whom, what moved; and which customers look alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from billing_tui.customer_care.same_customer import Pointing
from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import NotFound
from billing_tui.foundation.text import harmless

if TYPE_CHECKING:
    from collections.abc import Sequence

_NEWEST = 2**62
_MERGES = """
SELECT m.id, m.day, k.number, k.name, g.number, g.name, s.username, m.why, m.undone_day,
       coalesce(u.username, ''), (SELECT count(*) FROM merged_row r WHERE r.merge_id = m.id)
FROM customer_merge m JOIN customer k ON k.id = m.kept_id JOIN customer g ON g.id = m.merged_id
JOIN staff_member s ON s.id = m.staff_id LEFT JOIN staff_member u ON u.id = m.undone_by_id
WHERE m.id < ? ORDER BY m.id DESC LIMIT ?
"""
_ALIKE = """
SELECT b.id, b.number, b.name FROM customer b WHERE b.merged_into_id IS NULL AND b.id <> ?
AND b.kind = (SELECT kind FROM customer WHERE id = ?) AND b.id IN (
 SELECT o.id FROM customer c JOIN customer o ON o.name = c.name WHERE c.id = ?
 UNION SELECT o.id FROM customer c JOIN customer o ON o.email = c.email
  WHERE c.id = ? AND c.email <> ''
 UNION SELECT q.customer_id FROM phone p JOIN phone q ON q.digits = p.digits
  WHERE p.customer_id = ?)
ORDER BY b.name, b.id LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class MergeLine:
    """A merge.

    Attributes:
        kept, kept_name: who stayed.
        merged, merged_name: who turned out to be the same.
        undone: when it was taken back, if it was.
        rows: how many rows it moved.
    """

    merge_id: int
    day: date
    kept: str
    kept_name: str
    merged: str
    merged_name: str
    staff: str
    why: str
    undone: date | None
    undone_by: str
    rows: int


@dataclass(frozen=True, slots=True)
class LikeCustomer:
    """A customer who may be the same as another."""

    customer_id: int
    number: str
    name: str


def merges(*, before: int | None = None, limit: int = 50) -> tuple[MergeLine, ...]:
    """A page of merges, newest first; `before` is the last merge_id of the page before."""
    rows = rows_of(_MERGES, (_NEWEST if before is None else before, limit))
    return tuple(_line(row) for row in rows)


def _line(row: tuple[Any, ...]) -> MergeLine:
    values = list(row)
    values[1] = date.fromisoformat(row[1])
    values[8] = date.fromisoformat(row[8]) if row[8] else None
    return MergeLine(*values)


def moved_rows(merge_id: int) -> Sequence[Pointing]:
    """What a merge moved, in the order in which it did."""
    rows = rows_of(
        "SELECT of_table, of_column, of_row, says FROM merged_row WHERE merge_id = ? ORDER BY id",
        (merge_id,),
    )
    return tuple(Pointing(*row) for row in rows)


def customer_numbered(number: str) -> int:
    """Row of a customer by its number, merged or not.

    Raises:
        NotFound: there is none.
    """
    rows = rows_of("SELECT id FROM customer WHERE number = ?", (number.strip().upper(),))
    if not rows:
        raise NotFound(f"There is no customer {harmless(number[:24])}.", field="customer")
    return int(rows[0][0])


def customers_like(customer_id: int, *, limit: int = 20) -> tuple[LikeCustomer, ...]:
    """Customers with the same name, phone or email as this one."""
    return tuple(LikeCustomer(*row) for row in rows_of(_ALIKE, (*(customer_id,) * 5, limit)))
