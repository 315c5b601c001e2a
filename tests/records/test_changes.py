"""Changing records: versions, days, before and after."""

from __future__ import annotations

import dataclasses
import json
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from records_city import ALDER, DAY, ROSA, form, ready

from billing_tui.access.tables import AuditEntry
from billing_tui.foundation.errors import BillingError, InvalidEntry, Refused
from billing_tui.records.account_flags import DAYS, add_flag, end_flag
from billing_tui.records.add_note import add_note
from billing_tui.records.as_of import record_as_of
from billing_tui.records.change_attribute import (
    change_location_attributes,
    change_service_attributes,
)
from billing_tui.records.change_customer import change_customer
from billing_tui.records.change_location import change_location
from billing_tui.records.change_mailing_address import change_mailing_address
from billing_tui.records.change_service import change_service
from billing_tui.records.editing import StaleEdit
from billing_tui.records.invariants import INVARIANTS
from billing_tui.records.kinds import FlagKind
from billing_tui.records.lookup import account_summary, location_attributes, notes_of, service_lines
from billing_tui.records.open_account import open_account
from billing_tui.records.search import search
from billing_tui.records.spans import in_force
from billing_tui.records.tables import AccountFlag, Location, Note, Service

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_tui.access.desk import Desk
    from billing_tui.operations.office import Office

MAY = date(2026, 5, 1)


def last_entry() -> dict[str, object]:
    """Before and after of the newest audit entry."""
    entry = AuditEntry.select().order_by(AuditEntry.seq.desc()).first()
    return {
        "verb": entry.verb,
        "before": json.loads(entry.before),
        "after": json.loads(entry.after),
    }


def all_hold() -> None:
    """Every invariant of the records holds."""
    assert {check.id: list(check.broken()) for check in INVARIANTS if list(check.broken())} == {}


@pytest.fixture
def opened(desk: Callable[..., Desk]) -> int:
    """Rosa's account."""
    maria = desk("maria")
    return open_account(maria, form(ready(maria))).account_id


def test_a_customer_is_renamed_and_found_by_the_new_name(
    desk: Callable[..., Desk], opened: int
) -> None:
    """The trail keeps only what differs, and the search follows."""
    customer = account_summary(opened, MAY).customer
    wanted = dataclasses.replace(ROSA, name="Brandt, Rosa M", phones=("8055550177",))
    version = change_customer(desk("maria"), customer.customer_id, wanted, version=1)
    assert version == 2
    assert [hit.account_id for hit in search("brandt")] == [opened]
    assert search("delgado") == ()
    assert [hit.account_id for hit in search("5550177")] == [opened]
    entry = last_entry()
    assert entry["before"] == {
        "version": 1,
        "name": "Delgado, Rosa M",
        "mailing_name": "Rosa M Delgado",
        "phones": ["8055550134"],
    }
    all_hold()


def test_a_stale_edit_names_who_changed_what(desk: Callable[..., Desk], opened: int) -> None:
    """Two clerks edit one customer: the second is told what the first changed."""
    customer = account_summary(opened, MAY).customer.customer_id
    change_customer(
        desk("maria"), customer, dataclasses.replace(ROSA, email="r@example.org"), version=1
    )
    with pytest.raises(StaleEdit, match="Maria Soto changed email") as refusal:
        change_customer(desk("luis"), customer, dataclasses.replace(ROSA, language="en"), version=1)
    assert refusal.value.code == "RECORD-STALE"
    assert account_summary(opened, MAY).customer.language == "es"


def test_an_edit_without_a_difference_is_refused(desk: Callable[..., Desk], opened: int) -> None:
    """Saving an unchanged form writes no entry."""
    before = AuditEntry.select().count()
    customer = account_summary(opened, MAY).customer.customer_id
    with pytest.raises(Refused):
        change_customer(desk("maria"), customer, ROSA, version=1)
    assert AuditEntry.select().count() == before


def test_a_record_as_of_a_day(desk: Callable[..., Desk], opened: int) -> None:
    """The name of before is seen on the day before the change, today's today."""
    customer = account_summary(opened, MAY).customer
    later = date(2026, 12, 1)
    renamed = dataclasses.replace(ROSA, name="Brandt, Rosa M")
    change_customer(desk("maria", later), customer.customer_id, renamed, version=1)
    assert (
        record_as_of("customer", customer.number, date(2026, 11, 30))["name"] == "Delgado, Rosa M"
    )
    assert record_as_of("customer", customer.number, later)["name"] == "Brandt, Rosa M"
    assert account_summary(opened, MAY).customer.name == "Delgado, Rosa M"


