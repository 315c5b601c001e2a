"""Complete, give up or cancel service orders; one at a time or a whole batch of sheets (SVO-4)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.foundation.errors import BillingError, NotFound, Problem, ProblemsFound, Refused
from billing_tui.foundation.text import clean
from billing_tui.metering import settling
from billing_tui.metering.late_read import came_late, write_late_read
from billing_tui.metering.read_policy import shipped_policy
from billing_tui.metering.settling import Decision
from billing_tui.metering.tables import Disposition
from billing_tui.records.editing import StaleEdit
from billing_tui.service_orders.kinds import FINDS, OrderState
from billing_tui.service_orders.order_policy import shipped_order_policy
from billing_tui.service_orders.order_reading import order_reading
from billing_tui.service_orders.orders import OrderLine, find_order
from billing_tui.service_orders.tables import ServiceOrder

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from billing_tui.access.desk import Desk
    from billing_tui.service_orders.kinds import Condition

DOUBT = "doubt"
"""The field of a problem that goes away when the reading is confirmed."""

_LONGEST = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderResult:
    """What came back from the field.

    Attributes:
        day: on which it was done.
        result: what was done, or why it could not be.
        reading: what the register showed, in counts.
        unable: the work could not be done.
        found, left: the service before and after the work.
        code: of the policy: why it could not be done.
        confirmed: the reading was looked at again and stands, whatever the checks doubt.
        version: of the order, as it was shown; None takes it as it stands.
    """

    number: str
    day: date
    result: str = ""
    reading: int | None = None
    unable: bool = False
    found: Condition | None = None
    left: Condition | None = None
    code: str = ""
    confirmed: bool = False
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Finished:
    """Orders that are done with.

    Attributes:
        settled: read exceptions that got their reading.
        warnings: readings that came too late for their exception.
    """

    numbers: tuple[str, ...]
    settled: tuple[int, ...]
    warnings: tuple[Problem, ...]


def _checked(desk: Desk, told: OrderResult) -> OrderLine:
    """The order, if it can be finished like that."""
    line = find_order(told.number)
    if line.state is not OrderState.ISSUED:
        raise Refused(f"Order {line.number} is {line.state.lower()}.", field="order")
    if told.version is not None and told.version != line.version:
        raise StaleEdit(f"Order {line.number} was changed; look at it again.", field="version")
    if line.issued_on is None or not line.issued_on <= told.day <= desk.business_day:
        issued = f"{line.issued_on:%m/%d/%y}" if line.issued_on else "its issue"
        raise Refused(f"It was done between {issued}, when it went out, and today.", field="day")
    _check_why(told)
    _check_finding(line, told)
    if told.reading is not None:
        _check_reading(line, told)
    clean(told.result, most=_LONGEST, field="result")
    return line


def _check_why(told: OrderResult) -> None:
    codes = shipped_order_policy().unable
    if told.code and told.code not in codes:
        raise Refused("This code is not known; F4 lists the codes.", field="code")
    if told.code and not told.unable:
        raise Refused(
            f"Code {told.code} ({codes[told.code]}) means that it was not done.", field="code"
        )
    if told.unable and not (told.code or told.result.strip()):
        raise Refused("Say why it could not be done.", field="result")


def _check_finding(line: OrderLine, told: OrderResult) -> None:
    """Work that looks for something says what it found."""
    silent = told.reading is None and told.found is None and not told.result.strip()
    if line.type in FINDS and silent and not told.unable:
        raise Refused(
            f"What did the {line.type} find? Key the reading, found and left, or a remark; "
            "a code where it could not be done.",
            field="reading" if len(line.snapshot) == 1 else "result",
        )


def _check_reading(line: OrderLine, told: OrderResult) -> None:
    if told.unable:
        raise Refused("What could not be done has no reading.", field="reading")
    if len(line.snapshot) != 1:
        raise Refused("The order is not for one meter; say what was read.", field="reading")
    dials = int(line.snapshot[0]["dials"])
    if not 0 <= (told.reading or 0) < 10**dials:
        raise Refused(f"The reading does not fit on {dials} dials.", field="reading")
    look = order_reading(line, told.day, told.reading or 0)
    if look is not None and look.doubt and not told.confirmed:
        raise Refused(f"{look.doubt} Key it anew, or confirm it.", field=DOUBT)


def _flow_back(desk: Desk, line: OrderLine, told: OrderResult) -> Problem | None:
    """Settle the exception that the order was born from; or why that came too late."""
    if line.exception_id is None or told.reading is None:
        return None
    desk.require(Right.CLEAR_EXCEPTIONS)
    reason = f"Read again by order {line.number}"
    try:
        if came_late(line.exception_id):
            told_by = f"{reason} on {told.day:%m/%d/%y}, after posting"
            write_late_read(line.exception_id, told.reading, told_by)
            return None
        case = settling.open_case(line.exception_id, shipped_policy())
    except (NotFound, Refused) as error:
        return Problem(
            0, f"{line.number}: the reading stays on the order. {error.sentence} "
            "A later read bills the use; RDG040 corrects one that is wrong.", "reading", "warning",
        )  # fmt: skip
    at = desk.clock().isoformat(timespec="seconds")
    settling.edit(case, Decision(Disposition.EDIT, reason, desk.staff_id, at), told.reading)
    return None


def _write(line: OrderLine, told: OrderResult) -> None:
    state = OrderState.UNABLE if told.unable else OrderState.COMPLETED
    ServiceOrder.update(
        state=state.value,
        finished_on=told.day,
        reading=told.reading,
        found_as=told.found.value if told.found else None,
        left_as=told.left.value if told.left else None,
        code=told.code,
        result=clean(told.result, most=_LONGEST),
        version=line.version + 1,
    ).where(ServiceOrder.id == line.order_id).execute()


def complete_orders(desk: Desk, results: Sequence[OrderResult]) -> Finished:
    """Enter what came back for a batch of orders: all of it or nothing.

    A reading of an order that was born from a read exception settles that exception.

    Raises:
        ProblemsFound: what is wrong, with the place of the sheet in the batch, from 1.
    """
    with writing(desk, Right.KEEP_RECORDS, "service_orders.complete_orders") as act:
        problems: list[Problem] = []
        lines: list[tuple[OrderLine, OrderResult]] = []
        seen: set[str] = set()
        for place, told in enumerate(results, 1):
            try:
                if told.number in seen:
                    raise Refused(f"Order {told.number} is in the batch twice.", field="order")
                seen.add(told.number)
                lines.append((_checked(desk, told), told))
            except BillingError as error:
                problems.append(Problem(place, error.sentence, error.field or ""))
        if problems or not lines:
            first = problems[0].sentence if problems else "The batch is empty."
            raise ProblemsFound(f"Nothing was saved: {first}", tuple(problems))
        late = [_flow_back(desk, line, told) for line, told in lines]
        for line, told in lines:
            _write(line, told)
        done = _finished(lines, late)
        act.about("service order", done.numbers[0])
        act.before = {"state": OrderState.ISSUED.value}
        act.after = {
            "orders": [[told.number, told.reading, told.unable] for _, told in lines],
            "settled": list(done.settled),
        }
        return done


def _finished(
    lines: Sequence[tuple[OrderLine, OrderResult]], late: Sequence[Problem | None]
) -> Finished:
    settled = [
        line.exception_id
        for (line, told), problem in zip(lines, late, strict=True)
        if line.exception_id is not None and told.reading is not None and problem is None
    ]
    return Finished(
        tuple(line.number for line, _ in lines),
        tuple(settled),
        tuple(problem for problem in late if problem is not None),
    )


def complete_order(desk: Desk, told: OrderResult) -> Finished:
    """Enter what came back for one order. Raises `ProblemsFound`."""
    return complete_orders(desk, [replace(told, unable=False)])


def unable_order(desk: Desk, told: OrderResult) -> Finished:
    """Enter that the work could not be done, and why. Raises `ProblemsFound`."""
    return complete_orders(desk, [replace(told, unable=True)])


def cancel_order(desk: Desk, number: str, *, why: str) -> OrderLine:
    """Cancel an order that nobody has carried out.

    Raises:
        NotFound: there is no such order.
        Refused: it is finished or cancelled, or the reason is missing.
    """
    reason = clean(why, most=_LONGEST, field="why")
    if not reason:
        raise Refused("Say why the order is cancelled.", field="why")
    with writing(desk, Right.KEEP_RECORDS, "service_orders.cancel_order", why=reason) as act:
        line = find_order(number)
        if line.state not in {OrderState.DRAFT, OrderState.ISSUED}:
            raise Refused(f"Order {number} is {line.state.lower()}.", code="ORDER-STATE")
        ServiceOrder.update(
            state=OrderState.CANCELLED.value, result=reason, version=line.version + 1
        ).where(ServiceOrder.id == line.order_id).execute()
        act.about("service order", number)
        act.before = {"state": line.state.value, "version": line.version}
        act.after = {"state": OrderState.CANCELLED.value, "version": line.version + 1}
    return find_order(number)
