"""What can be changed in service, as frozen values: what a clerk hands in, what comes of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from billing_tui.records.attributes import REGISTRY, LivesAt
from billing_tui.records.kinds import ServiceKind
from billing_tui.service_orders.kinds import ReadSource

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from billing_tui.service_orders.terms import Terms


class ChangeKind(StrEnum):
    """What changes."""

    ADD = "add"
    END = "end"
    CLASS = "class"
    CARTS = "carts"
    PEOPLE = "people"
    ZONE = "zone"
    ERU = "eru"
    OTHER = "other"


SAYS: dict[ChangeKind, str] = {
    ChangeKind.ADD: "Add a service to the account",
    ChangeKind.END: "End one service; the others go on",
    ChangeKind.CLASS: "Schedule or class of a service",
    ChangeKind.CARTS: "Size and number of carts",
    ChangeKind.PEOPLE: "People in the household",
    ChangeKind.ZONE: "Pressure zone of the place",
    ChangeKind.ERU: "Equivalent units (ERU) of the place",
    ChangeKind.OTHER: "Any other attribute of the place or a service",
}
"""Each kind in words."""

ATTRIBUTES: dict[ChangeKind, tuple[str, ...]] = {
    ChangeKind.CARTS: ("cart_size", "carts"),
    ChangeKind.PEOPLE: ("household_size",),
    ChangeKind.ZONE: ("zone",),
    ChangeKind.ERU: ("eru",),
}
"""Attributes that a kind of change sets."""

SERVED: dict[ChangeKind, frozenset[ServiceKind]] = {
    ChangeKind.CARTS: frozenset({ServiceKind.REFUSE}),
    ChangeKind.PEOPLE: frozenset({ServiceKind.WATER, ServiceKind.SEWER}),
}
"""Kinds of service that a kind of change is for; all of them where it is not named."""

BY_FLAG = frozenset({"low_income", "tax_exempt"})
"""Attributes that follow from the account's flags, which end by themselves (CUS-5)."""


def other_attributes(home: LivesAt) -> tuple[str, ...]:
    """Attributes that no kind of change of its own sets."""
    named = {name for names in ATTRIBUTES.values() for name in names}
    return tuple(
        name
        for name, one in REGISTRY.items()
        if one.lives_at is home and name not in named and name not in BY_FLAG
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeForm:
    """One change in service.

    Attributes:
        account_id: the account.
        change: what changes.
        day: first day of the change; for a meter the day of its read.
        service_id: the service that changes; None where one is added or the place changes.
        kind: of the service that is added.
        terms: new schedule and class.
        values: attribute to new value, as keyed; with a class those that its rate asks for.
        source: where a reading comes from.
        readings: number of each meter to what it shows, in counts.
        despite_billed: a lead lets it reach back into what was billed.
    """

    account_id: int
    change: ChangeKind
    day: date
    service_id: int | None = None
    kind: ServiceKind | None = None
    terms: Terms | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    source: ReadSource = ReadSource.FIELD
    readings: Mapping[str, int] = field(default_factory=dict)
    despite_billed: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """Versions of the records as they were shown, so that a stale edit is noticed."""

    account: int
    location: int


@dataclass(frozen=True, slots=True)
class ChangeDone:
    """What became of a change.

    Attributes:
        request: number of the request that waits for a lead; None where it is done.
        usage: what the meter's read measured, in words; "" where nothing was read.
    """

    form: ChangeForm
    request: int | None = None
    usage: str = ""

    @property
    def sentence(self) -> str:
        """What was done, for the clerk."""
        change, since = self.form.change, f"from {self.form.day:%m/%d/%y}"
        if self.request is not None:
            return f"Request {self.request} waits for a lead: {change} {since}."
        done = _DONE.get(change, f"{str(change).capitalize()} changed")
        read = f" {self.usage}." if self.usage else ""
        return f"{done} {since}.{read}"


_DONE = {
    ChangeKind.ADD: "Service added",
    ChangeKind.END: "Service ended",
    ChangeKind.OTHER: "Attribute changed",
    ChangeKind.ERU: "ERU changed",
}
