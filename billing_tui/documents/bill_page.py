"""One bill becomes one or more pages: places the rows, draws the parts, collects what is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from billing_tui.documents.bill_charges import charge_rows
from billing_tui.documents.bill_grid import (
    BODY_BOTTOM,
    BODY_TOP,
    FINE,
    LEFT,
    MAIN_RIGHT,
    NEXT_BOTTOM,
    NEXT_TOP,
    RIGHT,
)
from billing_tui.documents.bill_header import (
    draw_continuation_header,
    draw_header,
    draw_page_number,
    imb_bars,
    utility_furniture,
)
from billing_tui.documents.bill_meters import meter_rows
from billing_tui.documents.bill_rows import Row, dispute_rows, heading, message_rows
from billing_tui.documents.bill_side import draw_side
from billing_tui.documents.bill_stub import (
    bill_scan_line,
    draw_scan_line,
    draw_stub,
    qr_runs,
    stub_furniture,
)
from billing_tui.documents.sheet import GREY, Sheet
from billing_tui.documents.wrapping import Wrapper
from billing_tui.foundation.errors import InvalidEntry, Problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_tui.documents.bill_values import BillPage, UtilityProfile
    from billing_tui.documents.paper import Paper

_T = TypeVar("_T")
_MOST_PAGES = 20
"""A bill that would take more is cut there and reported; none real is."""


@dataclass(frozen=True, slots=True)
class DrawnBill:
    """Content streams of a bill's pages, and what to look at before it is mailed."""

    pages: tuple[str, ...]
    problems: tuple[Problem, ...]


_LEADINGS = (1.1, 1.05, 1.0, 0.96, 0.92)
"""How far rows may stand apart: as loose as one page allows; a second page costs postage."""


def place(rows: list[Row], leading: float = 1.0) -> list[list[tuple[float, Row]]]:
    """Baselines of the rows, page by page; a row stays with the rows that it asks to keep."""
    pages: list[list[tuple[float, Row]]] = [[]]
    y, bottom = BODY_TOP, BODY_BOTTOM
    for index, row in enumerate(rows):
        kept = sum(later.height for later in rows[index : min(index + row.keep, len(rows) - 1)])
        if y + kept * leading > bottom and row.inked:
            pages.append([])
            y, bottom = NEXT_TOP, NEXT_BOTTOM
            if row.section:
                again = heading(f"{row.section}, continued")
                pages[-1].append((y, again))
                y += again.height
        pages[-1].append((y, row))
        y += row.height * leading
    return pages


def best_place(rows: list[Row]) -> list[list[tuple[float, Row]]]:
    """The loosest placing that takes one page, or else the ordinary one."""
    last = max((index for index, row in enumerate(rows) if row.inked), default=0)
    height = sum([row.height for row in rows[:last]])
    for leading in _LEADINGS:
        if BODY_TOP + height * leading <= BODY_BOTTOM:
            return place(rows, leading)
    return place(rows)


def _coded(
    what: str, code: Callable[[BillPage], _T], bill: BillPage, sentences: list[str]
) -> _T | None:
    """A code of the bill, or None with a sentence where the bill cannot have it."""
    try:
        return code(bill)
    except InvalidEntry as refusal:
        sentences.append(f"no {what} is printed: {refusal.sentence.rstrip('.')}")
        return None


class BillPainter:
    """Draws bills on one paper; what bills have in common is drawn once and kept."""

    def __init__(self, paper: Paper) -> None:
        self._paper = paper
        self._wrapper = Wrapper(paper.faces)
        self._furniture: tuple[UtilityProfile, bool, str] | None = None

    def draw(self, bill: BillPage, line: int = 0) -> DrawnBill:
        """Draw one bill. `line` is its place in the run, for the problems.

        Nothing that a name, an address or a message holds stops the run: what cannot be printed is
        replaced or cut, and reported as a warning.
        """
        sentences: list[str] = []
        first = self._first_sheet(bill, sentences)
        rows = [*meter_rows(bill, self._wrapper), *charge_rows(bill, self._wrapper, first)]
        told = draw_side(first, bill, self._wrapper)
        rows += message_rows(bill, self._wrapper)
        if not told:
            rows += dispute_rows(bill, self._wrapper)
        sheets = self._fill(bill, first, rows, sentences)
        cut = dict.fromkeys(text for sheet in sheets for text in sheet.cut)
        sentences += [f"{text!r} was cut to fit" for text in cut]
        missing = sorted(self._paper.missing())
        if missing:
            codes = ", ".join(f"U+{ord(char):04X}" for char in missing[:8])
            sentences.append(f"no font has {codes}; a sign stands in their place")
        return DrawnBill(
            tuple(sheet.content() for sheet in sheets),
            tuple(
                Problem(line, f"Bill {bill.bill_number}: {text}.", severity="warning")
                for text in sentences
            ),
        )

    def _shared(self, bill: BillPage, sentences: list[str]) -> str:
        """What all first pages of a utility share; what is cut there is told with the first."""
        utility, asks = bill.utility, not bill.amounts.cancelled
        if self._furniture is None or self._furniture[:2] != (utility, asks):
            sheet = Sheet(self._paper.faces)
            utility_furniture(sheet, utility)
            stub_furniture(sheet, utility, asks=asks)
            sentences += [f"the letterhead's {text!r} was cut to fit" for text in sheet.cut]
            self._furniture = (utility, asks, sheet.content())
        return self._furniture[2]

    def _first_sheet(self, bill: BillPage, sentences: list[str]) -> Sheet:
        """The first page but for its rows; what cannot be coded is left out and told."""
        sheet = Sheet(self._paper.faces)
        sheet.stamp(self._shared(bill, sentences))
        bars = _coded("IMb", imb_bars, bill, sentences)
        code = _coded("QR code", qr_runs, bill, sentences)
        line = _coded("scan line", bill_scan_line, bill, sentences)
        draw_header(sheet, bill, bars or "")
        draw_stub(sheet, bill, code or [])
        draw_scan_line(sheet, line or "")
        return sheet

    def _fill(
        self, bill: BillPage, first: Sheet, rows: list[Row], sentences: list[str]
    ) -> list[Sheet]:
        placed = best_place(rows)
        if len(placed) > _MOST_PAGES:
            sentences.append(f"pages after {_MOST_PAGES} are left out")
            del placed[_MOST_PAGES:]
        sheets = [first]
        for number, page in enumerate(placed, start=1):
            sheet, right = first, MAIN_RIGHT
            if number > 1:
                sheet, right = Sheet(self._paper.faces), RIGHT
                draw_continuation_header(sheet, bill)
                sheets.append(sheet)
            for y, row in page:
                row.draw(sheet, LEFT, right, y)
            draw_page_number(sheet, number, len(placed))
            if number < len(placed):
                foot = (BODY_BOTTOM if number == 1 else NEXT_BOTTOM) + 4
                sheet.right(right, foot, f"continued on page {number + 1}", FINE, grey=GREY)
        return sheets
