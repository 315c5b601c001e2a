"""Carry a change in service out through the verb that it takes (SVO-1, AUD-3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import InvalidEntry
from billing_tui.metering.usage import milli_text
from billing_tui.records.attributes import LivesAt, attribute
from billing_tui.records.change_attribute import (
    change_location_attributes,
    change_service_attributes,
)
from billing_tui.records.editing import existing
from billing_tui.records.tables import Account
from billing_tui.service_orders.add_service import AddForm, add_service, free_point
from billing_tui.service_orders.change_class import change_class
from billing_tui.service_orders.end_service import EndForm, end_service
from billing_tui.service_orders.service_changes import ChangeDone, ChangeKind, Seen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from billing_tui.access.desk import Desk
    from billing_tui.metering.move_read import MoveRead
    from billing_tui.service_orders.service_changes import ChangeForm

_METER = """
SELECT m.number FROM meter_installation i JOIN meter m ON m.id = i.meter_id
WHERE i.service_point_id = ? AND i.to_day IS NULL ORDER BY i.from_day DESC, i.id DESC LIMIT 1
"""


def change_in_service(
    desk: Desk, form: ChangeForm, *, seen: Seen, why: str = "", key: str | None = None
) -> ChangeDone:
    """Make one change in service; one transaction and one audit entry, whatever it is.

    Args:
        desk: who does it; another class of a clerk's becomes a request.
        form: what changes.
        seen: versions as they were shown.
        why: the reason; needed to end a service and for another class.
        key: idempotency key.

    Raises:
        BillingError: as the verb of that kind of change: `add_service`, `end_service`,
            `change_class`, `change_service_attributes`, `change_location_attributes`.
    """
    match form.change:
        case ChangeKind.ADD:
            return _add(desk, form, seen, why, key)
        case ChangeKind.END:
            return _end(desk, form, seen, why, key)
        case ChangeKind.CLASS:
            return _class(desk, form, seen, why, key)
        case _:
            return _attributes(desk, form, seen, why, key)


def meter_at(point_id: int | None) -> str:
    """Number of the meter in place at a service point; "" where there is none."""
    rows = rows_of(_METER, (point_id,)) if point_id is not None else []
    return str(rows[0][0]) if rows else ""


def _readings(form: ChangeForm, point_id: int | None) -> dict[str, int]:
    meter = meter_at(point_id)
    return {meter: form.reading} if meter and form.reading is not None else {}


def _told(reads: Sequence[MoveRead]) -> str:
    return ", ".join(
        f"{one.meter} at {one.reading}: {milli_text(one.usage_milli)} {one.unit}" for one in reads
    )


def _add(desk: Desk, form: ChangeForm, seen: Seen, why: str, key: str | None) -> ChangeDone:
    if form.kind is None or form.terms is None:
        raise InvalidEntry("Say which service, and its class.", field="kind")
    account = existing(Account, form.account_id)
    point = free_point(account.location.id, form.kind, form.day)
    asked = AddForm(
        account_id=form.account_id,
        kind=form.kind,
        schedule=form.terms.schedule,
        rate_class=form.terms.rate_class,
        day=form.day,
        attributes=form.values,
        source=form.source,
        readings=_readings(form, point),
        despite_billed=form.despite_billed,
    )
    done = add_service(desk, asked, version=seen.account, why=why, key=key)
    return ChangeDone(form, usage=_told(done.reads))


def _service_id(form: ChangeForm) -> int:
    if form.service_id is None:
        raise InvalidEntry("Which service?", field="service")
    return form.service_id


def _end(desk: Desk, form: ChangeForm, seen: Seen, why: str, key: str | None) -> ChangeDone:
    service = _service_id(form)
    point = rows_of("SELECT service_point_id FROM service WHERE id = ?", (service,))
    asked = EndForm(
        service_id=service,
        day=form.day,
        source=form.source,
        readings=_readings(form, point[0][0] if point else None),
    )
    done = end_service(desk, asked, version=seen.account, why=why, key=key)
    return ChangeDone(form, usage=_told(done.reads))


def _class(desk: Desk, form: ChangeForm, seen: Seen, why: str, key: str | None) -> ChangeDone:
    if form.terms is None:
        raise InvalidEntry("Which class?", field="terms")
    done = change_class(
        desk,
        _service_id(form),
        schedule=form.terms.schedule,
        rate_class=form.terms.rate_class,
        from_day=form.day,
        version=seen.account,
        why=why,
        key=key,
    )
    return ChangeDone(form, request=done.request)


def _attributes(desk: Desk, form: ChangeForm, seen: Seen, why: str, key: str | None) -> ChangeDone:
    if not form.values:
        raise InvalidEntry("Say the new value.", field="value")
    homes = {attribute(name).lives_at for name in form.values}
    if homes == {LivesAt.LOCATION}:
        place = existing(Account, form.account_id).location.id
        change_location_attributes(
            desk,
            place,
            form.values,
            from_day=form.day,
            version=seen.location,
            despite_billed=form.despite_billed,
            why=why,
            key=key,
        )
    else:
        change_service_attributes(
            desk,
            _service_id(form),
            form.values,
            from_day=form.day,
            version=seen.account,
            despite_billed=form.despite_billed,
            why=why,
            key=key,
        )
    return ChangeDone(form)
