"""TRN020 Drills and results: who has tried which drill, with what result, and what was missed."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from billing_tui.access.staff import setting
from billing_tui.operations.training.drills import drills
from billing_tui.operations.training.results import (
    ResultLine,
    Standing,
    may_see_all,
    results,
    standings,
)
from billing_tui.tui.commands import BACKWARD, CONFIRM, FOLD, FORWARD, REFRESH
from billing_tui.tui.ink import BLANK, Line, Role
from billing_tui.tui.pages import Onward
from billing_tui.tui.painted import Rule, Sheet
from billing_tui.tui.record_list import Column, RecordList
from billing_tui.tui.room_screen import RoomScreen
from billing_tui.tui.shown import PRINTED, counted, day_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.events import Resize
    from textual.widget import Widget

    from billing_tui.access.desk import Desk
    from billing_tui.documents.listing import PrintedList
    from billing_tui.tui.room_screen import Outcome

_DETAIL = 11
_MOST = 1000


def print_record(desk: Desk, username: str) -> PrintedList:
    """Print a person's training record into the office's folder `printed`."""
    from billing_tui.documents.training_record import print_training_record

    lines = results(desk, username=username, limit=_MOST)
    titles = {one.id: one.title for one in drills()}
    path = desk.home.printed / f"training-{username}.pdf"
    made_at = desk.clock()
    return print_training_record(path, setting("utility"), lines, titles, made_at=made_at)


class DrillResults(RoomScreen):
    """Results, newest first; the lead sees everybody's, a clerk their own."""

    ident = "TRN020"
    heading = "Drills and results"
    help_text = (
        "Results of drills, newest first; under the list stands what the one at the cursor "
        "missed, with its points. The lead sees everybody's results, others their own. Results "
        "are never changed: a drill that was done better stands above. F11 turns to who has "
        "passed what. F10 prints the training record of the person at the cursor into the "
        "office's folder `printed`."
    )
    commands = (
        REFRESH,
        BACKWARD,
        FORWARD,
        FOLD.called("People", "Results, or who has passed what."),
        CONFIRM.called("Print", "Print the training record of the person at the cursor."),
    )
    opening = "Below the list stands what was missed."

    def body(self) -> Iterable[Widget]:
        """The results, and what was missed."""
        none = "No drill was handed in yet; TRN010 begins one."
        yield RecordList(self._columns(), empty=none, id="results")
        people: RecordList[Standing] = RecordList(self._people(), id="people")
        people.display = False
        yield people
        yield Rule()
        yield Sheet([BLANK] * _DETAIL, id="missed")

    def _people(self) -> tuple[Column[Standing], ...]:
        every = len(drills())
        return (
            Column("Person", 12, lambda one: one.username, role=lambda _: Role.VALUE),
            Column("Name", 24, lambda one: one.name, grows=True),
            Column("Passed", 8, lambda one: f"{len(one.passed)} of {every}", right=True),
            Column("Last", 8, lambda one: day_text(one.last_day)),
        )

    def _columns(self) -> tuple[Column[ResultLine], ...]:
        titles = {one.id: one.title for one in drills()}
        return (
            Column("Day", 8, lambda line: day_text(line.day)),
            Column("Person", 12, lambda line: line.username, role=lambda _: Role.VALUE),
            Column("Drill", 30, lambda line: titles.get(line.drill, line.drill), grows=True),
            Column("Points", 7, lambda line: f"{line.score}/{line.most}", right=True),
            Column("Result", 7, lambda line: "passed" if line.passed else "not yet"),
        )

    def open(self) -> None:
        """Read the results again."""
        self.handed_in.show(Onward(self._fetch, lambda line: line.username))
        self.people.show_rows(standings(self.desk), lambda one: one.username)

    @property
    def handed_in(self) -> RecordList[ResultLine]:
        """The results, newest first."""
        return self.query_one("#results", RecordList)

    @property
    def people(self) -> RecordList[Standing]:
        """Who has passed what."""
        return self.query_one("#people", RecordList)

    def _fetch(self, row: ResultLine | None, limit: int) -> Sequence[ResultLine]:
        return results(self.desk, after=row, limit=limit)

    def greeting(self) -> str:
        """Whose results stand here."""
        return self.opening if may_see_all(self.desk) else f"Your own results. {self.opening}"

    def on_record_list_moved(self, message: RecordList.Moved) -> None:
        """Show what was missed, or what is not passed yet."""
        message.stop()
        if message.list.display:
            self._show(message.row)

    def on_resize(self, _event: Resize) -> None:
        """Wrap it anew."""
        row = (self.people if self.people.display else self.handed_in).row
        if row is not None:
            self._show(row)

    def _show(self, row: ResultLine | Standing) -> None:
        told = self._missed(row) if isinstance(row, ResultLine) else self._not_yet(row)
        if len(told) > _DETAIL:
            told = [*told[: _DETAIL - 1], ((" + and more", Role.LABEL),)]
        self.query_one("#missed", Sheet).show([*told, *[BLANK] * (_DETAIL - len(told))])

    def _not_yet(self, one: Standing) -> list[Line]:
        titles = [drill.title for drill in drills() if drill.id not in one.passed]
        if not titles:
            return [((f" {one.name} has passed every drill.", Role.GOOD),)]
        head: Line = ((f" {one.name} has not passed yet:", Role.LABEL),)
        return [head, *[((f" - {title}", Role.TEXT),) for title in titles]]

    def _missed(self, line: ResultLine) -> list[Line]:
        took = f"{line.name}: {counted(line.minutes, 'minute')}, {counted(line.hints, 'hint')}"
        head = f" {took}, {line.needed} points pass, version {line.version} of the drill."
        lines: list[Line] = [((head, Role.LABEL),)]
        width = self.size.width - 4
        for sentence in line.missed:
            for at, part in enumerate(textwrap.wrap(sentence, width)):
                lines.append(((f" {'-' if at == 0 else ' '} {part}", Role.TEXT),))
        if not line.missed:
            lines.append(((" Nothing was missed.", Role.GOOD),))
        return lines

    def command_fold(self) -> Outcome:
        """Turn between the results and who has passed what."""
        shown = not self.people.display
        self.people.display, self.handed_in.display = shown, not shown
        listed: RecordList[Any] = self.people if shown else self.handed_in
        listed.focus()
        self.query_one("#missed", Sheet).show([BLANK] * _DETAIL)
        if listed.row is not None:
            self._show(listed.row)
        self.say("Who has passed what." if shown else self.greeting())
        return True

    def command_confirm(self) -> Outcome:
        """Print the record of the person at the cursor."""
        row = (self.people if self.people.display else self.handed_in).row
        if row is None:
            return "No drill was handed in yet."
        if not results(self.desk, username=row.username, limit=1):
            return f"{row.name} has handed in no drill yet."
        self.carry_out("printing", lambda: print_record(self.desk, row.username), self._printed)
        return True

    def _printed(self, printed: PrintedList) -> None:
        self.say(f"{printed.path.name}, {counted(printed.pages, 'page')}, {PRINTED}.")

    def on_record_list_chosen(self, message: RecordList.Chosen) -> None:
        """There is nothing to choose; what was missed stands below."""
        message.stop()
