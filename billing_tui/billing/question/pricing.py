"""What a bill would have been: its services priced again under other inputs, nothing stored."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from billing_tui.foundation.errors import BillingError
from billing_tui.foundation.units import parse_unit
from billing_tui.metering.usage import converted_milli
from billing_tui.rates.line import ServiceUse
from billing_tui.rates.schedule import ChargeKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from billing_tui.billing.bill_view import BillView, ServiceView
    from billing_tui.billing.rate_book import RateBook
    from billing_tui.rates.line import RatedLine

_THOUSAND = Decimal(1000)


@dataclass(frozen=True, slots=True)
class Sum:
    """What services come to: cents of charges, and of taxes on them."""

    charges: int
    taxes: int


@dataclass(frozen=True, slots=True)
class Pair:
    """A service as it stands on two bills."""

    now: ServiceView
    then: ServiceView


def sum_of(lines: Iterable[RatedLine]) -> Sum:
    """Charges and taxes of some lines."""
    told = list(lines)
    taxes = sum(line.cents for line in told if line.kind == ChargeKind.TAX)
    return Sum(sum(line.cents for line in told) - taxes, taxes)


def billed(services: Iterable[ServiceView]) -> Sum:
    """Charges and taxes as they were billed."""
    return sum_of(line for service in services for line in service.lines)


def matched(bill: BillView, earlier: BillView) -> list[Pair]:
    """The services that both bills charge for: the same row, else the same kind, in bill order."""
    left = list(earlier.services)
    pairs: list[Pair] = []
    for same_row in (True, False):
        for now in bill.services:
            if any(pair.now is now for pair in pairs):
                continue
            found = [
                then
                for then in left
                if then.kind == now.kind and (then.service_id == now.service_id or not same_row)
            ]
            if found:
                left.remove(found[0])
                pairs.append(Pair(now, found[0]))
    return sorted(pairs, key=lambda pair: bill.services.index(pair.now))


def rate(services: Sequence[ServiceView], book: RateBook) -> list[tuple[RatedLine, ...]]:
    """The lines of services priced now, in order; each hands on what later ones are charged by.

    Raises:
        BillingError: the rates in force have no such class, unit or attribute.
    """
    measured: dict[str, Decimal] = {}
    found = []
    for service in services:
        related = {
            name: measured.get(name, Decimal(text)) for name, text in service.related.items()
        }
        usage = None if service.usage_milli is None else service.usage_milli / _THOUSAND
        use = ServiceUse(
            rate_class=service.rate_class,
            attributes=service.attributes,
            usage=usage,
            unit=parse_unit(service.unit) if service.unit else None,
            from_day=service.from_day,
            to_day=service.to_day,
            related=related,
        )
        rated = book.versions(service.schedule, service.from_day, service.to_day).rate(use)
        dollars = Decimal(rated.total_cents).scaleb(-2)
        for name, amount in ((f"{service.kind}_usage", usage), (f"{service.kind}_charge", dollars)):
            if amount is not None:
                measured[name] = measured.get(name, Decimal(0)) + amount
        found.append(rated.lines)
    return found


def price(services: Sequence[ServiceView], book: RateBook) -> Sum | None:
    """What services come to; None where the rates in force cannot price them."""
    try:
        return sum_of(line for lines in rate(services, book) for line in lines)
    except BillingError:
        return None


def scaled(milli: int | None, factor: Decimal) -> int | None:
    """A usage times a factor, to whole thousandths."""
    if milli is None:
        return None
    return int((milli * factor).quantize(Decimal(1), ROUND_HALF_UP))


def at_rates_of_now(pair: Pair) -> ServiceView:
    """What was used then, in as many days as then, up to the day of the newer read."""
    then, now = pair.then, pair.now
    milli, unit = then.usage_milli, then.unit
    if milli is not None and now.unit and unit != now.unit:
        milli, unit = converted_milli(milli, parse_unit(unit), parse_unit(now.unit)), now.unit
    from_day = now.to_day - timedelta(days=then.days)
    return replace(then, from_day=from_day, to_day=now.to_day, usage_milli=milli, unit=unit)


def in_days_of_now(pair: Pair, service: ServiceView) -> ServiceView:
    """The same daily use over the newer period."""
    now = pair.now
    milli = scaled(service.usage_milli, Decimal(now.days) / service.days)
    return replace(
        service, from_day=now.from_day, to_day=now.to_day, days=now.days, usage_milli=milli
    )
