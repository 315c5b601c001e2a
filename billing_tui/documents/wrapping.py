"""Breaking paragraphs into lines, once per text: notices repeat on every bill of a cycle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.documents.sheet import REGULAR

if TYPE_CHECKING:
    from collections.abc import Mapping

    from billing_tui.documents.paper import Face

MOST_CHARACTERS = 4_000
"""A paragraph longer than this is cut; no notice on a bill is."""
_MOST_KEPT = 4_000


class Wrapper:
    """Breaks texts to a width in points and remembers the result. `faces` are the paper's."""

    def __init__(self, faces: Mapping[str, Face]) -> None:
        self._faces = faces
        self._kept: dict[tuple[str, float, float, str], tuple[str, ...]] = {}

    def lines(self, text: str, size: float, room: float, weight: str = REGULAR) -> tuple[str, ...]:
        """The lines of a paragraph, fit to print. A word wider than the room is broken."""
        key = (text, size, room, weight)
        kept = self._kept.get(key)
        if kept is None:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            kept = self._kept[key] = tuple(_break(text, self._faces[weight], room / size))
        return kept


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
