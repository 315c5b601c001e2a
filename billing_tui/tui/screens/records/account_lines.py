"""The lines of the account inquiry, from frozen values: who, what they take, use and owe."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from billing_tui.customer_care.kinds import MayDo
from billing_tui.foundation.moments import day_of
from billing_tui.foundation.money import money_text
from billing_tui.foundation.units import Unit
from billing_tui.metering.own_use import LastRead, OwnUse, own_use
from billing_tui.records.address import phone_text
from billing_tui.tui.bar_chart import Bar, bar_chart
from billing_tui.tui.ink import (
    BLANK,
    Line,
    Role,
    Span,
    apart,
    cut,
    cut_before_end,
    gap,
    left,
    right,
    width_of,
    wrapped,
)
from billing_tui.tui.shown import cents_text, day_text, factor_text, usage_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from billing_tui.billing.bill_view import BillView
    from billing_tui.customer_care.contacts import ContactLine
    from billing_tui.ledger.aging import Aging
    from billing_tui.ledger.receivables import Standing
    from billing_tui.metering.read_context import Period
    from billing_tui.records.account_values import AccountSummary, NoteLine, ServiceLine

_CHART = 36
_YEAR_OFF, _DAYS_OFF = 20, 10  # days by which periods a year apart may differ
_ALERT_LINES = 2
_MOST_LATER = 2


def head_lines(account: AccountSummary, balance: int, aging: Aging, width: int) -> list[Line]:
    """Who and where, and the two amounts that callers ask for: all posted, and what is past due."""
    past = Role.WARNING if aging.past_due > 0 else Role.VALUE
    status = Role.VALUE if account.status.value == "Active" else Role.WARNING
    name = cut(account.customer.name, width - 56)
    place = cut_before_end(account.location.address, width - 42)
    return [
        apart(
            (gap(1), (account.number, Role.ACCENT), gap(2), (name, Role.VALUE)),
            (
                left(account.status.value.upper(), 15, status),
                left("Credit" if balance < 0 else "Balance", 7, Role.LABEL),
                right(money_text(abs(balance)), 15, Role.VALUE),
                gap(1),
            ),
            width,
        ),
        apart(
            (gap(1), (place, Role.TEXT)),
            (
                left(f"Cycle {account.cycle}", 15, Role.LABEL),
                ("Past due", Role.LABEL),
                right(money_text(aging.past_due), 14, past),
                gap(1),
            ),
            width,
        ),
    ]


def alert_lines(account: AccountSummary, contacts: Sequence[ContactLine], width: int) -> list[Line]:
    """Flags in force, who is told nothing, notes that stay in sight: two lines, `+` for more."""
    told = [_flag(flag.kind.value, flag.to_day) for flag in account.flags]
    told += [f"Tell {one.name} NOTHING" for one in contacts if one.may_do is MayDo.NOBODY]
    told += [note.text for note in account.sticky_notes]
    lines: list[str] = []
    for one in told:
        if lines and len(lines[-1]) + len(one) + 5 < width:
            lines[-1] += f"   * {one}"
        else:
            lines.append(f" * {one}")
    shown = [cut(line, width - 1) for line in lines[:_ALERT_LINES]]
    if len(lines) > _ALERT_LINES:
        shown[-1] = cut(f"{shown[-1]:{width}}", width - 1, mark="+")
    return [((line, Role.WARNING),) for line in shown]


def _flag(kind: str, until: object) -> str:
    return f"{kind} to {until:%m/%d/%y}" if until is not None else kind


def service_rows(
    services: Sequence[ServiceLine],
    uses: Mapping[int, OwnUse],
    factors: Mapping[int, int],
    *,
    on: date,
    width: int,
) -> list[Line]:
    """One line for each service, with its last read and usage.

    Args:
        services: what the account takes, or took last.
        uses: service point to what the account used there.
        factors: service point to the units per count of its meter, in thousandths.
        on: the business day; a service that ended before it says so.
        width: cells.
    """
    head = ("Service    ", "Meter       ", "Size   ", "Rate     ", "Last read           ")
    heads = [(word, Role.HEAD) for word in head]
    room = width - 74
    rest = (right("Usage", 13, Role.HEAD), gap(1), left("Status", room, Role.HEAD))
    lines: list[Line] = [(gap(1), *heads, *rest)]
    for service in services:
        use = uses.get(service.service_point_id, OwnUse())
        usual = service.gone.multiplier_milli if service.gone else 1000
        factor = factors.get(service.service_point_id, usual)
        lines.append(_service(service, use.last, factor, _state(service, on, room)))
    return lines


def _service(service: ServiceLine, last: LastRead | None, factor: int, state: Span) -> Line:
    what: Line
    if service.meter:
        what = (left(service.meter, 11, Role.VALUE), gap(1), left(service.size, 6), gap(1))
    elif service.gone:
        what = (left(service.gone.number, 11), gap(1), left("out", 6, Role.WARNING), gap(1))
    elif service.metered:
        what = (left("no meter", 18, Role.WARNING), gap(1))
    else:
        what = (left(service.description or "-", 18, Role.TEXT), gap(1))
    read, usage = gap(19), gap(13)
    meter, unit = service.counted
    if last is not None and meter:
        read = left(f"{day_text(last.day)} {_counted(last.reading, factor):>10}", 19)
    if last is not None and meter and last.usage_milli is not None:
        sign = "E" if last.estimated else "A"
        usage = right(f"{usage_text(last.usage_milli, unit)} {sign}", 13, Role.VALUE)
    elif last is not None and meter and last.estimated:
        usage = right("estimated", 13, Role.VALUE)
    return (
        gap(1),
        left(service.kind.value.capitalize(), 10, Role.VALUE),
        gap(1),
        *what,
        left(service.rate_class, 8),
        gap(1),
        read,
        gap(1),
        usage,
        gap(1),
        state,
    )


def _state(service: ServiceLine, on: date, room: int) -> Span:
    """Whether it is on, or up to which day it was taken."""
    if service.to_day is not None and service.to_day < on:
        until = f"to {day_text(service.to_day)}"
        return (until if len(until) <= room else "Ended", Role.WARNING)
    if service.gone is not None:
        out = f"Out {day_text(service.gone.day)}"
        return (out if len(out) <= room else "Out", Role.WARNING)
    if service.metered and not service.meter:
        return ("-", Role.LABEL)
    state = "On" if service.point_status == "Active" else service.point_status
    return (cut(state, room), Role.GOOD if state == "On" else Role.WARNING)


def ended_line(services: Sequence[ServiceLine], on: date, width: int) -> list[Line]:
    """Up to which day an account that has ended took its services, for the head."""
    days = [one.to_day for one in services]
    if not days or any(day is None or day >= on for day in days):
        return []
    last = max(day for day in days if day is not None)
    told = f" * Ended: services taken up to {day_text(last)}; reads and use are of that time."
    return [((cut(told, width - 1), Role.WARNING),)]


def _counted(reading: int, factor: int) -> str:
    """A reading with its factor in ten cells: `37,146 x10`, or `1137146x10`."""
    told = f"{reading:,}{factor_text(factor)}"
    return told if len(told) <= 10 else told.replace(",", "").replace(" ", "")


def bill_rows(bill: BillView | None, standing: Standing) -> list[Line]:
    """The last bill, service by service as on paper, if it is paid, and what was billed since."""
    if bill is None:
        return [(("No bill yet.", Role.LABEL),)]
    lines: list[Line] = [
        (left(f"Last bill {bill.title}", 24, Role.LABEL), right(day_text(bill.bill_day), 14))
    ]
    lines += [_amount(one.kind.capitalize(), one.cents) for one in bill.services]
    if before := bill.due_cents - bill.current_cents:
        lines.append(_amount("Balance before", before))
    label, cents = _owed(bill, standing.left)
    lines.append((left(label, 24, Role.LABEL), right(cents_text(cents), 14, Role.VALUE)))
    return [*lines, *_billed_since(standing)]


def _owed(bill: BillView, rest: int) -> tuple[str, int]:
    """What is owed with a bill now, in cents: less than it asked for, or more by a correction.

    A bill whose account has a credit asks for nothing: nothing of it falls due.
    """
    day = day_text(bill.due_day)
    if bill.due_cents < 0:
        return "Credit balance", -bill.due_cents
    if rest == bill.due_cents or not bill.due_cents:
        return f"Due {day}", bill.due_cents
    if not rest:
        return f"Paid, was due {day}", bill.due_cents
    return f"{'Still' if rest < bill.due_cents else 'Now'} due {day}", rest


def _billed_since(standing: Standing) -> list[Line]:
    """Special bills and others that were posted after the last regular one and are not paid."""
    later = standing.later
    if len(later) > _MOST_LATER:
        total = sum(one.cents for one in later)
        return [_amount(f"{len(later)} bills since", total)]
    return [_amount(f"{one.reference} due {day_text(one.due)}", one.cents) for one in later]


def _amount(label: str, cents: int) -> Line:
    return (left(label, 24), right(money_text(cents), 14))


def middle_lines(
    services: Sequence[ServiceLine],
    uses: Mapping[int, OwnUse],
    bill: BillView | None,
    *,
    standing: Standing,
    width: int,
    height: int,
) -> list[Line]:
    """The usage chart of the first metered service at the left, the last bill at the right."""
    room = width - 42
    chart = usage_chart(services, uses, width=max(room, _CHART), height=height - 1)
    bills = bill_rows(bill, standing)
    if len(bills) > height:
        hidden = len(bills) - height + 1
        more: Line = (left(f"+ {hidden} more on the bill", 38, Role.LABEL),)
        tail = 1 + len(_billed_since(standing))
        bills = [*bills[: height - 1 - tail], more, *bills[-tail:]]
    lines: list[Line] = []
    for at in range(height):
        start = chart[at] if at < len(chart) else BLANK
        end = bills[at] if at < len(bills) else BLANK
        lines.append((*start, gap(room - width_of(start) + 1), *end))
    return lines


def usage_chart(
    services: Sequence[ServiceLine],
    uses: Mapping[int, OwnUse],
    *,
    width: int,
    height: int,
) -> list[Line]:
    """Bars of the service that is metered first: what this account used, nobody else."""
    for service in services:
        periods = uses.get(service.service_point_id, OwnUse()).periods
        meter, unit = service.counted
        if meter and periods:
            bars = [
                Bar(one.day, Decimal(one.usage_milli) / 1000, one.estimated)
                for one in reversed(periods)
            ]
            return bar_chart(bars, unit, width=width, height=height)
    metered = any(service.counted[0] for service in services)
    none = "This account has used nothing yet." if metered else "No metered use."
    return [(gap(1), (none, Role.LABEL))]


def _alike(last: Period, one: Period) -> bool:
    """A year apart and about as long; the few days before a final read compare with nothing."""
    return (
        abs((last.day - one.day).days - 365) <= _YEAR_OFF and abs(last.days - one.days) <= _DAYS_OFF
    )


def usage_sentence(services: Sequence[ServiceLine], uses: Mapping[int, OwnUse]) -> str:
    """What the last period was, against the same one of last year."""
    for service in services:
        use = uses.get(service.service_point_id, OwnUse())
        periods = use.periods
        meter, unit = service.counted
        if not meter or not (periods or use.last):
            continue
        if service.gone and use.last and use.last.day not in {one.day for one in periods}:
            used = usage_text(use.last.usage_milli or 0, unit)
            out = day_text(service.gone.day)
            return f"Meter {meter} came out on {out}: {used} since its last read, not billed yet."
        if not periods:
            assert use.last is not None  # noqa: S101 - one of the two is there
            return f"Read {use.last.reading:,} on {day_text(use.last.day)}; no use since then yet."
        last = periods[0]
        told = f"{usage_text(last.usage_milli, unit)} in {last.days} days"
        year = [one for one in periods[1:] if _alike(last, one)]
        if not year:
            return f"{told}."
        more = last.usage_milli - year[0].usage_milli
        if not more:
            return f"{told}, as much as in {year[0].day:%B} last year."
        word = "more" if more > 0 else "less"
        return f"{told}, {usage_text(abs(more), unit)} {word} than last {year[0].day:%B}."
    return "No metered use."


def uses_of(account_id: int, services: Sequence[ServiceLine], until: date) -> dict[int, OwnUse]:
    """Service point to what the account used there, for what is metered."""
    return {
        service.service_point_id: own_use(
            account_id, service.service_point_id, meter, Unit(unit), until
        )
        for service in services
        for meter, unit in (service.counted,)
        if meter
    }


_FEWEST_NOTE_LINES = 3


def contact_lines(
    account: AccountSummary,
    aging: Aging,
    contacts: Sequence[ContactLine],
    notes: Sequence[NoteLine],
    *,
    order: str,
    width: int,
    height: int,
) -> list[Line]:
    """The folded-out page: how to reach the customer, who speaks, debt, last order, notes."""
    customer = account.customer
    reach = [f"{phone_text(digits)} {kind}" for digits, kind in customer.phones]
    if customer.email:
        reach.append(customer.email)
    rows = [
        ("Customer", f"{customer.number}  {customer.mailing_name}  ({customer.kind.value})"),
        ("Reached at", ", ".join(reach) or "no phone, no email"),
        ("May speak", "; ".join(map(may_text, contacts)) or "nobody but the customer"),
        ("Bill goes to", ", ".join(account.mailing_lines)),
        ("Since", f"{day_text(account.opened)}   parcel {account.location.parcel or '-'}"),
    ]
    ages = wrapped(_ages(aging), width - 16, 2)
    rows += [("Debt by age" if at == 0 else "", part) for at, part in enumerate(ages)]
    rows += [("Last order", order)] * bool(order)
    noted = [part for note in notes for part in wrapped(_noted(note), width - 16, 2)] or ["none"]
    most = max(_FEWEST_NOTE_LINES, height - len(rows))
    rows += [("Notes" if at == 0 else "", part) for at, part in enumerate(noted[:most])]
    return [
        (gap(1), left(label, 14, Role.LABEL), (cut(told, width - 16), Role.VALUE))
        for label, told in rows
    ]


def may_text(contact: ContactLine) -> str:
    """Who a contact is and what they may do: `Delgado, Ana (daughter): change, passphrase`."""
    is_ = f" ({contact.relation})" if contact.relation else ""
    asked = ", passphrase" if contact.has_passphrase else ""
    return f"{contact.name}{is_}: {contact.may_do.value}{asked}"


def _noted(note: NoteLine) -> str:
    return f"{day_text(day_of(note.at))} {note.staff}: {note.told}"


def _ages(aging: Aging) -> str:
    names = ("current", "1-30", "31-60", "61-90", "over 90")
    told = [
        f"{name} {money_text(cents)}"
        for name, cents in zip(names, aging.buckets, strict=True)
        if cents
    ]
    if aging.unapplied:
        told.append(f"credit {money_text(aging.unapplied)}")
    return ", ".join(told) or "nothing owed"
