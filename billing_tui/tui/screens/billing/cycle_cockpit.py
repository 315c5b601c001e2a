"""BIL010 Cycle cockpit: from reads to printed bills, step by step, with the next one on F10."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from billing_tui.billing.findings import open_findings
from billing_tui.foundation.errors import BillingError
from billing_tui.foundation.money import money_text
from billing_tui.tui.commands import BACKWARD, CONFIRM, FORWARD, NEW, REFRESH
from billing_tui.tui.ink import Line, Role, gap, left
from billing_tui.tui.painted import Rule, Sheet
from billing_tui.tui.record_list import Column, RecordList
from billing_tui.tui.room_screen import RoomScreen
from billing_tui.tui.screens.billing.cockpit_jobs import give_up, job_of, upload_job
from billing_tui.tui.screens.billing.cockpit_steps import (
    ASKED,
    RIGHTS,
    Move,
    Work,
    accounts_told,
    given_up,
    left_out,
    next_move,
    own_run,
    posting_reads,
    steps,
    works,
)
from billing_tui.tui.screens.confirm import ConfirmScreen
from billing_tui.tui.screens.metering.upload_reads import UploadReads
from billing_tui.tui.screens.reason import ask_why
from billing_tui.tui.shown import counted, day_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.widget import Widget

    from billing_tui.tui.commands import Command
    from billing_tui.tui.room_screen import Outcome


def _state(work: Work) -> str:
    if work.run is not None:
        return work.run.state.value
    return f"Reads {work.upload.state.lower()}" if work.upload else "-"


_COLUMNS: tuple[Column[Work], ...] = (
    Column("Cycle", 6, lambda work: work.cycle, role=lambda _work: Role.VALUE),
    Column("Reading", 8, lambda work: work.instance),
    Column("Read on", 8, lambda work: day_text(work.read_day)),
    Column("Run", 12, lambda work: work.run.number if work.run else "-", grows=True),
    Column("State", 13, _state, grows=True),
    Column("Bills", 7, lambda work: f"{work.run.bills:,}" if work.run else "-", right=True),
    Column(
        "Charges",
        12,
        lambda work: money_text(work.run.total_cents) if work.run else "-",
        right=True,
    ),
)

_GIVE_UP = NEW.called("Give up", "Cancel the run or the upload at the cursor: nothing is posted.")
_NOT_BILLED = CONFIRM.called("Not billed", "Show who got no bill in this run, and why.")
_WHY_GIVEN_UP = ("The file belongs to another cycle", "The file was incomplete", "Begun by mistake")
_NOTHING = "No cycle is in the calendar yet: `billing-tui run plan` puts its reading there."


class CycleCockpit(RoomScreen):
    """Where each cycle stands, and the one key that takes it a step further."""

    ident = "BIL010"
    heading = "Cycle cockpit"
    help_text = (
        "The cursor chooses a cycle, above stand its steps. F10 does the next step: checks and "
        "posts reads, opens, calculates, audits, approves, posts and prints the run. Long steps "
        "go on while you work elsewhere; the message line says when they are done. F6 gives up a "
        "run, or an upload, that is not posted."
    )
    commands: tuple[Command, ...] = (REFRESH, _GIVE_UP, BACKWARD, FORWARD, CONFIRM)

    def body(self) -> Iterable[Widget]:
        """Days, steps, cycles."""
        yield Sheet(id="days")
        yield Rule()
        yield Sheet(id="steps")
        yield Rule()
        yield RecordList(_COLUMNS, empty=_NOTHING)

    def prepare(self) -> None:
        """Nothing is chosen yet."""
        self._left = False
        self._work: Work | None = None
        self._uploading: tuple[Work, dict[str, Any]] | None = None

    def on_screen_suspend(self) -> None:
        """Another screen comes in front."""
        self._left = True

    def on_screen_resume(self) -> None:
        """Back from a screen in which something may have been settled."""
        if self._left:
            self._left = False
            self.open()
            self.say(self.greeting())

    def open(self) -> None:
        """Read where the cycles stand; keep the one that was chosen."""
        found = works()
        wanted = (self._work.cycle, self._work.instance) if self._work else (self.subject, "")
        chosen = [work for work in found if wanted[0] == work.cycle]
        chosen = [work for work in chosen if work.instance == wanted[1]] or chosen
        self._work = chosen[0] if chosen else (found[0] if found else None)
        list_: RecordList[Work] = self.query_one(RecordList)
        list_.show_rows(found, lambda work: work.cycle, at=self._work)
        self._show()

    def greeting(self) -> str:
        """What comes next."""
        job = self.billing.jobs.current
        if job is not None:
            return job.sentence
        return _advice(self._work) if self._work else _NOTHING

    def on_record_list_moved(self, message: RecordList.Moved) -> None:
        """Show the steps of the cycle at the cursor."""
        message.stop()
        if message.row != self._work:
            self._work = message.row
            self._show()
            self.say(self.greeting())

    def on_record_list_chosen(self, message: RecordList.Chosen) -> None:
        """Enter only says what comes next; F10 does it."""
        message.stop()
        self.say(self.greeting())

    def _show(self) -> None:
        work = self._work
        if work is None:
            return
        given = given_up(work)
        self.commands = (
            REFRESH,
            *([replace(_GIVE_UP, right=given[1].value)] if given else []),
            BACKWARD,
            FORWARD,
            *self._next_step(work),
        )
        self.show_keys()
        self.query_one("#days", Sheet).show([_days(work)])
        self.query_one("#steps", Sheet).show(_step_lines(work))

    @staticmethod
    def _next_step(work: Work) -> tuple[Command, ...]:
        """F10: the next step; of a cycle that is done, who got no bill, if anybody."""
        move = next_move(work)
        if move is not Move.NOTHING:
            return (CONFIRM.called(move.value, "Do the next step.", RIGHTS[move].value),)
        return (_NOT_BILLED,) if work.run and left_out(work.run) else ()

    def why_not(self, command: Command) -> str:
        """A job that is under way, or a missing right."""
        job = self.billing.jobs.current
        if job is not None and command.id in {CONFIRM.id, _GIVE_UP.id}:
            return job.sentence
        if command.id == CONFIRM.id:
            if self._work is None or not self._next_step(self._work):
                return "nothing is left to do for this cycle."
            if next_move(self._work) is Move.APPROVE and self._work.run is not None:
                own = own_run(self._work.run, self.desk.staff_id)
                return super().why_not(command) or own
        return super().why_not(command)

    # The next step

    def command_confirm(self) -> Outcome:
        """Do the next step of the cycle at the cursor."""
        work = self._work
        if work is None:
            return False
        move = next_move(work)
        if move is Move.CLEAR:
            self.billing.open_screen("RDG020", str(work.upload.upload_id) if work.upload else "")
        elif move in {Move.REVIEW, Move.NOTHING} and work.run:
            self.billing.open_screen("BIL020", work.run.number)
        elif move is Move.UPLOAD:
            self._ask_file(work)
        elif told := _question(move, work):
            what = f"run {work.run.number}" if work.run else f"of cycle {work.cycle}"
            question = ConfirmScreen(f"{move.value} {what}?", told)
            self.billing.ask(question, lambda yes: self._confirmed(move, work, yes=yes))
        else:
            self._start(move, work)
        return True

    def _confirmed(self, move: Move, work: Work, *, yes: bool) -> None:
        if not yes:
            state = f"the run is {_state(work)}" if work.run else "the reads wait"
            self.say(f"Nothing was done: {state}.")
            return
        try:
            self._start(move, work)
        except BillingError as error:
            self.refuse(error)

    def _start(self, move: Move, work: Work) -> None:
        self._uploading = None
        titled = f"{move.value} {work.run.number if work.run else work.cycle}"
        self.billing.start_job(titled, job_of(move, work, self.desk))
        self.show_keys()

    def _ask_file(self, work: Work, refused: str = "", **given: Any) -> None:
        """Ask for the file of this reading, again with what was given where it was refused."""

        def upload(given: dict[str, Any] | None) -> None:
            if given is None:
                return
            self._uploading = (work, given)
            job = upload_job(self.desk, work, given["file"], given["layout"])
            self.billing.start_job(f"Uploading {given['file'].name}", job)
            self.show_keys()

        window = UploadReads(work.cycle, work.instance, self.desk.home, refused, given)
        self.billing.ask(window, upload)

    # Giving up

    def command_new(self) -> Outcome:
        """Cancel what is not posted, with the reason; the run first, then the upload."""
        work = self._work
        given = given_up(work) if work is not None else None
        if work is None or given is None:
            return False

        def cancel(why: str) -> None:
            self.carry_out("cancelling", lambda: give_up(self.desk, work, why), self._given_up)

        keep = "Nothing was given up."
        ask_why(self, f"Give up {given[0]}", _WHY_GIVEN_UP, cancel, otherwise=keep)
        return True

    def _given_up(self, told: str) -> None:
        self.open()
        self.say(told)

    def job_moved(self, sentence: str) -> None:
        """Show how far it is."""
        self.say(sentence)

    def job_ended(self, sentence: str, *, good: bool) -> None:
        """Show what stands now."""
        uploading, self._uploading = self._uploading, None
        self.open()
        super().job_ended(sentence, good=good)
        if uploading is not None and not good:
            work, given = uploading
            self._ask_file(work, sentence, **given)


def _question(move: Move, work: Work) -> tuple[str, ...]:
    """What a step asks before it is done; empty where it asks nothing."""
    if move in ASKED and work.run:
        return ASKED[move](work.run)
    if move is Move.POST_READS and work.upload:
        return posting_reads(work.upload)
    return ()


def _days(work: Work) -> Line:
    return (
        gap(1),
        (f"Cycle {work.cycle}", Role.ACCENT),
        (f"  {work.instance}", Role.VALUE),
        ("     read ", Role.LABEL),
        (day_text(work.read_day), Role.VALUE),
        ("   bill ", Role.LABEL),
        (day_text(work.bill_day), Role.VALUE),
        ("   due ", Role.LABEL),
        (day_text(work.due_day), Role.VALUE),
    )


def _step_lines(work: Work) -> list[Line]:
    lines: list[Line] = []
    told = steps(work)
    current = next((at for at, step in enumerate(told) if not step.done), len(told))
    for at, step in enumerate(told):
        mark = "x" if step.done else ">" if at == current else " "
        role = Role.VALUE if at == current else Role.TEXT
        lines.append(
            (
                gap(1),
                (f"{mark} ", Role.GOOD if step.done else Role.ACCENT),
                left(f"{at + 1} {step.name}", 14, role),
                (step.told, role if step.done or at == current else Role.LABEL),
            )
        )
    accounts, adds_up = accounts_told(work)
    return [*lines, (gap(3), (accounts, Role.TEXT if adds_up else Role.WARNING))]


def _advice(work: Work) -> str:
    move = next_move(work)
    run = work.run
    if move is Move.CLEAR and work.upload is not None:
        waiting = counted(work.upload.open_exceptions, "exception")
        return f"{waiting} of the reads must be settled first: F10 opens them."
    if move is Move.REVIEW and run is not None:
        left_ = sum(open_findings(run.id).values())
        return f"{counted(left_, 'finding')} to decide: F10 opens the bill review."
    if move is Move.NOTHING:
        told = left_out(run) if run is not None else ""
        return f"{told} F10 shows them." if told else "This cycle is done."
    return f"Next: F10 {move.value.lower()}."
