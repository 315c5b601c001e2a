"""The billing register: what a run comes to, by account, service, class and tier (BIL-7)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from billing_tui.access.chain import digest_of
from billing_tui.foundation.bulk import rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One bill of the register; the class is that of its first service."""

    bill_id: int
    number: str | None
    account: str
    name: str
    rate_class: str
    previous_cents: int
    payments_cents: int
    adjustments_cents: int
    current_cents: int
    due_cents: int


@dataclass(frozen=True, slots=True)
class RateSummaryRow:
    """What one charge of one class comes to over the whole run.

    Attributes:
        kind, schedule, rate_class: the service and what it is billed under.
        code, label, tier: the charge.
        lines: count of lines.
        quantity: sum of their quantities, in `unit`.
        cents: sum of their amounts.
    """

    kind: str
    schedule: str
    rate_class: str
    code: str
    label: str
    tier: int | None
    lines: int
    quantity: Decimal
    unit: str
    cents: int


def run_totals(run_id: int, *, without: int | None = None) -> tuple[int, int]:
    """Count of bills of a run and the sum of their current charges in cents.

    Args:
        run_id: the run.
        without: an account that is left out.
    """
    row = rows_of(
        "SELECT count(*), coalesce(sum(current_cents), 0) FROM bill"
        " WHERE run_id = ? AND account_id <> ?",
        (run_id, without or 0),
    )[0]
    return int(row[0]), int(row[1])


def register_rows(run_id: int, page: int = 1000) -> Iterator[RegisterRow]:
    """The register in account order, read page by page."""
    last = ""
    while True:
        rows = rows_of(
            "SELECT b.id, b.number, a.number, c.name, (SELECT s.rate_class FROM bill_service s"
            "   WHERE s.bill_id = b.id ORDER BY s.id LIMIT 1), b.previous_cents, b.payments_cents,"
            " b.adjustments_cents, b.current_cents, b.due_cents FROM bill b"
            " JOIN account a ON a.id = b.account_id JOIN customer c ON c.id = a.customer_id"
            " WHERE b.run_id = ? AND a.number > ? ORDER BY a.number LIMIT ?",
            (run_id, last, page),
        )
        yield from (RegisterRow(*row) for row in rows)
        if len(rows) < page:
            return
        last = rows[-1][2]


def rate_summary(run_id: int) -> list[RateSummaryRow]:
    """Charges of the run summed by service, class and tier."""
    summed: dict[tuple[object, ...], Decimal] = {}
    rows = rows_of(
        "SELECT s.kind, s.schedule, s.rate_class, l.code, min(l.label), l.tier, count(*),"
        " coalesce(min(l.unit), ''), sum(l.cents) FROM bill b"
        " JOIN bill_line l ON l.bill_id = b.id JOIN bill_service s ON s.id = l.bill_service_id"
        " WHERE b.run_id = ? GROUP BY s.kind, s.schedule, s.rate_class, l.code, l.tier"
        " ORDER BY s.kind, s.schedule, s.rate_class, min(l.position), l.tier",
        (run_id,),
    )
    quantities = rows_of(
        "SELECT s.kind, s.schedule, s.rate_class, l.code, l.tier, l.quantity, count(*) FROM bill b"
        " JOIN bill_line l ON l.bill_id = b.id JOIN bill_service s ON s.id = l.bill_service_id"
        " WHERE b.run_id = ? AND l.quantity IS NOT NULL"
        " GROUP BY s.kind, s.schedule, s.rate_class, l.code, l.tier, l.quantity",
        (run_id,),
    )
    for *key, quantity, times in quantities:
        summed[tuple(key)] = summed.get(tuple(key), Decimal(0)) + Decimal(quantity) * times
    return [
        RateSummaryRow(
            kind,
            schedule,
            rate_class,
            code,
            label,
            tier,
            lines,
            summed.get((kind, schedule, rate_class, code, tier), Decimal(0)),
            unit,
            int(cents),
        )
        for kind, schedule, rate_class, code, label, tier, lines, unit, cents in rows
    ]  # fmt: skip


def register_digest(run_id: int, *, without: int | None = None) -> str:
    """SHA-256 over the charges of every bill: what is approved is what is posted (A4, B8).

    Balances are left out: a payment that comes in meanwhile changes what is due, not the charges.

    Args:
        run_id: the run.
        without: an account that is left out.
    """
    bills = rows_of(
        "SELECT b.account_id, b.current_cents, count(*),"
        " sum(l.cents), sum(l.cents * l.position), sum(length(l.code || l.revenue))"
        " FROM bill b JOIN bill_line l ON l.bill_id = b.id"
        " WHERE b.run_id = ? AND b.account_id <> ? GROUP BY b.id ORDER BY b.account_id",
        (run_id, without or 0),
    )
    return digest_of([[int(value) for value in row] for row in bills])
