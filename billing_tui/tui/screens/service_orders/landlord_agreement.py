"""SVC050 Landlord agreement: who takes a place over whenever a tenant leaves it (CUS-8)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from billing_tui.access.rights import Right
from billing_tui.records.find_records import places_for
from billing_tui.service_orders.agreements import Agreement, agreements_at, places_of_owner
from billing_tui.service_orders.landlord_agreement import agree_with_owner, end_agreement
from billing_tui.tui import record_kinds
from billing_tui.tui.commands import CONFIRM, LIST, REFRESH
from billing_tui.tui.entry import Entry
from billing_tui.tui.entry_screen import EntryScreen
from billing_tui.tui.ink import Line, Role, cut, gap, left
from billing_tui.tui.kinds import day
from billing_tui.tui.screens.records.envelope_fields import (
    LINES,
    envelope,
    envelope_entries,
    envelope_understood,
    field_of_line,
)
from billing_tui.tui.screens.service_orders.move_lines import said
from billing_tui.tui.shown import counted, day_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from billing_tui.foundation.errors import BillingError
    from billing_tui.records.find_records import FoundPlace
    from billing_tui.tui.room_screen import Outcome

_MOST_SHOWN = 6
_ASKED = 51
_OF_NEW = ("owner", "from_day", *LINES, "zip")


class LandlordAgreement(EntryScreen):
    """An owner agrees for a place, or the agreement that stands there ends."""

    ident = "SVC050"
    heading = "Landlord agreement"
    help_text = (
        "Key the place. Where no agreement goes on, key the owner, the first day and where the "
        "owner's bills go. From then on whoever stops service there hands the place over to the "
        "owner, on the same day and read. Where one goes on, key its last day to end it; another "
        "owner can agree from the day after. The sheet shows the place's agreements and the other "
        "places of the owner."
    )
    opening = "Which place? Its number, an address, an account there; F4 lists."
    outlook_word = "Agreements"
    commands = (
        LIST,
        REFRESH,
        CONFIRM.called("Save", "Enter the agreement, or end it.", Right.KEEP_RECORDS.value),
    )
    stays: ClassVar[bool] = True

    def __init__(self, subject: str = "") -> None:
        super().__init__(subject)
        self._place: FoundPlace | None = None
        self._agreed: Sequence[Agreement] = ()

    def entries(self) -> Sequence[Entry]:
        """The place; then who agrees from when, or the last day of what goes on."""
        today = day(self.desk.business_day)
        blank = "The first line; blank where the owner's bills go to the place itself."
        ends = "The last day on which the agreement holds."
        return (
            Entry("place", " Place", record_kinds.place()),
            Entry("owner", " Owner", record_kinds.customer()),
            Entry("from_day", " From", today),
            *envelope_entries(" Owner's mail", blank),
            Entry("last_day", " Ends after", today, help_=ends),
        )

    def first_texts(self) -> Mapping[str, str]:
        """The place that was named, from today on."""
        return {"place": self._named(), "from_day": f"{self.desk.business_day:%m%d%y}"}

    def _named(self) -> str:
        found = places_for(self.subject) if self.subject else ()
        return found[0].number if len(found) == 1 else self.subject

    def open(self) -> None:
        """Take the place that the screen was opened on as keyed, once."""
        self._show_fields(None)
        super().open()
        place = self.form.entry("place")
        if place.text and not place.changed:
            place.read()
            self.understood(place)
            self.form.shown[1].focus()
            self.show_outlook()
        self.subject = ""  # what is keyed after the save is another place

    def greeting(self) -> str:
        """What to key next."""
        if self._place is None:
            return self.opening
        return "An agreement stands there; its last day ends it." if self._going else _WHO

    @property
    def _going(self) -> Agreement | None:
        """The agreement of the place that has no last day yet."""
        return next((one for one in self._agreed if one.to_day is None), None)

    def _show_fields(self, place: FoundPlace | None) -> None:
        """Fields of a new agreement, or the last day of the one that goes on."""
        self._place = place
        self._agreed = agreements_at(place.location_id) if place else ()
        ends = self._going is not None
        for entry in self.form.entries[1:]:
            entry.display = entry.id == "last_day" if ends else entry.id in _OF_NEW[:3]

    def understood(self, entry: Entry) -> None:
        """The place decides what is asked; a line opens the next one."""
        if entry.id == "place":
            if self._place is None or self._place.location_id != entry.value.location_id:
                self._show_fields(entry.value)
                self.say(self.greeting())
        else:
            envelope_understood(self.form, entry)

    def command_refresh(self) -> Outcome:
        """Look at the place again; what was keyed stays."""
        if self._place is not None:
            going = self._going
            self._agreed = agreements_at(self._place.location_id)
            if (going is None) != (self._going is None):
                self._show_fields(self._place)
        self.show_outlook()
        self.say("Read again; what was keyed stands.")
        return True

    def outlook(self, known: Mapping[str, Any]) -> Sequence[Line]:
        """Who holds the place, what will happen, its agreements, the owner's other places."""
        place, width = self._place, self.billing.size.width
        if place is None or "place" not in known:
            return []
        head = (
            gap(1),
            (place.address, Role.ACCENT),
            gap(2),
            (place.holder or "nobody there", Role.TEXT),
        )
        lines: list[Line] = [head]
        going = self._going
        owner_id, name = (going.owner_id, going.name) if going else (0, "")
        if "owner" in known:
            owner_id, name = known["owner"].customer_id, known["owner"].name
        lines += said(_will(name, known, going), width) if name else []
        if name and going is None:
            mail = ", ".join(envelope(known)) or f"{place.address}, the place itself"
            lines += said(f"The owner's bills go to {mail}.", width)
        lines += _agreement_lines(self._agreed, self.desk.business_day, width)
        if owner_id:
            lines += self._other_places(owner_id, name, place.location_id)
        return lines

    def _other_places(self, owner_id: int, name: str, location_id: int) -> list[Line]:
        found = places_of_owner(owner_id, self.desk.business_day, limit=_ASKED)
        others = [one for one in found if one.location_id != location_id]
        if not others:
            return said(f"{name} has agreed for no other place.", self.billing.size.width)
        several = len(found) == _ASKED
        count = (
            f"{len(others)} or more other places"
            if several
            else counted(len(others), "other place")
        )
        told = "; ".join(f"{one.place} {one.address}" for one in others[:_MOST_SHOWN])
        more = "; and more" if len(others) > _MOST_SHOWN else ""
        return said(f"{name} has {count}: {told}{more}.", self.billing.size.width)

    def save(self, values: Mapping[str, Any]) -> str:
        """End what goes on, or enter the owner's agreement."""
        place, going = values["place"], self._going
        if going is not None:
            last = values["last_day"]
            end_agreement(self.desk, going.agreement_id, last_day=last, key=self.request_key)
            return (
                f"The agreement with {going.name} for {place.number} ends after {day_text(last)}."
            )
        owner, since = values["owner"], values["from_day"]
        agree_with_owner(
            self.desk,
            place.location_id,
            owner.customer_id,
            from_day=since,
            mailing_lines=envelope(values),
            mailing_zip=values.get("zip", ""),
            key=self.request_key,
        )
        return f"{owner.name} takes {place.number} over from {day_text(since)} on."

    def saved(self, result: Any) -> str:
        """What was agreed or ended."""
        return str(result)

    def refuse(self, error: BillingError) -> None:
        """A refused address has the cursor on the line that is wrong."""
        error.field = field_of_line(self.form, error.field)
        super().refuse(error)


