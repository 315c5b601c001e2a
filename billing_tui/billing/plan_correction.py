"""What a correction does to posted bills, line by line, before anything is written (BIL-12)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import chain as joined
from typing import TYPE_CHECKING

from billing_tui.billing.back_billing import read_back_billing
from billing_tui.billing.bill_view import bills_by_id, find_bill
from billing_tui.billing.calculate import draft_bill
from billing_tui.billing.correction import BillChange, CorrectionPlan, LineChange
from billing_tui.billing.past_facts import Overlay, overlay_of, past_facts, run_days
from billing_tui.billing.rate_book import RateBook
from billing_tui.billing.states import BillState
from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import InvalidEntry, Refused
from billing_tui.foundation.money import money_text
from billing_tui.ledger.receivables import balances
from billing_tui.metering.plan_read_fix import plan_fixes, plan_register
from billing_tui.metering.usage import Register
from billing_tui.rates.line import RatedLine, sentences
from billing_tui.records.meter_sizes import meter_size

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from billing_tui.billing.back_billing import BackBilling
    from billing_tui.billing.bill_view import BillView
    from billing_tui.billing.calculate import DraftBill
    from billing_tui.billing.correction import Correction, MeterFix, TermsFix
    from billing_tui.metering.plan_read_fix import Chains, ReadChange

MOST_BILLS = 60
"""Bills that one correction may touch; more are corrected in several."""

_LIVE = "b.live = 1 AND bill.state = 'posted'"
_OF_READ = f"""
SELECT bill.id FROM bill_service b JOIN bill ON bill.id = b.bill_id
JOIN service s ON s.id = b.service_id
WHERE s.service_point_id = ? AND b.from_day < ? AND b.to_day >= ? AND {_LIVE}
"""
_OF_METER = f"""
SELECT bill.id, bill.number, max(CASE WHEN b.from_day >= ? OR i.from_day >= ? THEN 1 ELSE 0 END)
FROM meter_installation i JOIN service s ON s.service_point_id = i.service_point_id
JOIN bill_service b ON b.service_id = s.id JOIN bill ON bill.id = b.bill_id
WHERE i.meter_id = ? AND b.to_day > ? AND b.to_day > i.from_day
AND (i.to_day IS NULL OR b.from_day < i.to_day) AND {_LIVE}
GROUP BY bill.id, bill.number ORDER BY bill.id
"""
_OF_SERVICE = f"""
SELECT bill.id FROM bill_service b JOIN bill ON bill.id = b.bill_id
WHERE b.service_id = ? AND b.from_day >= ? AND {_LIVE}
"""
_DRAFTED = """
SELECT r.number, a.number FROM bill b JOIN bill_run r ON r.id = b.run_id
JOIN account a ON a.id = b.account_id WHERE b.state = 'draft' AND b.account_id IN ({ids}) LIMIT 1
"""
_DRAFTED_AT = """
SELECT r.number, a.number FROM bill_service b JOIN bill ON bill.id = b.bill_id
JOIN bill_run r ON r.id = bill.run_id JOIN account a ON a.id = bill.account_id
JOIN service s ON s.id = b.service_id
WHERE bill.state = 'draft' AND s.service_point_id IN ({ids}) LIMIT 1
"""
_ADJUSTED = """
SELECT s.number FROM special_bill s WHERE s.corrects_id = ?
AND NOT EXISTS (SELECT 1 FROM journal_entry r WHERE r.reverses_id = s.entry_id)
"""
Key = tuple[str, str, int | None, str, int]


def _facts_changed(meter: MeterFix) -> Chains:
    """The reads that another register writes again; none where only the size is another one."""
    was = rows_of("SELECT dials, unit, multiplier_milli FROM meter WHERE id = ?", (meter.meter_id,))
    if was == [(meter.dials, meter.unit.value, meter.multiplier_milli)]:
        return ()
    register = Register(meter.dials, meter.unit, meter.multiplier_milli)
    return plan_register(meter.meter_id, register)


def _of_reads(changes: Iterable[ReadChange]) -> Iterator[int]:
    for change in changes:
        if change.differs:
            day = change.was.day.isoformat()
            yield from (row[0] for row in rows_of(_OF_READ, (change.was.point_id, day, day)))


def _of_terms(terms: TermsFix) -> list[int]:
    rows = rows_of(_OF_SERVICE, (terms.service_id, terms.since.isoformat()))
    return [row[0] for row in rows]


def _chosen(numbers: Iterable[str]) -> Iterator[int]:
    for number in numbers:
        bill = find_bill(number)
        if bill.number != number:
            raise InvalidEntry(f"{number} is no bill.", field="bill")
        if bill.state is not BillState.POSTED:
            raise Refused(f"{bill.title} is not posted; calculate its run again.", field="bill")
        if bill.cancelled:
            then = f" and replaced by {bill.replaced_by}" if bill.replaced_by else ""
            raise Refused(
                f"Bill {number} was cancelled on {bill.cancelled_day:%m/%d/%y}{then}.",
                field="bill",
                code="BILL-CANCELLED",
            )
        yield bill.id


def _spelled(correction: Correction) -> Correction:
    """The correction with the meter's size as the rates spell it."""
    meter = correction.meter
    if meter is None:
        return correction
    return replace(correction, meter=meter._replace(size=meter_size(meter.size, meter.unit)))


