"""The text of one grid cell while it is keyed: what each key does to it, and how it is drawn.

Pure: no Textual. As in an entry field, the first key replaces what stood there, and moving the
cursor first edits it instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing_tui.tui.ink import Line, Role, left, right
from billing_tui.tui.kinds import Taken

if TYPE_CHECKING:
    from billing_tui.tui.kinds import Kind


@dataclass(slots=True)
class CellEntry:
    """What stands in the cell at the cursor.

    Attributes:
        kind: what the cell takes; None for one that is shut.
        stored: what stood there before.
        text: what stands there now.
        wrong: it was refused.
    """

    kind: Kind | None = None
    stored: str = ""
    text: str = ""
    cursor: int = 0
    fresh: bool = True
    wrong: bool = False

    @property
    def edited(self) -> bool:
        """Whether something was keyed that was not taken yet."""
        return self.text != self.stored

    def put(self, kind: Kind | None, text: str) -> None:
        """Stand on a cell as it is stored."""
        self.kind, self.stored, self.text = kind, text, text
        self.cursor, self.fresh, self.wrong = 0, True, False

    def retype(self, text: str) -> None:
        """Put a text there as if it had been keyed."""
        self.text, self.cursor, self.fresh, self.wrong = text, len(text), False, False

    def read(self) -> Taken:
        """What the text means; an empty cell means nothing.

        Raises:
            BillingError: it makes no sense.
        """
        if self.kind is None or not self.text.strip():
            return Taken(None, "")
        return self.kind.read(self.text)

    def type(self, character: str) -> str:
        """Take a character; "" where it was taken, else why not."""
        kind = self.kind
        if kind is None:
            return "Nothing is keyed here."
        text, cursor = ("", 0) if self.fresh else (self.text, self.cursor)
        character = character.upper() if kind.upper else character
        if not character.isprintable() or (kind.characters and character not in kind.characters):
            return f"{character!r} cannot stand here. {kind.help}"
        if len(text) >= kind.width:
            return f"This field holds at most {kind.width} characters."
        self.text = text[:cursor] + character + text[cursor:]
        self.cursor, self.fresh, self.wrong = cursor + 1, False, False
        return ""

    @property
    def full(self) -> bool:
        """Whether the entry is finished by its length."""
        kind = self.kind
        return kind is not None and kind.auto_advance and len(self.text) == kind.width

    def edit(self, key: str) -> bool:
        """Carry out a key that edits the text; False where it does not."""
        if self.kind is None or key not in {"backspace", "delete", "left", "right"}:
            return False
        at = len(self.text) if self.fresh and key == "backspace" else self.cursor
        if key == "backspace":
            self.text, at = self.text[: max(at - 1, 0)] + self.text[at:], max(at - 1, 0)
        elif key == "delete":
            self.text = self.text[:at] + self.text[at + 1 :]
        else:
            at = min(max(at + (1 if key == "right" else -1), 0), len(self.text))
        self.cursor, self.fresh, self.wrong = at, False, False
        return True

    def line(self, cells: int) -> Line:
        """The text with its cursor, exactly `cells` wide; the end of a long one stays in sight."""
        role = Role.ERROR if self.wrong else Role.FOCUSED
        if self.kind is None:
            return (left(self.text, cells, Role.CURSOR),)
        start = max(self.cursor - cells + 1, 0)
        shown = self.text[start : start + cells].ljust(cells)
        at = self.cursor - start
        return ((shown[:at], role), (shown[at], Role.CURSOR), (shown[at + 1 :], role))


def still_line(text: str, cells: int, *, figure: bool, role: Role) -> Line:
    """A cell that the cursor is not on."""
    return ((right if figure else left)(text, cells, role),)