_WHO = "Who owns it? A customer's number or name; then from which day."


def _will(name: str, known: Mapping[str, Any], going: Agreement | None) -> str:
    """What F10 will do, in a sentence."""
    if going is not None:
        if "last_day" not in known:
            return f"{name} takes it over whenever it is left, until an end is keyed."
        return f"After {day_text(known['last_day'])} a stop leaves the place empty."
    since = f" from {day_text(known['from_day'])} on" if "from_day" in known else ""
    return f"{name} takes it over whenever it is left{since}, on the same day and read."


def _agreement_lines(found: Sequence[Agreement], today: Any, width: int) -> list[Line]:
    """The agreements of a place, the newest first; `>` before the one in force."""
    if not found:
        return said("No owner has agreed to take this place over.", width)
    lines: list[Line] = [
        (
            gap(3),
            left("From", 10, Role.HEAD),
            left("To", 10, Role.HEAD),
            left("Owner", 28, Role.HEAD),
            ("Mail", Role.HEAD),
        )
    ]
    for one in found[:_MOST_SHOWN]:
        mark = " > " if one.covers(today) else "   "
        mail = ", ".join(one.mailing_lines) or "to the place"
        lines.append(
            (
                (mark, Role.ACCENT),
                left(day_text(one.from_day), 10),
                left(day_text(one.to_day), 10),
                left(f"{one.name} {one.owner}", 28, Role.VALUE),
                (cut(mail, width - 52), Role.TEXT),
            )
        )
    return lines
