"""The record as of a day, and what differs between two days."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import TYPE_CHECKING

import pytest
from records_city import ROSA, form, ready

from billing_tui.foundation.errors import NotFound
from billing_tui.records.account_flags import add_flag
from billing_tui.records.change_attribute import (
    change_location_attributes,
    change_service_attributes,
)
from billing_tui.records.change_customer import change_customer
from billing_tui.records.change_mailing_address import (
    change_mailing_address,
    mail_to_service_address,
)
from billing_tui.records.change_service import change_service
from billing_tui.records.difference import attribute_words, difference, facts_on
from billing_tui.records.kinds import FlagKind
from billing_tui.records.lookup import account_summary
from billing_tui.records.open_account import open_account
from billing_tui.records.tables import MailingAddress

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_tui.access.desk import Desk

BEFORE, MAY, AFTER = date(2026, 4, 30), date(2026, 5, 1), date(2026, 12, 15)


@pytest.fixture
def opened(desk: Callable[..., Desk]) -> int:
    """Rosa's account, open since March."""
    maria = desk("maria")
    return open_account(maria, form(ready(maria))).account_id


def test_every_kind_of_change_is_told(desk: Callable[..., Desk], opened: int) -> None:
    """Customer, mailing, flag, place, terms and attributes, in the order of the records."""
    later = desk("maria", date(2026, 12, 1))
    summary = account_summary(opened, MAY)
    renamed = dataclasses.replace(ROSA, name="Brandt, Rosa M", phones=("8055550177",))
    change_customer(later, summary.customer.customer_id, renamed, version=1)
    change_mailing_address(
        later, opened, ("PO Box 77", "Ventura CA 93002"), "93002", from_day=MAY, version=1
    )
    add_flag(later, opened, FlagKind.SENIOR, "65", from_day=MAY, to_day=date(2027, 4, 30))
    place = summary.location
    change_location_attributes(
        later, place.location_id, {"zone": "B"}, from_day=MAY, version=place.version
    )
    refuse = summary.services[1]
    change_service_attributes(
        later, refuse.service_id, {"carts": "2", "cart_size": "64"}, from_day=MAY, version=2
    )
    change_service(
        desk("luis", date(2026, 12, 1)), refuse.service_id, schedule="R", rate_class="MFR",
        billing_hold=False, from_day=MAY, version=3,
    )  # fmt: skip
    found = difference(opened, AFTER, BEFORE)
    assert (found.number, found.first, found.last) == ("10001-01", BEFORE, AFTER)
    assert [tuple(line) for line in found.lines] == [
        ("Customer", "Name", "Delgado, Rosa M", "Brandt, Rosa M"),
        ("Customer", "Printed name", "Rosa M Delgado", "Rosa M Brandt"),
        ("Customer", "Phones", "(805) 555-0134 home", "(805) 555-0177 home"),
        ("Mailing", "Line 1", "418 Alder Ct Unit B", "PO Box 77"),
        ("Mailing", "Line 2", "Sierra Vista CA 93001-1234", "Ventura CA 93002"),
        ("Flag", "Senior", "", "to 04/30/27: 65"),
        ("Place", "Pressure zone", "A", "B"),
        ("Refuse", "Class", "SFR", "MFR"),
        ("Refuse", "Cart's size in gallons", "96", "64"),
        ("Refuse", "Number of carts", "1", "2"),
    ]
    assert found.same > 10


def test_two_equal_days_differ_in_nothing(opened: int) -> None:
    """A day against itself, and two days between which nothing was keyed."""
    assert difference(opened, MAY, MAY).lines == ()
    assert difference(opened, MAY, date(2026, 6, 1)).lines == ()


def test_before_the_account_was_open(opened: int) -> None:
    """It says so, and its services come with the opening."""
    facts = facts_on(opened, date(2026, 1, 31))
    assert [fact.value for fact in facts if fact.part == "Account"] == ["not open yet"]
    parts = {line.part for line in difference(opened, date(2026, 1, 31), MAY).lines}
    assert parts == {"Account", "Water", "Refuse"}
    with pytest.raises(NotFound):
        facts_on(999, MAY)


def test_bills_go_to_the_service_address_again(desk: Callable[..., Desk], opened: int) -> None:
    """From the day on; the same day takes it back without a trace but the trail's."""
    maria, june = desk("maria"), date(2026, 6, 1)
    box = ("PO Box 77", "Ventura CA 93002")
    change_mailing_address(maria, opened, box, "93002", from_day=MAY, version=1)
    assert mail_to_service_address(maria, opened, from_day=june, version=2, key="k") == 3
    assert mail_to_service_address(maria, opened, from_day=june, version=2, key="k") == 3
    assert account_summary(opened, date(2026, 5, 31)).mailing_lines == box
    assert account_summary(opened, june).mailing_lines[0] == "418 Alder Ct Unit B"
    change_mailing_address(maria, opened, box, "93002", from_day=AFTER, version=3)
    mail_to_service_address(maria, opened, from_day=AFTER, version=4)
    assert MailingAddress.select().count() == 1


def test_attributes_have_words() -> None:
    """A known one in the words of its registry, another with its name."""
    assert attribute_words("zone") == "Pressure zone"
    assert attribute_words("old_thing") == "Old thing"
