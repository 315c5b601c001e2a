"""Who may speak for a customer, and what they may do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from billing_tui.customer_care.kinds import MayDo
from billing_tui.foundation.bulk import rows_of

_SELECT = """
SELECT c.id, c.customer_id, coalesce(a.number, ''), c.name, c.relation, c.phone, c.email,
       c.language, c.may_do, c.passphrase <> '', c.from_day, c.to_day, c.version
FROM contact c LEFT JOIN account a ON a.id = c.account_id
"""


@dataclass(frozen=True, slots=True)
class ContactLine:
    """A contact; the passphrase itself is nowhere to be read.

    Attributes:
        account: the one account that it concerns; "" for all of the customer's.
        phone: digits.
        has_passphrase: whether one can be asked for.
        version: hand it back with a change.
    """

    contact_id: int
    customer_id: int
    account: str
    name: str
    relation: str
    phone: str
    email: str
    language: str
    may_do: MayDo
    has_passphrase: bool
    from_day: date
    to_day: date | None
    version: int

    def holds_on(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return self.from_day <= day and (self.to_day is None or day <= self.to_day)


def _line(row: tuple[Any, ...]) -> ContactLine:
    values = list(row)
    values[8:10] = MayDo(row[8]), bool(row[9])
    values[10] = date.fromisoformat(row[10])
    values[11] = date.fromisoformat(row[11]) if row[11] else None
    return ContactLine(*values)


def contacts_of(
    account_id: int, *, on: date | None = None, after: int = 0, limit: int = 50
) -> tuple[ContactLine, ...]:
    """Contacts of an account, those of all the customer's accounts among them, a page at a time.

    Args:
        account_id: the account.
        on: only those in force on that day; all where None.
        after: contact_id of the last line of the page before.
        limit: most lines.
    """
    in_force = "" if on is None else " AND c.from_day <= ? AND (c.to_day IS NULL OR c.to_day >= ?)"
    days = () if on is None else (on.isoformat(),) * 2
    rows = rows_of(
        f"{_SELECT} JOIN account own ON own.id = ? WHERE c.customer_id = own.customer_id"
        " AND (c.account_id IS NULL OR c.account_id = own.id) AND c.id > ?"
        f"{in_force} ORDER BY c.id LIMIT ?",
        (account_id, after, *days, limit),
    )
    return tuple(_line(row) for row in rows)


def contact_line(contact_id: int) -> ContactLine | None:
    """One contact, or None."""
    rows = rows_of(f"{_SELECT} WHERE c.id = ?", (contact_id,))
    return _line(rows[0]) if rows else None
