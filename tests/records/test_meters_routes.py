"""Meters and routes: one place at a time, gaps of ten."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, strategies as st
from records_city import DAY, WATER, ready, streets

from billing_tui.access.desk import NotAllowed
from billing_tui.foundation.errors import BillingError, InvalidEntry, NotFound, Refused
from billing_tui.records.add_cycle import add_cycle
from billing_tui.records.add_location import add_location
from billing_tui.records.add_meter import add_meter
from billing_tui.records.add_route import add_route
from billing_tui.records.add_service_point import add_service_point
from billing_tui.records.editing import StaleEdit
from billing_tui.records.install_meter import install_meter, remove_meter
from billing_tui.records.kinds import ServiceKind
from billing_tui.records.new_records import NewLocation
from billing_tui.records.place_on_route import between, place_on_route, resequence_route
from billing_tui.records.tables import Meter, ServicePoint

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_tui.access.desk import Desk


def sequence(point: int) -> int:
    """Walk order of a point."""
    return int(ServicePoint.get_by_id(point).sequence)


def test_a_meter_is_in_one_place(desk: Callable[..., Desk]) -> None:
    """An installed meter cannot be installed again, and its old form is stale."""
    maria = desk("maria")
    city = ready(maria)
    other = add_service_point(maria, city.location, ServiceKind.ELECTRIC, metered=True)
    with pytest.raises(StaleEdit, match="Maria Soto changed"):
        install_meter(maria, city.meter, other, from_day=DAY, first_reading=0, version=1)
    with pytest.raises(Refused, match="stock"):
        install_meter(maria, city.meter, other, from_day=DAY, first_reading=0, version=2)


def test_a_point_has_one_meter(desk: Callable[..., Desk]) -> None:
    """The second meter waits until the first is out; then it follows the next day."""
    maria = desk("maria")
    city = ready(maria)
    second = add_meter(maria, type(WATER)(number="B2", size='1"', dials=4, unit=WATER.unit))
    with pytest.raises(Refused, match="70318842 is still there"):
        install_meter(maria, second, city.water, from_day=DAY, first_reading=0, version=1)
    out = date(2026, 6, 1)
    remove_meter(maria, city.meter, to_day=out, last_reading=1500, version=2)
    assert Meter.get_by_id(city.meter).status == "Removed"
    with pytest.raises(Refused):
        install_meter(maria, second, city.water, from_day=out, first_reading=0, version=1)
    install_meter(maria, second, city.water, from_day=date(2026, 6, 2), first_reading=0, version=1)


def test_readings_fit_on_the_dials(desk: Callable[..., Desk]) -> None:
    """Six dials hold 999,999 and no more."""
    maria = desk("maria")
    city = streets(maria)
    for reading in (1_000_000, -1):
        with pytest.raises(InvalidEntry) as refusal:
            install_meter(
                maria, city.meter, city.water, from_day=DAY, first_reading=reading, version=1
            )
        assert refusal.value.field == "first_reading"
    install_meter(maria, city.meter, city.water, from_day=DAY, first_reading=999_999, version=1)
    with pytest.raises(InvalidEntry):
        remove_meter(maria, city.meter, to_day=DAY, last_reading=1_000_000, version=2)
    with pytest.raises(Refused):
        remove_meter(maria, city.meter, to_day=date(2025, 12, 31), last_reading=1, version=2)


def test_unmetered_points_take_no_meter_and_no_route(desk: Callable[..., Desk]) -> None:
    """A refuse point is neither counted nor walked to."""
    maria = desk("maria")
    city = streets(maria)
    with pytest.raises(Refused, match="not metered"):
        install_meter(maria, city.meter, city.refuse, from_day=DAY, first_reading=0, version=1)
    with pytest.raises(Refused, match="metered"):
        place_on_route(maria, city.refuse, city.route)


def test_numbers_and_codes_are_unique(desk: Callable[..., Desk]) -> None:
    """A second meter, location, cycle or route of the same name is refused in a sentence."""
    maria = desk("maria")
    city = streets(maria)
    place = NewLocation(house="1", street="Elm", city="Sierra Vista", zip="93001", number=10_001)
    for again in (
        lambda: add_meter(maria, WATER),
        lambda: add_location(maria, place),
        lambda: add_cycle(maria, "07", "Again"),
        lambda: add_route(maria, "R07", "Again", city.cycle),
    ):
        with pytest.raises(InvalidEntry, match=r"already|exists"):
            again()
    with pytest.raises(NotFound):
        add_route(maria, "R99", "Nowhere", 999)


def test_a_cashier_keeps_no_meters(desk: Callable[..., Desk]) -> None:
    """Meters, routes and cycles take the right for them."""
    with pytest.raises(NotAllowed):
        add_cycle(desk("cass"), "09", "West")


def test_a_location_with_wrong_entries_is_refused_whole(desk: Callable[..., Desk]) -> None:
    """All that is wrong is told at once."""
    wrong = NewLocation(house="", street="Elm", city="X", zip="9300", attributes={"zone": "!"})
    with pytest.raises(BillingError) as refusal:
        add_location(desk("maria"), wrong)
    fields = {problem.field for problem in refusal.value.problems}  # type: ignore[attr-defined]
    assert fields == {"house", "zip", "zone"}


def test_points_are_placed_in_tens_and_between(desk: Callable[..., Desk]) -> None:
    """A new point goes to the end, or between two, and the walk keeps its order."""
    maria = desk("maria")
    city = ready(maria)
    points = [
        add_service_point(maria, city.location, ServiceKind.ELECTRIC, metered=True)
        for _ in range(7)
    ]
    assert place_on_route(maria, points[0], city.route) == 20
    order = [city.water]
    for point in points[1:]:
        place_on_route(maria, point, city.route, after=city.water)
        order.insert(1, point)
    order.append(points[0])
    walked = sorted([city.water, *points], key=sequence)
    assert walked == order
    assert len({sequence(point) for point in order}) == len(order)
    assert resequence_route(maria, city.route) == 8
    assert [sequence(point) for point in order] == [10, 20, 30, 40, 50, 60, 70, 80]
    with pytest.raises(InvalidEntry):
        place_on_route(maria, city.water, city.route, after=city.refuse)


@given(st.integers(0, 10_000), st.integers(1, 10_000))
def test_between_is_between(low: int, step: int) -> None:
    """A sequence between two others lies strictly between them, or there is none."""
    found = between(low, low + step)
    assert (low < found < low + step) if found is not None else step == 1
    assert between(low, None) in range(low + 1, low + 11)
