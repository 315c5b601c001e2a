"""BIL020 Bill review: what the audit found, the bill behind it, why it is more; accept or hold."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, ClassVar

from billing_tui.access.rights import Right
from billing_tui.billing.approve_run import approve_run, why_not
from billing_tui.billing.bill_view import draft_of, recent_bills
from billing_tui.billing.completeness import not_in_run
from billing_tui.billing.findings import FindingRow, findings, open_findings
from billing_tui.billing.review_bills import accept_finding, hold_bill, release_bill
from billing_tui.billing.runs import find_run, recent_runs
from billing_tui.billing.states import Decision, ItemState, RunState, Severity
from billing_tui.foundation.errors import NotFound, Refused
from billing_tui.foundation.money import money_text
from billing_tui.records.lookup import find_account
from billing_tui.tui.commands import BACKWARD, CONFIRM, FOLD, FORWARD, REFRESH
from billing_tui.tui.ink import Line, Role, gap, wrapped
from billing_tui.tui.list_screen import ListScreen, next_view
from billing_tui.tui.pages import Listed
from billing_tui.tui.painted import Rule, Sheet
from billing_tui.tui.record_list import Column, RecordList
from billing_tui.tui.screens.billing.bill_rows import bill_lines, change_lines
from billing_tui.tui.screens.billing.cockpit_steps import approval, left_out, own_run
from billing_tui.tui.screens.confirm import ask_first
from billing_tui.tui.screens.reason import ask_why
from billing_tui.tui.shown import cents_text, counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.widget import Widget

    from billing_tui.tui.commands import Command
    from billing_tui.tui.room_screen import Outcome

_COLUMNS: tuple[Column[FindingRow], ...] = (
    Column("Account", 9, lambda row: row.account, role=lambda _row: Role.VALUE),
    Column("Name", 17, lambda row: row.name, grows=True),
    Column(
        "Why",
        22,
        lambda row: ("! " if row.severity is Severity.ERROR else "") + row.sentence,
        grows=True,
        role=lambda row: Role.WARNING if row.severity is Severity.ERROR else Role.TEXT,
    ),
    Column("New", 8, lambda row: cents_text(row.current_cents), right=True),
    Column("Last", 8, lambda row: cents_text(row.last_cents), right=True),
)
_OPTIONS = {"2": "Accept", "4": "Hold", "5": "Display", "7": "Send back to reads"}
_OUT_OPTIONS = {"3": "Release", "5": "Display account"}
_OVER = frozenset({RunState.POSTED, RunState.PRINTED, RunState.CLOSED})
_COCKPIT = CONFIRM.called("Cockpit", "Open the cycle: its next run bills who was left out.")
_REASONS = {
    "2": (
        "Checked with the reads: the use is real",
        "The customer knows about it",
        "Leak confirmed, adjustment follows",
        "First bill, checked against the move-in",
    ),
    "4": ("Waiting for the customer", "Waiting for the field crew", "Service dates are not clear"),
    "7": ("The reading looks wrong", "The meter has to be read again", "Wrong meter at the place"),
}
_MOST = 2000
Choice = tuple[str, FindingRow]


class View(Enum):
    """What the list shows; F11 goes on to the next."""

    OPEN = "Only what is open."
    ALL = "Decided findings too: what was decided and why stands below."
    OUT = "Accounts without a bill in this run, and why; 3 releases one that is held."


class BillReview(ListScreen[FindingRow]):
    """The findings of a run that wait for a decision."""

    ident = "BIL020"
    heading = "Bill review"
    help_text = (
        "Key 2, 4 or 7 beside one or several findings and press Enter; each kind of decision needs "
        "its reason, which stays with the bills. Errors, marked !, cannot be accepted: mend the "
        "cause or hold the bill. F10 approves the run once nothing is open. F11 shows what was "
        "decided, then the accounts that get no bill: 3 releases one that is held. Those "
        "that a posted run left out are billed with the next run of their cycle; a re-read that "
        "comes late becomes history in SVO010."
    )
    commands: tuple[Command, ...] = (
        REFRESH,
        BACKWARD,
        FORWARD,
        CONFIRM.called("Approve", "Approve the run.", Right.APPROVE_RUN.value),
        FOLD.called("Turn", "What is open, decided findings too, accounts without a bill."),
    )
    option_rights: ClassVar[dict[str, Right]] = dict.fromkeys("2347", Right.AUDIT_RUN)
    detail_rows = (8, 16)
    looks_again = True

    def prepare(self) -> None:
        """The run that was named, or the newest one that is being reviewed, or the newest."""
        self._view = View.OPEN
        if self.subject:
            self._run = find_run(self.subject)
        else:
            runs = recent_runs()
            if not runs:
                raise NotFound("There is no run yet; BIL010 opens one.")
            self._run = next((run for run in runs if run.state is RunState.IN_AUDIT), runs[0])
        if left_out(self._run):
            self._view = View.OUT

    def body(self) -> Iterable[Widget]:
        """Counts, findings, the bill of the one at the cursor."""
        yield from self.above()
        yield self.make_list()
        yield Rule()
        yield Sheet(id="detail")
        yield Rule()
        yield Sheet(id="legend")

    def make_list(self) -> RecordList[FindingRow]:
        """The findings."""
        return RecordList(
            _COLUMNS,
            options=_OPTIONS,
            default="5",
            empty="Nothing waits here.",
            key=lambda row: row.id,
        )

    def fill(self) -> None:
        """Read the run and what the view is about."""
        self._run = find_run(self._run.number)
        self._left = open_findings(self._run.id)
        options = _OUT_OPTIONS if self._view is View.OUT else _OPTIONS
        if self._run.state in _OVER:
            options = {"5": options["5"]}
            self.commands = tuple(
                _COCKPIT if one.id == CONFIRM.id else one for one in self.commands
            )
            self.show_keys()
        self.records.options = options
        super().fill()

    def source(self) -> Listed[FindingRow]:
        """Findings, or accounts without a bill."""
        run_id, view = self._run.id, self._view
        rows = (
            unbilled_rows(run_id)
            if view is View.OUT
            else findings(run_id, only_open=view is View.OPEN, limit=_MOST)
        )
        return Listed(rows, lambda row: row.account)

    def legend(self) -> Line:
        """What the options mean, and how many findings are left; of accounts none are."""
        if self._view is View.OUT:
            return super().legend()
        return (*super().legend(), (f"   {sum(self._left.values())} left", Role.LABEL))

    def greeting(self) -> str:
        """What stands between the run and its approval."""
        reasons = why_not(self._run) if self._run.state is RunState.IN_AUDIT else []
        if reasons:
            return f"Before approval: {' '.join(reasons)}"
        if self._run.state is RunState.IN_AUDIT:
            return "Nothing is open: another person approves, F10."
        told = left_out(self._run)
        if told:
            return f"{told} The next one of cycle {self._run.cycle} bills them."
        return f"The run is {self._run.state.value}."

    def head(self) -> Line:
        """The run and what it holds."""
        run, left_ = self._run, self._left
        return (
            gap(1),
            (f"Run {run.number}", Role.ACCENT),
            (f"   {run.bills:,} bills {money_text(run.total_cents)}", Role.VALUE),
            (f"   {left_[Severity.WARNING]} to review", Role.TEXT),
            (f"   {run.items[ItemState.HELD]} held", Role.TEXT),
            (f"   {counted(left_[Severity.ERROR], 'error')}", _loud(left_[Severity.ERROR])),
        )

    def detail(self, row: FindingRow, width: int, height: int) -> list[Line]:
        """The finding, the bill behind it, and why it is more."""
        told = f"{row.account}  {row.name}: {row.sentence}"
        lines: list[Line] = [(gap(1), (part, Role.VALUE)) for part in wrapped(told, width - 2, 2)]
        if row.decision is not Decision.OPEN and row.reason:
            why = f"{row.decision.value.capitalize()}: {row.reason}"
            lines += [(gap(1), (part, Role.GOOD)) for part in wrapped(why, width - 2, 2)]
        bill = draft_of(self._run.id, row.account_id)
        if bill is not None:
            before = recent_bills(row.account_id, 1)
            change = change_lines(bill, before[0] if before else None, width)
            lines += bill_lines(bill, width, height - len(lines) - len(change))
            lines += change
        return lines

    # Decisions

    def on_record_list_chosen(self, message: RecordList.Chosen) -> None:
        """5 displays at once; the others one kind after the other, each with its reason."""
        message.stop()
        chosen: Sequence[Choice] = message.choices
        shown = [row for option, row in chosen if option == "5"]
        decided = [(option, row) for option, row in chosen if option in _REASONS]
        released = [row for option, row in chosen if option == "3"]
        if released:
            self._release(released)
        elif decided:
            message.list.keep(decided)
            option = decided[0][0]
            now = [row for one, row in decided if one == option]
            later = [one for one in decided if one[0] != option]
            ask_why(
                self,
                f"{_OPTIONS[option]}: {counted(len(now), 'finding')}. Why?",
                _REASONS[option],
                lambda why: self._decide(option, now, why, later),
            )
        elif shown and self._view is View.OUT:
            self.billing.open_screen("ACC020", shown[0].account)
        elif shown:
            self.billing.open_screen("BIL030", f"{shown[0].account}@{self._run.number}")

    def _release(self, rows: Sequence[FindingRow]) -> None:
        desk, number = self.desk, self._run.number

        def work() -> str:
            for row in rows:
                release_bill(desk, number, row.account_id)
            return f"{len(rows)} released; BIL010 calculates the run again."

        self.save(work, str)

    def _decide(
        self, option: str, rows: Sequence[FindingRow], reason: str, later: Sequence[Choice]
    ) -> None:
        desk, number = self.desk, self._run.number
        back = option == "7"

        def work() -> str:
            for row in rows:
                if option == "2":
                    accept_finding(desk, number, row.id, reason)
                else:
                    hold_bill(desk, number, row.account_id, reason, back_to_reads=back)
            if back:
                return f"{len(rows)} left out of the run until F11, 3 releases it: its read first."
            return f"{len(rows)} decided."

        next_ = f"{len(later)} more to go: Enter."
        told = (lambda done: f"{next_} {done}") if later else str if back else self._and_next
        self.save(work, told, later=later)

    def _and_next(self, told: str) -> str:
        return f"{told} {self.greeting()}" if self._run.state is RunState.IN_AUDIT else told

    def command_fold(self) -> Outcome:
        """What is open, decided findings too, accounts without a bill."""
        self._view = next_view(self._view)
        over = self._view is View.OUT and self._run.state in _OVER
        return self.show_from_top(self.greeting() if over else self._view.value)

    def why_not(self, command: Command) -> str:
        """A run that is not in audit, its own preparer, or a missing right."""
        missing = super().why_not(command)
        if missing or command.id != CONFIRM.id:
            return missing
        if self._run.state in _OVER:
            return ""
        if self._run.state is not RunState.IN_AUDIT:
            return f"the run is {self._run.state.value}."
        return own_run(self._run, self.desk.staff_id)

    def command_confirm(self) -> Outcome:
        """Ask, then approve the run that stands here."""
        desk, run = self.desk, self._run
        if run.state in _OVER:
            self.billing.open_screen("BIL010", run.cycle)
            return True
        reasons = why_not(run)
        if reasons:
            raise Refused(f"Run {run.number} cannot be approved: {' '.join(reasons)}")

        def work() -> str:
            approved = approve_run(desk, run.number, digest=run.register_digest)
            return f"{counted(approved.bills, 'bill')} approved; BIL010 posts them."

        ask_first(
            self,
            f"Approve run {run.number}?",
            approval(run),
            lambda: self.save(work, self._and_next, doing="approving"),
            otherwise="Nothing was done: the run is In audit.",
        )
        return True


def unbilled_rows(run_id: int) -> list[FindingRow]:
    """Accounts that the run leaves out, with the reason, in the columns of the findings."""
    return [
        FindingRow(
            id=-at,
            account_id=find_account(one.account),
            account=one.account,
            name=one.name,
            test="",
            severity=Severity.WARNING,
            sentence=one.why,
            decision=Decision.OPEN,
            reason="",
            bill_id=None,
            current_cents=None,
            last_cents=None,
        )
        for at, one in enumerate(not_in_run(run_id), 1)
    ]


def _loud(count: int) -> Role:
    return Role.WARNING if count else Role.TEXT
