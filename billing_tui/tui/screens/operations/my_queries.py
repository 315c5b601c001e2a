"""AUD015 My queries: what the daily audit asks about one's own entries, and what it found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from billing_tui.operations.daily_audit.day_view import AuditedEntry, my_findings, my_queries
from billing_tui.operations.daily_audit.judge_entry import answer_query
from billing_tui.operations.daily_audit.policy import read_input_policy
from billing_tui.operations.daily_audit.tables import ItemState
from billing_tui.tui.commands import BACKWARD, FOLD, FORWARD, REFRESH
from billing_tui.tui.ink import BLANK, Line, Role, wrapped
from billing_tui.tui.pages import Listed, Onward
from billing_tui.tui.painted import Rule, Sheet
from billing_tui.tui.record_list import Column, RecordList
from billing_tui.tui.room_screen import RoomScreen
from billing_tui.tui.screens.access.entry_lines import about_text, verb_text
from billing_tui.tui.screens.operations.daily_rows import entry_detail
from billing_tui.tui.screens.reason import ReasonScreen
from billing_tui.tui.shown import moment_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.events import Resize
    from textual.widget import Widget

    from billing_tui.tui.room_screen import Outcome

_COLUMNS: tuple[Column[AuditedEntry], ...] = (
    Column("Keyed", 8, lambda row: moment_text(row.at)[:8]),
    Column("What", 17, lambda row: verb_text(row.verb), role=lambda _row: Role.VALUE, grows=True),
    Column("About", 14, lambda row: about_text(row.subject_kind, row.subject), grows=True),
    Column("Question or remark", 25, lambda row: row.remark or row.code, grows=True),
)
_STATE: Column[AuditedEntry] = Column("State", 9, lambda row: row.state.value)
_OPTIONS = {"1": "Answer", "7": "Account"}
_ALL_OPTIONS = {"7": "Account"}
_USUAL = (
    "It is right; the document is in the account's file",
    "It is wrong; I will correct it now",
    "The caller asked for it on the phone",
)


class MyQueries(RoomScreen):
    """Questions about one's own work; one sentence answers each."""

    ident = "AUD015"
    heading = "My queries"
    help_text = (
        "Whoever audits the day asks here about what you keyed. Key 1 beside a question and press "
        "Enter, then one sentence; it goes back to who asked, and the entry is judged again. F11 "
        "shows what was answered and what was found wrong, so that the same slip happens once."
    )
    commands = (
        REFRESH,
        BACKWARD,
        FORWARD,
        FOLD.called("Turn", "What waits for your answer, or all that was found."),
    )
    _all = False
    _row: AuditedEntry | None = None

    def body(self) -> Iterable[Widget]:
        """The questions and the entry at the cursor."""
        list_: RecordList[AuditedEntry] = RecordList(
            _COLUMNS, options=_OPTIONS, key=lambda row: row.seq
        )
        yield list_
        yield Sheet(id="legend")
        yield Rule()
        yield Sheet(id="detail")

    def open(self) -> None:
        """Read what waits, or what was found."""
        self._row = None
        list_: RecordList[AuditedEntry] = self.query_one(RecordList)
        list_.columns = (_STATE, *_COLUMNS) if self._all else _COLUMNS
        list_.options = _ALL_OPTIONS if self._all else _OPTIONS
        list_.default = "7" if self._all else "1"
        list_.empty = "Nothing was found." if self._all else "Nobody asks you anything."
        if self._all:
            list_.show_again(Onward(self._fetch, _text))
        else:
            list_.show_again(Listed(my_queries(self.desk), _text))
        self.query_one("#legend", Sheet).show([list_.legend_line])
        self._show_detail()

    def _fetch(self, row: AuditedEntry | None, limit: int) -> Sequence[AuditedEntry]:
        return my_findings(self.desk, after=row, limit=limit)

    def greeting(self) -> str:
        """What to do."""
        waiting = len(my_queries(self.desk))
        if not waiting:
            return "Nobody asks you anything; F11 shows what was found before."
        return "Read the question under the list; 1 and Enter answers it."

    def on_record_list_moved(self, message: RecordList.Moved) -> None:
        """Show the entry at the cursor."""
        message.stop()
        self._row = message.row
        self._show_detail()

    def on_resize(self, _event: Resize) -> None:
        """Show the entry in the new room."""
        self._show_detail()

    def _show_detail(self) -> None:
        width, rows = self.billing.size
        height = 12 if rows < 32 else 24
        lines: list[Line] = [BLANK] * height
        if self._row is not None:
            lines = [*_meaning(self._row, width), *entry_detail(self._row, width, height)][:height]
        self.query_one("#detail", Sheet).show(lines)

    def command_fold(self) -> Outcome:
        """What waits, or all that was found."""
        self._all = not self._all
        self.open()
        self.query_one(RecordList).command_first()
        self.say("Questions and errors of all your days." if self._all else self.greeting())
        return True

    def on_record_list_chosen(self, message: RecordList.Chosen) -> None:
        """One sentence for each question."""
        message.stop()
        chosen: Sequence[tuple[str, Any]] = message.choices
        (option, row), *later = chosen
        message.list.keep(later)
        if option == "7" and row.subject_kind == "account":
            self.billing.open_screen("ACC020", row.subject)
        elif option == "7":
            self.warn(f"Entry {row.seq} is about {row.subject_kind} {row.subject}, no account.")
        else:
            self.billing.ask(
                ReasonScreen(f"Your answer about entry {row.seq}", _USUAL),
                lambda given: self._answer(row, later, given),
            )

    def _answer(
        self,
        row: AuditedEntry,
        later: Sequence[tuple[str, AuditedEntry]],
        given: dict[str, Any] | None,
    ) -> None:
        if given is None:
            self.say("Nothing was answered.")
            return
        desk, said = self.desk, str(given["reason"])

        def then(_none: None) -> None:
            self.open()
            self.query_one(RecordList).keep(later)
            self.say(f"Answered; {row.judge} reads it. {self.greeting()}")

        self.carry_out("saving", lambda: answer_query(desk, row.seq, said), then)


def _text(row: AuditedEntry) -> str:
    return about_text(row.subject_kind, row.subject)


def _meaning(row: AuditedEntry, width: int) -> list[Line]:
    """What an error's code means, in the policy's words."""
    if row.state not in {ItemState.ERROR, ItemState.CORRECTED}:
        return []
    meaning = read_input_policy().codes.get(row.code, "")
    told = f"{row.code}: {meaning}" if meaning else row.code
    return [((f" {part}", Role.WARNING),) for part in wrapped(told, width - 2, 1)]
