"""Adjust a bill for a leak (ADJ-3): use above the customer's normal, at the lowest tier's price.

Normal is the daily use of the same period a year before, else the median of the twelve periods
before (of three at least), estimates left out, over the days of the bill. Every service of the bill
is priced anew as if only the normal had been used; the excess is charged at the lowest price that
the bill's own use is charged at, with the tax that it would carry. The credit is what was billed
less all of that, by the account that was credited then, so that each fund gives back what it got.
The policy says what share of it is given, how much at most, how old the bill may be and how often
an account gets one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from statistics import median
from typing import TYPE_CHECKING

from billing_tui.billing.bill_view import find_bill
from billing_tui.billing.question.evidence import measured_service
from billing_tui.billing.question.pricing import rate
from billing_tui.billing.special.draft import DraftLine
from billing_tui.billing.states import BillState
from billing_tui.billing.usage_history import usage_of
from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import Refused
from billing_tui.foundation.money import money_text
from billing_tui.foundation.units import quantity_text
from billing_tui.ledger.chart import read_chart
from billing_tui.rates.exact import HUNDRED, divide, multiply, plain, to_cents
from billing_tui.rates.line import price_text
from billing_tui.rates.schedule import ChargeKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from billing_tui.billing.bill_view import BillView, ServiceView
    from billing_tui.billing.rate_book import RateBook
    from billing_tui.billing.special.template import LeakPolicy, Template
    from billing_tui.billing.usage_history import PeriodUse
    from billing_tui.rates.line import RatedLine

_NEAR = 16
_LEAST_PERIODS, _PERIODS = 3, 12
_THOUSAND = Decimal(1000)


@dataclass(frozen=True, slots=True)
class LeakCredit:
    """A bill priced anew: the bill, the lines of the credit, and in words where they come from."""

    bill: BillView
    lines: tuple[DraftLine, ...]
    told: tuple[str, ...]


def _normal(service: ServiceView, uses: list[PeriodUse]) -> tuple[int, str]:
    """The normal use of the bill's days in thousandths, and a sentence that says how it is known.

    Raises:
        Refused: nothing before the bill tells what is normal.
    """
    before = [use for use in uses if use.to_day < service.to_day and use.days > 0]
    known = [use for use in before if not use.estimated]
    year_ago = service.to_day - timedelta(days=365)
    near = min(known, key=lambda use: abs((use.to_day - year_ago).days), default=None)
    if near is not None and abs((near.to_day - year_ago).days) <= _NEAR:
        daily = Decimal(near.usage_milli) / near.days
        told = f"the period up to {near.to_day:%m/%d/%y}"
    elif len(known) >= _LEAST_PERIODS:
        periods = known[-_PERIODS:]
        daily = median(Decimal(use.usage_milli) / use.days for use in periods)
        told = f"the median of {len(periods)} periods before"
    else:
        raise Refused("Nothing before this bill tells what is normal.", code="LEAK-NORMAL")
    milli = int((daily * service.days).to_integral_value())
    used = quantity_text(Decimal(milli) / 1000)
    return milli, f"Normal for {service.days} days is {used} {service.unit}, by {told}."


def _by_account(services: Iterable[tuple[str, Iterable[RatedLine]]]) -> dict[tuple[str, str], int]:
    """Cents by service and revenue role."""
    found: dict[tuple[str, str], int] = {}
    for kind, lines in services:
        for line in lines:
            key = (kind, line.revenue)
            found[key] = found.get(key, 0) + line.cents
    return found


def _given_back(
    bill: BillView, service: ServiceView, normal: int, book: RateBook
) -> list[DraftLine]:
    """What was billed less what the normal use costs, for each service and account."""
    as_normal = [
        replace(one, usage_milli=normal) if one.id == service.id else one for one in bill.services
    ]
    kinds = [one.kind for one in bill.services]
    billed = _by_account((one.kind, one.lines) for one in bill.services)
    anew = _by_account(zip(kinds, rate(as_normal, book), strict=True))
    chart = read_chart()
    lines = []
    for (kind, role), cents in billed.items():
        change = anew.get((kind, role), 0) - cents
        if change:
            was, is_ = money_text(cents), money_text(cents + change)
            label = chart.of(role).name
            how = f"billed {was}, at normal use {is_}"
            lines.append(DraftLine(label, role, kind, how, change))
    return lines


def _excess(service: ServiceView, excess: Decimal) -> list[DraftLine]:
    """The excess at the lowest price of the use, and the tax on it."""
    used = [x for x in service.lines if x.kind == ChargeKind.USAGE and x.price is not None]
    if not used:
        raise Refused("This bill charges nothing by use.", code="LEAK-USE")
    lowest = min(used, key=lambda line: line.price or Decimal(0))
    price = lowest.price or Decimal(0)
    cents = to_cents(multiply(excess, price))
    how = f"{quantity_text(excess)} {service.unit} x {price_text(price)} = {money_text(cents)}"
    lines = [
        DraftLine(
            "Excess at the leak price", lowest.revenue, service.kind, how, cents,
            plain(excess), service.unit, plain(price),
        )
    ]  # fmt: skip
    for tax in service.lines:
        if tax.kind == ChargeKind.TAX and tax.unit == "%" and tax.price is not None:
            due = to_cents(divide(multiply(Decimal(cents).scaleb(-2), tax.price), HUNDRED))
            told = f"{plain(tax.price)}% of {money_text(cents)} = {money_text(due)}"
            lines.append(DraftLine(f"{tax.label} on it", tax.revenue, service.kind, told, due))
    return [line for line in lines if line.cents]


def _shared(lines: list[DraftLine], policy: LeakPolicy) -> list[DraftLine]:
    """The share that the policy gives, line by line, and the whole held to the most."""
    if policy.share_percent != HUNDRED:
        share = f", {plain(policy.share_percent)}% of it"
        lines = [
            replace(line, cents=_part(line.cents, policy.share_percent), how=line.how + share)
            for line in lines
        ]
    over = -sum(line.cents for line in lines) - policy.most_cents
    if over > 0:
        most = money_text(policy.most_cents)
        how = f"no credit is larger than {most}"
        first = lines[0]
        lines = [*lines, DraftLine("Held to the most", first.revenue, first.service, how, over)]
    return lines


def _part(cents: int, percent: Decimal) -> int:
    return to_cents(divide(multiply(Decimal(cents).scaleb(-2), percent), HUNDRED))


def _policy(template: Template) -> LeakPolicy:
    if template.leak is None:
        raise Refused(f"The template {template.code} adjusts no leaks.", field="template")
    return template.leak


def why_no_leak_credit(bill: BillView, template: Template, day: date) -> str:
    """Why a bill gets no leak adjustment now, "" where it may have one."""
    policy = _policy(template)
    if bill.state is not BillState.POSTED or bill.number is None:
        return "A draft is recalculated, not adjusted."
    if bill.cancelled:
        return f"Bill {bill.number} was cancelled."
    if (day - bill.bill_day).days > policy.within_days:
        return f"Bill {bill.number} is older than {policy.within_days} days."
    months = day.year * 12 + day.month - 1 - policy.once_months
    since = date(months // 12, months % 12 + 1, min(day.day, 28))
    rows = rows_of(
        "SELECT number, bill_day FROM special_bill WHERE account_id = ? AND template = ?"
        " AND (bill_day > ? OR corrects_id = ?)"
        " AND NOT EXISTS (SELECT 1 FROM journal_entry r WHERE r.reverses_id = entry_id)"
        " ORDER BY id DESC LIMIT 1",
        (bill.account_id, template.code, since.isoformat(), bill.id),
    )
    if rows:
        return f"{rows[0][0]} of {rows[0][1]} was given; one in {policy.once_months} months."
    return ""


def leak_credit(
    number: str, repaired: date, template: Template, day: date, book: RateBook
) -> LeakCredit:
    """The credit that a bill gets for a leak.

    Args:
        number: of a posted bill.
        repaired: the day of the repair.
        template: with the policy of what may be given.
        day: the business day.
        book: the rates.

    Raises:
        NotFound: there is no such bill.
        Refused: the policy gives none, nothing tells what is normal, or no more was used.
    """
    bill = find_bill(number)
    why = why_no_leak_credit(bill, template, day)
    if why:
        raise Refused(why, field="bill", code="LEAK-POLICY")
    service = measured_service(bill)
    if service is None or service.usage_milli is None:
        raise Refused(f"Bill {bill.number} measures nothing.", field="bill", code="LEAK-USE")
    if repaired > day or repaired < service.from_day:
        raise Refused("The repair lies after the bill's period began.", field="repaired")
    uses = usage_of([bill.account_id], service.to_day, kind=service.kind)[bill.account_id]
    normal, told = _normal(service, uses)
    if service.usage_milli <= normal:
        raise Refused(f"No more than normal was used. {told}", field="bill", code="LEAK-NONE")
    excess = (service.usage_milli - normal) / _THOUSAND
    lines = _shared(
        _given_back(bill, service, normal, book) + _excess(service, excess), _policy(template)
    )
    if sum(line.cents for line in lines) >= 0:
        raise Refused("The leak price gives nothing back.", field="bill", code="LEAK-NONE")
    used = quantity_text(service.usage_milli / _THOUSAND)
    above = f"{used} {service.unit} were used: {quantity_text(excess)} {service.unit} above normal."
    return LeakCredit(bill, tuple(lines), (told, above))
