"""DRF010 Drafts: entries that were begun and not saved; take one up or drop it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from billing_tui.access.drafts import Draft, drafts_of, drop_draft
from billing_tui.foundation.moments import column_moment
from billing_tui.records.find_records import accounts_for
from billing_tui.tui.commands import BACKWARD, FORWARD
from billing_tui.tui.ink import Role, gap, wrapped
from billing_tui.tui.painted import Sheet
from billing_tui.tui.pop_up import PopUp
from billing_tui.tui.record_list import Column, RecordList
from billing_tui.tui.screens.confirm import ask_first
from billing_tui.tui.screens.register import LISTINGS
from billing_tui.tui.shown import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.widget import Widget

    from billing_tui.tui.room_screen import Outcome


_MOST_TOLD = 8


def _title(draft: Draft) -> str:
    return next((one.title for one in LISTINGS if one.ident == draft.ident), draft.ident)


def _with_account(draft: Draft) -> Draft:
    """The draft, with whose account it was opened on first where its fields do not say so."""
    number, _, _ = draft.subject.partition(" ")
    if not number or number in draft.told:
        return draft
    found = accounts_for(number)
    whose = f"{number} {found[0].name}, {found[0].address}" if len(found) == 1 else draft.subject
    return replace(draft, told=", ".join(filter(None, (whose, draft.told))))


_COLUMNS: tuple[Column[Draft], ...] = (
    Column("Last field", 14, lambda draft: column_moment(draft.at)),
    Column("Entry", 18, _title),
    Column("About", 36, lambda draft: draft.told, grows=True),
)


class DraftsScreen(PopUp):
    """What a lost line, a locked terminal or another call left behind."""

    ident = "DRF010"
    word = "These entries were not saved"
    help_text = (
        "1 takes an entry up where it was left; secrets have to be keyed again. 4 drops it. F12 "
        "leaves them for later; F9 on the menu shows them again."
    )
    commands = (BACKWARD, FORWARD)
    opening = "1 takes an entry up, 4 drops it, F12 leaves them for later."

    def body(self) -> Iterable[Widget]:
        """The entries, newest first."""
        yield RecordList(
            _COLUMNS, options={"1": "Take up", "4": "Drop"}, key=lambda draft: draft.key
        )
        yield Sheet(id="detail")

    def on_record_list_moved(self, message: RecordList.Moved) -> None:
        """Whose entry it is, in full."""
        message.stop()
        parts = wrapped(message.row.told, self.billing.size.width - 2, 2)
        self.query_one("#detail", Sheet).show([(gap(1), (part, Role.VALUE)) for part in parts])

    def open(self) -> None:
        """Read them."""
        rows = [_with_account(draft) for draft in drafts_of(self.desk)]
        self.query_one(RecordList).show_rows(rows, lambda draft: draft.told)

    def on_record_list_chosen(self, message: RecordList.Chosen) -> None:
        """Drop those marked 4, once that is confirmed; else take the first of the others up."""
        message.stop()
        taken = [draft for option, draft in message.choices if option == "1"]
        dropped = [draft for option, draft in message.choices if option == "4"]
        message.list.keep([("1", draft) for draft in taken[0 if dropped else 1 :]])
        if dropped:
            word = f"Drop {counted(len(dropped), 'entry')} for good?"
            told = [f"{_title(one)}: {one.told}" for one in dropped[:_MOST_TOLD]]
            more = len(dropped) - len(told)
            told += [f"and {counted(more, 'more entry')}"] if more else []
            ask_first(self, word, told, lambda: self._drop(dropped), otherwise="Nothing dropped.")
        elif taken:
            self._close()
            self.billing.take_up(taken[0])

    def _drop(self, dropped: Sequence[Draft]) -> None:
        for draft in dropped:
            drop_draft(self.desk, draft.key)
        self.open()
        if drafts_of(self.desk):
            self.say("Dropped.")
        else:
            self._close()

    def _close(self) -> None:
        self.billing.call_later(self.dismiss, None)

    def command_cancel(self) -> Outcome:
        """Leave them for later."""
        self._close()
        return True
