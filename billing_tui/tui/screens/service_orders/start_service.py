"""SVC010 Start service: who comes, where, when, with which readings (SVO-1, CUS-7, CUS-8)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from billing_tui.access.rights import Right
from billing_tui.foundation.errors import BillingError, InvalidEntry
from billing_tui.records.find_records import accounts_held
from billing_tui.records.kinds import CustomerKind
from billing_tui.records.lookup import customer_card
from billing_tui.records.new_records import (
    NewCustomer,
    email_problem,
    phone_problem,
)
from billing_tui.service_orders.coming import debt_problems
from billing_tui.service_orders.debts import same_people
from billing_tui.service_orders.forms import StartForm
from billing_tui.service_orders.start_service import start_service
from billing_tui.tui.commands import CONFIRM, LIST
from billing_tui.tui.record_kinds import customer, or_new
from billing_tui.tui.screens.records.envelope_fields import (
    LINES,
    envelope,
    envelope_entries,
    envelope_understood,
    open_lines,
)
from billing_tui.tui.screens.service_orders.coming_fields import ComingFields
from billing_tui.tui.screens.service_orders.move_fields import (
    LABEL,
    checked,
    field,
    told_well,
    words,
    yes_no,
)
from billing_tui.tui.screens.service_orders.move_lines import debt_lines, said, warned
from billing_tui.tui.screens.service_orders.move_screen import MoveScreen
from billing_tui.tui.shown import day_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from billing_tui.service_orders.forms import Moved
    from billing_tui.tui.entry import Entry
    from billing_tui.tui.ink import Line
    from billing_tui.tui.screens.service_orders.move_fields import Readings

_OF_NEW = ("name", "phone", "email", LINES[0])


class StartService(MoveScreen):
    """Somebody takes a place over."""

    ident = "SVC010"
    heading = "Start service"
    opens_account = True
    help_text = (
        "Key who comes: a name or number, or NEW for somebody new, then where and from which day. "
        "A field opens for each meter that is there. What was taken there last is taken again; "
        "key CHOOSE under Services to change it. The sheet says what will happen before F10 saves "
        "it. Only the customer's own old debt is looked at, never that of whoever was there before."
    )
    opening = "Who comes? Key a name or a number, NEW for somebody new; F4 lists."
    commands = (
        LIST,
        CONFIRM.called("Start", "Start the service.", Right.KEEP_RECORDS.value),
    )

    def entries(self) -> Sequence[Entry]:
        """Who, where, when; the rest opens where it is needed."""
        self.coming = ComingFields(self.desk, self.sitting)
        self.despite = field(
            "despite", "Despite debt", yes_no("Y where a lead lets it start."), shut=True
        )
        name = checked(words(40, _NAME_HELP, required=True), _kind_of_name)
        mail = envelope_entries(" Mail to", _MAIL_HELP, LABEL)
        mail[0].display = False
        return (
            field("customer", "Who", or_new(customer(), "a new customer", _WHO)),
            field("name", "Name", name, shut=True),
            field("phone", "Phone", told_well(words(20, _PHONE), phone_problem), shut=True),
            field("email", "Email", told_well(words(40, _EMAIL), email_problem), shut=True),
            *mail,
            self.coming.place,
            *self.timing(),
            self.coming.way,
            *self.coming.points,
            *self.coming.readings.entries,
            self.despite,
        )

    def first_texts(self) -> Mapping[str, str]:
        """Today, read on the spot, as last taken; the place where one was named."""
        return self.usual_timing | {"services": "SAME", "location": self.subject}

    def open(self) -> None:
        """The place that was named is looked at before anything is keyed."""
        super().open()
        self._held, place = "", self.coming.place
        if not self.subject or not place.text:
            return
        try:
            place.read()
            self.understood(place)
        except BillingError as error:
            self._held, place.wrong = error.sentence, True
        self.show_outlook()

    def greeting(self) -> str:
        """Who comes; or why nobody can come to the place that was named."""
        return self._held or super().greeting()

    def look_at_day(self, value: date) -> None:
        """In the open cycle and not ahead of us."""
        self.coming.look_at_day(value)

    def readings(self) -> tuple[Readings, ...]:
        """Those of the place."""
        return (self.coming.readings,)

    def understood(self, entry: Entry) -> None:
        """Open what the entry asks for, and look at what it means at once."""
        name = entry.id
        envelope_understood(self.form, entry)
        if name == "customer":
            self._open(_OF_NEW, shown=entry.value is None)
            open_lines(self.form)
            self._look_at_debts(self._customer_now())
        elif name == "phone":
            self._look_at_debts(self._customer_now())
        elif name == "location" or (name == "day" and self.coming.place.taken is not None):
            self.coming.look_at_place(self.coming.place.value)
        elif name == "services":
            self.coming.look_at_way(entry.value)
        elif name is not None and name.startswith("service"):
            self.coming.show_meters()

    def entry(self, name: str) -> Entry:
        """The field of that name."""
        return self.form.entry(name)

    def _open(self, names: Sequence[str], *, shown: bool) -> None:
        for name in names:
            self.entry(name).display = shown

    def _customer_now(self) -> int | NewCustomer | None:
        """Who was keyed so far."""
        who = self.entry("customer")
        if who.value is not None:
            return int(who.value.customer_id)
        name = self.entry("name").value
        return self._new(name) if who.taken is not None and name else None

    def _new(self, name: str) -> NewCustomer:
        kind = CustomerKind.PERSON if "," in name else CustomerKind.ORGANIZATION
        phone = self.entry("phone").text.strip()
        email = self.entry("email").text.strip()
        return NewCustomer(name=name, kind=kind, phones=(phone,) if phone else (), email=email)

    def _look_at_debts(self, who: int | NewCustomer | None) -> None:
        if who is None:
            return
        refused = [one for one in debt_problems(self.desk, who) if one.severity == "error"]
        self.despite.display = bool(refused) and self.desk.may(Right.POST_LEDGER)
        if refused and not self.despite.display:
            raise InvalidEntry(refused[0].sentence, field="customer")

    def outlook(self, known: Mapping[str, Any]) -> Sequence[Line]:
        """The place, days without anybody, the customer's own debts."""
        width = self.billing.size.width
        who, (when, _) = self._customer_now(), self.sitting()
        place = self.coming.lines(known, when, width)
        lines: list[Line] = []
        if place and who is not None:
            lines += said(f"F10 opens an account from {day_text(when)} on.", width)
        if who is not None:
            lines += self._who_lines(who, width)
            lines += debt_lines(debt_problems(self.desk, who), width)
        return [*lines, *self.estimate_lines(), *place]

    def _who_lines(self, who: int | NewCustomer, width: int) -> list[Line]:
        if not isinstance(who, NewCustomer):
            held = accounts_held(who, limit=_MOST_HELD)
            told = "; ".join(f"{one.number} {one.address}" for one in held)
            return said(f"Holds already: {told}.", width) if held else []
        today = self.desk.business_day
        return [
            line
            for found in same_people(who)
            for line in warned(f"{customer_card(found, today).number} {_SAME}", width)
        ]

    def save(self, values: Mapping[str, Any]) -> Moved:
        """Start the service."""
        who = values["customer"]
        account = self.coming.account(
            who.customer_id if who is not None else self._new(values["name"]),
            values["day"],
            envelope(values),
            values.get("zip", ""),
        )
        form = StartForm(
            account=account,
            source=values["source"],
            readings=self.coming.readings.counts(values),
            despite_debt=values.get("despite", False),
        )
        return start_service(self.desk, form, key=self.request_key)

    def saved(self, result: Moved) -> str:
        """The account's number."""
        ended = f" {result.left} ended." if result.left else ""
        return f"{result.opened} begins on {day_text(result.day)} (move {result.move_id}).{ended}"


def _kind_of_name(name: str) -> str:
    return "a person" if "," in name else "an organization"


_WHO = "A customer's number, a name, one of the accounts, or NEW."
_NAME_HELP = 'Last name first: "Delgado, Rosa M"; an organization without a comma.'
_MAIL_HELP = "Where bills go: the street line; blank for the service address."
_PHONE = "A phone; blank where there is none."
_EMAIL = "An email; blank where there is none."
_MOST_HELD = 4
_SAME = "has that name and phone: is it the same?"
