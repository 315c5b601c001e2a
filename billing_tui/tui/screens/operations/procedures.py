"""HLP020 Procedures: all procedure pages, found by their words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.operations.procedures import Library, Procedure, library
from billing_tui.tui.commands import BACKWARD, FORWARD
from billing_tui.tui.entry import Entry
from billing_tui.tui.ink import Role
from billing_tui.tui.kinds import text
from billing_tui.tui.painted import Rule
from billing_tui.tui.record_list import Column, RecordList
from billing_tui.tui.room_screen import RoomScreen
from billing_tui.tui.shown import counted, day_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.widget import Widget

_BOX = text(40, "Words that stand in the page, such as deposit, vacant or F10.")


class Procedures(RoomScreen):
    """The shelf of procedure pages."""

    ident = "HLP020"
    heading = "Procedures"
    help_text = (
        "Key words; pages in which all of them stand remain. Enter goes to the list, Enter again "
        "opens the page. A utility's own pages stand in the folder procedures of its home, and "
        "take the place of ours with the same id. * marks a page whose review is overdue."
    )
    commands = (BACKWARD, FORWARD)
    opening = "Key words, or Enter for the whole list."

    def body(self) -> Iterable[Widget]:
        """The box and the pages."""
        yield Entry("search", " Search", _BOX, label_width=8)
        yield Rule()
        yield RecordList(
            self._columns(), options={"5": "Read"}, empty="No page has all these words."
        )

    def _columns(self) -> tuple[Column[Procedure], ...]:
        day = self.desk.business_day

        def review(page: Procedure) -> str:
            return f"{'* ' if page.is_overdue(day) else ''}{day_text(page.review_by)}"

        return (
            Column("Procedure", 40, lambda page: page.title, role=lambda _: Role.VALUE, grows=True),
            Column("Version", 7, lambda page: str(page.version), right=True),
            Column("", 4, lambda page: "own" if page.own else ""),
            Column("Review by", 10, review, right=True),
            Column("Kept by", 20, lambda page: page.owner, extra=100),
            Column("Screens", 30, lambda page: " ".join(page.screens), extra=100),
        )

    def open(self) -> None:
        """Read the shelf, and show what fits what the fast path brought along."""
        self._due = False
        self._library: Library = library(self.desk.home)
        self.query_one(Entry).put(self.subject)
        self._search()

    def greeting(self) -> str:
        """What to do, or what is wrong with a page of the utility's own."""
        if self._library.problems:
            return self._library.problems[0].sentence
        return self.opening

    def on_entry_changed(self, message: Entry.Changed) -> None:
        """Search once for all keys that have arrived."""
        message.stop()
        if not self._due:
            self._due = True
            self.call_later(self._search)

    def _search(self) -> None:
        self._due = False
        pages = self._library.search(self.query_one(Entry).text)
        self.query_one(RecordList).show_rows(pages, lambda page: page.title)
        self.say(f"{counted(len(pages), 'page')} found. Enter goes to the list.")

    def on_entry_accepted(self, message: Entry.Accepted) -> None:
        """Enter opens the only one, or goes to the list."""
        message.stop()
        self._search()
        pages = self._library.search(self.query_one(Entry).text)
        if len(pages) == 1:
            self.billing.open_screen("HLP030", pages[0].id)
        elif pages:
            self.query_one(RecordList).focus()
            self.say("Choose a page, Enter opens it; Shift+Tab goes back to the words.")
        else:
            self.refuse_sentence("No page has all these words; fewer may find one.")

    def on_record_list_moved(self, message: RecordList.Moved) -> None:
        """Say in full what the columns may have cut."""
        message.stop()
        if self.focused is message.list:
            page: Procedure = message.row
            self.say(f"{page.title}: {' '.join(page.screens)}")

    def on_record_list_chosen(self, message: RecordList.Chosen) -> None:
        """Open the page."""
        message.stop()
        (_, page), *later = message.choices
        message.list.keep(later)
        self.billing.open_screen("HLP030", page.id)
