"""Change a service's schedule, class or billing hold from a day on."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from billing_tui.access.desk import NotAllowed
from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.foundation.errors import Refused
from billing_tui.foundation.text import clean
from billing_tui.records.billed_days import check_terms_day
from billing_tui.records.change_attribute import check_day, state_missing
from billing_tui.records.editing import claim, existing, refuse_if
from billing_tui.records.kinds import ServiceKind
from billing_tui.records.new_records import NewService, service_problems
from billing_tui.records.tables import Service, ServiceAttribute

if TYPE_CHECKING:
    from collections.abc import Mapping

    from billing_tui.access.desk import Desk
    from billing_tui.access.writing import Act


def change_service(
    desk: Desk,
    service_id: int,
    *,
    schedule: str,
    rate_class: str,
    billing_hold: bool,
    from_day: date,
    values: Mapping[str, str] | None = None,
    version: int,
    why: str = "",
    key: str | None = None,
) -> int:
    """Bill a service under another schedule or class from a day on; returns the service's row.

    The service ends the day before and goes on as a new row with the same attributes, so that
    what was billed can be derived again. A change from its first day corrects the row itself, as
    does a change of the hold alone.

    Args:
        desk: who does it.
        service_id: the service.
        schedule: code of the rate schedule.
        rate_class: class of the schedule.
        billing_hold: whether the service is kept off bills.
        from_day: first day of the new terms.
        values: attributes that the new class's rate asks for and that have no value so far.
        version: of the account, as it was shown.
        why: the reason.
        key: idempotency key.

    Raises:
        NotAllowed: another schedule or class takes a lead; a clerk asks with
            `request_class_change`.
        InvalidEntry: the day is outside the service's or cannot cut its usage in two, or
            schedule or class is missing.
        Refused: nothing differs, or a bill covers the day.
    """
    schedule = clean(schedule, most=40, field="schedule")
    rate_class = clean(rate_class, most=40, field="rate_class")
    kept = dict(values or {})
    asked = [service_id, schedule, rate_class, billing_hold, from_day.isoformat(), kept]
    verb = "records.change_service"
    with writing(desk, Right.KEEP_RECORDS, verb, why=why, key=key, request=asked) as act:
        if act.repeated:
            return int(act.done)
        _may_change(desk, existing(Service, service_id), schedule, rate_class)
        act.result = give_terms(
            act,
            service_id,
            schedule=schedule,
            rate_class=rate_class,
            billing_hold=billing_hold,
            from_day=from_day,
            values=kept,
            version=version,
        )
        return int(act.result)


def _may_change(desk: Desk, service: Any, schedule: str, rate_class: str) -> None:
    """The hold is a clerk's work; what is paid is not theirs alone (AUD-3)."""
    same = (service.schedule, service.rate_class) == (schedule.strip(), rate_class.strip())
    if not same and not desk.may(Right.CHANGE_CLASS):
        raise NotAllowed(
            f"{desk.username} asks for another rate class, and a lead approves it.",
            field="rate_class",
            code="NEEDS-APPROVAL",
        )


def give_terms(
    act: Act,
    service_id: int,
    *,
    schedule: str,
    rate_class: str,
    billing_hold: bool,
    from_day: date,
    version: int,
    values: Mapping[str, str] | None = None,
) -> int:
    """The work of `change_service` inside a verb of its own or an approval; args as there."""
    service = existing(Service, service_id)
    offered = NewService(kind=ServiceKind(service.kind), schedule=schedule, rate_class=rate_class)
    refuse_if(service_problems(0, offered))
    claim(act, "account", service.account, version)
    check_day(service, from_day)
    terms = {"schedule": clean(schedule), "rate_class": clean(rate_class)}
    wanted = terms | {"billing_hold": billing_hold}
    was = {name: getattr(service, name) for name in wanted}
    if was == wanted:
        raise Refused("Nothing was changed.", code="RECORD-UNCHANGED")
    new_terms = any(was[name] != terms[name] for name in terms)
    if new_terms:
        check_terms_day(service, from_day)
    if new_terms and service.from_day != from_day:
        changed_id = _go_on(service, wanted, from_day)
    else:
        Service.update(**wanted).where(Service.id == service_id).execute()
        changed_id = service_id
    act.before |= was | {"service": service_id}
    act.after |= wanted | {"service": changed_id, "from_day": from_day.isoformat()}
    state_missing(act, existing(Service, changed_id), values or {}, from_day)
    service.account.save()
    return changed_id


def _go_on(service: Any, wanted: dict[str, Any], from_day: date) -> int:
    """End a service the day before and open it again under new terms; returns the new row."""
    day_before = from_day - timedelta(days=1)
    row = Service.create(
        account=service.account,
        service_point=service.service_point,
        kind=service.kind,
        from_day=from_day,
        to_day=service.to_day,
        **wanted,
    )
    Service.update(to_day=day_before).where(Service.id == service.id).execute()
    attributes = list(
        ServiceAttribute.select().where(
            (ServiceAttribute.service == service.id)
            & (ServiceAttribute.to_day.is_null() | (ServiceAttribute.to_day >= from_day))
        )
    )
    for old in attributes:
        ServiceAttribute.create(
            service=row.id,
            name=old.name,
            value=old.value,
            from_day=max(old.from_day, from_day),
            to_day=old.to_day,
        )
    return int(row.id)
