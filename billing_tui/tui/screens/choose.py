"""LST010 List: what a field takes, for F4."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from billing_tui.tui.ink import Role
from billing_tui.tui.pages import PAGE, Listed
from billing_tui.tui.pop_up import PopUp
from billing_tui.tui.record_list import Column, RecordList

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.widget import Widget

    from billing_tui.tui.kinds import Choice
    from billing_tui.tui.pages import Source
    from billing_tui.tui.room_screen import Outcome

_CODE, _WIDEST_CODE = 10, 24


def _columns(choices: Sequence[Choice]) -> tuple[Column[Choice], ...]:
    """Codes stand whole: numbers of bills and meters are longer than most."""
    longest = max((len(one.code) for one in choices), default=0)
    code = min(max(longest, _CODE), _WIDEST_CODE)
    return (
        Column("Code", code, lambda one: one.code, role=lambda _one: Role.VALUE),
        Column("Meaning", 40, lambda one: one.meaning, grows=True),
    )


class ChooseScreen(PopUp):
    """Letters and digits position the list, Enter takes the row."""

    ident = "LST010"
    help_text = "Key the beginning of a code, Enter takes the row, F12 takes none."
    opening = "Enter takes the row; letters and digits position the list."

    def __init__(self, word: str, choices: Sequence[Choice] | Source[Choice]) -> None:
        super().__init__()
        self.word = word
        if isinstance(choices, Sequence):
            self._source: Source[Choice] = Listed(choices, lambda one: one.code)
            self._columns = _columns(choices)
        else:
            self._source = choices
            self._columns = _columns(choices.after(None, PAGE))

    def body(self) -> Iterable[Widget]:
        """The choices."""
        yield RecordList(self._columns)

    def open(self) -> None:
        """Show them."""
        self.query_one(RecordList).show(self._source)

    def on_record_list_chosen(self, message: RecordList.Chosen) -> None:
        """Give the choice back."""
        message.stop()
        self.billing.call_later(self.dismiss, message.choices[0][1])

    def command_cancel(self) -> Outcome:
        """Take none."""
        self.billing.call_later(self.dismiss, None)
        return True
