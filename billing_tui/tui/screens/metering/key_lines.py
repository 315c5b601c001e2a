"""RDG031 Key reads: the lines of one route's sheets in walk order, heads down."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from billing_tui.access.rights import Right
from billing_tui.foundation.errors import BillingError, InvalidEntry, NotFound
from billing_tui.metering.check_reads import check_reads
from billing_tui.metering.close_keyed_batch import close_keyed_batch
from billing_tui.metering.entry_policy import shipped_entry_policy
from billing_tui.metering.key_reads import Keyed, key_again, key_read
from billing_tui.metering.keyed_batch import (
    KeyedRow,
    find_batch,
    find_row,
    first_asking,
    first_to_key,
    row_of_meter,
    rows_after,
    rows_before,
    totals_of,
)
from billing_tui.metering.open_keyed_batch import restate_control
from billing_tui.metering.overtaken import new_exceptions
from billing_tui.metering.tables import KeyedState
from billing_tui.tui.cell import Cell
from billing_tui.tui.commands import BACKWARD, CONFIRM, FOLD, FORWARD, LIST, REFRESH
from billing_tui.tui.entry import Entry
from billing_tui.tui.form import Form
from billing_tui.tui.grid import Grid
from billing_tui.tui.ink import Role
from billing_tui.tui.kinds import Choice, Kind, choice, register_reading, text
from billing_tui.tui.painted import Rule, Sheet
from billing_tui.tui.pop_up import FormPopUp
from billing_tui.tui.record_list import Column
from billing_tui.tui.room_screen import RoomScreen
from billing_tui.tui.screens.confirm import ConfirmScreen
from billing_tui.tui.screens.metering.key_lines_text import (
    closing_lines,
    head_lines,
    row_lines,
    state_of,
)
from billing_tui.tui.screens.metering.new_batch import RestateControl
from billing_tui.tui.shown import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from textual.events import Key
    from textual.widget import Widget

    from billing_tui.metering.close_keyed_batch import ClosedBatch
    from billing_tui.tui.room_screen import Outcome


@lru_cache(maxsize=16)
def _reading_kind(dials: int) -> Kind:
    return register_reading(dials)


@lru_cache(maxsize=1)
def _code_kind() -> Kind:
    codes = shipped_entry_policy().codes.items()
    return choice(2, [Choice(code, meaning) for code, meaning in codes], "A skip or trouble code.")


def _figure(value: int | None) -> str:
    return "" if value is None else str(value)


_START: tuple[Column[KeyedRow], ...] = (
    Column("Walk", 5, lambda row: str(row.sequence), right=True, role=lambda _row: Role.LABEL),
    Column("Meter", 11, lambda row: row.meter, role=lambda _row: Role.VALUE),
    Column("Address", 18, lambda row: row.address, grows=True, keeps_end=True),
)
_STATE: Column[KeyedRow] = Column("", 20, state_of, role=lambda _row: Role.WARNING)
_FIRST: tuple[Column[KeyedRow], ...] = (
    *_START,
    Cell("Reading", 10, lambda row: _figure(row.reading), right=True, name="reading",
         kind=lambda row: _reading_kind(row.dials)),
    Cell("Code", 4, lambda row: row.code, name="code", kind=lambda _row: _code_kind()),
    _STATE,
)  # fmt: skip
_SECOND: tuple[Column[KeyedRow], ...] = (
    *_START,
    Cell("Again", 10, lambda row: "" if row.differs else _figure(row.again), right=True,
         name="reading", kind=lambda row: _reading_kind(row.dials)),
    _STATE,
)  # fmt: skip

_ONCE_MORE = "Look again: key what the sheet says; {} once more keeps it."


class _Lines:
    """The lines of a batch, a page at a time."""

    def __init__(self, batch_id: int, *, twice: bool) -> None:
        self._batch_id, self._twice = batch_id, twice

    def after(self, row: KeyedRow | None, limit: int) -> Sequence[KeyedRow]:
        """The lines that follow."""
        return rows_after(self._batch_id, row.place if row else 0, limit, twice=self._twice)

    def before(self, row: KeyedRow | None, limit: int) -> Sequence[KeyedRow]:
        """The lines that precede."""
        place = row.place if row else None
        return rows_before(self._batch_id, place, limit, twice=self._twice)

    def from_text(self, text: str, limit: int) -> Sequence[KeyedRow]:
        """From a line on: that of a meter, by the end of its number, or the one at `line 12`."""
        word, _, number = text.partition(" ")
        at_place = word == "line" and number.isdigit()
        place = int(number) if at_place else row_of_meter(self._batch_id, text).place
        return rows_after(self._batch_id, place - 1, limit, twice=self._twice)


class FindMeter(FormPopUp):
    """Asks for a meter's number."""

    ident = "RDG034"
    heading = "Find a meter of this route"
    help_text = "The number on the meter's face, or the end of it."
    opening = "Enter goes to its line, F12 stays."

    def body(self) -> Iterable[Widget]:
        """One field."""
        kind = text(20, "The meter's number, or the end of it.", required=True)
        yield Form(Entry("meter", " Meter", kind, label_width=9))


