"""Lists on letter paper: columns, repeated heads, page totals, grand totals, page n of m."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from billing_tui.documents.bill_file import write_whole
from billing_tui.documents.bill_grid import BODY, FINE, HEAD, LEFT, RIGHT, TITLE
from billing_tui.documents.sheet import BLACK, BOLD, GREY, REGULAR, THICK, Sheet
from billing_tui.documents.wrapping import Wrapper
from billing_tui.foundation.money import money_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from billing_tui.documents.paper import Paper

_TOP, _BOTTOM = 54.0, 742.0
_STEP = 11.0
_GAP = 6.0
_TEXT, _TEXT_STEP = 10.0, 14.0
"""Size and leading of running text."""


@dataclass(frozen=True, slots=True)
class PrintedList:
    """A list that was printed: where it is, how many pages it has, and its SHA-256."""

    path: Path
    pages: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its head, its share of the width in points, and what stands in it.

    Attributes:
        figure: set from the right.
        money: values are cents; they are summed by page and over all.
    """

    head: str
    width: float
    figure: bool = False
    money: bool = False


Value = str | int


class Listing:
    """Writes rows down the page and on to the next ones.

    Args:
        paper: what it is printed on.
        title: printed large on the first page, small on the others.
        subtitle: utility, run, day: under the title.
    """

    def __init__(self, paper: Paper, title: str, subtitle: str) -> None:
        self._paper = paper
        self._wrapper = Wrapper(paper.faces)
        self._title = title
        self._subtitle = subtitle
        self._sheets: list[Sheet] = []
        self._columns: Sequence[Column] = ()
        self._page_sums: list[int] = []
        self._sums: list[int] = []
        self._rows_on_page = 0
        self._turned = False
        self._heading = ""
        self.y = 0.0
        self._open()

    @property
    def sheet(self) -> Sheet:
        """The page being written."""
        return self._sheets[-1]

    def _open(self) -> None:
        self._sheets.append(Sheet(self._paper.faces))
        size = TITLE if len(self._sheets) == 1 else HEAD
        self.sheet.text(LEFT, _TOP, self._title, size, BOLD)
        self.sheet.text(LEFT, _TOP + 14, self._subtitle, BODY, grey=GREY)
        self.y = _TOP + 36

    def _heads(self) -> None:
        x = LEFT
        for column in self._columns:
            if column.figure or column.money:
                self.sheet.right(x + column.width - _GAP, self.y, column.head, FINE, grey=GREY)
            else:
                self.sheet.text(x, self.y, column.head, FINE, grey=GREY)
            x += column.width
        self.sheet.rule(LEFT, self.y + 4, RIGHT - LEFT, THICK, BLACK)
        self.y += _STEP + 4
        self._rows_on_page = 0
        self._page_sums = [0] * len(self._columns)

    def room(self, height: float) -> None:
        """Turn the page unless `height` points are left on it."""
        if self.y + height > _BOTTOM:
            self._open()

    def heading(self, text: str) -> None:
        """A heading within the list; the first row of what follows stands on its page."""
        self.room(9 * _STEP)
        self._heading = text
        self.y += 8
        self.sheet.text(LEFT, self.y, text, HEAD, BOLD)
        self.y += 14

    def table(self, columns: Sequence[Column]) -> None:
        """Begin a table; `row` fills it and `total` ends it."""
        self._columns = columns
        self._sums = [0] * len(columns)
        self._turned = False
        self._heads()

    def _cells(self, values: Sequence[Value], weight: str = REGULAR) -> None:
        x = LEFT
        for column, value in zip(self._columns, values, strict=True):
            text = money_text(value) if isinstance(value, int) else value
            shown = self.sheet.fitted(text, column.width - _GAP, BODY, weight)
            if column.figure or column.money:
                self.sheet.right(x + column.width - _GAP, self.y, shown, BODY, weight)
            else:
                self.sheet.text(x, self.y, shown, BODY, weight)
            x += column.width

    def row(self, values: Sequence[Value], note: str = "") -> None:
        """One row; `note` stands whole beneath it in fine print. Cells that do not fit are cut."""
        notes = self._wrapper.lines(note, FINE, RIGHT - LEFT - 12) if note else ()
        if self.y + _STEP * (3 + len(notes)) > _BOTTOM:
            self._close_page()
        self._cells(values)
        self.y += _STEP
        for part in notes:
            self.sheet.text(LEFT + 12, self.y - 1.5, part, FINE)
            self.y += _STEP - 1.5
        if notes:
            self.y += 3
        self._rows_on_page += 1
        for place, (column, value) in enumerate(zip(self._columns, values, strict=True)):
            if column.money and isinstance(value, int):
                self._page_sums[place] += value
                self._sums[place] += value

    def _close_page(self) -> None:
        if any(column.money for column in self._columns):
            self._sum_row(f"Page total, {self._rows_on_page} lines", self._page_sums)
        self._turned = True
        self._open()
        if self._heading:
            self.sheet.text(LEFT, self.y, f"{self._heading}, continued", HEAD, BOLD)
            self.y += 14
        self._heads()

    def _sum_row(self, label: str, sums: Sequence[int]) -> None:
        self.sheet.rule(LEFT, self.y - 7.5, RIGHT - LEFT)
        self.y += 3
        values = [
            sums[place] if column.money else (label if place == 0 else "")
            for place, column in enumerate(self._columns)
        ]
        x = LEFT
        self.sheet.text(LEFT, self.y, label, BODY, BOLD)
        for column, value in zip(self._columns, values, strict=True):
            x += column.width
            if isinstance(value, int):
                self.sheet.right(x - _GAP, self.y, money_text(value), BODY, BOLD)
        self.y += _STEP + 3

    def total(self, label: str) -> tuple[int, ...]:
        """End the table with its total; returns the sums in cents, zero for columns of text."""
        if self._turned:
            self._sum_row(f"Page total, {self._rows_on_page} lines", self._page_sums)
        self._sum_row(label, self._sums)
        return tuple(self._sums)

    def paragraph(self, text: str, *, mark: str = "", indent: float = 0.0) -> None:
        """Running text, `indent` points in; `mark` stands before its first line."""
        parts = self._wrapper.lines(text, _TEXT, RIGHT - LEFT - indent)
        self.room(_TEXT_STEP * min(len(parts), 2))
        self.sheet.text(LEFT, self.y, mark, _TEXT)
        for part in parts:
            self.room(_TEXT_STEP)
            self.sheet.text(LEFT + indent, self.y, part, _TEXT)
            self.y += _TEXT_STEP
        self.y += 3

    def fact(self, label: str, value: str, weight: str = REGULAR) -> None:
        """A label and its value on a line of their own."""
        self.room(_STEP)
        self.sheet.text(LEFT, self.y, label, BODY, grey=GREY)
        shown = self.sheet.fitted(value, RIGHT - LEFT - 130, BODY, weight)
        self.sheet.text(LEFT + 130, self.y, shown, BODY, weight)
        self.y += _STEP + 2

    def check(self, label: str, *, holds: bool) -> None:
        """A line with a tick, or with a cross and bold type where the figures do not tie."""
        self.room(_STEP + 4)
        if holds:
            self.sheet.tick(LEFT, self.y)
        else:
            self.sheet.cross(LEFT, self.y)
        text = label if holds else f"{label}: DOES NOT TIE"
        self.sheet.text(LEFT + 16, self.y, text, BODY, REGULAR if holds else BOLD)
        self.y += _STEP + 4

    def signatures(self, *roles: str) -> None:
        """Lines to sign and date on, one per role."""
        self.room(30.0 * len(roles) + 10)
        for role in roles:
            self.y += 30
            self.sheet.rule(LEFT, self.y, 250, grey=BLACK)
            self.sheet.rule(LEFT + 280, self.y, 110, grey=BLACK)
            self.sheet.text(LEFT, self.y + 9, role, FINE, grey=GREY)
            self.sheet.text(LEFT + 280, self.y + 9, "Date", FINE, grey=GREY)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._paper.__exit__()

    def write(self, path: Path) -> PrintedList:
        """Number the pages and write the file."""
        for number, sheet in enumerate(self._sheets, start=1):
            sheet.right(RIGHT, 34, f"Page {number} of {len(self._sheets)}", FINE, grey=GREY)
            self._paper.put_page(sheet.content())
        return PrintedList(path, len(self._sheets), write_whole(path, self._paper.finished()))


def new_listing(title: str, subtitle: str, made_at: datetime) -> Listing:
    """A listing on fresh paper; `made_at` is the moment that the file carries."""
    from billing_tui.documents.paper import Paper

    return Listing(Paper(title, made_at), title, subtitle)
