"""What must always be true of the records. The first group keeps anybody from staying unbilled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import BillingError
from billing_tui.foundation.invariant import Invariant, never
from billing_tui.records.account_number import parse_account_number
from billing_tui.records.attributes import LivesAt, canonical
from billing_tui.records.search_index import not_indexed

if TYPE_CHECKING:
    from collections.abc import Iterator

_SERVED = "('Active', 'Final pending')"


def _overlaps(
    identifier: str, says: str, table: str, owner: str, what: str, *, apart: str = "<="
) -> Invariant:
    """No two rows of `table` with the same owner columns share a day; or, with "<", more than one.

    A meter is taken out and another put in on one day, so installations may share that day.
    """
    same = " AND ".join(f"a.{column} = b.{column}" for column in owner.split())
    first = owner.split(maxsplit=1)[0]
    sql = (
        f"SELECT a.{first}, a.from_day, b.from_day FROM {table} a JOIN {table} b"
        f" ON {same} AND a.id < b.id"
        f" AND a.from_day {apart} coalesce(b.to_day, '9999-12-31')"
        f" AND b.from_day {apart} coalesce(a.to_day, '9999-12-31')"
    )
    return never(identifier, says, sql, f"{what} {{0}}: the rows from {{1}} and {{2}} overlap")


def _ends_before_it_begins(table: str) -> Invariant:
    return never(
        f"RECORDS-{table.upper().replace('_', '-')}-ENDS",
        f"A row of {table} ends no sooner than it begins.",
        f"SELECT id, from_day, to_day FROM {table} WHERE to_day < from_day",
        f"{table} row {{0}} runs from {{1}} to {{2}}",
    )


def _bad_numbers() -> Iterator[str]:
    rows = rows_of(
        "SELECT a.number, l.number FROM account a JOIN location l ON l.id = a.location_id"
    )
    for number, location in rows:
        try:
            parsed = parse_account_number(number)
        except BillingError as error:
            yield f"account {number}: {error.sentence}"
            continue
        if str(parsed) != number or str(parsed.location) != location:
            yield f"account {number} is at location {location}"


def _bad_attributes() -> Iterator[str]:
    for home in (LivesAt.LOCATION, LivesAt.SERVICE):
        rows = rows_of(f"SELECT DISTINCT name, value FROM {home}_attribute ORDER BY name, value")
        for name, value in rows:
            try:
                kept = canonical(name, value, home)
            except BillingError as error:
                yield f"{home} attribute {name}: {error.sentence}"
                continue
            if kept != value:
                yield f"{home} attribute {name} is kept as {value!r} instead of {kept!r}"


INVARIANTS: tuple[Invariant, ...] = (
    never(
        "RECORDS-ACCOUNT-SERVICE",
        "Every account that is served has a service.",
        "SELECT a.number FROM account a"
        f" WHERE a.status IN {_SERVED}"
        " AND NOT EXISTS (SELECT 1 FROM service s WHERE s.account_id = a.id)",
        "account {0} has no service and would never be billed",
    ),
    never(
        "RECORDS-ACCOUNT-CYCLE",
        "Every account has a cycle that exists.",
        "SELECT a.number FROM account a LEFT JOIN cycle c ON c.id = a.cycle_id WHERE c.id IS NULL",
        "account {0} has no cycle and would never be billed",
    ),
    never(
        "RECORDS-SERVICE-TERMS",
        "Every service has a schedule and a class.",
        "SELECT a.number, s.kind FROM service s JOIN account a ON a.id = s.account_id"
        " WHERE s.schedule = '' OR s.rate_class = ''",
        "account {0}: the {1} service has no schedule or class",
    ),
    never(
        "RECORDS-SERVICE-PLACE",
        "A service is taken at a point of the account's location, of the same kind.",
        "SELECT a.number, s.kind FROM service s JOIN account a ON a.id = s.account_id"
        " JOIN service_point p ON p.id = s.service_point_id"
        " WHERE p.location_id <> a.location_id OR p.kind <> s.kind",
        "account {0}: the {1} service is at another location or another kind of point",
    ),
    never(
        "RECORDS-POINT-ROUTE",
        "Every metered point that is in use has a route and a sequence.",
        "SELECT l.number, p.kind FROM service_point p JOIN location l ON l.id = p.location_id"
        " WHERE p.metered = 1 AND p.status IN ('Active', 'Off')"
        " AND (p.route_id IS NULL OR p.sequence IS NULL)"
        " AND EXISTS (SELECT 1 FROM service s WHERE s.service_point_id = p.id"
        "             AND s.to_day IS NULL)",
        "location {0}: the {1} point is on no route and would never be read",
    ),
    never(
        "RECORDS-POINT-METER",
        "Every metered point that is in use has a meter.",
        "SELECT l.number, p.kind FROM service_point p JOIN location l ON l.id = p.location_id"
        " WHERE p.metered = 1 AND p.status IN ('Active', 'Off')"
        " AND EXISTS (SELECT 1 FROM service s WHERE s.service_point_id = p.id"
        "             AND s.to_day IS NULL)"
        " AND NOT EXISTS (SELECT 1 FROM meter_installation i"
        "                 WHERE i.service_point_id = p.id AND i.to_day IS NULL)",
        "location {0}: the {1} point has no meter",
    ),
    never(
        "RECORDS-ROUTE-CYCLE",
        "A metered point is read with the cycle that its account is billed with.",
        "SELECT a.number, r.code FROM service s JOIN account a ON a.id = s.account_id"
        " JOIN service_point p ON p.id = s.service_point_id JOIN route r ON r.id = p.route_id"
        " WHERE s.to_day IS NULL AND p.metered = 1 AND r.cycle_id <> a.cycle_id",
        "account {0} is read on route {1} of another cycle",
    ),
    never(
        "RECORDS-METER-STATUS",
        "A meter is called installed exactly while it is installed.",
        "SELECT m.number, m.status FROM meter m WHERE (m.status = 'Installed') <> EXISTS"
        " (SELECT 1 FROM meter_installation i WHERE i.meter_id = m.id AND i.to_day IS NULL)",
        "meter {0} is called {1}",
    ),
    _overlaps(
        "RECORDS-POINT-ONCE",
        "A service point is taken by one account at a time.",
        "service",
        "service_point_id",
        "service point row",
    ),
    _overlaps(
        "RECORDS-METER-ONCE",
        "A meter is in one place at a time.",
        "meter_installation",
        "meter_id",
        "meter row",
        apart="<",
    ),
    _overlaps(
        "RECORDS-POINT-METER-ONCE",
        "A service point has one meter at a time.",
        "meter_installation",
        "service_point_id",
        "service point row",
        apart="<",
    ),
    _overlaps(
        "RECORDS-LOCATION-ATTRIBUTES",
        "An attribute of a location has one value at a time.",
        "location_attribute",
        "location_id name",
        "location row",
    ),
    _overlaps(
        "RECORDS-SERVICE-ATTRIBUTES",
        "An attribute of a service has one value at a time.",
        "service_attribute",
        "service_id name",
        "service row",
    ),
    _overlaps(
        "RECORDS-MAILING",
        "Bills of an account go to one address at a time.",
        "mailing_address",
        "account_id",
        "account row",
    ),
    *(
        _ends_before_it_begins(table)
        for table in (
            "service",
            "meter_installation",
            "location_attribute",
            "service_attribute",
            "mailing_address",
            "account_flag",
        )
    ),
    Invariant(
        "RECORDS-NUMBER", "An account's number is its location's and an occupant's.", _bad_numbers
    ),
    Invariant(
        "RECORDS-ATTRIBUTES", "Every attribute's value is one that rates can read.", _bad_attributes
    ),
    Invariant("RECORDS-SEARCH", "Every account is found by the words of its records.", not_indexed),
)
