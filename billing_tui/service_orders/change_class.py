"""Another schedule or class of a service: a lead changes it, a clerk asks and a lead approves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing_tui.access.request_change import kept_reason
from billing_tui.access.rights import Right
from billing_tui.foundation.errors import InvalidEntry
from billing_tui.foundation.text import clean
from billing_tui.records.change_service import change_service
from billing_tui.records.difference import attribute_words
from billing_tui.records.editing import existing
from billing_tui.records.lookup import account_summary
from billing_tui.records.request_class_change import request_class_change
from billing_tui.records.tables import Service
from billing_tui.service_orders.class_needs import unstated
from billing_tui.service_orders.terms import check_terms

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from billing_tui.access.desk import Desk
    from billing_tui.service_orders.terms import Terms


@dataclass(frozen=True, slots=True)
class ClassChange:
    """What became of it: the row of the service that goes on, or the request that waits.

    Attributes:
        service_id: row under the new terms, None while a lead has not approved.
        request: number of the request, None where nobody had to be asked.
    """

    service_id: int | None = None
    request: int | None = None


def change_class(
    desk: Desk,
    service_id: int,
    *,
    schedule: str,
    rate_class: str,
    from_day: date,
    values: Mapping[str, str] | None = None,
    version: int,
    why: str,
    key: str | None = None,
) -> ClassChange:
    """Bill a service under another schedule or class from a day on, or ask for it (AUD-3).

    Args:
        desk: who does it.
        service_id: the service.
        schedule: code of the rate schedule.
        rate_class: class of the schedule.
        from_day: first day of the new terms.
        values: attributes that the class's rate asks for and nobody stated before.
        version: of the account, as it was shown.
        why: the reason; the checker reads it.
        key: idempotency key.

    Raises:
        InvalidEntry: there is no such class on that day, the service's usage cannot be told
            apart there, the rate asks for an attribute that nobody stated, or the reason is
            missing.
        Refused: nothing differs, a bill covers the day, or the same is asked for already.
        StaleEdit: somebody changed the account since `version`.
    """
    service = existing(Service, service_id)
    schedule = clean(schedule, most=40, field="schedule")
    rate_class = clean(rate_class, most=40, field="rate_class")
    terms = check_terms(service.kind, schedule, rate_class, from_day)
    _check_stated(service, terms, values or {}, from_day)
    why = kept_reason(why)
    if not desk.may(Right.CHANGE_CLASS):
        asked = request_class_change(
            desk,
            service_id,
            schedule=schedule,
            rate_class=rate_class,
            from_day=from_day,
            values=values,
            reason=why,
            key=key,
        )
        return ClassChange(request=asked)
    changed = change_service(
        desk,
        service_id,
        schedule=schedule,
        rate_class=rate_class,
        billing_hold=bool(service.billing_hold),
        from_day=from_day,
        values=values,
        version=version,
        why=why,
        key=key,
    )
    return ClassChange(service_id=changed)


def _check_stated(service: Service, terms: Terms, values: Mapping[str, str], day: date) -> None:
    """Refuse a class that could not bill the service: every run would park the account."""
    there = account_summary(service.account.id, day)
    if not any(line.service_id == service.id for line in there.services):
        return  # the day is refused as one on which the service is not in force
    name = unstated(there, service.id, terms, values, day)
    if name:
        raise InvalidEntry(
            f"{terms.schedule} {terms.rate_class} asks for {attribute_words(name).lower()}, which "
            "nobody has stated; say it too.",
            field=name,
            code="UNSTATED",
        )
