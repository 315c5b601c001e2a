"""ACC020 Account inquiry: who, what they take, what they use, what they owe, on one screen."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, ClassVar

from billing_tui.access.rights import Right
from billing_tui.billing.bill_view import recent_bills, standing_of_bill
from billing_tui.billing.special_bill import (
    SpecialView,
    cancel_special,
    find_special,
    is_special,
)
from billing_tui.customer_care.contacts import contacts_of
from billing_tui.foundation.errors import NotFound, Refused
from billing_tui.foundation.money import money_text
from billing_tui.ledger.aging import Aging
from billing_tui.ledger.receivables import (
    Movement,
    Standing,
    account_activity,
    agings,
    balances,
)
from billing_tui.ledger.tables import EntryKind
from billing_tui.records.bulk_lookup import meters_in_force
from billing_tui.records.lookup import (
    account_number,
    account_summary,
    find_account,
    notes_of,
    services_to_show,
)
from billing_tui.service_orders.orders import last_order
from billing_tui.tui.commands import BACKWARD, FOLD, FORWARD, NEW, REFRESH
from billing_tui.tui.kinds import Choice
from billing_tui.tui.pages import Onward
from billing_tui.tui.painted import Rule, Sheet
from billing_tui.tui.record_list import Column, RecordList
from billing_tui.tui.room_screen import RoomScreen
from billing_tui.tui.screens.billing.print_jobs import print_again
from billing_tui.tui.screens.choose import ChooseScreen
from billing_tui.tui.screens.reason import ReasonScreen
from billing_tui.tui.screens.records import account_lines as told
from billing_tui.tui.screens.register import LISTINGS
from billing_tui.tui.screens.service_orders.order_lines import order_text
from billing_tui.tui.shown import day_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.events import Resize
    from textual.widget import Widget

    from billing_tui.tui.room_screen import Outcome

_COLUMNS: tuple[Column[Movement], ...] = (
    Column("Date", 8, lambda row: day_text(row.day)),
    Column("Kind", 10, lambda row: row.kind.value.capitalize()),
    Column("Reference", 16, lambda row: row.reference, grows=True),
    Column("Remark", 20, lambda row: row.memo, grows=True, extra=100),
    Column("Amount", 12, lambda row: money_text(row.cents), right=True),
    Column("Balance", 12, lambda row: money_text(row.balance), right=True),
)


_OPTIONS = {"4": "Cancel special bill", "5": "Display", "6": "Print again"}
_WHY_CANCELLED = ("Wrong account", "Wrong template or inputs", "Billed twice", "Not owed after all")


def _activity(account_id: int) -> Onward[Movement]:
    """The account's documents, newest first, a page at a time."""

    def fetch(row: Movement | None, limit: int) -> Sequence[Movement]:
        before = row.key if row is not None else None
        return account_activity(account_id, before=before, limit=limit)

    return Onward(fetch, lambda row: row.reference)


