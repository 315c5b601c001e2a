"""Widgets that draw lines of spans: a sheet of text, and the palette that all of them share."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.geometry import Region
from textual.widget import Widget

from billing_tui.tui.ink import Role, cut
from billing_tui.tui.theme import PALETTES
from billing_tui.tui.type_ahead import TypeAheadApp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.strip import Strip

    from billing_tui.tui.ink import Line, Palette


def palette_of(widget: Widget) -> Palette:
    """The palette of the running app."""
    palette: Palette = getattr(widget.app, "palette", PALETTES["16"])
    return palette


def keyboard_of(widget: Widget) -> TypeAheadApp:
    """The app as the owner of the keyboard."""
    app = widget.app
    assert isinstance(app, TypeAheadApp)  # noqa: S101 - every screen of ours lives in one
    return app


class Sheet(Widget):
    """Lines of text; only lines that changed are sent to the terminal."""

    DEFAULT_CSS: ClassVar[str] = "Sheet { height: auto; }"

    def __init__(self, lines: Sequence[Line] = (), *, id: str | None = None) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(id=id)
        self._lines: tuple[Line, ...] = tuple(lines)

    @property
    def lines(self) -> tuple[Line, ...]:
        """What stands on the sheet."""
        return self._lines

    def show(self, lines: Sequence[Line]) -> None:
        """Put other lines on the sheet."""
        before, self._lines = self._lines, tuple(lines)
        if len(before) != len(self._lines) and self.styles.auto_dimensions:
            self.refresh(layout=True)
            return
        longest = max(len(before), len(self._lines))
        for y in range(longest):
            old = before[y] if y < len(before) else ()
            new = self._lines[y] if y < len(self._lines) else ()
            if old != new:
                self.refresh(Region(0, y, self.size.width, 1))

    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        """As many rows as there are lines."""
        del container, viewport, width
        return max(len(self._lines), 1)

    def render_line(self, y: int) -> Strip:
        """Draw one line."""
        line = self._lines[y] if y < len(self._lines) else ()
        return palette_of(self).strip(line, self.size.width)


class Rule(Widget):
    """A line across the screen, with a word in it or without."""

    DEFAULT_CSS: ClassVar[str] = "Rule { height: 1; }"

    def __init__(self, word: str = "") -> None:
        super().__init__()
        self.word = word

    def render_line(self, y: int) -> Strip:
        """Draw the rule, one cell in from both edges."""
        width = self.size.width
        start = f" -- {self.word} " if self.word else " "
        text = cut(start, width - 1).ljust(width - 1, "-") if y == 0 else ""
        return palette_of(self).strip(((text, Role.RULE),), width)
