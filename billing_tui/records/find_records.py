"""What a clerk may key where one record is wanted: an account, a place, a customer, a meter.

Each kind has one function that gives what fits, exact numbers alone and first. The entry fields
take what is alone and list the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import BillingError
from billing_tui.records.account_number import names_one_account
from billing_tui.records.address import street_line
from billing_tui.records.kinds import MeterStatus
from billing_tui.records.lookup import find_account
from billing_tui.records.search import Hit, hits_of, search

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

FREE = (MeterStatus.STOCK, MeterStatus.REMOVED)
"""What a meter is that can be put in."""
MOST_FOUND = 50
"""Records that one list shows; more letters narrow it down."""

_TOP = "\U0010ffff"
_PLACE = """
SELECT l.id, l.number, l.house, l.street, l.unit, COALESCE((
 SELECT c.name FROM account a JOIN customer c ON c.id = a.customer_id
 WHERE a.location_id = l.id AND a.closed IS NULL ORDER BY a.opened DESC, a.id DESC LIMIT 1), '')
FROM location l WHERE
"""
_CUSTOMER = """
SELECT c.id, c.number, c.name, COALESCE((
 SELECT p.digits FROM phone p WHERE p.customer_id = c.id ORDER BY p.id LIMIT 1), ''),
 l.house, l.street, l.unit
FROM customer c LEFT JOIN location l ON l.id = (
 SELECT a.location_id FROM account a WHERE a.customer_id = c.id
 ORDER BY a.closed IS NOT NULL, a.opened DESC, a.id DESC LIMIT 1)
WHERE
"""
_HOLDS = """
SELECT id FROM account WHERE customer_id = ? AND closed IS NULL AND status IN ('Active', 'Pending')
ORDER BY opened, id LIMIT ?
"""
_METER = """
SELECT m.id, m.number, m.size, m.status, p.kind, l.house, l.street, l.unit FROM meter m
LEFT JOIN meter_installation i ON i.meter_id = m.id AND i.to_day IS NULL
LEFT JOIN service_point p ON p.id = i.service_point_id LEFT JOIN location l ON l.id = p.location_id
WHERE
"""


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """A location: its row, number, address in one line, and who holds it now ("" if nobody)."""

    location_id: int
    number: str
    address: str
    holder: str


@dataclass(frozen=True, slots=True)
class FoundCustomer:
    """A customer: row, number, name as it sorts, digits of the first phone, address.

    The address is that of the newest account, of one that is open where one is; "" without any.
    """

    customer_id: int
    number: str
    name: str
    phone: str
    address: str


@dataclass(frozen=True, slots=True)
class FoundMeter:
    """A meter: row, number, size, status, what it measures and at which address ("" if nowhere)."""

    meter_id: int
    number: str
    size: str
    status: str
    kind: str
    address: str


def accounts_for(keyed: str) -> tuple[Hit, ...]:
    """Accounts that fit a number, a name, an address, a phone or a meter; a number is alone."""
    try:
        return hits_of([find_account(keyed)])
    except BillingError:
        return search(keyed) if keyed.strip() and not names_one_account(keyed) else ()


def places_for(keyed: str) -> tuple[FoundPlace, ...]:
    """Places that fit a location or account number, or an address; also those nobody ever held.

    A house number with the beginning of its street is meant as that: what fits it is alone.
    """
    keyed = keyed.strip()
    exact = _places("l.number = ?", [keyed])
    if exact or not keyed:
        return exact
    house, _, street = keyed.partition(" ")
    street = street.strip().title()
    by_address = (
        _places("l.house = ? AND l.street >= ? AND l.street <= ?", [house, street, street + _TOP])
        if street
        else ()
    )
    if by_address:
        return by_address
    return _places_of_accounts(hit.account_id for hit in accounts_for(keyed))


def _places(condition: str, parameters: list[str | int]) -> tuple[FoundPlace, ...]:
    sql = f"{_PLACE} {condition} ORDER BY l.street, l.house, l.id LIMIT ?"
    rows = rows_of(sql, (*parameters, MOST_FOUND))
    return tuple(FoundPlace(row[0], row[1], street_line(*row[2:5]), row[5]) for row in rows)


def _places_of_accounts(ids: Iterable[int]) -> tuple[FoundPlace, ...]:
    wanted: list[str | int] = [*ids]
    marks = ", ".join("?" * len(wanted))
    condition = f"l.id IN (SELECT location_id FROM account WHERE id IN ({marks}))"
    return _places(condition, wanted) if wanted else ()


def customers_for(keyed: str) -> tuple[FoundCustomer, ...]:
    """Customers that fit a number or the beginning of a name, and those of the accounts found.

    The number of a customer who was merged finds the one who stays (CUS-9).
    """
    keyed = keyed.strip()
    stays = "c.id = (SELECT coalesce(merged_into_id, id) FROM customer WHERE number = ?)"
    exact = _customers(stays, [keyed.upper()])
    if exact or not keyed:
        return exact
    name = keyed[0].upper() + keyed[1:]
    named = "c.merged_into_id IS NULL AND c.name >= ? AND c.name <= ?"
    by_name = _customers(named, [name, name + _TOP])
    ids: list[str | int] = [hit.account_id for hit in accounts_for(keyed)]
    marks = ", ".join("?" * len(ids))
    of_accounts = f"c.id IN (SELECT customer_id FROM account WHERE id IN ({marks}))"
    by_account = _customers(of_accounts, ids) if ids else ()
    return tuple(dict.fromkeys((*by_name, *by_account)))[:MOST_FOUND]


def _customers(condition: str, parameters: list[str | int]) -> tuple[FoundCustomer, ...]:
    sql = f"{_CUSTOMER} {condition} ORDER BY c.name, c.id LIMIT ?"
    return tuple(
        FoundCustomer(row[0], row[1], row[2], row[3], street_line(*row[4:]) if row[5] else "")
        for row in rows_of(sql, (*parameters, MOST_FOUND))
    )


def accounts_held(customer_id: int, *, limit: int = MOST_FOUND) -> tuple[Hit, ...]:
    """The accounts that a customer holds now, the oldest first."""
    return hits_of([row[0] for row in rows_of(_HOLDS, (customer_id, limit))])


def meters_for(keyed: str) -> tuple[FoundMeter, ...]:
    """Meters whose number is what was keyed or begins with it, and those at the places found."""
    keyed = keyed.strip()
    if not keyed:
        return ()
    exact = _meters("m.number = ?", [keyed])
    if exact:
        return exact
    by_number = _meters("m.number >= ? AND m.number <= ?", [keyed, keyed + _TOP])
    places: list[str | int] = [found.location_id for found in places_for(keyed)]
    marks = ", ".join("?" * len(places))
    there = _meters(f"l.id IN ({marks})", places) if places else ()
    return tuple(dict.fromkeys((*by_number, *there)))[:MOST_FOUND]


def free_meters(*, after: str, limit: int) -> tuple[FoundMeter, ...]:
    """Meters that stand nowhere and can be put in, by number; `after` that of the page before."""
    condition = "m.number > ? AND m.status IN (?, ?)"
    return _meters(condition, [after, *(status.value for status in FREE)], limit)


def _meters(
    condition: str, parameters: Sequence[str | int], limit: int = MOST_FOUND
) -> tuple[FoundMeter, ...]:
    rows = rows_of(f"{_METER} {condition} ORDER BY m.number LIMIT ?", (*parameters, limit))
    return tuple(
        FoundMeter(
            row[0], row[1], row[2], row[3], row[4] or "", street_line(*row[5:8]) if row[5] else ""
        )
        for row in rows
    )
