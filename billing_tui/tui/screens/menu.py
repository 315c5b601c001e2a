"""MNU010 Menu: what the office can do here, by number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.tui.commands import LEAVE
from billing_tui.tui.entry import Entry
from billing_tui.tui.form import Form
from billing_tui.tui.ink import BLANK, Line, Role, gap, left
from billing_tui.tui.kinds import text
from billing_tui.tui.painted import Sheet
from billing_tui.tui.room_screen import RoomScreen
from billing_tui.tui.screens.register import GROUPS, LISTINGS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.widget import Widget

_WAY = text(40, "A number of this menu, a screen id, an account number, or words.", required=True)


class MenuScreen(RoomScreen):
    """Where everybody starts."""

    ident = "MNU010"
    heading = "Menu"
    help_text = (
        "Key the number of a screen and press Enter. A screen id (BIL020), an account number or "
        "a customer's name leads there just as well, here and after F2 on every screen."
    )
    commands = (LEAVE.called("Sign off", "Sign off; everything that was saved stays saved."),)
    opening = "Key a number, an account, a name or a word, and press Enter."

    def body(self) -> Iterable[Widget]:
        """The numbered screens and the line to choose by."""
        yield Sheet(self._menu())
        yield Form(Entry("way", "  Go to", _WAY, label_width=10))

    def _menu(self) -> list[Line]:
        lines: list[Line] = [BLANK]
        for digit, group in GROUPS.items():
            lines.append((gap(2), (group, Role.TITLE)))
            for one in LISTINGS:
                if one.number.startswith(f"{digit}."):
                    number = left(one.number, 6, Role.KEY)
                    lines.append(
                        (gap(4), number, left(one.title, 28, Role.VALUE), (one.ident, Role.LABEL))
                    )
            lines.append(BLANK)
        return lines

    def on_form_completed(self, message: Form.Completed) -> None:
        """Go there."""
        way = str(message.form.entry("way").value)
        message.form.put()
        self.say(self.opening)
        self.billing.open_way(way)
