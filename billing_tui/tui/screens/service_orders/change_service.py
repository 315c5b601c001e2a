"""CHG010 Change in service: add or end one, carts, class, zone, ERU, people, any attribute."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from billing_tui.access.rights import Right
from billing_tui.foundation.errors import InvalidEntry
from billing_tui.records.attributes import REGISTRY, LivesAt
from billing_tui.records.billed_days import Billed, refuse_billed, service_billed
from billing_tui.records.difference import TwoDays, difference
from billing_tui.records.kinds import ServiceKind
from billing_tui.records.lookup import account_summary
from billing_tui.service_orders.add_service import addable, cannot_add, free_point
from billing_tui.service_orders.ahead import meters_there
from billing_tui.service_orders.change_in_service import change_in_service
from billing_tui.service_orders.class_needs import unstated
from billing_tui.service_orders.kinds import ReadSource
from billing_tui.service_orders.preview_change import preview_change
from billing_tui.service_orders.service_changes import ATTRIBUTES, ChangeForm, ChangeKind, Seen
from billing_tui.tui.ink import BLANK
from billing_tui.tui.kinds import day
from billing_tui.tui.screens.records.account_entry import AccountEntryScreen, saving
from billing_tui.tui.screens.service_orders.change_fields import (
    asked_by_class,
    attribute_label,
    change_kind,
    counted_by,
    first_day,
    fitting,
    new_terms,
    other_attribute,
    service_kind,
    value_of,
    which_service,
)
from billing_tui.tui.screens.service_orders.change_lines import (
    change_notes,
    history_lines,
    place_line,
    preview_lines,
    service_lines,
)
from billing_tui.tui.screens.service_orders.look_again import asked_again
from billing_tui.tui.screens.service_orders.move_fields import (
    LABEL,
    Readings,
    field,
    source_kind,
    words,
    yes_no,
)
from billing_tui.tui.screens.service_orders.move_lines import doubt_lines

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from billing_tui.foundation.errors import BillingError
    from billing_tui.records.account_values import ServiceLine
    from billing_tui.service_orders.service_changes import ChangeDone
    from billing_tui.tui.entry import Entry
    from billing_tui.tui.ink import Line
    from billing_tui.tui.room_screen import RoomScreen

_TALL = 36
"""Rows of a terminal from which on last year's changes are shown too."""
_WITH_REASON = frozenset({ChangeKind.END, ChangeKind.CLASS})
_OF_CLASS = frozenset({"account", "service", "day", "terms", "value0", "value1"})
_OF_SERVICE = frozenset(
    {ChangeKind.END, ChangeKind.CLASS, ChangeKind.CARTS, ChangeKind.PEOPLE, ChangeKind.OTHER}
)


