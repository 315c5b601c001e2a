"""SVO020 Complete orders: a pile of work sheets, keyed line by line."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from billing_tui.access.rights import Right
from billing_tui.foundation.errors import BillingError, ProblemsFound, Refused
from billing_tui.service_orders.finish_order import DOUBT, Finished, complete_orders
from billing_tui.service_orders.kinds import OrderState
from billing_tui.service_orders.order_keyed import order_keyed
from billing_tui.service_orders.orders import find_order, orders_of
from billing_tui.service_orders.work_sheets import find_sheet, sheets_out
from billing_tui.tui.commands import CONFIRM, DUPLICATE, FOLD, LIST
from billing_tui.tui.grid import Grid
from billing_tui.tui.ink import Line, Role, gap
from billing_tui.tui.kinds import Choice
from billing_tui.tui.painted import Rule, Sheet
from billing_tui.tui.room_screen import RoomScreen
from billing_tui.tui.screens.choose import ChooseScreen
from billing_tui.tui.screens.confirm import ConfirmScreen
from billing_tui.tui.screens.service_orders.slip_lines import (
    detail,
    legend,
    look_of,
    outcome,
)
from billing_tui.tui.screens.service_orders.slips import FIELDS, Slip, Slips, columns
from billing_tui.tui.shown import counted, day_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.events import Key
    from textual.widget import Widget

    from billing_tui.service_orders.orders import OrderLine
    from billing_tui.service_orders.work_sheets import Sheet as WorkSheet
    from billing_tui.tui.room_screen import Outcome

_FIELD_OF = {"order": "order", "why": "result", "version": "order", DOUBT: "reading"}
_HINT = "Scan an order, or key its line on the sheet or its last figures; F4 lists what is out."
_LOOK_AGAIN = "Look again: key it anew; Enter, + or F10 keeps {:,}."
_MOST_LISTED = 200
_SEVERAL = 2


class CompleteOrders(RoomScreen):
    """What came back from the field."""

    ident = "SVO020"
    heading = "Complete orders"
    help_text = (
        "Scan the code of an order, or key its line on the sheet, its number or the end of it "
        "(26-3, 0000003); F4 lists those that are still out, of the sheet and then all others; "
        "F11 takes another sheet. "
        "Then the reading, under F/L found and left (12 is found on, left off), under Code why it "
        "could not be done, the day, a remark. Enter after the remark saves the line, + "
        "in any other cell saves it early. A reading that looks wrong stops the cursor: key it "
        "anew, or Enter, + or F10 confirms it. A line that is refused stays and says why; the "
        "others are saved. A reading goes back to the exception that the order was born from."
    )
    commands = (
        LIST,
        DUPLICATE,
        CONFIRM.called("Save line", "Save this line.", Right.KEEP_RECORDS.value),
        FOLD.called("Sheet", "Choose the sheet whose lines are keyed."),
    )

    def greeting(self) -> str:
        """What to do; first that there are several sheets, where there are."""
        out = len(sheets_out())
        if self._sheet is None or self.subject or out < _SEVERAL:
            return _HINT
        return f"{out} sheets are out, this is the newest: F11 chooses. Or scan an order."

    def prepare(self) -> None:
        """The sheet that was named, or the newest with orders still out."""
        out = [one.number for one in sheets_out()[:1]]
        numbers = [int(self.subject)] if self.subject.isdigit() else out
        self._sheet: WorkSheet | None = find_sheet(numbers[0]) if numbers else None
        self._slips: list[Slip] = [Slip(1)]

    def body(self) -> Iterable[Widget]:
        """How far it is, the lines, the order in hand."""
        yield Sheet(id="totals")
        yield Rule()
        grid: Grid[Slip] = Grid((), key=lambda one: one.place, passes="+")
        yield grid
        yield Sheet(id="legend")
        yield Rule()
        yield Sheet(id="detail")

    @property
    def grid(self) -> Grid[Slip]:
        """The lines."""
        grid: Grid[Slip] = self.query_one(Grid)
        return grid

    def open(self) -> None:
        """Begin with an empty line; what is keyed already stays."""
        if self._sheet is not None:
            self._sheet = find_sheet(self._sheet.number)
        if not any(slip.order for slip in self._slips):
            self._slips = [Slip(1)]
        self.grid.columns = columns(self.desk.business_day, self._out)
        self.grid.to_cell("order")
        self.grid.show(Slips(self._slips), at=self._slips[-1])
        self._show()

    def _out(self, keyed: str) -> list[Choice]:
        """The orders that are still out: of the sheet by their lines, then all others that fit."""
        keyed_here = {one.order.number for one in self._slips if one.order}
        listed = [
            Choice(one.number, f"line {at}  {one.type}  {one.address}")
            for at, one in enumerate(self._sheet.lines if self._sheet else (), 1)
            if one.state is OrderState.ISSUED and one.number not in keyed_here
        ]
        on_sheet = {one.number for one in self._sheet.lines} if self._sheet else set()
        others = [
            Choice(one.number, f"{one.type}  {one.address}")
            for one in orders_of(like=keyed.strip(), limit=_MOST_LISTED)
            if one.number not in on_sheet | keyed_here
        ]
        return [*listed, *others]

    def _show(self) -> None:
        self.query_one("#totals", Sheet).show([self._totals()])
        lines = detail(self.grid.row, self.desk.business_day, self.billing.size.width)
        self.query_one("#detail", Sheet).show(lines)
        self.query_one("#legend", Sheet).show(legend(self.billing.size.width))

    def _totals(self) -> Line:
        saved = [one for one in self._slips if one.saved]
        refused = sum(bool(one.refusal) for one in self._slips)
        reads = sum(one.reading or 0 for one in saved)
        sheet: Line = (("no sheet", Role.LABEL),)
        if self._sheet is not None:
            gone = {one.order.number for one in saved if one.order}
            out = [one for one in self._sheet.lines if one.state is OrderState.ISSUED]
            left = sum(one.number not in gone for one in out)
            sheet = (
                (f"Sheet {self._sheet.number}", Role.ACCENT),
                (
                    f" of {day_text(self._sheet.day)}, {left} of {len(self._sheet.lines)} out",
                    Role.TEXT,
                ),
            )
        wrong = ((f"   {refused} refused", Role.ERROR),) if refused else ()
        done = f"   {len(saved)} saved   sum of reads {reads:,}"
        return (gap(1), *sheet, (done, Role.VALUE), *wrong)

    def on_record_list_moved(self, message: Grid.Moved) -> None:
        """Show the order in hand."""
        message.stop()
        self._show()

    def command_fold(self) -> Outcome:
        """Choose among the sheets of which something is out; lines already keyed stay."""
        listed = [
            Choice(
                str(one.number),
                f"of {day_text(one.day)}{one.route and f', route {one.route}'},"
                f" {one.out} of {counted(one.orders, 'order')} out",
            )
            for one in sheets_out()
        ]
        if not listed:
            return "No sheet has an order that is still out."

        def chosen(choice: Choice | None) -> None:
            if choice is not None:
                self._sheet = find_sheet(int(choice.code))
                self.open()
                self.say(f"Sheet {choice.code} {choice.meaning}. Key a line of it.")

        self.billing.ask(ChooseScreen("Which sheet came back", listed), chosen)
        return True

    # Keying

    def _put(self, slip: Slip) -> Slip:
        self._slips[slip.place - 1] = slip
        self.grid.put(slip)
        return slip

    def on_grid_accepted(self, message: Grid.Accepted) -> None:
        """Keep the entry in its line; after the remark, save the line."""
        message.stop()
        slip: Slip = message.row
        if message.name == "order" and message.changed:
            found = self._find(slip, message.taken.shown)
            if found is None:
                return
            self._put(found)
        elif message.changed:
            texts = {**slip.texts, message.name: message.taken.shown}
            stays = slip.doubted and message.name != "reading"
            self._put(replace(slip, texts=texts, refusal=slip.refusal if stays else ""))
        if message.entered and message.name == "reading" and not self._stands(slip.place):
            return
        if message.entered and message.name == FIELDS[-1]:
            self._save(self._slips[slip.place - 1])
            return
        if message.entered and message.name == "order" and not slip.order and not message.changed:
            self.say(_HINT)
            return
        self.grid.go_on()
        self._show()
        order = self._slips[slip.place - 1].order
        if message.name == "order" and message.changed and order and self._is_stranger(order):
            self._tell_stranger(order)
        else:
            self._prompt()

    def on_grid_passed(self, message: Grid.Passed) -> None:
        """What the cell takes that the cursor came to."""
        message.stop()
        self._prompt()

    def _prompt(self) -> None:
        name, kind = self.grid.here
        self.say(_HINT if kind is None or name == "order" else kind.help)

    def _stands(self, place: int) -> bool:
        """Whether the reading that was entered may stand; a doubtful one once it is confirmed."""
        slip = self._slips[place - 1]
        keyed = slip.text("reading")
        if keyed and keyed == slip.doubted:
            self._put(replace(slip, confirmed=True, refusal=""))
            return True
        look = look_of(slip, self.desk.business_day)
        doubt = look.doubt if look is not None else ""
        self._put(replace(slip, doubted=keyed if doubt else "", confirmed=False, refusal=doubt))
        if not doubt:
            return True
        self.billing.drop_keys()
        self.billing.bell()
        self._show()
        self.warn(_LOOK_AGAIN.format(int(keyed)))
        return False

    def _find(self, slip: Slip, entry: str) -> Slip | None:
        """The line with the order that was keyed; None where it was refused."""
        if not entry:
            return Slip(slip.place, {**slip.texts, "order": ""})
        try:
            order = order_keyed(entry, self._sheet.number if self._sheet else None)
            twice = [
                one.place
                for one in self._slips
                if one.order and one.order.number == order.number and one.place != slip.place
            ]
            if twice:
                raise Refused(f"Line {twice[0]} has order {order.number} already.", field="order")
            if order.state is not OrderState.ISSUED:
                raise Refused(f"Order {order.number} is {order.state.lower()}.", field="order")
        except BillingError as error:
            error.field = "order"
            self.refuse(error)
            return None
        texts = {"order": order.number, "day": slip.text("day") or self._day()}
        return Slip(slip.place, texts, order)

    def _is_stranger(self, order: OrderLine) -> bool:
        sheet = self._sheet
        return sheet is not None and order.number not in {one.number for one in sheet.lines}

    def _tell_stranger(self, order: OrderLine) -> None:
        """Stop at an order that is not on the sheet: a line may have been meant."""
        self.billing.drop_keys()
        self.billing.bell()
        number = self._sheet.number if self._sheet else 0
        self.warn(f"{order.number}, {order.address}, is not on sheet {number}.")

    def _day(self) -> str:
        """The day of the last line that was saved, or today."""
        days = [one.text("day") for one in self._slips if one.saved]
        return days[-1] if days else f"{self.desk.business_day:%m%d%y}"

    def on_key(self, event: Key) -> None:
        """`+` saves the line from any cell."""
        if event.character == "+":
            event.stop()
            self.call_later(self.action_command, CONFIRM.id)

    def command_confirm(self) -> Outcome:
        """Take the cell in hand and save the line."""
        self.grid.take(self._save_here)
        return True

    def _save_here(self) -> None:
        row = self.grid.row
        self._save(self._slips[row.place - 1] if row is not None else None)

    def _save(self, slip: Slip | None) -> None:
        if slip is None or slip.order is None:
            self.say(_HINT)
            return
        if slip.saved:
            self.grid.go_on()
            return
        desk, place, today = self.desk, slip.place, self.desk.business_day
        if slip.doubted != slip.text("reading"):
            slip = self._put(replace(slip, doubted="", confirmed=False))
        elif slip.doubted:
            slip = self._put(replace(slip, confirmed=True))

        def work() -> Finished | ProblemsFound:
            try:
                return complete_orders(desk, [slip.result(today)])
            except ProblemsFound as error:
                return error

        self.carry_out("saving", work, lambda done: self._saved(place, done))

    def _saved(self, place: int, done: Finished | ProblemsFound) -> None:
        slip = self._slips[place - 1]
        if isinstance(done, ProblemsFound):
            problem = done.problems[0]
            doubted = slip.text("reading") if problem.field == DOUBT else slip.doubted
            self._put(replace(slip, refusal=problem.sentence, doubted=doubted))
            self._line_below(place)
            self.grid.refuse(_FIELD_OF.get(problem.field, problem.field))
            self._show()
            if problem.field == DOUBT:
                self.refuse_sentence(_LOOK_AGAIN.format(slip.reading))
            else:
                self.refuse_sentence(problem.sentence)
            return
        told = outcome(slip, done)
        order = find_order(slip.order.number) if slip.order else None
        self._put(replace(slip, order=order, saved=True, refusal="", told=told))
        self._line_below(place)
        self.grid.next_row("order")
        self._show()
        if done.warnings:
            self.warn(done.warnings[0].sentence)
        else:
            self.say(told)

    def _line_below(self, place: int) -> None:
        """The last line has an empty one under it, so that keying can go on."""
        if place == len(self._slips):
            self._slips.append(Slip(place + 1))
            self.grid.add(self._slips[-1])

    def refuse(self, error: BillingError) -> None:
        """Keep the cursor on the cell that is refused."""
        self.grid.refuse(error.field)
        super().refuse(error)

    def command_cancel(self) -> Outcome:
        """One step back; lines that were not saved are dropped only when that is confirmed."""
        unsaved = sum(one.unsaved for one in self._slips)
        if not unsaved:
            self.billing.back()
            return True
        told = (f"{counted(unsaved, 'line')} not saved.", "Enter drops that; F12 goes on keying.")

        def answered(drop: object) -> None:
            if drop:
                self.billing.back()

        self.billing.ask(ConfirmScreen("Drop what is not saved?", told), answered)
        return True
