"""A first account at a place that was not there before."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, strategies as st
from moves import COMER, DAY
from town import build_town

from billing_tui.access.tables import AuditEntry
from billing_tui.foundation.errors import BillingError, ProblemsFound
from billing_tui.operations.verify import verify_office
from billing_tui.records.address import street_line
from billing_tui.records.kinds import ServiceKind
from billing_tui.records.lookup import account_summary, find_account
from billing_tui.records.new_records import NewLocation
from billing_tui.records.search import search
from billing_tui.records.tables import Account, Cycle, Location, ServicePoint
from billing_tui.service_orders.new_place import (
    Address,
    NewPlaceForm,
    cycles_known,
    free_points,
    open_at_new_place,
    split_address,
    usual_city,
)
from billing_tui.service_orders.terms import Terms

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_tui.access.desk import Desk
    from billing_tui.operations.office import Office

PLACE = NewLocation(house="7", street="New Rd", unit="Unit 3", city="Sierra Vista", zip="95999")
FLAT = Terms("SEWER", "RES", "Residential")


@pytest.fixture
def form(desk: Callable[..., Desk]) -> NewPlaceForm:
    """Sewer at a new place in the town of one house."""
    build_town(desk, 1)
    return NewPlaceForm(
        place=PLACE,
        customer=COMER,
        cycle_id=Cycle.get().id,
        opened=DAY,
        services={ServiceKind.SEWER: FLAT},
    )


def test_place_points_and_account_come_together(
    desk: Callable[..., Desk], form: NewPlaceForm, office: Office
) -> None:
    """One audit entry; found by address and name at once; every invariant holds."""
    entries = AuditEntry.select().count()
    done = open_at_new_place(desk("maria"), form, why="new house", key="k")
    assert AuditEntry.select().count() == entries + 1
    summary = account_summary(find_account(done.opened), DAY)
    assert (summary.location.address, summary.customer.name) == ("7 New Rd Unit 3", "Okada, Kenji")
    assert [(one.kind, one.rate_class) for one in summary.services] == [("sewer", "RES")]
    assert [hit.number for hit in search("7 new rd")] == [done.opened]
    told = json.loads(AuditEntry.select().order_by(AuditEntry.seq.desc()).get().after)
    assert (told["location"]["street"], told["customer"]) == ("New Rd", summary.customer.number)
    again = open_at_new_place(desk("maria"), form, why="new house", key="k")
    assert again.opened == done.opened
    assert Account.select().count() == 2
    assert [s for one in verify_office(office.store) for s in one.broken] == []


def test_nothing_is_left_of_what_was_refused(desk: Callable[..., Desk], form: NewPlaceForm) -> None:
    """A meter that is not there, no cycle, no service, a wrong ZIP: no place, no point."""
    maria, water = desk("maria"), {ServiceKind.WATER: Terms("WATER", "SFR", "")}
    for wrong, why in (
        (replace(form, services=water), "Water needs a meter"),
        (replace(form, cycle_id=None), "cycle is missing"),
        (replace(form, services={}), "at least one service"),
        (replace(form, place=replace(PLACE, zip="9")), "ZIP"),
    ):
        with pytest.raises(BillingError) as refusal:
            open_at_new_place(maria, wrong)
        told = [refusal.value.sentence]
        if isinstance(refusal.value, ProblemsFound):
            told += [problem.sentence for problem in refusal.value.problems]
        assert any(why in sentence for sentence in told), told
    assert Location.select().count() == 1
    assert ServicePoint.select().count() == 2


def test_what_the_form_is_offered(desk: Callable[..., Desk], form: NewPlaceForm) -> None:
    """Cycles, the usual city, and points that nobody takes."""
    assert [(code, name) for _, code, name in cycles_known()] == [("07", "North side")]
    assert usual_city() == ("Sierra Vista", "95999")
    done = open_at_new_place(desk("maria"), form)
    place = account_summary(find_account(done.opened), DAY).location.location_id
    assert free_points(place, DAY) == {}
    point = ServicePoint.create(location=place, kind="refuse", status="Active")
    assert free_points(place, DAY) == {ServiceKind.REFUSE: point.id}


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("418 Alder Ct Unit B", Address("418", "Alder Ct", "Unit B")),
        ("12-A  Main  St", Address("12-A", "Main St", "")),
        ("7 Oak Ave #4", Address("7", "Oak Ave", "#4")),
        ("9 Fort Ste 100", Address("9", "Fort", "Ste 100")),
        ("Alder Ct", None),
        ("418", None),
        ("", None),
    ],
)
def test_an_address_in_its_parts(text: str, parts: Address | None) -> None:
    """House first, a unit with its word last."""
    assert split_address(text) == parts


words = st.text("ABCDEFGHabcdefgh", min_size=1, max_size=8)


@given(st.integers(1, 99_999), st.lists(words, min_size=1, max_size=3), st.none() | words)
def test_parts_make_the_address_again(house: int, street: list[str], unit: str | None) -> None:
    """What is split and written again is what was keyed."""
    text = f"{house} {' '.join(street)}" + (f" Unit {unit}" if unit else "")
    found = split_address(text)
    assert found is not None
    assert street_line(*found) == text