class ChangeInService(AccountEntryScreen):
    """One change of what an account takes, or of what its rates depend on."""

    ident = "CHG010"
    heading = "Change in service"
    help_text = (
        "Say what changes; only the fields that it needs open. The sheet shows what stands, then "
        "before and after, what thirty days of all services cost before and after, and on which "
        "bill it first counts. Nothing reaches back into what was billed, unless a lead says so. "
        "A metered service begins, ends or changes its class on a read. Another class of a "
        "clerk's waits for a lead: the message has the request's number."
    )
    commands = saving("Make the change, or ask for it.")
    next_step = "What changes? F4 lists it."
    outlook_word = "What stands, and what will"

    def entries(self) -> Sequence[Entry]:
        """Account, what changes, then what that needs."""
        self._billed: dict[int, Billed] = {}
        self._asked: tuple[str, ...] = ()
        self._year = TwoDays("", self.desk.business_day, self.desk.business_day, (), 0)
        self._readings = Readings("read", self._sitting)
        self._change = field("change", "What changes", change_kind())
        self._service = field("service", "Which service", which_service(self._fitting), shut=True)
        self._kind = field("kind", "Service to add", service_kind(self._addable), shut=True)
        self._attribute = field("attribute", "Attribute", other_attribute(), shut=True)
        self._day = field("day", "From", day(self.desk.business_day), shut=True)
        self._terms = field("terms", "Class", new_terms(self._terms_of), shut=True)
        self._values = tuple(
            field(f"value{at}", "", value_of("carts"), shut=True) for at in range(2)
        )
        return (
            self.account_field(LABEL),
            self._change,
            self._kind,
            self._attribute,
            self._service,
            self._day,
            field("despite", "Despite the bill", yes_no(_DESPITE), shut=True),
            self._terms,
            *self._values,
            field("source", "Read source", source_kind(), shut=True),
            *self._readings.entries,
            field("why", "Why", words(56, _WHY), shut=True),
        )

    def first_texts(self) -> Mapping[str, str]:
        """The account that was named; a day is put when it is known what changes."""
        return {"account": self.subject, "source": "FIELD", "despite": "N"}

    # What is known so far

    def _sitting(self) -> tuple[date, ReadSource]:
        source = self.form.entry("source").value
        return self._day.value or self.desk.business_day, source or ReadSource.FIELD

    def _lines(self) -> tuple[ServiceLine, ...]:
        return self.summary.services if self.summary is not None else ()

    def _fitting(self) -> list[ServiceLine]:
        return fitting(self._change.value, self._lines())

    def _line(self) -> ServiceLine | None:
        """The service that changes, where the change is one of a service."""
        if self._change.value not in _OF_SERVICE or self._is_place():
            return None
        alone = self._fitting()
        if len(alone) == 1:
            return alone[0]
        found: ServiceLine | None = self._service.value
        return found

    def _is_place(self) -> bool:
        if self._change.value is ChangeKind.CLASS:
            return False
        return any(REGISTRY[name].lives_at is LivesAt.LOCATION for name in self._names())

    def _names(self) -> tuple[str, ...]:
        """Attributes that the change sets."""
        change: ChangeKind | None = self._change.value
        if change is ChangeKind.CLASS:
            return self._asked
        if change is ChangeKind.OTHER:
            return (self._attribute.value,) if self._attribute.value else ()
        if change is ChangeKind.ADD:
            carts = self._kind.value is ServiceKind.REFUSE
            return ATTRIBUTES[ChangeKind.CARTS] if carts else ()
        return ATTRIBUTES.get(change, ()) if change else ()

    def _terms_of(self) -> tuple[str, str, date]:
        line = self._line()
        when = self._day.value or self.desk.business_day
        if line is not None:
            return line.kind.value, line.schedule, when
        kind: ServiceKind | None = self._kind.value
        return (kind.value if kind else ""), "", when

    # Fields that follow

    def understood(self, entry: Entry) -> None:
        """Open what the change needs, and put what is usual there."""
        if entry.id == "account":
            if self.take_account(entry.value):
                self.looked_again()
            if not self._lines():
                raise InvalidEntry("The account takes no service; start it with 1.3.")
        if entry.id in {"account", "change", "kind", "attribute", "service"}:
            self._refuse_change()
            self._open_fields()
        if entry.id in {"kind", "day"} and self._kind.display and self._kind.value is not None:
            self._refuse_kind(self._kind.value)
        if entry.id in {"day", "service", "kind", "source"}:
            self._open_readings()
        if entry.id in _OF_CLASS:
            self._ask_what_it_needs()
        if entry.id == "day":
            self._ask_despite(entry.value)
        if entry.id == "why":
            self._refuse_no_reason(entry.value)

    def _refuse_change(self) -> None:
        change = self._change.value
        if change is not None and not self._fitting():
            raise InvalidEntry(f"No service of this account has {change}.", field="change")
        if change is ChangeKind.ADD and not self._addable():
            raise InvalidEntry(_FULL, field="change")

    def _refuse_no_reason(self, why: str) -> None:
        if self._change.value in _WITH_REASON and not why:
            raise InvalidEntry("Give a reason.", field="why")

    def _addable(self) -> list[ServiceKind]:
        """Services that the account could take as well, once those that end have ended."""
        account = self.known_account()
        ended = [one.to_day + timedelta(days=1) for one in self._lines() if one.to_day]
        day = max([self._sitting()[0], *ended])
        return addable(account.account_id, account.location.location_id, day)

    def _refuse_kind(self, kind: ServiceKind) -> None:
        account = self.known_account()
        place = account.location.location_id
        refusal = cannot_add(account.account_id, place, kind, self._sitting()[0])
        if refusal:
            raise InvalidEntry(refusal, field="kind")

    def looked_again(self) -> None:
        """How far each service is billed."""
        pairs = ((line.service_id, service_billed(line.service_id)) for line in self._lines())
        self._billed = {key: found for key, found in pairs if found is not None}
        today = self.desk.business_day
        row = self.known_account().account_id
        self._year = difference(row, today - timedelta(days=365), today)

    def _open_fields(self) -> None:
        change: ChangeKind | None = self._change.value
        if change is None:
            return
        self._kind.display = change is ChangeKind.ADD
        self._attribute.display = change is ChangeKind.OTHER
        several = len(self._fitting()) > 1 and not self._is_place()
        self._service.display = (
            change in _OF_SERVICE
            and several
            and (change is not ChangeKind.OTHER or self._attribute.value is not None)
        )
        self._day.display = self.form.entry("why").display = True
        self._terms.display = change in {ChangeKind.ADD, ChangeKind.CLASS}
        self._open_values()
        today = self.desk.business_day
        self._day.kind = first_day(today, change, self._line(), self._kind.value)
        self._day.help_sentence = self._day.kind.help
        if not self._day.changed:
            usual = self._usual_day()
            self._day.put(f"{usual:%m%d%y}")
            self._day.beside = "" if usual == today else "the first day that no bill covers"

    def _open_values(self) -> None:
        names, line = self._names(), self._line()
        place = self.summary.location.attributes if self.summary is not None else {}
        for at, entry in enumerate(self._values):
            entry.display = at < len(names)
            if not entry.display:
                continue
            label = f" {attribute_label(names[at])}"
            if entry.label != label:
                entry.label, entry.kind = label, value_of(names[at])
                entry.help_sentence = entry.kind.help
            now = dict(line.attributes) if line is not None else dict(place)
            if not entry.changed:
                entry.put(now.get(names[at], "1" if names[at] == "carts" else ""))

    def _ask_what_it_needs(self) -> None:
        """A field for each attribute that the new class's rate asks for and nobody has stated."""
        if self._change.value is not ChangeKind.CLASS:
            return
        line, terms, day = self._line(), self._terms.value, self._day.value
        self._asked = ()
        if line is not None and terms is not None and day is not None:
            there = account_summary(self.known_account().account_id, max(day, line.from_day))
            look = partial(unstated, there, line.service_id, terms, day=day)
            self._asked = asked_by_class(look, self._values)
        self._open_values()

    def _usual_day(self) -> date:
        """Today; for another class, and for sewer, the first day that no bill covers."""
        line = counted_by(self._change.value, self._line(), self._kind.value, self._lines())
        if line is None:
            return self.desk.business_day
        there = self._billed.get(line.service_id)
        return there.to_day if there else line.from_day

    def _open_readings(self) -> None:
        """A field for each meter that is read when its service begins or ends."""
        change, line, point = self._change.value, self._line(), None
        if change is ChangeKind.END and line is not None and line.metered:
            point = line.service_point_id
        elif change is ChangeKind.ADD and self._kind.value is not None:
            place = self.known_account().location.location_id
            point = free_point(place, self._kind.value, self._sitting()[0])
        meters = meters_there([point], self._sitting()[0]) if point is not None else ()
        self._readings.show(meters)
        self.form.entry("source").display = bool(meters)

    def _ask_despite(self, first: date) -> None:
        """Refuse a day that a bill has counted; a lead is asked whether it is meant."""
        line = self._line()
        mine = self._billed.values() if line is None else [self._billed.get(line.service_id)]
        found = max((one for one in mine if one), key=lambda one: one.to_day, default=None)
        adds = self._change.value is ChangeKind.ADD
        sets = self._change.value is not ChangeKind.CLASS and bool(self._names())
        reaches = found is not None and first < found.to_day and (sets or adds)
        may = self.desk.may(Right.CHANGE_BILLED)
        self.form.entry("despite").display = reaches and may
        if found is not None and reaches and not adds:
            refuse_billed(self.desk, found, first, despite=may, field="day")

    # The change

    def _form(self, known: Mapping[str, Any]) -> ChangeForm | None:
        """The change, once everything that it needs was read."""
        change: ChangeKind | None = known.get("change")
        line, names = self._line(), self._names()
        read = [known.get(f"value{at}") for at in range(len(names))]
        if change is None or self.summary is None or "day" not in known or None in read:
            return None
        if change in _OF_SERVICE and line is None and not self._is_place():
            return None
        if self._terms.display and "terms" not in known:
            return None
        return ChangeForm(
            account_id=self.summary.account_id,
            change=change,
            day=known["day"],
            service_id=line.service_id if line else None,
            kind=known.get("kind"),
            terms=known.get("terms"),
            values=dict(zip(names, map(str, read), strict=True)),
            source=known.get("source") or ReadSource.FIELD,
            readings=self._readings.counts(known),
            despite_billed=bool(known.get("despite")),
        )

    def outlook(self, known: Mapping[str, Any]) -> Sequence[Line]:
        """What stands; once all is known, before and after with the price."""
        summary, width = self.summary, self.billing.size.width
        if summary is None or "account" not in known:
            return []
        line = self._line()
        chosen = line.service_id if line else None
        lines = service_lines(summary.services, self._billed, chosen, width)
        lines += place_line(summary.location.attributes, width)
        lines += doubt_lines(self._readings.of(known), width)
        form = self._form(known)
        if form is not None:
            then = account_summary(summary.account_id, max(form.day, summary.opened))
            notes = change_notes(form, may_class=self.desk.may(Right.CHANGE_CLASS))
            lines += preview_lines(preview_change(then, form), notes, width)
        if self.billing.size.height >= _TALL:
            lines += [BLANK, *history_lines(self._year, width, 10)]
        return lines

    def ask_first(self, values: Mapping[str, Any]) -> RoomScreen | None:
        """A reading that the checks doubt is confirmed by a second F10, or Enter."""
        return asked_again(self._readings.of(values))

    def save(self, values: Mapping[str, Any]) -> ChangeDone:
        """Make the change, or ask for it."""
        account, form = self.known_account(), self._form(values)
        if form is None:
            raise InvalidEntry("Something is missing; Enter goes through the fields.")
        self._refuse_no_reason(values["why"])
        seen = Seen(account.version, account.location.version)
        return change_in_service(
            self.desk, form, seen=seen, why=values["why"], key=self.request_key
        )

    def saved(self, result: ChangeDone) -> str:
        """What was done, or the number of the request that waits."""
        return f"{self.known_account().number}: {result.sentence}"

    def refuse(self, error: BillingError) -> None:
        """Say it on the field that this form has for it."""
        names = {f"{name}": f"value{at}" for at, name in enumerate(self._names())}
        self.field_of(
            error,
            from_day="day",
            schedule="terms",
            rate_class="terms",
            reason="why",
            version="account",
            **names,
        )
        if error.field == "reading":
            error.field = self._readings.field_of(error.sentence)
        elif error.code == "ALREADY-BILLED" and self.form.entry("despite").display:
            error.field = "despite"
        super().refuse(error)


_WHY = "The reason; whoever audits or approves it reads it."
_FULL = "Nothing is left to add; another meter goes in by 4.4 first."
_DESPITE = "Y changes what a bill has counted; the bill stands until it is cancelled and rebilled."
