"""A small city for the tests of the records: two cycles, routes, and a household to set up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.units import Unit
from billing_tui.records.add_cycle import add_cycle
from billing_tui.records.add_location import add_location
from billing_tui.records.add_meter import add_meter
from billing_tui.records.add_route import add_route
from billing_tui.records.add_service_point import add_service_point
from billing_tui.records.bulk_set_up import NewAccount
from billing_tui.records.install_meter import install_meter
from billing_tui.records.kinds import ServiceKind
from billing_tui.records.new_records import (
    NewCustomer,
    NewLocation,
    NewMeter,
    NewPoint,
    NewService,
)
from billing_tui.records.open_account import AccountForm, TakenService, open_account
from billing_tui.records.place_on_route import place_on_route

if TYPE_CHECKING:
    from billing_tui.access.desk import Desk

DAY = date(2026, 1, 1)
WATER = NewMeter(number="70318842", size='3/4"', dials=6, unit=Unit.CCF, endpoint="EP900100")
ROSA = NewCustomer(
    name="Delgado, Rosa M", phones=("(805) 555-0134",), email="rosa@example.org", language="es"
)
ALDER = NewLocation(
    house="418",
    street="Alder Ct",
    unit="Unit B",
    city="Sierra Vista",
    zip="93001-1234",
    parcel="012-345-67",
    attributes={"zone": "A", "inside_city": "y"},
)


@dataclass(frozen=True)
class City:
    """Rows of what stands before an account is opened."""

    cycle: int
    other_cycle: int
    route: int
    other_route: int
    location: int
    water: int
    refuse: int
    meter: int


def streets(desk: Desk) -> City:
    """Cycles, routes and one location with a metered water point and a refuse point."""
    cycle, other = add_cycle(desk, "07", "North"), add_cycle(desk, "08", "South")
    route, other_route = (
        add_route(desk, "R07", "Alder", cycle),
        add_route(desk, "R08", "Oak", other),
    )
    location = add_location(desk, ALDER, from_day=DAY)
    water = add_service_point(desk, location, ServiceKind.WATER, metered=True)
    refuse = add_service_point(desk, location, ServiceKind.REFUSE, metered=False)
    meter = add_meter(desk, WATER)
    return City(cycle, other, route, other_route, location, water, refuse, meter)


def ready(desk: Desk) -> City:
    """The streets with the meter installed and its point on the route."""
    city = streets(desk)
    install_meter(desk, city.meter, city.water, from_day=DAY, first_reading=1482, version=1)
    place_on_route(desk, city.water, city.route)
    return city


def form(city: City) -> AccountForm:
    """A complete form for Rosa Delgado."""
    return AccountForm(
        customer=ROSA,
        location_id=city.location,
        cycle_id=city.cycle,
        opened=date(2026, 3, 1),
        services=(
            TakenService(service_point_id=city.water, schedule="W", rate_class="SFR"),
            TakenService(
                service_point_id=city.refuse,
                schedule="R",
                rate_class="SFR",
                attributes={"cart_size": "96", "carts": "1"},
            ),
        ),
    )


def household(number: int = 1, **changes: object) -> NewAccount:
    """One account of a batch, told apart by `number`."""
    values: dict[str, object] = {
        "customer": NewCustomer(name=f"Okafor, Sam {number}", phones=("8055550199",)),
        "location": NewLocation(
            house=str(100 + number), street="Oak St", city="Sierra Vista", zip="93001"
        ),
        "cycle": "07",
        "opened": DAY,
        "points": (
            NewPoint(
                service=NewService(kind=ServiceKind.WATER, schedule="W", rate_class="SFR"),
                metered=True,
                meter=NewMeter(number=f"M{number:06d}", size='3/4"', dials=6, unit=Unit.CCF),
                route="R07",
            ),
            NewPoint(
                service=NewService(
                    kind=ServiceKind.REFUSE,
                    schedule="R",
                    rate_class="SFR",
                    attributes={"cart_size": "64"},
                )
            ),
        ),
    }
    return NewAccount(**(values | changes))  # type: ignore[arg-type]


def refuse_account(desk: Desk, city: City, customer: NewCustomer, house: str) -> int:
    """An account that takes refuse alone, at a house of its own."""
    place = add_location(desk, replace(ALDER, house=house), from_day=DAY)
    point = add_service_point(desk, place, ServiceKind.REFUSE, metered=False)
    taken = TakenService(
        service_point_id=point, schedule="R", rate_class="SFR", attributes={"cart_size": "64"}
    )
    account = AccountForm(
        customer=customer,
        location_id=place,
        cycle_id=city.cycle,
        opened=date(2026, 3, 1),
        services=(taken,),
    )
    return open_account(desk, account).account_id


def customer_of(account_id: int) -> int:
    """Row of an account's customer."""
    return int(rows_of("SELECT customer_id FROM account WHERE id = ?", (account_id,))[0][0])
