"""Add a service to an account that is served already."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import BillingError, Problem
from billing_tui.metering.tables import ReadKind
from billing_tui.records.billed_days import check_sewer_day, otherwise
from billing_tui.records.editing import claim, existing
from billing_tui.records.kinds import AccountStatus, PointStatus, ServiceKind
from billing_tui.records.open_account import (
    AccountForm,
    TakenService,
    insert_service,
    what_is_missing,
)
from billing_tui.records.search_index import reindex_service_point
from billing_tui.records.tables import Account, ServicePoint
from billing_tui.service_orders.billed import open_since
from billing_tui.service_orders.kinds import MoveKind, ReadSource
from billing_tui.service_orders.moving import Course, read_problems, refuse_if_any, write_reads
from billing_tui.service_orders.terms import check_terms, terms_offered

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from billing_tui.access.desk import Desk
    from billing_tui.metering.move_read import MoveRead

METERED = frozenset({ServiceKind.WATER, ServiceKind.ELECTRIC})
"""Kinds whose point is put in with a meter before anybody can take it."""

_FREE = """
SELECT p.id FROM service_point p WHERE p.location_id = ? AND p.kind = ? AND p.status <> 'Removed'
AND NOT EXISTS (SELECT 1 FROM service s WHERE s.service_point_id = p.id
                AND (s.to_day IS NULL OR s.to_day >= ?))
ORDER BY p.id LIMIT 1
"""
_TAKEN = """
SELECT 1 FROM service WHERE account_id = ? AND kind = ? AND (to_day IS NULL OR to_day >= ?)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddForm:
    """A service that an account takes from a day on.

    Attributes:
        day: first day; for a meter the day of its read.
        point_id: the service point; the free one of the kind where None, else a new one.
        readings: number of the meter to what it shows, in counts.
        despite_billed: a lead lets it begin before the open cycle; the next bill catches up.
    """

    account_id: int
    kind: ServiceKind
    schedule: str
    rate_class: str
    day: date
    attributes: Mapping[str, str] = field(default_factory=dict)
    point_id: int | None = None
    source: ReadSource = ReadSource.FIELD
    readings: Mapping[str, int] = field(default_factory=dict)
    despite_billed: bool = False


@dataclass(frozen=True, slots=True)
class AddedService:
    """The service that was added.

    Attributes:
        new_point: whether its service point was entered with it.
        reads: of its meters.
    """

    service_id: int
    service_point_id: int
    new_point: bool
    reads: tuple[MoveRead, ...] = ()


def free_point(location_id: int, kind: ServiceKind, day: date) -> int | None:
    """A service point of the kind that nobody takes from a day on; None where there is none."""
    rows = rows_of(_FREE, (location_id, kind.value, day.isoformat()))
    return int(rows[0][0]) if rows else None


def cannot_add(account_id: int, location_id: int, kind: ServiceKind, day: date) -> str:
    """Why an account cannot take a kind of service from a day on, whatever its terms; "" if not."""
    if rows_of(_TAKEN, (account_id, kind.value, day.isoformat())):
        return f"The account takes {kind} already; change that service instead."
    if kind in METERED and free_point(location_id, kind, day) is None:
        return f"There is no free {kind} point here; put one in with its meter first."
    return ""


def addable(account_id: int, location_id: int, day: date) -> list[ServiceKind]:
    """Kinds of service that an account could take as well from a day on, by rates in force."""
    return [
        kind
        for kind in ServiceKind
        if not cannot_add(account_id, location_id, kind, day) and terms_offered(kind, day)
    ]


