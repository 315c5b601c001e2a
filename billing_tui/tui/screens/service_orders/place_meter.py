"""MTR020 Install or remove: a meter, one alone, without another for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from billing_tui.access.rights import Right
from billing_tui.foundation.errors import InvalidEntry
from billing_tui.records.find_records import meters_for
from billing_tui.service_orders.meter_card import account_at, free_points, taker_of
from billing_tui.service_orders.place_meter import AHEAD, put_meter_in, take_meter_out
from billing_tui.tui.commands import CONFIRM, LIST
from billing_tui.tui.kinds import Choice, choice, past_day, quantity
from billing_tui.tui.record_kinds import meter_to_put_in, place
from billing_tui.tui.screens.service_orders.desk_entry import DeskEntry
from billing_tui.tui.screens.service_orders.meter_fields import (
    MeterField,
    MeterOut,
    NewMeterFields,
)
from billing_tui.tui.screens.service_orders.meter_lines import card_lines, meter_text
from billing_tui.tui.screens.service_orders.move_fields import field
from billing_tui.tui.screens.service_orders.move_lines import doubt_lines, said, warned
from billing_tui.tui.shown import day_text, usage_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from billing_tui.service_orders.ahead import ReadAhead
    from billing_tui.service_orders.place_meter import Placed
    from billing_tui.tui.entry import Entry
    from billing_tui.tui.ink import Line

_IN, _OUT = "IN", "OUT"
_WAYS = (Choice(_IN, "install one"), Choice(_OUT, "remove one"))
_OF_IN = ("location", "comes", "kind", "in_reading")
_OF_OUT = ("out_meter", "out_reading")
_NO_COUNT = "With no meter there nothing is counted until one is put in."


class PlaceMeter(DeskEntry):
    """A meter goes in where none is, or comes out with none in its place."""

    ident = "MTR020"
    heading = "Install or remove"
    help_text = (
        "Key IN to put a meter in at a place, OUT to take one out, then the day and what it shows. "
        "A number that the office does not have is asked about once; Enter again makes it a new "
        "meter with its facts. What a removed meter counted since its last read is billed with the "
        "next read of a meter there. To change one for another use 4.3."
    )
    opening = "IN puts a meter in, OUT takes one out."
    commands = (LIST, CONFIRM.called("Save", "Save it.", Right.KEEP_METERS.value))

    def entries(self) -> Sequence[Entry]:
        """In or out; the fields of the one or of the other open then."""
        self.out = MeterOut(self._day)
        self.comes = MeterField("comes", "Meter in", meter_to_put_in())
        self.new = NewMeterFields()
        self.where = field("location", "Where", place(), shut=True)
        self.kind = field("kind", "Service", choice(11, ()), shut=True)
        self.when = field("day", "On", past_day(self.desk.business_day, AHEAD))
        for entry in (self.out.entry, self.out.reading, self.comes.entry):
            entry.display = False
        return (
            field("way", "In or out", choice(3, _WAYS)),
            self.where,
            self.kind,
            self.out.entry,
            self.when,
            self.comes.entry,
            *self.new.entries,
            field("in_reading", "In starts at", quantity(10), _SHOWS, shut=True),
            self.out.reading,
        )

    def first_texts(self) -> Mapping[str, str]:
        """Today; out where the named account or meter has one, in where a place has none."""
        day_keyed = f"{self.desk.business_day:%m%d%y}"
        way = "" if not self.subject else _OUT if meters_for(self.subject) else _IN
        named = {"location": self.subject, "out_meter": self.subject}
        return {"way": way, "day": day_keyed} | named

    def _day(self) -> date:
        return self.when.value or self.desk.business_day

    def understood(self, entry: Entry) -> None:
        """Open what belongs to the way, the service where a place has several, a new meter."""
        if entry.id == "way":
            for name in (*_OF_IN, *_OF_OUT):
                self.form.entry(name).display = (name in _OF_IN) == (entry.value == _IN)
            self.kind.display = False
            self.new.open(None, shown=False)
        elif entry.id == "location":
            self._look_at_place(entry)
        elif entry.id == "out_meter" or (entry.id == "day" and self.out.entry.display):
            self.out.look()
        elif entry.id == "comes":
            self.new.open(None, shown=isinstance(entry.value, str))

    def _look_at_place(self, entry: Entry) -> None:
        free = free_points(entry.value.location_id)
        if not free:
            raise InvalidEntry(
                "No metered point there is without a meter; exchange it (4.3).", field="location"
            )
        self.kind.kind = choice(11, [Choice(kind.upper(), "") for kind in free])
        self.kind.display = len(free) > 1
        if len(free) == 1 or not self.kind.text:
            self.kind.put(next(iter(free)).upper())

    def _point(self) -> int:
        free = free_points(self.where.value.location_id)
        return free[self.kind.text.strip().lower()]

    def versions(self) -> Sequence[int]:
        """Of both meters."""
        return self.out.versions + self.comes.versions

    def look_again(self) -> None:
        """Both meters as they stand now."""
        self.out.look_again()
        self.comes.look_again()

    def outlook(self, known: Mapping[str, Any]) -> Sequence[Line]:
        """What goes in or comes out, and who is served there."""
        way, width = known.get("way"), self.billing.size.width
        if way == _OUT and "out_meter" in known and self.out.card is not None:
            lines = doubt_lines(self.reads_ahead(known), width)
            lines += card_lines(self.out.card, self._day(), width)
            return lines + warned(_NO_COUNT, width) if self.out.card.stands else lines
        if way == _IN and "location" in known:
            return self._lines_of_in(known, width)
        return []

    def reads_ahead(self, values: Mapping[str, Any]) -> Iterable[ReadAhead]:
        """That of a meter that comes out."""
        return self.out.reads_ahead(values)

    def _lines_of_in(self, known: Mapping[str, Any], width: int) -> list[Line]:
        taker = taker_of(self._point(), self._day())
        told = f"Taken by {' '.join(taker)}." if taker else "Nobody takes it."
        kind = self.kind.text.strip().capitalize()
        lines = said(f"{kind} at {self.where.value.address}. {told}", width)
        if "in_reading" in known:
            card = self.comes.card
            facts = f": {meter_text(card)}" if card else ", a new one"
            reading = f"{known['in_reading']:,}"
            lines += said(f"{self.comes.entry.text} goes in from {reading}{facts}.", width)
        return lines

    def save(self, values: Mapping[str, Any]) -> tuple[int, Placed]:
        """Put it in or take it out."""
        key = self.request_key
        if values["way"] == _OUT:
            card, stay = self.out.installed()
            done = take_meter_out(
                self.desk,
                card.meter_id,
                day=values["day"],
                reading=values["out_reading"],
                version=card.version,
                key=key,
            )
            return stay.point_id, done
        card_in, point = self.comes.card, self._point()
        comes = values["comes"]
        done = put_meter_in(
            self.desk,
            self.new.meter(comes, values) if isinstance(comes, str) else comes.meter_id,
            point,
            day=values["day"],
            reading=int(values["in_reading"]),
            version=card_in.version if card_in else 0,
            key=key,
        )
        return point, done

    def leads_to(self, result: tuple[int, Placed]) -> str:
        """Whoever is served there."""
        point, done = result
        return account_at(point, done.day)

    def saved(self, result: tuple[int, Placed]) -> str:
        """The meter, and what it counted."""
        _, done = result
        when = day_text(done.day)
        if self.form.entry("way").value == _IN:
            return f"{done.meter} is in from {done.reading:,} on {when}."
        used = usage_text(done.usage_milli, done.unit)
        return (
            f"{done.meter} is out at {done.reading:,} on {when}; {used} since the last read there."
        )


_SHOWS = "What the meter that goes in shows on that day."
