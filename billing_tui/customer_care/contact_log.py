"""The contact log of an account: what was said, newest first (COM-2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from billing_tui.customer_care.kinds import Channel, Outcome
from billing_tui.foundation.bulk import rows_of

_SELECT = """
SELECT e.id, a.number, e.at, e.day, s.username, e.channel, e.reason, e.words, e.outcome,
       coalesce(c.name, ''), e.link
FROM contact_log_entry e JOIN staff_member s ON s.id = e.staff_id
JOIN account a ON a.id = e.account_id
LEFT JOIN contact c ON c.id = e.contact_id
"""


@dataclass(frozen=True, slots=True)
class LoggedContact:
    """One entry of the log.

    Attributes:
        at: the moment, UTC, ISO.
        reason: code of the policy.
        contact: name of the contact who spoke; "" where it was the customer.
        link: number of what it led to, "" for nothing.
    """

    entry_id: int
    account: str
    at: str
    day: date
    staff: str
    channel: Channel
    reason: str
    words: str
    outcome: Outcome
    contact: str
    link: str


def _line(row: tuple[Any, ...]) -> LoggedContact:
    values = list(row)
    values[3] = date.fromisoformat(row[3])
    values[5], values[8] = Channel(row[5]), Outcome(row[8])
    return LoggedContact(*values)


def log_of(
    account_id: int, *, before: int | None = None, limit: int = 50
) -> tuple[LoggedContact, ...]:
    """A page of an account's log; `before` is the last entry_id of the page before."""
    where, told = ("", ()) if before is None else (" AND e.id < ?", (before,))
    rows = rows_of(
        f"{_SELECT} WHERE e.account_id = ?{where} ORDER BY e.id DESC LIMIT ?",
        (account_id, *told, limit),
    )
    return tuple(_line(row) for row in rows)


def reasons_between(first: date, last: date) -> dict[str, int]:
    """How often each reason brought people in contact with the office, from day to day."""
    rows = rows_of(
        "SELECT reason, count(*) FROM contact_log_entry WHERE day BETWEEN ? AND ?"
        " GROUP BY reason ORDER BY count(*) DESC, reason",
        (first.isoformat(), last.isoformat()),
    )
    return {str(reason): int(count) for reason, count in rows}
