"""End one service of an account whose other services go on."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from billing_tui.access.request_change import kept_reason
from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import BillingError, Problem
from billing_tui.metering.tables import ReadKind
from billing_tui.records.billed_days import check_sewer_day, unbilled_from
from billing_tui.records.editing import claim, existing
from billing_tui.records.kinds import PointStatus, ServiceKind
from billing_tui.records.tables import Service, ServicePoint
from billing_tui.service_orders.kinds import MoveKind, ReadSource
from billing_tui.service_orders.moving import Course, read_problems, refuse_if_any, write_reads

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from billing_tui.access.desk import Desk
    from billing_tui.metering.move_read import MoveRead

_OTHERS = """
SELECT 1 FROM service WHERE account_id = ? AND id <> ? AND (to_day IS NULL OR to_day >= ?) LIMIT 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndForm:
    """Which service ends, and when.

    Attributes:
        day: of the final read; the last day of service is the one before.
        readings: number of the meter to what it shows, in counts.
    """

    service_id: int
    day: date
    source: ReadSource = ReadSource.FIELD
    readings: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EndedService:
    """The service that ends, with the final reads of its meters."""

    service_id: int
    last_day: date
    reads: tuple[MoveRead, ...] = ()


def end_service(
    desk: Desk, form: EndForm, *, version: int, why: str, key: str | None = None
) -> EndedService:
    """End one service; the next bill charges it up to that day, prorated.

    A point without a meter is off from then on, so that nobody looks for who takes it.

    Args:
        desk: who does it.
        form: which service, when, with which reading.
        version: of the account, as it was shown.
        why: the reason; it is required.
        key: idempotency key.

    Raises:
        ProblemsFound: everything that is wrong, each with its entry field.
        InvalidEntry: the reason is missing.
        StaleEdit: somebody changed the account since `version`.
    """
    why = kept_reason(why)
    last = form.day - timedelta(days=1)
    asked = [form.service_id, form.day.isoformat()]
    verb = "service_orders.end_service"
    with writing(desk, Right.KEEP_RECORDS, verb, why=why, key=key, request=asked) as act:
        if act.repeated:
            return EndedService(form.service_id, last)
        service = existing(Service, form.service_id)
        account, point = service.account, service.service_point
        claim(act, "account", account, version)
        problems = list(end_problems(service, form.day))
        if point.metered and form.day > desk.business_day:
            problems.append(Problem(0, "A meter is not read ahead; enter it on its day.", "day"))
        course = Course(MoveKind.STOP, form.day, form.source, (account.location.id,))
        if point.metered and not problems:
            ready, problems = read_problems(course, [point.id], form.readings)
            refuse_if_any(problems)
            write_reads(course, ready, ReadKind.FINAL)
        refuse_if_any(problems)
        Service.update(to_day=last).where(Service.id == service.id).execute()
        if not point.metered:
            ServicePoint.update(status=PointStatus.OFF.value).where(
                ServicePoint.id == point.id
            ).execute()
        account.save()
        what = f"{service.kind} {service.id}"
        act.before |= {"service": what, "to_day": None}
        act.after |= {"service": what, "to_day": last.isoformat()}
        act.result = service.id
        return EndedService(service.id, last, tuple(course.reads.values()))


def end_problems(service: Service, day: date) -> Iterator[Problem]:
    """What keeps a service from ending on a day, whatever its meter shows."""
    kind = service.kind
    if service.to_day is not None:
        yield Problem(
            0, f"The {kind} service ends on {service.to_day:%m/%d/%y} already.", "service"
        )
        return
    if not rows_of(_OTHERS, (service.account.id, service.id, day.isoformat())):
        yield Problem(
            0, f"{str(kind).capitalize()} is all that the account takes; stop service instead.",
            "service",
        )  # fmt: skip
    since = unbilled_from(service)
    if day <= service.from_day:
        yield Problem(0, f"The {kind} service began on {service.from_day:%m/%d/%y}.", "day")
    elif day < since:
        yield Problem(
            0, f"The {kind} service is billed to {since:%m/%d/%y}; end it then or later.", "day"
        )
    if kind == ServiceKind.SEWER:
        try:
            check_sewer_day(service.account.id, day, field="day")
        except BillingError as error:
            yield Problem(0, error.sentence, "day")
