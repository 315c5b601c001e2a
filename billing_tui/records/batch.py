"""Rows of many new accounts, gathered table by table and inserted together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from billing_tui.foundation.bulk import insert_rows, next_id, rows_of
from billing_tui.foundation.text import clean
from billing_tui.records import tables
from billing_tui.records.account_number import FIRST_LOCATION, AccountNumber
from billing_tui.records.attributes import LivesAt
from billing_tui.records.envelope import envelope_lines
from billing_tui.records.kinds import MeterStatus, PointStatus
from billing_tui.records.meter_sizes import meter_size
from billing_tui.records.new_records import (
    checked_attribute,
    phone_digits,
    printed_name,
    zip_digits,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from billing_tui.foundation.model import Table
    from billing_tui.records.bulk_set_up import NewAccount
    from billing_tui.records.new_records import NewCustomer, NewLocation, NewMeter, NewPoint

_COLUMNS: dict[type[Table], tuple[str, ...]] = {
    tables.Customer: (
        "id", "number", "kind", "name", "mailing_name", "email", "language", "version",
    ),
    tables.Phone: ("customer_id", "digits", "kind"),
    tables.Location: (
        "id", "number", "house", "street", "unit", "city", "state", "zip", "parcel", "version",
    ),
    tables.LocationAttribute: ("location_id", "name", "value", "from_day"),
    tables.ServicePoint: (
        "id", "location_id", "kind", "status", "metered", "route_id", "sequence", "reader_note",
    ),
    tables.Account: (
        "id", "number", "customer_id", "location_id", "cycle_id", "status", "opened",
        "legacy_number", "version",
    ),
    tables.MailingAddress: ("account_id", "lines", "zip", "from_day"),
    tables.AccountFlag: ("account_id", "kind", "reason", "from_day", "to_day", "staff_id"),
    tables.Service: (
        "id", "account_id", "service_point_id", "kind", "schedule", "rate_class", "from_day",
        "billing_hold",
    ),
    tables.ServiceAttribute: ("service_id", "name", "value", "from_day"),
    tables.Meter: (
        "id", "number", "make", "endpoint", "size", "dials", "unit", "multiplier_milli", "status",
        "version",
    ),
    tables.MeterInstallation: ("meter_id", "service_point_id", "from_day", "first_reading"),
}  # fmt: skip
_NUMBERED: tuple[type[Table], ...] = (
    tables.Customer,
    tables.Location,
    tables.ServicePoint,
    tables.Account,
    tables.Service,
    tables.Meter,
)


def customer_number(customer_id: int) -> str:
    """The number that a customer gets with its row."""
    return f"C{customer_id:07d}"


def next_location_number() -> int:
    """First free location number; only inside a write transaction."""
    rows = rows_of("SELECT max(CAST(number AS INTEGER)) FROM location")
    return max(FIRST_LOCATION, (rows[0][0] or 0) + 1)


class Batch:
    """Gathers rows of accounts that have been checked; `flush` inserts what was gathered.

    Attributes:
        account_ids: rows of the accounts so far.
        services: how many services so far.
        meters: how many meters so far.
    """

    def __init__(self, staff_id: int, cycles: Mapping[str, int], routes: Mapping[str, int]) -> None:
        self.account_ids: list[int] = []
        self.services = 0
        self.meters = 0
        self._staff_id = staff_id
        self._cycles = cycles
        self._routes = routes
        self._ids = {table: next_id(table) for table in _NUMBERED}
        self._location_number = next_location_number()
        self._customers: dict[int, tuple[NewCustomer, int]] = {}
        self._sequences: dict[int, int] = dict(
            rows_of(
                "SELECT route_id, coalesce(max(sequence), 0) FROM service_point"
                " WHERE route_id IS NOT NULL GROUP BY route_id"
            )
        )
        self._rows: dict[type[Table], list[tuple[Any, ...]]] = {table: [] for table in _COLUMNS}

    def flush(self) -> None:
        """Insert what was gathered, owners before what they own."""
        for table, rows in self._rows.items():
            if rows:
                insert_rows(table, _COLUMNS[table], rows)
                rows.clear()

    def add(self, row: NewAccount) -> int:
        """Gather the rows of one account; returns its location's number."""
        placed = (row.placed or row.opened).isoformat()
        opened = row.opened.isoformat()
        customer_id = self._customer(row.customer)
        location_id, number = self._location(row.location, placed)
        account_id = self._next(tables.Account)
        self.account_ids.append(account_id)
        self._rows[tables.Account].append(
            (
                account_id,
                str(AccountNumber(number, row.occupant)),
                customer_id,
                location_id,
                self._cycles[row.cycle],
                row.status.value,
                opened,
                clean(row.legacy_number),
                1,
            )
        )
        self._mail_and_flags(account_id, row, opened)
        for point in row.points:
            self._point(account_id, location_id, point, opened, placed)
        return number

    def _next(self, table: type[Table]) -> int:
        found = self._ids[table]
        self._ids[table] = found + 1
        return found

    def _customer(self, customer: NewCustomer) -> int:
        known = self._customers.get(id(customer))
        if known is not None:
            return known[1]
        row_id = self._next(tables.Customer)
        self._customers[id(customer)] = (customer, row_id)  # kept, so that its id stays its own
        name = clean(customer.name)
        self._rows[tables.Customer].append(
            (
                row_id,
                customer_number(row_id),
                customer.kind.value,
                name,
                clean(customer.mailing_name) or printed_name(name),
                clean(customer.email, most=254),
                clean(customer.language),
                1,
            )
        )
        self._rows[tables.Phone] += [
            (row_id, phone_digits(phone), "home") for phone in customer.phones
        ]
        return row_id

    def _location(self, place: NewLocation, from_day: str) -> tuple[int, int]:
        row_id = self._next(tables.Location)
        number = place.number
        if number is None:
            number = self._location_number
        self._location_number = max(self._location_number, number + 1)
        texts = (place.house, place.street, place.unit, place.city, place.state)
        self._rows[tables.Location].append(
            (
                row_id,
                str(number),
                *map(clean, texts),
                zip_digits(place.zip),
                clean(place.parcel),
                1,
            )
        )
        self._rows[tables.LocationAttribute] += [
            (row_id, name, checked_attribute(name, value, LivesAt.LOCATION), from_day)
            for name, value in place.attributes.items()
        ]
        return row_id, number

    def _mail_and_flags(self, account_id: int, row: NewAccount, opened: str) -> None:
        if row.mailing_lines:
            digits = zip_digits(row.mailing_zip)
            lines = "\n".join(envelope_lines(row.mailing_lines, digits))
            self._rows[tables.MailingAddress].append((account_id, lines, digits, opened))
        self._rows[tables.AccountFlag] += [
            (
                account_id,
                flag.kind.value,
                clean(flag.reason),
                flag.from_day.isoformat(),
                flag.to_day.isoformat() if flag.to_day else None,
                self._staff_id,
            )
            for flag in row.flags
        ]

    def _point(
        self, account_id: int, location_id: int, point: NewPoint, opened: str, placed: str
    ) -> None:
        point_id = self._next(tables.ServicePoint)
        service = point.service
        self._rows[tables.ServicePoint].append(
            (
                point_id,
                location_id,
                service.kind.value,
                PointStatus.ACTIVE.value,
                int(point.metered),
                *self._place_on_route(point),
                clean(point.reader_note),
            )
        )
        service_id = self._next(tables.Service)
        self.services += 1
        codes = clean(service.schedule), clean(service.rate_class)
        self._rows[tables.Service].append(
            (service_id, account_id, point_id, service.kind.value, *codes, opened, 0)
        )
        self._rows[tables.ServiceAttribute] += [
            (service_id, name, checked_attribute(name, value, LivesAt.SERVICE), opened)
            for name, value in service.attributes.items()
        ]
        if point.meter is not None:
            self._meter(point.meter, point_id, placed, point.first_reading)

    def _place_on_route(self, point: NewPoint) -> tuple[int | None, int | None]:
        if not point.route:
            return None, None
        route_id = self._routes[point.route]
        last = self._sequences.get(route_id, 0)
        sequence = last // 10 * 10 + 10 if point.sequence is None else point.sequence
        self._sequences[route_id] = max(last, sequence)
        return route_id, sequence

    def _meter(self, meter: NewMeter, point_id: int, from_day: str, first_reading: int) -> None:
        meter_id = self._next(tables.Meter)
        self.meters += 1
        self._rows[tables.Meter].append(
            (
                meter_id,
                clean(meter.number),
                clean(meter.make),
                clean(meter.endpoint),
                meter_size(meter.size, meter.unit),
                meter.dials,
                meter.unit.value,
                meter.multiplier_milli,
                MeterStatus.INSTALLED.value,
                1,
            )
        )
        self._rows[tables.MeterInstallation].append((meter_id, point_id, from_day, first_reading))
