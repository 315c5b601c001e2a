"""BIL040 Bill question: why the bill is what it is, likely causes, what to do about it."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any

from billing_tui.access.rights import Right
from billing_tui.billing.bill_question import bill_question
from billing_tui.customer_care.kinds import Channel, Outcome as Ended
from billing_tui.customer_care.log_contact import SpokenWith, log_contact
from billing_tui.foundation.errors import Refused
from billing_tui.records.lookup import account_summary
from billing_tui.service_orders.issue_order import OrderForm, issue_order
from billing_tui.service_orders.kinds import OrderType
from billing_tui.tui.commands import BACKWARD, CONFIRM, FOLD, FORWARD, NEW
from billing_tui.tui.ink import Role
from billing_tui.tui.kinds import Choice
from billing_tui.tui.painted import Rule, Sheet
from billing_tui.tui.record_list import Column, RecordList
from billing_tui.tui.room_screen import RoomScreen
from billing_tui.tui.screens.billing import question_lines as told
from billing_tui.tui.screens.billing.question_windows import (
    CallWindow,
    LetterWindow,
    OrderWindow,
)
from billing_tui.tui.screens.choose import ChooseScreen
from billing_tui.tui.shown import day_text, usage_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from textual.events import Resize
    from textual.widget import Widget

    from billing_tui.billing.bill_question import BillQuestion
    from billing_tui.billing.question.case import Cause
    from billing_tui.billing.question.evidence import ReadOnFile
    from billing_tui.documents.reply_letter import SentLetter
    from billing_tui.service_orders.orders import OrderLine
    from billing_tui.tui.room_screen import Outcome
    from billing_tui.tui.screens.billing.question_lines import PartRow

_PARTS: tuple[Column[PartRow], ...] = (
    Column("What changed", 13, lambda row: row.label, role=lambda row: row.role),
    Column("Last bill", 10, lambda row: told.cents_or_dash(row.last), right=True),
    Column("Last year", 10, lambda row: told.cents_or_dash(row.year), right=True),
    Column("In words", 30, lambda row: row.told, grows=True),
)
_CAUSES: tuple[Column[Cause], ...] = (
    Column("Score", 5, lambda row: str(row.score), right=True),
    Column("Likely cause", 24, lambda row: row.title, role=lambda _row: Role.VALUE),
    Column("Evidence", 34, lambda row: row.evidence, grows=True),
)
_READS: tuple[Column[ReadOnFile], ...] = (
    Column("Read on", 8, lambda row: day_text(row.day)),
    Column("Meter", 10, lambda row: row.meter),
    Column("Reading", 9, lambda row: f"{row.reading:,}", right=True),
    Column("How", 14, told.read_how, grows=True),
    Column("Days", 4, lambda row: str(row.days or "-"), right=True),
    Column("Use", 10, lambda row: usage_text(row.usage_milli, row.unit), right=True),
    Column("A day", 7, told.per_day, right=True),
)
_HIGH_USE = "H"


class View(Enum):
    """What the list shows; F11 goes on to the next."""

    PARTS = "What changed: each line is told in words below."
    CAUSES = "Likely causes, best supported first; the score is explained in the help."
    READS = "Two years of reads, newest first."


class BillQuestionScreen(RoomScreen):
    """Why a bill is high, on one screen."""

    ident = "BIL040"
    heading = "Bill question"
    help_text = (
        "The answer stands at the top. The list tells what changed against the last bill and that "
        "of a year ago, to the cent. Read the sentence under it to the caller; Enter tells the "
        "same against a year ago. A cause is named only where something on file speaks for it; "
        "its score, 0 to 100, is the strength of that evidence times the share of the difference "
        "that it explains. F11 turns to the causes and to the reads. F6 sends the crew, logs the "
        "call, credits a leak; F10 prints the reply."
    )
    commands = (
        NEW.called("Do", "Verify the read, send the crew, log the call, adjust a leak."),
        BACKWARD,
        FORWARD,
        CONFIRM.called("Letter", "Print the reply to the customer.", Right.PRINT_BILLS.value),
        FOLD.called("Turn", "What changed, likely causes, reads."),
    )

    def prepare(self) -> None:
        """Find the bill: by its number, or the newest one of an account."""
        if not self.subject:
            raise Refused("Which bill? Key its number, or an account's.", field="way")
        self._question: BillQuestion = bill_question(self.subject)
        self._view = View.PARTS

    def body(self) -> Iterable[Widget]:
        """Head with the answer, list, what is told about its line, chart and causes."""
        yield Sheet(id="head")
        yield Rule()
        yield RecordList(_PARTS, empty="There is no bill to compare with.")
        yield Rule("To read out")
        yield Sheet(id="told")
        yield Rule("Use by period, and likely causes")
        yield Sheet(id="lower")

    def open(self) -> None:
        """Work the answer out, from what is on file now."""
        asked = self._question.instead_of or self._question.bill
        self._question = bill_question(asked.title)
        bill = self._question.bill
        self._account = account_summary(bill.account_id, self.desk.business_day)
        self._show_view()
        self._lay_out()

    def greeting(self) -> str:
        """What to do first."""
        asked = self._question.instead_of
        if asked is not None:
            return f"{asked.title} was cancelled; this is {self._question.bill.title} in its place."
        best = self._question.causes[:1]
        if best and best[0].order is not None:
            return f"{best[0].title}: F6 issues a {best[0].order.value} order."
        return "Read the lines out; F11 turns to causes and reads, F6 sends the crew."

    def _show_view(self) -> None:
        list_: RecordList[Any] = self.query_one(RecordList)
        question = self._question
        shown: dict[View, tuple[tuple[Column[Any], ...], Sequence[Any]]] = {
            View.PARTS: (_PARTS, told.part_rows(question)),
            View.CAUSES: (_CAUSES, question.causes),
            View.READS: (_READS, question.evidence.reads),
        }
        list_.columns, rows = shown[self._view]
        list_.show_rows(rows, str)
        if not rows:
            self._tell("")

    def _lay_out(self) -> None:
        width, height = self.billing.size
        head = told.head_lines(self._question, self._account, width)
        self.query_one("#head", Sheet).show(head)
        rows = 6 if height < 32 else 13
        self.query_one("#lower", Sheet).show(told.lower_lines(self._question, width, rows))

    def on_resize(self, _event: Resize) -> None:
        """Lay the lines out for the new width."""
        if hasattr(self, "_account"):
            self._lay_out()

    def _tell(self, sentence: str) -> None:
        width, height = self.billing.size
        lines = told.told_lines(sentence, width, 2 if height < 32 else 3)
        self.query_one("#told", Sheet).show(lines)

    def on_record_list_moved(self, message: RecordList.Moved) -> None:
        """Tell the line at the cursor in words."""
        message.stop()
        self._tell(self._words(message.row))

    def _words(self, row: Any) -> str:
        if self._view is View.PARTS:
            return str(row.told)
        return str(row.evidence) if self._view is View.CAUSES else told.read_told(row)

    def on_record_list_chosen(self, message: RecordList.Chosen) -> None:
        """Enter says the line against a year ago; of causes and reads, what stands there."""
        message.stop()
        row = message.choices[0][1]
        self.say(row.in_year if self._view is View.PARTS else self._words(row))

    def command_fold(self) -> Outcome:
        """What changed, likely causes, reads."""
        views = [*View]
        self._view = views[(views.index(self._view) + 1) % len(views)]
        self._show_view()
        self.say(self._view.value)
        return True

    # What to do about it

    def command_new(self) -> Outcome:
        """List what can be done, and do it."""
        doing: dict[str, tuple[str, Callable[[], None]]] = {
            "1": ("Verify the read: two years of reads", self._verify),
            "2": ("Re-read order", lambda: self._order(OrderType.REREAD)),
            "3": ("Leak-check order", lambda: self._order(OrderType.LEAK_CHECK)),
            "4": ("Meter-test order", lambda: self._order(OrderType.TEST)),
            "5": ("Log the call", self._log),
            "6": ("Reply letter", self._letter),
            "7": ("Leak adjustment", lambda: self._open("BIL060", "leak")),
            "8": ("The bill, line by line", lambda: self._open("BIL030", "")),
            "9": ("Letters sent about it: print again", self._again),
        }

        def chosen(choice: Choice | None) -> None:
            if choice is not None:
                doing[choice.code][1]()

        choices = [Choice(code, words) for code, (words, _) in doing.items()]
        word = f"What is to be done about {self._question.bill.title}"
        self.billing.ask(ChooseScreen(word, choices), chosen)
        return True

    def _verify(self) -> None:
        self._view = View.READS
        self._show_view()
        self.say(self._view.value)

    def _open(self, ident: str, template: str) -> None:
        bill = self._question.bill
        subject = f"{bill.account} {template} {bill.title}" if template else bill.title
        self.billing.open_screen(ident, subject)

    def _order(self, type_: OrderType) -> None:
        may = self.desk.why_not(Right.KEEP_RECORDS)
        if may:
            self.warn(may)
            return
        desk, bill = self.desk, self._question.bill
        window = OrderWindow(type_, desk.business_day, f"Bill {bill.title}: asked why it is high")

        def answered(given: dict[str, Any] | None) -> None:
            if given is None:
                self.say("No order was issued.")
                return
            form = OrderForm(
                type=type_,
                location_id=self._account.location.location_id,
                account_id=bill.account_id,
                need_by=given["need_by"],
                priority=int(given["priority"]),
                remarks=given["remarks"],
            )
            self.carry_out("saving", lambda: issue_order(desk, form), self._ordered)

        self.billing.ask(window, answered)

    def _ordered(self, line: OrderLine) -> None:
        self.say(f"Order {line.number}, {line.type.value}, by {day_text(line.need_by)}.")

    def _log(self) -> None:
        may = self.desk.why_not(Right.KEEP_RECORDS)
        if may:
            self.warn(may)
            return
        desk, bill = self.desk, self._question.bill

        def answered(given: dict[str, Any] | None) -> None:
            if given is None:
                self.say("Nothing was logged.")
                return
            said = SpokenWith(
                channel=Channel.PHONE_IN,
                reason=_HIGH_USE,
                words=given["words"],
                outcome=Ended.ANSWERED,
                link=bill.title,
            )
            work = lambda: log_contact(desk, bill.account_id, said)  # noqa: E731 - one call
            self.carry_out("saving", work, lambda _row: self.say("The call stands in the log."))

        self.billing.ask(CallWindow(), answered)

    def command_confirm(self) -> Outcome:
        """Print the reply."""
        self._letter()
        return True

    def _letter(self) -> None:
        may = self.desk.why_not(Right.PRINT_BILLS)
        if may:
            self.warn(may)
            return
        desk, question = self.desk, self._question

        def work(note: str) -> SentLetter:
            from billing_tui.documents.reply_letter import print_reply

            return print_reply(desk, question, note=note)

        def answered(given: dict[str, Any] | None) -> None:
            if given is None:
                self.say("No letter was printed.")
                return
            note = given["note"]
            self.carry_out("printing", lambda: work(note), self._printed)

        self.billing.ask(LetterWindow(), answered)

    def _again(self) -> None:
        from billing_tui.documents.reply_letter import letters_about, print_again

        desk = self.desk
        sent = letters_about(desk, self._question.bill.id)
        if not sent:
            self.say("No letter was sent about this bill yet.")
            return

        def chosen(choice: Choice | None) -> None:
            if choice is not None:
                number = int(choice.code)
                self.carry_out("printing", lambda: print_again(desk, number)[0], self._printed)

        choices = [Choice(str(one.number), f"{one.path.name}, text {one.version}") for one in sent]
        self.billing.ask(ChooseScreen("Which letter is printed again?", choices), chosen)

    def _printed(self, sent: SentLetter) -> None:
        lost = f" No font has {' '.join(sent.missing)}." if sent.missing else ""
        self.say(f"Letter {sent.number} stands in {sent.path.name}.{lost}")
