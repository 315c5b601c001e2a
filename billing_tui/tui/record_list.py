"""A list of records with an Opt column, for ten rows or a million.

Digits go into the Opt column, several rows at once, and Enter carries them out; letters position
the list. The cursor's row is reversed; only rows that changed are sent to the terminal.
F7 and F8 page; a list that `leaves` gives them to its screen once its first or last row is in
sight, other lists once the cursor stands there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from textual.geometry import Region
from textual.message import Message
from textual.widget import Widget

from billing_tui.tui.ink import Line, Role, gap
from billing_tui.tui.list_lines import head_line, row_line, widths
from billing_tui.tui.marks import Marks
from billing_tui.tui.pages import PAGE, Listed, Pages, Source
from billing_tui.tui.painted import keyboard_of, palette_of

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from textual.events import Blur, Focus, Key, Resize
    from textual.strip import Strip

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Column(Generic[R]):
    """One column.

    Attributes:
        title: its head.
        width: cells; the widest that any value of a fixed column takes.
        text: the value of a row.
        right: stands at the right, as money does.
        grows: takes the room that a wider terminal leaves.
        role: how it looks.
        extra: shown only where the terminal is wider than this many cells.
        keeps_end: what does not fit is cut in the middle, as an address before its unit.
    """

    title: str
    width: int
    text: Callable[[R], str]
    right: bool = False
    grows: bool = False
    role: Callable[[R], Role] = lambda _row: Role.TEXT
    extra: int = 0
    keeps_end: bool = False


class RecordList(Widget, Generic[R], can_focus=True):
    """Rows under column heads, with a cursor."""

    DEFAULT_CSS: ClassVar[str] = "RecordList { height: 1fr; }"
    row_role: ClassVar[Role | None] = Role.ROW  # laid over the row at the cursor

    class Chosen(Message):
        """Enter was pressed: these options stand at these rows, in the order of the list."""

        def __init__(self, list_: RecordList[Any], choices: tuple[tuple[str, Any], ...]) -> None:
            super().__init__()
            self.list = list_
            self.choices = choices

    class Moved(Message):
        """The cursor stands at another row."""

        def __init__(self, list_: RecordList[Any], row: Any) -> None:
            super().__init__()
            self.list = list_
            self.row = row

    def __init__(
        self,
        columns: Sequence[Column[R]],
        *,
        options: dict[str, str] | None = None,
        default: str = "",
        empty: str = "Nothing to show.",
        key: Callable[[R], Hashable] = lambda row: row,
        leaves: bool = False,
        id: str | None = None,  # noqa: A002 - Textual's name for it
    ) -> None:
        super().__init__(id=id)
        self.columns = tuple(columns)
        self.options = options or {}
        self.default = default or next(iter(self.options), "")
        self.empty = empty
        self.leaves = leaves
        self._key = key
        self._pages: Pages[R] = Pages(Listed(()))
        self._top = 0
        self._at = 0
        self._marks: Marks[R] = Marks(key)
        self._elsewhere = 0
        self._sought = ""

    # What the screen asks

    def show_rows(
        self, rows: Sequence[R], text: Callable[[R], str] = str, *, at: R | None = None
    ) -> None:
        """List rows that are all at hand; letters position by `text`."""
        self.show(Listed(rows, text), at=at)

    def show_again(self, source: Source[R]) -> None:
        """List rows of which some may be gone; the cursor stays, or goes to the next one left.

        Options go on standing at the rows that are still listed.
        """
        below = [self._pages[at] for at in range(self._at, min(self._at + PAGE, len(self._pages)))]
        whole, place, standing = self._pages.at_start, self._at, self.standing
        self.show(source)
        while whole and place >= len(self._pages) and not self._pages.at_end:
            self._pages.grow_down()
        left_ = {self._key(self._pages[at]): at for at in range(min(place + 1, len(self._pages)))}
        stay = next((left_[self._key(row)] for row in below if self._key(row) in left_), None)
        if whole and below:
            self._go(place if stay is None else stay)
        self._marks.put(standing)
        self._marks.find_again(self._pages)

    def take_back(self) -> int:
        """Take all options back; how many stood."""
        count = len(self._marks)
        self._marks.clear()
        self.refresh()
        return count

    def show(self, source: Source[R], *, at: R | None = None) -> None:
        """List other rows, with the cursor on the row `at` of the first page, or on the first."""
        self._pages = Pages(source)
        places = range(len(self._pages)) if at is not None else ()
        self._at = next((place for place in places if self._pages[place] == at), 0)
        self._top = max(self._at - self._shown + 1, 0)
        self._marks.clear()
        self._sought = ""
        self.refresh()
        self._tell()

    @property
    def row(self) -> R | None:
        """The row at the cursor."""
        return self._pages[self._at] if len(self._pages) else None

    @property
    def legend(self) -> str:
        """What the options mean, for the line under the list."""
        return "  ".join(f"{key}={meaning}" for key, meaning in self.options.items())

    @property
    def legend_line(self) -> Line:
        """The legend; what this person may not do is dim, and says why when it is keyed."""
        spans = [
            (f"{key}={meaning}  ", Role.OFF if self._why_not(key) else Role.LABEL)
            for key, meaning in self.options.items()
        ]
        return (gap(1), *spans)

    @property
    def standing(self) -> tuple[tuple[str, R], ...]:
        """Options that were keyed and not carried out yet."""
        return self._marks.standing

    def keep(self, choices: Sequence[tuple[str, R]]) -> None:
        """Leave options standing that were not carried out yet; the next Enter goes on."""
        self._marks.put(choices)
        self.refresh()

    def keeps_focus(self, key: Key) -> bool:
        """Characters move within the list only."""
        return key.character not in {"?", "/"}

    # Moving

    @property
    def _shown(self) -> int:
        return max(self.size.height - 1, 1)

    def _go(self, place: int) -> None:
        while place >= len(self._pages) and not self._pages.at_end:
            place -= self._shift(-self._pages.grow_down())
        while place < 0 and not self._pages.at_start:
            place += self._shift(self._pages.grow_up())
        before, top = self._at, self._top
        self._at = min(max(place, 0), max(len(self._pages) - 1, 0))
        self._top = min(max(self._top, self._at - self._shown + 1), self._at)
        if self._top != top:
            self._look_from(self._top)
        elif self._at != before:
            self._refresh_row(before)
            self._refresh_row(self._at)
        if self._at != before:
            self._tell()

    def stand_at(self, row: R) -> None:
        """Put the cursor on a row that is at hand, so that what is asked about it is in sight."""
        keys = [self._key(self._pages[at]) for at in range(len(self._pages))]
        self._go(keys.index(self._key(row)) if self._key(row) in keys else self._at)

    def _shift(self, by: int) -> int:
        """Rows came or went at the top: keep pointing at the same ones."""
        if not by:
            return 0
        self._top, self._at = max(self._top + by, 0), max(self._at + by, 0)
        self.refresh()
        return abs(by)

    def _tell(self) -> None:
        if self.is_attached and self.row is not None:
            self.post_message(self.Moved(self, self.row))

    def _refresh_row(self, place: int) -> None:
        self.refresh(Region(0, place - self._top + 1, self.size.width, 1))

    def command_up(self) -> bool:
        """One row up; out of the list where there is none."""
        if self._at == 0 and self._pages.at_start:
            return False
        self._go(self._at - 1)
        return True

    def command_down(self) -> bool:
        """One row down."""
        self._go(self._at + 1)
        return True

    def command_forward(self) -> bool | str:
        """One page down; where the list ends it says so, or leaves the key to the screen."""
        if self._ends_in_sight and (self.leaves or self._at + 1 >= len(self._pages)):
            return False if self.leaves else "This is the end of the list."
        row = self._at - self._top
        self._go(self._at + self._shown)
        self._look_from(max(min(self._at - row, len(self._pages) - self._shown), 0))
        return True

    def command_backward(self) -> bool | str:
        """One page up; where the list begins it says so, or leaves the key to the screen."""
        if self._pages.at_start and not (self._top if self.leaves else self._at):
            return False if self.leaves else "This is the beginning of the list."
        self._look_from(max(self._top - self._shown, 0))
        self._go(self._at - self._shown)
        return True

    @property
    def _ends_in_sight(self) -> bool:
        return self._pages.at_end and self._top + self._shown >= len(self._pages)

    def command_first(self) -> bool:
        """To the first row."""
        self._pages.to_first()
        self._jump(0)
        return True

    def command_last(self) -> bool:
        """To the last row."""
        self._jump(self._pages.to_last())
        return True

    def _jump(self, place: int) -> None:
        self._at = place
        self._look_from(max(place - self._shown + 1, 0))
        self._tell()

    def _look_from(self, top: int) -> None:
        """Show other rows; options that stand out of sight are told, as Enter means them too."""
        self._top = top
        self.refresh()
        seen = range(top, min(top + self._shown, len(self._pages)))
        count = self._marks.elsewhere([self._pages[at] for at in seen])
        if count:
            self._tell_screen("say", f"{count} marked on other pages; Enter means them too.")
        elif self._elsewhere:
            self._tell_screen("say", "All that you marked is in sight.")
        self._elsewhere = count

    # Options

    async def _on_key(self, event: Key) -> None:
        if keyboard_of(self).drops():
            event.stop()
            event.prevent_default()
        elif event.key == "backspace":
            event.stop()
            self._backspace()
        elif event.character and event.is_printable and event.character not in "/?":
            event.stop()
            event.prevent_default()
            self._type(event.character)

    def _type(self, character: str) -> None:
        row = self.row
        if row is None:
            return
        reason = self._why_not(character) if character in self.options else ""
        if reason:
            self._complain(f"{character}={self.options[character]}: {reason}")
        elif character in self.options:
            self._marks.put([(character, row)])
            self._refresh_row(self._at)
        elif character.isdigit() and self.options and not self._sought:
            self._complain(f"There is no option {character} here: {self.legend}.")
        else:
            self._seek(self._sought + character)

    def _backspace(self) -> None:
        if self._sought:
            self._seek(self._sought[:-1])
        elif self.row is not None and self._marks.drop(self.row):
            self._refresh_row(self._at)
            self._tell_screen("say", f"{len(self._marks) or 'Nothing'} marked now.")

    def _seek(self, text: str) -> None:
        if text and not self._pages.to_text(text):
            self._complain(f"Nothing in this list begins with {text!r}.")
            return
        if not text:
            self._pages.to_first()
        self._sought = text
        self._tell_screen("say", f"Position to: {text}" if text else "From the top.")
        self._jump(0)

    def _why_not(self, option: str) -> str:
        ask = getattr(self.screen, "why_not_option", None)
        return ask(option) if ask is not None else ""

    def _complain(self, sentence: str) -> None:
        keyboard_of(self).drop_keys()
        self._tell_screen("refuse_sentence", sentence)

    def _tell_screen(self, how: str, sentence: str) -> None:
        tell = getattr(self.screen, how, None)
        if tell is not None:
            tell(sentence)

    def command_next(self) -> bool:
        """Carry out the options, or the usual one at the cursor where none was keyed."""
        self._sought = ""
        chosen = self.standing
        self.take_back()
        if not chosen and self.row is not None:
            chosen = ((self.default, self.row),)
        if chosen:
            self.post_message(self.Chosen(self, chosen))
        return True

    def command_cancel(self) -> bool:
        """Take back the options and the position that were keyed."""
        if not (self.take_back() or self._sought):
            return False
        self._sought = ""
        self._tell_screen("say", "What was keyed in the list is taken back.")
        return True

    # Drawing

    def _widths(self, room: int) -> list[tuple[Column[R], int]]:
        return widths(self.columns, room, options=bool(self.options))

    def line(self, row: R, width: int, *, here: bool) -> Line:
        """One row as spans."""
        option = self._marks.option(row) if self.options else None
        return row_line(self._widths(width), row, option, here=here)

    def render_line(self, y: int) -> Strip:
        """Draw the heads, a row, or what follows the last row."""
        palette, width = palette_of(self), self.size.width
        place = self._top + y - 1
        if y == 0:
            head = head_line(self._widths(width), options=bool(self.options))
            return palette.strip(head, width)
        if place >= len(self._pages):
            return palette.strip((gap(1), ("" if place else self.empty, Role.LABEL)), width)
        here = place == self._at
        over = self.row_role if here and self.has_focus else None
        line = self.line(self._pages[place], width, here=over is not None)
        if here and self.row_role is None:
            line = ((">", Role.ACCENT), *line[1:])
        elif place == self._top + self._shown - 1 and not self._ends_in_sight:
            line = (("+", Role.ACCENT), *line[1:])
        return palette.strip(line, width, over)

    def _on_focus(self, _event: Focus) -> None:
        self._refresh_row(self._at)

    def _on_blur(self, _event: Blur) -> None:
        self._refresh_row(self._at)

    def _on_resize(self, _event: Resize) -> None:
        while len(self._pages) - self._top < self._shown and not self._pages.at_end:
            self._top -= self._pages.grow_down()
        self._go(self._at)
        self.refresh()
