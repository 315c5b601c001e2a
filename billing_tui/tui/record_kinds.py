"""Entry fields that take a record: an account, a place, a customer, a meter.

A number is taken as it is; words are searched for, and what is alone is taken. F4 or `?` lists what
fits what was keyed so far. The name or address stands beside the field at once; the field's value
is the found record, a frozen value with its row id.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from billing_tui.foundation.errors import InvalidEntry, NotFound
from billing_tui.records.address import phone_text
from billing_tui.records.find_records import (
    FREE,
    MOST_FOUND,
    FoundCustomer,
    FoundMeter,
    FoundPlace,
    accounts_for,
    customers_for,
    free_meters,
    meters_for,
    places_for,
)
from billing_tui.records.near_meters import no_such_meter
from billing_tui.records.vacant_places import VacantPlace, vacant_places
from billing_tui.tui.kinds import Choice, Kind, Taken
from billing_tui.tui.pages import Onward
from billing_tui.tui.shown import day_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from billing_tui.records.search import Hit

R = TypeVar("R")


def one_of_found(
    width: int,
    find: Callable[[str], Sequence[R]],
    shown: Callable[[R], Choice],
    noun: str,
    help_: str,
) -> Kind:
    """A field that takes one record.

    Args:
        width: of the field, in cells.
        find: the records that fit a text.
        shown: a record's number, which then stands in the field, and the echo beside it.
        noun: what it is, for refusals.
        help_: the field's sentence.
    """

    def read(entry: str) -> Taken:
        if not entry.strip():
            raise InvalidEntry(f"Which {noun}? {help_}", code="ENTRY-MISSING")
        fitting = find(entry)
        if not fitting:
            raise NotFound(f"No {noun} fits {entry.strip()}; fewer letters may.")
        if len(fitting) > 1:
            some = f"{len(fitting)} or more" if len(fitting) >= MOST_FOUND else str(len(fitting))
            raise InvalidEntry(f"{some} {noun}s fit; F4 lists them.", code="ENTRY-SEVERAL")
        one = shown(fitting[0])
        return Taken(fitting[0], one.code, one.meaning)

    def choices(entry: str) -> Sequence[Choice]:
        return [shown(one) for one in find(entry)]

    return Kind(width, read, help_, choices=choices)


def or_new(kind: Kind, meaning: str, sentence: str) -> Kind:
    """The same field where NEW is taken too, with None as its value.

    F4 lists NEW behind the records that fit what was keyed: who takes the first row takes one of
    them, and no twin is made. Where nothing was keyed NEW comes first.
    """
    new = Choice("NEW", meaning)

    def read(entry: str) -> Taken:
        if entry.strip().upper() == new.code:
            return Taken(None, new.code, meaning)
        return kind.read(entry)

    def choices(entry: str) -> Sequence[Choice]:
        known = kind.choices(entry) if kind.choices else ()
        return [*known, new] if entry.strip() else [new, *known]

    return replace(kind, read=read, help=sentence, choices=choices)


def _account(hit: Hit) -> Choice:
    return Choice(hit.number, f"{hit.name}, {hit.address} ({hit.status.value})")


def account(width: int = 24) -> Kind:
    """An account; the value is a `records.search.Hit`."""
    sentence = "An account's number, or a name, address, phone or meter."
    return one_of_found(width, accounts_for, _account, "account", sentence)


def _place(place: FoundPlace) -> Choice:
    holder = f", held by {place.holder}" if place.holder else ", nobody there"
    return Choice(place.number, place.address + holder)


def place(width: int = 24) -> Kind:
    """A location; the value is a `FoundPlace`."""
    sentence = "A location's number, an address such as 418 Alder, or an account there."
    return one_of_found(width, places_for, _place, "place", sentence)


def _vacant(place: VacantPlace) -> Choice:
    since = f"empty since {day_text(place.since)}" if place.since else "nobody yet"
    return Choice(place.number, f"{place.address}, {since}")


def place_to_come_to() -> Kind:
    """A location for somebody who comes; F4 lists those that are vacant first."""
    plain = place()

    def fetch(last: Choice | None, limit: int) -> Sequence[Choice]:
        found = vacant_places(after=last.code if last else "", limit=limit)
        return [_vacant(one) for one in found]

    def choices(keyed: str) -> Sequence[Choice]:
        empty = [_vacant(one) for one in vacant_places(keyed, limit=MOST_FOUND)]
        shown = {one.code for one in empty}
        others = [_place(one) for one in places_for(keyed)]
        return [*empty, *(one for one in others if one.code not in shown)]

    return replace(
        plain,
        help=f"{plain.help} F4 lists vacant ones.",
        choices=choices,
        pages=lambda: Onward(fetch, lambda one: one.code),
    )


def _customer(customer: FoundCustomer) -> Choice:
    phone = phone_text(customer.phone) if customer.phone else ""
    known = (customer.name, customer.address, phone)
    return Choice(customer.number, ", ".join(filter(None, known)))


def customer(width: int = 24) -> Kind:
    """A customer; the value is a `FoundCustomer`."""
    sentence = "A customer's number, the beginning of a name, or one of the accounts."
    return one_of_found(width, customers_for, _customer, "customer", sentence)


def _meter(meter: FoundMeter) -> Choice:
    if not meter.address:
        return Choice(meter.number, f"{meter.size} {meter.status.lower()}")
    return Choice(meter.number, f"{meter.kind.capitalize()} {meter.size}, {meter.address}")


def meter(width: int = 24) -> Kind:
    """A meter; the value is a `FoundMeter`."""
    sentence = "A meter's number or its beginning, or an account or address where it stands."
    plain = one_of_found(width, meters_for, _meter, "meter", sentence)

    def read(entry: str) -> Taken:
        try:
            return plain.read(entry)
        except NotFound:
            for one in places_for(entry)[:1]:
                raise NotFound(f"No meter is in place at {one.number} {one.address}.") from None
            raise

    return replace(plain, read=read)


def meter_to_put_in() -> Kind:
    """A meter that stands nowhere, or the number of a new one.

    The value is a `FoundMeter`, or the number. One that the office does not have is refused the
    first time, so that a slip makes no meter; the same number again is taken.
    """
    plain, asked = meter(), ""

    def read(entry: str) -> Taken:
        nonlocal asked
        keyed = entry.strip().upper()
        known = next((one for one in meters_for(keyed) if one.number.upper() == keyed), None)
        if known is not None and known.status not in FREE:
            where = f" at {known.address}" if known.address else ""
            raise InvalidEntry(f"Meter {keyed} is {known.status.lower()}{where}.")
        if known is not None:
            return Taken(known, known.number, _meter(known).meaning)
        if not keyed:
            raise InvalidEntry("Which meter? Key its number.", code="ENTRY-MISSING")
        if keyed != asked:
            asked = keyed
            raise InvalidEntry(f"{no_such_meter(keyed)}; Enter again makes a new one.")
        return Taken(keyed, keyed, "a new meter")

    def fetch(last: Choice | None, limit: int) -> Sequence[Choice]:
        found = free_meters(after=last.code if last else "", limit=limit)
        return [_meter(one) for one in found]

    return replace(
        plain,
        read=read,
        help="The number of a meter in stock, or of a new one; F4 lists those in stock.",
        choices=lambda keyed: [_meter(one) for one in meters_for(keyed) if one.status in FREE],
        pages=lambda: Onward(fetch, lambda one: one.code),
    )