def _of_meter(meter: MeterFix) -> tuple[set[int], tuple[str, ...]]:
    """Bills of a meter that was wrong all their days, and a sentence for each in which it began.

    Nobody is charged again for days on which the meter was right: what began before is left alone.
    """
    since = meter.since.isoformat()
    whole, left = set(), []
    for bill_id, number, all_days in rows_of(_OF_METER, (since, since, meter.meter_id, since)):
        if all_days:
            whole.add(bill_id)
        else:
            left.append(f"Bill {number} begins before {meter.since:%m/%d/%y} and is left alone.")
    return whole, tuple(left)


def _touched(correction: Correction, reads: Chains, of_meter: set[int]) -> list[BillView]:
    """Posted bills that a correction touches, oldest first."""
    ids = set(_chosen(correction.bills)) | set(_of_reads(joined.from_iterable(reads))) | of_meter
    if correction.terms:
        ids |= set(_of_terms(correction.terms))
    if len(ids) > MOST_BILLS:
        raise Refused(
            f"That touches {len(ids)} bills; correct at most {MOST_BILLS} in one go.",
            code="TOO-MANY-BILLS",
        )
    return sorted(bills_by_id(sorted(ids)).values(), key=_age)


def _refuse_adjusted(bills: Iterable[BillView]) -> None:
    """A leak's credit was reckoned from the bill as it is; it is cancelled before the bill is."""
    for bill in bills:
        rows = rows_of(_ADJUSTED, (bill.id,))
        if rows:
            raise Refused(
                f"Bill {bill.number} has the credit {rows[0][0]}; cancel that first.",
                field="bill",
                code="BILL-ADJUSTED",
            )


def _age(bill: BillView) -> tuple[str, date, int]:
    return bill.account, max(part.to_day for part in bill.services), bill.id


def _refuse_drafted(bills: Iterable[BillView], chains: Chains) -> None:
    """A draft would still count with what is corrected."""
    for sql, ids in (
        (_DRAFTED, {bill.account_id for bill in bills}),
        (_DRAFTED_AT, {change.was.point_id for chain in chains for change in chain}),
    ):
        marks = ", ".join("?" * len(ids))
        for run, account in rows_of(sql.replace("{ids}", marks), sorted(ids)) if ids else ():
            raise Refused(
                f"Run {run} has drafted a bill of account {account}; post it or cancel it first.",
                code="RUN-UNDER-WAY",
            )


def _keyed(lines: Iterable[tuple[str, RatedLine]]) -> dict[Key, RatedLine]:
    """Lines by service, charge, tier and part of the period; the last number tells twins apart."""
    found: dict[Key, RatedLine] = {}
    for service, line in lines:
        part = line.from_day.isoformat() if line.from_day else ""
        twin = 0
        while (key := (service, line.code, line.tier, part, twin)) in found:
            twin += 1
        found[key] = line
    return found


def _merged(before: Mapping[Key, RatedLine], after: Mapping[Key, RatedLine]) -> list[Key]:
    """All keys: those of the new bill in its order, each that ended behind its old neighbour."""
    order = list(after)
    place = 0
    for key in before:
        if key in after:
            place = order.index(key) + 1
        else:
            order.insert(place, key)
            place += 1
    return order


def line_changes(bill: BillView, draft: DraftBill | None) -> tuple[LineChange, ...]:
    """Every charge of a posted bill beside that of what takes its place."""
    before = _keyed((part.kind, line) for part in bill.services for line in part.lines)
    parts = draft.services if draft else ()
    after = _keyed((part.service.kind, line) for part in parts for line in part.lines)
    found = []
    for key in _merged(before, after):
        old, new = before.get(key), after.get(key)
        one = new or old
        if one is None:
            continue
        found.append(
            LineChange(
                key[0], one.label, one.tier, one.unit or "",
                old.quantity if old else None, new.quantity if new else None,
                old.cents if old else 0, new.cents if new else 0,
                sentences(new) if new else (),
            )
        )  # fmt: skip
    return tuple(found)


