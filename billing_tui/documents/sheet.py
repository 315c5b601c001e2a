"""A sheet being drawn: text, rules and tints, collected and written as one content stream.

Coordinates are points from the left and the top edge; PDF's upward axis is met only here. Text is
grouped by face, size and grey, and all rectangles of one grey are one path: that is what makes a
page cheap to write and to print.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.documents.envelope import SHEET_HEIGHT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from billing_tui.documents.paper import Face

REGULAR, BOLD, SCAN = "Regular", "Bold", "Scan"
BLACK, GREY, RULE, TINT = 0.0, 0.38, 0.62, 0.93
"""Shades: text, quiet text, rules, the panel behind the amount due."""
THIN, THICK = 0.5, 1.0
ELLIPSIS = "\u2026"


class Sheet:
    """One page. `faces` are the paper's, by weight.

    Attributes:
        cut: texts that had to be shortened to fit, for the problem list.
    """

    def __init__(self, faces: Mapping[str, Face]) -> None:
        self.faces = faces
        self.cut: list[str] = []
        self._texts: dict[tuple[str, float, float], list[str]] = {}
        self._fills: dict[float, list[str]] = {}
        self._stamps: list[str] = []

    def width(self, text: str, size: float, weight: str = REGULAR) -> float:
        """Width of a text in points."""
        return self.faces[weight].width(text) * size

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        weight: str = REGULAR,
        *,
        grey: float = BLACK,
    ) -> None:
        """Show a text with its baseline at `y`, starting at `x`."""
        if text:
            self._show(x, y, self.faces[weight].fit_to_print(text), size, weight, grey=grey)

    def _show(
        self, x: float, y: float, text: str, size: float, weight: str, *, grey: float
    ) -> None:
        shown = self.faces[weight].show(text, size)
        self._texts.setdefault((weight, size, grey), []).append(
            f"1 0 0 1 {x:.2f} {SHEET_HEIGHT - y:.2f} Tm{shown}"
        )

    def right(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        weight: str = REGULAR,
        *,
        grey: float = BLACK,
    ) -> None:
        """Show a text that ends at `x`."""
        face = self.faces[weight]
        text = face.fit_to_print(text)
        self._show(x - face.width(text) * size, y, text, size, weight, grey=grey)

    def figure(self, x: float, y: float, text: str, room: float, size: float) -> None:
        """Show a figure that ends at `x`; a long one is set smaller, since a cut one would lie."""
        if text:
            taken = self.faces[REGULAR].width(self.faces[REGULAR].fit_to_print(text[:200])) * size
            self.right(x, y, text[:200], size if taken <= room else size * room / taken)

    def centre(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        weight: str = REGULAR,
        *,
        grey: float = BLACK,
    ) -> None:
        """Show a text whose middle is at `x`."""
        face = self.faces[weight]
        text = face.fit_to_print(text)
        self._show(x - face.width(text) * size / 2, y, text, size, weight, grey=grey)

    def fitted(self, text: str, room: float, size: float, weight: str = REGULAR) -> str:
        """The text, or as much of it as fits in `room` points with an ellipsis; cuts are noted."""
        face = self.faces[weight]
        most = int(room / size * 8) + 2
        shown = face.fit_to_print(text[:most])
        if len(text) <= most and face.width(shown) * size <= room:
            return shown
        self.cut.append(text[:40])
        while shown and face.width(shown + ELLIPSIS) * size > room:
            shown = shown[:-1]
        return shown.rstrip() + ELLIPSIS

    def too_wide(self, text: str, room: float, size: float, weight: str = REGULAR) -> bool:
        """Whether a text needs more than `room` points."""
        face = self.faces[weight]
        most = int(room / size * 8) + 2
        return len(text) > most or face.width(face.fit_to_print(text)) * size > room

    def size_for(
        self, texts: Iterable[str], room: float, sizes: tuple[float, ...], weight: str = REGULAR
    ) -> float:
        """The first of the sizes in which every text fits, or the last."""
        kept = list(texts)
        for size in sizes:
            if not any(self.too_wide(text, room, size, weight) for text in kept):
                return size
        return sizes[-1]

    def within(
        self,
        x: float,
        y: float,
        text: str,
        room: float,
        sizes: tuple[float, ...],
        *,
        weight: str = REGULAR,
    ) -> None:
        """Show a text in the first of the sizes in which it fits, cut if it fits in none."""
        size = self.size_for((text,), room, sizes, weight)
        self.text(x, y, self.fitted(text, room, size, weight), size, weight)

    def split(self, text: str, room: float, size: float, weight: str = REGULAR) -> tuple[str, str]:
        """The words that fit in `room` points, and the rest; ("whole", "") if no word does."""
        words = text[: int(room / size * 16)].split(" ")
        for count in range(len(words) - 1, 0, -1):
            if not self.too_wide(" ".join(words[:count]), room, size, weight):
                taken = " ".join(words[:count])
                return taken, text[len(taken) :].strip()
        return text, ""

    def fill(self, x: float, y: float, width: float, height: float, grey: float = BLACK) -> None:
        """Fill a rectangle whose upper left corner is at (x, y)."""
        self._fills.setdefault(grey, []).append(
            f"{x:.2f} {SHEET_HEIGHT - y - height:.2f} {width:.2f} {height:.2f} re"
        )

    def rule(
        self, x: float, y: float, width: float, thick: float = THIN, grey: float = RULE
    ) -> None:
        """A horizontal rule whose middle is at `y`."""
        self.fill(x, y - thick / 2, width, thick, grey)

    def frame(self, x: float, y: float, width: float, height: float, thick: float = THICK) -> None:
        """An empty box with black edges."""
        self.fill(x, y, width, thick)
        self.fill(x, y + height - thick, width, thick)
        self.fill(x, y, thick, height)
        self.fill(x + width - thick, y, thick, height)

    def dashes(self, x: float, y: float, width: float) -> None:
        """A dashed line: where the stub is torn off."""
        self._stamps.append(
            f"q .6 w .35 G [3 3] 0 d {x:.2f} {SHEET_HEIGHT - y:.2f} m "
            f"{x + width:.2f} {SHEET_HEIGHT - y:.2f} l S Q"
        )

    def runs(self, x: float, y: float, module: float, runs: Iterable[tuple[int, int, int]]) -> None:
        """Black runs of modules (column, row, length) from the corner (x, y), as one path."""
        path = " ".join([f"{column} {-1 - row} {length} 1 re" for column, row, length in runs])
        self._stamps.append(
            f"q 0 g {module:.4f} 0 0 {module:.4f} {x:.2f} {SHEET_HEIGHT - y:.2f} cm {path} f Q"
        )

    def tick(self, x: float, y: float) -> None:
        """A tick of 8 points whose lower left corner is at (x, y)."""
        low = SHEET_HEIGHT - y
        self._stamps.append(
            f"q 1.4 w 0 G {x:.2f} {low + 3:.2f} m {x + 3:.2f} {low:.2f} l "
            f"{x + 8:.2f} {low + 7:.2f} l S Q"
        )

    def cross(self, x: float, y: float) -> None:
        """A cross of 7 points whose lower left corner is at (x, y)."""
        low = SHEET_HEIGHT - y
        self._stamps.append(
            f"q 1.4 w 0 G {x:.2f} {low:.2f} m {x + 7:.2f} {low + 7:.2f} l "
            f"{x:.2f} {low + 7:.2f} m {x + 7:.2f} {low:.2f} l S Q"
        )

    def stamp(self, content: str) -> None:
        """Add a finished piece of content, such as the furniture that every page shares."""
        self._stamps.append(content)

    def content(self) -> str:
        """The content stream: tints first, then rules, then text."""
        parts = [
            f"{grey:g} g {' '.join(self._fills[grey])} f"
            for grey in sorted(self._fills, reverse=True)
        ]
        parts += self._stamps
        if self._texts:
            parts.append("BT")
            for weight, size, grey in sorted(self._texts):
                shown = "\n".join(self._texts[weight, size, grey])
                parts.append(f"{grey:g} g {self.faces[weight].select(size)}\n{shown}")
            parts.append("ET")
        return "\n".join(parts)
