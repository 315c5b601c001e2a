"""What all edits share: the version check, and before and after for the trail."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeVar

from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import (
    BillingError,
    InvalidEntry,
    NotFound,
    ProblemsFound,
    Refused,
)
from billing_tui.foundation.model import Table, table_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from billing_tui.access.writing import Act
    from billing_tui.foundation.errors import Problem

Row = TypeVar("Row", bound=Table)
_ENTRIES_LOOKED_AT = 50


class StaleEdit(BillingError):  # noqa: N818 - the clerk's word for it
    """Somebody changed the record after it was shown."""

    code = "RECORD-STALE"


def existing(model: type[Row], row_id: int) -> Row:
    """The row of that id.

    Raises:
        NotFound: there is none.
    """
    row = model.get_or_none(model.id == row_id)
    if row is None:
        what = table_name(model).replace("_", " ")
        raise NotFound(f"There is no such {what}.", field=table_name(model))
    found: Row = row
    return found


def refuse_if(problems: Iterable[Problem]) -> None:
    """Refuse with all problems at once, where there are any."""
    found = tuple(problems)
    if len(found) == 1:
        raise InvalidEntry(found[0].sentence, field=found[0].field)
    if found:
        raise ProblemsFound("Nothing was saved; see what is missing.", found)


def refuse_merged(customer: Any) -> None:
    """Refuse to work on a customer who turned out to be another one.

    Raises:
        Refused: naming the other one.
    """
    if customer.merged_into is not None:
        kept = customer.merged_into
        raise Refused(
            f"{customer.number} was merged into {kept.number} {kept.name}; work there.",
            field="customer",
            code="CUSTOMER-MERGED",
        )


def _since(kind: str, number: str, version: int) -> str:
    """Who changed what after that version, from the trail."""
    rows = rows_of(
        "SELECT s.name, e.after FROM audit_entry e JOIN staff_member s ON s.id = e.staff_id"
        " WHERE e.subject_kind = ? AND e.subject = ? ORDER BY e.seq DESC LIMIT ?",
        (kind, number, _ENTRIES_LOOKED_AT),
    )
    changes = []
    for name, after in reversed(rows):
        fields: dict[str, Any] = json.loads(after)
        if fields.pop("version", 0) > version:
            what = ", ".join(sorted(fields)).replace("_", " ")
            changes.append(f"{name} changed {what or 'it'}")
    return "; ".join(changes) or "Somebody changed it"


def claim(act: Act, kind: str, row: Any, version: int) -> None:
    """Take the next version of a record for this edit and name the record in the trail.

    Raises:
        StaleEdit: the record has been changed since `version` was shown.
    """
    if row.version != version:
        raise StaleEdit(
            f"{kind.capitalize()} {row.number} was changed meanwhile: look again, then save. "
            f"{_since(kind, row.number, version)}.",
            field="version",
        )
    row.version = version + 1
    act.about(kind, row.number)
    act.before = {"version": version}
    act.after = {"version": version + 1}


def change(act: Act, row: Any, values: Mapping[str, Any]) -> None:
    """Give columns of a claimed record new values; the trail keeps those that differ.

    Raises:
        Refused: nothing differs.
    """
    changed = {name: value for name, value in values.items() if getattr(row, name) != value}
    if not changed:
        raise Refused("Nothing was changed.", code="RECORD-UNCHANGED")
    for name, value in changed.items():
        act.before[name] = getattr(row, name)
        act.after[name] = value
        setattr(row, name, value)
    row.save()
