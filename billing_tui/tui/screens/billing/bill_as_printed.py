"""BIL030 Bill as printed: every line of one bill, and how each came about."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from billing_tui.access.rights import Right
from billing_tui.billing.bill_view import draft_of, find_bill, recent_bills
from billing_tui.billing.runs import find_run
from billing_tui.billing.special_bill import find_special, is_special, special_bills
from billing_tui.billing.states import BillState
from billing_tui.foundation.errors import NotFound, Refused
from billing_tui.foundation.money import money_text
from billing_tui.records.lookup import account_summary, find_account
from billing_tui.tui.commands import BACKWARD, CONFIRM, FORWARD
from billing_tui.tui.ink import Role, apart, cut, gap
from billing_tui.tui.painted import Rule, Sheet
from billing_tui.tui.record_list import Column, RecordList
from billing_tui.tui.room_screen import RoomScreen
from billing_tui.tui.screens.billing.print_jobs import print_again
from billing_tui.tui.screens.billing.printed_bill import PrintedBill, printed_bill
from billing_tui.tui.shown import counted, day_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.events import Resize
    from textual.widget import Widget

    from billing_tui.billing.bill_view import BillView
    from billing_tui.billing.special_bill import SpecialView
    from billing_tui.tui.commands import Command
    from billing_tui.tui.room_screen import Outcome
    from billing_tui.tui.screens.billing.bill_rows import BillRow

_COLUMNS: tuple[Column[BillRow], ...] = (
    Column("Charge", 26, lambda row: row.label, role=lambda row: row.role),
    Column("How", 34, lambda row: row.detail, grows=True),
    Column(
        "Amount",
        12,
        lambda row: money_text(row.amount) if row.amount is not None else "",
        right=True,
        role=lambda row: row.role,
    ),
)
_TOLD = 4


class BillAsPrinted(RoomScreen):
    """One bill; the cursor's line is told in sentences below."""

    ident = "BIL030"
    heading = "Bill as printed"
    help_text = (
        "Move through the lines: below stands what to tell the caller about each. F7 and F8 page "
        "the bill; at its beginning F7 goes to the older bill of the account, at its end F8 to "
        "the newer one. F10 prints a duplicate into the office's folder `printed`, of "
        "a cancelled bill after asking."
    )
    commands = (
        BACKWARD.called("Older", "A page back, then the bill before this one."),
        FORWARD.called("Newer", "A page on, then the bill after this one."),
        CONFIRM.called("Print", "Print a duplicate of this bill.", Right.PRINT_BILLS.value),
    )
    opening = "Up and Down: each line is told in words below."

    def prepare(self) -> None:
        """Find the bill: by its number, the newest of an account, or `ACCOUNT@RUN` for a draft."""
        if not self.subject:
            raise Refused("Which bill? Key its number, or an account's.", field="way")
        self._bills: list[BillView | SpecialView]
        if is_special(self.subject):
            special = find_special(self.subject)
            self._bill = printed_bill(special)
            self._bills = [*special_bills(account_id=special.account_id)]
            return
        bill = self._found()
        self._bill = printed_bill(bill)
        draft = [bill] if bill.state is BillState.DRAFT else []
        self._bills = [*draft, *recent_bills(bill.account_id, cancelled=True)]

    def _found(self) -> BillView:
        account, at, run = self.subject.partition("@")
        if not at:
            return find_bill(account)
        draft = draft_of(find_run(run).id, find_account(account))
        if draft is None:
            raise NotFound(f"Run {run} has no bill for {account}.")
        return draft

    def body(self) -> Iterable[Widget]:
        """Head, lines, what is told about the one at the cursor."""
        yield Sheet(id="head")
        yield Rule()
        yield RecordList(_COLUMNS, empty="This bill has no lines.", leaves=True)
        yield Rule("In words")
        yield Sheet(id="told")

    def open(self) -> None:
        """Show the bill."""
        self._show(self._bill)

    def _show(self, bill: PrintedBill) -> None:
        self._bill = bill
        self._account = account_summary(bill.account_id, bill.bill_day)
        self.query_one(RecordList).show_rows(bill.rows, lambda row: row.label.strip())
        self._lay_out()

    def _lay_out(self) -> None:
        width = self.billing.size.width
        bill, account = self._bill, self._account
        name = cut(account.customer.name, width - 50)
        due = money_text(abs(bill.due_cents))
        by = f"due {day_text(bill.due_day)}" if bill.due_cents >= 0 else "a credit of"
        head = (
            apart(
                (gap(1), (bill.account, Role.ACCENT), gap(2), (name, Role.VALUE)),
                ((bill.standing, Role.WARNING), (f"Bill {bill.title} ", Role.VALUE)),
                width,
            ),
            apart(
                (gap(1), (cut(account.location.address, width - 46), Role.TEXT)),
                (
                    (f"Billed {day_text(bill.bill_day)}  {by} ", Role.LABEL),
                    (f"{due:>12} ", Role.VALUE),
                ),
                width,
            ),
        )
        self.query_one("#head", Sheet).show(head)

    def on_resize(self, _event: Resize) -> None:
        """Lay the head out for the new width."""
        self._lay_out()

    def on_record_list_moved(self, message: RecordList.Moved) -> None:
        """Tell the line at the cursor in words."""
        message.stop()
        width = self.billing.size.width - 2
        words = [part for told in message.row.told for part in textwrap.wrap(told, width)]
        lines = [((f" {word}", Role.TEXT),) for word in words[:_TOLD]]
        self.query_one("#told", Sheet).show([*lines, *[() for _ in range(_TOLD - len(lines))]])

    def on_record_list_chosen(self, message: RecordList.Chosen) -> None:
        """Enter only says what stands there already."""
        message.stop()
        self.say(message.choices[0][1].told[0])

    def command_forward(self) -> Outcome:
        """The next newer bill."""
        return self._step(-1, "This is the newest bill of the account.")

    def command_backward(self) -> Outcome:
        """The next older bill."""
        return self._step(+1, "This is the oldest bill here.")

    def _step(self, by: int, none: str) -> Outcome:
        ids = [bill.id for bill in self._bills]
        at = ids.index(self._bill.key) + by if self._bill.key in ids else -1
        if not 0 <= at < len(ids):
            return none
        self._show(printed_bill(self._bills[at]))
        self.show_keys()
        newer = f", {counted(at, 'newer bill')} on F8" if at else ", the newest one"
        self.say(f"Bill {self._bill.title} of {day_text(self._bill.bill_day)}{newer}.")
        return True

    # Print

    def why_not(self, command: Command) -> str:
        """A draft, a special bill that was cancelled, or a missing right."""
        if command.id == CONFIRM.id and self._bill.unprintable:
            return self._bill.unprintable
        return super().why_not(command)

    def command_confirm(self) -> Outcome:
        """Print a duplicate; of a bill that was cancelled only when that is confirmed."""
        print_again(self, [self._bill.title])
        return True
