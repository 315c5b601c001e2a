"""A form: entries one under another, Enter from one to the next, and all of them read at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual.containers import Vertical
from textual.message import Message

from billing_tui.foundation.errors import BillingError
from billing_tui.tui.entry import Entry
from billing_tui.tui.painted import keyboard_of

if TYPE_CHECKING:
    from collections.abc import Mapping


class Form(Vertical):
    """Entries that belong together; `Completed` comes when Enter leaves the last one."""

    DEFAULT_CSS: ClassVar[str] = "Form { height: auto; }"

    class Completed(Message):
        """Enter was pressed on the last entry."""

        def __init__(self, form: Form) -> None:
            super().__init__()
            self.form = form

    def __init__(self, *entries: Entry, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(*entries, id=id)
        self.entries = entries
        self._last_record: dict[str, str] = {}

    def entry(self, name: str) -> Entry:
        """The entry of that name."""
        return next(entry for entry in self.entries if entry.id == name)

    def values(self) -> dict[str, Any]:
        """Read all entries.

        Raises:
            BillingError: of the first one that makes no sense, with the cursor put there.
        """
        values: dict[str, Any] = {}
        for entry in self.entries:
            try:
                values[entry.id or ""] = entry.read()
            except BillingError:
                entry.focus()
                keyboard_of(self).drop_keys()
                raise
        return values

    def place_cursor(self, field: str | None) -> None:
        """Put the cursor on the field that a refusal names."""
        for entry in self.entries:
            if entry.id == field:
                entry.wrong = True
                entry.refresh()
                entry.focus()

    def put(self, texts: Mapping[str, str] | None = None) -> None:
        """Show other values, blank where none is given, and go to the first entry."""
        for entry in self.entries:
            entry.put((texts or {}).get(entry.id or "", ""))
        self.entries[0].focus()

    def remember(self) -> None:
        """Keep the entries of this record for F9."""
        self._last_record = {entry.id or "": entry.text for entry in self.entries}

    @property
    def changed(self) -> bool:
        """Whether anything was keyed that is not saved."""
        return any(entry.changed for entry in self.entries)

    def on_entry_accepted(self, message: Entry.Accepted) -> None:
        """Go on to the next entry, or say that the form is complete."""
        message.stop()
        at = self.entries.index(message.entry)
        if at + 1 < len(self.entries):
            self.entries[at + 1].focus()
        else:
            self.post_message(self.Completed(self))

    def command_duplicate(self) -> str | bool:
        """Copy the focused entry from the record before."""
        entry = self.screen.focused
        if not self._last_record or not isinstance(entry, Entry):
            return False
        if entry.id not in self._last_record:
            return "The record before has nothing to copy here."
        entry.put(self._last_record[entry.id])
        entry.accept()
        return True

    def command_erase_all(self) -> bool:
        """Erase all entries."""
        self.put()
        return True
