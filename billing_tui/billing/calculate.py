"""Compute one account's bill from its facts: pure, repeatable, free until it is posted (BIL-4)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from billing_tui.foundation.errors import BillingError
from billing_tui.foundation.units import parse_unit
from billing_tui.metering.tables import ReadKind
from billing_tui.metering.usage import converted_milli
from billing_tui.rates.line import ServiceUse

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from billing_tui.billing.facts import AccountFact, ServiceFact
    from billing_tui.billing.rate_book import RateBook
    from billing_tui.rates.line import RatedLine, RatedService

_THOUSAND = Decimal(1000)


NO_READ = "has no posted read since"
"""In the reason of an account that waits for its reading, which is counted by it."""


class CannotBill(BillingError):  # noqa: N818
    """The account is parked with this reason; the run goes on."""

    code = "PARKED"


@dataclass(frozen=True, slots=True)
class DraftService:
    """One service's part of a draft bill.

    Attributes:
        service: the facts it was computed from.
        from_day, to_day: the period; the last day belongs to the next one.
        usage_milli, unit: what was measured, None and "" where nothing is.
        related: amounts that other services handed over, as exact text.
        version_ids: the rate versions that were in force.
        rated: the lines.
    """

    service: ServiceFact
    from_day: date
    to_day: date
    usage_milli: int | None
    unit: str
    related: Mapping[str, str]
    version_ids: tuple[int, ...]
    rated: RatedService

    @property
    def days(self) -> int:
        """Days of the period."""
        return (self.to_day - self.from_day).days

    @property
    def lines(self) -> tuple[RatedLine, ...]:
        """The lines in the order in which they print."""
        return self.rated.lines

    @property
    def estimated(self) -> bool:
        """Whether the last read of the period was estimated."""
        reads = self.service.reads
        return bool(reads) and reads[-1].kind == ReadKind.ESTIMATED


@dataclass(frozen=True, slots=True)
class DraftBill:
    """A bill before it is posted."""

    account: AccountFact
    services: tuple[DraftService, ...]

    @property
    def current_cents(self) -> int:
        """Sum of all lines."""
        return sum(service.rated.total_cents for service in self.services)

    @property
    def due_cents(self) -> int:
        """What the customer owes with this bill."""
        account = self.account
        return (
            account.previous_cents
            + account.payments_cents
            + account.adjustments_cents
            + self.current_cents
        )


def usage_of_period(service: ServiceFact) -> tuple[int, str]:
    """Usage of the period in the unit of its last read: an exchange may have changed the unit."""
    unit = service.reads[-1].unit
    if any(read.unit != unit for read in service.reads):
        target = parse_unit(unit)
        service.reads = [
            replace(
                read,
                usage_milli=converted_milli(read.usage_milli, parse_unit(read.unit), target),
                unit=unit,
            )
            for read in service.reads
        ]
    return sum(read.usage_milli for read in service.reads), unit


def _period_end(service: ServiceFact, read_day: date) -> date:
    if service.metered:
        if not service.reads:
            raise CannotBill(f"the {service.kind} service {NO_READ} {service.start:%m/%d/%y}.")
        return service.reads[-1].day
    return min(service.end, read_day) if service.end else read_day


def _rate(
    service: ServiceFact, read_day: date, measured: Mapping[str, Decimal], book: RateBook
) -> DraftService:
    to_day = _period_end(service, read_day)
    usage_milli, unit = usage_of_period(service) if service.metered else (None, "")
    related = dict(measured)
    average = service.attributes.get("winter_average")
    if average:
        related["winter_average"] = Decimal(average)
    versions = book.versions(service.schedule, service.start, to_day)
    use = ServiceUse(
        rate_class=service.rate_class,
        attributes=service.attributes,
        usage=None if usage_milli is None else usage_milli / _THOUSAND,
        unit=parse_unit(unit) if unit else None,
        from_day=service.start,
        to_day=to_day,
        related=related,
    )
    return DraftService(
        service=service,
        from_day=service.start,
        to_day=to_day,
        usage_milli=usage_milli,
        unit=unit,
        related={name: str(amount) for name, amount in related.items()},
        version_ids=versions.ids,
        rated=versions.rate(use),
    )


def draft_bill(account: AccountFact, read_day: date, book: RateBook) -> DraftBill:
    """The draft bill of one account.

    Services that have nothing unbilled are left out. A service hands what later ones need on:
    its usage as `water_usage` and its charges in dollars as `water_charge`.

    Raises:
        CannotBill, RateError: the reason for which the account is parked.
    """
    measured: dict[str, Decimal] = {}
    drafts: list[DraftService] = []
    for service in account.services:
        if not service.metered and service.start >= read_day:
            continue
        draft = _rate(service, read_day, measured, book)
        drafts.append(draft)
        if draft.usage_milli is not None:
            name = f"{service.kind}_usage"
            measured[name] = measured.get(name, Decimal(0)) + draft.usage_milli / _THOUSAND
        charge = f"{service.kind}_charge"
        earned = Decimal(draft.rated.total_cents).scaleb(-2)
        measured[charge] = measured.get(charge, Decimal(0)) + earned
    if not drafts:
        raise CannotBill("it has no service with anything to bill.")
    return DraftBill(account, tuple(drafts))
