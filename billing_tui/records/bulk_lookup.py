"""Records of many accounts at once, for reading and billing: a few queries for 500 accounts.

Each function takes account ids and gives plain tuples by account, service or service point.
`first` and `last` are days, both inclusive; a row counts when it is in force on any of them.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from billing_tui.foundation.bulk import rows_of
from billing_tui.records.address import city_line, street_line
from billing_tui.records.spans import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

CHUNK = 500
"""Account ids in one query."""


class AccountRow(NamedTuple):
    """An account with the names that a bill needs."""

    account_id: int
    number: str
    customer_id: int
    location_id: int
    cycle_id: int
    status: str
    opened: date
    closed: date | None
    name: str
    mailing_name: str
    service_address: str
    city_line: str


class ServiceRow(NamedTuple):
    """A service of an account at its service point."""

    service_id: int
    account_id: int
    service_point_id: int
    location_id: int
    kind: str
    schedule: str
    rate_class: str
    from_day: date
    to_day: date | None
    billing_hold: bool
    point_status: str
    metered: bool


class MeterRow(NamedTuple):
    """A meter's stay at a service point."""

    service_point_id: int
    meter_id: int
    number: str
    size: str
    dials: int
    unit: str
    multiplier_milli: int
    from_day: date
    first_reading: int
    to_day: date | None
    last_reading: int | None


class MailingRow(NamedTuple):
    """Where an account's bill goes: the name, then address lines; `zip` has 5, 9 or 11 digits."""

    name: str
    lines: tuple[str, ...]
    zip: str


class FlagRow(NamedTuple):
    """A flag of an account."""

    flag_id: int
    kind: str
    reason: str
    from_day: date
    to_day: date | None
    staff: str
    proof: str
    review_day: date | None


def day_of(text: str) -> date:
    """A day as it stands in the database."""
    return date.fromisoformat(text)


def day_or_none(text: str | None) -> date | None:
    """A day as it stands in the database, or none."""
    return None if text is None else date.fromisoformat(text)


def _rows(sql: str, ids: Sequence[int], *others: Any) -> Iterator[tuple[Any, ...]]:
    """Rows of `sql` for ids in chunks; `{marks}` takes the ids, other parameters follow them."""
    for start in range(0, len(ids), CHUNK):
        part = ids[start : start + CHUNK]
        yield from rows_of(sql.format(marks=", ".join("?" * len(part))), (*part, *others))


_ACCOUNT = """
    SELECT a.id, a.number, a.customer_id, a.location_id, a.cycle_id, a.status, a.opened, a.closed,
           c.name, c.mailing_name, l.house, l.street, l.unit, l.city, l.state, l.zip
    FROM account a JOIN customer c ON c.id = a.customer_id JOIN location l ON l.id = a.location_id
"""


def _account(row: tuple[Any, ...]) -> AccountRow:
    days = date.fromisoformat(row[6]), day_or_none(row[7])
    lines = street_line(*row[10:13]), city_line(*row[13:16])
    return AccountRow._make((*row[:6], *days, *row[8:10], *lines))


def accounts(ids: Iterable[int]) -> dict[int, AccountRow]:
    """Accounts by id."""
    found = _rows(f"{_ACCOUNT} WHERE a.id IN ({{marks}})", list(ids))
    return {row[0]: _account(row) for row in found}


def accounts_of_cycle(
    cycle_id: int, statuses: Iterable[str], *, after: int = 0, most: int = CHUNK
) -> list[AccountRow]:
    """The next accounts of a cycle in those states, in order of id after `after`."""
    wanted = list(statuses)
    marks = ", ".join("?" * len(wanted))
    rows = rows_of(
        f"{_ACCOUNT} WHERE a.cycle_id = ? AND a.status IN ({marks}) AND a.id > ?"
        " ORDER BY a.id LIMIT ?",
        (cycle_id, *wanted, after, most),
    )
    return [_account(row) for row in rows]


def services_in_force(ids: Iterable[int], first: date, last: date) -> dict[int, list[ServiceRow]]:
    """By account id, the services in force on any of the days, in order of service id."""
    sql = """
        SELECT s.id, s.account_id, s.service_point_id, p.location_id, s.kind, s.schedule,
               s.rate_class, s.from_day, s.to_day, s.billing_hold, p.status, p.metered
        FROM service s JOIN service_point p ON p.id = s.service_point_id
        WHERE s.account_id IN ({marks}) AND s.from_day <= ? AND (s.to_day IS NULL OR s.to_day >= ?)
        ORDER BY s.account_id, s.id"""
    found: dict[int, list[ServiceRow]] = defaultdict(list)
    for row in _rows(sql, list(ids), last.isoformat(), first.isoformat()):
        found[row[1]].append(
            ServiceRow._make(
                (
                    *row[:7],
                    date.fromisoformat(row[7]),
                    day_or_none(row[8]),
                    bool(row[9]),
                    row[10],
                    bool(row[11]),
                )
            )
        )
    return dict(found)


