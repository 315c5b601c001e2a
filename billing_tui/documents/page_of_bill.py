"""Fill bill pages from posted bills, a few hundred at a time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from billing_tui.billing.asked_for import asked_for
from billing_tui.billing.bill_view import bills_by_id, find_bill
from billing_tui.billing.finals import last_days
from billing_tui.billing.usage_history import PeriodUse, usage_of, uses_by
from billing_tui.documents.bill_values import (
    AgingBuckets,
    BillAmounts,
    BillPage,
    BillService,
    ChargeLine,
    MeterRow,
    ReadKind,
    UsageHistory,
    UsageMonth,
    day_text,
    dollars,
    short_day,
)
from billing_tui.documents.imb import tracking
from billing_tui.foundation.bulk import in_chunks
from billing_tui.foundation.units import measured_text, quantity_text
from billing_tui.ledger.receivables import agings
from billing_tui.metering import tables as metering
from billing_tui.rates.line import price_text
from billing_tui.records.bulk_lookup import AccountRow, MailingRow, accounts, mailing_addresses

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from billing_tui.billing.asked_for import Asked
    from billing_tui.billing.bill_view import BillView, ReadPair, ServiceView
    from billing_tui.documents.utility import Letterhead
    from billing_tui.ledger.aging import Aging
    from billing_tui.rates.line import RatedLine

_CHUNK = 200
_CHART_MONTHS = 26
_HALF_A_MONTH = 16
_KINDS = {
    metering.ReadKind.ACTUAL: ReadKind.ACTUAL,
    metering.ReadKind.ESTIMATED: ReadKind.ESTIMATED,
    metering.ReadKind.CUSTOMER: ReadKind.CUSTOMER,
    metering.ReadKind.FINAL: ReadKind.FINAL,
    metering.ReadKind.INITIAL: ReadKind.INSTALLED,
    metering.ReadKind.EXCHANGE_OUT: ReadKind.REMOVED,
    metering.ReadKind.EXCHANGE_IN: ReadKind.INSTALLED,
}


_NOTES = {
    metering.ReadKind.ESTIMATED: (
        "Estimated from your earlier use. The next reading of the meter settles the difference."
    ),
    metering.ReadKind.EXCHANGE_OUT: "This meter was replaced.",
}
"""What the customer is told; how the office came to a reading stays in the office."""


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whose bill it is and what is known besides the bill itself.

    Attributes:
        usage: by period, up to the one that the bill counts.
        ended: the last day of service where this is the final bill.
    """

    account: AccountRow
    mailing: MailingRow
    aging: Aging
    usage: list[PeriodUse]
    ended: date | None = None


def _charge(line: RatedLine) -> ChargeLine:
    quantity = price = ""
    if line.unit == "%":
        quantity = f"{quantity_text(line.price or Decimal(0))}%"
    elif line.quantity is not None and line.price is not None and line.unit != "each":
        quantity = measured_text(line.quantity, line.unit)
        price = f"${price_text(line.price)}"
    elif line.quantity not in {None, Decimal(1)} and line.price is not None:
        quantity = quantity_text(line.quantity or Decimal(0))
        price = f"${price_text(line.price)}"
    label = line.label
    if line.tier is not None:
        upto = "and above" if line.upto is None else f"to {quantity_text(line.upto)}"
        label = f"{label}, tier {line.tier} {upto}"
    if line.part is not None:
        label = f"{label}, {line.part[0]}/{line.part[1]} days"
    return ChargeLine(label, line.cents, quantity, price)


def _service(service: ServiceView) -> BillService:
    detail = f"{service.rate_class}, {short_day(service.from_day)} to {short_day(service.to_day)}"
    return BillService(
        service.kind.capitalize(),
        f"{detail}, {service.days} days",
        tuple(_charge(line) for line in service.lines),
    )


