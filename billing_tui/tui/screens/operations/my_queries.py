"""AUD015 My queries: what the daily audit asks about one's own entries, and what it found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.access.trail_words import about_text, verb_text
from billing_tui.foundation.moments import day_of
from billing_tui.operations.daily_audit.day_view import AuditedEntry, my_findings, my_queries
from billing_tui.operations.daily_audit.judge_entry import answer_query
from billing_tui.operations.daily_audit.policy import read_input_policy
from billing_tui.operations.daily_audit.tables import ItemState
from billing_tui.tui.commands import BACKWARD, FOLD, FORWARD, REFRESH
from billing_tui.tui.ink import Line, Role, wrapped
from billing_tui.tui.list_screen import ListScreen
from billing_tui.tui.pages import Listed, Onward
from billing_tui.tui.record_list import Column, RecordList
from billing_tui.tui.screens.access.entry_lines import show_account
from billing_tui.tui.screens.operations.daily_rows import entry_detail
from billing_tui.tui.screens.reason import ask_why
from billing_tui.tui.shown import day_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.widget import Widget

    from billing_tui.tui.pages import Source
    from billing_tui.tui.room_screen import Outcome

_COLUMNS: tuple[Column[AuditedEntry], ...] = (
    Column("Keyed", 8, lambda row: day_text(day_of(row.at))),
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


class MyQueries(ListScreen[AuditedEntry]):
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
    detail_rows = (12, 24)
    _all = False

    def above(self) -> Iterable[Widget]:
        """Nothing; the questions come first."""
        return ()

    def make_list(self) -> RecordList[AuditedEntry]:
        """The questions."""
        return RecordList(_COLUMNS, options=_OPTIONS, key=lambda row: row.seq)

    def fill(self) -> None:
        """What waits, or what was found."""
        list_ = self.records
        list_.columns = (_STATE, *_COLUMNS) if self._all else _COLUMNS
        list_.options = _ALL_OPTIONS if self._all else _OPTIONS
        list_.default = "7" if self._all else "1"
        list_.empty = "Nothing was found." if self._all else "Nobody asks you anything."
        super().fill()

    def source(self) -> Source[AuditedEntry]:
        """Questions, or all findings, newest first."""
        return Onward(self._fetch, _text) if self._all else Listed(my_queries(self.desk), _text)

    def _fetch(self, row: AuditedEntry | None, limit: int) -> Sequence[AuditedEntry]:
        return my_findings(self.desk, after=row, limit=limit)

    def greeting(self) -> str:
        """What to do."""
        waiting = len(my_queries(self.desk))
        if not waiting:
            return "Nobody asks you anything; F11 shows what was found before."
        return "Read the question under the list; 1 and Enter answers it."

    def detail(self, row: AuditedEntry, width: int, height: int) -> list[Line]:
        """What the code means, and the entry."""
        return [*_meaning(row, width), *entry_detail(row, width, height)][:height]

    def command_fold(self) -> Outcome:
        """What waits, or all that was found."""
        self._all = not self._all
        return self.show_from_top("Questions and errors of all your days." if self._all else "")

    def on_record_list_chosen(self, message: RecordList.Chosen) -> None:
        """One sentence for each question."""
        message.stop()
        (option, row), *later = message.choices
        message.list.keep(later)
        if option == "7":
            show_account(self, f"Entry {row.seq}", row.subject_kind, row.subject)
            return
        ask_why(
            self,
            f"Your answer about entry {row.seq}",
            _USUAL,
            lambda said: self._answer(row, later, said),
            otherwise="Nothing was answered.",
        )

    def _answer(
        self, row: AuditedEntry, later: Sequence[tuple[str, AuditedEntry]], said: str
    ) -> None:
        desk = self.desk
        self.save(
            lambda: answer_query(desk, row.seq, said),
            lambda _none: f"Answered; {row.judge} reads it. {self.greeting()}",
            later=later,
        )


def _text(row: AuditedEntry) -> str:
    return about_text(row.subject_kind, row.subject)


def _meaning(row: AuditedEntry, width: int) -> list[Line]:
    """What an error's code means, in the policy's words."""
    if row.state not in {ItemState.ERROR, ItemState.CORRECTED}:
        return []
    meaning = read_input_policy().codes.get(row.code, "")
    told = f"{row.code}: {meaning}" if meaning else row.code
    return [((f" {part}", Role.WARNING),) for part in wrapped(told, width - 2, 1)]
