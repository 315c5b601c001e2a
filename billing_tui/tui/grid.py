"""A grid for heads-down entry: rows of a source, some columns keyed, one cell at a time.

A cell that is left is read by its kind and offered to the screen (`Accepted`); the screen saves it
and says `go_on`, or `refuse`, which keeps the cursor and the text where they are. Nothing moves on
by itself, so that keys typed ahead wait for the save and land in the cell that they were meant for.
Rows come a page at a time, so a route of two thousand meters is no longer than one of twenty.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from textual.geometry import Region
from textual.message import Message

from billing_tui.foundation.errors import BillingError
from billing_tui.tui.cell import Cell
from billing_tui.tui.cell_entry import CellEntry, still_line
from billing_tui.tui.ink import Role, gap
from billing_tui.tui.line_edit import one_line
from billing_tui.tui.painted import keyboard_of
from billing_tui.tui.record_list import RecordList

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from textual.events import Key, Paste, Resize

    from billing_tui.tui.ink import Line, Span
    from billing_tui.tui.kinds import Choice, Kind, Taken
    from billing_tui.tui.pages import Source
    from billing_tui.tui.record_list import Column

R = TypeVar("R")


class Grid(RecordList[R]):
    """Rows with cells to key."""

    row_role: ClassVar[Role | None] = None

    class Accepted(Message):
        """A cell was left: its entry makes sense; the screen saves it and says how it went.

        Attributes:
            changed: something else stood there before.
            touched: something was keyed there, if only what stood there before.
            entered: it was left with Enter, not with an arrow.
        """

        def __init__(
            self, grid: Grid[Any], edit: CellEntry, taken: Taken, *, entered: bool
        ) -> None:
            super().__init__()
            self.grid = grid
            self.row: Any = grid.row
            self.name = grid.here[0]
            self.taken = taken
            self.changed = taken.shown != edit.stored
            self.touched = not edit.fresh
            self.entered = entered

    class Passed(Message):
        """A cell was left as it stands; the cursor is on another one."""

    def __init__(
        self,
        columns: Sequence[Column[R]],
        *,
        key: Callable[[R], Hashable],
        empty: str = "Nothing to key.",
        passes: str = "/",
        id: str | None = None,  # noqa: A002 - Textual's name for it
    ) -> None:
        """As a list; characters of `passes` that a cell does not take are left to the screen."""
        super().__init__(columns, key=key, empty=empty, id=id)
        self._passes = passes
        self._edit = CellEntry()
        self._at_name = next((one.name for one in self.cells), "")
        self._then: Callable[[], object] = self.next_cell

    # What the screen asks

    @property
    def cells(self) -> list[Cell[R]]:
        """The columns that are keyed."""
        return [column for column in self.columns if isinstance(column, Cell)]

    @property
    def here(self) -> tuple[str, Kind | None]:
        """Name of the cell at the cursor and what it takes; None for one that is shut."""
        return self._at_name, self._edit.kind

    def put(self, row: R) -> None:
        """Show another picture of a row; the cursor stays."""
        wanted = self._key(row)
        places = [self._at, *range(len(self._pages))]
        for place in places:
            if place < len(self._pages) and self._key(self._pages[place]) == wanted:
                self._pages.put(place, row)
                self._refresh_row(place)
                break
        if self.row is not None and self._key(self.row) == wanted:
            self._stand()

    def add(self, row: R) -> None:
        """Hold a row that was just made, under the last one."""
        self._pages.add(row)
        self.refresh()

    def go_on(self) -> None:
        """The entry was taken: go where the person was heading."""
        self._stand()
        self._then()

    def refuse(self, field: str | None = None) -> None:
        """The entry was refused: stay, with the cursor on the column of that name if there is."""
        if field and field != self._at_name and field in {one.name for one in self.cells}:
            self.to_cell(field)
        self._edit.refuse()
        self._refresh_row(self._at)

    def to_cell(self, name: str) -> None:
        """Put the cursor on another column of the row."""
        self._at_name = name
        self._stand()
        self._refresh_row(self._at)

    def next_cell(self) -> None:
        """To the next open cell of the row, or to the first one of the next row."""
        open_ = self._open_cells()
        after = open_[open_.index(self._at_name) + 1 :] if self._at_name in open_ else []
        if after:
            self.to_cell(after[0])
        else:
            self.next_row()

    def next_row(self, name: str = "") -> None:
        """To a column of the next row, the first one unless it is named; stays on the last row."""
        before = self._at
        self._go(self._at + 1)
        if self._at != before or self._at_name not in self._open_cells():
            self.to_cell(name or next(iter(self._open_cells()), self._at_name))

    def take(self, then: Callable[[], object]) -> None:
        """Offer what stands in the cell, then go on like that; at once where nothing was keyed."""
        self._leave(then)

    def head_for(self, then: Callable[[], object]) -> None:
        """Where `go_on` goes this time."""
        self._then = then

    def find(self, text: str) -> bool:
        """To the row that the source finds for a text; False where there is none."""
        if not self._pages.to_text(text):
            return False
        self._jump(0)
        self._shift(self._pages.grow_up())
        self._centre()
        return True

    def _centre(self) -> None:
        """Show what stands above the cursor too, where there is room."""
        middle = self._at - self._shown // 2
        self._top = max(min(middle, len(self._pages) - self._shown), 0)
        self.refresh()

    def _on_resize(self, _event: Resize) -> None:
        self._centre()

    def show(self, source: Source[R], *, at: R | None = None) -> None:
        """Show other rows."""
        super().show(source, at=at)
        self._stand()

    # Where the cursor is

    def _open_cells(self) -> list[str]:
        row = self.row
        return [one.name for one in self.cells if row is not None and one.kind(row) is not None]

    def _column(self) -> Cell[R] | None:
        return next((one for one in self.cells if one.name == self._at_name), None)

    def _stand(self) -> None:
        row, column = self.row, self._column()
        if row is None or column is None:
            self._edit.put(None, "")
        else:
            self._edit.put(column.kind(row), column.text(row))

    def _go(self, place: int) -> None:
        before = self._key(self.row) if self.row is not None else None
        super()._go(place)
        if self.row is not None and self._key(self.row) != before:
            open_ = self._open_cells()
            if open_ and self._at_name not in open_:
                self._at_name = open_[0]
            self._stand()
            self._refresh_row(self._at)

    def _jump(self, place: int) -> None:
        super()._jump(place)
        self._stand()

    # Keys

    def keeps_focus(self, key: Key) -> bool:
        """Plain characters stay in the cell, unless they finish it or are left to the screen."""
        kind = self._edit.kind
        return not (kind is None or kind.auto_advance or self._left_to_screen(key.character or ""))

    def _left_to_screen(self, character: str) -> bool:
        kind = self._edit.kind
        taken = kind is not None and (not kind.characters or character in kind.characters)
        if character == "?":
            return kind is None or kind.choices is not None or not taken
        return character in self._passes and (not taken or kind is None or bool(kind.choices))

    async def _on_key(self, event: Key) -> None:
        if keyboard_of(self).drops():
            event.stop()
            event.prevent_default()
        elif event.character is not None and event.is_printable:
            event.prevent_default()  # the list's own handling of characters
            if not self._left_to_screen(event.character):
                event.stop()
                self._type(event.character)
        elif self._edit.edit(event.key):
            event.stop()
            event.prevent_default()
            self._refresh_cell()

    def _on_paste(self, event: Paste) -> None:
        event.stop()
        event.prevent_default()
        pasted = one_line(event.text)
        if pasted is None:
            self._complain("What was pasted has several lines; a cell takes one.")
            return
        for character in pasted:
            self._type(character)

    def _type(self, character: str) -> None:
        refusal = self._edit.type(character)
        if refusal:
            self._complain(refusal)
        self._refresh_cell()
        if not refusal and self._edit.full:
            self._leave(self.next_cell, entered=True)

    def _leave(self, then: Callable[[], object], *, entered: bool = False) -> None:
        """Offer the cell to the screen, or just go where nothing was keyed and no Enter pressed."""
        if not (entered or self._edit.edited):
            then()
            self.post_message(self.Passed())
            return
        try:
            taken = self._edit.read()
        except BillingError as error:
            self.refuse()
            self._complain(error.sentence)
            return
        self._then = then
        self.post_message(self.Accepted(self, self._edit, taken, entered=entered))

    def command_next(self) -> bool:
        """Take the cell and go on."""
        if self.row is not None:
            self._leave(self.next_cell, entered=True)
        return True

    def command_up(self) -> bool:
        """One row up, in the same column."""
        self._leave(lambda: self._go(self._at - 1))
        return True

    def command_down(self) -> bool:
        """One row down, in the same column."""
        self._leave(lambda: self._go(self._at + 1))
        return True

    def command_next_field(self) -> bool:
        """To the next cell."""
        self._leave(self.next_cell)
        return True

    def command_previous_field(self) -> bool:
        """To the cell before, or to the last one of the row above."""
        self._leave(self._previous_cell)
        return True

    def _previous_cell(self) -> None:
        open_ = self._open_cells()
        before = open_[: open_.index(self._at_name)] if self._at_name in open_ else []
        if before:
            self.to_cell(before[-1])
        elif self._at > 0 or not self._pages.at_start:
            self._go(self._at - 1)
            self.to_cell(next(reversed(self._open_cells()), self._at_name))

    def command_forward(self) -> bool | str:
        """One page down."""
        return self._page(super().command_forward)

    def command_backward(self) -> bool | str:
        """One page up."""
        return self._page(super().command_backward)

    def _page(self, turn: Callable[[], bool | str]) -> bool | str:
        if not self._edit.edited:
            return turn()
        self._leave(turn)
        return True

    def command_first(self) -> bool:
        """To the start of the entry, or to the first row."""
        return self._ends(0, super().command_first)

    def command_last(self) -> bool:
        """To the end of the entry, or to the last row."""
        return self._ends(len(self._edit.text), super().command_last)

    def _ends(self, cursor: int, jump: Callable[[], bool]) -> bool:
        if not self._edit.edited:
            return jump()
        self._edit.move(cursor)
        self._refresh_cell()
        return True

    def command_erase_field(self) -> bool:
        """Erase the cell."""
        self._edit.retype("")
        self._refresh_cell()
        return True

    def command_cancel(self) -> bool:
        """Take back what was keyed into the cell."""
        if not self._edit.edited and not self._edit.wrong:
            return False
        self._stand()
        self._refresh_row(self._at)
        return True

    def command_duplicate(self) -> bool | str:
        """Copy the cell from the row above."""
        column = self._column()
        if column is None or self._at == 0:
            return "No row stands above to copy from."
        self._edit.retype(column.text(self._pages[self._at - 1]))
        self._leave(self.next_cell, entered=True)
        return True

    def command_list(self) -> bool:
        """List what the cell takes; the chosen one is put there."""
        from billing_tui.tui.screens.choose import ChooseScreen

        kind, column = self._edit.kind, self._column()
        if kind is None or kind.choices is None or column is None:
            return False

        def chosen(choice: Choice | None) -> None:
            if choice is not None:
                self._edit.retype(choice.code)
                self._leave(self.next_cell, entered=True)

        text = "" if self._edit.fresh else self._edit.text
        screen: Any = self.screen
        screen.billing.ask(ChooseScreen(column.title, kind.choices(text)), chosen)
        return True

    # Drawing

    def _refresh_cell(self) -> None:
        x = 1
        for column, cells in self._widths(self.size.width):
            if isinstance(column, Cell) and column.name == self._at_name:
                self.refresh(Region(x, self._at - self._top + 1, cells, 1))
                return
            x += cells + 2

    def line(self, row: R, width: int, *, here: bool) -> Line:
        """One row as spans, the cell at the cursor as it is being keyed."""
        del here
        current = self.has_focus and self.row is not None and self._key(row) == self._key(self.row)
        spans: list[Span] = [gap(1)]
        for column, cells in self._widths(width):
            if current and isinstance(column, Cell) and column.name == self._at_name:
                spans += self._edit.line(cells)
            else:
                spans += self._still(column, row, cells)
            spans.append(gap(2))
        return tuple(spans[:-1])

    def _still(self, column: Column[R], row: R, cells: int) -> Line:
        open_ = isinstance(column, Cell) and column.kind(row) is not None
        role = Role.FIELD if open_ else column.role(row)
        return still_line(column.text(row), cells, figure=column.right, role=role)
