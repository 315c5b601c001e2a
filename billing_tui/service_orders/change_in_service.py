"""Carry a change in service out through the verb that it takes (SVO-1, AUD-3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.foundation.errors import InvalidEntry
from billing_tui.metering.usage import milli_text
from billing_tui.records.attributes import LivesAt, attribute
from billing_tui.records.change_attribute import (
    change_location_attributes,
    change_service_attributes,
)
from billing_tui.records.editing import existing
from billing_tui.records.tables import Account
from billing_tui.service_orders.add_service import AddForm, add_service
from billing_tui.service_orders.change_class import change_class
from billing_tui.service_orders.end_service import EndForm, end_service
from billing_tui.service_orders.service_changes import ChangeDone, ChangeKind, Seen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from billing_tui.access.desk import Desk
    from billing_tui.metering.move_read import MoveRead
    from billing_tui.service_orders.service_changes import ChangeForm


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


def _told(reads: Sequence[MoveRead]) -> str:
    return ", ".join(
        f"{one.meter} at {one.reading}: {milli_text(one.usage_milli)} {one.unit}" for one in reads
    )


def _add(desk: Desk, form: ChangeForm, seen: Seen, why: str, key: str | None) -> ChangeDone:
    if form.kind is None or form.terms is None:
        raise InvalidEntry("Say which service, and its class.", field="kind")
    asked = AddForm(
        account_id=form.account_id,
        kind=form.kind,
        schedule=form.terms.schedule,
        rate_class=form.terms.rate_class,
        day=form.day,
        attributes=form.values,
        source=form.source,
        readings=form.readings,
        despite_billed=form.despite_billed,
    )
    done = add_service(desk, asked, version=seen.account, why=why, key=key)
    return ChangeDone(form, usage=_told(done.reads))


def _service_id(form: ChangeForm) -> int:
    if form.service_id is None:
        raise InvalidEntry("Which service?", field="service")
    return form.service_id


def _end(desk: Desk, form: ChangeForm, seen: Seen, why: str, key: str | None) -> ChangeDone:
    asked = EndForm(
        service_id=_service_id(form), day=form.day, source=form.source, readings=form.readings
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
        values=form.values,
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
