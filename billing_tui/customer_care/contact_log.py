"""The contact log of an account: what was said, newest first (COM-2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from billing_tui.customer_care.kinds import Channel, Outcome
from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import NotFound

_SELECT = """
SELECT e.id, a.number, e.at, e.day, s.username, e.channel, e.reason, e.words, e.outcome,
       coalesce(c.name, ''), e.link, e.contact_id, e.corrects_id, coalesce(w.username, ''),
       coalesce(n.at, '')
FROM contact_log_entry e JOIN staff_member s ON s.id = e.staff_id
JOIN account a ON a.id = e.account_id
LEFT JOIN contact c ON c.id = e.contact_id
LEFT JOIN contact_log_entry n ON n.corrects_id = e.id LEFT JOIN staff_member w ON w.id = n.staff_id
"""
_STANDS = "NOT EXISTS (SELECT 1 FROM contact_log_entry n WHERE n.corrects_id = e.id)"


@dataclass(frozen=True, slots=True)
class LoggedContact:
    """One entry of the log.

    Attributes:
        at: the moment, UTC, ISO.
        reason: code of the policy.
        contact: name of the contact who spoke; "" where it was the customer.
        link: number of what it led to, "" for nothing.
        contact_id: row of the contact; None for the customer.
        corrects: the entry in whose place it stands.
        corrected_by: who put another in its place; "" while it stands.
        corrected_at: when, UTC, ISO.
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
    contact_id: int | None
    corrects: int | None
    corrected_by: str
    corrected_at: str


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


def logged(account_id: int, entry_id: int) -> LoggedContact:
    """One entry of an account's log. Raises `NotFound`."""
    rows = rows_of(f"{_SELECT} WHERE e.account_id = ? AND e.id = ?", (account_id, entry_id))
    if not rows:
        raise NotFound(f"The log of this account has no entry {entry_id}.", field="entry")
    return _line(rows[0])


def reasons_between(first: date, last: date) -> dict[str, int]:
    """How often each reason brought people in contact with the office, from day to day.

    What was corrected does not count; what stands in its place does.
    """
    rows = rows_of(
        f"SELECT reason, count(*) FROM contact_log_entry e WHERE day BETWEEN ? AND ? AND {_STANDS}"
        " GROUP BY reason ORDER BY count(*) DESC, reason",
        (first.isoformat(), last.isoformat()),
    )
    return {str(reason): int(count) for reason, count in rows}
