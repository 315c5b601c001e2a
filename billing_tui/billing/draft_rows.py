"""Draft bills as database rows, for `executemany`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from billing_tui.access.chain import canonical
from billing_tui.billing.tables import Bill, BillLine, BillRead, BillService
from billing_tui.foundation.bulk import insert_rows, next_id

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from billing_tui.billing.calculate import DraftBill, DraftService
    from billing_tui.rates.line import RatedLine

Row = tuple[Any, ...]

BILL = (
    "id", "run_id", "account_id", "state", "bill_day", "due_day", "previous_cents",
    "payments_cents", "adjustments_cents", "current_cents", "due_cents",
)  # fmt: skip
SERVICE = (
    "id", "bill_id", "service_id", "kind", "schedule", "rate_class", "from_day", "to_day", "days",
    "usage_milli", "unit", "estimated", "inputs", "cents", "live",
)  # fmt: skip
READ = (
    "bill_service_id", "meter_id", "read_id", "previous_day", "previous_reading", "day", "reading",
    "kind", "usage_milli",
)  # fmt: skip
LINE = (
    "bill_id", "bill_service_id", "position", "code", "label", "kind", "revenue", "tier",
    "quantity", "unit", "price", "upto", "part", "because", "from_day", "to_day", "cents",
)  # fmt: skip


@dataclass(slots=True)
class DraftRows:
    """Rows of some drafts, ready to insert, with the ids that they count on.

    Attributes:
        first_bill, first_service: the ids that were free when the rows were built.
    """

    first_bill: int
    first_service: int
    bills: list[Row] = field(default_factory=list)
    services: list[Row] = field(default_factory=list)
    reads: list[Row] = field(default_factory=list)
    lines: list[Row] = field(default_factory=list)

    def insert(self) -> None:
        """Insert them all, inside the caller's transaction."""
        insert_rows(Bill, BILL, self.bills)
        insert_rows(BillService, SERVICE, self.services)
        insert_rows(BillRead, READ, self.reads)
        insert_rows(BillLine, LINE, self.lines)


def _inputs(draft: DraftService) -> str:
    return canonical(
        {
            "attributes": draft.service.attributes,
            "related": draft.related,
            "versions": draft.version_ids,
        }
    )


def _line(bill: int, service: int, position: int, line: RatedLine, days: tuple[str, str]) -> Row:
    part = line.part
    return (
        bill,
        service,
        position,
        line.code,
        line.label,
        line.kind,
        line.revenue,
        line.tier,
        None if line.quantity is None else str(line.quantity),
        line.unit,
        None if line.price is None else str(line.price),
        None if line.upto is None else str(line.upto),
        f"{part[0]}/{part[1]}" if part else None,
        line.because,
        line.from_day.isoformat() if line.from_day else days[0],
        line.to_day.isoformat() if line.to_day else days[1],
        line.cents,
    )


def _add_service(rows: DraftRows, bill_id: int, draft: DraftService, position: int) -> int:
    service_id = rows.first_service + len(rows.services)
    fact = draft.service
    days = (draft.from_day.isoformat(), draft.to_day.isoformat())
    rows.services.append(
        (
            service_id,
            bill_id,
            fact.id,
            fact.kind,
            fact.schedule,
            fact.rate_class,
            *days,
            draft.days,
            draft.usage_milli,
            draft.unit,
            int(draft.estimated),
            _inputs(draft),
            draft.rated.total_cents,
            1,
        )
    )
    for read in fact.reads:
        rows.reads.append(
            (
                service_id,
                read.meter_id,
                read.id,
                read.previous_day.isoformat(),
                read.previous_reading,
                read.day.isoformat(),
                read.reading,
                read.kind,
                read.usage_milli,
            )
        )
    for line in draft.lines:
        position += 1
        rows.lines.append(_line(bill_id, service_id, position, line, days))
    return position


def build_rows(
    run_id: int | None,
    bill_day: date,
    due_day: date,
    drafts: Iterable[DraftBill],
    ids: tuple[int, int],
) -> DraftRows:
    """Rows of some drafts; `ids` are the first free ids of bill and bill_service.

    A bill that corrects another one belongs to no run.
    """
    rows = DraftRows(*ids)
    dated = (bill_day.isoformat(), due_day.isoformat())
    for draft in drafts:
        bill_id = rows.first_bill + len(rows.bills)
        account = draft.account
        rows.bills.append(
            (
                bill_id,
                run_id,
                account.id,
                "draft",
                *dated,
                account.previous_cents,
                account.payments_cents,
                account.adjustments_cents,
                draft.current_cents,
                draft.due_cents,
            )
        )
        position = 0
        for service in draft.services:
            position = _add_service(rows, bill_id, service, position)
    return rows


def free_ids() -> tuple[int, int]:
    """First free ids of bill and bill_service."""
    return next_id(Bill), next_id(BillService)
