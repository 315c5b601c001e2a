"""CAR012 Passphrase: takes spoken words and shows dots."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.tui.entry import Entry
from billing_tui.tui.form import Form
from billing_tui.tui.kinds import secret
from billing_tui.tui.pop_up import FormPopUp

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.widget import Widget

_WIDTH = 40


class PassphraseWindow(FormPopUp):
    """Gives the words back, or None; they are shown and kept nowhere."""

    ident = "CAR012"
    help_text = "Key what the person says. Capitals and blanks do not matter. F12 takes it back."
    opening = "Enter goes on, F12 takes it back."

    def __init__(self, word: str, help_: str) -> None:
        super().__init__()
        self.word = word
        self._help = help_

    def body(self) -> Iterable[Widget]:
        """One field."""
        yield Form(Entry("words", " Passphrase", secret(_WIDTH, self._help), label_width=12))
