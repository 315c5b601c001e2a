"""CHG040 Record as of a day: what counts on it by the records of today, alone or beside another."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from billing_tui.foundation.errors import BillingError
from billing_tui.records.difference import Difference, Fact, difference, facts_on
from billing_tui.records.lookup import find_account
from billing_tui.tui.commands import BACKWARD, FOLD, FORWARD, LIST, REFRESH
from billing_tui.tui.entry import Entry
from billing_tui.tui.form import Form
from billing_tui.tui.ink import Role
from billing_tui.tui.kinds import day
from billing_tui.tui.painted import Rule
from billing_tui.tui.record_kinds import account
from billing_tui.tui.record_list import Column, RecordList
from billing_tui.tui.room_screen import RoomScreen
from billing_tui.tui.shown import counted, day_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from textual.widget import Widget

    from billing_tui.tui.room_screen import Outcome

_MONTH = timedelta(days=30)
_TURN = "Turn between one day and the difference of two."
_FACTS: tuple[Column[Fact], ...] = (
    Column("Part", 10, lambda row: row.part, role=lambda _row: Role.LABEL),
    Column("What", 24, lambda row: row.what, role=lambda _row: Role.LABEL),
    Column("On that day", 36, lambda row: row.value, grows=True, role=lambda _row: Role.VALUE),
)


def _differences(first: date, last: date) -> tuple[Column[Difference], ...]:
    return (
        Column("Part", 10, lambda row: row.part, role=lambda _row: Role.LABEL),
        Column("What", 22, lambda row: row.what, role=lambda _row: Role.LABEL),
        Column(day_text(first), 18, lambda row: row.before or "-", grows=True),
        Column(
            day_text(last),
            18,
            lambda row: row.after or "-",
            grows=True,
            role=lambda _row: Role.VALUE,
        ),
    )


class AsOfADay(RoomScreen):
    """One account on one day, or on two."""

    ident = "CHG040"
    heading = "Record as of a day"
    help_text = (
        "What counts for an account at the end of a day, by the records as they stand today: "
        "status, customer, mailing address, flags, place, services with their meters and "
        "attributes. What was corrected since shows corrected; what stood on file then is in the "
        "trail, 5.4. F11 turns to what differs between two days, side by side, and back. A value "
        "that is cut stands whole on the message line when the cursor is on its row."
    )
    commands = (
        LIST,
        REFRESH,
        BACKWARD,
        FORWARD,
        FOLD.called("Two days", _TURN),
    )
    opening: ClassVar[str] = "Which account, on which day? F11 compares two days."

    def __init__(self, subject: str = "") -> None:
        super().__init__(subject)
        self._two = False
        self._asked: tuple[int, date, date] | None = None
        self._just_shown = False

    def prepare(self) -> None:
        """Refuse an account that is none before the screen opens."""
        if self.subject:
            find_account(self.subject)

    def body(self) -> Iterable[Widget]:
        """Account and days, then the list."""
        today = self.desk.business_day
        yield Form(
            Entry("account", " Account", account(), label_width=10),
            Entry("day", " On", day(today), label_width=10),
            Entry("other", " And on", day(today), label_width=10),
        )
        yield Rule()
        yield RecordList(_FACTS, empty="")

    def on_mount(self) -> None:
        """Begin with the account that was named, today and a month ago."""
        form, today = self.query_one(Form), self.desk.business_day
        first = today - _MONTH
        form.put({"account": self.subject, "day": f"{today:%m%d%y}", "other": f"{first:%m%d%y}"})
        form.entry("other").display = self._two
        if self.subject:
            self._ask()
            form.entry("day").focus()

    def open(self) -> None:
        """Show again what was asked for."""
        if self._asked is not None:
            self._show()

    def greeting(self) -> str:
        """What is shown, or what to key."""
        return self.opening if self._asked is None else self._found()

    def came_back(self, sentence: str) -> None:
        """What stood over this screen has saved something."""
        self.open()
        self.say(sentence)

    def on_form_completed(self, message: Form.Completed) -> None:
        """Read the fields and go to what was found."""
        message.stop()
        try:
            self._ask()
        except BillingError as error:
            self.refuse(error)
            return
        self.query_one(RecordList).focus()
        self.say(self._found())

    def _ask(self) -> None:
        values = self.query_one(Form).values()
        chosen: date = values["day"]
        self._asked = (values["account"].account_id, chosen, values.get("other", chosen))
        self._show()

    def _show(self) -> None:
        assert self._asked is not None  # noqa: S101 - both callers have asked
        row, chosen, other = self._asked
        list_: RecordList[Any] = self.query_one(RecordList)
        rows: Sequence[Fact | Difference]
        if self._two:
            found = difference(row, chosen, other)
            list_.columns, rows = _differences(found.first, found.last), found.lines
            list_.empty = "Nothing differs between these two days."
            self._same = found.same
        else:
            list_.columns, rows = _FACTS, facts_on(row, chosen)
        self._just_shown = True
        list_.show_rows(rows, lambda one: one.part)
        self._count = len(rows)

    def _found(self) -> str:
        assert self._asked is not None  # noqa: S101 - something was shown
        _, chosen, other = self._asked
        if not self._two:
            told = f"What counts on {day_text(chosen)} by today's records"
            return f"{told}; 5.4 tells what stood on file."
        first, last = sorted((chosen, other))
        between = f"between {day_text(first)} and {day_text(last)}"
        differ = counted(self._count, "difference")
        return f"{differ} {between}; {counted(self._same, 'fact')} as before."

    def command_fold(self) -> Outcome:
        """Turn between one day and two."""
        self._two = not self._two
        form = self.query_one(Form)
        form.entry("other").display = self._two
        self.commands = (
            *self.commands[:-1],
            FOLD.called("One day" if self._two else "Two days", _TURN),
        )
        self.show_keys()
        if self._asked is None:
            self.say("Key the account and both days." if self._two else self.opening)
            return True
        if self._two:
            self._offer_other(form)
        self._ask()
        if self._two:
            form.entry("other").focus()
        self.say(self._found())
        return True

    def _offer_other(self, form: Form) -> None:
        """A past day is compared with today, today with a month ago, until a day was keyed."""
        other, today = form.entry("other"), self.desk.business_day
        chosen = form.entry("day").read()
        if not other.changed:
            second = today if chosen != today else today - _MONTH
            other.put(f"{second:%m%d%y}")

    def on_record_list_moved(self, message: RecordList.Moved) -> None:
        """Say in full what the columns may have cut."""
        message.stop()
        just_shown, self._just_shown = self._just_shown, False
        if just_shown or self.focused is not message.list:
            return
        row = message.row
        if isinstance(row, Fact):
            self.say(f"{row.part}, {row.what}: {row.value}")
        else:
            self.say(f"{row.part}, {row.what}: {row.before or '-'} -> {row.after or '-'}")

    def on_record_list_chosen(self, message: RecordList.Chosen) -> None:
        """There is nothing behind a row."""
        message.stop()
