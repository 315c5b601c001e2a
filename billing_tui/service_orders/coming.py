"""Somebody comes: an account is opened with the read from which it counts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from billing_tui.access.rights import Right
from billing_tui.access.staff import setting
from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import Problem
from billing_tui.metering.tables import ReadKind
from billing_tui.records.kinds import AccountStatus
from billing_tui.records.new_records import NewCustomer
from billing_tui.records.open_account import insert_account, what_is_missing
from billing_tui.records.tables import Account, ServicePoint
from billing_tui.service_orders.debts import old_debts
from billing_tui.service_orders.kinds import Part
from billing_tui.service_orders.leaving import agreement_on, leave
from billing_tui.service_orders.moving import (
    Course,
    day_problems,
    read_problems,
    refuse_if_any,
    write_reads,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from billing_tui.access.desk import Desk
    from billing_tui.records.open_account import OpenedAccount, TakenService
    from billing_tui.service_orders.forms import StartForm

_DAY = timedelta(days=1)
_ALREADY = """
SELECT max(s.to_day) FROM service s WHERE s.service_point_id = ? AND s.to_day < ?
"""


def debt_problems(
    desk: Desk,
    customer: int | NewCustomer,
    *,
    despite: bool = False,
    besides: Collection[int] = (),
) -> Iterator[Problem]:
    """The customer's own old debts: errors where the office refuses, else warnings.

    The setting `prior_debt` says `refuse` or `warn`; a lead's word (`despite`) turns an error to a
    warning. `besides` are rows of accounts that are not looked at.
    """
    forgiven = despite and desk.may(Right.POST_LEDGER)
    refused = setting("prior_debt", "warn") == "refuse" and not forgiven
    for debt in old_debts(customer, besides=besides):
        yield Problem(0, debt.sentence, "customer", "error" if refused else "warning")


def gaps(first: date, services: Iterable[TakenService]) -> Iterator[Problem]:
    """Days before `first` on which nobody took services that are taken now, told together."""
    empty: dict[date, list[str]] = {}
    for taken in services:
        last = rows_of(_ALREADY, (taken.service_point_id, first.isoformat()))[0][0]
        since = date.fromisoformat(last) + _DAY if last is not None else first
        if since < first:
            kind = ServicePoint.get_by_id(taken.service_point_id).kind
            empty.setdefault(since, []).append(str(kind))
    for since, kinds in sorted(empty.items()):
        until = first - _DAY
        sentence = (
            f"Nobody took {', '.join(kinds)} there from {since:%m/%d/%y} to {until:%m/%d/%y}."
        )
        yield Problem(0, sentence, "day", "warning")


def _owner_leaves(desk: Desk, course: Course, form: StartForm) -> None:
    """The owner who holds the place under an agreement makes room for the tenant."""
    agreement = agreement_on(form.account.location_id, form.account.opened)
    if agreement is None:
        return
    held = Account.get_or_none(
        (Account.location == form.account.location_id)
        & (Account.customer == agreement.owner)
        & (Account.status == AccountStatus.ACTIVE.value)
    )
    if held is not None:
        held.version += 1
        leave(desk, course, held, form.readings)


def come(
    desk: Desk, course: Course, form: StartForm, *, besides: Collection[int] = ()
) -> OpenedAccount:
    """Open the comer's account and write the reads from which it counts.

    Raises:
        ProblemsFound: something is missing, the place is taken, the day is not open, a reading is
            missing or wrong, or the customer's own debt is refused.
    """
    refuse_if_any(day_problems(desk, form.account.opened, form.account.cycle_id))
    _owner_leaves(desk, course, form)
    debts = list(
        debt_problems(desk, form.account.customer, despite=form.despite_debt, besides=besides)
    )
    problems = [*what_is_missing(form.account), *(d for d in debts if d.severity == "error")]
    points = [
        taken.service_point_id
        for taken in form.account.services
        if _is_metered(taken.service_point_id)
    ]
    ready, wrong = read_problems(course, points, form.readings)
    refuse_if_any([*problems, *wrong])
    write_reads(course, ready, ReadKind.INITIAL)
    opened = insert_account(desk.business_day, form.account)
    new = isinstance(form.account.customer, NewCustomer)
    course.parts.append((Part.COMES, opened.account_id, new))
    course.warnings += [d for d in debts if d.severity == "warning"]
    course.warnings += [*gaps(form.account.opened, form.account.services), *opened.warnings]
    return opened


def _is_metered(point_id: int) -> bool:
    point = ServicePoint.get_or_none(ServicePoint.id == point_id)
    return point is not None and bool(point.metered)
