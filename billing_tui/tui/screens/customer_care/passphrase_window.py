"""CAR012 Passphrase: takes spoken words and shows dots; a new one is keyed twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.customer_care.passphrase import folded
from billing_tui.foundation.errors import InvalidEntry
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

    def __init__(self, word: str, help_: str, *, twice: bool = False) -> None:
        super().__init__()
        self.word = word
        self._help = help_
        self._twice = twice

    def body(self) -> Iterable[Widget]:
        """One field, or a second one in which a slip of the first is noticed."""
        again = Entry("again", " Once more", secret(_WIDTH, "The same once more."), label_width=12)
        again.display = self._twice
        words = Entry("words", " Passphrase", secret(_WIDTH, self._help), label_width=12)
        yield Form(words, again, understood=self._compare)

    def _compare(self, entry: Entry) -> None:
        """Begin anew where the two differ."""
        form = self.query_one(Form)
        if entry.id == "again" and folded(entry.text) != folded(form.entry("words").text):
            form.put()
            raise InvalidEntry("The two are not the same; key both again.", field="words")
