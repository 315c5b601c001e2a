"""CAR020 Notes and follow-ups: what was noted, what stands in sight, what must be done."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from billing_tui.access.rights import Right
from billing_tui.customer_care.close_note import end_alert, finish_follow_up
from billing_tui.customer_care.withdraw_note import withdraw_note
from billing_tui.foundation.moments import day_of
from billing_tui.records.lookup import notes_of
from billing_tui.tui.commands import BACKWARD, FORWARD, NEW, REFRESH
from billing_tui.tui.ink import Role, cut, gap, wrapped
from billing_tui.tui.list_screen import ListScreen
from billing_tui.tui.pages import PAGE, Onward
from billing_tui.tui.record_list import Column, RecordList
from billing_tui.tui.screens.customer_care.head import head_line, head_of, named_account
from billing_tui.tui.screens.reason import ask_why
from billing_tui.tui.shown import day_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from billing_tui.records.account_values import NoteLine
    from billing_tui.tui.ink import Line
    from billing_tui.tui.room_screen import Outcome

    Marked = Sequence[tuple[str, NoteLine]]

_OPTIONS = {"7": "Followed up", "4": "End alert", "9": "Withdraw"}
_WHY = ("The wrong account", "It is not so", "Written twice")
USUAL_OUTCOMES = ("Reached the customer; settled", "Left a message", "Not needed any more")
"""How follow-ups usually end."""


def _follow_up(row: NoteLine) -> str:
    if row.withdrawn_day is not None:
        return "withdrawn"
    if row.follow_up_day is None:
        return ""
    who = row.follow_up_by or "anybody"
    return (
        f"done {day_text(row.done_day)}" if row.done_day else f"{day_text(row.follow_up_day)} {who}"
    )


def _open_tone(row: NoteLine) -> Role:
    return Role.WARNING if _waits(row) else Role.LABEL


def _waits(row: NoteLine) -> bool:
    return row.follow_up_day is not None and row.done_day is None and row.withdrawn_day is None


def _words_tone(row: NoteLine) -> Role:
    return Role.VALUE if row.withdrawn_day is None else Role.LABEL


class Notes(ListScreen["NoteLine"]):
    """The notes of an account, newest first."""

    ident = "CAR020"
    heading = "Notes and follow-ups"
    help_text = (
        "A note's words never change. * marks an alert: it stands at the top of the account until "
        "its last day, or until 4 ends it. A note with a follow-up stands on the board of whom it "
        "names (5.1 Today) until 7 says what came of it. 9 withdraws a wrong note: the words "
        "stay for the record, marked, and nothing of it is in sight any more. F6 writes a note."
    )
    commands = (
        REFRESH,
        NEW.called("New", "Write a note.", Right.KEEP_RECORDS.value),
        BACKWARD,
        FORWARD,
    )
    option_rights: ClassVar[dict[str, Right]] = dict.fromkeys("479", Right.KEEP_RECORDS)
    detail_rows = (4, 4)

    def prepare(self) -> None:
        """Find the account."""
        self._account_id = named_account(self.subject)

    def make_list(self) -> RecordList[NoteLine]:
        """The notes."""
        today = self.desk.business_day
        columns: tuple[Column[NoteLine], ...] = (
            Column("", 1, lambda row: "*" if row.alerts_on(today) else "", role=_warn),
            Column("Date", 8, lambda row: day_text(day_of(row.at))),
            Column("By", 8, lambda row: row.staff),
            Column("Note", 26, lambda row: row.told, grows=True, role=_words_tone),
            Column("Follow up", 17, _follow_up, role=_open_tone),
        )
        return RecordList(
            columns,
            options=_OPTIONS,
            default="?",
            empty="Nothing was noted yet. F6 writes a note.",
            key=lambda row: row.note_id,
        )

    def source(self) -> Onward[NoteLine]:
        """The notes of the account, newest first."""
        account_id = self._account_id
        self._account = head_of(account_id, self.desk.business_day)

        def fetch(row: NoteLine | None, limit: int) -> Sequence[NoteLine]:
            return notes_of(account_id, before=row.note_id if row else None, limit=limit)

        return Onward(fetch, lambda row: row.text)

    def head(self) -> Line:
        """Whose account it is."""
        return head_line(self._account, self.billing.size.width)

    def greeting(self) -> str:
        """What stands in sight, and what is open."""
        alerts = len(self._account.sticky_notes)
        rows = notes_of(self._account_id, limit=PAGE)
        waiting = sum(_waits(row) for row in rows)
        told = [f"{alerts} in sight"] * bool(alerts) + [f"{waiting} to follow up"] * bool(waiting)
        return f"{', '.join(told).capitalize()}." if told else "F6 writes a note."

    def detail(self, row: NoteLine, width: int, height: int) -> list[Line]:
        """The note in full, and what is open about it."""
        parts = wrapped(row.text, width - 4, height - 2)
        lines: list[Line] = [(gap(1), (part, Role.VALUE)) for part in parts]
        return lines + [(gap(1), (cut(one, width - 4), Role.LABEL)) for one in _state_of(row)]

    def command_new(self) -> Outcome:
        """Write a note."""
        self.billing.open_screen("CAR021", self._account.number)
        return True

    def on_record_list_chosen(self, message: RecordList.Chosen) -> None:
        """One option at a time."""
        message.stop()
        desk, ((option, row), *later) = self.desk, message.choices
        message.list.keep(later)
        if option == "4":
            self._carry(lambda: end_alert(desk, row.note_id), "The alert has ended.", later)
        elif option == "7":
            self._finish(row, later)
        elif option == "9":
            self._withdraw(row, later)
        else:
            self.say("7 says what came of a follow-up, 4 ends an alert, 9 withdraws a wrong note.")

    def _carry(self, work: Callable[[], None], told: str, later: Marked) -> None:
        self.save(work, lambda _none: told, later=later)

    def _finish(self, row: NoteLine, later: Marked) -> None:
        if not _waits(row):
            self.warn("That note asks for nothing any more.")
            return
        desk = self.desk

        def finish(outcome: str) -> None:
            self._carry(lambda: finish_follow_up(desk, row.note_id, outcome), "Followed up.", later)

        ask_why(self, "What came of it?", USUAL_OUTCOMES, finish, otherwise="It still stands.")

    def _withdraw(self, row: NoteLine, later: Marked) -> None:
        desk = self.desk

        def withdraw(why: str) -> None:
            told = "Withdrawn; its words stay for the record."
            self._carry(lambda: withdraw_note(desk, row.note_id, why), told, later)

        ask_why(self, "Withdraw this note. Why?", _WHY, withdraw, otherwise="The note stands.")


def _warn(_row: NoteLine) -> Role:
    return Role.WARNING


def _state_of(row: NoteLine) -> list[str]:
    if row.withdrawn_day is not None:
        return [f"withdrawn {day_text(row.withdrawn_day)}: {row.withdrawn_why}"]
    told = []
    if row.sticky:
        until = f"to {day_text(row.alert_to)}" if row.alert_to else "until somebody ends it"
        told.append(f"in sight {until}")
    if row.follow_up_day is not None:
        told.append(f"follow up {day_text(row.follow_up_day)} by {row.follow_up_by or 'anybody'}")
    done = [f"done {day_text(row.done_day)}: {row.outcome}"] if row.done_day else []
    return ["; ".join(told), *done]
