"""ACC010 Find an account: one box for number, name, sound, address, phone, meter, parcel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.foundation.errors import BillingError
from billing_tui.records.search import MOST_HITS, Hit, search
from billing_tui.tui.commands import BACKWARD, FORWARD
from billing_tui.tui.entry import Entry
from billing_tui.tui.fast_path import Way
from billing_tui.tui.ink import Role
from billing_tui.tui.kinds import text
from billing_tui.tui.look_up import looked_up
from billing_tui.tui.painted import Rule
from billing_tui.tui.record_list import Column, RecordList
from billing_tui.tui.room_screen import RoomScreen

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.widget import Widget

_BOX = text(40, "An account, a name as it sounds, an address, a phone, a meter.")
_COLUMNS: tuple[Column[Hit], ...] = (
    Column("Account", 10, lambda hit: hit.number, role=lambda _hit: Role.VALUE),
    Column("Name", 21, lambda hit: hit.name, grows=True),
    Column("Service address", 20, lambda hit: hit.address, grows=True, keeps_end=True),
    Column("Status", 13, lambda hit: hit.status.value),
)


class FindAccount(RoomScreen):
    """Results follow each key."""

    ident = "ACC010"
    heading = "Find an account"
    help_text = (
        "Key any part of what the caller says. Several words narrow it down: `delgado alder`. "
        "Names are found by their sound too. Enter opens the account where only one fits, or goes "
        "into the list; a bill's number opens the bill."
    )
    commands = (BACKWARD, FORWARD)
    opening = "Key a name, an account, an address, a phone or a meter."

    def body(self) -> Iterable[Widget]:
        """The box and what fits."""
        yield Entry("search", " Search", _BOX, label_width=8)
        yield Rule()
        yield RecordList(_COLUMNS, options={"5": "Inquiry"}, empty="")

    def open(self) -> None:
        """Search for what the fast path brought along."""
        self._due = False
        self._just_listed = False
        self._hits: tuple[Hit, ...] = ()
        if self.subject:
            self.query_one(Entry).put(self.subject)
            self._search()
            if self.query_one(RecordList).row is not None:
                self.query_one(RecordList).focus()

    def greeting(self) -> str:
        """What was found, where the fast path brought words along."""
        return self._choose() if self._hits else self._found(self.subject)

    def on_entry_changed(self, message: Entry.Changed) -> None:
        """Search once for all keys that have arrived."""
        message.stop()
        if not self._due:
            self._due = True
            self.call_later(self._search)

    def _search(self) -> None:
        self._due = False
        wanted = self.query_one(Entry).text.strip()
        try:
            self._hits = search(wanted) if wanted else ()
        except BillingError as error:
            self.refuse(error)
            return
        self.query_one(RecordList).show_rows(self._hits, lambda hit: hit.name)
        self.say(self._found(wanted))

    def _found(self, wanted: str) -> str:
        count = len(self._hits)
        if not wanted:
            return self.opening
        if not count:
            return "Nothing fits; fewer letters or another word may."
        ways = ", ".join(dict.fromkeys(hit.matched for hit in self._hits))
        if count == MOST_HITS:
            return f"The first {count} that fit, by {ways}; another word narrows it down."
        if count == 1:
            return f"One found by {ways}. Enter opens it."
        return f"{count} found by {ways}. Enter or Down goes to the list."

    def on_entry_accepted(self, message: Entry.Accepted) -> None:
        """Enter opens what is exact or alone; where several fit, it goes to the list of them."""
        message.stop()
        wanted = self.query_one(Entry).text.strip()
        self._search()
        way = looked_up(wanted) if wanted else Way(self.ident)
        if way.ident != self.ident:
            self.billing.open_screen(way.ident, way.subject)
        elif self._hits:
            self.query_one(RecordList).focus()
            self.say(self._choose())
        else:
            self.refuse_sentence(self._found(wanted))

    def _choose(self) -> str:
        self._just_listed = True
        count = len(self._hits)
        first = "The first " if count == MOST_HITS else ""
        return f"{first}{count} fit: choose one, Enter opens it, Shift+Tab narrows it down."

    def on_record_list_moved(self, message: RecordList.Moved) -> None:
        """Say in full what the columns may have cut."""
        message.stop()
        first = self._hits[0] if self._hits else None
        if self.focused is message.list and not (self._just_listed and message.row == first):
            self._just_listed = False
            self.say(f"{message.row.number}  {message.row.name}, {message.row.address}")

    def on_record_list_chosen(self, message: RecordList.Chosen) -> None:
        """Open the account; other options stay until one comes back."""
        message.stop()
        (_, hit), *later = message.choices
        message.list.keep(later)
        self.billing.open_screen("ACC020", hit.number)