def _meter(service: ServiceView, pair: ReadPair) -> MeterRow:
    multiplier = Decimal(pair.multiplier_milli) / 1000
    return MeterRow(
        service=service.kind.capitalize(),
        meter=pair.meter,
        from_day=pair.previous_day,
        to_day=pair.day,
        previous=Decimal(pair.previous_reading),
        current=Decimal(pair.reading),
        kind=_KINDS[metering.ReadKind(pair.kind)],
        usage=Decimal(pair.usage_milli) / 1000,
        unit=service.unit,
        multiplier=multiplier if multiplier != 1 else None,
        note=_NOTES.get(metering.ReadKind(pair.kind), ""),
    )


def _months_before(day: date, months: int) -> date:
    """The same day of an earlier month, or the 28th where that month is shorter."""
    years, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(years, month + 1, min(day.day, 28))


def _nearest(uses: list[PeriodUse], day: date) -> PeriodUse | None:
    """The period that was read nearest to a day, half a month off at most: read days wander."""
    best = min(uses, key=lambda use: abs((use.to_day - day).days))
    return best if abs((best.to_day - day).days) <= _HALF_A_MONTH else None


def _used(uses: list[PeriodUse], day: date) -> Decimal | None:
    found = _nearest(uses, day)
    return None if found is None else Decimal(found.usage_milli) / 1000


def _history(uses: list[PeriodUse]) -> UsageHistory | None:
    if not uses:
        return None
    now = uses[-1]
    days = [_months_before(now.to_day, back) for back in range(12, -1, -1)]
    last = uses[-2] if len(uses) > 1 else None
    year_ago = _nearest(uses, _months_before(now.to_day, 12))
    return UsageHistory(
        service="Water",
        unit=now.unit,
        months=tuple(
            UsageMonth(day, _used(uses, day), _used(uses, _months_before(day, 12))) for day in days
        ),
        per_day=now.gallons_per_day,
        per_day_last_period=last.gallons_per_day if last else None,
        per_day_last_year=year_ago.gallons_per_day if year_ago else None,
    )


def _amounts(bill: BillView, asked: Asked) -> BillAmounts:
    """Charges of bills that were corrected together are told apart from other adjustments."""
    return BillAmounts(
        previous_balance=bill.previous_cents,
        payments=bill.payments_cents,
        adjustments=bill.adjustments_cents - asked.carried_cents,
        penalties=0,
        current_charges=bill.current_cents,
        carried=asked.carried_cents,
        cancelled=bool(bill.cancelled),
    )


def _aging(amounts: BillAmounts, aging: Aging) -> AgingBuckets | None:
    """Buckets on the day of the bill, where they add up to what it asks for."""
    if aging.balance != amounts.total_due or not aging.past_due:
        return None
    return AgingBuckets(
        current=aging.current + aging.unapplied,
        over_30=aging.days_1_30 + aging.days_31_60,
        over_60=aging.days_61_90,
        over_90=aging.over_90,
    )


def _more(cents: int) -> str:
    return f", {dollars(abs(cents))} {'more' if cents > 0 else 'less'}" if cents else ""


def _standing(bill: BillView, asked: Asked) -> list[str]:
    """What a corrected or cancelled bill says of the other one."""
    told = []
    if bill.replaces:
        before = find_bill(bill.replaces).current_cents
        told.append(
            f"Corrected bill in place of bill {bill.replaces}: its charges are "
            f"{dollars(bill.current_cents)} instead of {dollars(before)}"
            f"{_more(bill.current_cents - before)}."
        )
    if asked.stands_on:
        told.append(
            f"Several of your bills were corrected together. What you owe stands on bill "
            f"{asked.stands_on}; this one asks for nothing."
        )
    elif asked.carried_cents:
        told.append(
            "Several of your bills were corrected together. What you owe for all of them stands "
            "here: the wrong bills are in the adjustments."
        )
    told += [
        f"Bill {one.number} of {dollars(one.cents)}, due {short_day(one.due_day)}, stays as it is "
        "and is not in these amounts."
        for one in asked.ahead
    ]
    if bill.cancelled and bill.cancelled_day:
        then = f" Bill {bill.replaced_by} takes its place." if bill.replaced_by else ""
        told.append(f"This bill was cancelled on {short_day(bill.cancelled_day)}.{then}")
    return told


