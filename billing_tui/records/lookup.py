"""Look records up: one account for a screen or a caller. Bulk reads are in `bulk_lookup`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import InvalidEntry, NotFound, Refused
from billing_tui.records import bulk_lookup
from billing_tui.records.account_number import parse_account_number
from billing_tui.records.account_values import (
    AccountSummary,
    CustomerCard,
    FlagLine,
    GoneMeter,
    LocationCard,
    NoteLine,
    ServiceLine,
)
from billing_tui.records.address import city_line, street_line
from billing_tui.records.as_of import phones_as_of, record_as_of
from billing_tui.records.kinds import AccountStatus, CustomerKind, FlagKind, ServiceKind
from billing_tui.records.spans import Span, in_force

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from billing_tui.foundation.errors import BillingError
    from billing_tui.records.account_number import AccountNumber

NOTES_ON_A_PAGE = 20
"""Notes that one page shows."""


def find_account(text: str) -> int:
    """Row of the account that a clerk names: `10432-03`, `1043203`, or its old number.

    A location alone means its newest account. An old number counts where no account of ours
    has that number.

    Raises:
        InvalidEntry: that is no account number.
        NotFound: there is no such account.
        Refused: several accounts had that old number.
    """
    refusal: BillingError
    try:
        wanted = parse_account_number(text)
        found = _account_row(wanted)
        refusal = NotFound(f"There is no account {wanted}.", field="account")
    except InvalidEntry as error:
        found, refusal = None, error
    if found is None:
        found = _old_account_row(text.strip())
    if found is None:
        raise refusal
    return found


def _account_row(wanted: AccountNumber) -> int | None:
    if wanted.occupant is not None:
        rows = rows_of("SELECT id FROM account WHERE number = ?", (str(wanted),))
    else:
        rows = rows_of(
            "SELECT a.id FROM account a JOIN location l ON l.id = a.location_id"
            " WHERE l.number = ? ORDER BY a.number DESC LIMIT 1",
            (str(wanted),),
        )
    return int(rows[0][0]) if rows else None


def _old_account_row(number: str) -> int | None:
    if not number:
        return None
    rows = rows_of("SELECT id FROM account WHERE legacy_number = ? LIMIT 2", (number,))
    if len(rows) > 1:
        raise Refused(f"Several accounts had the number {number}; search for it.", field="account")
    return int(rows[0][0]) if rows else None


def account_number(account_id: int) -> str:
    """Number of an account row."""
    rows = rows_of("SELECT number FROM account WHERE id = ?", (account_id,))
    if not rows:
        raise NotFound("There is no such account.", field="account")
    return str(rows[0][0])


def account_summary(account_id: int, on: date) -> AccountSummary:
    """The records of an account as they stood on a day.

    Raises:
        NotFound: there is no such account.
    """
    number = account_number(account_id)
    account = record_as_of("account", number, on)
    mailing = bulk_lookup.mailing_addresses([account_id], on)[account_id]
    flags = bulk_lookup.flags_in_force([account_id], on, on).get(account_id, [])
    cycle = rows_of("SELECT code FROM cycle WHERE id = ?", (account["cycle_id"],))
    return AccountSummary(
        account_id=account_id,
        number=number,
        status=AccountStatus(account["status"]),
        opened=bulk_lookup.day_of(account["opened"]),
        closed=bulk_lookup.day_or_none(account["closed"]),
        legacy_number=account["legacy_number"],
        cycle=cycle[0][0],
        version=account["version"],
        customer=customer_card(account["customer_id"], on),
        location=location_card(account["location_id"], on),
        mailing_lines=mailing.lines,
        mailing_zip=mailing.zip,
        flags=tuple(FlagLine(flag[0], FlagKind(flag[1]), *flag[2:]) for flag in flags),
        sticky_notes=_alerts(account_id, on),
        services=service_lines(account_id, on),
        on=on,
    )


def _number_of(table: str, row_id: int) -> str:
    rows = rows_of(f'SELECT number FROM "{table}" WHERE id = ?', (row_id,))
    if not rows:
        raise NotFound(f"There is no such {table}.", field=table)
    return str(rows[0][0])


def customer_card(customer_id: int, on: date) -> CustomerCard:
    """A customer as of a day."""
    row = record_as_of("customer", _number_of("customer", customer_id), on)
    phones = rows_of(
        "SELECT digits, kind FROM phone WHERE customer_id = ? ORDER BY id", (row["id"],)
    )
    return CustomerCard(
        customer_id,
        row["number"],
        CustomerKind(row["kind"]),
        row["name"],
        row["mailing_name"],
        row["email"],
        row["language"],
        phones_as_of(row["number"], tuple((digits, kind) for digits, kind in phones), on),
        row["version"],
    )


def location_card(location_id: int, on: date) -> LocationCard:
    """A location with its attributes as of a day."""
    row = record_as_of("location", _number_of("location", location_id), on)
    return LocationCard(
        location_id,
        row["number"],
        street_line(row["house"], row["street"], row["unit"]),
        city_line(row["city"], row["state"], row["zip"]),
        row["parcel"],
        in_force(location_attributes(location_id), on),
        row["version"],
    )


def location_attributes(location_id: int) -> list[Span]:
    """All values that the attributes of a location ever had, by name and day."""
    return _spans("location", location_id)


def service_attributes(service_id: int) -> list[Span]:
    """All values that the attributes of a service ever had, by name and day."""
    return _spans("service", service_id)


def _spans(owner: str, row_id: int) -> list[Span]:
    rows = rows_of(
        f"SELECT name, value, from_day, to_day FROM {owner}_attribute WHERE {owner}_id = ?"
        " ORDER BY name, from_day",
        (row_id,),
    )
    return [
        Span(name, value, bulk_lookup.day_of(start), bulk_lookup.day_or_none(end))
        for name, value, start, end in rows
    ]


def service_lines(account_id: int, on: date) -> tuple[ServiceLine, ...]:
    """The services of an account in force on a day, with meters and attributes of that day.

    In the order of bills: water first. A meter that was taken out that day is no longer there.
    """
    services = bulk_lookup.services_in_force([account_id], on, on).get(account_id, [])
    meters = bulk_lookup.meters_in_force([account_id], on, on)
    order = [*ServiceKind]
    services.sort(key=lambda one: (order.index(ServiceKind(one.kind)), one.service_id))
    return tuple(_service_line(service, meters.get(service[2], []), on) for service in services)


def services_to_show(account_id: int, on: date) -> tuple[date, tuple[ServiceLine, ...]]:
    """What an account takes; of one that has ended, what it took on its last day.

    Returns:
        The day as of which the services are told, and the services.
    """
    now = service_lines(account_id, on)
    rows = rows_of(
        "SELECT max(to_day) FROM service WHERE account_id = ? AND to_day < ?",
        (account_id, on.isoformat()),
    )
    last = bulk_lookup.day_or_none(rows[0][0])
    if now or last is None:
        return on, now
    return last, service_lines(account_id, last)


def _service_line(
    service: bulk_lookup.ServiceRow, meters: Sequence[bulk_lookup.MeterRow], on: date
) -> ServiceLine:
    rows = rows_of(
        "SELECT r.code, p.sequence, p.reader_note FROM service_point p"
        " LEFT JOIN route r ON r.id = p.route_id WHERE p.id = ?",
        (service.service_point_id,),
    )
    route, sequence, note = rows[0]
    there = [one for one in meters if one.to_day is None or one.to_day > on]
    meter = there[-1] if there else None
    return ServiceLine(
        service_id=service.service_id,
        service_point_id=service.service_point_id,
        kind=ServiceKind(service.kind),
        schedule=service.schedule,
        rate_class=service.rate_class,
        from_day=service.from_day,
        to_day=service.to_day,
        billing_hold=service.billing_hold,
        metered=service.metered,
        point_status=service.point_status,
        meter=meter.number if meter else "",
        size=meter.size if meter else "",
        unit=meter.unit if meter else "",
        route=route or "",
        sequence=sequence,
        reader_note=note,
        attributes=in_force(service_attributes(service.service_id), on),
        gone=_gone(service, on) if service.metered and not meter else None,
    )


def _gone(service: bulk_lookup.ServiceRow, on: date) -> GoneMeter | None:
    """The last meter that counted for a service and was taken out by a day."""
    rows = rows_of(
        "SELECT m.number, m.unit, m.multiplier_milli, i.to_day FROM meter_installation i"
        " JOIN meter m ON m.id = i.meter_id WHERE i.service_point_id = ?"
        " AND i.to_day > ? AND i.to_day <= ? ORDER BY i.to_day DESC, i.id DESC LIMIT 1",
        (service.service_point_id, service.from_day.isoformat(), on.isoformat()),
    )
    if not rows:
        return None
    number, unit, multiplier, day = rows[0]
    return GoneMeter(number, unit, multiplier, bulk_lookup.day_of(day))


def notes_of(
    account_id: int, *, before: int | None = None, limit: int = NOTES_ON_A_PAGE
) -> tuple[NoteLine, ...]:
    """A page of notes, newest first; `before` is the last note_id of the page before."""
    if before is None:
        return tuple(_notes(account_id, "", (), limit))
    return tuple(_notes(account_id, "AND n.id < ?", (before,), limit))


def _alerts(account_id: int, on: date) -> tuple[NoteLine, ...]:
    in_sight = (
        "AND n.sticky = 1 AND n.withdrawn_day IS NULL AND (n.alert_to IS NULL OR n.alert_to >= ?)"
    )
    return tuple(_notes(account_id, in_sight, (on.isoformat(),), NOTES_ON_A_PAGE))


def _notes(
    account_id: int, condition: str, parameters: tuple[Any, ...], most: int
) -> list[NoteLine]:
    rows = rows_of(
        "SELECT n.id, n.at, s.username, n.kind, n.text, n.sticky, n.alert_to, n.follow_up_day,"
        " coalesce(f.username, ''), n.done_day, coalesce(n.outcome, ''),"
        " n.withdrawn_day, coalesce(n.withdrawn_why, '') FROM note n"
        " JOIN staff_member s ON s.id = n.staff_id"
        " LEFT JOIN staff_member f ON f.id = n.follow_up_by_id"
        f" WHERE n.account_id = ? {condition} ORDER BY n.id DESC LIMIT ?",
        (account_id, *parameters, most),
    )
    return [_note(row) for row in rows]


def _note(row: tuple[Any, ...]) -> NoteLine:
    values = list(row)
    values[5] = bool(row[5])
    for place in (6, 7, 9, 11):
        values[place] = bulk_lookup.day_or_none(row[place])
    return NoteLine(*values)
