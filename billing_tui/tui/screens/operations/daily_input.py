"""AUD010 Daily input audit: a day of work, the riskiest first; judge it and sign it off."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from billing_tui.access.rights import Right
from billing_tui.foundation.errors import BillingError
from billing_tui.operations.daily_audit.day_view import (
    AuditedEntry,
    audited_entries,
    clerks_of,
    corrections_of,
)
from billing_tui.operations.daily_audit.judge_entry import Verdict, judge_entry
from billing_tui.operations.daily_audit.open_day import open_day
from billing_tui.operations.daily_audit.policy import read_input_policy
from billing_tui.operations.daily_audit.sheet import sheet_of
from billing_tui.operations.daily_audit.sign_off import sign_off
from billing_tui.operations.daily_audit.status import (
    ErrorRate,
    day_beside,
    day_progress,
    error_rates,
    unaudited_days,
)
from billing_tui.tui.commands import BACKWARD, CONFIRM, FOLD, FORWARD, LIST, NEW, REFRESH
from billing_tui.tui.list_screen import ListScreen, next_view
from billing_tui.tui.pages import Listed, Onward
from billing_tui.tui.record_list import RecordList
from billing_tui.tui.screens.access.entry_lines import show_account
from billing_tui.tui.screens.choose import ChooseScreen
from billing_tui.tui.screens.confirm import ask_first
from billing_tui.tui.screens.operations.audit_jobs import sheet_job
from billing_tui.tui.screens.operations.daily_rows import (
    ENTRY_COLUMNS,
    RATE_COLUMNS,
    entry_detail,
    progress_line,
    rate_detail,
)
from billing_tui.tui.screens.operations.daily_words import (
    View,
    commands_of,
    day_choices,
    figures,
    judged,
    keyed_day,
    nothing_told,
    seen_text,
    standing,
    still_open,
)
from billing_tui.tui.screens.operations.verdict import VerdictScreen
from billing_tui.tui.shown import counted, day_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from billing_tui.tui.commands import Command
    from billing_tui.tui.ink import Line
    from billing_tui.tui.kinds import Choice
    from billing_tui.tui.pages import Source
    from billing_tui.tui.room_screen import Outcome

_OPTIONS = {"1": "OK", "2": "Query", "3": "Error", "4": "Corrected", "5": "Whole", "7": "Account"}
_VERDICTS = {"1": Verdict.OK, "2": Verdict.QUERY, "3": Verdict.ERROR, "4": Verdict.CORRECTED}
_WORDS = {verdict: _OPTIONS[option] for option, verdict in _VERDICTS.items()}
_YEAR = timedelta(days=365)


class DailyInputAudit(ListScreen[Any]):
    """Somebody else looks at the day's work, and signs it off."""

    ident = "AUD010"
    heading = "Daily input audit"
    help_text = (
        "F6 draws what is audited of a day: all that must be reviewed, the riskiest first, and a "
        "sample of each clerk's other entries. Key 1 to 4 beside one or several entries and press "
        "Enter; nobody judges their own. 5 shows an entry whole. F4 lists the days that are not "
        "signed off and the clerks of this day, F7 and F8 turn the days. F10 signs the day off "
        "once nothing is open and prints its sheet. F11 shows what was judged, then error rates."
    )
    commands: tuple[Command, ...] = (LIST, NEW, BACKWARD, FORWARD, CONFIRM, FOLD, REFRESH)
    option_rights: ClassVar[dict[str, Right]] = dict.fromkeys(_VERDICTS, Right.AUDIT_INPUT)
    looks_again = True

    def prepare(self) -> None:
        """The day that was named, with or without a clerk; else the newest unsigned one."""
        self._view = View.OPEN
        self._clerk = ""
        self._rates: tuple[ErrorRate, ...] = ()
        self._unsigned = unaudited_days(self.desk)
        today = self.desk.business_day
        self._day = self._unsigned[-1].day if self._unsigned else today - timedelta(days=1)
        for word in self.subject.split():
            if word[0].isdigit() or word[0] in "+-":
                self._day = keyed_day(word, today)
            else:
                self._clerk = word.lower()

    def make_list(self) -> RecordList[Any]:
        """The entries, or error rates."""
        return RecordList(ENTRY_COLUMNS, options=_OPTIONS, default="5", key=_key, leaves=True)

    def fill(self) -> None:
        """Read the day, or the rates of a year."""
        self._progress = day_progress(self.desk, self._day)
        self.commands = commands_of(self._progress)
        list_ = self.records
        list_.columns = RATE_COLUMNS if self._view is View.RATES else ENTRY_COLUMNS
        list_.options = {} if self._view is View.RATES else _OPTIONS
        list_.empty = nothing_told(self._view, self._progress)
        super().fill()

    def source(self) -> Source[Any]:
        """Entries, the riskiest first, or a rate for each clerk."""
        if self._view is not View.RATES:
            return Onward(self._fetch, lambda row: row.clerk)
        today = self.desk.business_day
        self._rates = error_rates(self.desk, today - _YEAR, today)
        return Listed(self._rates, lambda row: row.clerk)

    def head(self) -> Line:
        """How far the day is."""
        return progress_line(self._progress, self._clerk)

    def _fetch(self, row: AuditedEntry | None, limit: int) -> Sequence[AuditedEntry]:
        return audited_entries(
            self.desk,
            self._day,
            clerk=self._clerk,
            only_open=self._view is View.OPEN,
            after=row,
            limit=limit,
        )

    def greeting(self) -> str:
        """What to do with this day, and which other days wait."""
        others = [one for one in self._unsigned if one.day != self._day]
        more = ""
        if others:
            oldest = f"up to {counted(others[0].age_days, 'day')} old"
            more = f" {counted(len(others), 'other day')} open, {oldest}: F4."
        return f"{standing(self._progress)}{more}"

    def why_not(self, command: Command) -> str:
        """Nothing to draw, or nothing to sign."""
        missing = super().why_not(command)
        found = self._progress
        if missing or command.id not in {NEW.id, CONFIRM.id}:
            return missing
        if command.id == CONFIRM.id:
            return "" if found.rounds else "nothing was drawn yet; F6 draws."
        if not found.waiting:
            return f"every entry of {day_text(found.day)} is taken up."
        if found.rounds and not found.signed_by:
            return "late entries are taken up once what was drawn is signed off."
        return ""

    def why_not_option(self, option: str) -> str:
        """One's own entry, a signed day, or a missing right."""
        missing, row = super().why_not_option(option), self.records.row
        if missing or option not in _VERDICTS or not isinstance(row, AuditedEntry):
            return missing
        if row.clerk == self.desk.username:
            return "Nobody judges what they keyed."
        return "The day is signed off." if row.signed else ""

    def detail(self, row: AuditedEntry | ErrorRate, width: int, height: int) -> Sequence[Line]:
        """The entry before and after, or the rates of the clerk."""
        if isinstance(row, AuditedEntry):
            return entry_detail(row, width, height)
        return rate_detail(row, self._rates, width, height)

    # Days

    def command_backward(self) -> Outcome:
        """The day before on which something was keyed."""
        return self._turn(later=False)

    def command_forward(self) -> Outcome:
        """The day after on which something was keyed."""
        return self._turn(later=True)

    def command_refresh(self) -> Outcome:
        """Read the day again, and say how it stands."""
        super().command_refresh()
        self.say(f"Refreshed. {standing(self._progress)}")
        return True

    def _turn(self, *, later: bool) -> Outcome:
        found = day_beside(self.desk, self._day, later=later)
        if found is None:
            return f"Nothing was keyed {'later' if later else 'earlier'} that could be audited."
        self._go_to(found, self._clerk)
        return True

    def _go_to(self, day: date, clerk: str) -> None:
        self._day, self._clerk = day, clerk
        self._view = View.OPEN if self._view is View.RATES else self._view
        self.show_from_top()

    def command_list(self) -> Outcome:
        """Days that are not signed off, with their age; then the clerks of this day."""
        self._unsigned = unaudited_days(self.desk)
        choices = day_choices(self._unsigned, self._day, clerks_of(self.desk, self._day))
        if not choices:
            return "Every day before today is signed off."

        def chosen(one: Choice | None) -> None:
            if one is None:
                return
            if one.code[0].isdigit():
                self._go_to(keyed_day(one.code, self.desk.business_day), "")
            else:
                self._go_to(self._day, "" if one.code == "all" else one.code)

        self.billing.ask(ChooseScreen("Days and clerks", choices), chosen)
        return True

    def command_new(self) -> Outcome:
        """Draw what is audited of the day."""
        desk, day = self.desk, self._day

        def then(told: str) -> None:
            self._view = View.OPEN
            self.open()
            self.show_keys()
            self.say(told)

        def work() -> str:
            drawn = open_day(desk, day)
            return (
                f"{drawn.must:,} of {drawn.entries:,} must be reviewed, {drawn.sampled:,} were "
                "drawn by chance."
            )

        self.carry_out("drawing", work, then)
        return True

    def command_fold(self) -> Outcome:
        """What has no verdict, all that was drawn, error rates."""
        self._view = next_view(self._view)
        self.show_from_top(seen_text(self._view, self._progress))
        return True

    # Verdicts

    def on_record_list_chosen(self, message: RecordList.Chosen) -> None:
        """OKs at once; then what needs a word, one kind of verdict after the other."""
        message.stop()
        chosen: Sequence[tuple[str, Any]] = message.choices
        judged = [one for one in chosen if one[0] in _VERDICTS]
        if not judged:
            self._display(*chosen[0])
            return
        message.list.keep(judged)
        right = [row for option, row in judged if option == "1"]
        worded = [one for one in judged if one[0] != "1"]
        if right:
            self._judge(Verdict.OK, right, {}, later=worded)
            return
        option = worded[0][0]
        verdict = _VERDICTS[option]
        rows = [row for other, row in worded if other == option]
        rows = rows[:1] if verdict is Verdict.CORRECTED else rows
        later = [one for one in worded if one[1] not in rows]
        self._ask(verdict, rows, later)

    def _display(self, option: str, row: Any) -> None:
        if option == "5" and isinstance(row, AuditedEntry):
            self.billing.open_screen("AUD031", str(row.seq))
        elif option == "7":
            show_account(self, f"Entry {row.seq}", row.subject_kind, row.subject)

    def _ask(
        self, verdict: Verdict, rows: list[AuditedEntry], later: Sequence[tuple[str, AuditedEntry]]
    ) -> None:
        about = f"entry {rows[0].seq}" if len(rows) == 1 else f"{len(rows)} entries"
        found = corrections_of(self.desk, rows[0].seq) if verdict is Verdict.CORRECTED else ()
        codes = read_input_policy().codes

        def given(values: dict[str, Any] | None) -> None:
            if values is None:
                self.say("Nothing was judged; the options still stand.")
            else:
                self._judge(verdict, rows, values, later=later)

        word = f"{verdict.value.capitalize()}: {about}"
        self.billing.ask(VerdictScreen(verdict, word, codes, found, told=judged(rows)), given)

    def _judge(
        self,
        verdict: Verdict,
        rows: Sequence[AuditedEntry],
        values: dict[str, Any],
        *,
        later: Sequence[tuple[str, AuditedEntry]],
    ) -> None:
        desk = self.desk

        def work() -> None:
            for row in rows:
                judge_entry(desk, row.seq, verdict, seen=row.state, **values)

        def told(_none: None) -> str:
            next_ = f"{len(later)} more to go: Enter. " if later else standing(self._progress)
            return f"{len(rows)} judged {_WORDS[verdict]}. {next_}"

        self.save(work, told, later=later)

    # Signing off

    def command_confirm(self) -> Outcome:
        """Sign the day off, or print the sheet of a signed one."""
        desk, day = self.desk, self._day
        if self._progress.signed_by:
            self._print("")
            return True
        if self._progress.judged < self._progress.drawn:
            return still_open(self._progress)

        ask_first(
            self,
            f"Sign {day_text(day)} off?",
            figures(sheet_of(day)),
            lambda: self.carry_out(
                "signing", lambda: sign_off(desk, day), lambda _: self._signed()
            ),
            otherwise="Nothing was signed.",
        )
        return True

    def _signed(self) -> None:
        self._unsigned = unaudited_days(self.desk)
        self.open()
        self.show_keys()
        self._print(f"{day_text(self._day)} is signed off. ")

    def _print(self, told: str) -> None:
        title = f"Printing the sheet of {day_text(self._day)}"
        try:
            self.billing.start_job(title, sheet_job(self.desk, self._day))
        except BillingError as error:
            self.say(f"{told}{error.sentence} F10 prints the sheet later.")


def _key(row: Any) -> object:
    return row.seq if isinstance(row, AuditedEntry) else row
