"""A reading that the checks doubt: the window that asks before it is saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.tui.commands import CONFIRM, NEXT
from billing_tui.tui.ink import wrapped
from billing_tui.tui.screens.confirm import ConfirmScreen

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from billing_tui.service_orders.ahead import ReadAhead
    from billing_tui.tui.room_screen import Outcome

_WIDTH = 74  # cells of a sentence in a window at 80
_MOST_LINES = 4  # of one sentence


class LookAgain(ConfirmScreen):
    """What the checks say of the readings; F10 again, or Enter, saves them as they are."""

    commands = (
        CONFIRM.called("It is right", "The meter shows this; save it."),
        NEXT.called("Save", "The meter shows this; save it."),
    )
    opening = "F10 again or Enter saves it as keyed; F12 goes back to it."

    def __init__(self, told: Sequence[str]) -> None:
        lines = [line for one in told for line in wrapped(one, _WIDTH, _MOST_LINES)]
        super().__init__("Look at the reading again: is this right?", lines)

    def command_confirm(self) -> Outcome:
        """As Enter."""
        return self.command_next()


def asked_again(reads: Iterable[ReadAhead]) -> LookAgain | None:
    """The window where one of the readings is asked about, nothing where none is."""
    told = [one for read in reads if read.asks for one in read.warnings]
    return LookAgain(told) if told else None
