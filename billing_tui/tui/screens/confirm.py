"""CNF010 Confirm: says what a step will do, with its figures, and does it on Enter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.tui.commands import NEXT
from billing_tui.tui.ink import BLANK, Role
from billing_tui.tui.painted import Sheet
from billing_tui.tui.pop_up import PopUp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from textual.events import Key
    from textual.widget import Widget

    from billing_tui.tui.commands import Command
    from billing_tui.tui.room_screen import Outcome, RoomScreen


class ConfirmScreen(PopUp):
    """Gives True back on Enter, False on F12."""

    ident = "CNF010"
    help_text = (
        "Enter does what stands here; F12 leaves everything as it is. Text that was typed ahead is "
        "not for this window: it is dropped, with the Enter behind it."
    )
    commands: tuple[Command, ...] = (NEXT.called("Confirm", "Do it."),)
    opening = "Enter confirms, F12 keeps it as it is."

    def __init__(self, word: str, told: Sequence[str]) -> None:
        super().__init__()
        self.word = word
        self._told = tuple(told)

    def body(self) -> Iterable[Widget]:
        """What will be done."""
        yield Sheet([BLANK, *[((f"   {one}", Role.VALUE),) for one in self._told], BLANK])

    def on_key(self, event: Key) -> None:
        """What was typed ahead for a field answers no question, nor does the Enter behind it."""
        if event.is_printable and event.character != "?":
            event.stop()
            event.prevent_default()
            self.refuse_sentence(self.opening)

    def command_next(self) -> Outcome:
        """Do it."""
        self.billing.call_later(self.dismiss, result=True)
        return True

    def command_cancel(self) -> Outcome:
        """Leave it."""
        self.billing.call_later(self.dismiss, result=False)
        return True


def ask_first(
    screen: RoomScreen,
    word: str,
    told: Sequence[str],
    then: Callable[[], object],
    *,
    otherwise: str = "",
) -> None:
    """Ask and go on after Enter; say `otherwise`, if anything, where it is taken back."""

    def answered(yes: bool) -> None:  # noqa: FBT001 - a callback's
        if yes:
            then()
        elif otherwise:
            screen.say(otherwise)

    screen.billing.ask(ConfirmScreen(word, told), answered)
