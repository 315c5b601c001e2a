"""What somebody promised to come back to: notes with a day, those overdue first (DOC-2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from billing_tui.foundation.bulk import rows_of

_SELECT = """
SELECT n.id, a.number, c.name, n.follow_up_day, coalesce(f.username, ''), w.username, n.text
FROM note n JOIN account a ON a.id = n.account_id JOIN customer c ON c.id = a.customer_id
JOIN staff_member w ON w.id = n.staff_id LEFT JOIN staff_member f ON f.id = n.follow_up_by_id
WHERE n.done_day IS NULL AND n.withdrawn_day IS NULL AND n.follow_up_day <= ?
 AND (n.follow_up_day, n.id) > (?, ?)
"""
Key = tuple[str, int]
"""Where a page ends: the day as text, and the note."""
START: Key = ("", 0)


@dataclass(frozen=True, slots=True)
class DueFollowUp:
    """A note that must be taken up again.

    Attributes:
        person: user name of who must; "" for anybody.
        writer: user name of who wrote it.
    """

    note_id: int
    account: str
    customer: str
    day: date
    person: str
    writer: str
    text: str

    @property
    def key(self) -> Key:
        """Where the next page begins."""
        return self.day.isoformat(), self.note_id


def followups_due(
    day: date, person: str | None = None, *, after: Key = START, limit: int = 50
) -> tuple[DueFollowUp, ...]:
    """A page of what is due up to a day, the oldest first.

    Args:
        day: the last day that counts.
        person: only this user name's and those of anybody; everybody's where None.
        after: `key` of the last line of the page before.
        limit: most lines.
    """
    whose, told = (
        ("", ()) if person is None else (" AND coalesce(f.username, ?) = ?", (person,) * 2)
    )
    rows = rows_of(
        f"{_SELECT}{whose} ORDER BY n.follow_up_day, n.id LIMIT ?",
        (day.isoformat(), *after, *told, limit),
    )
    return tuple(_line(row) for row in rows)


def _line(row: tuple[Any, ...]) -> DueFollowUp:
    values = list(row)
    values[3] = date.fromisoformat(row[3])
    return DueFollowUp(*values)
