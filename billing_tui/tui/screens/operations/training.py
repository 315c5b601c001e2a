"""TRN010 Training: into a disposable copy of a made-up city, freely or with a drill."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.operations.training.drills import Drill, drills
from billing_tui.operations.training.going import Going, Where
from billing_tui.operations.training.results import best_of
from billing_tui.tui.commands import BACKWARD, CONFIRM, FORWARD, NEW
from billing_tui.tui.ink import BLANK, Line, Role
from billing_tui.tui.painted import Rule, Sheet
from billing_tui.tui.record_list import Column, RecordList
from billing_tui.tui.room_screen import RoomScreen
from billing_tui.tui.screens.confirm import ask_first

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.widget import Widget

    from billing_tui.operations.training.results import ResultLine
    from billing_tui.tui.room_screen import Outcome

_ONCE = "The city is built first where it does not stand yet: some seconds, once."
_COPY = "Nothing in the copy reaches the office; F3 on its menu leads back."


def _best(line: ResultLine | None) -> str:
    if line is None:
        return "not tried"
    return f"{line.score} {'passed' if line.passed else 'not yet'}"


class Training(RoomScreen):
    """The drills, and the door to the copy."""

    ident = "TRN010"
    heading = "Training"
    help_text = (
        "Key 1 beside a drill and press Enter: it begins on a fresh copy of a made-up city, which "
        "says TRAINING across its first line. Do the work there, then hand it in; what stands in "
        "the data is graded, never which keys you used. F10 goes into your copy without a drill, "
        "F6 into a new one."
    )
    commands = (
        NEW.called("Fresh copy", "Practise in a new copy; the one you had is dropped."),
        BACKWARD,
        FORWARD,
        CONFIRM.called("Practise", "Into your copy of the city, as you left it."),
    )
    opening = "1 begins a drill; F10 practises without one."

    def greeting(self) -> str:
        """What to do, in the office or in the copy already."""
        if self.billing.away:
            return "1 begins a drill on a fresh copy; F3 on the menu leads back to the office."
        return self.opening

    def body(self) -> Iterable[Widget]:
        """The drills, and what the one at the cursor takes."""
        yield RecordList(self._columns(), options={"1": "Begin"}, key=lambda one: one.id)
        yield Rule()
        yield Sheet([BLANK] * 3, id="about")

    def _columns(self) -> tuple[Column[Drill], ...]:
        self._best = best_of(self.desk)
        return (
            Column("Drill", 38, lambda one: one.title, role=lambda _: Role.VALUE, grows=True),
            Column("Role", 10, lambda one: one.role.value),
            Column("Min", 3, lambda one: str(one.minutes), right=True),
            Column("Your best", 11, lambda one: _best(self._best.get(one.id)), right=True),
        )

    def open(self) -> None:
        """List the drills."""
        self._best = best_of(self.desk)
        self.query_one(RecordList).show_rows(drills(), lambda one: one.title)

    def on_record_list_moved(self, message: RecordList.Moved) -> None:
        """Say what the drill at the cursor takes."""
        message.stop()
        self.query_one("#about", Sheet).show(self._about(message.row))

    def _about(self, one: Drill) -> list[Line]:
        took = f" {one.most} points, {one.needed} pass; about {one.minutes} minutes."
        lent = "" if one.role in self.desk.roles else f" The role of {one.role.value} is lent."
        return [((f" {one.title}", Role.TITLE),), ((f"{took}{lent}", Role.TEXT),), BLANK]

    def on_record_list_chosen(self, message: RecordList.Chosen) -> None:
        """Say what will happen, then begin the drill."""
        message.stop()
        one: Drill = message.choices[0][1]
        message.list.keep(())
        lent = f", with the role of {one.role.value}" if one.role not in self.desk.roles else ""
        told = (f"It begins on a fresh copy of the city{lent}.", _COPY, _ONCE)
        self._ask(f"Begin: {one.title}", told, Going(Where.DRILL, one.id))

    def _ask(self, word: str, told: tuple[str, ...], going: Going) -> None:
        ask_first(self, word, told, lambda: self._leave(going), otherwise="Nothing was begun.")

    def _leave(self, going: Going) -> None:
        job = self.billing.jobs.current
        if job is not None:
            self.warn(f"{job.sentence} Train when it is done.")
        else:
            self.billing.leave_for(going)

    def command_new(self) -> Outcome:
        """A new copy."""
        told = ("The copy that you had, and what you did in it, is dropped.", _COPY, _ONCE)
        self._ask("Practise in a fresh copy", told, Going(Where.FRESH))
        return True

    def command_confirm(self) -> Outcome:
        """Into the copy as it is."""
        if self.billing.away:
            return "You are in your copy already; F3 on its menu leads back to the office."
        self._leave(Going(Where.PRACTICE))
        return True
