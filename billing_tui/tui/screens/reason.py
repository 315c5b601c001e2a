"""RSN010 Reason: one sentence that stays with a decision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.foundation.errors import InvalidEntry
from billing_tui.foundation.text import clean
from billing_tui.tui.entry import Entry
from billing_tui.tui.form import Form
from billing_tui.tui.ink import Role
from billing_tui.tui.kinds import Choice, Kind, Taken
from billing_tui.tui.painted import Sheet
from billing_tui.tui.pop_up import FormPopUp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from textual.widget import Widget

    from billing_tui.tui.room_screen import RoomScreen


_LEAST_LETTERS = 3


def reason_kind(usual: Sequence[str]) -> Kind:
    """A reason in words, or the number of a usual one."""
    choices = tuple(Choice(str(at), one) for at, one in enumerate(usual, 1))

    def read(entry: str) -> Taken:
        meant = {choice.code: choice.meaning for choice in choices}.get(entry.strip(), entry)
        reason = clean(meant, most=200)
        if sum(character.isalpha() for character in reason) < _LEAST_LETTERS:
            raise InvalidEntry(
                "Say why, in a word or more; the reason stays with the record.",
                code="REASON-MISSING",
            )
        return Taken(reason, reason)

    return Kind(60, read, "A reason, or the number of a usual one.", choices=lambda _text: choices)


class ReasonScreen(FormPopUp):
    """Asks why, and for more where the decision needs it; gives the entries back, or None."""

    ident = "RSN010"
    help_text = "Key the reason, or the number of a usual one; F12 takes the decision back."
    opening = "Enter carries it out, F12 takes it back."

    def __init__(
        self, word: str, usual: Sequence[str], *first: Entry, told: Sequence[str] = ()
    ) -> None:
        """Ask why; `told` stands above the usual reasons: what exactly will be done."""
        super().__init__()
        self.word = word
        self._told = tuple(told)
        self._usual = tuple(usual)
        self._first = first

    def body(self) -> Iterable[Widget]:
        """What will be done, the usual reasons, and the line for another one.

        Where more is asked first, the reasons stand under the fields: their numbers are keyed into
        the last one.
        """
        if self._told:
            yield Sheet([((f"   {one}", Role.VALUE),) for one in self._told])
        usual = Sheet(
            [((f"   {at}  ", Role.KEY), (one, Role.TEXT)) for at, one in enumerate(self._usual, 1)]
        )
        reason = Entry("reason", " Reason", reason_kind(self._usual), label_width=9)
        form = Form(*self._first, reason)
        yield from (form, usual) if self._first else (usual, form)


def ask_why(
    screen: RoomScreen,
    word: str,
    usual: Sequence[str],
    then: Callable[[str], object],
    *,
    otherwise: str = "Nothing was decided; the options still stand.",
) -> None:
    """Ask for a reason and go on with it; say `otherwise`, if anything, where none is given."""

    def given(values: Mapping[str, str] | None) -> None:
        if values is not None:
            then(values["reason"])
        elif otherwise:
            screen.say(otherwise)

    screen.billing.ask(ReasonScreen(word, usual), given)
