"""What is on file for an account, and what is missing (DOC-1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from billing_tui.customer_care.file_document import Concerns
from billing_tui.foundation.bulk import rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from billing_tui.customer_care.document_policy import DocumentPolicy, Requirement

_OF_ACCOUNT = """
SELECT d.id, d.sha256, d.size, d.file_name, d.kind, d.retention,
       CASE WHEN d.account_id IS NOT NULL THEN 'account'
            WHEN d.customer_id IS NOT NULL THEN 'customer' ELSE 'location' END,
       d.remark, d.received_day, d.expires_day, s.username, d.withdrawn_day
FROM filed_document d JOIN staff_member s ON s.id = d.staff_id JOIN account a ON a.id = ?
WHERE (d.account_id = a.id OR d.customer_id = a.customer_id OR d.location_id = a.location_id)
  AND d.id < ? ORDER BY d.id DESC LIMIT ?
"""
_MISSING = """
SELECT a.number AS number, ? AS name, c.name AS customer, a.id,
       (SELECT max(d.expires_day) FROM filed_document d WHERE d.kind IN ({marks})
        AND d.withdrawn_day IS NULL AND d.expires_day < ? AND {ours})
FROM account a JOIN customer c ON c.id = a.customer_id
WHERE a.status IN ('Pending', 'Active', 'Final pending') AND (a.number, ?) > (?, ?) {conditions}
  AND NOT EXISTS (SELECT 1 FROM filed_document d WHERE d.kind IN ({marks})
      AND d.withdrawn_day IS NULL AND (d.expires_day IS NULL OR d.expires_day >= ?) AND {ours})
"""
_OURS = "(d.account_id = a.id OR d.customer_id = a.customer_id OR d.location_id = a.location_id)"
_NEWEST = 2**62
_AT_ONCE = 500

Place = tuple[str, str]
"""Where a page of the report ends: number of the account, name of the requirement."""
START: Place = ("", "")


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """A paper on file.

    Attributes:
        size: bytes.
        expires: its last day, if it has one.
        withdrawn: since when it does not count, if it was filed in error.
    """

    document_id: int
    sha256: str
    size: int
    file_name: str
    kind: str
    retention: str
    concerns: Concerns
    remark: str
    received: date
    expires: date | None
    staff: str
    withdrawn: date | None

    def counts_on(self, day: date) -> bool:
        """Whether it is good on a day."""
        return self.withdrawn is None and (self.expires is None or day <= self.expires)


@dataclass(frozen=True, slots=True)
class MissingDocument:
    """A paper that an account must have and has not.

    Attributes:
        ended: last day of the newest one that was on file; None where there was none.
        because: the citation.
    """

    account: str
    account_id: int
    customer: str
    name: str
    ended: date | None
    because: str

    @property
    def place(self) -> Place:
        """Where the next page begins."""
        return self.account, self.name


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _line(row: tuple[Any, ...]) -> DocumentLine:
    values = list(row)
    values[6] = Concerns(row[6])
    values[8], values[9], values[11] = _day(row[8]), _day(row[9]), _day(row[11])
    return DocumentLine(*values)


def documents_of(
    account_id: int, *, before: int | None = None, limit: int = 50
) -> tuple[DocumentLine, ...]:
    """A page of an account's papers, newest first: its own, its customer's, and its place's."""
    rows = rows_of(_OF_ACCOUNT, (account_id, _NEWEST if before is None else before, limit))
    return tuple(_line(row) for row in rows)


def _conditions(need: Requirement, day: date) -> tuple[str, list[Any]]:
    text, told = "", []
    if need.flag is not None:
        text += (
            " AND a.id IN (SELECT f.account_id FROM account_flag f WHERE f.kind = ?"
            " AND f.from_day <= ? AND (f.to_day IS NULL OR f.to_day >= ?))"
        )
        told += [need.flag.value, day.isoformat(), day.isoformat()]
    if need.customer is not None:
        text, told = f"{text} AND c.kind = ?", [*told, need.customer.value]
    if need.attribute is not None:
        text += (
            " AND a.location_id IN (SELECT l.location_id FROM location_attribute l"
            " WHERE l.name = ? AND l.value = ? AND l.from_day <= ?"
            " AND (l.to_day IS NULL OR l.to_day >= ?))"
        )
        told += [*need.attribute, day.isoformat(), day.isoformat()]
    if need.since is not None:
        text, told = f"{text} AND a.opened >= ?", [*told, need.since.isoformat()]
    return text, told


def _missing_of(
    need: Requirement, day: date, after: Place, limit: int, account_id: int | None
) -> list[MissingDocument]:
    conditions, told = _conditions(need, day)
    if account_id is not None:
        conditions, told = f"{conditions} AND a.id = ?", [*told, account_id]
    marks = ", ".join("?" * len(need.kinds))
    sql = _MISSING.format(marks=marks, ours=_OURS, conditions=conditions)
    on = day.isoformat()
    rows = rows_of(
        f"{sql} ORDER BY a.number LIMIT ?",
        (need.name, *need.kinds, on, need.name, *after, *told, *need.kinds, on, limit),
    )
    return [
        MissingDocument(number, row_id, customer, name, _day(ended), need.because)
        for number, name, customer, row_id, ended in rows
    ]


def missing_documents(
    policy: DocumentPolicy,
    day: date,
    *,
    after: Place = START,
    limit: int = 50,
    account_id: int | None = None,
) -> tuple[MissingDocument, ...]:
    """A page of the report: what accounts that are served must have on a day and have not.

    Args:
        policy: what is required.
        day: the day.
        after: `place` of the last line of the page before.
        limit: most lines.
        account_id: only this account.
    """
    found = [
        line
        for need in policy.required
        for line in _missing_of(need, day, after, limit, account_id)
    ]
    return tuple(sorted(found, key=lambda line: line.place)[:limit])


def whole_report(policy: DocumentPolicy, day: date) -> Iterator[MissingDocument]:
    """Every line of the report, fetched a page at a time."""
    after = START
    while page := missing_documents(policy, day, after=after, limit=_AT_ONCE):
        yield from page
        after = page[-1].place
