"""Whether two customers may be one, and what would move if they were (CUS-9).

What points to a customer is found in the tables themselves, so that a table of tomorrow is not
forgotten. Money is not among it: ledgers hang on accounts, and accounts keep their ids.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import Refused
from billing_tui.foundation.model import table_name
from billing_tui.records.editing import existing, refuse_merged
from billing_tui.records.kinds import FlagKind
from billing_tui.records.tables import Customer, CustomerMerge

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from billing_tui.foundation.model import Table

_NAMED_BY = {
    "account": "SELECT number FROM account WHERE id = ?",
    "phone": "SELECT digits || ' ' || kind FROM phone WHERE id = ?",
    "customer": "SELECT number FROM customer WHERE id = ?",
    "contact": "SELECT name FROM contact WHERE id = ?",
    "filed_document": "SELECT kind || ' ' || received_day FROM filed_document WHERE id = ?",
    "landlord_agreement": "SELECT l.number FROM landlord_agreement g"
    " JOIN location l ON l.id = g.location_id WHERE g.id = ?",
}
_TITLES = {
    "account": "Account",
    "phone": "Phone",
    "customer": "Merged before",
    "contact": "Contact",
    "filed_document": "Document",
    "landlord_agreement": "Owner's agreement",
}


@dataclass(frozen=True, slots=True)
class Pointing:
    """A row that points to a customer.

    Attributes:
        table, column, row: where it stands.
        says: its number or words, for people.
    """

    table: str
    column: str
    row: int
    says: str

    @property
    def title(self) -> str:
        """What sort of thing it is, for people."""
        return _TITLES.get(self.table, self.table.replace("_", " ").capitalize())


@dataclass(frozen=True, slots=True)
class Side:
    """One of two customers who may be the same, as the screen shows them beside each other."""

    customer_id: int
    number: str
    name: str
    mailing_name: str
    kind: str
    email: str
    language: str
    pointing: tuple[Pointing, ...]
    version: int


@dataclass(frozen=True, slots=True)
class MergePlan:
    """Both sides, and the rows of the one who would be merged that would move."""

    kept: Side
    merged: Side
    moving: tuple[Pointing, ...]


def pointing_columns() -> tuple[tuple[type[Table], str], ...]:
    """Tables and columns that point to customers, merges themselves left out."""
    meta: Any = Customer._meta  # noqa: SLF001 - Peewee's own way to ask
    found = {
        (model, field.column_name)
        for field, model in meta.backrefs.items()
        if model is not CustomerMerge
    }
    return tuple(sorted(found, key=lambda one: (table_name(one[0]), one[1])))


def rows_pointing(customer_id: int) -> Iterator[Pointing]:
    """Every row that points to a customer."""
    for model, column in pointing_columns():
        table = table_name(model)
        named = _NAMED_BY.get(table)
        for (row,) in rows_of(
            f'SELECT id FROM "{table}" WHERE "{column}" = ? ORDER BY id', (customer_id,)
        ):
            says = rows_of(named, (row,))[0][0] if named else str(row)
            yield Pointing(table, column, row, says)


def side_of(customer_id: int) -> Side:
    """A customer with all that points to them. Raises `NotFound`."""
    row = existing(Customer, customer_id)
    return Side(
        customer_id,
        *(row.number, row.name, row.mailing_name, row.kind, row.email, row.language),
        tuple(rows_pointing(customer_id)),
        row.version,
    )


def _flagged(customer_id: int, flag: FlagKind, day: date) -> bool:
    return bool(
        rows_of(
            "SELECT 1 FROM account_flag f JOIN account a ON a.id = f.account_id"
            " WHERE a.customer_id = ? AND f.kind = ? AND f.from_day <= ?"
            " AND (f.to_day IS NULL OR f.to_day >= ?) LIMIT 1",
            (customer_id, flag.value, day.isoformat(), day.isoformat()),
        )
    )


def _refuse_waiting(side: Side) -> None:
    numbers = [side.number, *(one.says for one in side.pointing if one.table == "account")]
    marks = ", ".join("?" * len(numbers))
    waiting = rows_of(
        "SELECT id, subject FROM change_request WHERE state = 'Pending' AND subject IN"
        f" ({marks}) ORDER BY id LIMIT 1",
        numbers,
    )
    if waiting:
        raise Refused(
            f"Request {waiting[0][0]} about {waiting[0][1]} waits; it must be decided first.",
            code="MERGE-REQUEST",
        )


def plan_merge(kept_id: int, merged_id: int, day: date) -> MergePlan:
    """What a merge would do.

    Args:
        kept_id: row of the customer who stays.
        merged_id: row of the customer who turns out to be the same.
        day: the business day.

    Raises:
        NotFound: there is no such customer.
        Refused: they cannot be one, or must not be merged now.
    """
    if kept_id == merged_id:
        raise Refused("That is one customer already.", field="merged", code="MERGE-SAME")
    for one in (kept_id, merged_id):
        refuse_merged(existing(Customer, one))
    kept, merged = side_of(kept_id), side_of(merged_id)
    if kept.kind != merged.kind:
        raise Refused(
            f"{kept.number} is a {kept.kind} and {merged.number} a {merged.kind}.",
            field="merged",
            code="MERGE-KIND",
        )
    for side in (kept, merged):
        if _flagged(side.customer_id, FlagKind.SENSITIVE, day):
            raise Refused(
                f"{side.name} is protected: an account has the flag {FlagKind.SENSITIVE}.",
                code="MERGE-PROTECTED",
            )
        _refuse_waiting(side)
    if all(_flagged(side.customer_id, FlagKind.DECEASED, day) for side in (kept, merged)):
        raise Refused("Both have died; two estates are not merged.", code="MERGE-DECEASED")
    return MergePlan(kept, merged, _moving(kept, merged))


def _moving(kept: Side, merged: Side) -> tuple[Pointing, ...]:
    """A phone that the other one has too stays behind; everything else goes."""
    phones = {one.says.split()[0] for one in kept.pointing if one.table == "phone"}
    return tuple(
        one for one in merged.pointing if one.table != "phone" or one.says.split()[0] not in phones
    )


def column_is_there(table: str, column: str) -> bool:
    """Whether customers are pointed to from there; a merge record must name nothing else."""
    return (table, column) in {(table_name(model), name) for model, name in pointing_columns()}
