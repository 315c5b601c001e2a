"""The only place that turns text into what the terminal shows.

A line is a sequence of spans, a span is text and a role. Text from outside is made harmless here,
markup is never read, and what does not fit ends in `~`, so nothing is cut off in silence.
"""

from __future__ import annotations

import textwrap
from enum import Enum, auto
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from billing_tui.foundation.text import harmless

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Role(Enum):
    """What a piece of text is for; the palette says how that looks."""

    TEXT = auto()
    LABEL = auto()
    VALUE = auto()
    TITLE = auto()
    MODE = auto()
    HEAD = auto()
    RULE = auto()
    KEY = auto()
    OFF = auto()
    GOOD = auto()
    WARNING = auto()
    ERROR = auto()
    FIELD = auto()
    FOCUSED = auto()
    CURSOR = auto()
    ROW = auto()
    BAR = auto()
    ACCENT = auto()


Span = tuple[str, Role]
Line = tuple[Span, ...]
BLANK: Line = ()
_LONGEST_UNIT = 5


def cut(text: str, width: int, mark: str = "~") -> str:
    """`text` in at most `width` cells; one that is longer ends in the mark."""
    shown = harmless(text)
    if cell_len(shown) <= width:
        return shown
    return set_cell_size(shown, max(width - 1, 0)) + mark if width > 0 else ""


def cut_before_end(text: str, width: int) -> str:
    """As `cut`, but a short last word stays: `1450 Old Stage Coa~ 12` keeps its unit."""
    shown = harmless(text)
    start, _, end = shown.rpartition(" ")
    room = width - cell_len(end) - 1
    if cell_len(shown) <= width or cell_len(end) > _LONGEST_UNIT or room < _LONGEST_UNIT:
        return cut(shown, width)
    return f"{cut(start, room)} {end}"


def wrapped(text: str, width: int, most: int) -> list[str]:
    """`text` in at most so many lines of `width` cells; `+` ends the last where more follows."""
    parts = textwrap.wrap(harmless(text), width)
    if len(parts) > most:
        parts = [*parts[: most - 1], cut(" ".join(parts[most - 1 :]), width, mark="+")]
    return parts


def left(text: str, width: int, role: Role = Role.TEXT) -> Span:
    """A span of exactly `width` cells, text at the left."""
    return set_cell_size(cut(text, width), width), role


def right(text: str, width: int, role: Role = Role.TEXT) -> Span:
    """A span of exactly `width` cells, text at the right; money and quantities stand so."""
    shown = cut(text, width)
    return " " * (width - cell_len(shown)) + shown, role


def gap(width: int) -> Span:
    """Blank cells."""
    return " " * max(width, 0), Role.TEXT


def width_of(line: Sequence[Span]) -> int:
    """How many cells a line takes."""
    return sum(cell_len(harmless(text)) for text, _role in line)


def apart(start: Sequence[Span], end: Sequence[Span], width: int) -> Line:
    """`start` at the left edge and `end` at the right edge of `width` cells."""
    return (*start, gap(width - width_of(start) - width_of(end)), *end)


def plain(line: Sequence[Span]) -> str:
    """The text of a line, without its roles."""
    return "".join(text for text, _role in line)


class Palette:
    """How each role looks."""

    def __init__(self, name: str, styles: Mapping[Role, str]) -> None:
        self.name = name
        self._styles = {role: Style.parse(styles.get(role, "")) for role in Role}

    def style(self, role: Role) -> Style:
        """The terminal attributes of a role."""
        return self._styles[role]

    def strip(self, line: Sequence[Span], width: int, over: Role | None = None) -> Strip:
        """A line as Textual draws it, exactly `width` cells wide.

        Args:
            line: the spans.
            width: cells to fill; what is longer is cut with `~`.
            over: a role laid over all spans, such as the cursor's row.
        """
        above = self._styles[over] if over is not None else Style.null()
        segments: list[Segment] = []
        room = width
        for text, role in line:
            shown = cut(text, room)
            room -= cell_len(shown)
            if shown:
                segments.append(Segment(shown, self._styles[role] + above))
        if room:
            segments.append(Segment(" " * room, above))
        return Strip(segments, width)
