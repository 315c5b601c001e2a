"""HLP030 Procedure: one page of the office's procedures, to read while working."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from billing_tui.operations.procedures import library
from billing_tui.tui.commands import BACKWARD, CONFIRM, FORWARD
from billing_tui.tui.ink import BLANK, Line, Role
from billing_tui.tui.long_page import PageScreen
from billing_tui.tui.shown import PRINTED, day_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from billing_tui.documents.listing import PrintedList
    from billing_tui.operations.procedures import Procedure
    from billing_tui.tui.room_screen import Outcome

_KEY = re.compile(
    r"\b(?:F(?:1[0-2]|[1-9])|Enter|Tab|Shift\+Tab|Esc|PgUp|PgDn|Home|End|Ctrl\+[A-Z])\b"
)


class ProcedurePage(PageScreen):
    """When, before you begin, the steps, what goes wrong, and who checks it later."""

    ident = "HLP030"
    heading = "Procedure"
    help_text = (
        "The page of the work in hand. Its second line says who keeps it true and until when; a "
        "page past its review day is marked with *. F10 prints it on letter paper. F12 goes back "
        "to where you were."
    )
    commands = (BACKWARD, FORWARD, CONFIRM.called("Print", "Print this page."))

    def prepare(self) -> None:
        """Find the page; a refusal keeps the old screen in front."""
        self._procedure = library(self.desk.home).page(self.subject)

    def page(self) -> Sequence[Line]:
        """Its head and its text."""
        self.prepare()
        return [*self._head(self._procedure), BLANK, *map(text_line, self._procedure.body)]

    def _head(self, page: Procedure) -> Iterator[Line]:
        yield ((f" {page.title}", Role.TITLE), (f"   {' '.join(page.screens)}", Role.LABEL))
        told = f" Version {page.version}, {page.whose}. Kept by {page.owner}; reviewed "
        yield ((f"{told}{day_text(page.reviewed)}.", Role.LABEL),)
        if page.is_overdue(self.desk.business_day):
            due = day_text(page.review_by)
            yield (
                (f" * Its review was due {due}: ask {page.owner} if it still holds.", Role.WARNING),
            )

    def greeting(self) -> str:
        """Where the keys lead."""
        return "F7 and F8 turn the page, F10 prints it, F12 goes back."

    def command_confirm(self) -> Outcome:
        """Print it."""
        page = self._procedure

        def printing() -> PrintedList:
            from billing_tui.documents.procedure_sheet import print_procedure

            return print_procedure(self.desk, page)

        def printed(paper: PrintedList) -> None:
            self.say(f"{paper.path.name} is {PRINTED}.")

        self.carry_out("printing", printing, printed)
        return True

    def command_help(self) -> Outcome:
        """It is the last of the three pages that F1 opens."""
        return "This is the procedure; F12 goes back."


def text_line(line: str) -> Line:
    """A line of a page: headings and keys stand out."""
    if line.startswith("#"):
        return ((f" {line.lstrip('# ')}", Role.TITLE),)
    spans: list[tuple[str, Role]] = [(" ", Role.TEXT)]
    at = 0
    for found in _KEY.finditer(line):
        spans += [(line[at : found.start()], Role.TEXT), (found.group(), Role.KEY)]
        at = found.end()
    spans.append((line[at:], Role.TEXT))
    return tuple(span for span in spans if span[0])
