"""CAR021 Write a note: keep it in sight, or have somebody come back to it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from billing_tui.access.rights import Right
from billing_tui.records.add_note import FollowUp, add_note
from billing_tui.tui.commands import CONFIRM, LIST
from billing_tui.tui.entry import Entry
from billing_tui.tui.entry_screen import EntryScreen
from billing_tui.tui.ink import Role
from billing_tui.tui.kinds import Choice, Taken, choice, day, text
from billing_tui.tui.screens.customer_care.head import head_line, head_of, named_account
from billing_tui.tui.shown import day_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from billing_tui.tui.ink import Line
    from billing_tui.tui.kinds import Kind

_WIDTH = 60
_HOLDS = 480  # of each field; the verb takes 1,000 in all


def _words(help_: str, *, required: bool = False) -> Kind:
    """Words that scroll in their field instead of being dropped at its end."""
    return replace(text(_HOLDS, help_, required=required), width=_WIDTH, most=_HOLDS)


def optional(kind: Kind) -> Kind:
    """The same field, which may also stay empty; the value is None then."""

    def read(entry: str) -> Taken:
        return kind.read(entry) if entry.strip() else Taken(None, "")

    return replace(kind, read=read)


class NoteEntry(EntryScreen):
    """Words in two lines, then whether it stays in sight and who comes back to it."""

    ident = "CAR021"
    heading = "Write a note"
    help_text = (
        "Enter on an empty second line goes on. An alert stands at the top of the account; without "
        "a last day it stays until somebody ends it. A follow-up needs a day; without a name it is "
        "anybody's."
    )
    commands = (LIST, CONFIRM.called("Save", "Save the note.", Right.KEEP_RECORDS.value))
    opening = "What is to be known? Enter goes on, F10 saves from anywhere."

    def prepare(self) -> None:
        """Find the account."""
        self._account_id = named_account(self.subject)

    def entries(self) -> Sequence[Entry]:
        """The words, the alert, the follow-up."""
        today = self.desk.business_day
        alert = choice(1, [Choice("N", "a plain note"), Choice("Y", "stays in sight")])
        ends, by = optional(day(today)), text(20, "User name of who; empty for anybody.")
        last = Entry("alert_to", " In sight to", ends, help_="Last day; empty: until it is ended.")
        last.display = False
        who = Entry("follow_up_by", " By whom", by)
        who.display = False
        return (
            Entry("text", " Note", _words("What is to be known.", required=True)),
            Entry("more", "", _words("Goes on here; may stay empty.")),
            Entry("alert", " Alert", replace(alert, auto_advance=True)),
            last,
            Entry("follow_up_day", " Follow up on", ends, help_="A day such as +7; empty: never."),
            who,
        )

    def first_texts(self) -> Mapping[str, str]:
        """A plain note."""
        return {"alert": "N"}

    def understood(self, entry: Entry) -> None:
        """An alert has a last day, a follow-up a person."""
        if entry.id == "alert":
            self.form.entry("alert_to").display = entry.value == "Y"
        if entry.id == "follow_up_day":
            self.form.entry("follow_up_by").display = entry.value is not None

    def outlook(self, known: Mapping[str, Any]) -> Sequence[Line]:
        """Whose account, and what will stand where."""
        account = head_of(self._account_id, self.desk.business_day)
        told = [head_line(account, self.billing.size.width)]
        if known.get("alert") == "Y":
            last = known.get("alert_to")
            until = f"to {day_text(last)}" if last else "until somebody ends it"
            told.append(((f" * It stands at the top of the account {until}.", Role.WARNING),))
        due = known.get("follow_up_day")
        if due is not None:
            who = known.get("follow_up_by") or "everybody"
            told.append(((f" On {day_text(due)} it is on the board of {who}.", Role.VALUE),))
        return told

    def save(self, values: Mapping[str, Any]) -> int:
        """Write it."""
        due = values["follow_up_day"]
        by = values.get("follow_up_by", "")
        return add_note(
            self.desk,
            self._account_id,
            " ".join(part for part in (values["text"], values["more"]) if part),
            sticky=values["alert"] == "Y",
            alert_to=values.get("alert_to"),
            follow_up=FollowUp(day=due, username=by) if due else None,
            key=self.request_key,
        )

    def saved(self, result: Any) -> str:
        """That it is kept."""
        del result
        return "The note is kept."
