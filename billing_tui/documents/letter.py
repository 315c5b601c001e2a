"""A letter on the utility's paper: address in the envelope's window, text, a table, a chart."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from billing_tui.documents.bill_file import write_whole
from billing_tui.documents.bill_grid import (
    ADDRESS,
    BODY,
    FACTS_LEFT,
    FACTS_VALUE,
    FINE,
    HEAD,
    LEADING,
    LEFT,
    RIGHT,
)
from billing_tui.documents.bill_header import draw_address, return_address
from billing_tui.documents.bill_values import UsageMonth, UtilityProfile, day_text, dollars
from billing_tui.documents.draw_chart import draw_chart, draw_key
from billing_tui.documents.sheet import BLACK, BOLD, GREY, REGULAR, THICK, Sheet
from billing_tui.documents.wrapping import MOST_CHARACTERS, Wrapper
from billing_tui.foundation.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from billing_tui.documents.paper import Paper

_TYPE, _LINE, _GAP = 10.0, 13.6, 8.0
_FIRST_TOP, _NEXT_TOP, _BOTTOM = 280.0, 100.0, 752.0
_CHART_HEIGHT, _AXIS = 56.0, 26.0
_SUM_WIDTH = 96.0
_CLOSING = 3
"""The last paragraphs, which stay together: no page holds a signature alone."""


@dataclass(frozen=True, slots=True)
class SumTable:
    """A table of amounts: heads, rows of a label and cents (None where there is none), last a sum.

    `note` stands beneath it in fine print.
    """

    heads: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int | None, ...]], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class UseChart:
    """Use of thirteen months beside that of the year before, in `unit`."""

    title: str
    unit: str
    months: tuple[tuple[str, str | None, str | None], ...]  # day, use, use a year before


@dataclass(frozen=True, slots=True)
class LetterPage:
    """A letter ready to be drawn; it turns into JSON and back without loss.

    Attributes:
        title: of the PDF.
        customer_name, mailing_lines: what stands in the window.
        day: of the letter.
        facts: label and value, at the right of the address.
        parts: paragraphs, tables and charts in order.
    """

    title: str
    utility: UtilityProfile
    customer_name: str
    mailing_lines: tuple[str, ...]
    day: date
    facts: tuple[tuple[str, str], ...]
    parts: tuple[str | SumTable | UseChart, ...] = field(default=())

    def node(self) -> dict[str, Any]:
        """The letter as JSON values, to be kept."""
        named = [[type(part).__name__, _plain(part)] for part in self.parts]
        profile = asdict(self.utility)
        profile.pop("scan_layout")
        own = {"title": self.title, "name": self.customer_name, "lines": list(self.mailing_lines)}
        facts = [list(fact) for fact in self.facts]
        return own | {
            "utility": profile, "day": self.day.isoformat(), "facts": facts, "parts": named,
        }  # fmt: skip


def _plain(part: str | SumTable | UseChart) -> Any:
    return part if isinstance(part, str) else asdict(part)


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, list) else value


def _part(kind: str, value: Any) -> str | SumTable | UseChart:
    if kind == "str":
        return str(value)
    told = {name: _tuples(one) for name, one in value.items()}
    return SumTable(**told) if kind == SumTable.__name__ else UseChart(**told)


def page_of_node(node: dict[str, Any]) -> LetterPage:
    """The letter that was kept."""
    utility = {name: _tuples(value) for name, value in node["utility"].items()}
    return LetterPage(
        node["title"],
        UtilityProfile(**utility),
        node["name"],
        tuple(node["lines"]),
        date.fromisoformat(node["day"]),
        _tuples(node["facts"]),
        tuple(_part(kind, value) for kind, value in node["parts"]),
    )


class LetterPainter:
    """Draws one letter down the page and on to the next ones."""

    def __init__(self, letter: LetterPage, paper: Paper) -> None:
        self._letter = letter
        self._faces = paper.faces
        self._wrapper = Wrapper(paper.faces)
        self._sheets = [Sheet(paper.faces)]
        self._y = _FIRST_TOP

    @property
    def _sheet(self) -> Sheet:
        return self._sheets[-1]

    def draw(self) -> list[str]:
        """The content of every page."""
        self._head()
        for left, part in enumerate(self._letter.parts, start=1 - len(self._letter.parts)):
            if left == 1 - _CLOSING:
                self._room(self._closing_height())
            if isinstance(part, str):
                self._paragraph(part)
            elif isinstance(part, SumTable):
                self._table(part)
            else:
                self._chart(part)
        for number, sheet in enumerate(self._sheets, start=1):
            if len(self._sheets) > 1:
                text = f"Page {number} of {len(self._sheets)}"
                sheet.right(RIGHT, 34, text, FINE, grey=GREY)
        return [sheet.content() for sheet in self._sheets]

    def _closing_height(self) -> float:
        """From the first line of the closing to its last: it goes over only where it must."""
        texts = [part for part in self._letter.parts[-_CLOSING:] if isinstance(part, str)]
        lines = sum(len(self._lines(text)) for text in texts)
        return (lines - 1) * _LINE + (len(texts) - 1) * _GAP

    def _lines(self, text: str) -> Sequence[str]:
        return self._wrapper.lines(text, _TYPE, RIGHT - LEFT)

    def _head(self) -> None:
        sheet, letter = self._sheet, self._letter
        return_address(sheet, letter.utility)
        draw_address(sheet, letter, "")
        for place, (label, value) in enumerate((("Date", day_text(letter.day)), *letter.facts)):
            y = 72 + place * 12.5
            sheet.text(FACTS_LEFT, y, label, BODY, grey=GREY)
            sheet.within(FACTS_VALUE, y, value, RIGHT - FACTS_VALUE, (BODY, FINE))

    def _room(self, height: float) -> None:
        if self._y + height <= _BOTTOM:
            return
        self._sheets.append(Sheet(self._faces))
        letter, sheet = self._letter, self._sheet
        sheet.text(LEFT, 52, letter.utility.name, HEAD, BOLD)
        told = f"{letter.customer_name}, {day_text(letter.day)}"
        sheet.text(LEFT, 64, sheet.fitted(told, RIGHT - LEFT, BODY), BODY, grey=GREY)
        sheet.rule(LEFT, 74, RIGHT - LEFT, THICK, BLACK)
        self._y = _NEXT_TOP

    def _paragraph(self, text: str) -> None:
        if len(text) > MOST_CHARACTERS:
            raise Refused(
                f"A paragraph of a letter has at most {MOST_CHARACTERS:,} characters.",
                field="note", code="LETTER-LONG",
            )  # fmt: skip
        lines = self._lines(text)
        self._room((min(len(lines), 2) - 1) * _LINE)
        for line in lines:
            self._room(0)
            self._sheet.text(LEFT, self._y, line, _TYPE)
            self._y += _LINE
        self._y += _GAP

    def _amounts(self, label: str, cents: Sequence[int | None], weight: str = REGULAR) -> None:
        self._sheet.text(LEFT + 12, self._y, label, ADDRESS, weight)
        for place, one in enumerate(cents, start=1):
            shown = "\u2013" if one is None else dollars(one)
            self._sheet.right(self._column(place), self._y, shown, ADDRESS, weight)
        self._y += _LINE

    @staticmethod
    def _column(place: int) -> float:
        return LEFT + 150 + place * _SUM_WIDTH

    def _table(self, table: SumTable) -> None:
        self._room(_LINE * (len(table.rows) + 3))
        width = self._column(len(table.heads) - 1) - LEFT - 12
        for place, head in enumerate(table.heads[1:], start=1):
            self._sheet.right(self._column(place), self._y, head, BODY, grey=GREY)
        self._sheet.text(LEFT + 12, self._y, table.heads[0], BODY, grey=GREY)
        self._sheet.rule(LEFT + 12, self._y + 4, width, THICK, BLACK)
        self._y += _LINE + 3
        for label, cents in table.rows[:-1]:
            self._amounts(label, cents)
        self._sheet.rule(LEFT + 12, self._y - 9.5, width)
        self._y += 2
        self._amounts(*table.rows[-1], BOLD)
        if table.note:
            shown = self._sheet.fitted(table.note, RIGHT - LEFT - 12, FINE)
            self._sheet.text(LEFT + 12, self._y - 2, shown, FINE, grey=GREY)
            self._y += LEADING
        self._y += _GAP

    def _chart(self, use: UseChart) -> None:
        self._room(_CHART_HEIGHT + 44)
        sheet, left = self._sheet, LEFT + 12 + _AXIS
        sheet.text(LEFT + 12, self._y, f"{use.title}, {use.unit}", BODY, BOLD)
        draw_key(sheet, RIGHT - 60, self._y)
        floor = self._y + 14 + _CHART_HEIGHT
        months = [
            UsageMonth(date.fromisoformat(day), *(None if x is None else Decimal(x) for x in uses))
            for day, *uses in use.months
        ]
        width = RIGHT - left - 60
        draw_chart(sheet, months, left, floor, width=width, height=_CHART_HEIGHT)
        self._y = floor + 30


@dataclass(frozen=True, slots=True)
class PrintedPaper:
    """A letter on paper: where it is, its pages, its SHA-256, characters that no font has."""

    path: Path
    pages: int
    sha256: str
    missing: tuple[str, ...] = ()


def print_page(letter: LetterPage, path: Path, *, made_at: datetime) -> PrintedPaper:
    """Draw a letter into a file; the same letter and moment give the same bytes.

    Raises:
        Refused: a paragraph is longer than any letter's; nothing is written.
    """
    from billing_tui.documents.paper import Paper

    with Paper(letter.title, made_at) as paper:
        for page in LetterPainter(letter, paper).draw():
            paper.put_page(page)
        pages, missing = paper.page, tuple(sorted(paper.missing()))
        content = paper.finished()
    return PrintedPaper(path, pages, write_whole(path, content), missing)