def _pay_note(bill: BillView, stands_on: str) -> str:
    if bill.cancelled:
        return "Do not pay: this bill was cancelled"
    return f"See bill {stands_on}" if stands_on else ""


def _mark(bill: BillView, to: Addressee) -> str:
    if bill.cancelled:
        return "Cancelled"
    marks = ("Corrected" if bill.replaces else "", "Final" if to.ended else "")
    return " ".join(mark for mark in marks if mark)


def _final(bill: BillView, to: Addressee) -> list[str]:
    """That no other regular bill follows."""
    if to.ended is None or bill.cancelled:
        return []
    return [f"This is your final bill: your service ended on {day_text(to.ended)}."]


def _notices(bill: BillView, head: Letterhead) -> tuple[str, ...]:
    """The utility's messages of the day; a bill that was cancelled speaks of that alone."""
    return () if bill.cancelled else tuple(head.messages_on(bill.bill_day))


def page_of(bill: BillView, to: Addressee, head: Letterhead, *, duplicate: bool) -> BillPage:
    """One bill as its page shows it."""
    zip_digits = re.sub(r"[^0-9]", "", to.mailing.zip)
    serial = int(re.sub(r"[^0-9]", "", bill.number or "") or "0")
    asked = asked_for(bill)
    amounts = _amounts(bill, asked)
    asks = bool(head.pay_address) and not bill.cancelled
    return BillPage(
        utility=head.profile,
        bill_number=bill.number or "",
        account_number=bill.account,
        customer_name=to.mailing.name,
        mailing_lines=to.mailing.lines,
        service_address=to.account.service_address,
        cycle="-".join(bill.run.split("-")[2:-1]) or bill.cycle,
        route="",
        bill_day=bill.bill_day,
        due_day=bill.due_day,
        amounts=amounts,
        services=tuple(_service(service) for service in bill.services),
        meters=tuple(_meter(service, pair) for service in bill.services for pair in service.reads),
        usage=_history(to.usage),
        aging=_aging(amounts, to.aging),
        messages=(*_standing(bill, asked), *_final(bill, to), *_notices(bill, head)),
        pay_note=_pay_note(bill, asked.stands_on),
        copy_mark=_mark(bill, to),
        duplicate=duplicate,
        qr_text=f"{head.pay_address}/{bill.number}" if asks else "",
        imb_tracking=tracking(head.service_type, head.mailer_id, serial) if head.mailer_id else "",
        imb_routing=zip_digits if len(zip_digits) in {5, 9, 11} else "",
    )


def _uses(bills: Mapping[int, BillView]) -> dict[int, list[PeriodUse]]:
    """By bill, two years of use up to its own read, however long ago that was."""
    days = [bill.read_day for bill in bills.values()]
    months = _CHART_MONTHS + (max(days) - min(days)).days // 28
    owners = [bill.account_id for bill in bills.values()]
    found = usage_of(owners, max(days), months=months)
    return {key: uses_by(bill, found[bill.account_id]) for key, bill in bills.items()}


def pages_of(
    bill_ids: Iterable[int], head: Letterhead, *, duplicate: bool = False
) -> Iterator[BillPage]:
    """Pages in the order of the ids, read a few hundred bills at a time."""
    for ids in in_chunks(bill_ids, _CHUNK):
        bills = bills_by_id(ids)
        owners = [bill.account_id for bill in bills.values()]
        newest = max(bill.bill_day for bill in bills.values())
        records, mailings = accounts(owners), mailing_addresses(owners, newest)
        aged, used, final = agings(owners, newest), _uses(bills), last_days(ids)
        for bill_id in ids:
            bill = bills[bill_id]
            key = bill.account_id
            ended = final.get(bill_id)
            to = Addressee(records[key], mailings[key], aged[key], used[bill_id], ended)
            yield page_of(bill, to, head, duplicate=duplicate)
