"""The fields of whoever comes to a place: where, which services, on which terms."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from billing_tui.foundation.errors import InvalidEntry
from billing_tui.records.open_account import AccountForm
from billing_tui.service_orders.ahead import (
    holder_of,
    landlord_of,
    metered_points,
    meters_there,
)
from billing_tui.service_orders.coming import gaps
from billing_tui.service_orders.moving import day_problems
from billing_tui.service_orders.offer import Offer, OfferedPoint, offer_at
from billing_tui.service_orders.terms import terms_offered
from billing_tui.tui.kinds import Choice, Kind, Taken, choice
from billing_tui.tui.record_kinds import place, place_to_come_to
from billing_tui.tui.screens.service_orders.move_fields import Readings, field
from billing_tui.tui.screens.service_orders.move_lines import (
    doubt_lines,
    said,
    terms_text,
    warned,
)
from billing_tui.tui.shown import day_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from billing_tui.access.desk import Desk
    from billing_tui.records.find_records import FoundPlace
    from billing_tui.records.new_records import NewCustomer
    from billing_tui.service_orders.kinds import ReadSource
    from billing_tui.tui.entry import Entry
    from billing_tui.tui.ink import Line

_MOST_POINTS = 8
_SAME, _CHOOSE = "SAME", "CHOOSE"
_WAYS = (Choice(_SAME, "as last taken there"), Choice(_CHOOSE, "one by one"))


class ComingFields:
    """The place that somebody comes to, with its services and readings.

    Args:
        desk: who keys.
        sitting: gives the day of the move and where the readings come from.
        label: of the place's field.
        word: before the numbers of the meters there.
    """

    def __init__(
        self,
        desk: Desk,
        sitting: Callable[[], tuple[date, ReadSource]],
        label: str = "Where",
        word: str = "",
    ) -> None:
        self._desk, self._sitting = desk, sitting
        self.offer: Offer | None = None
        self.place = field("location", label, place_to_come_to())
        self.way = field("services", "Services", choice(6, _WAYS))
        self.points: tuple[Entry, ...] = tuple(
            field(f"service{at}", "", place(), shut=True) for at in range(_MOST_POINTS)
        )
        self.readings = Readings("in", sitting, word)

    @property
    def address(self) -> str:
        """Number and address of the place."""
        found: FoundPlace = self.place.value
        return f"{found.number} {found.address}"

    def look_at_place(self, found: FoundPlace) -> None:
        """What was taken there last, and whether anybody is there.

        Raises:
            InvalidEntry: somebody is there on the day who does not make room.
        """
        day, _ = self._sitting()
        holder, owner = holder_of(found.location_id, day), landlord_of(found.location_id, day)
        owner_id = owner.customer_id if owner else None
        if holder and holder.customer_id != owner_id:
            until = f" until {day_text(holder.until)}" if holder.until else ""
            raise InvalidEntry(
                f"{holder.number} {holder.name} takes service there{until}; stop that first (1.4).",
                field="location",
            )
        if self.offer is None or self.offer.location_id != found.location_id:
            self.offer = offer_at(found.location_id)
            self._open_points(self.offer)
        self.show_meters()

    def _open_points(self, offer: Offer) -> None:
        if not offer.points:
            raise InvalidEntry("No service point is there; add one first.", field="location")
        if len(offer.points) > _MOST_POINTS:
            raise InvalidEntry("More service points are there than fit; use `billing-tui service`.")
        if offer.untaken and not self.way.changed:
            self.way.put(_CHOOSE)
        for at, entry in enumerate(self.points):
            if at < len(offer.points):
                point = offer.points[at]
                entry.label = f" {point.kind.capitalize()}"
                entry.kind = self._terms_kind(point)
                entry.help_sentence = entry.kind.help
                entry.put(f"{point.schedule}/{point.rate_class}" if point.schedule else "")

    def _terms_kind(self, point: OfferedPoint) -> Kind:
        def read(entry: str) -> Taken:
            keyed = entry.strip().upper()
            if not keyed:
                return Taken(None, "", "not taken")
            usual = f"{point.schedule}/{point.rate_class}"
            if keyed == usual:
                return Taken(point, usual, "as last taken")
            code, _, class_ = keyed.partition("/")
            fitting = [one for one in self._known(point) if one.code.upper().startswith(keyed)]
            if len(fitting) != 1:
                raise InvalidEntry(
                    f"No {point.kind} terms {code}/{class_}; F4 lists them.", code="CHOICE"
                )
            schedule, _, rate_class = fitting[0].code.partition("/")
            taken = replace(point, schedule=schedule, rate_class=rate_class)
            return Taken(taken, fitting[0].code, fitting[0].meaning)

        return Kind(
            30,
            read,
            "Schedule and class, as WATER/SFR; blank where it is not taken. F4 lists them.",
            upper=True,
            choices=lambda _keyed: self._known(point),
        )

    def _known(self, point: OfferedPoint) -> Sequence[Choice]:
        day, _ = self._sitting()
        return [
            Choice(f"{one.schedule}/{one.rate_class}", one.title)
            for one in terms_offered(point.kind, day)
        ]

    def look_at_way(self, way: str) -> None:
        """Open the services one by one, or shut them."""
        points = len(self.offer.points) if self.offer else 0
        for at, entry in enumerate(self.points):
            entry.display = way == _CHOOSE and at < points
        self.show_meters()

    def show_meters(self) -> None:
        """Open a field for the meter of each service that is taken."""
        if self.offer is None:
            return
        day, _ = self._sitting()
        metered = set(metered_points(self.offer.location_id))
        there = [one.point_id for one in self.taken() if one.point_id in metered]
        self.readings.show(meters_there(there, day))

    def look_at_day(self, day: date) -> None:
        """A move lies in the open cycle.

        Raises:
            InvalidEntry: the day does not.
        """
        cycle = self.offer.cycle_id if self.offer else None
        for problem in day_problems(self._desk, day, cycle):
            raise InvalidEntry(problem.sentence, field="day")

    def taken(self) -> list[OfferedPoint]:
        """The services that are taken, as the fields stand now."""
        if self.offer is None:
            return []
        pairs = zip(self.offer.points, self.points, strict=False)
        if not any(entry.display for entry in self.points):
            return [point for point in self.offer.points if point.schedule]
        return [
            point if entry.taken is None else entry.value
            for point, entry in pairs
            if (entry.taken is None and point.schedule) or entry.value is not None
        ]

    def account(
        self,
        customer: int | NewCustomer,
        day: date,
        mailing: tuple[str, ...] = (),
        mailing_zip: str = "",
    ) -> AccountForm:
        """The account that is opened."""
        assert self.offer is not None  # noqa: S101 - the place was read
        return AccountForm(
            customer=customer,
            location_id=self.offer.location_id,
            cycle_id=self.offer.cycle_id,
            opened=day,
            services=tuple(point.taken() for point in self.taken()),
            mailing_lines=mailing,
            mailing_zip=mailing_zip,
        )

    def lines(self, known: Mapping[str, Any], day: date, width: int) -> list[Line]:
        """What is known of the place: terms, days without anybody, the owner who makes room."""
        if self.offer is None or "location" not in known:
            return []
        taken = self.taken()
        lines = doubt_lines(self.readings.of(known), width) + [
            line
            for problem in gaps(day, [point.taken() for point in taken])
            for line in warned(problem.sentence, width)
        ]
        untaken = {point.kind for point in self.offer.points} - {point.kind for point in taken}
        if untaken:
            lines += warned(f"Nobody takes {', '.join(sorted(untaken))} there then.", width)
        holder = holder_of(self.offer.location_id, day)
        owner = landlord_of(self.offer.location_id, day)
        if owner is not None:
            held = f"; {holder.number} ends on the day" if holder else ""
            lines += said(f"Landlord agreement with {owner.name}{held}.", width)
        return lines + said(f"Takes {terms_text(taken) or 'nothing yet'}.", width)
