"""Issue service orders: on request, later from a draft, or for a read that must be taken again."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.foundation.bulk import next_id, rows_of
from billing_tui.foundation.errors import Problem, Refused
from billing_tui.foundation.text import clean
from billing_tui.metering.tables import Disposition
from billing_tui.metering.worklist import exception_detail
from billing_tui.records.editing import existing
from billing_tui.records.tables import Account, Location, ServicePoint
from billing_tui.service_orders.kinds import OrderState, OrderType
from billing_tui.service_orders.moving import refuse_if_any
from billing_tui.service_orders.orders import OrderLine, find_order, meters_now, walk_point
from billing_tui.service_orders.tables import ServiceOrder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from billing_tui.access.desk import Desk
    from billing_tui.access.writing import Act

PASSED = "The day by which it is needed has passed."

_OPEN = (OrderState.DRAFT.value, OrderState.ISSUED.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderForm:
    """What the crew is to do.

    Attributes:
        need_by: the day by which it must be done.
        service_point_id: where it concerns one point; the whole place if None.
        priority: 1 now, 2 today, 3 by the day, 4 when nearby.
        draft: keep it back until it is issued.
    """

    type: OrderType
    location_id: int
    need_by: date
    service_point_id: int | None = None
    account_id: int | None = None
    priority: int = 3
    crew: str = ""
    remarks: str = ""
    draft: bool = False


def _problems(desk: Desk, form: OrderForm) -> Iterator[Problem]:
    existing(Location, form.location_id)
    if form.need_by < desk.business_day:
        yield Problem(0, PASSED, "need_by")
    if not 1 <= form.priority <= 4:
        yield Problem(0, "The priority is 1 to 4.", "priority")
    if form.service_point_id is not None:
        point = existing(ServicePoint, form.service_point_id)
        if point.location.id != form.location_id:
            yield Problem(0, "That service point is elsewhere.", "service_point")
    if form.account_id is not None:
        account = existing(Account, form.account_id)
        if account.location.id != form.location_id:
            yield Problem(0, "That account is elsewhere.", "account")


def _insert(desk: Desk, act: Act, form: OrderForm, exception_id: int | None = None) -> str:
    refuse_if_any(_problems(desk, form))
    row_id = next_id(ServiceOrder)
    number = f"S{desk.business_day:%y}-{row_id:07d}"
    state = OrderState.DRAFT if form.draft else OrderState.ISSUED
    place = form.location_id, form.service_point_id
    snapshot = [] if form.draft else meters_now(form.type, *place)
    ServiceOrder.insert(
        id=row_id,
        number=number,
        type=form.type.value,
        state=state.value,
        location=form.location_id,
        service_point=form.service_point_id,
        walk_point=walk_point(*place),
        account=form.account_id,
        exception=exception_id,
        need_by=form.need_by,
        priority=form.priority,
        crew=clean(form.crew, most=40, field="crew"),
        remarks=clean(form.remarks, most=400, field="remarks"),
        snapshot=json.dumps(snapshot),
        issued_on=None if form.draft else desk.business_day,
        staff=desk.staff_id,
    ).execute()
    act.about("service order", number)
    act.after = {
        "type": form.type.value,
        "state": state.value,
        "need_by": form.need_by.isoformat(),
        "exception": exception_id,
        "version": 1,
    }
    act.result = number
    return number


def issue_order(desk: Desk, form: OrderForm, *, key: str | None = None) -> OrderLine:
    """Issue an order, or keep it as a draft; it keeps the meters as they are at issue.

    Raises:
        NotFound: there is no such place, point or account.
        ProblemsFound: everything else that is wrong, each with its entry field.
    """
    asked = {"type": form.type.value, "location": form.location_id}
    with writing(
        desk, Right.KEEP_RECORDS, "service_orders.issue_order", key=key, request=asked
    ) as act:
        number = act.done if act.repeated else _insert(desk, act, form)
    return find_order(number)


def issue_draft(desk: Desk, number: str) -> OrderLine:
    """Issue an order that was kept as a draft.

    Raises:
        NotFound: there is no such order.
        Refused: it is no draft.
    """
    with writing(desk, Right.KEEP_RECORDS, "service_orders.issue_draft") as act:
        line = find_order(number)
        if line.state is not OrderState.DRAFT:
            raise Refused(f"Order {number} is {line.state.lower()}.", code="ORDER-STATE")
        ServiceOrder.update(
            state=OrderState.ISSUED.value,
            issued_on=desk.business_day,
            snapshot=json.dumps(meters_now(line.type, line.location_id, line.service_point_id)),
            version=line.version + 1,
        ).where(ServiceOrder.id == line.order_id).execute()
        act.about("service order", number)
        act.before = {"state": line.state.value, "version": line.version}
        act.after = {"state": OrderState.ISSUED.value, "version": line.version + 1}
    return find_order(number)


def order_for_exception(
    desk: Desk, exception_id: int, *, need_by: date, crew: str = "", remarks: str = ""
) -> OrderLine:
    """Send somebody to read a meter again whose exception was put to `re-read` (SVO-5).

    When the order is completed with a reading, that reading settles the exception.

    Raises:
        NotFound: there is no such exception.
        Refused: the exception was settled another way, or an order for it is open already.
    """
    with writing(desk, Right.KEEP_RECORDS, "service_orders.order_for_exception") as act:
        detail = exception_detail(exception_id)
        row = detail.row
        if row.disposition is not Disposition.REREAD:
            raise Refused(
                f"Exception {exception_id} is {row.disposition}; put it to re-read first.",
                code="ORDER-EXCEPTION",
            )
        out = order_out_for(exception_id)
        if out is not None:
            raise Refused(f"Order {out} is out for it already.", code="ORDER-OPEN")
        form = OrderForm(
            type=OrderType.REREAD,
            location_id=existing(ServicePoint, row.point_id).location.id,
            service_point_id=row.point_id,
            account_id=detail.resident.account_id if detail.resident else None,
            need_by=need_by,
            priority=2,
            crew=crew,
            remarks=remarks or row.sentence,
        )
        number = _insert(desk, act, form, exception_id)
    return find_order(number)


def order_out_for(exception_id: int) -> str | None:
    """The number of the open order that was born from an exception, if there is one."""
    rows = rows_of(
        "SELECT number FROM service_order WHERE exception_id = ? AND state IN (?, ?)",
        (exception_id, *_OPEN),
    )
    return str(rows[0][0]) if rows else None


def order_reread(desk: Desk, exception_id: int) -> OrderLine:
    """The order that reads a meter again for an exception: one that is out, else a new one today.

    Raises:
        NotFound: there is no such exception.
        Refused: the exception was settled another way.
    """
    out = order_out_for(exception_id)
    if out is not None:
        return find_order(out)
    return order_for_exception(desk, exception_id, need_by=desk.business_day)