def _differs(bill: BillView, draft: DraftBill) -> bool:
    """Whether the new bill says anything else: a charge, a usage, a class."""
    was = [
        (part.kind, part.schedule, part.rate_class, part.usage_milli, part.cents)
        for part in bill.services
    ]
    now = [
        (one.service.kind, one.service.schedule, one.service.rate_class, one.usage_milli,
         one.rated.total_cents)
        for one in draft.services
    ]  # fmt: skip
    shown = [(pair.day, pair.reading) for part in bill.services for pair in part.reads]
    read = [(one.day, one.reading) for part in draft.services for one in part.service.reads]
    return was != now or shown != read


def _credited(bill: BillView) -> str:
    """What stands against a bill on paper of its own, such as a leak credit: it is not undone."""
    rows = rows_of("SELECT number, total_cents FROM special_bill WHERE corrects_id = ?", (bill.id,))
    return " ".join(f"{number} of {money_text(cents)} stays; see to it." for number, cents in rows)


def _refuse_ahead(changes: Iterable[BillChange], day: date) -> None:
    """What is dated ahead is in no balance yet, so that there is nothing to take back."""
    for change in changes:
        bill = change.bill
        if bill.bill_day > day and not change.kept:
            raise Refused(
                f"Bill {bill.title} is dated {bill.bill_day:%m/%d/%y}; correct or cancel it on "
                "that day or later.",
                field="bill",
                code="BILL-AHEAD",
            )


def _first_billed(bill: BillView) -> date:
    """When these days were billed first; a correction does not begin the law's time anew."""
    days = run_days(bill)
    return days.bill_day if days else bill.bill_day


def _change(
    bill: BillView, overlay: Overlay, book: RateBook, limits: BackBilling, day: date
) -> BillChange:
    day_after = max(part.to_day for part in bill.services) + timedelta(days=1)
    draft = draft_bill(past_facts(bill, overlay), day_after, book)
    difference = draft.current_cents - bill.current_cents
    kept = limits.refusal(difference, _first_billed(bill), day)
    lines, same = line_changes(bill, draft), not _differs(bill, draft)
    return BillChange(bill, draft, lines, kept, _credited(bill), same)


def _cancelled(bill: BillView, limits: BackBilling, day: date) -> BillChange:
    kept = limits.refusal(-bill.current_cents, _first_billed(bill), day)
    since = min(part.from_day for part in bill.services)
    warning = f"Its days from {since:%m/%d/%y} are unbilled then; what goes on, the next run bills."
    warning = f"{_credited(bill)} {warning}".strip()
    return BillChange(bill, None, line_changes(bill, None), kept, warning)


def plan_correction(
    correction: Correction,
    day: date,
    limits: BackBilling | None = None,
    book: RateBook | None = None,
) -> CorrectionPlan:
    """What a correction does; nothing is written.

    Args:
        correction: what was found wrong.
        day: the day on which it is carried out; the law's limits count from it.
        limits: how far back bills may be corrected; the shipped policy where None.
        book: rates that were read before, for a screen that previews at every field.

    Raises:
        InvalidEntry, NotFound: something in it cannot be.
        Refused: a bill was cancelled before or is dated ahead, a draft of an account is under way,
            or a bill cannot be computed again.
    """
    correction, reach = _spelled(correction), limits or read_back_billing()
    chains = reads = plan_fixes(correction.reads)
    of_meter: set[int] = set()
    left: tuple[str, ...] = ()
    if correction.meter:
        chains += _facts_changed(correction.meter)
        of_meter, left = _of_meter(correction.meter)
    touched = _touched(correction, reads, of_meter)
    _refuse_drafted(touched, chains)
    _refuse_adjusted(touched)
    chosen = frozenset(correction.bills)
    book, overlay = book or RateBook(), overlay_of(correction, chains)
    changes = []
    for bill in touched:
        if not correction.rebill:
            changes.append(_cancelled(bill, reach, day))
            continue
        change = _change(bill, overlay, book, reach, day)
        if bill.number in chosen or not change.same:
            changes.append(change)
    _refuse_ahead(changes, day)
    owed = balances({bill.account_id for bill in touched})
    names = {bill.account_id: bill.account for bill in touched}
    return CorrectionPlan(
        correction, chains, tuple(changes), {names[key]: cents for key, cents in owed.items()}, left
    )
