"""ACC030 New account: at a place that is new, or one more account at a place that is held."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from billing_tui.access.rights import Right
from billing_tui.foundation.errors import InvalidEntry
from billing_tui.records.kinds import ServiceKind
from billing_tui.records.new_records import NewLocation
from billing_tui.records.open_account import AccountForm, TakenService
from billing_tui.service_orders.add_service import METERED
from billing_tui.service_orders.ahead import holder_of, meters_there
from billing_tui.service_orders.coming import debt_problems
from billing_tui.service_orders.forms import StartForm
from billing_tui.service_orders.new_place import (
    NewPlaceForm,
    cycles_known,
    free_points,
    open_at_new_place,
    split_address,
    usual_city,
)
from billing_tui.service_orders.offer import offer_at
from billing_tui.service_orders.start_service import start_service
from billing_tui.service_orders.terms import month_cents
from billing_tui.tui.commands import CONFIRM, LIST
from billing_tui.tui.kinds import Choice, Kind, Taken, choice, optional
from billing_tui.tui.record_kinds import or_new, place
from billing_tui.tui.screens.records.envelope_fields import LINES, envelope
from billing_tui.tui.screens.service_orders.change_fields import new_terms, value_of
from billing_tui.tui.screens.service_orders.move_fields import Readings, field, words
from billing_tui.tui.screens.service_orders.move_lines import debt_lines, said, warned
from billing_tui.tui.screens.service_orders.start_service import StartService
from billing_tui.tui.shown import cents_text, day_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from billing_tui.service_orders.forms import Moved
    from billing_tui.service_orders.terms import Terms
    from billing_tui.tui.entry import Entry
    from billing_tui.tui.ink import Line

_OF_PLACE = ("address", "city", "place_zip")
_WHERE = "A location's number or an address; NEW for a place that is not entered yet."
_CYCLE = "With which it is billed; F4 lists them."
_CARTS = ("cart_size", "carts")


def _address() -> Kind:
    """A street address; the value is an `Address`."""

    def read(entry: str) -> Taken:
        found = split_address(entry)
        if found is None:
            raise InvalidEntry("Key the number first: 418 Alder Ct Unit B.", code="ADDRESS")
        unit = f", {found.unit}" if found.unit else ""
        return Taken(found, entry.strip(), f"number {found.house}{unit}")

    return Kind(40, read, "Number, street, unit: 418 Alder Ct Unit B.")


class NewAccount(StartService):
    """A first account at a new place, or one more where somebody else has an account."""

    ident = "ACC030"
    heading = "New account"
    help_text = (
        "For what 1.3 does not reach. NEW under Where enters a place with its service points and "
        "opens its first account; a service with a meter is added with 1.8 once the meter is in. "
        "At a place that is held, the points that nobody takes are offered, such as a second "
        "meter for the garden. Where a place stands empty, 1.3 starts service on the last terms."
    )
    opening = "Whose account? Key a name or a number, NEW for somebody new; F4 lists."
    commands = (
        LIST,
        CONFIRM.called("Open", "Open the account.", Right.KEEP_RECORDS.value),
    )

    def entries(self) -> Sequence[Entry]:
        """Who, then where, then what is taken there."""
        usual = super().entries()
        who = usual[: usual.index(self.coming.place)]
        self._readings = Readings("in", self.sitting)
        self._free: dict[ServiceKind, int] = {}
        cycles = [Choice(code, name) for _, code, name in cycles_known()]
        services = [
            field(kind.value, kind.value.capitalize(), self._terms_kind(kind), shut=True)
            for kind in ServiceKind
        ]
        carts = [
            field(name, label, value_of(name), shut=True)
            for name, label in zip(_CARTS, ("Cart size", "Carts"), strict=True)
        ]
        when, source = self.timing()
        source.display = False
        return (
            *who,
            field("location", "Where", or_new(place(), "a place that is not entered yet", _WHERE)),
            field("address", "Address", _address(), shut=True),
            field("city", "City", words(40, "City of the place.", required=True), shut=True),
            field("place_zip", "ZIP", words(10, "5 or 9 digits.", required=True), shut=True),
            when,
            source,
            field("cycle", "Cycle", choice(8, cycles, _CYCLE), shut=True),
            *services,
            *carts,
            *self._readings.entries,
            self.despite,
        )

    def first_texts(self) -> Mapping[str, str]:
        """Today, in the city of the place that was entered last."""
        city, digits = usual_city()
        return self.usual_timing | {"city": city, "place_zip": digits[:5], "carts": "1"}

    def _terms_kind(self, kind: ServiceKind) -> Kind:
        plain = optional(new_terms(lambda: (kind.value, "", self.sitting()[0])))
        return replace(plain, help=f"A class of {kind}; blank where it is not taken. F4 lists.")

    def readings(self) -> tuple[Readings, ...]:
        """Those of the free meters at the place."""
        return (self._readings,)

    def look_at_day(self, value: object) -> None:
        """The verb looks at the day together with the place."""

    # Fields that follow

    def understood(self, entry: Entry) -> None:
        """Open what the place leaves to be taken."""
        name = entry.id or ""
        if name in {"customer", "phone", "zip", *LINES}:
            super().understood(entry)
        elif name in {"location", "day"} and self.entry("location").taken is not None:
            self._look_at_place()
        elif name in set(ServiceKind) or name == "source":
            self._open_details()

    def _look_at_place(self) -> None:
        found = self.entry("location").value
        self._open(_OF_PLACE, shown=found is None)
        cycle = self.entry("cycle")
        if found is None:
            self._free = {}
            offered = frozenset(ServiceKind) - METERED
            cycle.display = True
        else:
            when = self.sitting()[0]
            if holder_of(found.location_id, when) is None:
                raise InvalidEntry(
                    "Nobody takes service there; start it with 1.3, on the last terms or others.",
                    field="location",
                )
            self._free = free_points(found.location_id, when)
            if not self._free:
                raise InvalidEntry(
                    "Every point there is taken; nothing is left to open.", field="location"
                )
            offered = frozenset(self._free)
            cycle.display = offer_at(found.location_id).cycle_id is None
        for kind in ServiceKind:
            self.entry(kind.value).display = kind in offered
        self._open_details()

    def _open_details(self) -> None:
        taken = self._taken()
        self._open(_CARTS, shown=ServiceKind.REFUSE in taken)
        points = [point for kind, point in self._free.items() if kind in taken]
        meters = meters_there(points, self.sitting()[0])
        self._readings.show(meters)
        self.source.display = bool(meters)

    def _taken(self) -> dict[ServiceKind, Terms]:
        """Services that were keyed so far."""
        read = {kind: self.entry(kind.value) for kind in ServiceKind}
        return {kind: one.value for kind, one in read.items() if one.display and one.value}

    def _attributes(self, known: Mapping[str, Any]) -> dict[ServiceKind, dict[str, str]]:
        carts = {name: str(known[name]) for name in _CARTS if known.get(name)}
        return {ServiceKind.REFUSE: carts} if carts else {}

    # What will happen

    def outlook(self, known: Mapping[str, Any]) -> Sequence[Line]:
        """What is opened, what thirty days cost, the customer's own debts."""
        width, who = self.billing.size.width, self._customer_now()
        lines: list[Line] = []
        if who is not None:
            lines += self._who_lines(who, width)
            lines += debt_lines(debt_problems(self.desk, who), width)
        if "location" not in known:
            return lines
        when = self.sitting()[0]
        told = ", ".join(
            f"{kind} {one.schedule}/{one.rate_class}" for kind, one in self._taken().items()
        )
        where = "a new place" if known["location"] is None else known["location"].address
        sentence = f"F10 opens an account from {day_text(when)} on at {where}: {told or '-'}."
        return [*said(sentence, width), *self._price_lines(width), *lines]

    def _price_lines(self, width: int) -> list[Line]:
        """What thirty days cost before usage, and what rates miss."""
        own = self._attributes({name: self.entry(name).text.strip() for name in _CARTS})
        total, lines = 0, []
        flat = {kind: one for kind, one in self._taken().items() if kind not in METERED}
        for kind, terms in flat.items():
            codes = (terms.schedule, terms.rate_class)
            found = month_cents(codes, own.get(kind, {}), {}, kind.value, self.sitting()[0])
            if isinstance(found, str):
                lines += warned(f"{kind.capitalize()} could not be billed yet: {found}", width)
            else:
                total += found
        if flat and not lines:
            lines = said(f"Thirty days without usage: {cents_text(total)}.", width)
        return lines

    # Saving

    def save(self, values: Mapping[str, Any]) -> Moved:
        """Open the account."""
        if not self._taken():
            raise InvalidEntry("An account takes at least one service.", field="sewer")
        if values["location"] is None:
            return open_at_new_place(self.desk, self._new_place(values), key=self.request_key)
        form = StartForm(
            account=self._account(values),
            source=values.get("source") or self.sitting()[1],
            readings=self._readings.counts(values),
            despite_debt=values.get("despite", False),
        )
        return start_service(self.desk, form, key=self.request_key)

    def _who(self, values: Mapping[str, Any]) -> Any:
        who = values["customer"]
        return who.customer_id if who is not None else self._new(values["name"])

    def _cycle(self, values: Mapping[str, Any]) -> int | None:
        code = values.get("cycle")
        return next((row for row, one, _ in cycles_known() if one == code), None)

    def _new_place(self, values: Mapping[str, Any]) -> NewPlaceForm:
        house, street, unit = values["address"]
        there = NewLocation(
            house=house, street=street, unit=unit, city=values["city"], zip=values["place_zip"]
        )
        return NewPlaceForm(
            place=there,
            customer=self._who(values),
            cycle_id=self._cycle(values),
            opened=values["day"],
            services=self._taken(),
            attributes=self._attributes(values),
            mailing_lines=envelope(values),
            mailing_zip=values.get("zip", ""),
            despite_debt=values.get("despite", False),
        )

    def _account(self, values: Mapping[str, Any]) -> AccountForm:
        row, own = values["location"].location_id, self._attributes(values)
        cycle = self._cycle(values) or offer_at(row).cycle_id
        services = tuple(
            TakenService(
                service_point_id=self._free[kind],
                schedule=terms.schedule,
                rate_class=terms.rate_class,
                attributes=own.get(kind, {}),
            )
            for kind, terms in self._taken().items()
        )
        return AccountForm(
            customer=self._who(values),
            location_id=row,
            cycle_id=cycle,
            opened=values["day"],
            services=services,
            mailing_lines=envelope(values),
            mailing_zip=values.get("zip", ""),
        )
