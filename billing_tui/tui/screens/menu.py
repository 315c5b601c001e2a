"""MNU010 Menu: what the office can do here, by number."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from billing_tui.access.drafts import drafts_of
from billing_tui.access.rights import Right
from billing_tui.tui.commands import DUPLICATE, LEAVE
from billing_tui.tui.entry import Entry
from billing_tui.tui.form import Form
from billing_tui.tui.ink import Line, Role, gap, left, width_of
from billing_tui.tui.kinds import text
from billing_tui.tui.painted import Sheet
from billing_tui.tui.room_screen import RoomScreen
from billing_tui.tui.screens.drafts import DraftsScreen
from billing_tui.tui.screens.register import GROUPS, LISTINGS, Listing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.events import Resize
    from textual.widget import Widget

    from billing_tui.tui.room_screen import Outcome

_COLUMNS = 3
_WITH_IDENT = 34
_WAY = text(40, "A number of this menu, a screen id, an account number, or words.", required=True)


class MenuScreen(RoomScreen):
    """Where everybody starts."""

    _asked = False

    ident = "MNU010"
    heading = "Menu"
    help_text = (
        "Key the number of a screen and press Enter. A screen id (BIL020), an account number or "
        "a customer's name leads there just as well, here and after F2 on every screen."
    )
    commands = (
        LEAVE.called("Sign off", "Sign off; everything that was saved stays saved."),
        DUPLICATE.called("Drafts", "Entries that were begun and not saved."),
    )
    opening = "Key a number, an account, a name or a word, and press Enter."

    def body(self) -> Iterable[Widget]:
        """The numbered screens and the line to choose by."""
        yield Sheet(self._menu())
        yield Form(Entry("way", "  Go to", _WAY, label_width=10))

    def on_resize(self, _event: Resize) -> None:
        """Lay the menu out for the new width; a wide one has room for the ids."""
        self.query_one(Sheet).show(self._menu())

    def _menu(self) -> list[Line]:
        """The groups in three columns, each group whole; what the person may not do is dim."""
        width = self.billing.size.width // _COLUMNS
        blocks = [self._block(digit, group, width) for digit, group in GROUPS.items()]
        target = sum(map(len, blocks)) / _COLUMNS
        columns: list[list[Line]] = [[] for _ in range(_COLUMNS)]
        at = 0
        for block in blocks:
            if columns[at] and len(columns[at]) + len(block) / 2 > target and at < _COLUMNS - 1:
                at += 1
            columns[at].extend(block)
        rows = zip_longest(*columns, fillvalue=())
        return [
            tuple(span for cell in row for span in (*cell, gap(width - width_of(cell))))
            for row in rows
        ]

    def _block(self, digit: str, group: str, width: int) -> list[Line]:
        mine = [one for one in LISTINGS if one.number.startswith(f"{digit}.")]
        listed = sorted(mine, key=lambda one: one.order)
        listed.sort(key=lambda one: int(one.number.partition(".")[2]))
        heading: Line = ((f" {digit}  {group}", Role.TITLE),)
        return [heading, *[self._item(one, width) for one in listed]] if listed else []

    def _item(self, one: Listing, width: int) -> Line:
        able = not one.right or self.desk.may(Right(one.right))
        key, value = (Role.KEY, Role.VALUE) if able else (Role.OFF, Role.OFF)
        name = (left(f" {one.number}", 6, key), left(one.title, 20, value))
        return (*name, gap(1), (one.ident, Role.LABEL)) if width > _WITH_IDENT else name

    def open(self) -> None:
        """In a copy, the way out leads back to the office."""
        if self.billing.away:
            back = LEAVE.called("Office", "Back to the office; your copy stays as it is.")
            self.commands = (back, *self.commands[1:])

    def greeting(self) -> str:
        """What to do, or that entries wait to be finished; at sign-on a window lists them."""
        waiting = len(drafts_of(self.desk))
        if waiting and not self._asked and self.billing.arrived is None:
            self.billing.ask(DraftsScreen(), lambda _none: self.shown_again())
        self._asked = True
        if not waiting:
            return self.opening
        entries = "One entry is" if waiting == 1 else f"{waiting} entries are"
        return f"{entries} not saved yet; F9 shows what was begun."

    def shown_again(self) -> None:
        """Something may have been dropped, or left unsaved."""
        self.say(self.greeting())

    def command_duplicate(self) -> Outcome:
        """The entries that were not saved."""
        if not drafts_of(self.desk):
            return "Every entry that you began was saved or dropped."
        self.billing.ask(DraftsScreen(), lambda _none: self.shown_again())
        return True

    def on_form_completed(self, message: Form.Completed) -> None:
        """Go there."""
        way = str(message.form.entry("way").value)
        message.form.put()
        if way == "?":
            self.command_keys()
            return
        self.say(self.opening)
        self.billing.open_way(way)
