"""Merge two customers who are one person: what points to the one points to the other (CUS-9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.access.request_change import kept_reason
from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.customer_care.same_customer import plan_merge, pointing_columns
from billing_tui.foundation.bulk import insert_rows, rows_of
from billing_tui.foundation.model import table_name
from billing_tui.records.editing import StaleEdit, existing
from billing_tui.records.search_index import reindex_customer
from billing_tui.records.tables import Customer, CustomerMerge, MergedRow

if TYPE_CHECKING:
    from collections.abc import Iterable

    from billing_tui.access.desk import Desk
    from billing_tui.customer_care.same_customer import MergePlan, Pointing


def merge_customers(
    desk: Desk,
    kept_id: int,
    merged_id: int,
    reason: str,
    *,
    versions: tuple[int, int] | None = None,
) -> int:
    """Point everything of one customer to another; returns the number of the merge.

    The merged customer stays, with a sign that leads to the other. Accounts keep their numbers and
    ledgers. `undo_merge` takes it back to the letter.

    Args:
        desk: who does it.
        kept_id: the customer who stays.
        merged_id: the one who turned out to be the same.
        reason: how one knows; it stays in the trail.
        versions: of both, as they were shown.

    Raises:
        InvalidEntry: no reason.
        Refused: they cannot be one, or must not be merged now.
        StaleEdit: one of them was changed since.
    """
    why = kept_reason(reason)
    with writing(desk, Right.KEEP_RECORDS, "customer_care.merge_customers", why=why) as act:
        plan = plan_merge(kept_id, merged_id, desk.business_day)
        if versions is not None and versions != (plan.kept.version, plan.merged.version):
            raise StaleEdit("One of them was changed meanwhile; look at both again.")
        merge = CustomerMerge.create(
            kept=kept_id,
            merged=merged_id,
            day=desk.business_day,
            at=desk.clock().isoformat(timespec="seconds"),
            staff=desk.staff_id,
            why=why,
        )
        insert_rows(
            MergedRow,
            ("merge_id", "of_table", "of_column", "of_row", "says"),
            [(merge.id, one.table, one.column, one.row, one.says) for one in plan.moving],
        )
        point(plan.moving, kept_id)
        Customer.update(merged_into=kept_id, version=Customer.version + 1).where(
            Customer.id == merged_id
        ).execute()
        grow_version(kept_id)
        reindex_customer(kept_id)
        act.about("customer", plan.merged.number)
        act.before = {"merged_into_id": None, "version": plan.merged.version}
        act.after = _told(plan, int(merge.id), kept_id)
        act.result = int(merge.id)
    return int(merge.id)


def _told(plan: MergePlan, merge: int, kept_id: int) -> dict[str, object]:
    moved: dict[str, list[str]] = {}
    for one in plan.moving:
        moved.setdefault(one.table, []).append(one.says)
    return {
        "merged_into_id": kept_id,
        "version": plan.merged.version + 1,
        "merge": merge,
        "into": plan.kept.number,
        "moved": moved,
    }


def point(rows: Iterable[Pointing], customer_id: int) -> None:
    """Point rows to a customer; only inside a write transaction."""
    models = {(table_name(model), column): model for model, column in pointing_columns()}
    for one in rows:
        model = models[one.table, one.column]
        field = getattr(model, one.column.removesuffix("_id"))
        model.update({field: customer_id}).where(model.id == one.row).execute()


def grow_version(customer_id: int) -> None:
    """A form that shows this customer as they were before is stale from now on."""
    Customer.update(version=Customer.version + 1).where(Customer.id == customer_id).execute()


def kept_customer(customer_id: int) -> int:
    """Row of the customer whom this one was merged into, or the row itself."""
    existing(Customer, customer_id)
    rows = rows_of("SELECT merged_into_id FROM customer WHERE id = ?", (customer_id,))
    return int(rows[0][0] or customer_id)
