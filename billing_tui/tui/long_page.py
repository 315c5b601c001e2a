"""A page to read that may be longer than the screen: it turns by key and says where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.widget import Widget

from billing_tui.tui.commands import BACKWARD, FORWARD
from billing_tui.tui.ink import Line, Role
from billing_tui.tui.painted import palette_of
from billing_tui.tui.room_screen import RoomScreen

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.events import Resize
    from textual.strip import Strip

    from billing_tui.tui.commands import Command
    from billing_tui.tui.room_screen import Outcome


WIDEST = 110
"""Cells after which the eye loses the line."""


class LongPage(Widget):
    """Lines of text, one screenful at a time; the last row says how many follow."""

    DEFAULT_CSS: ClassVar[str] = "LongPage { height: 1fr; }"

    def __init__(self, lines: Sequence[Line] = ()) -> None:
        super().__init__()
        self.lines: tuple[Line, ...] = tuple(lines)
        self.top = 0

    def show(self, lines: Sequence[Line]) -> None:
        """Put another text here, from its first line."""
        self.lines, self.top = tuple(lines), 0
        self.refresh()

    @property
    def room(self) -> int:
        """Rows for text: one less where the text is longer than the widget."""
        height = self.size.height
        return height if len(self.lines) <= height else max(height - 1, 1)

    def move(self, rows: int) -> bool:
        """Go on by so many rows, or back; False where the text ends there."""
        last = max(len(self.lines) - self.room, 0)
        top = min(max(self.top + rows, 0), last)
        if top == self.top:
            return False
        self.top = top
        self.refresh()
        return True

    def render_line(self, y: int) -> Strip:
        """Draw one row of text, or where one is in it."""
        if len(self.lines) > self.size.height and y == self.size.height - 1:
            last = min(self.top + self.room, len(self.lines))
            told = f" Lines {self.top + 1} to {last} of {len(self.lines)}"
            more = f"   {FORWARD.key_text} turns the page" if last < len(self.lines) else ""
            line: Line = ((told + more, Role.LABEL),)
        else:
            at = self.top + y
            line = self.lines[at] if at < len(self.lines) else ()
        return palette_of(self).strip(line, self.size.width)


class PageScreen(RoomScreen):
    """A screen that is one page to read."""

    commands: tuple[Command, ...] = (BACKWARD, FORWARD)

    def body(self) -> Iterable[Widget]:
        """The page."""
        yield LongPage(self.page())

    def page(self) -> Sequence[Line]:
        """The lines to read."""
        return ()

    @property
    def room_across(self) -> int:
        """Cells for a line of running text: what the window has, but no more than reads well."""
        return min(self.billing.size.width - 4, WIDEST)

    def on_resize(self, _event: Resize) -> None:
        """Wrap it anew for the new width."""
        if self.sheet.lines:
            self.open()

    @property
    def sheet(self) -> LongPage:
        """The page as it is shown."""
        return self.query_one(LongPage)

    def open(self) -> None:
        """Read it again."""
        self.sheet.show(self.page())

    def command_forward(self) -> Outcome:
        """The next screenful."""
        return self.sheet.move(self.sheet.room) or "This is the end of the page."

    def command_backward(self) -> Outcome:
        """The screenful before."""
        return self.sheet.move(-self.sheet.room) or "This is the start of the page."

    def command_down(self) -> Outcome:
        """One row on."""
        return self.sheet.move(1) or "This is the end of the page."

    def command_up(self) -> Outcome:
        """One row back."""
        return self.sheet.move(-1) or "This is the start of the page."

    def command_first(self) -> Outcome:
        """To the first row."""
        self.sheet.move(-len(self.sheet.lines))
        return True

    def command_last(self) -> Outcome:
        """To the last row."""
        self.sheet.move(len(self.sheet.lines))
        return True
