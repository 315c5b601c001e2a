"""Rows of the main column: what headings, notes and messages are made of.

A row knows its height and draws itself between two edges, so that the same rows fill the first
page and go on over as many pages as they need.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing_tui.documents.bill_grid import (
    BODY,
    FINE,
    FINE_LEADING,
    HEAD,
    HEADING,
    LEFT,
    MAIN_RIGHT,
)
from billing_tui.documents.sheet import BLACK, BOLD, GREY, THICK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from billing_tui.documents.bill_values import BillPage
    from billing_tui.documents.sheet import Sheet
    from billing_tui.documents.wrapping import Wrapper

WIDTH = MAIN_RIGHT - LEFT
"""Texts are broken to the first page's column; later pages only set figures further right."""
_MESSAGE = BODY - 0.5


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its height, how to draw it, and how many rows after it must stay with it.

    White space is not `inked`: it never opens a page. A row that opens a page amid its `section`
    gets that section's heading again.
    """

    height: float
    draw: Callable[[Sheet, float, float, float], None]
    keep: int = 0
    inked: bool = True
    section: str = ""


def heading(text: str, aside: str = "", keep: int = 2) -> Row:
    """A section's heading over a black rule."""

    def draw(sheet: Sheet, left: float, right: float, y: float) -> None:
        sheet.text(left, y, text, HEAD, BOLD)
        sheet.right(right, y, aside, FINE, grey=GREY)
        sheet.rule(left, y + 4.5, right - left, THICK, BLACK)

    return Row(HEADING, draw, keep)


def _nothing(_sheet: Sheet, _left: float, _right: float, _y: float) -> None:
    """Draw nothing."""


def gap(height: float) -> Row:
    """White space."""
    return Row(height, _nothing, inked=False)


def notes(text: str, indent: float, section: str, wrapper: Wrapper) -> Iterator[Row]:
    """Fine grey lines under a row."""

    def note(line: str) -> Row:
        def draw(sheet: Sheet, left: float, _right: float, y: float) -> None:
            sheet.text(left + indent, y - 1, line, FINE, grey=GREY)

        return Row(FINE_LEADING, draw, section=section)

    for line in wrapper.lines(text, FINE, WIDTH - indent):
        yield note(line)


def _paragraphs(texts: tuple[str, ...], size: float, wrapper: Wrapper) -> Iterator[Row]:
    def row(line: str) -> Row:
        def draw(sheet: Sheet, left: float, _right: float, y: float) -> None:
            sheet.text(left, y, line, size)

        return Row(size + 1.8, draw)

    for text in texts:
        for line in wrapper.lines(text, size, WIDTH):
            yield row(line)
        yield gap(1.5)


def message_rows(bill: BillPage, wrapper: Wrapper) -> Iterator[Row]:
    """Messages under their heading, then the block in other languages in finer print."""
    if any(bill.messages):
        yield gap(7)
        yield heading("Messages", keep=1)
        yield from _paragraphs(bill.messages, _MESSAGE, wrapper)
    if any(bill.language_block):
        yield gap(1.5)
        yield from _paragraphs(bill.language_block, FINE, wrapper)


def dispute_rows(bill: BillPage, wrapper: Wrapper) -> Iterator[Row]:
    """How to question the bill, where the side column had no room for it."""
    if bill.utility.dispute_text:
        yield gap(7)
        yield heading("Questions about this bill", keep=1)
        yield from _paragraphs((bill.utility.dispute_text,), _MESSAGE, wrapper)
