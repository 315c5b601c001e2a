"""Breaking paragraphs into lines, once per text: notices repeat on every bill of a cycle."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from billing_tui.documents.paper import Face

MOST_CHARACTERS = 4_000
"""A paragraph longer than this is cut; no notice on a bill is."""
_MOST_KEPT = 2_000


class Wrapper:
    """Breaks texts to a width in points and remembers the result."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, float, float, Face], tuple[str, ...]] = {}

    def lines(self, text: str, face: Face, size: float, room: float) -> tuple[str, ...]:
        """The lines of a paragraph, fit to print. A word wider than the room is broken."""
        key = (text, size, room, face)
        if key not in self._kept:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            self._kept[key] = tuple(_break(text, face, room / size))
        return self._kept[key]


def _break(text: str, face: Face, room: float) -> list[str]:
    lines: list[str] = []
    line = ""
    for word in face.fit_to_print(" ".join(text[:MOST_CHARACTERS].split())).split(" "):
        longer = f"{line} {word}" if line else word
        if face.width(longer) <= room:
            line = longer
            continue
        if line:
            lines.append(line)
        line = word
        while face.width(line) > room:
            fits = _fitting(line, face, room)
            lines.append(line[:fits])
            line = line[fits:]
    if line:
        lines.append(line)
    return lines


def _fitting(word: str, face: Face, room: float) -> int:
    """How many characters of a word fit; at least one."""
    taken = 0.0
    for count, char in enumerate(word):
        taken += face.width(char)
        if taken > room:
            return max(count, 1)
    return len(word)
