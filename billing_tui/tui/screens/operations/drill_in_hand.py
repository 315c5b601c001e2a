"""TRN030 Drill in hand: its story and hints, the clock of the training home, and handing in."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from billing_tui.access.staff import setting
from billing_tui.foundation.errors import InvalidEntry, Refused
from billing_tui.operations.training.going import Going, Where
from billing_tui.operations.training.move_clock import move_clock, require_ahead
from billing_tui.operations.training.task import current_task, take_hint
from billing_tui.operations.training.template import MODE
from billing_tui.tui import kinds
from billing_tui.tui.commands import BACKWARD, CONFIRM, FOLD, FORWARD, NEW
from billing_tui.tui.entry import Entry
from billing_tui.tui.form import Form
from billing_tui.tui.ink import BLANK, Line, Role
from billing_tui.tui.long_page import LongPage, PageScreen
from billing_tui.tui.painted import Rule
from billing_tui.tui.screens.confirm import ask_first

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from textual.widget import Widget

    from billing_tui.tui.room_screen import Outcome


class DrillInHand(PageScreen):
    """What is to be done in the training home, and the way out of it."""

    ident = "TRN030"
    heading = "Drill in hand"
    help_text = (
        "Read the story, then do the work as in the office: F3 leads to the menu, F2 anywhere, "
        "and TRN030 or 6.6 back here. F11 tells a hint; how many were told stays with the result. "
        "F10 hands in: what stands in the data is graded, and you are back in the office. The "
        "business day of this copy can be moved forward, for work that needs another day."
    )
    commands = (
        NEW.called("Begin again", "The same drill on a fresh copy, with other customers."),
        BACKWARD,
        FORWARD,
        CONFIRM.called("Hand in", "Have it graded, and go back to the office."),
        FOLD.called("Hint", "Tell one more hint."),
    )

    def prepare(self) -> None:
        """Refuse where nobody trains."""
        if setting("mode", "live") != MODE:
            raise Refused("This is the office; TRN010 leads to training.", code="NO-TRAINING")
        self._in_hand = current_task()

    def body(self) -> Iterable[Widget]:
        """The story, and the clock."""
        yield LongPage()
        yield Rule("the clock of this copy")
        day = kinds.day(self.desk.business_day, auto_advance=False)
        yield Form(Entry("day", " Move to day", day, label_width=14))

    def greeting(self) -> str:
        """What to do now."""
        if self._in_hand is None:
            return "Practise as you like: nothing here is real. F3 leads to the menu."
        return "F3 to the menu to do it; F11 tells a hint, F10 hands in."

    def open(self) -> None:
        """Read the drill again."""
        self.prepare()
        super().open()

    def page(self) -> Sequence[Line]:
        """The story with the cast, and the hints told so far."""
        return list(self._lines())

    def _lines(self) -> Iterator[Line]:
        task = self._in_hand
        if task is None:
            yield ((" Free practice", Role.TITLE),)
            yield from _wrapped(
                "No drill is in hand. Everything works as in the office, on a copy of a made-up "
                "city that only you have. TRN010 begins a drill on a fresh copy.",
                self.room_across,
            )
            return
        yield ((f" {task.drill.title}", Role.TITLE), (f"   {_points(task.drill)}", Role.LABEL))
        for part in task.story:
            yield BLANK
            yield from _wrapped(part, self.room_across)
        for number, hint in enumerate(task.told_hints, 1):
            yield BLANK
            yield from _wrapped(f"Hint {number}: {hint}", self.room_across, Role.ACCENT)

    # Keys

    def command_fold(self) -> Outcome:
        """One more hint."""
        if self._in_hand is None:
            return "Free practice has no hints."
        if not take_hint(self.desk):
            return "There are no more hints."
        self.open()
        self.sheet.move(len(self.sheet.lines))
        self.say("The hint stands at the end of the story.")
        return True

    def command_confirm(self) -> Outcome:
        """Hand in, once that is confirmed."""
        if self._in_hand is None:
            return "No drill is in hand; TRN010 begins one."
        if not self.billing.away:
            return "Results are kept in an office; enter training from there."
        told = ("What stands in the data now is graded.", "Then you are back in the office.")
        self._ask("Hand in", told, Going(Where.HAND_IN))
        return True

    def command_new(self) -> Outcome:
        """The same drill from the start."""
        if self._in_hand is None:
            return "No drill is in hand; TRN010 begins one."
        told = ("It begins again on a fresh copy, with other customers.",)
        self._ask("Begin again", told, Going(Where.DRILL, self._in_hand.drill.id))
        return True

    def _ask(self, word: str, told: tuple[str, ...], going: Going) -> None:
        ask_first(self, word, told, lambda: self.billing.leave_for(going))

    def on_form_completed(self, message: Form.Completed) -> None:
        """Ask, then move the clock and sit down again on the new day."""
        message.stop()
        day: Any = message.form.entry("day").value
        if not self.billing.away:
            self.refuse_sentence("The clock moves where training was entered from an office.")
            return
        try:
            require_ahead(self.desk, day)
        except InvalidEntry as error:
            self.refuse(error)
            return

        def move() -> None:
            try:
                move_clock(self.desk, day)
            except (InvalidEntry, Refused) as error:
                self.refuse(error)
                return
            self.billing.leave_for(Going(Where.SIT_DOWN))

        told = (f"The business day of this copy becomes {day:%A %m/%d/%y}.", "It never goes back.")
        ask_first(self, "Move the clock", told, move)


def _points(drill: Any) -> str:
    return f"{drill.most} points, {drill.needed} pass; about {drill.minutes} minutes"


def _wrapped(text: str, across: int, role: Role = Role.TEXT) -> Iterator[Line]:
    for part in textwrap.wrap(text, across):
        yield ((f" {part}", role),)
