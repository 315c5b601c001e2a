"""Put the demo city's first customers into the records, through the room's own verb."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing_tui.foundation.units import Unit
from billing_tui.records.bulk_set_up import NewAccount
from billing_tui.records.new_records import (
    NewCustomer,
    NewFlag,
    NewLocation,
    NewMeter,
    NewPoint,
    NewService,
)
from billing_tui.records.tables import Cycle, Route

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from billing_tui.operations.demo.people import Holder
    from billing_tui.operations.demo.place import Fate
    from billing_tui.operations.demo.profile import Profile
    from billing_tui.operations.demo.sites import Site
    from billing_tui.operations.demo.tariff import ServicePlan
    from billing_tui.operations.demo.tenures import Tenure


@dataclass(frozen=True, slots=True)
class Household:
    """A site with everybody who lived there, and what they take.

    Attributes:
        tenures: oldest first.
        services: water first.
        attributes: of the location.
        fate: what is in store for the place.
    """

    site: Site
    tenures: list[Tenure]
    services: list[ServicePlan]
    attributes: dict[str, str]
    fate: Fate


class Customers:
    """Holders as customers; organizations of one name are one customer with many accounts."""

    def __init__(self) -> None:
        self._known: dict[str, NewCustomer] = {}

    def of(self, holder: Holder, *, shared: bool) -> NewCustomer:
        """The customer for a holder."""
        if shared and holder.name in self._known:
            return self._known[holder.name]
        customer = NewCustomer(
            name=holder.name,
            mailing_name=holder.mailing_name,
            kind=holder.kind,
            phones=holder.phones,
            email=holder.email,
            language=holder.language,
        )
        if shared:
            self._known[holder.name] = customer
        return customer


def found_cycles(profile: Profile, routes: Iterable[tuple[str, str]]) -> dict[str, int]:
    """Cycles and their routes, given as (route, cycle); returns cycles' rows by code.

    Only inside the set-up transaction.
    """
    cycles = {one.code: Cycle.create(code=one.code, name=one.name).id for one in profile.cycles}
    names = {one.code: one.name for one in profile.cycles}
    for code, cycle in sorted(set(routes)):
        name = f"{names[cycle]} {int(code[len(cycle) :])}"
        Route.create(code=code, name=name, cycle=cycles[cycle])
    return cycles


def _points(services: Iterable[ServicePlan], site: Site) -> Iterator[NewPoint]:
    for plan in services:
        service = NewService(
            kind=plan.kind,
            schedule=plan.schedule,
            rate_class=plan.rate_class,
            attributes=plan.attributes,
        )
        if plan.kind != "water":
            yield NewPoint(service=service)
            continue
        meter = site.meter
        yield NewPoint(
            service=service,
            metered=True,
            meter=NewMeter(
                number=meter.number(site.number),
                size=meter.size,
                dials=meter.dials,
                unit=Unit.CCF,
                multiplier_milli=meter.multiplier * 1000,
                make=meter.make,
                endpoint=meter.endpoint(site.number),
            ),
            first_reading=meter.start,
            route=site.route,
            sequence=site.sequence,
            reader_note=site.reader_note,
        )


def _unit(site: Site) -> str:
    return f"Unit {site.unit}" if site.unit else ""


def new_account(household: Household, city: str, customer: NewCustomer, placed: date) -> NewAccount:
    """The records of a site and its first customer; `placed` is the first day of its meter."""
    site, tenure = household.site, household.tenures[0]
    lines, code = tenure.mailing or ("", "")
    return NewAccount(
        customer=customer,
        location=NewLocation(
            house=site.house,
            street=site.street,
            city=city,
            zip=site.zip,
            unit=_unit(site),
            parcel=site.parcel,
            number=site.number,
            attributes=household.attributes,
        ),
        cycle=site.cycle,
        opened=tenure.opened,
        points=tuple(_points(household.services, site)),
        occupant=tenure.occupant,
        placed=placed,
        legacy_number=f"{site.route}-{site.sequence:04d}-{tenure.occupant}",
        mailing_lines=tuple(lines.splitlines()),
        mailing_zip=code,
        flags=tuple(
            NewFlag(kind=flag.kind, reason=flag.reason, from_day=flag.from_day, to_day=flag.to_day)
            for flag in tenure.flags
        ),
    )