def meters_in_force(ids: Iterable[int], first: date, last: date) -> dict[int, list[MeterRow]]:
    """By service point id, the meters there on any of the days, for the accounts' services."""
    sql = """
        SELECT DISTINCT i.service_point_id, m.id, m.number, m.size, m.dials, m.unit,
               m.multiplier_milli, i.from_day, i.first_reading, i.to_day, i.last_reading
        FROM service s JOIN meter_installation i ON i.service_point_id = s.service_point_id
        JOIN meter m ON m.id = i.meter_id
        WHERE s.account_id IN ({marks}) AND i.from_day <= ? AND (i.to_day IS NULL OR i.to_day >= ?)
        ORDER BY i.service_point_id, i.from_day"""
    found: dict[int, list[MeterRow]] = defaultdict(list)
    for row in _rows(sql, list(ids), last.isoformat(), first.isoformat()):
        found[row[0]].append(
            MeterRow._make(
                (*row[:7], date.fromisoformat(row[7]), row[8], day_or_none(row[9]), row[10])
            )
        )
    return dict(found)


def _spans(sql: str, ids: Sequence[int], first: date, last: date) -> dict[int, list[Span]]:
    found: dict[int, list[Span]] = defaultdict(list)
    for owner, name, value, start, end in _rows(sql, ids, last.isoformat(), first.isoformat()):
        found[owner].append(Span(name, value, date.fromisoformat(start), day_or_none(end)))
    return found


_IN_FORCE = "AND t.from_day <= ? AND (t.to_day IS NULL OR t.to_day >= ?)"
_OF_LOCATION = f"""
    SELECT a.id, t.name, t.value, t.from_day, t.to_day FROM account a
    JOIN location_attribute t ON t.location_id = a.location_id
    WHERE a.id IN ({{marks}}) {_IN_FORCE} ORDER BY a.id, t.name, t.from_day"""
_OF_SERVICE = f"""
    SELECT s.id, t.name, t.value, t.from_day, t.to_day FROM service s
    JOIN service_attribute t ON t.service_id = s.id
    WHERE s.account_id IN ({{marks}}) {_IN_FORCE} ORDER BY s.id, t.name, t.from_day"""
_OF_METER = f"""
    SELECT s.id, 'meter_size', m.size, t.from_day, t.to_day FROM service s
    JOIN meter_installation t ON t.service_point_id = s.service_point_id
    JOIN meter m ON m.id = t.meter_id
    WHERE s.account_id IN ({{marks}}) {_IN_FORCE} ORDER BY s.id, t.from_day"""


def attributes_in_force(ids: Iterable[int], first: date, last: date) -> dict[int, tuple[Span, ...]]:
    """By service id, all that its rates may depend on during the days.

    The location's attributes, the service's own and `meter_size`. Where the days hold a change,
    a name stands twice; `spans.stretches` cuts the days there.
    """
    wanted = list(ids)
    of_location = _spans(_OF_LOCATION, wanted, first, last)
    of_service = _spans(_OF_SERVICE, wanted, first, last)
    of_meter = _spans(_OF_METER, wanted, first, last)
    owners = _rows("SELECT id, account_id FROM service WHERE account_id IN ({marks})", wanted)
    return {
        service: (
            *of_location.get(account, ()),
            *of_service.get(service, ()),
            *of_meter.get(service, ()),
        )
        for service, account in owners
    }


def mailing_addresses(ids: Iterable[int], day: date) -> dict[int, MailingRow]:
    """By account id, where its bill goes on a day: the service address where none was given."""
    wanted = list(ids)
    found = {
        row[0]: MailingRow(row[9], (street_line(*row[10:13]), city_line(*row[13:16])), row[15])
        for row in _rows(f"{_ACCOUNT} WHERE a.id IN ({{marks}})", wanted)
    }
    sql = """
        SELECT account_id, lines, zip FROM mailing_address WHERE account_id IN ({marks})
        AND from_day <= ? AND (to_day IS NULL OR to_day >= ?)"""
    for account, lines, zip_code in _rows(sql, wanted, day.isoformat(), day.isoformat()):
        found[account] = MailingRow(found[account].name, tuple(lines.split("\n")), zip_code)
    return found


def flags_in_force(ids: Iterable[int], first: date, last: date) -> dict[int, list[FlagRow]]:
    """By account id, the flags in force on any of the days, oldest first."""
    sql = """
        SELECT f.account_id, f.id, f.kind, f.reason, f.from_day, f.to_day, m.username,
               f.proof, f.review_day
        FROM account_flag f JOIN staff_member m ON m.id = f.staff_id
        WHERE f.account_id IN ({marks}) AND f.from_day <= ? AND (f.to_day IS NULL OR f.to_day >= ?)
        ORDER BY f.account_id, f.from_day, f.id"""
    found: dict[int, list[FlagRow]] = defaultdict(list)
    for row in _rows(sql, list(ids), last.isoformat(), first.isoformat()):
        days = date.fromisoformat(row[4]), day_or_none(row[5])
        found[row[0]].append(FlagRow._make((*row[1:4], *days, *row[6:8], day_or_none(row[8]))))
    return dict(found)
