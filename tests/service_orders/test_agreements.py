"""Landlord agreements: those of a place and of an owner, entered and ended once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from moves import DAY, owner, place_of

from billing_tui.access.tables import AuditEntry
from billing_tui.records.address import street_line
from billing_tui.records.tables import Location
from billing_tui.service_orders.agreements import agreements_at, places_of_owner
from billing_tui.service_orders.landlord_agreement import agree_with_owner, end_agreement

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_tui.access.desk import Desk

FIRST = date(2026, 1, 1)
MAIL = ("PO Box 9", "Reno NV 89501")


def test_a_place_has_its_agreements_the_newest_first(
    desk: Callable[..., Desk], town: list[int]
) -> None:
    """Each with its owner, days and mail; the day after the last one another can begin."""
    maria, place, who = desk("maria"), place_of(town[0]), owner()
    first = agree_with_owner(
        maria, place, who, from_day=FIRST, mailing_lines=MAIL, mailing_zip="89501"
    )
    end_agreement(maria, first, last_day=date(2026, 9, 30))
    second = agree_with_owner(maria, place, who, from_day=date(2026, 10, 1))
    found = agreements_at(place)
    there = Location.get_by_id(place)

    assert [one.agreement_id for one in found] == [second, first]
    assert found[1].mailing_lines == MAIL
    assert (found[1].mailing_zip, found[0].mailing_lines) == ("89501", ())
    assert (found[0].from_day, found[0].to_day) == (date(2026, 10, 1), None)
    assert found[1].to_day == date(2026, 9, 30)
    assert (found[0].place, found[0].address) == (
        there.number,
        street_line(there.house, there.street, there.unit),
    )
    assert [one.covers(date(2026, 9, 30)) for one in found] == [False, True]
    assert [one.covers(date(2026, 10, 1)) for one in found] == [True, False]
    assert not any(one.covers(FIRST - timedelta(days=1)) for one in found)


def test_the_places_of_an_owner_are_those_that_still_count(
    desk: Callable[..., Desk], town: list[int]
) -> None:
    """What has ended is not among them; a list may be asked for in part."""
    maria, who = desk("maria"), owner()
    rows = [agree_with_owner(maria, place_of(account), who, from_day=FIRST) for account in town[:3]]
    end_agreement(maria, rows[0], last_day=DAY - timedelta(days=1))
    found = places_of_owner(who, DAY)

    assert {one.agreement_id for one in found} == set(rows[1:])
    assert [one.name for one in found] == [found[0].name] * 2
    assert len(places_of_owner(who, DAY, limit=1)) == 1
    assert len(places_of_owner(who, DAY - timedelta(days=1))) == 3
    assert places_of_owner(999_999, DAY) == []


def test_what_is_sent_twice_is_done_once(desk: Callable[..., Desk], town: list[int]) -> None:
    """The same key again gives the same row and no second entry of the trail."""
    maria, place, who = desk("maria"), place_of(town[0]), owner()
    rows = {agree_with_owner(maria, place, who, from_day=FIRST, key="k1") for _ in range(2)}
    (row,) = rows
    for _ in range(2):
        end_agreement(maria, row, last_day=DAY, key="k2")
    verbs = AuditEntry.select().where(AuditEntry.verb.contains("agree"))

    assert [one.to_day for one in agreements_at(place)] == [DAY]
    assert verbs.count() == 2
