"""Change an attribute of a location or a service from a day on; what was billed stays as it was."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.foundation.errors import Refused
from billing_tui.records.attributes import LivesAt, canonical
from billing_tui.records.editing import claim, existing
from billing_tui.records.lookup import location_attributes, service_attributes
from billing_tui.records.spans import place
from billing_tui.records.tables import Location, LocationAttribute, Service, ServiceAttribute

if TYPE_CHECKING:
    from billing_tui.access.desk import Desk
    from billing_tui.access.writing import Act
    from billing_tui.records.spans import Span


def change_location_attribute(
    desk: Desk,
    location_id: int,
    name: str,
    value: str,
    *,
    from_day: date,
    version: int,
    why: str = "",
) -> int:
    """Give an attribute of a location a value from a day on; returns the location's new version.

    The value before ends the day before; a value that begins later keeps its day.

    Raises:
        InvalidEntry: no such attribute there, or a value that cannot be.
        StaleEdit: somebody changed the location since `version`.
        Refused: the attribute has that value on that day.
    """
    kept = canonical(name, value, LivesAt.LOCATION)
    with writing(desk, Right.KEEP_RECORDS, "records.change_location_attribute", why=why) as act:
        location = existing(Location, location_id)
        claim(act, "location", location, version)
        spans = location_attributes(location_id)
        owner = ("location", location_id)
        _set(act, LocationAttribute, owner, spans, name=name, value=kept, from_day=from_day)
        location.save()
    return version + 1


def change_service_attribute(
    desk: Desk,
    service_id: int,
    name: str,
    value: str,
    *,
    from_day: date,
    version: int,
    why: str = "",
) -> int:
    """Give an attribute of a service a value from a day on; returns the account's new version.

    Args and errors as `change_location_attribute`; `version` is the account's.
    """
    kept = canonical(name, value, LivesAt.SERVICE)
    with writing(desk, Right.KEEP_RECORDS, "records.change_service_attribute", why=why) as act:
        service = existing(Service, service_id)
        claim(act, "account", service.account, version)
        spans = service_attributes(service_id)
        owner = ("service", service_id)
        _set(act, ServiceAttribute, owner, spans, name=name, value=kept, from_day=from_day)
        act.after["service"] = f"{service.kind} {service_id}"
        service.account.save()
    return version + 1


def _set(
    act: Act,
    model: Any,
    owner: tuple[str, int],
    spans: list[Span],
    *,
    name: str,
    value: str,
    from_day: date,
) -> None:
    """Write the value's row into `model`, whose rows belong to `owner`, a column and its id."""
    mine = [span for span in spans if span.name == name]
    was = next((span for span in mine if span.covers(from_day)), None)
    if was is not None and was.value == value:
        raise Refused(
            f"{name} is {value} on that day already.", field=name, code="RECORD-UNCHANGED"
        )
    found = place(mine, from_day)
    rows = (getattr(model, owner[0]) == owner[1]) & (model.name == name)
    if found.closes is not None:
        day_before = from_day - timedelta(days=1)
        model.update(to_day=day_before).where(
            rows & (model.from_day == found.closes.from_day)
        ).execute()
    if found.replaces is not None:
        model.update(value=value).where(rows & (model.from_day == from_day)).execute()
    else:
        to_day = found.to_day if found.closes is None else found.closes.to_day
        model.create(**dict([owner]), name=name, value=value, from_day=from_day, to_day=to_day)
    act.before[name] = was.value if was is not None else None
    act.after |= {name: value, "from_day": from_day.isoformat()}
