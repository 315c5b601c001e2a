"""Undo a merge: every row that moved goes back, and both customers stand as before."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from billing_tui.access.request_change import kept_reason
from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.customer_care.merge_customers import grow_version, point
from billing_tui.customer_care.merges import moved_rows
from billing_tui.customer_care.same_customer import column_is_there
from billing_tui.customer_care.tables import Contact
from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import Refused
from billing_tui.records.editing import existing
from billing_tui.records.search_index import reindex_customer
from billing_tui.records.tables import Customer, CustomerMerge, Phone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from billing_tui.access.desk import Desk
    from billing_tui.customer_care.same_customer import Pointing


def undo_merge(desk: Desk, merge_id: int, reason: str) -> None:
    """Take a merge back; what was entered for the kept customer since then stays with them.

    Contacts of an account that goes back go with it, and so do phones that were struck since.

    Raises:
        InvalidEntry: no reason.
        NotFound: there is no such merge.
        Refused: it was undone before, or a later merge must be undone first.
    """
    why = kept_reason(reason)
    with writing(desk, Right.KEEP_RECORDS, "customer_care.undo_merge", why=why) as act:
        merge: Any = existing(CustomerMerge, merge_id)
        if merge.undone_day is not None:
            raise Refused(f"It was undone on {merge.undone_day}.", code="MERGE-UNDONE")
        merged: Any = existing(Customer, merge.merged_id)
        if merged.merged_into_id != merge.kept_id:
            raise Refused(
                f"{merge.kept.number} was merged on; undo the later merge first.",
                code="MERGE-LATER",
            )
        moved, lost = _still_there(moved_rows(merge_id), merge.kept_id)
        merge.undone_day, merge.undone_by = desk.business_day, desk.staff_id
        merge.save(only=[CustomerMerge.undone_day, CustomerMerge.undone_by])
        point(moved, merge.merged_id)
        for phone in lost:
            digits, _, kind = phone.says.partition(" ")
            Phone.create(customer=merge.merged_id, digits=digits, kind=kind)
        accounts = [one.row for one in moved if one.table == "account"]
        Contact.update(customer=merge.merged_id).where(Contact.account.in_(accounts)).execute()
        Customer.update(merged_into=None, version=Customer.version + 1).where(
            Customer.id == merge.merged_id
        ).execute()
        grow_version(merge.kept_id)
        reindex_customer(merge.kept_id)
        reindex_customer(merge.merged_id)
        act.about("customer", merged.number)
        act.before = {"merged_into_id": merge.kept_id, "version": merged.version}
        act.after = {"merged_into_id": None, "version": merged.version + 1, "merge": merge_id}


def _phone_now(phone: Pointing, kept_id: int) -> Pointing | None:
    """Where the same number stands now: a customer's phones are written anew when they change."""
    rows = rows_of(
        "SELECT id FROM phone WHERE customer_id = ? AND digits = ?"
        " ORDER BY CASE id WHEN ? THEN 0 ELSE 1 END LIMIT 1",
        (kept_id, phone.says.partition(" ")[0], phone.row),
    )
    return replace(phone, row=rows[0][0]) if rows else None


def _still_there(rows: Sequence[Pointing], kept_id: int) -> tuple[list[Pointing], list[Pointing]]:
    """The rows that go back, and the phones that were taken off the list since.

    Raises:
        Refused: a row has moved on to somebody else since.
    """
    there: list[Pointing] = []
    lost: list[Pointing] = []
    for one in rows:
        if not column_is_there(one.table, one.column):
            raise Refused(f"{one.table} {one.row} cannot be pointed back.", code="MERGE-ROW")
        if one.table == "phone":
            again = _phone_now(one, kept_id)
            (lost if again is None else there).append(again or one)
            continue
        found = rows_of(f'SELECT "{one.column}" FROM "{one.table}" WHERE id = ?', (one.row,))
        if found and found[0][0] == kept_id:
            there.append(one)
        else:
            raise Refused(
                f"{one.title} {one.says} has moved on; undo the later merge first.",
                code="MERGE-LATER",
            )
    return there, lost
