"""TDO010 Today: what is due, who has it; claim it, hand it out, put it off, take it to the lead."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from billing_tui.access.staff import staff_list
from billing_tui.foundation.errors import BillingError, InvalidEntry
from billing_tui.operations.today import hand_out
from billing_tui.operations.today.board import board
from billing_tui.tui.commands import BACKWARD, FOLD, FORWARD, REFRESH
from billing_tui.tui.entry import Entry
from billing_tui.tui.ink import Line, Role, gap, left
from billing_tui.tui.kinds import Choice, Taken, choice, day
from billing_tui.tui.list_screen import ListScreen
from billing_tui.tui.pages import Listed
from billing_tui.tui.record_list import Column, RecordList
from billing_tui.tui.screens.reason import ReasonScreen
from billing_tui.tui.shown import counted, day_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from billing_tui.operations.today.items import Marked
    from billing_tui.tui.room_screen import Outcome


_MINE, _ALL, _OFF = "mine", "all", "off"
"""What is listed: one's own and what is free, everybody's, what was put off."""


def _late(one: Marked) -> str:
    if one.days_late > 0:
        return f"{one.days_late} ago"
    return "today" if one.days_late == 0 else f"in {-one.days_late}"


def _tone(one: Marked) -> Role:
    return Role.WARNING if one.escalated or one.days_late > 0 else Role.TEXT


_FLAG: Column[Marked] = Column(
    "", 1, lambda one: "!" if one.escalated else "", role=lambda _one: Role.WARNING
)
_UNTIL: Column[Marked] = Column("Off till", 8, lambda one: day_text(one.snoozed_until))
_COLUMNS: tuple[Column[Marked], ...] = (
    _FLAG,
    Column("Due", 8, lambda one: day_text(one.item.due)),
    Column("Days", 7, _late, role=_tone),
    Column("Kind", 11, lambda one: one.item.kind.value),
    Column("What", 27, lambda one: one.item.told, grows=True, role=lambda _one: Role.VALUE),
    Column("Who", 8, lambda one: one.who),
)
_OPTIONS = {
    "5": "Open",
    "1": "Claim",
    "2": "Let go",
    "3": "Give to",
    "4": "Put off",
    "7": "To the lead",
    "9": "Done with",
}
_EMPTY = "Nothing is due. Well done."
_OFF_OPTIONS = {"5": "Open", "4": "Another day", "6": "Take back"}
_NEXT = {_MINE: _ALL, _ALL: _OFF, _OFF: _MINE}
_TOLD = {
    _MINE: "Yours, or free to take.",
    _ALL: "Everybody's work.",
    _OFF: "What was put off: 6 takes it back today, 4 names another day.",
}
_WHOSE = {_MINE: "yours or free to take", _ALL: "of everybody", _OFF: "put off"}


_USUAL: dict[str, tuple[str, ...]] = {
    "3": ("Knows the account", "Has time", "Was here first"),
    "4": ("Waits for the customer", "Waits for the field crew", "Waits for another department"),
    "7": ("Needs a decision", "The customer complains", "Cannot be done in time"),
    "9": ("The customer was told", "Renewed", "Is not needed any more"),
}


_VERBS = {"3": "assign", "4": "snooze", "7": "escalate", "9": "dismiss"}


class Today(ListScreen["Marked"]):
    """The lead sees everything; anybody sees what is theirs or free to take."""

    ident = "TDO010"
    heading = "Today"
    help_text = (
        "What stands here is due because the records say so, and leaves when the work is done. 5 "
        "opens the screen where it is done. 1 claims it, 2 lets go of it, 3 gives it to somebody "
        "(lead, specialist), 4 puts it off until a day, 7 takes it to the lead, 9 is for reminders "
        "only. A name in brackets has left: that work is free to take. F11 turns from "
        "your own work to everybody's and to what was put off: there 6 takes it back."
    )
    commands = (
        REFRESH,
        BACKWARD,
        FORWARD,
        FOLD.called("Mine/all/off", "What is yours or free, everybody's, what was put off."),
    )

    detail_rows = (3, 3)

    def prepare(self) -> None:
        """A lead begins with everybody's work, others with their own."""
        self._view = _ALL if hand_out.leads(self.desk) else _MINE

    def make_list(self) -> RecordList[Marked]:
        """The board."""
        return RecordList(
            _COLUMNS,
            options=_OPTIONS,
            empty=_EMPTY,
            key=lambda one: one.item.key,
        )

    def source(self) -> Listed[Marked]:
        """Ask all rooms; what is put off is only counted, or only listed."""
        everything = board(self.desk, mine=self._view == _MINE, asleep=True)
        today = self.desk.business_day
        asleep: list[Marked] = []
        awake: list[Marked] = []
        for one in everything:
            off = one.snoozed_until is not None and one.snoozed_until > today
            (asleep if off else awake).append(one)
        self._asleep = len(asleep)
        self._listed = asleep if self._view == _OFF else awake
        return Listed(self._listed, lambda one: one.item.told)

    def fill(self) -> None:
        """Put the rows into the list; work that was put off has its day first, and its options."""
        off, records = self._view == _OFF, self.records
        records.columns = (_FLAG, _UNTIL, *_COLUMNS[2:]) if off else _COLUMNS
        records.options = _OFF_OPTIONS if off else _OPTIONS
        records.empty = "Nothing is put off." if off else _EMPTY
        super().fill()

    def head(self) -> Line:
        """How much there is, how much of it is late."""
        late = sum(one.days_late > 0 for one in self._listed)
        told = f" {counted(len(self._listed), 'piece')} of work {_WHOSE[self._view]}"
        if self._view == _OFF:
            return ((told, Role.VALUE), (f"   {late} late", Role.WARNING if late else Role.LABEL))
        return (
            (told, Role.VALUE),
            (f"   {late} late", Role.WARNING if late else Role.LABEL),
            (f"   {self._asleep} put off", Role.LABEL),
        )

    def greeting(self) -> str:
        """What to do with the first line."""
        if self.records.row is None:
            return "Nothing waits here. F11 turns to everybody's work, then what was put off."
        return "5 or Enter opens the work; 1 claims it. F11: mine, all, what was put off."

    def command_fold(self) -> Outcome:
        """One's own work, everybody's, what was put off."""
        self._view = _NEXT[self._view]
        empty = self._view == _OFF and not self._asleep
        return self.show_from_top("Nothing is put off." if empty else _TOLD[self._view])

    def detail(self, row: Marked, width: int, height: int) -> list[Line]:
        """What it is, who has it, where it is done."""
        del width, height
        who = f"{row.holder} has it" if row.holder else "Nobody has it"
        who += f"; {row.had} had it and left" if row.had else ""
        who += f"; put off to {day_text(row.snoozed_until)}" if self._view == _OFF else ""
        place = f"{row.item.screen} {row.item.subject}".strip()
        lines: list[Line] = [
            ((f" {row.item.told}", Role.VALUE),),
            (gap(1), left(f"{who}.", 44, Role.TEXT), (f"Done on {place}.", Role.LABEL)),
        ]
        if row.escalated:
            lines.append(((f" ! For the lead: {row.escalated}", Role.WARNING),))
        return lines

    # What is done with an item

    def on_record_list_chosen(self, message: RecordList.Chosen) -> None:
        """What asks for nothing at once, together; the rest one after the other."""
        message.stop()
        at_once = {"1": hand_out.claim, "2": hand_out.let_go, "6": hand_out.wake}
        waiting = [one for one in message.choices if one[0] not in at_once]
        done, refused = 0, ""
        for option, row in message.choices:
            if option not in at_once:
                continue
            try:
                at_once[option](self.desk, row.item.key)
                done += 1
            except BillingError as error:
                refused = refused or error.sentence
        if done or refused:
            self.open()
            self.say(f"{counted(done, 'piece')} of work marked.")
        if refused:
            message.list.keep(waiting)
            more = f"{len(waiting)} to go: Enter." if waiting else f"{done} marked."
            self.refuse_sentence(f"{refused} {more}")
            return
        message.list.keep(waiting[1:])
        if waiting:
            self._ask(*waiting[0], waiting[1:])

    def _ask(self, option: str, row: Marked, later: Sequence[tuple[str, Marked]]) -> None:
        if option == "5":
            self.billing.open_screen(row.item.screen, row.item.subject)
            return
        asks: dict[str, tuple[str, Sequence[Entry]]] = {
            "3": ("Give to", [self._to_whom(row)]),
            "4": ("Put off", [self._until()]),
            "7": ("To the lead", []),
            "9": ("Done with", []),
        }
        word, first = asks[option]
        try:
            hand_out.may_be_asked(self.desk, row, _VERBS[option])
        except BillingError as error:
            self.refuse(error)
            return
        self.records.stand_at(row)
        window = ReasonScreen(f"{word}: {row.item.told}", _USUAL[option], *first)

        def answered(values: dict[str, Any] | None) -> None:
            if values is not None:
                verb = self._verb(option, row.item.key, values)
                self.save(verb, lambda _none: "Done; the board shows it.", later=later)

        self.billing.ask(window, answered)

    def _to_whom(self, row: Marked) -> Entry:
        names = {one.username: one.name for one in staff_list(self.desk.business_day)}
        may = hand_out.able_staff(self.desk, row).values()
        able = [Choice(one.upper(), names[one]) for one in may]
        known = choice(16, able, "Who is to do it; F4 lists who may.")

        def read(keyed: str) -> Taken:
            wanted = keyed.strip().lower()
            if wanted in names and wanted not in may:
                raise InvalidEntry(f"{wanted} may not do that; F4 lists who may.")
            return known.read(keyed)

        return Entry("staff", " To", replace(known, read=read), label_width=9)

    def _until(self) -> Entry:
        today = self.desk.business_day
        any_day = day(today)

        def read(entry: str) -> Taken:
            taken = any_day.read(entry)
            hand_out.check_sleep(today, taken.value)
            return taken

        return Entry("until", " Until", replace(any_day, read=read), label_width=9)

    def _verb(self, option: str, key: str, values: dict[str, Any]) -> Callable[[], None]:
        desk, why = self.desk, values["reason"]
        if option == "3":
            return lambda: hand_out.assign(desk, key, values["staff"], why)
        if option == "4":
            return lambda: hand_out.snooze(desk, key, values["until"], why)
        if option == "7":
            return lambda: hand_out.escalate(desk, key, why)
        return lambda: hand_out.dismiss(desk, key, why)
