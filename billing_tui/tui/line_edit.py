"""Text in one line while it is keyed: what each key does to it, and how it is drawn.

Pure: no Textual. The first key replaces what stood there; moving the cursor first edits it instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing_tui.tui.ink import Line, Role
from billing_tui.tui.shown import counted

if TYPE_CHECKING:
    from billing_tui.tui.kinds import Kind

_DOT = "\N{MIDDLE DOT}"


@dataclass(slots=True)
class LineEdit:
    """A text with a cursor.

    Attributes:
        text: what stands there now.
        cursor: the character that it stands on; `len(text)` is behind the last one.
        fresh: the next character replaces the text.
    """

    text: str = ""
    cursor: int = 0
    fresh: bool = True

    def show(self, text: str) -> None:
        """Let a text stand there that the next character replaces."""
        self.text = text
        self.rest()

    def rest(self) -> None:
        """The next character replaces what stands there."""
        self.cursor, self.fresh = 0, True

    def move(self, cursor: int) -> None:
        """Put the cursor somewhere in the text, to edit it."""
        self.cursor, self.fresh = min(max(cursor, 0), len(self.text)), False

    def insert(self, character: str, kind: Kind, help_: str = "") -> str:
        """Take a character; "" where it was taken, else why not, and the text stays as it was."""
        text, cursor = ("", 0) if self.fresh else (self.text, self.cursor)
        character = character.upper() if kind.upper else character
        if not character.isprintable() or (kind.characters and character not in kind.characters):
            return f"{character!r} cannot stand here. {help_ or kind.help}"
        if len(text) >= kind.holds:
            return f"This field holds {counted(kind.holds, 'character')}."
        self.text = text[:cursor] + character + text[cursor:]
        self.move(cursor + 1)
        return ""

    def edit(self, key: str) -> bool:
        """Carry out a key that edits; False where it is no such key."""
        text, at = self.text, self.cursor
        if key == "backspace":
            at = len(text) if self.fresh else at
            self.text = text[: max(at - 1, 0)] + text[at:]
            self.move(at - 1)
        elif key == "delete":
            self.text = text[:at] + text[at + 1 :]
            self.move(at)
        elif key in {"left", "right"}:
            self.move(at + (1 if key == "right" else -1))
        else:
            return False
        return True

    def told(self, *, secret: bool = False) -> str:
        """The text, or as many dots."""
        return _DOT * len(self.text) if secret else self.text

    def drawn(self, cells: int, role: Role, *, secret: bool = False) -> Line:
        """The text with its cursor, exactly `cells` wide; what is at the cursor stays in sight."""
        start = max(self.cursor - cells + 1, 0)
        shown = self.told(secret=secret)[start : start + cells].ljust(cells)
        at = self.cursor - start
        return ((shown[:at], role), (shown[at], Role.CURSOR), (shown[at + 1 :], role))


def one_line(pasted: str) -> str | None:
    """What was pasted, without the end of its line; None where it has several lines."""
    line = pasted.rstrip("\r\n")
    return None if "\n" in line or "\r" in line else line
