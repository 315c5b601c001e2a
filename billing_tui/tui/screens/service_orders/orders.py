"""SVO010 Service orders: what is out, for whom, and how it came back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from billing_tui.access.rights import Right
from billing_tui.foundation.errors import BillingError
from billing_tui.service_orders.finish_order import (
    Finished,
    OrderResult,
    cancel_order,
    complete_order,
    unable_order,
)
from billing_tui.service_orders.issue_order import issue_draft
from billing_tui.service_orders.orders import START, OrderLine, key_of, orders_of
from billing_tui.service_orders.work_sheets import SheetChoice
from billing_tui.tui.commands import BACKWARD, CONFIRM, FORWARD, NEW, REFRESH
from billing_tui.tui.ink import Role, gap
from billing_tui.tui.pages import Onward
from billing_tui.tui.painted import Rule, Sheet
from billing_tui.tui.record_list import Column, RecordList
from billing_tui.tui.room_screen import RoomScreen
from billing_tui.tui.screens.reason import ReasonScreen
from billing_tui.tui.screens.service_orders.order_lines import order_lines
from billing_tui.tui.screens.service_orders.order_windows import (
    FilterOrders,
    FinishOrder,
    OrderFilter,
    PrintSheet,
)
from billing_tui.tui.screens.service_orders.sheet_job import sheet_job
from billing_tui.tui.shown import counted, day_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from textual.events import Key, Resize
    from textual.widget import Widget

    from billing_tui.tui.room_screen import Outcome

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
    Column("Walk", 9, lambda one: f"{one.route} {one.sequence}" if one.route else "-"),
    Column("Address", 14, lambda one: one.address, grows=True, keeps_end=True),
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


class ServiceOrders(RoomScreen):
    """Work for the crew."""

    ident = "SVO010"
    heading = "Service orders"
    help_text = (
        "Orders in walk order; / filters by state, type, route, person and day. 2 enters what came "
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

    def prepare(self) -> None:
        """Issued orders, of the route that was named if one was."""
        self._filter = OrderFilter(route=self.subject.strip().upper())
        self._row: OrderLine | None = None

    def body(self) -> Iterable[Widget]:
        """The filter, the orders, the one at the cursor."""
        yield Sheet(id="filter")
        yield Rule()
        list_: RecordList[OrderLine] = RecordList(
            _COLUMNS,
            options=_OPTIONS,
            default="?",
            empty="No order fits. F6 issues one, / changes the filter.",
            key=lambda one: one.order_id,
        )
        yield list_
        yield Sheet(id="legend")
        yield Rule()
        yield Sheet(id="detail")

    def open(self) -> None:
        """Read the orders."""
        chosen = self._filter
        self._row = None
        self._show_detail()

        def fetch(row: OrderLine | None, limit: int) -> Sequence[OrderLine]:
            return orders_of(
                state=chosen.state,
                route=chosen.route or None,
                need_by=chosen.need_by,
                kind=chosen.kind,
                crew=chosen.crew or None,
                after=key_of(row) if row else START,
                limit=limit,
            )

        list_: RecordList[OrderLine] = self.query_one(RecordList)
        list_.show_again(Onward(fetch, lambda one: one.number))
        self.query_one("#legend", Sheet).show([list_.legend_line])
        words = (
            (chosen.told[:1].upper() + chosen.told[1:], Role.VALUE),
            ("   / filters", Role.LABEL),
        )
        self.query_one("#filter", Sheet).show([(gap(1), *words)])

    def greeting(self) -> str:
        """What to do."""
        if self.query_one(RecordList).row is None:
            return "No order fits. F6 issues one, / changes the filter."
        return "Key an option and Enter; / filters, F6 issues a new order."

    def on_record_list_moved(self, message: RecordList.Moved) -> None:
        """Show the order at the cursor."""
        message.stop()
        self._row = message.row
        self._show_detail()

    def on_resize(self, _event: Resize) -> None:
        """Show it in the new room."""
        self._show_detail()

    def _show_detail(self) -> None:
        width, rows = self.billing.size
        height = 6 if rows < 32 else 12
        lines = order_lines(self._row, width, height) if self._row else [()] * height
        self.query_one("#detail", Sheet).show(lines)

    def on_key(self, event: Key) -> None:
        """`/` asks for a filter."""
        if event.character == "/":
            event.stop()
            self.billing.ask(FilterOrders(self._filter, self.desk.business_day), self._filtered)

    def _filtered(self, given: Mapping[str, Any] | None) -> None:
        if given is None:
            return
        self._filter = OrderFilter(**given)
        self.open()
        self.query_one(RecordList).command_first()
        self.say(self.greeting())

    def command_new(self) -> Outcome:
        """Issue an order."""
        self.billing.open_screen("SVO011")
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
            self._one(option, order)
        else:
            message.list.keep(later)
            self._several(option, same)

    def _one(self, option: str, order: OrderLine) -> None:
        if option == "5":
            if order.account:
                self.billing.open_screen("ACC020", order.account)
            else:
                self.warn(f"Order {order.number} names no account.")
            return
        today, unable = self.desk.business_day, option == "3"
        self.billing.ask(
            FinishOrder(order, today, unable=unable),
            lambda given: self._finish(order, given, unable=unable),
        )

    def _several(self, option: str, orders: Sequence[OrderLine]) -> None:
        desk, numbers = self.desk, tuple(one.number for one in orders)
        if option == "6":
            choice = SheetChoice(day=desk.business_day, numbers=numbers)
            self._start(choice)
        elif option == "7":
            self._save_all(lambda number: issue_draft(desk, number), numbers, "issued")
        else:
            self.billing.ask(
                ReasonScreen(f"Cancel {counted(len(numbers), 'order')}. Why?", _CANCELLED),
                lambda given: self._cancel(numbers, given),
            )

    def _cancel(self, numbers: Sequence[str], given: Mapping[str, Any] | None) -> None:
        if given is None:
            self.say("Nothing was cancelled.")
            return
        desk, why = self.desk, str(given["reason"])
        self._save_all(lambda number: cancel_order(desk, number, why=why), numbers, "cancelled")

    def _save_all(
        self, verb: Callable[[str], OrderLine], numbers: Sequence[str], word: str
    ) -> None:
        def then(done: list[OrderLine]) -> None:
            self.open()
            self.say(f"{counted(len(done), 'order')} {word}.")

        self.carry_out("saving", lambda: [verb(number) for number in numbers], then)

    def _finish(self, order: OrderLine, given: Mapping[str, Any] | None, *, unable: bool) -> None:
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
        desk, verb = self.desk, unable_order if unable else complete_order

        def then(done: Finished) -> None:
            self.open()
            settled = f"; read exception {done.settled[0]} is settled" if done.settled else ""
            self.say(f"{order.number} {'given up' if unable else 'completed'}{settled}.")
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
        )
        self._start(choice)

    def _start(self, choice: SheetChoice) -> None:
        try:
            self.billing.start_job("Printing a work sheet", sheet_job(self.desk, choice))
        except BillingError as error:
            self.refuse(error)

    def job_ended(self, sentence: str, *, good: bool) -> None:
        """Show the sheet's number beside its orders."""
        self._show_detail()
        super().job_ended(sentence, good=good)
