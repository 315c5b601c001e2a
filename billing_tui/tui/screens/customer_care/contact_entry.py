"""CAR011 Contact: enter or change somebody who speaks for the customer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from billing_tui.access.rights import Right
from billing_tui.customer_care.contacts import contact_line
from billing_tui.customer_care.keep_contact import ContactForm, add_contact, change_contact
from billing_tui.customer_care.kinds import LANGUAGES, MayDo
from billing_tui.foundation.errors import NotFound
from billing_tui.records.address import phone_text
from billing_tui.records.new_records import email_problem, phone_problem
from billing_tui.tui.commands import CONFIRM, LIST
from billing_tui.tui.entry import Entry
from billing_tui.tui.entry_screen import EntryScreen
from billing_tui.tui.ink import Role
from billing_tui.tui.kinds import Choice, choice, text
from billing_tui.tui.screens.customer_care.head import head_line, head_of, named_account
from billing_tui.tui.screens.service_orders.move_fields import told_well

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from billing_tui.tui.ink import Line

_MAY = {"A": MayDo.ASK, "C": MayDo.CHANGE, "N": MayDo.NOBODY}
_MAY_TOLD = {
    MayDo.ASK: "may be told what the customer would be told",
    MayDo.CHANGE: "may ask, and have things changed",
    MayDo.NOBODY: "is told NOTHING, whatever they say",
}
_LABEL = 16


class ContactEntry(EntryScreen):
    """A new contact, or the row that the subject names after the account."""

    ident = "CAR011"
    heading = "Contact"
    help_text = (
        "Name and what the person may do are needed. A contact for all accounts speaks wherever "
        "the customer has one. The passphrase is set from the list with 3, never here."
    )
    commands = (LIST, CONFIRM.called("Save", "Save the contact.", Right.KEEP_RECORDS.value))
    opening = "Who speaks for the customer, and what may they do? F4 lists it."

    def prepare(self) -> None:
        """Find the account, and the contact that is to be changed."""
        number, _, row = self.subject.partition(" ")
        self._account_id = named_account(number)
        self._line = contact_line(int(row)) if row.isdigit() else None
        if row and self._line is None:
            raise NotFound("There is no such contact.", field="way")

    def entries(self) -> Sequence[Entry]:
        """Who, what they may do, how to reach them."""
        may = [Choice(key, _MAY_TOLD[one]) for key, one in _MAY.items()]
        languages = [Choice(code, told) for code, told in LANGUAGES.items()]
        everywhere = Entry(
            "everywhere",
            " All accounts",
            choice(1, [Choice("N", "this account alone"), Choice("Y", "all of the customer's")]),
        )
        everywhere.display = self._line is None
        return (
            Entry("name", " Name", text(60, "Last, First.", required=True)),
            Entry("relation", " Relation", text(30, "Spouse, daughter, property manager ...")),
            Entry("may", " May do (A C N)", replace(choice(1, may), auto_advance=True)),
            Entry("phone", " Phone", told_well(text(20, "7 or 10 digits."), phone_problem)),
            Entry("email", " Email", told_well(text(50, "An email address."), email_problem)),
            Entry("language", " Language", choice(12, languages)),
            everywhere,
        )

    def first_texts(self) -> Mapping[str, str]:
        """The contact as it stands, or the usual things."""
        line = self._line
        if line is None:
            return {"language": "en", "everywhere": "N"}
        may = next(key for key, one in _MAY.items() if one is line.may_do)
        return {
            "name": line.name,
            "may": may,
            "relation": line.relation,
            "phone": phone_text(line.phone),
            "email": line.email,
            "language": line.language,
        }

    def versions(self) -> Sequence[int]:
        """Of the contact that is changed."""
        return (self._line.version,) if self._line is not None else ()

    def look_again(self) -> None:
        """The contact as it stands now."""
        if self._line is not None:
            self._line = contact_line(self._line.contact_id)

    def outlook(self, known: Mapping[str, Any]) -> Sequence[Line]:
        """Whose contact, and what it means."""
        account = head_of(self._account_id, self.desk.business_day)
        lines = [head_line(account, self.billing.size.width)]
        if "may" not in known:
            lines += [((f" {key}  {_MAY_TOLD[one]}", Role.LABEL),) for key, one in _MAY.items()]
        else:
            who = known.get("name") or "This person"
            lines.append(((f" {who} {_MAY_TOLD[_MAY[known['may']]]}.", Role.VALUE),))
        return lines

    def save(self, values: Mapping[str, Any]) -> str:
        """Enter or change the contact."""
        form = ContactForm(
            name=values["name"],
            may_do=_MAY[values["may"]],
            relation=values["relation"],
            phone=values["phone"],
            email=values["email"],
            language=values["language"],
            everywhere=values.get("everywhere") == "Y",
        )
        if self._line is None:
            add_contact(self.desk, self._account_id, form, key=self.request_key)
        else:
            change_contact(self.desk, self._line.contact_id, form, version=self._line.version)
        return form.name

    def saved(self, result: Any) -> str:
        """Who it is."""
        return f"{result} is kept. 3 sets a passphrase."
