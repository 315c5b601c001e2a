"""HLP010 Help: what one does on a screen, its options and its keys."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from billing_tui.tui.commands import EVERYWHERE, TABLE, key_text
from billing_tui.tui.entry import Entry
from billing_tui.tui.ink import BLANK, Line, Role, gap, left
from billing_tui.tui.painted import Sheet
from billing_tui.tui.record_list import RecordList
from billing_tui.tui.room_screen import RoomScreen

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.widget import Widget

    from billing_tui.tui.room_screen import Outcome


class HelpScreen(RoomScreen):
    """The help page of the screen it was asked on."""

    ident = "HLP010"
    heading = "Help"
    help_text = "F12 goes back to the screen."
    opening = "F12 goes back."

    def __init__(self, asked: RoomScreen, message: str = "") -> None:
        super().__init__(asked.ident)
        self.asked = asked
        self._message_whole = message

    def body(self) -> Iterable[Widget]:
        """One sheet: the message that was cut, or the page."""
        told = textwrap.wrap(self._message_whole, 76)
        whole = [BLANK, *[((f" {part}", Role.VALUE),) for part in told]]
        yield Sheet(whole if told else self._page())

    def greeting(self) -> str:
        """What F1 does next."""
        return "F1 again for the help page, F12 goes back." if self._message_whole else self.opening

    def command_help(self) -> Outcome:
        """The page, after the message."""
        if not self._message_whole:
            return "This is the help; F12 goes back."
        self._message_whole = ""
        self.query_one(Sheet).show(self._page())
        self.say(self.opening)
        return True

    def _page(self) -> list[Line]:
        asked = self.asked
        lines: list[Line] = [((f" {asked.ident}  {asked.heading}", Role.TITLE),)]
        lines += [((" " + part, Role.TEXT),) for part in textwrap.wrap(asked.help_text, 76)]
        lines += [line for entry in asked.query(Entry) for line in _about(entry)]
        lines += [
            ((f" Options of the list: {list_.legend}", Role.TEXT),)
            for list_ in asked.query(RecordList)
            if list_.legend
        ]
        return [*lines, BLANK, *self._keys()]

    def _keys(self) -> list[Line]:
        offered = {command.id: command for command in self.asked.commands}
        works = EVERYWHERE | offered.keys()
        shown = [offered.get(one.id, one) for one in TABLE if one.id in works]
        keys = [
            left(" " + "/".join(key_text(key) for key in command.keys), 15, Role.KEY)
            for command in shown
        ]
        words = [left(command.label, 23, Role.TEXT) for command in shown]
        half = (len(shown) + 1) // 2
        cells = [*zip(keys, words, strict=True), (gap(15), gap(23))]
        return [(*cells[at], gap(1), *cells[min(at + half, len(shown))]) for at in range(half)]


def _about(entry: Entry) -> list[Line]:
    label = entry.label.strip(" .")
    return [((f" {label}: {entry.help_sentence}", Role.TEXT),)]
