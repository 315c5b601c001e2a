"""AUD030 Trail: who did what to what, when and why; searched, looked into, exported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.access.export_trail import export_trail
from billing_tui.access.rights import Right
from billing_tui.access.trail import link_of
from billing_tui.access.trail_search import TrailQuery, search_trail
from billing_tui.access.trail_words import about_text, verb_text
from billing_tui.foundation.errors import BillingError
from billing_tui.foundation.moments import column_moment
from billing_tui.tui.commands import BACKWARD, CONFIRM, FORWARD, LIST, REFRESH
from billing_tui.tui.ink import Line, Role, Span
from billing_tui.tui.list_screen import ListScreen
from billing_tui.tui.pages import PAGE, Onward
from billing_tui.tui.painted import Rule
from billing_tui.tui.record_list import Column, RecordList
from billing_tui.tui.screens.access.entry_lines import head_lines, show_account, shown_fields
from billing_tui.tui.screens.access.trail_form import TrailForm
from billing_tui.tui.screens.confirm import ask_first
from billing_tui.tui.shown import counted
from billing_tui.tui.side_by_side import side_by_side

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from textual.widget import Widget

    from billing_tui.access.desk import Desk
    from billing_tui.access.trail_search import TrailLine
    from billing_tui.tui.entry import Entry
    from billing_tui.tui.form import Form
    from billing_tui.tui.jobs import Progress
    from billing_tui.tui.room_screen import Outcome

_COLUMNS: tuple[Column[TrailLine], ...] = (
    Column("Entry", 7, lambda row: str(row.seq), right=True),
    Column("Moment", 14, lambda row: column_moment(row.at)),
    Column("Person", 8, lambda row: row.person),
    Column("What", 17, lambda row: verb_text(row.verb), grows=True, role=lambda _row: Role.VALUE),
    Column("About", 15, lambda row: about_text(row.subject_kind, row.subject), grows=True),
    Column("Why", 20, lambda row: row.why, grows=True, extra=100),
)
_OPTIONS = {"5": "Whole", "7": "Account"}


class Trail(ListScreen["TrailLine"]):
    """The audit trail, newest first, a page at a time."""

    ident = "AUD030"
    heading = "Trail"
    help_text = (
        "Each field narrows the search as soon as Enter leaves it; empty ones do not count. F8 "
        "goes from any of them to the list, as Enter does on the last one. 5 shows an entry whole, "
        "7 the account it is about. The chain of the entry at the cursor is computed anew. F10 "
        "exports all that fits into the office's folder `exports`; the export is itself in the "
        "trail."
    )
    commands = (
        LIST,
        BACKWARD,
        FORWARD,
        CONFIRM.called("Export", "Export all that fits as CSV.", Right.READ_TRAIL.value),
        REFRESH,
    )
    detail_rows = (8, 20)
    opening = "Key what narrows the search; Enter goes on, F8 goes to the list."

    def prepare(self) -> None:
        """Nothing is known yet."""
        self._query = TrailQuery()
        self._due = False
        self._ahead: Sequence[TrailLine] | None = None

    def above(self) -> Iterable[Widget]:
        """The form."""
        yield TrailForm(self.desk.business_day, self._understood)
        yield Rule()

    def make_list(self) -> RecordList[TrailLine]:
        """What fits."""
        return RecordList(
            _COLUMNS, options=_OPTIONS, empty="Nothing fits.", key=lambda row: row.seq
        )

    def on_mount(self) -> None:
        """Start from the account or the words that were keyed with the screen."""
        if self.subject:
            name = "account" if self.subject[0].isdigit() else "words"
            self.query_one(TrailForm).entry(name).put(self.subject)
            try:
                self.query_one(TrailForm).entry(name).read()
            except BillingError as error:
                self.refuse(error)

    def source(self) -> Onward[TrailLine]:
        """What fits the form now."""
        self._query = self.query_one(TrailForm).asked
        return Onward(self._fetch, lambda row: row.person)

    def _fetch(self, row: TrailLine | None, limit: int) -> Sequence[TrailLine]:
        if row is None and self._ahead is not None:
            first, self._ahead = self._ahead, None
            return first[:limit]
        before = row.seq if row is not None else None
        return search_trail(self.desk, self._query, before=before, size=limit).lines

    # The form

    def _understood(self, _entry: Entry) -> None:
        """Search once for all fields that were read by then, those that Tab went over too."""
        if not self._due:
            self._due = True
            self.call_later(self._search)

    def _search(self) -> None:
        self._due = False
        form = self.query_one(TrailForm)
        try:
            form.read_passed_over()
        except BillingError as error:
            self.refuse(error)
            return
        if form.asked == self._query:
            return
        self._ask(self._show_found)

    def _ask(self, then: Callable[[], object]) -> None:
        """Search beside the screen, which says so and holds the keys; a long trail takes a while.

        Args:
            then: lists the first page, which is at hand by then.
        """
        desk, asked = self.desk, self.query_one(TrailForm).asked

        def found(lines: Sequence[TrailLine]) -> None:
            self._ahead = lines
            then()

        self.carry_out("searching", lambda: search_trail(desk, asked, size=PAGE).lines, found)

    def _show_found(self) -> None:
        self.records.command_first()
        self.open()
        self.say(self._found())

    def command_refresh(self) -> Outcome:
        """Search again; the cursor stays where it was."""
        self._ask(super().command_refresh)
        return True

    def _found(self) -> str:
        asked = ", ".join(self.query_one(TrailForm).told(self._query))
        if self.records.row is None:
            listed = self._query.field or self._query.subject_kind or self._query.verb
            more = "; F4 in a field lists its words" if listed else ""
            return f"Nothing fits {asked}{more}."
        return f"What fits {asked}, newest first." if asked else "All entries, newest first."

    def command_forward(self) -> Outcome:
        """Go from the form to what is found; in the list the key pages."""
        if self.records.has_focus:
            return False
        self.query_one(TrailForm).values()
        self.records.focus()
        return True

    def on_form_completed(self, message: Form.Completed) -> None:
        """Go to what was found."""
        message.stop()
        self.records.focus()

    # The list

    def detail(self, row: TrailLine, width: int, height: int) -> list[Line]:
        """The entry, what stands of its chain, before and after."""
        link = link_of(row.seq)
        state: Span = (link.sentence.partition(":")[0], Role.GOOD if link.whole else Role.ERROR)
        lines = head_lines(row, row.person, width, end=state)
        return [*lines, *side_by_side(shown_fields(row), width, height - len(lines))]

    def on_record_list_chosen(self, message: RecordList.Chosen) -> None:
        """Show one after the other."""
        message.stop()
        (option, row), *later = message.choices
        message.list.keep(later)
        if option == "5":
            self.billing.open_screen("AUD031", str(row.seq))
        else:
            show_account(self, f"Entry {row.seq}", row.subject_kind, row.subject)

    # Export

    def command_confirm(self) -> Outcome:
        """Export all that fits; what was keyed and not read yet is read first."""
        form = self.query_one(TrailForm)
        form.values()
        query = form.asked
        asked = ", ".join(form.told(query)) or "everything"
        told = ["All entries that fit leave the office's records as a CSV file:", asked]

        def export() -> None:
            try:
                self.billing.start_job("Exporting the trail", _export(self.desk, query))
            except BillingError as error:
                self.refuse(error)

        ask_first(self, "Export the trail?", told, export, otherwise="Nothing was exported.")
        return True


def _export(desk: Desk, query: TrailQuery) -> Callable[[Progress], str]:
    def work(progress: Progress) -> str:
        done = export_trail(desk, query, progress=progress)
        return f"{counted(done.entries, 'entry')} in {done.path}."

    return work
