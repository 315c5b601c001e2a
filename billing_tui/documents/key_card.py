"""The key card: what every key does everywhere on the front, each screen on the back (TRN-4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing_tui.documents.bill_file import write_whole
from billing_tui.documents.bill_grid import BODY, FINE, HEAD, LEADING, LEFT, RIGHT, TITLE
from billing_tui.documents.listing import PrintedList
from billing_tui.documents.sheet import BLACK, BOLD, GREY, THICK, Sheet
from billing_tui.documents.wrapping import Wrapper

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from billing_tui.documents.paper import Paper

_TOP, _BOTTOM = 90.0, 750.0
_GUTTER = 20.0
_KEYS, _WORD = 90.0, 110.0


@dataclass(frozen=True, slots=True)
class KeyRow:
    """One key: as printed on the keyboard, in a word, in a sentence."""

    keys: str
    word: str
    sentence: str


@dataclass(frozen=True, slots=True)
class ScreenKeys:
    """A screen and the keys that mean something there only; `number` is its menu number or ""."""

    ident: str
    number: str
    title: str
    rows: tuple[KeyRow, ...]


class _Card:
    """Writes blocks down the columns, and on to the next side."""

    def __init__(self, paper: Paper, utility: str) -> None:
        self._paper = paper
        self._utility = utility
        self._wrapper = Wrapper(paper.faces)
        self._sheets: list[Sheet] = []
        self._title = ""
        self._columns, self._column, self.y = 1, 0, _TOP

    @property
    def sheet(self) -> Sheet:
        """The side being written."""
        return self._sheets[-1]

    @property
    def width(self) -> float:
        """Of one column."""
        return (RIGHT - LEFT - _GUTTER * (self._columns - 1)) / self._columns

    @property
    def x(self) -> float:
        """Left edge of the column."""
        return LEFT + self._column * (self.width + _GUTTER)

    def side(self, title: str, columns: int) -> None:
        """Begin a side."""
        self._sheets.append(Sheet(self._paper.faces))
        self._title, self._columns, self._column, self.y = title, columns, 0, _TOP
        self.sheet.text(LEFT, 58, title, TITLE, BOLD)
        self.sheet.right(RIGHT, 58, self._utility, BODY, grey=GREY)
        self.sheet.rule(LEFT, 66, RIGHT - LEFT, THICK, BLACK)

    def room(self, height: float) -> None:
        """Go on in the next column or on the next side unless so much is left here."""
        if self.y + height <= _BOTTOM:
            return
        if self._column + 1 < self._columns:
            self._column, self.y = self._column + 1, _TOP
        else:
            self.side(self._title, self._columns)

    def table(self, heading: str, rows: Sequence[KeyRow]) -> None:
        """Keys with word and sentence, one under another."""
        self.room(6 * LEADING)
        self.sheet.text(self.x, self.y, heading, HEAD, BOLD)
        self.y += LEADING + 5
        for row in rows:
            at = _KEYS + (_WORD if row.word else 0.0)
            parts = self._wrapper.lines(row.sentence, BODY, self.width - at)
            self.room(len(parts) * LEADING)
            self.sheet.text(self.x, self.y, row.keys, BODY, BOLD)
            self.sheet.text(self.x + _KEYS, self.y, row.word, BODY)
            for part in parts:
                self.sheet.text(self.x + at, self.y, part, BODY, grey=GREY)
                self.y += LEADING
            self.y += 3
        self.y += 12

    def block(self, screen: ScreenKeys) -> None:
        """A screen with its keys, never torn apart."""
        told = ", ".join(f"{row.keys} {row.word}" for row in screen.rows)
        parts = self._wrapper.lines(told or "no keys of its own", BODY, self.width - 8)
        self.room((len(parts) + 1) * LEADING)
        self.sheet.text(self.x, self.y, f"{screen.ident}  {screen.title}", BODY, BOLD)
        self.sheet.right(self.x + self.width, self.y, screen.number, FINE, grey=GREY)
        self.y += LEADING
        for part in parts:
            self.sheet.text(self.x + 8, self.y, part, BODY)
            self.y += LEADING
        self.y += 4

    def write(self, path: Path) -> PrintedList:
        """Number the sides and write the file."""
        for number, sheet in enumerate(self._sheets, start=1):
            sheet.right(RIGHT, 34, f"Side {number} of {len(self._sheets)}", FINE, grey=GREY)
            self._paper.put_page(sheet.content())
        return PrintedList(path, len(self._sheets), write_whole(path, self._paper.finished()))


def print_key_card(
    path: Path,
    utility: str,
    tables: Mapping[str, Sequence[KeyRow]],
    screens: Sequence[ScreenKeys],
    *,
    made_at: datetime,
) -> PrintedList:
    """Write the card as PDF on letter paper: one side for all screens, one for each of them.

    Args:
        path: the file; an older card there is replaced.
        utility: printed in the corner.
        tables: what stands on the front, by heading.
        screens: the keys of each screen.
        made_at: the moment that the file carries.
    """
    from billing_tui.documents.paper import Paper

    with Paper("Keys", made_at) as paper:
        card = _Card(paper, utility)
        card.side("Keys", 1)
        for heading, rows in tables.items():
            card.table(heading, rows)
        card.side("Keys, screen by screen", 3)
        for screen in screens:
            card.block(screen)
        return card.write(path)
