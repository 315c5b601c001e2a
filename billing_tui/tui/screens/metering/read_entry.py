"""RDG030 Read entry: the batches of sheets that are being keyed, and a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from billing_tui.access.rights import Right
from billing_tui.metering.keyed_batch import BatchLine, BatchTotals, batches, totals_of
from billing_tui.metering.open_keyed_batch import cancel_keyed_batch, open_keyed_batch
from billing_tui.metering.tables import KeyedState
from billing_tui.tui.commands import NEW, REFRESH
from billing_tui.tui.ink import Role
from billing_tui.tui.pages import Listed
from billing_tui.tui.painted import Sheet
from billing_tui.tui.record_list import Column, RecordList
from billing_tui.tui.room_screen import RoomScreen
from billing_tui.tui.screens.metering.new_batch import NewBatch
from billing_tui.tui.screens.reason import ask_why
from billing_tui.tui.shown import counted, day_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from textual.widget import Widget

    from billing_tui.tui.room_screen import Outcome


class _Row(NamedTuple):
    """A batch and how far it is."""

    batch: BatchLine
    totals: BatchTotals


_COLUMNS: tuple[Column[_Row], ...] = (
    Column("Batch", 5, lambda one: str(one.batch.batch_id), right=True, role=lambda _: Role.VALUE),
    Column("Route", 9, lambda one: one.batch.route, grows=True),
    Column("Cycle", 10, lambda one: f"{one.batch.cycle} {one.batch.instance}"),
    Column("Walked", 8, lambda one: day_text(one.batch.day)),
    Column(
        "Lines",
        12,
        lambda one: f"{one.totals.keyed:,} of {one.batch.control_count:,}",
        right=True,
    ),
    Column("State", 9, lambda one: one.batch.state.value),
    Column("By", 8, lambda one: one.batch.staff),
)
_OPTIONS = {"2": "Key", "4": "Set aside"}
_WHY_NOT = ("The sheets were keyed twice", "The handheld came back", "The wrong route")


class ReadEntry(RoomScreen):
    """Which batch is keyed."""

    ident = "RDG030"
    heading = "Read entry"
    help_text = (
        "A batch is the reading sheets of one route, keyed by hand because the handheld failed or "
        "the route is walked with paper. F6 opens one with the count that its sheets state. "
        "Enter goes on keying; a closed batch is an upload like any other, and its exceptions "
        "wait in RDG020."
    )
    commands = (
        NEW.called("New batch", "Key the sheets of a route.", Right.UPLOAD_READS.value),
        REFRESH,
    )
    option_rights: ClassVar[dict[str, Right]] = dict.fromkeys(_OPTIONS, Right.UPLOAD_READS)

    def body(self) -> Iterable[Widget]:
        """The batches, the newest first."""
        list_: RecordList[_Row] = RecordList(
            _COLUMNS,
            options=_OPTIONS,
            empty="No sheets were keyed yet: F6 opens a batch.",
            key=lambda one: one.batch.batch_id,
        )
        yield list_
        yield Sheet(id="legend")

    def open(self) -> None:
        """Read the batches."""
        list_: RecordList[_Row] = self.query_one(RecordList)
        rows = [_Row(one, totals_of(one.batch_id)) for one in batches()]
        list_.show_again(Listed(rows, lambda one: one.batch.route))
        self.query_one("#legend", Sheet).show([list_.legend_line])

    def shown_again(self) -> None:
        """Lines were keyed over it, or a batch was opened or closed."""
        self.open()
        self.say(self.greeting())

    def greeting(self) -> str:
        """What is open."""
        count = len(batches(state=KeyedState.OPEN))
        if not count:
            return "F6 opens a batch for the sheets of a route."
        return f"{counted(count, 'batch')} open: Enter goes on keying."

    def on_record_list_chosen(self, message: RecordList.Chosen) -> None:
        """Key the first one that was chosen, or set those aside that were marked."""
        message.stop()
        (option, row), *later = message.choices
        if option == "2":
            message.list.keep(later)
            self.billing.open_screen("RDG031", str(row.batch.batch_id))
            return
        aside = [one.batch.batch_id for chosen, one in message.choices if chosen == "4"]
        word = f"Set {counted(len(aside), 'batch')} aside. Why?"
        ask_why(
            self,
            word,
            _WHY_NOT,
            lambda why: self._set_aside(aside, why),
            otherwise="Nothing was set aside.",
        )

    def _set_aside(self, numbers: list[int], why: str) -> None:
        desk = self.desk

        def work() -> None:
            for number in numbers:
                cancel_keyed_batch(desk, number, why=why)

        def then(_: None) -> None:
            self.open()
            self.say("Set aside; what was keyed stays for the record.")

        self.carry_out("saving", work, then)

    def command_new(self) -> Outcome:
        """Ask for route and control, and go on to the lines."""
        self.billing.ask(NewBatch(self.desk.business_day), self._opened)
        return True

    def _opened(self, given: Mapping[str, Any] | None) -> None:
        if given is None:
            return
        desk, due = self.desk, given["route"]

        def work() -> BatchLine:
            return open_keyed_batch(
                desk,
                due.instance_id,
                due.route,
                control_count=given["control_count"],
                control_total=given["control_total"],
                day=given["day"],
            )

        self.carry_out(
            "saving", work, lambda batch: self.billing.open_screen("RDG031", str(batch.batch_id))
        )