class KeyLines(RoomScreen):
    """Readings are keyed from paper, each saved and checked as Enter is pressed."""

    ident = "RDG031"
    heading = "Key reads"
    help_text = (
        "Key the reading and Enter; the next line follows. - goes to the code: for a line that "
        "was not read, or for trouble beside a reading; F4 lists the codes. A reading that looks "
        "wrong stops the cursor after it was keyed: key what the sheet says; the same once more "
        "keeps it. / "
        "finds a meter. Going back to a line changes it. F11 keys the large meters a second time, "
        "without sight of the first. F10 closes the batch when it ties to its sheets."
    )
    commands = (
        LIST.called("Codes"),
        BACKWARD,
        FORWARD,
        CONFIRM.called("Close", "Close the batch: it becomes an upload.", Right.UPLOAD_READS.value),
        FOLD.called("2nd keying", "Key large meters a second time, or go back to all lines."),
        REFRESH,
    )

    def prepare(self) -> None:
        """The batch that was named."""
        if not self.subject.isdigit():
            raise InvalidEntry("Key the number of a batch; RDG030 lists them.", field="way")
        self._batch = find_batch(int(self.subject))
        self._totals = totals_of(self._batch.batch_id)
        self._again = False
        self._told = ""

    def body(self) -> Iterable[Widget]:
        """Control and totals, the lines, what stands at the cursor."""
        yield Sheet(id="totals")
        yield Rule()
        grid: Grid[KeyedRow] = Grid(
            _FIRST,
            key=lambda row: row.place,
            passes="/-",
            empty="No large meter was keyed; F11 goes back to all lines.",
        )
        yield grid
        yield Rule()
        yield Sheet(id="detail")

    @property
    def grid(self) -> Grid[KeyedRow]:
        """The lines."""
        grid: Grid[KeyedRow] = self.query_one(Grid)
        return grid

    def open(self) -> None:
        """Read the lines, with the cursor on the first that is not keyed."""
        self._batch = find_batch(self._batch.batch_id)
        self._totals = totals_of(self._batch.batch_id)
        grid, batch_id = self.grid, self._batch.batch_id
        grid.columns = _SECOND if self._again else _FIRST
        place = grid.row.place if grid.row is not None else first_to_key(batch_id)
        grid.show(_Lines(batch_id, twice=self._again))
        if place > 1:
            grid.find(f"line {place}")
        self._show()

    def greeting(self) -> str:
        """What to do."""
        if self._batch.state is not KeyedState.OPEN:
            upload = f"; it is upload {self._batch.upload_id}" if self._batch.upload_id else ""
            return f"Batch {self._batch.batch_id} is {self._batch.state.value.lower()}{upload}."
        if self._again:
            return "Key the large meters again from the sheets, without sight of the first keying."
        return "Key the reading and Enter; - for a code, / finds a meter."

    def why_not(self, command: Any) -> str:
        """A batch that is closed cannot be closed again."""
        if command.id == CONFIRM.id and self._batch.state is not KeyedState.OPEN:
            return self.greeting()
        return super().why_not(command)

    def _show(self) -> None:
        width, _ = self.billing.size
        self.query_one("#totals", Sheet).show(head_lines(self._batch, self._totals, width))
        self.query_one("#detail", Sheet).show(
            row_lines(self.grid.row, self._told, width, second=self._again)
        )

    def on_record_list_moved(self, message: Grid.Moved) -> None:
        """Show what the reader should know at this line; a warning about another one is over."""
        message.stop()
        row = self.grid.row
        if self.told[1] == "warn" and row is not None and not (row.asks or row.differs):
            self.say(self.greeting())
        self._show()

    # Keying

    def on_grid_accepted(self, message: Grid.Accepted) -> None:
        """Save the line and go on, or go where an empty or unchanged cell leads."""
        message.stop()
        row: KeyedRow = message.row
        value, grid = message.taken.value, self.grid
        asks = row.asks and message.name == "reading" and not self._again
        if asks and not message.touched:
            self._stop(_ONCE_MORE.format(row.reading))
            return
        if not message.changed and not asks:
            self._go_on(message, empty=value is None)
            return
        if message.entered:
            grid.head_for(lambda: grid.next_row("reading"))
        self.carry_out("saving", self._verb(row, message.name, value), self._saved)

    def _go_on(self, message: Grid.Accepted, *, empty: bool) -> None:
        """Past a cell in which nothing was changed: from an empty reading to its code."""
        grid = self.grid
        if message.entered and not (empty and message.name == "reading" and not self._again):
            grid.head_for(lambda: grid.next_row("reading"))
        grid.go_on()

    def _verb(self, row: KeyedRow, name: str, value: Any) -> Any:
        desk, batch_id = self.desk, self._batch.batch_id
        reading = int(value) if value is not None and name == "reading" else None
        if self._again:
            if reading is None:
                return lambda: Keyed(find_row(batch_id, row.place), "", totals_of(batch_id))
            return lambda: key_again(
                desk, batch_id, row.place, reading=reading, version=row.version
            )
        code = str(value or "") if name == "code" else row.code
        if name == "code":
            reading = row.reading
        elif (code in shipped_entry_policy().skip) is (reading is not None):
            code = ""
        return lambda: key_read(
            desk, batch_id, row.place, reading=reading, code=code, version=row.version
        )

    def _saved(self, keyed: Keyed) -> None:
        """Show the line as it is now; a reading that looks wrong keeps the cursor."""
        row = keyed.row
        self._totals, self._told = keyed.totals, f"{row.meter}: {keyed.told}" if keyed.told else ""
        self.grid.put(row)
        if row.asks and not self._again:
            self._stop(_ONCE_MORE.format(row.reading))
        elif self._again and row.differs:
            self._stop("It differs from the first keying; both are kept. Key it once more.")
        else:
            self.grid.go_on()
            self.say(self._next())
        self._show()

    def _stop(self, sentence: str) -> None:
        self.billing.drop_keys()
        self.billing.bell()
        self.warn(sentence)

    def _next(self) -> str:
        left = self._batch.control_count - self._totals.keyed
        if self._again:
            return f"{counted(self._totals.to_verify + self._totals.differ, 'meter')} to go."
        if left == 0:
            verify = "F11 keys large meters again; " if self._totals.to_verify else ""
            return f"All lines that the sheets state are keyed: {verify}F10 closes the batch."
        return "Key the reading and Enter; - for a code, / finds a meter."

    def refuse(self, error: BillingError) -> None:
        """Keep the cursor on the cell that is refused."""
        self.grid.refuse(error.field)
        super().refuse(error)

    def on_key(self, event: Key) -> None:
        """`-` goes to the code of the line, `/` asks for a meter."""
        if event.character == "-" and not self._again:
            event.stop()
            self.grid.to_cell("code")
        elif event.character == "/":
            event.stop()
            self.billing.ask(FindMeter(), self._found)

    def _found(self, given: Mapping[str, Any] | None) -> None:
        if given is None:
            return
        try:
            if not self.grid.find(str(given["meter"])):
                raise NotFound("That meter is keyed once only.")
        except BillingError as error:
            self.refuse_sentence(error.sentence)
            return
        self._show()
        self.say(self.greeting())

    def command_fold(self) -> Outcome:
        """The second keying of large meters, or all lines."""
        self._again = not self._again
        self._told = ""
        self.open()
        self.grid.command_first()
        self.say(self.greeting())
        return True

    # Closing

    def command_confirm(self) -> Outcome:
        """Close the batch; what does not tie is shown first."""
        batch, totals = self._batch, totals_of(self._batch.batch_id)
        left = totals.open_points(batch)
        if totals.asking:
            return self._to_flagged(left[-1])
        if totals.differ or totals.to_verify:
            return f"{left[-1]} F11 keys them."
        if left:
            self.billing.ask(RestateControl(batch, left), self._restated)
            return True
        told = closing_lines(batch, totals, new_exceptions(batch))
        self.billing.ask(ConfirmScreen(f"Close batch {batch.batch_id}?", told), self._close)
        return True

    def _to_flagged(self, sentence: str) -> str:
        """The cursor goes to the first reading that a check asks about."""
        place = first_asking(self._batch.batch_id)
        if self._again:
            self.command_fold()
        if place is not None:
            self.grid.find(f"line {place}")
            self.grid.to_cell("reading")
        self._show()
        return f"{sentence} Key it from the sheet; the same once more keeps it."

    def _restated(self, given: Mapping[str, Any] | None) -> None:
        if given is None:
            self.say("Look for the line that was keyed wrongly; / finds a meter.")
            return
        desk, batch_id = self.desk, self._batch.batch_id

        def work() -> None:
            restate_control(
                desk,
                batch_id,
                control_count=given["control_count"],
                control_total=given["control_total"],
                why=given["why"],
            )

        def then(_: None) -> None:
            self.open()
            self.say("The control was restated; F10 closes the batch.")

        self.carry_out("saving", work, then)

    def _close(self, answer: object) -> None:
        if not answer:
            return
        desk, batch_id = self.desk, self._batch.batch_id

        def work() -> tuple[ClosedBatch, int]:
            closed = close_keyed_batch(desk, batch_id)
            return closed, check_reads(desk, closed.upload.upload_id).open

        def then(done: tuple[ClosedBatch, int]) -> None:
            closed, waiting = done
            self.open()
            self.show_keys()
            self.say(
                f"Batch {batch_id} is upload {closed.upload.upload_id}:"
                f" {counted(waiting, 'exception')} to settle in RDG020."
            )

        self.carry_out("closing", work, then)
