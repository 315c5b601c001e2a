"""What the pre-billing audit looks at: each draft beside the account's own history, in bulk."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from billing_tui.foundation.bulk import rows_of

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class AuditedService:
    """One service of a draft.

    Attributes:
        kind, schedule, rate_class: what it is billed under.
        from_day, to_day, days: its period.
        usage_milli: thousandths of the billing unit; None where nothing is measured.
        estimated: whether its last read was estimated.
        estimates_before: how many posted bills before this one were estimated in a row.
        billed_to: the end of the last posted period of this service, None for a first bill.
        attributes: what its rate was chosen by.
        meters: how many meters its reads came from.
        cents: its charges.
        lines_cents: sum of its lines, which must be the same.
    """

    kind: str
    schedule: str
    rate_class: str
    from_day: date
    to_day: date
    days: int
    usage_milli: int | None
    estimated: bool
    estimates_before: int
    billed_to: date | None
    attributes: Mapping[str, str]
    meters: int
    cents: int
    lines_cents: int


@dataclass(frozen=True, slots=True)
class AuditedBill:
    """One draft beside what is known of its account."""

    account_id: int
    bill_day: date
    current_cents: int
    due_cents: int
    previous_cents: int
    payments_cents: int
    adjustments_cents: int
    services: tuple[AuditedService, ...]
    usual_cents: tuple[int, ...] = ()
    flags: Mapping[str, date | None] = field(default_factory=dict)

    def median_cents(self) -> int | None:
        """Median of the account's bills of the last twelve months; None with fewer than three."""
        known = sorted(self.usual_cents)
        if len(known) < 3:
            return None
        middle = len(known) // 2
        return known[middle] if len(known) % 2 else (known[middle - 1] + known[middle]) // 2


_Row = tuple[Any, ...]

_BILLS = """
    SELECT account_id, bill_day, current_cents, due_cents, previous_cents, payments_cents,
           adjustments_cents
      FROM bill WHERE run_id = ? AND account_id BETWEEN ? AND ? ORDER BY account_id
"""
_SERVICES = """
    SELECT b.account_id, s.kind, s.schedule, s.rate_class, s.from_day, s.to_day, s.days,
           s.usage_milli, s.estimated,
           (SELECT max(o.to_day) FROM bill_service o JOIN bill ob ON ob.id = o.bill_id
             WHERE o.service_id = s.service_id AND o.live = 1 AND ob.state <> 'draft'),
           s.inputs, (SELECT count(DISTINCT r.meter_id) FROM bill_read r
                       WHERE r.bill_service_id = s.id),
           s.cents, s.service_id, s.id
      FROM bill b JOIN bill_service s ON s.bill_id = b.id
     WHERE b.run_id = ? AND b.account_id BETWEEN ? AND ? ORDER BY b.account_id, s.id
"""
_LINES = """
    SELECT l.bill_service_id, sum(l.cents) FROM bill b JOIN bill_line l ON l.bill_id = b.id
     WHERE b.run_id = ? AND b.account_id BETWEEN ? AND ? GROUP BY l.bill_service_id
"""
_ESTIMATED = """
    SELECT o.service_id, o.estimated
      FROM run_item i JOIN service s ON s.account_id = i.account_id
      JOIN bill_service o ON o.service_id = s.id AND o.live = 1
      JOIN bill b ON b.id = o.bill_id AND b.state <> 'draft'
     WHERE i.run_id = ? AND i.account_id BETWEEN ? AND ? AND o.usage_milli IS NOT NULL
       AND o.to_day >= ?
     ORDER BY o.service_id, o.to_day DESC
"""
_USUAL = """
    SELECT b.account_id, b.current_cents
      FROM run_item i JOIN bill b ON b.account_id = i.account_id AND b.state <> 'draft'
     WHERE i.run_id = ? AND i.account_id BETWEEN ? AND ? AND b.bill_day >= ?
     ORDER BY b.account_id, b.bill_day
"""
_FLAGS = """
    SELECT i.account_id, f.kind, f.to_day
      FROM run_item i JOIN account_flag f ON f.account_id = i.account_id
     WHERE i.run_id = ? AND i.account_id BETWEEN ? AND ? AND f.from_day <= ?
     ORDER BY i.account_id
"""


def _grouped(sql: str, *parameters: object) -> dict[int, list[tuple[Any, ...]]]:
    rows = rows_of(sql, parameters)
    return {key: list(group) for key, group in groupby(rows, key=itemgetter(0))}


def _in_a_row(rows: list[tuple[Any, ...]]) -> int:
    count = 0
    for _, estimated in rows:
        if not estimated:
            break
        count += 1
    return count


def _service(
    row: _Row, estimated: Mapping[int, list[_Row]], lines: Mapping[int, int]
) -> AuditedService:
    return AuditedService(
        kind=row[1],
        schedule=row[2],
        rate_class=row[3],
        from_day=date.fromisoformat(row[4]),
        to_day=date.fromisoformat(row[5]),
        days=row[6],
        usage_milli=row[7],
        estimated=bool(row[8]),
        estimates_before=_in_a_row(estimated.get(row[13], [])),
        billed_to=date.fromisoformat(row[9]) if row[9] else None,
        attributes=json.loads(row[10])["attributes"],
        meters=row[11],
        cents=row[12],
        lines_cents=lines.get(row[14], 0),
    )


def audited_bills(run_id: int, first: int, last: int, bill_day: date) -> list[AuditedBill]:
    """The drafts of a run for account ids from `first` to `last`, with their history."""
    bounds = (run_id, first, last)
    services = _grouped(_SERVICES, *bounds)
    lines = {service: int(cents) for service, cents in rows_of(_LINES, bounds)}
    half_year = (bill_day - timedelta(days=200)).isoformat()
    year = (bill_day - timedelta(days=366)).isoformat()
    estimated = _grouped(_ESTIMATED, *bounds, half_year)
    usual = _grouped(_USUAL, *bounds, year)
    flags = _grouped(_FLAGS, *bounds, bill_day.isoformat())
    return [
        AuditedBill(
            account,
            date.fromisoformat(day),
            current,
            due,
            previous,
            payments,
            adjustments,
            services=tuple(_service(part, estimated, lines) for part in services.get(account, ())),
            usual_cents=tuple(cents for _, cents in usual.get(account, ())),
            flags={
                kind: date.fromisoformat(end) if end else None
                for _, kind, end in flags.get(account, ())
            },
        )
        for account, day, current, due, previous, payments, adjustments in rows_of(_BILLS, bounds)
    ]
