"""What a posted bill would be computed from today: its own days, the records as they stand now.

Records are kept over time, so an unchanged record gives the very facts of the first time. What is
corrected but not saved yet is laid over them.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from billing_tui.billing.calculate import CannotBill
from billing_tui.billing.facts import AccountFact, ReadFact, ServiceFact
from billing_tui.billing.gather import USED, add_flags, attributes_on, billing_order
from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import Refused
from billing_tui.metering.tables import ReadKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from billing_tui.billing.bill_view import BillView, ServiceView
    from billing_tui.billing.correction import Correction, TermsFix
    from billing_tui.billing.gather import Attributes
    from billing_tui.metering.plan_read_fix import Chains

_DAY = timedelta(days=1)
_IN_FORCE = """
SELECT n.id, n.schedule, n.rate_class, p.id, p.metered FROM service o
JOIN service n ON n.service_point_id = o.service_point_id AND n.account_id = o.account_id
JOIN service_point p ON p.id = n.service_point_id
WHERE o.id = ? AND n.from_day <= ? AND (n.to_day IS NULL OR n.to_day >= ?)
ORDER BY n.id DESC LIMIT 1
"""
_METER_IN = """
SELECT m.id, m.size FROM meter_installation i JOIN meter m ON m.id = i.meter_id
WHERE i.service_point_id = ? ORDER BY (i.from_day <= ?) DESC, i.from_day DESC, i.id DESC LIMIT 1
"""
_READS = f"""
SELECT d.id, d.meter_id, q.day, q.reading, d.day, d.reading, d.kind, d.usage_milli, d.unit
FROM read d JOIN read q ON q.id = d.previous_id
WHERE d.service_point_id = ? AND d.day > ? AND d.day <= ? AND {USED} ORDER BY d.day, d.id
"""
_RUN_DAYS = """
WITH RECURSIVE line(id, run_id) AS (
  SELECT replaces_id, run_id FROM bill WHERE id = ?
  UNION ALL SELECT b.replaces_id, b.run_id FROM line JOIN bill b ON b.id = line.id)
SELECT n.read_day, n.bill_day FROM line JOIN bill_run r ON r.id = line.run_id
JOIN cycle_instance n ON n.id = r.instance_id
"""


@dataclass(frozen=True, slots=True)
class Overlay:
    """What is corrected and not saved yet.

    Attributes:
        reads: row of a read to what it will say.
        sizes: row of a meter to its real size.
        terms: what a service should be billed under.
    """

    reads: Mapping[int, ReadFact] = field(default_factory=dict)
    sizes: Mapping[int, str] = field(default_factory=dict)
    terms: TermsFix | None = None


def overlay_of(correction: Correction, chains: Chains) -> Overlay:
    """The facts of a correction, laid over the records."""
    reads: dict[int, ReadFact] = {}
    for chain in chains:
        previous: int | None = None
        for change in chain:
            was = change.was
            kind = was.kind
            if change.fixed and kind is ReadKind.ESTIMATED:
                kind = ReadKind.ACTUAL
            reads[was.id] = ReadFact(
                was.id, was.meter_id, was.day, -1 if previous is None else previous, was.day,
                change.reading, kind.value, change.used.milli, change.used.unit.value,
            )  # fmt: skip
            previous = change.reading
    meter = correction.meter
    return Overlay(reads, {meter.meter_id: meter.size} if meter else {}, correction.terms)


class RunDays(NamedTuple):
    """The days of the run from which a bill, or the first of those that it corrects, came."""

    read_day: date
    bill_day: date


def run_days(bill: BillView) -> RunDays | None:
    """The days of a bill's run; None where it came from none."""
    rows = rows_of(_RUN_DAYS, (bill.id,))
    return RunDays(*map(date.fromisoformat, rows[0])) if rows else None


def _reads(point_id: int, part: ServiceView, overlay: Overlay) -> list[ReadFact]:
    found = []
    days = (part.from_day.isoformat(), part.to_day.isoformat())
    for row in rows_of(_READS, (point_id, *days)):
        read = ReadFact(
            row[0], row[1], date.fromisoformat(row[2]), row[3], date.fromisoformat(row[4]), *row[5:]
        )
        laid = overlay.reads.get(read.id)
        if laid is not None:
            before = laid.previous_reading if laid.previous_reading >= 0 else read.previous_reading
            read = replace(laid, previous_day=read.previous_day, previous_reading=before)
        found.append(read)
    return found


def _in_force(part: ServiceView, bill: BillView) -> tuple[Any, ...]:
    """The service that covers the whole of a billed period, as the records have it now."""
    last = (part.to_day - _DAY).isoformat()
    rows = rows_of(_IN_FORCE, (part.service_id, part.from_day.isoformat(), last))
    if not rows:
        raise CannotBill(
            f"The {part.kind} service of bill {bill.title} is not the same from "
            f"{part.from_day:%m/%d/%y} to {part.to_day:%m/%d/%y} any more; cancel the bill without "
            "a new one, and bill those days by a run.",
            code="BILL-CUT",
        )
    return rows[0]


def _service(
    part: ServiceView, bill: BillView, attributes: Attributes, last_day: date, overlay: Overlay
) -> ServiceFact:
    service_id, schedule, rate_class, point_id, metered = _in_force(part, bill)
    terms = overlay.terms
    if terms and terms.service_id == service_id and part.from_day >= terms.since:
        schedule, rate_class = terms.schedule, terms.rate_class
    return ServiceFact(
        id=service_id,
        kind=part.kind,
        schedule=schedule,
        rate_class=rate_class,
        start=part.from_day,
        end=part.to_day,
        metered=bool(metered),
        attributes=attributes.shared[bill.account_id]
        | attributes.own.get(service_id, {})
        | _size(point_id, last_day, overlay),
        reads=_reads(point_id, part, overlay) if metered else [],
    )


def _size(point_id: int, day: date, overlay: Overlay) -> dict[str, str]:
    rows = rows_of(_METER_IN, (point_id, day.isoformat()))
    return {"meter_size": overlay.sizes.get(rows[0][0], rows[0][1])} if rows else {}


def past_facts(bill: BillView, overlay: Overlay) -> AccountFact:
    """The facts of a posted bill's own periods, from the records as they stand now.

    Balances are left at zero: they are those of the moment at which it is posted.

    Raises:
        CannotBill: a service no longer covers what was billed.
        Refused: the bill came from no run.
    """
    days = run_days(bill)
    if days is None:
        raise Refused(
            f"Bill {bill.title} came from no run; cancel it and enter it anew.", code="BILL-SPECIAL"
        )
    last_day = days.read_day - _DAY
    account = AccountFact(bill.account_id, bill.account)
    add_flags({account.id: account}, days.bill_day)
    attributes = attributes_on({account.id: account}, last_day)
    account.services = sorted(
        (_service(part, bill, attributes, last_day, overlay) for part in bill.services),
        key=billing_order,
    )
    return account
