"""A list, what its options mean, and the row at the cursor in full: what such screens share.

A screen gives its list, where the rows come from and how one is told in full; the cursor, the room
that the terminal leaves, and what is shown again after saving are looked after here.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

from billing_tui.tui.ink import BLANK, Line
from billing_tui.tui.painted import Rule, Sheet
from billing_tui.tui.record_list import RecordList
from billing_tui.tui.room_screen import RoomScreen
from billing_tui.tui.shown import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from textual.events import Resize
    from textual.widget import Widget

    from billing_tui.foundation.errors import BillingError
    from billing_tui.tui.pages import Source
    from billing_tui.tui.room_screen import Outcome

E = TypeVar("E", bound=Enum)
R = TypeVar("R")
T = TypeVar("T")
_TALL = 32


def next_view(view: E) -> E:
    """The one that F11 turns to, round and round."""
    views: list[E] = [*type(view)]
    return views[(views.index(view) + 1) % len(views)]


class ListScreen(RoomScreen, Generic[R]):
    """Rows, and the one at the cursor in full.

    A subclass says `make_list`, `source` and `detail`, and where it needs to `head` and `above`.
    """

    detail_rows: ClassVar[tuple[int, int]] = (10, 22)
    """Rows of the detail, on a terminal of less than 32 rows and on a taller one."""
    looks_again: ClassVar[bool] = False
    """A refusal shows what stands now beside it, as earlier rows may have been saved."""
    row: R | None = None
    """The row that is told in full."""

    # What a subclass says

    def make_list(self) -> RecordList[R]:
        """The list, with its columns and options."""
        raise NotImplementedError

    def source(self) -> Source[R]:
        """Where the rows come from."""
        raise NotImplementedError

    def detail(self, row: R, width: int, height: int) -> Sequence[Line]:
        """One row in full."""
        raise NotImplementedError

    def above(self) -> Iterable[Widget]:
        """What stands over the list."""
        yield Sheet(id="head")
        yield Rule()

    def head(self) -> Line:
        """What is listed, in one line, where `above` has a sheet for it."""
        return BLANK

    def legend(self) -> Line:
        """What the options mean."""
        return self.records.legend_line

    # Frame

    def body(self) -> Iterable[Widget]:
        """What is listed, the list, the row at the cursor."""
        yield from self.above()
        yield self.make_list()
        yield Sheet(id="legend")
        yield Rule()
        yield Sheet(id="detail")

    @property
    def records(self) -> RecordList[R]:
        """The list."""
        return self.query_one(RecordList)

    def open(self) -> None:
        """Read the rows; the cursor stays where it was."""
        self.fill()
        self.row = self.records.row
        for sheet in self.query("#head").results(Sheet):
            sheet.show([self.head()])
        self.show_detail()

    def shown_again(self) -> None:
        """Show what stands now, as another screen may have changed it; options go on standing."""
        self.open()
        self.show_keys()

    def fill(self) -> None:
        """Put the rows into the list."""
        self.records.show_again(self.source())

    def on_record_list_moved(self, message: RecordList.Moved) -> None:
        """Tell the row at the cursor."""
        message.stop()
        if self.row is not self.records.row:
            self.row = self.records.row
            self.show_detail()

    def on_resize(self, _event: Resize) -> None:
        """Tell it in the new room."""
        self.show_detail()

    def show_detail(self) -> None:
        """Tell the row at the cursor in the room there is, and what can be done with it."""
        width, rows = self.billing.size
        height = self.detail_rows[rows >= _TALL]
        lines = self.detail(self.row, width, height) if self.row is not None else ()
        blank = [BLANK] * height
        self.query_one("#detail", Sheet).show([*lines, *blank][:height])
        self.query_one("#legend", Sheet).show([self.legend()])

    # What is done with rows

    def show_from_top(self, told: str = "") -> Outcome:
        """List other rows, and say what they are or what to do with them; none is marked."""
        gone = self.records.take_back()
        self.open()
        self.records.command_first()
        self.show_keys()
        back = f" {counted(gone, 'mark')} taken back." if gone else ""
        self.say(f"{told or self.greeting()}{back}")
        return True

    def save(
        self,
        work: Callable[[], T],
        told: Callable[[T], str],
        *,
        later: Sequence[tuple[str, R]] = (),
        doing: str = "saving",
    ) -> None:
        """Carry a verb out; then show what stands now and say what was done.

        Args:
            work: the verb; it touches no widget.
            told: the sentence, from its result, once the rows are shown again.
            later: options that are not carried out yet and go on standing.
            doing: what the status line says meanwhile.
        """

        def then(result: T) -> None:
            self.records.take_back()
            self.records.keep(later)
            self.open()
            self.show_keys()
            self.say(told(result))

        self.carry_out(doing, work, then)

    def refuse(self, error: BillingError) -> None:
        """Show what stands now where that may have changed, and say why not."""
        if self.looks_again:
            self.open()
        super().refuse(error)