def test_an_address_is_corrected(desk: Callable[..., Desk], opened: int) -> None:
    """The number stays, the search follows, and the day before shows the old address."""
    location = account_summary(opened, MAY).location
    later = desk("maria", date(2026, 12, 1))
    wanted = dataclasses.replace(ALDER, street="Elder Ct")
    assert change_location(later, location.location_id, wanted, version=1) == 2
    assert [hit.address for hit in search("418 elder")] == ["418 Elder Ct Unit B"]
    assert search("alder") == ()
    assert account_summary(opened, MAY).location.address == "418 Alder Ct Unit B"
    with pytest.raises(Refused):
        change_location(later, location.location_id, wanted, version=2)
    with pytest.raises(StaleEdit, match="street"):
        change_location(later, location.location_id, ALDER, version=1)
    all_hold()


def test_an_attribute_changes_from_a_day_on(desk: Callable[..., Desk], opened: int) -> None:
    """The old value stays in force until the day before."""
    location = account_summary(opened, MAY).location.location_id
    change_location_attributes(desk("maria"), location, {"zone": "B"}, from_day=MAY, version=1)
    spans = location_attributes(location)
    assert in_force(spans, MAY - timedelta(days=1))["zone"] == "A"
    assert in_force(spans, MAY)["zone"] == "B"
    assert last_entry()["before"] == {"version": 1, "zone": "A"}
    with pytest.raises(StaleEdit, match="zone"):
        change_location_attributes(desk("maria"), location, {"zone": "C"}, from_day=MAY, version=1)
    with pytest.raises(Refused):
        change_location_attributes(desk("maria"), location, {"zone": "B"}, from_day=MAY, version=2)
    with pytest.raises(InvalidEntry):
        change_location_attributes(desk("maria"), location, {"carts": "1"}, from_day=MAY, version=2)


changes = st.lists(
    st.tuples(st.integers(0, 60), st.sampled_from(["A", "B", "C", "D"])), min_size=1, max_size=8
)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(changes)
def test_attribute_rows_never_overlap(
    office: Office, desk: Callable[..., Desk], plan: list[tuple[int, str]]
) -> None:
    """Changes entered in any order leave one value for each day."""
    assert office.mode == "training"
    maria = desk("maria")
    row = Location.create(
        number=str(90_000 + Location.select().count()),
        house="1",
        street="Elm",
        city="Sierra Vista",
        zip="93001",
    )
    model: dict[date, str] = {}
    version = 1
    for count, value in plan:
        day = DAY + timedelta(days=count)
        try:
            version = change_location_attributes(
                maria, int(row.id), {"zone": value}, from_day=day, version=version
            )
        except Refused:
            continue
        model[day] = value
    spans = location_attributes(int(row.id))
    for count in range(61):
        day = DAY + timedelta(days=count)
        starts = [start for start in model if start <= day]
        expected = {"zone": model[max(starts)]} if starts else {}
        assert in_force(spans, day) == expected
        assert sum(span.covers(day) for span in spans) == len(expected)
    all_hold()


def test_a_service_attribute_changes(desk: Callable[..., Desk], opened: int) -> None:
    """A second cart counts from its day on."""
    refuse = service_lines(opened, MAY)[1].service_id
    change_service_attributes(desk("maria"), refuse, {"carts": "2"}, from_day=MAY, version=1)
    assert service_lines(opened, date(2026, 4, 30))[1].description == "1 x 96 gal"
    assert service_lines(opened, MAY)[1].description == "2 x 96 gal"
    all_hold()


def test_a_service_goes_on_under_new_terms(desk: Callable[..., Desk], opened: int) -> None:
    """The old row ends the day before; attributes go on; no day is without or twice."""
    refuse = service_lines(opened, MAY)[1]
    changed = change_service(
        desk("luis"),
        refuse.service_id,
        schedule="R-2",
        rate_class="MFR",
        billing_hold=False,
        from_day=MAY,
        version=1,
    )
    assert changed != refuse.service_id
    before, after = service_lines(opened, date(2026, 4, 30))[1], service_lines(opened, MAY)[1]
    assert (before.schedule, after.schedule, after.rate_class) == ("R", "R-2", "MFR")
    assert after.attributes == {"cart_size": "96", "carts": "1"}
    all_hold()


