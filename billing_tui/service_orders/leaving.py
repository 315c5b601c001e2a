"""Somebody leaves: the services end the day before the final read, the account awaits its bill."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

from billing_tui.foundation.errors import Problem
from billing_tui.metering.tables import ReadKind
from billing_tui.records.attributes import without_personal
from billing_tui.records.change_mailing_address import place_mailing
from billing_tui.records.envelope import envelope_lines
from billing_tui.records.kinds import AccountStatus
from billing_tui.records.new_records import mailing_problems, zip_digits
from billing_tui.records.open_account import AccountForm, TakenService, insert_account
from billing_tui.records.search_index import reindex
from billing_tui.records.tables import (
    Account,
    MailingAddress,
    Service,
    ServiceAttribute,
)
from billing_tui.service_orders.billed import billed_beyond, billed_through
from billing_tui.service_orders.kinds import Part
from billing_tui.service_orders.moving import (
    Course,
    day_problems,
    read_problems,
    refuse_if_any,
    write_reads,
)
from billing_tui.service_orders.tables import LandlordAgreement

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from billing_tui.access.desk import Desk
    from billing_tui.service_orders.forms import StopForm

_DAY = timedelta(days=1)


def _services(account_id: int) -> list[Service]:
    query = Service.select().where((Service.account == account_id) & Service.to_day.is_null())
    return list(query.order_by(Service.id))


def leave_problems(desk: Desk, account: Account, day: date) -> Iterator[Problem]:
    """What keeps an account from ending on a day."""
    if account.status != AccountStatus.ACTIVE.value:
        yield Problem(0, f"Account {account.number} is {str(account.status).lower()}.", "account")
        return
    services = _services(account.id)
    if not services:
        yield Problem(0, f"Account {account.number} takes no service.", "account")
    for service in services:
        if day <= service.from_day:
            yield Problem(
                0,
                f"The {service.kind} service of {account.number} began on "
                f"{service.from_day:%m/%d/%y}; "
                "undo that move instead.",
                "day",
            )
    yield from day_problems(desk, day, int(account.cycle.id))
    for sentence in billed_beyond(account.id, day):
        yield Problem(0, sentence, "day")


def leave_refusals(desk: Desk, account_id: int, day: date) -> list[Problem]:
    """As `leave_problems`, for an account's row: what a clerk is told before anything is saved."""
    return list(leave_problems(desk, Account.get_by_id(account_id), day))


def leave(
    desk: Desk,
    course: Course,
    account: Account,
    readings: Mapping[str, int],
) -> list[Service]:
    """End an account's services with their final reads; returns the services.

    Raises:
        ProblemsFound: it cannot leave on that day, or a reading is missing or wrong.
    """
    problems = list(leave_problems(desk, account, course.day))
    services = _services(account.id)
    points = [service.service_point.id for service in services if service.service_point.metered]
    ready, wrong = read_problems(course, points, readings)
    refuse_if_any([*problems, *wrong])
    write_reads(course, ready, ReadKind.FINAL)
    billed = billed_through(account.id, course.day)
    ids = [service.id for service in services]
    last = course.day - _DAY
    Service.update(to_day=last).where(Service.id.in_(ids)).execute()
    status = AccountStatus.FINAL_BILLED if billed else AccountStatus.FINAL_PENDING
    account.status, account.closed = status.value, course.day
    account.save()
    reindex([account.id])  # a meter put in on that day was never theirs
    course.parts.append((Part.LEAVES, account.id, False))
    return services


def forward_mail(course: Course, account_id: int, form: StopForm) -> None:
    """Send the last bills to the forwarding address, from the day of the move on."""
    if not form.forwarding:
        return
    refuse_if_any(mailing_problems(0, form.forwarding, form.forwarding_zip))
    mine = MailingAddress.select().where(MailingAddress.account == account_id)
    course.mailing = json.dumps(
        [
            {
                "lines": row.lines,
                "zip": row.zip,
                "from_day": row.from_day.isoformat(),
                "to_day": row.to_day.isoformat() if row.to_day else None,
            }
            for row in mine.order_by(MailingAddress.from_day)
        ]
    )
    digits = zip_digits(form.forwarding_zip)
    place_mailing(
        account_id, "\n".join(envelope_lines(form.forwarding, digits)), digits, course.day
    )


def agreement_on(location_id: int, day: date) -> LandlordAgreement | None:
    """The landlord agreement in force at a place on a day."""
    table = LandlordAgreement
    found: LandlordAgreement | None = (
        table.select()
        .where((table.location == location_id) & (table.from_day <= day))
        .where(table.to_day.is_null() | (table.to_day >= day))
        .first()
    )
    return found


def _taken(service: Service) -> TakenService:
    rows = ServiceAttribute.select().where(
        (ServiceAttribute.service == service.id) & ServiceAttribute.to_day.is_null()
    )
    return TakenService(
        service_point_id=service.service_point.id,
        schedule=service.schedule,
        rate_class=service.rate_class,
        attributes=without_personal({row.name: row.value for row in rows}),
    )


def owner_takes_over(
    desk: Desk, course: Course, account: Account, services: list[Service]
) -> str | None:
    """Open the owner's account where an agreement says so; returns its number."""
    agreement = agreement_on(account.location.id, course.day)
    if agreement is None or agreement.owner.id == account.customer.id:
        return None
    form = AccountForm(
        customer=agreement.owner.id,
        location_id=account.location.id,
        cycle_id=account.cycle.id,
        opened=course.day,
        services=tuple(map(_taken, services)),
        mailing_lines=tuple(filter(None, str(agreement.mailing_lines).split("\n"))),
        mailing_zip=str(agreement.mailing_zip),
    )
    opened = insert_account(desk.business_day, form)
    course.parts.append((Part.OWNER, opened.account_id, False))
    return opened.number
