"""Likely causes of a difference, ranked by the evidence that stands in the office's data.

A cause is named only where something on file speaks for it, and its sentence says what. Its score,
0 to 100, is the strength of that evidence times the share of the difference that it can account
for (at most the whole of it). Strength is a matter of record:

    100  the record itself proves it: rates, days, size or class changed, a first bill
     90  another read or the crew contradicts the bill's read
     80  an estimate stands before or at the end of the period
     70  a meter was exchanged in the period; the same weeks of last year show the same use
     60  two digits swapped make the use a usual one; all the neighbours changed alike
     60  a person checked the read and gave a reason
     50  use per day rose three times in a row, by a fifth or more each time
     40  an estimate stands before the period, but both periods together are high too; use per day
         is half as much again as a year before, or more, for two periods or more
     30  the account is new, so nothing of its own tells what is usual

What accounts for the customer's own use is held against the parts Use and Season together. A cause
that accounts for nothing of the difference is left out.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from itertools import pairwise, takewhile
from statistics import median
from typing import TYPE_CHECKING

from billing_tui.billing.question.case import Case, Cause
from billing_tui.billing.question.misread import lower_since, usual_if_swapped
from billing_tui.billing.question.telling import Part, round_use
from billing_tui.metering.tables import ReadKind
from billing_tui.service_orders.kinds import OrderType

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from billing_tui.billing.question.evidence import ReadOnFile
    from billing_tui.billing.usage_history import PeriodUse

_A_YEAR = timedelta(days=366)
_RISE = Decimal("1.2")
_LEAST_HIGH = 2


def _by_record(case: Case) -> Iterator[Cause]:
    """What the parts of the difference prove by themselves."""
    titles = {
        Part.RATES: "Other rates than then",
        Part.DAYS: "More days" if case.last and case.last.of(Part.DAYS) > 0 else "Fewer days",
        Part.TERMS: "Size, class or counts changed",
        Part.STARTED: "A service was added",
        Part.ENDED: "A service ended",
    }
    for effect in case.difference.effects if case.difference else ():
        if effect.part in titles:
            score = case.score(100, effect.cents)
            yield Cause(titles[effect.part], effect.sentence, 100, score)


def _first_bill(case: Case) -> Iterator[Cause]:
    if case.last is None:
        began = case.evidence.began or case.bill.bill_day
        told = f"Service began on {began:%m/%d/%y}; there is no bill before this one."
        yield Cause("First bill", told, 100, 100)
    elif case.evidence.began and case.last_year is None:
        began = case.evidence.began
        if began > case.bill.bill_day - _A_YEAR:
            told = f"Service began on {began:%m/%d/%y}: no year before it tells what is usual."
            yield case.cause(30, "New at this address", told)


def _contradicted(case: Case) -> Iterator[Cause]:
    read = case.read
    if read is None:
        return
    order = OrderType.REREAD
    lower = lower_since(read, case.evidence.after_bill())
    if lower is not None:
        told = (
            f"Meter {read.meter} showed {read.reading:,} on {read.day:%m/%d/%y} but only "
            f"{lower.reading:,} on {lower.day:%m/%d/%y}."
        )
        yield case.cause(90, "Misread: lower since", told, order)
    for look in case.evidence.looks:
        if look.reading is not None and look.reading < read.reading:
            told = (
                f"Order {look.number} found {look.reading:,} on {look.day:%m/%d/%y}; the bill "
                f"counts up to {read.reading:,}."
            )
            yield case.cause(90, "Misread: the crew found less", told)
        elif look.type is OrderType.LEAK_CHECK and look.result:
            told = f"Order {look.number}, {look.type} of {look.day:%m/%d/%y}: {look.result}"
            letter = f"Our crew came for a {look.type} on {look.day:%m/%d/%y}."
            yield case.cause(90, "The crew was there", told, letter=letter)


def _swapped(case: Case) -> Iterator[Cause]:
    read, usual = case.read, case.usual_milli()
    if read is None or not read.usage_milli or 2 * read.usage_milli < 3 * usual:
        return
    found = usual_if_swapped(read, usual)
    if found:
        told = (
            f"Read as {read.reading:,}; with two digits swapped, {found[0]:,}, the use would be "
            f"{round_use(found[1], read.unit)}, and {round_use(usual, read.unit)} is usual."
        )
        title = "Misread: digits swapped"
        yield case.cause(60, title, told, OrderType.REREAD, letter="")


def _estimates(case: Case) -> Iterator[Cause]:
    service, before = case.evidence.service, case.before()
    if service is None:
        return
    if service.estimated:
        told = f"The read of {service.to_day:%m/%d/%y} is an estimate; the next read settles it."
        order = OrderType.REREAD
        yield case.cause(80, "This bill is estimated", told, order)
    elif before and before[-1].estimated and case.read and case.read.usage_milli is not None:
        yield _caught_up(case, case.read, before)


def _caught_up(case: Case, read: ReadOnFile, before: Sequence[PeriodUse]) -> Cause:
    """The estimates just before the bill, and whether all of it together is a usual use."""
    guessed = list(takewhile(lambda use: use.estimated, reversed(before)))
    days = sum(use.days for use in guessed) + (read.days or 0)
    milli = sum(use.usage_milli for use in guessed) + (read.usage_milli or 0)
    known = [
        Decimal(use.usage_milli) / use.days for use in before if not use.estimated and use.days
    ]
    usual = median(known) if known else Decimal(0)
    fits = milli <= Decimal("1.25") * usual * days
    told = (
        f"The read of {guessed[0].to_day:%m/%d/%y} was estimated; since the true read before it "
        f"{round_use(milli, read.unit)} were used in {days} days, and "
        f"{round_use(int(usual * days), read.unit)} are usual."
    )
    title = "An estimate caught up" if fits else "An estimate came before"
    return case.cause(80 if fits else 40, title, told)


def _checked(case: Case) -> Iterator[Cause]:
    for one in case.evidence.findings:
        if one.reason:
            who = one.username or "the office"
            told = f"{one.sentence} Decided by {who}: {one.disposition}, {one.reason}."
            letter = "We checked this reading before we sent the bill."
            yield case.cause(60, "The read was checked", told, letter=letter)


def _exchanged(case: Case) -> Iterator[Cause]:
    service = case.evidence.service
    out = [pair for pair in service.reads if pair.kind == ReadKind.EXCHANGE_OUT] if service else []
    if out and service:
        last = service.reads[-1].meter
        told = (
            f"Meter {out[0].meter} was taken out on {out[0].day:%m/%d/%y} at "
            f"{out[0].reading:,}; {last if last != out[0].meter else 'a new one'} counts since."
        )
        yield case.cause(70, "Meter exchanged", told, OrderType.TEST)


def _seasonal(case: Case) -> Iterator[Cause]:
    service, then = case.evidence.service, case.year_before(case.uses[-1]) if case.uses else None
    last = case.before()[-1] if case.before() else None
    if service and service.usage_milli and then and last and last.days > 0 and case.last:
        now = Decimal(service.usage_milli) / service.days
        before, was = Decimal(last.usage_milli) / last.days, Decimal(then.usage_milli) / then.days
        if was >= Decimal("0.8") * now and was >= Decimal("1.3") * before:
            told = (
                f"In the same weeks of last year {round_use(then.usage_milli, then.unit)} were "
                f"used in {then.days} days; now {round_use(service.usage_milli, service.unit)}."
            )
            yield case.cause(70, "Seasonal use, as last year", told)
    for effect in case.difference.effects if case.difference else ():
        if effect.part is Part.SEASON:
            score = case.score(60, effect.cents)
            yield Cause("Season and weather", effect.sentence, 60, score)


def _rising(case: Case) -> Iterator[Cause]:
    uses = [use for use in case.uses if use.days > 0][-4:]
    daily = [Decimal(use.usage_milli) / use.days for use in uses]
    if len(daily) < 4 or daily[0] <= 0:
        return
    if all(later >= _RISE * sooner for sooner, later in pairwise(daily)):
        told = "Use per day rose three times in a row: "
        told += ", ".join(round_use(use.usage_milli, use.unit) for use in uses) + "."
        order = OrderType.LEAK_CHECK
        yield case.cause(50, "Leak: use keeps rising", told, order)


def _lasting(case: Case) -> Iterator[Cause]:
    high = list(takewhile(lambda use: _far_above(use, case.year_before(use)), case.uses[::-1]))
    if len(high) >= _LEAST_HIGH:
        told = (
            f"Use per day is half as much again as a year before, or more, in {len(high)} periods "
            f"in a row, since {high[-1].from_day:%m/%d/%y}."
        )
        yield case.cause(40, "Leak or lasting use", told, OrderType.LEAK_CHECK)


def _far_above(use: PeriodUse, before: PeriodUse | None) -> bool:
    if before is None or use.days <= 0 or before.usage_milli <= 0:
        return False
    return 2 * use.usage_milli * before.days >= 3 * before.usage_milli * use.days


_FINDERS: tuple[Callable[[Case], Iterator[Cause]], ...] = (
    _by_record,
    _first_bill,
    _contradicted,
    _checked,
    _estimates,
    _exchanged,
    _seasonal,
    _swapped,
    _rising,
    _lasting,
)


def likely_causes(case: Case) -> tuple[Cause, ...]:
    """The causes that something on file speaks for, best supported first."""
    found = [cause for finder in _FINDERS for cause in finder(case)]
    return tuple(
        sorted((one for one in found if one.score > 0), key=lambda one: (-one.score, -one.strength))
    )
