"""What the office has on file around a bill: the reads of its meters, what was found, the crew.

Read history, findings of the read checks with what a person decided, and finished service orders;
nothing here is judged, `causes` does that.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from billing_tui.foundation.bulk import rows_of
from billing_tui.metering.history import STANDS
from billing_tui.metering.tables import ReadKind
from billing_tui.service_orders.kinds import OrderState, OrderType

if TYPE_CHECKING:
    from billing_tui.billing.bill_view import BillView, ServiceView

_READS = f"""
    SELECT d.id, m.number, m.dials, m.multiplier_milli, d.day, d.reading, d.kind, d.usage_milli,
           d.unit, d.days, d.rolled_over, d.derivation, coalesce(s.code, ''), p.reading
      FROM service v JOIN read d ON d.service_point_id = v.service_point_id
      JOIN meter m ON m.id = d.meter_id
      LEFT JOIN read p ON p.id = d.previous_id
      LEFT JOIN staged_read s ON s.id = d.staged_read
     WHERE v.id = ? AND d.day > ? AND {STANDS}
       AND EXISTS (SELECT 1 FROM service o WHERE o.account_id = v.account_id
                   AND o.service_point_id = v.service_point_id AND d.day >= o.from_day)
     ORDER BY d.day DESC, d.id DESC
"""  # nothing from before the account took the service: that is its predecessor's
_FINDINGS = """
    SELECT e.sentence, e.disposition, e.reason, coalesce(w.username, '')
      FROM service v JOIN staged_read s ON s.service_point_id = v.service_point_id
      JOIN read_exception e ON e.staged_read_id = s.id
      LEFT JOIN staff_member w ON w.id = e.staff_id
     WHERE v.id = ? AND s.day = ? AND e.disposition <> 'open' ORDER BY e.id
"""
_ORDERS = """
    SELECT o.number, o.type, o.finished_on, o.reading, o.result
      FROM service v JOIN service_point p ON p.id = v.service_point_id
      JOIN service_order o ON o.location_id = p.location_id
     WHERE v.id = ? AND o.state = ? AND o.type IN (?, ?, ?, ?) AND o.finished_on >= ?
       AND (o.service_point_id IS NULL OR o.service_point_id = p.id)
     ORDER BY o.finished_on DESC, o.id DESC
"""
_LOOKS = (OrderType.REREAD, OrderType.CHECK_READ, OrderType.LEAK_CHECK, OrderType.TEST)


@dataclass(frozen=True, slots=True)
class ReadOnFile:
    """A read of the bill's meter.

    Attributes:
        dials, multiplier_milli: of the meter.
        reading: counts on the register; `previous`: the counts before it, None for a first one.
        kind: A, E, C, F, I, O or N.
        usage_milli, unit, days: since the read before it.
        derivation: how an estimate came about, or "".
        code: skip or trouble code that the reader keyed, or "".
    """

    read_id: int
    meter: str
    dials: int
    multiplier_milli: int
    day: date
    reading: int
    kind: ReadKind
    usage_milli: int | None
    unit: str
    days: int | None
    rolled_over: bool
    derivation: str
    code: str
    previous: int | None


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check said about the bill's read, and what a person decided."""

    sentence: str
    disposition: str
    reason: str
    username: str


@dataclass(frozen=True, slots=True)
class CrewLook:
    """A finished order at the place since the bill's read: who looked, and what they found."""

    number: str
    type: OrderType
    day: date
    reading: int | None
    result: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is on file about the measured service of a bill.

    Attributes:
        service: that service as it was billed; None where nothing is measured.
        reads: 25 months of its reads up to today, newest first.
        findings: of the read that the bill ends with.
        looks: of the crew, newest first.
        began: first day of the service at this account.
    """

    service: ServiceView | None
    reads: tuple[ReadOnFile, ...] = ()
    findings: tuple[Finding, ...] = ()
    looks: tuple[CrewLook, ...] = ()
    began: date | None = None

    def after_bill(self) -> tuple[ReadOnFile, ...]:
        """Reads that came after the one that the bill ends with, oldest first."""
        end = self.service.to_day if self.service else date.max
        return tuple(read for read in reversed(self.reads) if read.day > end)


def measured_service(bill: BillView) -> ServiceView | None:
    """The first service of the bill whose use is measured."""
    return next((one for one in bill.services if one.reads), None)


def _read(row: tuple[Any, ...]) -> ReadOnFile:
    values = list(row)
    values[4], values[6] = date.fromisoformat(row[4]), ReadKind(row[6])
    values[10] = bool(row[10])
    return ReadOnFile(*values)


def _look(row: tuple[Any, ...]) -> CrewLook:
    number, type_, day, reading, result = row
    return CrewLook(number, OrderType(type_), date.fromisoformat(day), reading, result)


def evidence_of(bill: BillView) -> Evidence:
    """What is on file about a bill's measured service, in four queries."""
    service = measured_service(bill)
    if service is None:
        return Evidence(None)
    key, end = service.service_id, service.to_day
    reads = rows_of(_READS, (key, (end - timedelta(days=775)).isoformat()))
    findings = rows_of(_FINDINGS, (key, end.isoformat()))
    kinds = [one.value for one in _LOOKS]
    looks = rows_of(_ORDERS, (key, OrderState.COMPLETED.value, *kinds, end.isoformat()))
    began = rows_of("SELECT from_day FROM service WHERE id = ?", (key,))
    return Evidence(
        service,
        tuple(map(_read, reads)),
        tuple(Finding(*row) for row in findings),
        tuple(map(_look, looks)),
        date.fromisoformat(began[0][0]) if began else None,
    )
