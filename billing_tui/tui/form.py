"""A form: entries one under another, Enter from one to the next, and all of them read at once.

An entry that is not displayed does not exist for the person: Enter passes over it and it has no
value. What an entry's reading has to do at once, such as opening further entries, is the form's
`understood`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual.containers import Vertical
from textual.message import Message

from billing_tui.foundation.errors import BillingError, Refused
from billing_tui.tui.entry import Entry
from billing_tui.tui.painted import keyboard_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from billing_tui.tui.room_screen import RoomScreen


def _nothing(_entry: Entry) -> None:
    pass


class Form(Vertical):
    """Entries that belong together; `Completed` comes when Enter leaves the last one."""

    DEFAULT_CSS: ClassVar[str] = "Form { height: auto; }"

    class Completed(Message):
        """Enter was pressed on the last entry."""

        def __init__(self, form: Form) -> None:
            super().__init__()
            self.form = form

    def __init__(
        self,
        *entries: Entry,
        understood: Callable[[Entry], None] = _nothing,
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        """Entries in their order; `understood` is called for each one that was read."""
        super().__init__(*entries, id=id)
        self.entries = entries
        self._understood = understood
        self._last_record: dict[str, str] = {}

    def entry(self, name: str) -> Entry:
        """The entry of that name."""
        return next(entry for entry in self.entries if entry.id == name)

    @property
    def shown(self) -> list[Entry]:
        """The entries that the person sees."""
        return [entry for entry in self.entries if entry.display]

    def values(self) -> dict[str, Any]:
        """Read all entries that are shown; what one of them opens is read as well.

        Raises:
            BillingError: of the first one that makes no sense, or in which another text was put
                because of an entry that nobody had read yet; with the cursor put there.
        """
        values: dict[str, Any] = {}
        stood = {entry: entry.text for entry in self.shown}
        for entry in self.entries:
            if not entry.display:
                continue
            try:
                before = stood.get(entry, entry.text)
                moved = entry.text != before
                values[entry.id or ""] = entry.read()
                self._understood(entry)
                if moved:
                    name = entry.label.strip(" .")
                    raise Refused(f"{name} is {entry.text} now, not {before}: look, then F10.")
            except BillingError:
                entry.turn_back()
                keyboard_of(self).drop_keys()
                raise
        return values

    def known(self) -> dict[str, Any]:
        """Values of the entries that were read already."""
        return {entry.id or "": entry.value for entry in self.shown if entry.taken is not None}

    def place_cursor(self, field: str | None) -> None:
        """Put the cursor on the field that a refusal names."""
        for entry in self.entries:
            if entry.id == field:
                entry.wrong = True
                entry.turn_back()

    def put(self, texts: Mapping[str, str] | None = None) -> None:
        """Show other values, blank where none is given, and go to the first entry."""
        for entry in self.entries:
            entry.put((texts or {}).get(entry.id or "", ""))
        self.shown[0].focus()

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
        screen: Any = self.screen
        room: RoomScreen = screen
        before = room.told
        try:
            self._understood(message.entry)
        except BillingError as error:
            error.field = error.field or message.entry.id
            room.refuse(error)
            return
        at = self.entries.index(message.entry)
        onward = [entry for entry in self.entries[at + 1 :] if entry.display]
        if room.told == before:
            room.went_on(onward[0] if onward else None)
        if onward:
            onward[0].focus()
        else:
            self.post_message(self.Completed(self))

    def command_list(self) -> bool:
        """Read what Tab went over before the focused entry; the screen lists what follows.

        Raises:
            BillingError: of the first one that makes no sense, with the cursor put there.
        """
        for entry in self.shown:
            if entry.has_focus:
                break
            if entry.text and entry.taken is None:
                try:
                    entry.read()
                    self._understood(entry)
                except BillingError:
                    entry.turn_back()
                    raise
        return False

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
