"""A record as it stood on a day: the row of today with the trail's later changes undone.

Each verb writes the columns that it changed with their values before and after, so walking the
trail backwards gives back what was there. Tables with from/to days need no such walk. Which
customer held an account changes by merges alone; they are told in a table of their own.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import NotFound
from billing_tui.foundation.model import column_names, table_name
from billing_tui.records.tables import Account, Customer, Location, Meter

if TYPE_CHECKING:
    from datetime import date

    from billing_tui.foundation.model import Table

KINDS: dict[str, type[Table]] = {
    "account": Account,
    "customer": Customer,
    "location": Location,
    "meter": Meter,
}
"""Records that can be seen as of a day, by the name that the trail gives them."""


def record_as_of(kind: str, number: str, day: date) -> dict[str, Any]:
    """Columns of an account, customer, location or meter at the end of a business day.

    Values are those of the database: ISO days, numbers, texts.

    Raises:
        NotFound: there is no such record.
    """
    model = KINDS[kind]
    names = column_names(model)
    rows = rows_of(
        f'SELECT {", ".join(names)} FROM "{table_name(model)}" WHERE number = ?', (number,)
    )
    if not rows:
        raise NotFound(f"There is no {kind} {number}.", field="number")
    record = dict(zip(names, rows[0], strict=True))
    later = rows_of(
        "SELECT before FROM audit_entry WHERE subject_kind = ? AND subject = ?"
        " AND business_day > ? ORDER BY seq DESC",
        (kind, number, day.isoformat()),
    )
    for (before,) in later:
        record |= {name: was for name, was in json.loads(before).items() if name in record}
    if kind == "account":
        record["customer_id"] = _holder(record["id"], record["customer_id"], day)
    return record


def _holder(account_id: int, now: int, day: date) -> int:
    """Row of the customer who held an account at the end of a day, before merges since."""
    merges = rows_of(
        "SELECT m.day, m.undone_day, m.id, m.merged_id, m.kept_id FROM customer_merge m"
        " JOIN merged_row r ON r.merge_id = m.id WHERE r.of_table = 'account' AND r.of_row = ?",
        (account_id,),
    )
    turns = [(made, number, 0, merged) for made, _, number, merged, _ in merges]
    turns += [(undone, number, 1, kept) for _, undone, number, _, kept in merges if undone]
    later = [turn for turn in turns if turn[0] > day.isoformat()]
    return int(min(later)[3]) if later else now


def phones_as_of(number: str, now: tuple[tuple[str, str], ...], day: date) -> tuple[Any, ...]:
    """A customer's phones at the end of a business day, given those of today: digits and kind.

    The trail keeps the digits; a number that is gone by now comes back as a home phone.
    """
    later = rows_of(
        "SELECT before FROM audit_entry WHERE subject_kind = 'customer' AND subject = ?"
        " AND business_day > ? ORDER BY seq",
        (number, day.isoformat()),
    )
    for (before,) in later:
        digits = json.loads(before).get("phones")
        if digits is not None:
            kinds = dict(now)
            return tuple((one, kinds.get(one, "home")) for one in digits)
    return now
