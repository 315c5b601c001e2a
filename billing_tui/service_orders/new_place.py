"""Open an account at a place that nobody entered so far: place, points and account in one entry."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import Refused
from billing_tui.records.add_location import insert_location
from billing_tui.records.editing import refuse_if
from billing_tui.records.kinds import PointStatus, ServiceKind
from billing_tui.records.new_records import location_problems
from billing_tui.records.open_account import AccountForm, TakenService, opened_facts
from billing_tui.records.tables import ServicePoint
from billing_tui.service_orders.add_service import METERED, free_point
from billing_tui.service_orders.coming import come
from billing_tui.service_orders.forms import StartForm
from billing_tui.service_orders.kinds import MoveKind, ReadSource
from billing_tui.service_orders.moving import Course, finish, moved_before

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from billing_tui.access.desk import Desk
    from billing_tui.records.new_records import NewCustomer, NewLocation
    from billing_tui.service_orders.forms import Moved
    from billing_tui.service_orders.terms import Terms

_ADDRESS = re.compile(
    r"\s*(?P<house>[0-9]\S*)\s+(?P<street>.+?)"
    r"(?:\s+(?P<unit>(?:unit|apt|ste|suite|spc|bldg|#)\s*\S+))?\s*",
    re.IGNORECASE,
)


class Address(NamedTuple):
    """A street address in its parts; the unit with its word, "" where there is none."""

    house: str
    street: str
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPlaceForm:
    """A place with the services that are taken there from the first day on.

    Attributes:
        customer: row of a customer who is known, or a new one.
        services: kind to its terms; none that needs a meter, which is put in first.
        attributes: of each of these services.
        despite_debt: a lead lets it begin in spite of the customer's own old debt.
    """

    place: NewLocation
    customer: int | NewCustomer
    cycle_id: int | None
    opened: date
    services: Mapping[ServiceKind, Terms]
    attributes: Mapping[ServiceKind, Mapping[str, str]] = field(default_factory=dict)
    mailing_lines: tuple[str, ...] = ()
    mailing_zip: str = ""
    despite_debt: bool = False


def split_address(text: str) -> Address | None:
    """House, street and unit of `418 Alder Ct Unit B`; None where it begins with no number."""
    found = _ADDRESS.fullmatch(text)
    if found is None:
        return None
    parts = (" ".join((found[name] or "").split()) for name in ("house", "street", "unit"))
    return Address(*parts)


def free_points(location_id: int, day: date) -> dict[ServiceKind, int]:
    """By kind of service, a point of the place that nobody takes from a day on."""
    found = ((kind, free_point(location_id, kind, day)) for kind in ServiceKind)
    return {kind: point for kind, point in found if point is not None}


def cycles_known() -> tuple[tuple[int, str, str], ...]:
    """Row, code and name of every cycle, in order of the codes."""
    return tuple(tuple(row) for row in rows_of("SELECT id, code, name FROM cycle ORDER BY code"))


def usual_city() -> tuple[str, str]:
    """City and ZIP of the place that was entered last; "" before the first."""
    rows = rows_of("SELECT city, zip FROM location ORDER BY id DESC LIMIT 1")
    return (str(rows[0][0]), str(rows[0][1])) if rows else ("", "")


def open_at_new_place(
    desk: Desk, form: NewPlaceForm, *, why: str = "", key: str | None = None
) -> Moved:
    """Enter a place with its service points and open the first account there.

    Args:
        desk: who does it.
        form: where, who, from when, which services.
        why: the reason.
        key: idempotency key; the same request again gets the first account.

    Raises:
        InvalidEntry: the address is wrong; `ProblemsFound` for several things.
        Refused: a service there needs a meter.
        ProblemsFound: the account cannot be opened so.
    """
    refuse_if(location_problems(0, form.place))
    metered = METERED & set(form.services)
    if metered:
        raise Refused(
            f"{min(metered).capitalize()} needs a meter; open the account without it, put the "
            "meter in, then add it with 1.8.",
            field="services",
        )
    asked = [form.place.house, form.place.street, form.place.unit, form.opened.isoformat()]
    verb = "service_orders.open_at_new_place"
    with writing(desk, Right.KEEP_RECORDS, verb, why=why, key=key, request=asked) as act:
        if act.repeated:
            return moved_before(act.done)
        place, told = insert_location(form.place, form.opened)
        account = AccountForm(
            customer=form.customer,
            location_id=place,
            cycle_id=form.cycle_id,
            opened=form.opened,
            services=tuple(_taken(form, place, kind) for kind in form.services),
            mailing_lines=form.mailing_lines,
            mailing_zip=form.mailing_zip,
        )
        course = Course(MoveKind.START, form.opened, ReadSource.FIELD, (place,))
        opened = come(desk, course, StartForm(account=account, despite_debt=form.despite_debt))
        act.about("account", opened.number)
        act.after = opened_facts(opened.account_id, account) | {"location": told}
        return finish(desk, act, course)


def _taken(form: NewPlaceForm, place: int, kind: ServiceKind) -> TakenService:
    """A new service point, and what is taken there."""
    point = ServicePoint.create(
        location=place, kind=kind.value, status=PointStatus.ACTIVE.value, metered=False
    )
    terms = form.services[kind]
    return TakenService(
        service_point_id=int(point.id),
        schedule=terms.schedule,
        rate_class=terms.rate_class,
        attributes=form.attributes.get(kind, {}),
    )