def test_a_hold_does_not_split_a_service(desk: Callable[..., Desk], opened: int) -> None:
    """A change of the hold alone keeps the row."""
    water = service_lines(opened, MAY)[0]
    same = change_service(
        desk("maria"),
        water.service_id,
        schedule=water.schedule,
        rate_class=water.rate_class,
        billing_hold=True,
        from_day=MAY,
        version=1,
    )
    assert same == water.service_id
    assert Service.select().count() == 2
    assert service_lines(opened, MAY)[0].billing_hold


def test_a_service_cannot_change_before_it_began(desk: Callable[..., Desk], opened: int) -> None:
    """The day must be one of the service's."""
    water = service_lines(opened, MAY)[0]
    with pytest.raises(InvalidEntry) as refusal:
        change_service(
            desk("luis"),
            water.service_id,
            schedule="X",
            rate_class="Y",
            billing_hold=False,
            from_day=date(2026, 2, 1),
            version=1,
        )
    assert refusal.value.field == "from_day"


def test_flags_expire_by_default(desk: Callable[..., Desk], opened: int) -> None:
    """A flag without a last day ends after its kind's usual days, and is seen only until then."""
    maria = desk("maria")
    add_flag(maria, opened, FlagKind.HOLD_PENALTY, "Disputed bill", from_day=MAY)
    last = MAY + timedelta(days=DAYS[FlagKind.HOLD_PENALTY])
    assert [flag.kind for flag in account_summary(opened, last).flags] == [FlagKind.HOLD_PENALTY]
    assert account_summary(opened, last + timedelta(days=1)).flags == ()
    assert account_summary(opened, MAY - timedelta(days=1)).flags == ()
    with pytest.raises(Refused, match="already"):
        add_flag(maria, opened, FlagKind.HOLD_PENALTY, "Again", from_day=last)
    add_flag(maria, opened, FlagKind.INTERPRETER, "Spanish", open_ended=True)
    assert AccountFlag.get(AccountFlag.kind == FlagKind.INTERPRETER.value).to_day is None


def test_every_kind_of_flag_has_an_end() -> None:
    """No kind was left out of the defaults."""
    assert set(DAYS) == set(FlagKind)


def test_a_flag_is_ended_early(desk: Callable[..., Desk], opened: int) -> None:
    """Ending keeps the row with its new last day; it cannot end before it began."""
    maria = desk("maria")
    flag = add_flag(maria, opened, FlagKind.NO_SHUTOFF, "Certificate", proof="DOC-1", from_day=MAY)
    with pytest.raises(InvalidEntry):
        end_flag(maria, flag, to_day=date(2026, 4, 30))
    end_flag(maria, flag, to_day=date(2026, 5, 10), why="Moved")
    assert account_summary(opened, date(2026, 5, 11)).flags == ()
    with pytest.raises(Refused):
        end_flag(maria, flag, to_day=date(2026, 5, 20))
    with pytest.raises(InvalidEntry):
        add_flag(maria, opened, FlagKind.SENIOR, " ")


def test_bills_go_elsewhere_from_a_day_on(desk: Callable[..., Desk], opened: int) -> None:
    """Until the day before they go to the service address."""
    lines = ("PO Box 77", "Ventura CA 93002")
    change_mailing_address(desk("maria"), opened, lines, "93002-0077", from_day=MAY, version=1)
    june = date(2026, 6, 1)
    change_mailing_address(desk("maria"), opened, lines[1:], "93002", from_day=june, version=2)
    assert account_summary(opened, date(2026, 4, 30)).mailing_lines[0] == "418 Alder Ct Unit B"
    assert account_summary(opened, MAY).mailing_lines == lines
    assert account_summary(opened, MAY).mailing_zip == "930020077"
    assert account_summary(opened, june).mailing_lines == lines[1:]
    with pytest.raises(BillingError):
        change_mailing_address(desk("maria"), opened, (), "93002", from_day=june, version=3)
    all_hold()


def test_notes_come_by_page_and_never_change(desk: Callable[..., Desk], opened: int) -> None:
    """Newest first, twenty at a time; sticky ones stay in sight."""
    maria = desk("maria")
    for number in range(25):
        add_note(maria, opened, f"Call {number}", sticky=number == 3)
    first = notes_of(opened)
    second = notes_of(opened, before=first[-1].note_id)
    assert [note.text for note in first][:2] == ["Call 24", "Call 23"]
    assert len(first) + len(second) == 25
    assert [note.text for note in account_summary(opened, MAY).sticky_notes] == ["Call 3"]
    with pytest.raises(Exception, match="never changed"):
        Note.update(text="x").execute()
    with pytest.raises(InvalidEntry):
        add_note(maria, opened, "bell \x07")
