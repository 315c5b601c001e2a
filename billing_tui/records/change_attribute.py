"""Change attributes of a location or a service from a day on; what was billed stays as it was."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.foundation.errors import InvalidEntry, Refused
from billing_tui.records.attributes import LivesAt, attribute, canonical
from billing_tui.records.billed_days import (
    check_year,
    place_billed,
    refuse_billed,
    service_billed,
)
from billing_tui.records.editing import claim, existing
from billing_tui.records.lookup import location_attributes, service_attributes
from billing_tui.records.spans import place
from billing_tui.records.tables import Location, LocationAttribute, Service, ServiceAttribute

if TYPE_CHECKING:
    from collections.abc import Mapping

    from billing_tui.access.desk import Desk
    from billing_tui.access.writing import Act
    from billing_tui.records.spans import Span


def change_location_attributes(
    desk: Desk,
    location_id: int,
    values: Mapping[str, str],
    *,
    from_day: date,
    version: int,
    despite_billed: bool = False,
    why: str = "",
    key: str | None = None,
) -> int:
    """Give attributes of a location other values from a day on; returns its new version.

    A value before ends the day before; a value that begins later keeps its day.

    Args:
        desk: who does it.
        location_id: the location.
        values: attribute to value, as they are keyed.
        from_day: first day; a bill counts the values of its period's last day.
        version: of the location, as it was shown.
        despite_billed: a lead lets it reach back into what was billed.
        why: the reason.
        key: idempotency key.

    Raises:
        InvalidEntry: no such attribute there, or a value that cannot be.
        StaleEdit: somebody changed the location since `version`.
        Refused: nothing differs on that day, or bills have gone further.
        NotAllowed: only a lead reaches back.
    """
    kept = _kept(values, LivesAt.LOCATION)
    check_year(desk, from_day)
    asked = [location_id, kept, from_day.isoformat()]
    verb = "records.change_location_attribute"
    with writing(desk, Right.KEEP_RECORDS, verb, why=why, key=key, request=asked) as act:
        if act.repeated:
            return int(act.done)
        location = existing(Location, location_id)
        claim(act, "location", location, version)
        billed = place_billed(location_id)
        act.after |= refuse_billed(desk, billed, from_day, despite=despite_billed)
        owner = (LocationAttribute, "location", location_id)
        _set_all(act, owner, location_attributes(location_id), kept, from_day)
        location.save()
        act.result = version + 1
    return version + 1


def change_service_attributes(
    desk: Desk,
    service_id: int,
    values: Mapping[str, str],
    *,
    from_day: date,
    version: int,
    despite_billed: bool = False,
    why: str = "",
    key: str | None = None,
) -> int:
    """Give attributes of a service other values from a day on; returns the account's new version.

    Args and errors as `change_location_attributes`; `version` is the account's.
    """
    kept = _kept(values, LivesAt.SERVICE)
    asked = [service_id, kept, from_day.isoformat()]
    verb = "records.change_service_attribute"
    with writing(desk, Right.KEEP_RECORDS, verb, why=why, key=key, request=asked) as act:
        if act.repeated:
            return int(act.done)
        service = existing(Service, service_id)
        claim(act, "account", service.account, version)
        check_day(service, from_day)
        billed = service_billed(service_id)
        act.after |= refuse_billed(desk, billed, from_day, despite=despite_billed)
        owner = (ServiceAttribute, "service", service_id)
        _set_all(act, owner, service_attributes(service_id), kept, from_day)
        act.after["service"] = f"{service.kind} {service_id}"
        service.account.save()
        act.result = version + 1
    return version + 1


def state_missing(act: Act, service: Any, values: Mapping[str, str], from_day: date) -> None:
    """Give attributes of a service, and of its place, that have no value on a day, inside a verb.

    No bill can have counted them, so none is in the way of the day.

    Raises:
        InvalidEntry: no such attribute, or a value that cannot be.
        Refused: one of them has a value by now.
    """
    location = service.service_point.location
    homes: dict[LivesAt, tuple[Any, int, list[Span]]] = {
        LivesAt.LOCATION: (LocationAttribute, location.id, location_attributes(location.id)),
        LivesAt.SERVICE: (ServiceAttribute, service.id, service_attributes(service.id)),
    }
    for name, value in values.items():
        of_place = attribute(name).lives_at is LivesAt.LOCATION
        home = LivesAt.LOCATION if of_place else LivesAt.SERVICE
        kept = canonical(name, value, home)
        model, row_id, spans = homes[home]
        mine = [span for span in spans if span.name == name]
        there = next((span.value for span in mine if span.covers(from_day)), None)
        if there is not None:
            raise Refused(f"{name} is {there} by now; look again.", field=name, code="RECORD-STALE")
        _set((model, home.value, row_id), mine, name, kept, from_day)
        act.before[name], act.after[name] = None, kept
    if any(attribute(name).lives_at is LivesAt.LOCATION for name in values):
        location.version += 1
        location.save()


def check_day(service: Any, from_day: date) -> None:
    """Refuse a day on which the service is not in force."""
    if from_day < service.from_day or (service.to_day and from_day > service.to_day):
        raise InvalidEntry("The service is not in force on that day.", field="from_day")


def _kept(values: Mapping[str, str], home: LivesAt) -> dict[str, str]:
    return {name: canonical(name, value, home) for name, value in values.items()}


def _set_all(
    act: Act,
    owner: tuple[Any, str, int],
    spans: list[Span],
    values: Mapping[str, str],
    from_day: date,
) -> None:
    """Write those values that differ; `owner` is the table of values, its column and its row."""
    now = {span.name: span.value for span in spans if span.covers(from_day)}
    changed = {name: value for name, value in values.items() if now.get(name) != value}
    if not changed:
        told = " and ".join(f"{name} {value}" for name, value in values.items())
        raise Refused(
            f"It is {told} on that day already.", field=next(iter(values)), code="RECORD-UNCHANGED"
        )
    for name, value in changed.items():
        _set(owner, [span for span in spans if span.name == name], name, value, from_day)
        act.before[name], act.after[name] = now.get(name), value
    act.after["from_day"] = from_day.isoformat()


def _set(
    owner: tuple[Any, str, int], mine: list[Span], name: str, value: str, from_day: date
) -> None:
    model, column, row_id = owner
    found = place(mine, from_day)
    rows = (getattr(model, column) == row_id) & (model.name == name)
    if found.closes is not None:
        day_before = from_day - timedelta(days=1)
        model.update(to_day=day_before).where(
            rows & (model.from_day == found.closes.from_day)
        ).execute()
    if found.replaces is not None:
        model.update(value=value).where(rows & (model.from_day == from_day)).execute()
        return
    to_day = found.to_day if found.closes is None else found.closes.to_day
    model.create(**{column: row_id}, name=name, value=value, from_day=from_day, to_day=to_day)
