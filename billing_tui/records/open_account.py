"""Open an account: one customer at one location, with all that billing needs or not at all."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import Problem, ProblemsFound
from billing_tui.foundation.text import clean
from billing_tui.records.account_number import AccountNumber
from billing_tui.records.add_customer import add_customer
from billing_tui.records.attributes import LivesAt, canonical
from billing_tui.records.envelope import envelope_lines
from billing_tui.records.kinds import AccountStatus, PointStatus, ServiceKind
from billing_tui.records.new_records import (
    NewCustomer,
    NewService,
    customer_problems,
    mailing_problems,
    service_problems,
    text_problem,
    zip_digits,
)
from billing_tui.records.search_index import index_new
from billing_tui.records.tables import (
    Account,
    Customer,
    Cycle,
    Location,
    MailingAddress,
    Service,
    ServiceAttribute,
    ServicePoint,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from billing_tui.access.desk import Desk


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenService:
    """A service point that the account takes, under a schedule and class."""

    service_point_id: int
    schedule: str
    rate_class: str
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountForm:
    """What the clerk has entered.

    Attributes:
        customer: row of a customer that exists, or a new one.
        cycle_id: None while none was chosen.
        mailing_lines: where bills go; the service address where empty.
    """

    customer: int | NewCustomer
    location_id: int
    cycle_id: int | None
    opened: date
    services: tuple[TakenService, ...]
    mailing_lines: tuple[str, ...] = ()
    mailing_zip: str = ""
    legacy_number: str = ""


@dataclass(frozen=True, slots=True)
class OpenedAccount:
    """The account that was opened.

    Attributes:
        warnings: points of the location that nobody takes now.
    """

    account_id: int
    number: str
    warnings: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Point:
    """A service point as billing needs to see it."""

    point_id: int
    kind: ServiceKind
    status: str
    metered: bool
    sequence: int | None
    route: str | None
    cycle_id: int | None
    meter: str | None
    taken_by: str | None


def _points(location_id: int, opened: date) -> dict[int, _Point]:
    day = opened.isoformat()
    rows = rows_of(
        "SELECT p.id, p.kind, p.status, p.metered, p.sequence, r.code, r.cycle_id,"
        " (SELECT max(m.number) FROM meter_installation i JOIN meter m ON m.id = i.meter_id"
        "   WHERE i.service_point_id = p.id AND i.from_day <= ?"
        "   AND (i.to_day IS NULL OR i.to_day >= ?)),"
        " (SELECT max(a.number) FROM service s JOIN account a ON a.id = s.account_id"
        "   WHERE s.service_point_id = p.id AND (s.to_day IS NULL OR s.to_day >= ?))"
        " FROM service_point p LEFT JOIN route r ON r.id = p.route_id"
        " WHERE p.location_id = ? ORDER BY p.id",
        (day, day, day, location_id),
    )
    return {
        row[0]: _Point(row[0], ServiceKind(row[1]), row[2], bool(row[3]), *row[4:]) for row in rows
    }


def _metered_problems(point: _Point, cycle_id: int | None) -> Iterator[Problem]:
    if point.route is None or point.sequence is None:
        yield Problem(0, f"The {point.kind} point has no place on a route.", "route")
    elif cycle_id is not None and point.cycle_id != cycle_id:
        yield Problem(0, f"Route {point.route} is read with another cycle.", "cycle")
    if point.meter is None:
        yield Problem(0, f"The {point.kind} point has no meter on that day.", "meter")


def _service_problems(
    taken: TakenService, points: Mapping[int, _Point], cycle_id: int | None
) -> Iterator[Problem]:
    point = points.get(taken.service_point_id)
    if point is None:
        yield Problem(0, "That service point is not at this location.", "services")
        return
    yield from service_problems(0, _new_service(point, taken))
    if point.status == PointStatus.REMOVED:
        yield Problem(0, f"The {point.kind} point has been removed.", "services")
    if point.taken_by is not None:
        yield Problem(
            0, f"{point.taken_by} still takes {point.kind} there; end it first.", "services"
        )
    if point.metered:
        yield from _metered_problems(point, cycle_id)


def _new_service(point: _Point, taken: TakenService) -> NewService:
    return NewService(
        kind=point.kind,
        schedule=taken.schedule,
        rate_class=taken.rate_class,
        attributes=taken.attributes,
    )


def _exists(model: Any, row_id: int, name: str) -> Iterator[Problem]:
    if model.get_or_none(model.id == row_id) is None:
        yield Problem(0, f"There is no such {name}.", name)


def _merged(customer_id: int) -> Iterator[Problem]:
    row = Customer.get_or_none(Customer.id == customer_id)
    if row is not None and row.merged_into is not None:
        kept = row.merged_into
        told = f"{row.number} was merged into {kept.number} {kept.name}; take that one."
        yield Problem(0, told, "customer")


def what_is_missing(form: AccountForm) -> tuple[Problem, ...]:
    """All that keeps an account from being opened, each with its entry field."""
    found: list[Problem] = []
    if isinstance(form.customer, NewCustomer):
        found += customer_problems(0, form.customer)
    else:
        found += _exists(Customer, form.customer, "customer")
        found += _merged(form.customer)
    found += _exists(Location, form.location_id, "location")
    if form.cycle_id is None:
        found.append(Problem(0, "The cycle is missing; the account would stay unbilled.", "cycle"))
    else:
        found += _exists(Cycle, form.cycle_id, "cycle")
    if not form.services:
        found.append(Problem(0, "An account needs at least one service.", "services"))
    times = Counter(taken.service_point_id for taken in form.services)
    if any(count > 1 for count in times.values()):
        found.append(Problem(0, "A service point is taken twice.", "services"))
    points = _points(form.location_id, form.opened)
    for taken in form.services:
        found += _service_problems(taken, points, form.cycle_id)
    if form.mailing_lines:
        found += mailing_problems(0, form.mailing_lines, form.mailing_zip)
    found += text_problem(0, "legacy_number", form.legacy_number, 24, needed=False)
    return tuple(found)


def open_account(desk: Desk, form: AccountForm, *, key: str | None = None) -> OpenedAccount:
    """Open an account; it is pending until the business day reaches `opened`.

    Raises:
        ProblemsFound: something that billing needs is missing; nothing was saved.
    """
    with writing(desk, Right.KEEP_RECORDS, "records.open_account", key=key) as act:
        if act.repeated:
            return OpenedAccount(act.done[0], act.done[1], ())
        opened = insert_account(desk.business_day, form)
        act.about("account", opened.number)
        act.after = opened_facts(opened.account_id, form)
        act.result = [opened.account_id, opened.number]
    return opened


def insert_account(today: date, form: AccountForm) -> OpenedAccount:
    """Open an account inside the transaction of a verb; pending where it opens after `today`.

    Raises:
        ProblemsFound: something that billing needs is missing.
    """
    missing = what_is_missing(form)
    if missing:
        raise ProblemsFound("The account was not opened; see what is missing.", missing)
    account_id, number = _insert(today, form)
    index_new([account_id])
    return OpenedAccount(account_id, number, tuple(_untaken(form)))


def opened_facts(account_id: int, form: AccountForm) -> dict[str, Any]:
    """What the trail keeps of a new account."""
    return {
        "customer": Account.get_by_id(account_id).customer.number,
        "opened": form.opened.isoformat(),
        "services": [[one.service_point_id, one.schedule, one.rate_class] for one in form.services],
        "version": 1,
    }


def _insert(today: date, form: AccountForm) -> tuple[int, str]:
    customer = form.customer
    if isinstance(customer, NewCustomer):
        customer = add_customer(customer)
    number = _next_number(form.location_id)
    pending = form.opened > today
    account = Account.create(
        number=number,
        customer=customer,
        location=form.location_id,
        cycle=form.cycle_id,
        status=(AccountStatus.PENDING if pending else AccountStatus.ACTIVE).value,
        opened=form.opened,
        legacy_number=clean(form.legacy_number),
    )
    if form.mailing_lines:
        MailingAddress.create(
            account=account.id,
            lines="\n".join(envelope_lines(form.mailing_lines, zip_digits(form.mailing_zip))),
            zip=zip_digits(form.mailing_zip),
            from_day=form.opened,
        )
    for taken in form.services:
        insert_service(int(account.id), taken.service_point_id, taken, form.opened)
    return int(account.id), number


def insert_service(account_id: int, point_id: int, taken: TakenService, from_day: date) -> int:
    """Let an account take a service point, inside the transaction of a verb; returns the service.

    A point without a meter that was off is on again.
    """
    point = ServicePoint.get_by_id(point_id)
    if point.status == PointStatus.OFF.value and not point.metered:
        ServicePoint.update(status=PointStatus.ACTIVE.value).where(
            ServicePoint.id == point_id
        ).execute()
    service = Service.create(
        account=account_id,
        service_point=point_id,
        kind=point.kind,
        schedule=clean(taken.schedule),
        rate_class=clean(taken.rate_class),
        from_day=from_day,
    )
    for name, value in taken.attributes.items():
        ServiceAttribute.create(
            service=service.id,
            name=name,
            value=canonical(name, value, LivesAt.SERVICE),
            from_day=from_day,
        )
    return int(service.id)


def _next_number(location_id: int) -> str:
    """The number of the next occupant of a location."""
    location = Location.get_by_id(location_id)
    rows = rows_of("SELECT number FROM account WHERE location_id = ?", (location_id,))
    last = max((int(row[0].partition("-")[2]) for row in rows), default=0)
    return str(AccountNumber(int(location.number), last).next_occupant())


def _untaken(form: AccountForm) -> Iterator[Problem]:
    for point in _points(form.location_id, form.opened).values():
        if point.taken_by is None and point.status == PointStatus.ACTIVE:
            yield Problem(
                0, f"Nobody takes the {point.kind} point there.", "services", severity="warning"
            )
