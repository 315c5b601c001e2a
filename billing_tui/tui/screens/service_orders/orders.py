"""SVO010 Service orders: what is out, for whom, and how it came back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from billing_tui.access.rights import Right
from billing_tui.foundation.errors import BillingError, NotFound
from billing_tui.records.lookup import account_number, find_account
from billing_tui.service_orders.finish_order import (
    Finished,
    OrderResult,
    cancel_order,
    complete_order,
    unable_order,
)
from billing_tui.service_orders.issue_order import issue_draft
from billing_tui.service_orders.order_reading import order_reading
from billing_tui.service_orders.orders import START, OrderLine, key_of, orders_of
from billing_tui.service_orders.work_sheets import SheetChoice
from billing_tui.tui.commands import BACKWARD, CONFIRM, FORWARD, NEW, REFRESH
from billing_tui.tui.ink import Line, Role, gap, wrapped
from billing_tui.tui.list_screen import ListScreen
from billing_tui.tui.pages import Onward
from billing_tui.tui.record_list import Column, RecordList
from billing_tui.tui.screens.confirm import ask_first
from billing_tui.tui.screens.reason import ask_why
from billing_tui.tui.screens.service_orders.order_lines import order_lines, walk_text
from billing_tui.tui.screens.service_orders.order_windows import (
    FilterOrders,
    FinishOrder,
    OrderFilter,
    PrintSheet,
)
from billing_tui.tui.screens.service_orders.sheet_job import sheet_job
from billing_tui.tui.screens.service_orders.slip_lines import reading_goes
from billing_tui.tui.shown import counted, day_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from textual.events import Key

    from billing_tui.tui.room_screen import Outcome

    Marked = Sequence[tuple[str, OrderLine]]

_OPTIONS = {
    "2": "Complete",
    "3": "Unable",
    "4": "Cancel",
    "5": "Account",
    "6": "Print",
    "7": "Issue draft",
}
_CHANGES = ("2", "3", "4", "6", "7")
_COLUMNS: tuple[Column[OrderLine], ...] = (
    Column("Order", 11, lambda one: one.number, role=lambda _one: Role.VALUE),
    Column("Type", 12, lambda one: one.type.value),
    Column("Walk", 9, walk_text, extra=100),
    Column("Address", 25, lambda one: one.address, grows=True, keeps_end=True),
    Column("By", 8, lambda one: day_text(one.need_by)),
    Column(
        "!",
        1,
        lambda one: str(one.priority),
        role=lambda one: Role.WARNING if one.priority == 1 else Role.LABEL,
    ),
    Column("Who", 6, lambda one: one.crew, grows=True),
    Column("State", 9, lambda one: one.state.value, extra=100),
    Column("Account", 10, lambda one: one.account, extra=100),
)
_CANCELLED = ("Done by telephone", "Issued twice", "The customer changed their mind")


def _filter_of(subject: str) -> OrderFilter:
    """All orders of an account; else the issued ones, of a route where one is named."""
    if "-" in subject:
        try:
            return OrderFilter(state=None, account=account_number(find_account(subject)))
        except NotFound:
            pass  # so routes are numbered too
    return OrderFilter(route=subject)


class ServiceOrders(ListScreen[OrderLine]):
    """Work for the crew."""

    ident = "SVO010"
    heading = "Service orders"
    help_text = (
        "Orders in walk order; / filters by state, type, route, person and day. Opened on an "
        "account (4.1 10432-03) it lists all its orders, done ones too. 2 enters what came "
        "back for one order, SVO020 for a pile of sheets. F10 prints a work sheet of issued "
        "orders, 6 one of those that are marked. Under the list stands the meter as it was at "
        "issue, and what has changed since."
    )
    commands = (
        NEW.called("New order", "Issue an order.", Right.KEEP_RECORDS.value),
        BACKWARD,
        FORWARD,
        CONFIRM.called(
            "Print sheets", "Print a work sheet of issued orders.", Right.KEEP_RECORDS.value
        ),
        REFRESH,
    )
    option_rights: ClassVar[dict[str, Right]] = dict.fromkeys(_CHANGES, Right.KEEP_RECORDS)
    detail_rows = (6, 12)

    def prepare(self) -> None:
        """Issued orders, of the route that was named; of an account all that there were."""
        self._filter = _filter_of(self.subject.strip().upper())

    def make_list(self) -> RecordList[OrderLine]:
        """The orders."""
        return RecordList(
            _COLUMNS,
            options=_OPTIONS,
            default="?",
            empty="No order fits. F6 issues one, / changes the filter.",
            key=lambda one: one.order_id,
        )

    def source(self) -> Onward[OrderLine]:
        """The orders that the filter lets through."""
        chosen = self._filter

        def fetch(row: OrderLine | None, limit: int) -> Sequence[OrderLine]:
            return orders_of(
                state=chosen.state,
                route=chosen.route or None,
                need_by=chosen.need_by,
                kind=chosen.kind,
                crew=chosen.crew or None,
                account=chosen.account,
                after=key_of(row) if row else START,
                limit=limit,
            )

        return Onward(fetch, lambda one: one.number)

    def head(self) -> Line:
        """The filter in words."""
        told = self._filter.told
        return (
            gap(1),
            (told[:1].upper() + told[1:], Role.VALUE),
            ("   / filters", Role.LABEL),
        )

    def greeting(self) -> str:
        """What to do."""
        if self.records.row is None and self._filter.account:
            return "No order was ever issued for this account. F6 issues one."
        if self.records.row is None:
            return "No order fits. F6 issues one, / changes the filter."
        return "Key an option and Enter; / filters, F6 issues a new order."

    def detail(self, row: OrderLine, width: int, height: int) -> Sequence[Line]:
        """The order, its meter then and now."""
        return order_lines(row, width, height)

    def on_key(self, event: Key) -> None:
        """`/` asks for a filter."""
        if event.character == "/":
            event.stop()
            self.billing.ask(FilterOrders(self._filter, self.desk.business_day), self._filtered)

    def _filtered(self, given: Mapping[str, Any] | None) -> None:
        if given is None:
            return
        self._filter = replace(self._filter, **given)
        self.show_from_top()

    def command_new(self) -> Outcome:
        """Issue an order."""
        self.billing.open_screen("SVO011", self._filter.account)
        return True

    # Options

    def on_record_list_chosen(self, message: RecordList.Chosen) -> None:
        """Carry out what was marked: windows one by one, the rest together."""
        message.stop()
        chosen = [one for one in message.choices if one[0] in _OPTIONS]
        if not chosen:
            self.say(f"Key {', '.join(_OPTIONS)} beside the orders, then Enter.")
            return
        option, order = chosen[0]
        same = [one for kind, one in chosen if kind == option]
        later = [one for one in chosen if one[0] != option]
        if option in "235":
            message.list.keep(chosen[1:])
            self._one(option, order, chosen[1:])
        else:
            message.list.keep(later)
            self._several(option, tuple(one.number for one in same), later)

    def _one(self, option: str, order: OrderLine, later: Marked) -> None:
        if option == "5":
            if order.account:
                self.billing.open_screen("ACC020", order.account)
            else:
                self.warn(f"Order {order.number} names no account.")
            return
        self.records.stand_at(order)
        today, unable = self.desk.business_day, option == "3"
        self.billing.ask(
            FinishOrder(order, today, unable=unable),
            lambda given: self._finish(order, given, later, unable=unable),
        )

    def _several(self, option: str, numbers: tuple[str, ...], later: Marked) -> None:
        desk = self.desk

        def save_all(verb: Callable[[str], object], word: str) -> None:
            self.save(
                lambda: [verb(number) for number in numbers],
                lambda done: f"{counted(len(done), 'order')} {word}.",
                later=later,
            )

        if option == "6":
            self._start(SheetChoice(day=desk.business_day, numbers=numbers))
        elif option == "7":
            save_all(lambda number: issue_draft(desk, number), "issued")
        else:
            ask_why(
                self,
                f"Cancel {counted(len(numbers), 'order')}. Why?",
                _CANCELLED,
                lambda why: save_all(lambda one: cancel_order(desk, one, why=why), "cancelled"),
                otherwise="Nothing was cancelled.",
            )

    def _finish(
        self,
        order: OrderLine,
        given: Mapping[str, Any] | None,
        later: Marked,
        *,
        unable: bool,
    ) -> None:
        if given is None:
            self.say("Nothing was saved.")
            return
        found, left = given.get("conditions") or (None, None)
        reading = given.get("reading")
        told = OrderResult(
            number=order.number,
            day=given["day"],
            result=given["result"],
            reading=int(reading) if reading is not None else None,
            found=found,
            left=left,
            code=given.get("code") or "",
            version=order.version,
        )
        look = order_reading(order, told.day, told.reading) if told.reading is not None else None
        if look is None or not look.doubt or unable:
            self._keep(told, later, unable=unable)
            return
        ask_first(
            self,
            f"{order.number} reads {told.reading:,}. Is that right?",
            wrapped(look.doubt, 70, 4),
            lambda: self._keep(replace(told, confirmed=True), later, unable=unable),
            otherwise="Nothing was saved; 2 keys it anew.",
        )

    def _keep(self, told: OrderResult, later: Marked, *, unable: bool) -> None:
        desk, verb = self.desk, unable_order if unable else complete_order

        def then(done: Finished) -> None:
            self.open()
            self.records.keep(later)
            verb = "could not be done; it waits on Today" if unable else "completed"
            self.say(f"{told.number} {verb}{reading_goes(done, read=told.reading is not None)}.")
            for warning in done.warnings:
                self.warn(warning.sentence)

        self.carry_out("saving", lambda: verb(desk, told), then)

    # Paper

    def command_confirm(self) -> Outcome:
        """Ask which orders, and print them as a job."""
        self.billing.ask(PrintSheet(self._filter, self.desk.business_day), self._print)
        return True

    def _print(self, given: Mapping[str, Any] | None) -> None:
        if given is None:
            return
        choice = SheetChoice(
            day=given["day"],
            route=given["route"] or None,
            kind=given["kind"],
            crew=given["crew"] or None,
            again=given["again"] == "Y",
        )
        self._start(choice)

    def _start(self, choice: SheetChoice) -> None:
        try:
            self.billing.start_job("Printing a work sheet", sheet_job(self.desk, choice))
        except BillingError as error:
            self.refuse(error)

    def shown_again(self) -> None:
        """What was said of a sheet may be over, as its orders came back meanwhile."""
        super().shown_again()
        self.say(self.greeting())

    def job_ended(self, sentence: str, *, good: bool) -> None:
        """Show the sheet's number beside its orders."""
        self.show_detail()
        super().job_ended(sentence, good=good)
