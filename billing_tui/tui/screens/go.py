"""GO0010 Go to: the fast path, from every screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.tui.commands import DUPLICATE
from billing_tui.tui.entry import Entry
from billing_tui.tui.form import Form
from billing_tui.tui.kinds import text
from billing_tui.tui.pop_up import PopUp

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.widget import Widget

    from billing_tui.tui.room_screen import Outcome

_WAY = text(40, "ACC020, 3.2, 10432-03, a name, or a word such as review.", required=True)


class GoScreen(PopUp):
    """One line of text that leads anywhere."""

    ident = "GO0010"
    heading = "Go to"
    help_text = (
        "A screen id (BIL020), a menu number (3.2), an account (10432-03), both (1.9 10432-03),"
        " or words. Words that name no screen are looked for among the customers."
    )
    commands = (DUPLICATE.called("Last", "Where the fast path led last time."),)
    opening = "A screen id, a menu number, an account, a name, or a word."

    def body(self) -> Iterable[Widget]:
        """The line."""
        yield Form(Entry("way", "  Go to", _WAY, label_width=10))

    def command_duplicate(self) -> Outcome:
        """The last way again."""
        last = self.billing.last_way
        if not last:
            return "The fast path was not used yet."
        self.query_one(Entry).put(last)
        return True

    def on_form_completed(self, message: Form.Completed) -> None:
        """Close the window and go there."""
        way = str(message.form.entry("way").value)
        self.billing.back()
        self.billing.open_way(way)
