"""The text of one grid cell while it is keyed: what it takes, and how it is drawn. No Textual."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing_tui.tui.ink import Line, Role, left, right
from billing_tui.tui.kinds import Taken
from billing_tui.tui.line_edit import LineEdit

if TYPE_CHECKING:
    from billing_tui.tui.kinds import Kind


@dataclass(slots=True)
class CellEntry(LineEdit):
    """What stands in the cell at the cursor.

    Attributes:
        kind: what the cell takes; None for one that is shut.
        stored: what stood there before.
        wrong: it was refused.
    """

    kind: Kind | None = None
    stored: str = ""
    wrong: bool = False

    @property
    def edited(self) -> bool:
        """Whether something was keyed that was not taken yet."""
        return self.text != self.stored

    def put(self, kind: Kind | None, text: str) -> None:
        """Stand on a cell as it is stored."""
        self.kind, self.stored, self.wrong = kind, text, False
        self.show(text)

    def retype(self, text: str) -> None:
        """Put a text there as if it had been keyed."""
        self.show(text)
        self.move(len(text))
        self.wrong = False

    def refuse(self) -> None:
        """What stands there makes no sense."""
        self.wrong = True
        self.rest()

    def read(self) -> Taken:
        """What the text means; an empty cell means nothing.

        Raises:
            BillingError: it makes no sense.
        """
        if self.kind is None or not self.text.strip():
            return Taken(None, "")
        return self.kind.read(self.text)

    def type(self, character: str) -> str:
        """Take a character; "" where it was taken, else why not, and the next one begins anew."""
        if self.kind is None:
            return "Nothing is keyed here."
        refusal = self.insert(character, self.kind)
        self.wrong = False
        if refusal:
            self.refuse()
        return refusal

    @property
    def full(self) -> bool:
        """Whether the entry is finished by its length."""
        kind = self.kind
        return kind is not None and kind.auto_advance and len(self.text) == kind.width

    def edit(self, key: str) -> bool:
        """Carry out a key that edits the text; False where it does not."""
        if self.kind is None or not LineEdit.edit(self, key):  # slots leave no bare `super()`
            return False
        self.wrong = False
        return True

    def line(self, cells: int) -> Line:
        """The text with its cursor, exactly `cells` wide."""
        if self.kind is None:
            return (left(self.text, cells, Role.CURSOR),)
        return self.drawn(cells, Role.ERROR if self.wrong else Role.FOCUSED)


def still_line(text: str, cells: int, *, figure: bool, role: Role) -> Line:
    """A cell that the cursor is not on."""
    return ((right if figure else left)(text, cells, role),)