class AccountInquiry(RoomScreen):
    """Everything that a caller asks about one account."""

    ident = "ACC020"
    heading = "Account inquiry"
    help_text = (
        "The answer for the caller stands at the top: balance and what is past due. F11 turns the "
        "chart over to phones, mailing address and debt by age. F6 lists what can be done on the "
        "account. 5 beside a bill shows its lines, 6 prints a duplicate into the office's folder "
        "`printed`. 4 beside a special bill cancels it, for a reason: its entry is reversed and "
        "the bill stays on record. Bills of the cycles are cancelled with BIL050."
    )
    commands = (
        REFRESH,
        NEW.called("Do", "What can be done on this account, by the numbers of the menu."),
        BACKWARD,
        FORWARD,
        FOLD.called("Contact", "Chart and last bill, or contact, debt by age and notes."),
    )

    option_rights: ClassVar[dict[str, Right]] = {
        "4": Right.POST_LEDGER,
        "6": Right.PRINT_BILLS,
    }

    def prepare(self) -> None:
        """Find the account that was keyed."""
        if not self.subject:
            raise Refused("Which account? Key its number, or find it with 1.1.", field="way")
        self._number = account_number(find_account(self.subject))
        self._folded = False

    @property
    def account_shown(self) -> str:
        """The account that was asked for."""
        return self._number

    def body(self) -> Iterable[Widget]:
        """Head, services, chart and bill, activity."""
        yield Sheet(id="head")
        yield Rule()
        yield Sheet(id="services")
        yield Rule()
        yield Sheet(id="middle")
        yield Rule()
        list_: RecordList[Movement] = RecordList(
            _COLUMNS,
            options=_OPTIONS,
            default="5",
            empty="No documents yet.",
            key=lambda row: row.entry_id,
        )
        yield list_
        yield Sheet(id="legend")

    def open(self) -> None:
        """Read the account as of the business day."""
        day = self.desk.business_day
        self.account_id = find_account(self._number)  # once more: its start may have been undone
        self._account = account_summary(self.account_id, day)
        self._aging = agings([self.account_id], day).get(self.account_id, Aging())
        self._balance = balances([self.account_id])[self.account_id]
        seen, self._services = services_to_show(self.account_id, day)
        self._uses = told.uses_of(self.account_id, self._services, day)
        meters = meters_in_force([self.account_id], seen, seen)
        self._factors = {point: stays[-1].multiplier_milli for point, stays in meters.items()}
        self._notes = notes_of(self.account_id)
        self._contacts = contacts_of(self.account_id, on=day)
        order = last_order(self._number)
        self._order = f"{order_text(order)} (F6: all)" if order is not None else ""
        bills = recent_bills(self.account_id, 1)
        self._bill = bills[0] if bills else None
        self._standing = standing_of_bill(bills[0]) if bills else Standing(0)
        list_: RecordList[Movement] = self.query_one(RecordList)
        list_.show_again(_activity(self.account_id))
        self.query_one("#legend", Sheet).show([list_.legend_line])
        self._lay_out()

    def greeting(self) -> str:
        """How much was used, against last year."""
        return told.usage_sentence(self._services, self._uses)

    def shown_again(self) -> None:
        """What was done on other screens shows here; an account that was undone is left."""
        list_: RecordList[Movement] = self.query_one(RecordList)
        standing = list_.standing
        try:
            self.open()
        except NotFound:
            self._leave()
            return
        list_.keep(standing)
        self.say(self.greeting())

    def came_back(self, sentence: str) -> None:
        """As `shown_again`, with the sentence of what was done."""
        try:
            super().came_back(sentence)
        except NotFound:
            self.billing.back_saying(sentence)

    def command_refresh(self) -> Outcome:
        """Read again; an account that was undone meanwhile is left."""
        try:
            return super().command_refresh()
        except NotFound:
            self._leave()
            return True

    def _leave(self) -> None:
        told = f"There is no account {self._number} any more: its start was undone."
        self.billing.back_saying(told)

    def on_resize(self, _event: Resize) -> None:
        """Lay the lines out for the new width."""
        if hasattr(self, "_account"):
            self._lay_out()

    def _lay_out(self) -> None:
        width, rows = self.billing.size
        services, day = self._services, self.desk.business_day
        head = told.head_lines(self._account, self._balance, self._aging, width)
        head += told.alert_lines(self._account, self._contacts, width)
        head += told.ended_line(services, day, width)
        table = told.service_rows(services, self._uses, self._factors, on=day, width=width)
        height = min(max(rows - 13 - len(head) - len(table), 5), 11)
        self.query_one("#head", Sheet).show(head)
        self.query_one("#services", Sheet).show(table)
        if self._folded:
            middle = told.contact_lines(
                self._account,
                self._aging,
                self._contacts,
                self._notes,
                order=self._order,
                width=width,
                height=height,
            )
        else:
            middle = told.middle_lines(
                services,
                self._uses,
                self._bill,
                standing=self._standing,
                width=width,
                height=height,
            )
        self.query_one("#middle", Sheet).show(middle)

    def command_fold(self) -> Outcome:
        """Turn the middle over."""
        self._folded = not self._folded
        self._lay_out()
        return True

    def command_new(self) -> Outcome:
        """List what can be done on this account, and open it here."""
        about = [one for one in LISTINGS if one.about == "account"]
        listed = sorted(about, key=lambda one: one.order)
        able = [one for one in listed if not one.right or self.desk.may(Right(one.right))]
        choices = [Choice(one.number, one.title) for one in able]

        def chosen(choice: Choice | None) -> None:
            if choice is not None:
                ident = next(one.ident for one in able if one.number == choice.code)
                self.billing.open_screen(ident, self._account.number)

        window = ChooseScreen(f"What is to be done on {self._account.number}", choices)
        self.billing.ask(window, chosen)
        return True

    def on_record_list_chosen(self, message: RecordList.Chosen) -> None:
        """Cancel one after the other, print those marked 6 together; then show what is left."""
        message.stop()
        chosen: Sequence[tuple[str, Movement]] = message.choices
        gone = [one for one in chosen if one[0] == "4"]
        if gone:
            message.list.keep([one for one in chosen if one is not gone[0]])
            self._cancel_special(gone[0][1].reference)
            return
        again = [row for option, row in chosen if option == "6"]
        shown = [one for one in chosen if one[0] != "6"]
        if again:
            message.list.keep(shown)
            self._print(again)
        else:
            message.list.keep(shown[1:])
            self._display(shown[0][1])

    def why_not_option(self, option: str) -> str:
        """Why an option is not this person's, and whose it is; "" where it is theirs."""
        right = self.option_rights.get(option)
        return self.desk.why_not(right) if right else ""

    def _cancel_special(self, number: str) -> None:
        """Ask why, and cancel."""
        if not is_special(number):
            self.refuse_sentence(f"{number} is no special bill; 3.5 cancels bills of the cycles.")
            return
        bill, desk, key = find_special(number), self.desk, uuid.uuid4().hex
        if bill.cancelled:
            self.refuse_sentence(f"{number} was cancelled: {bill.cancelled}.")
            return

        def given(answer: dict[str, Any] | None) -> None:
            if answer is None:
                self.say(f"{number} stands.")
                return
            why = str(answer["reason"])
            self.carry_out(
                "saving", lambda: cancel_special(desk, number, why, key=key), self._cancelled
            )

        word = f"Cancel {number} of {money_text(bill.total_cents)}: why?"
        self.billing.ask(ReasonScreen(word, _WHY_CANCELLED), given)

    def _cancelled(self, bill: SpecialView) -> None:
        self.open()
        self.say(f"{bill.number} of {money_text(bill.total_cents)} is cancelled: {bill.cancelled}.")

    def _print(self, rows: Sequence[Movement]) -> None:
        other = [
            row.reference
            for row in rows
            if row.kind is not EntryKind.BILL and not is_special(row.reference)
        ]
        if other:
            self.refuse_sentence(f"{other[0]} is no bill; only bills are printed again.")
            return
        print_again(self, [row.reference for row in rows])

    def _display(self, row: Any) -> None:
        """A bill, or the one that a reversal takes back; of anything else what it was."""
        reversed_kind, _, number = row.reference.partition(" ")
        if row.kind is EntryKind.BILL or is_special(row.reference):
            self.billing.open_screen("BIL030", row.reference)
        elif row.kind is EntryKind.REVERSAL and reversed_kind == EntryKind.BILL:
            self.billing.open_screen("BIL030", number)
        else:
            remark = f": {row.memo}" if row.memo else ""
            amount = money_text(row.cents)
            self.say(f"{row.kind.value.capitalize()} {row.reference} of {amount}{remark}.")
