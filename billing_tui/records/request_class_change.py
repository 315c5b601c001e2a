"""Ask for another rate class of a service, and carry it out once somebody else has approved."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from billing_tui.access.request_change import request_change
from billing_tui.foundation.errors import Refused
from billing_tui.foundation.text import clean
from billing_tui.records.attributes import attribute
from billing_tui.records.billed_days import check_terms_day
from billing_tui.records.change_attribute import check_day
from billing_tui.records.change_service import give_terms
from billing_tui.records.editing import existing, refuse_if
from billing_tui.records.kinds import ServiceKind
from billing_tui.records.new_records import NewService, service_problems
from billing_tui.records.tables import Service

if TYPE_CHECKING:
    from collections.abc import Mapping

    from billing_tui.access.desk import Desk
    from billing_tui.access.writing import Act

CLASS_CHANGE = "records.change_class"
"""The kind in the approval policy."""


def _terms(service: Any) -> dict[str, str]:
    return {"schedule": service.schedule, "rate_class": service.rate_class}


def request_class_change(
    desk: Desk,
    service_id: int,
    *,
    schedule: str,
    rate_class: str,
    from_day: date,
    values: Mapping[str, str] | None = None,
    reason: str,
    key: str | None = None,
) -> int:
    """Ask that a service be billed under another schedule or class; returns the request's number.

    Args:
        desk: who asks.
        service_id: the service.
        schedule: code of the rate schedule.
        rate_class: class of the schedule.
        from_day: first day of the new terms.
        values: attributes that the new class's rate asks for and that have no value so far.
        reason: why; the checker reads it.
        key: idempotency key.

    Raises:
        NotFound: there is no such service.
        InvalidEntry: the day is outside the service's or cannot cut its usage in two, or
            schedule or class is missing.
        Refused: nothing differs, a bill covers the day, or the same is asked for already.
        NotAllowed: the person's roles may not ask.
    """
    service = existing(Service, service_id)
    kind = ServiceKind(service.kind)
    refuse_if(service_problems(0, NewService(kind=kind, schedule=schedule, rate_class=rate_class)))
    check_day(service, from_day)
    before = _terms(service)
    after = {"schedule": clean(schedule), "rate_class": clean(rate_class)}
    if before == after:
        raise Refused("Nothing would change.", code="RECORD-UNCHANGED")
    check_terms_day(service, from_day)
    stated = {name: attribute(name).canonical(value) for name, value in (values or {}).items()}
    payload = {
        "service": service_id,
        "service_kind": kind.value,
        "from_day": from_day.isoformat(),
        "before": before,
        "after": after | stated,
    }
    about = ("account", str(service.account.number))
    return request_change(desk, CLASS_CHANGE, payload, reason, about=about, key=key)


def execute_class_change(desk: Desk, act: Act, payload: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ARG001 - every executor takes the desk
    """Give the service its new terms, if it still has those that the maker saw.

    Raises:
        Refused: the service was changed since.
    """
    service = existing(Service, payload["service"])
    if _terms(service) != payload["before"]:
        raise Refused(
            f"The service is {service.schedule} {service.rate_class} by now, which is not what "
            "was asked about; refuse this and ask again.",
            code="RECORD-STALE",
        )
    after = dict(payload["after"])
    changed = give_terms(
        act,
        service.id,
        schedule=after.pop("schedule"),
        rate_class=after.pop("rate_class"),
        billing_hold=service.billing_hold,
        from_day=date.fromisoformat(payload["from_day"]),
        values=after,
        version=service.account.version,
    )
    return {"service": changed}