def add_service(
    desk: Desk, form: AddForm, *, version: int, why: str = "", key: str | None = None
) -> AddedService:
    """Let an account take one more service from a day on.

    Args:
        desk: who does it.
        form: which, where, on which terms.
        version: of the account, as it was shown.
        why: the reason.
        key: idempotency key; the same request again gets the first service.

    Raises:
        ProblemsFound: everything that is wrong, each with its entry field.
        StaleEdit: somebody changed the account since `version`.
    """
    asked = [form.account_id, form.kind.value, form.day.isoformat()]
    verb = "service_orders.add_service"
    with writing(desk, Right.KEEP_RECORDS, verb, why=why, key=key, request=asked) as act:
        if act.repeated:
            return AddedService(*act.done)
        account = existing(Account, form.account_id)
        claim(act, "account", account, version)
        point = form.point_id or free_point(account.location.id, form.kind, form.day)
        refuse_if_any(_problems(desk, form, account))
        new = point is None
        point_id = point or _new_point(account, form.kind)
        taken = _taken(form, point_id)
        course = Course(MoveKind.START, form.day, form.source, (account.location.id,))
        refuse_if_any(what_is_missing(_as_account(account, form, taken)))
        _read(course, form, point_id)
        service = insert_service(account.id, point_id, taken, form.day)
        account.save()
        reindex_service_point(point_id)
        act.after |= _told(form, service, point_id, new=new) | _reaches(account, form.day)
        act.result = [service, point_id, new]
        return AddedService(service, point_id, new, tuple(course.reads.values()))


def _problems(desk: Desk, form: AddForm, account: Account) -> Iterator[Problem]:
    if account.status != AccountStatus.ACTIVE.value:
        yield Problem(0, f"Account {account.number} is {str(account.status).lower()}.", "account")
    refusal = cannot_add(account.id, account.location.id, form.kind, form.day)
    if refusal and form.point_id is None:
        yield Problem(0, refusal, "kind")
    yield from _day_problems(desk, form, account)
    try:
        check_terms(form.kind, form.schedule, form.rate_class, form.day)
    except BillingError as error:
        yield Problem(0, error.sentence, error.field or "schedule")


def _day_problems(desk: Desk, form: AddForm, account: Account) -> Iterator[Problem]:
    if form.despite_billed:
        desk.require(Right.CHANGE_BILLED)
    since = open_since(account.cycle.id)
    if form.day < account.opened:
        yield Problem(0, f"The account begins on {account.opened:%m/%d/%y}.", "day")
    elif since is not None and form.day < since and not form.despite_billed:
        yield Problem(
            0,
            f"The cycle is billed to {since:%m/%d/%y}; begin then, or {otherwise(desk)}.",
            "day",
        )
    if form.kind in METERED and form.day > desk.business_day:
        yield Problem(0, "A meter is not read ahead; enter it on its day.", "day")
    if form.kind is ServiceKind.SEWER:
        try:
            check_sewer_day(account.id, form.day, field="day")
        except BillingError as error:
            yield Problem(0, error.sentence, "day")


def _new_point(account: Account, kind: ServiceKind) -> int:
    point = ServicePoint.create(
        location=account.location, kind=kind.value, status=PointStatus.ACTIVE.value, metered=False
    )
    return int(point.id)


def _taken(form: AddForm, point_id: int) -> TakenService:
    return TakenService(
        service_point_id=point_id,
        schedule=form.schedule,
        rate_class=form.rate_class,
        attributes=form.attributes,
    )


def _as_account(account: Account, form: AddForm, taken: TakenService) -> AccountForm:
    """The service as if an account were opened with it: the same things may be missing."""
    return AccountForm(
        customer=account.customer.id,
        location_id=account.location.id,
        cycle_id=account.cycle.id,
        opened=form.day,
        services=(taken,),
    )


def _read(course: Course, form: AddForm, point_id: int) -> None:
    """The read from which a meter counts for the account."""
    if not ServicePoint.get_by_id(point_id).metered:
        return
    ready, wrong = read_problems(course, [point_id], form.readings)
    refuse_if_any(wrong)
    write_reads(course, ready, ReadKind.INITIAL)


def _reaches(account: Account, day: date) -> dict[str, str]:
    """What the trail tells where a lead lets a service begin before the open cycle."""
    since = open_since(account.cycle.id)
    if since is None or day >= since:
        return {}
    return {"despite_billed": f"cycle to {since.isoformat()}"}


def _told(form: AddForm, service: int, point_id: int, *, new: bool) -> dict[str, object]:
    return {
        "service": f"{form.kind} {service}",
        "service_point": point_id,
        "new_point": new,
        "schedule": form.schedule,
        "rate_class": form.rate_class,
        "from_day": form.day.isoformat(),
        "attributes": dict(form.attributes),
    }
