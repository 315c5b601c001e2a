"""HLP010 Help: what one does on a screen, its fields, options and keys; then its procedure."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from billing_tui.operations.procedures import library
from billing_tui.tui.commands import BACKWARD, EVERYWHERE, FORWARD, TABLE, key_text
from billing_tui.tui.entry import Entry
from billing_tui.tui.ink import BLANK, Line, Role, gap, left
from billing_tui.tui.long_page import PageScreen
from billing_tui.tui.record_list import RecordList

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from billing_tui.tui.commands import Command
    from billing_tui.tui.room_screen import Outcome, RoomScreen

_ONWARD = "F1 again for the procedure, F12 goes back."


class HelpScreen(PageScreen):
    """The help page of the screen it was asked on, or its keys alone, or a message that was cut."""

    ident = "HLP010"
    heading = "Help"
    help_text = (
        "F1 on a field explains the field, F1 again the screen, F1 once more opens the procedure "
        "page. ? shows the keys, wherever no field takes it as a character."
    )
    commands = (BACKWARD, FORWARD)

    def __init__(self, asked: RoomScreen, message: str = "", *, keys: bool = False) -> None:
        super().__init__(asked.ident)
        self.asked = asked
        self._message_whole = message
        self._keys_alone = keys

    def page(self) -> Sequence[Line]:
        """What was asked for."""
        if self._message_whole:
            told = textwrap.wrap(self._message_whole, self.room_across)
            return [BLANK, *[((f" {part}", Role.VALUE),) for part in told]]
        if self._keys_alone:
            return list(self._keys())
        return list(self._screen())

    def greeting(self) -> str:
        """What F1 does next."""
        if self._message_whole or self._keys_alone:
            return "F1 for the help page of the screen, F12 goes back."
        return _ONWARD

    def command_help(self) -> Outcome:
        """The page, after the message or the keys; after the page, the procedure."""
        if self._message_whole or self._keys_alone:
            self._message_whole, self._keys_alone = "", False
            self.open()
            self.say(self.greeting())
            return True
        return self._open_procedure()

    def command_keys(self) -> Outcome:
        """The keys alone."""
        self._message_whole, self._keys_alone = "", True
        self.open()
        self.say(self.greeting())
        return True

    def _open_procedure(self) -> Outcome:
        from billing_tui.tui.screens.operations.procedure_page import ProcedurePage

        books = library(self.desk.home)
        under = [screen for screen in reversed(self.app.screen_stack) if screen is not self]
        for screen in under:
            pages = books.of_screen(getattr(screen, "ident", ""))
            if pages:
                self.billing.ask(ProcedurePage(pages[0].id))
                return True
        return f"No procedure page names {self.asked.ident} yet; HLP020 lists those there are."

    # The page

    def _screen(self) -> Iterator[Line]:
        asked = self.asked
        yield ((f" {asked.ident}  {asked.heading}", Role.TITLE),)
        yield from _told(asked.help_text, self.room_across)
        entries = [entry for entry in asked.query(Entry) if entry.display]
        if entries:
            yield BLANK
            yield _head("Fields")
        for entry in entries:
            label = entry.label.strip(" .:")
            yield from _beside(label, 16, self.room_across, entry.help_sentence)
        lists = [list_ for list_ in asked.query(RecordList) if list_.legend]
        if lists:
            yield BLANK
            yield _head("Options of the list")
        for list_ in lists:
            yield from _told(list_.legend, self.room_across, "  ")
        yield BLANK
        yield from self._keys()

    def _keys(self) -> Iterator[Line]:
        asked = self.asked
        offered = [command for command in asked.commands if command.id not in EVERYWHERE]
        renamed = {command.id: command for command in asked.commands}
        yield _head(
            f"Keys of {asked.ident}" if offered else f"{asked.ident} has no keys of its own"
        )
        for command in offered:
            reason = asked.why_not(command)
            keys, across = _keys_text(command), self.room_across
            yield from _beside(keys, 11, across, command.help, word=command.label, reason=reason)
        yield BLANK
        yield _head("Keys everywhere")
        every = [renamed.get(one.id, one) for one in TABLE if one.id in EVERYWHERE]
        half = (len(every) + 1) // 2
        for at in range(half):
            second = every[at + half] if at + half < len(every) else None
            yield (*_cell(every[at]), gap(1), *(_cell(second) if second else ()))


def _head(text: str) -> Line:
    return ((f" {text}", Role.TITLE),)


def _told(text: str, across: int, indent: str = " ") -> Iterator[Line]:
    for part in textwrap.wrap(text, across):
        yield ((f"{indent}{part}", Role.TEXT),)


def _keys_text(command: Command) -> str:
    return "/".join(key_text(key) for key in command.keys)


def _cell(command: Command) -> Line:
    return left(f"  {_keys_text(command)}", 16, Role.KEY), left(command.label, 23, Role.TEXT)


def _beside(
    name: str, width: int, across: int, sentence: str, *, word: str = "", reason: str = ""
) -> Iterator[Line]:
    """A name and what is said of it; `word` between them, `reason` why it does not work now."""
    words = 16 if word else 0
    role = Role.OFF if reason else Role.KEY if word else Role.VALUE
    said = textwrap.wrap(sentence, across - width - words - 1) or [""]
    head: Iterable[Line] = [(gap(2), left(name, width, role), left(word, words, Role.VALUE))]
    for first, part in zip([*head, *[(gap(2 + width + words),)] * len(said)], said, strict=False):
        yield (*first, gap(1), (part, Role.TEXT))
    for part in textwrap.wrap(f"* {reason}" if reason else "", across - width - words - 1):
        yield (gap(3 + width + words), (part, Role.WARNING))
