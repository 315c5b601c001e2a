"""SVC040 Moves: starts, stops and transfers, newest first; 4 takes one back (SVO-1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from billing_tui.access.rights import Right
from billing_tui.foundation.moments import day_of
from billing_tui.records.find_records import places_for
from billing_tui.service_orders.moves import MoveLine, moves_of
from billing_tui.service_orders.undo_move import foresee_undo, undo_move
from billing_tui.tui.commands import BACKWARD, FORWARD, REFRESH
from billing_tui.tui.ink import Line, Role, gap
from billing_tui.tui.list_screen import ListScreen
from billing_tui.tui.pages import Onward
from billing_tui.tui.record_list import Column, RecordList
from billing_tui.tui.screens.service_orders.move_lines import said
from billing_tui.tui.screens.service_orders.undo_window import UndoReason
from billing_tui.tui.shown import day_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from billing_tui.records.find_records import FoundPlace
    from billing_tui.service_orders.undo_move import Undone

_COLUMNS: tuple[Column[MoveLine], ...] = (
    Column("Move", 5, lambda row: str(row.move_id), right=True),
    Column("Day", 8, lambda row: day_text(row.day), role=lambda _row: Role.VALUE),
    Column("Kind", 8, lambda row: row.kind.value),
    Column("What", 20, lambda row: row.told, grows=True),
    Column("Address", 16, lambda row: row.address, grows=True, keeps_end=True, extra=100),
    Column("By", 6, lambda row: row.by),
    Column("State", 6, lambda row: "stands" if row.stands else "undone"),
)
_OPTIONS = {"4": "Undo", "5": "Display account"}


class Moves(ListScreen[MoveLine]):
    """What was entered for a place, or in the whole office."""

    ident = "SVC040"
    heading = "Moves"
    help_text = (
        "Starts, stops and transfers of a place, or of the whole office where none was named, "
        "newest first. 4 takes a move back: it is carried out and rolled back first, so that the "
        "window shows what it really does and that it comes to nothing. A move that was billed, or "
        "on which something else stands, is not taken back; the message says what stands there."
    )
    commands = (REFRESH, BACKWARD, FORWARD)
    option_rights: ClassVar[dict[str, Right]] = {"4": Right.KEEP_RECORDS}
    detail_rows = (4, 4)
    looks_again = True

    def prepare(self) -> None:
        """Find the place that was named, by an account or a location."""
        found = places_for(self.subject) if self.subject else ()
        self._place: FoundPlace | None = found[0] if found else None

    def open(self) -> None:
        """Who holds the place may have changed with a move that was taken back."""
        if self._place is not None:
            [self._place] = places_for(self._place.number)
        super().open()

    def make_list(self) -> RecordList[MoveLine]:
        """The moves."""
        return RecordList(
            _COLUMNS,
            options=_OPTIONS,
            default="5",
            empty="Nobody has moved here since this program keeps moves.",
            key=lambda row: row.move_id,
        )

    def source(self) -> Onward[MoveLine]:
        """The moves, newest first."""
        row_id = self._place.location_id if self._place else None

        def fetch(row: MoveLine | None, limit: int) -> Sequence[MoveLine]:
            return moves_of(row_id, before=row.move_id if row else None, limit=limit)

        return Onward(fetch, lambda row: str(row.move_id))

    def head(self) -> Line:
        """Whose moves these are."""
        place = self._place
        told = f"{place.number} {place.address}" if place else "The whole office, newest first"
        holder = f"   {place.holder or 'nobody there'}" if place else ""
        return (gap(1), (told, Role.ACCENT), (holder, Role.LABEL))

    def greeting(self) -> str:
        """What can be done."""
        return "4 beside a move takes it back, as long as nothing was billed by it."

    def detail(self, row: MoveLine, width: int, height: int) -> list[Line]:
        """Who did what."""
        return detail_lines(row, width)[:height]

    def on_record_list_chosen(self, message: RecordList.Chosen) -> None:
        """Take one move back after the other, or show an account."""
        message.stop()
        chosen: list[tuple[str, Any]] = list(message.choices)
        undo = [row for option, row in chosen if option == "4"]
        if not undo:
            self._display(chosen[0][1])
            return
        first: MoveLine = max(undo, key=lambda row: row.move_id)
        message.list.keep([one for one in chosen if one[1].move_id != first.move_id])
        self._ask(first)

    def _display(self, row: MoveLine) -> None:
        there = [part.number for part in row.parts if part.name]
        if there:
            self.billing.open_screen("ACC020", there[-1])
        else:
            self.warn("The account was removed when the move was taken back.")

    def _ask(self, row: MoveLine) -> None:
        """Rehearse the undo; then ask why."""
        desk = self.desk

        def given(answer: dict[str, Any] | None) -> None:
            if answer is None:
                self.say(f"Move {row.move_id} stands.")
                return
            why = str(answer["reason"])
            self.save(lambda: undo_move(desk, row.move_id, why=why), _told)

        def rehearsed(undone: Undone) -> None:
            self.billing.ask(UndoReason(undone), given)

        self.carry_out("looking", lambda: foresee_undo(desk, row.move_id), rehearsed)


def _told(undone: Undone) -> str:
    told = [f"{number} goes on" for number in undone.restored]
    told += [f"{number} is removed" for number in undone.removed]
    return f"Move {undone.move_id} never was: {', '.join(told)}."


def detail_lines(row: MoveLine, width: int) -> list[Line]:
    """Who did what, and how it was entered."""
    words = [
        f"{part.number} {part.name or '(removed)'}: {part.part.value}, {part.address}"
        for part in row.parts
    ]
    entered = f"Entered {_moment(row.at)} by {row.by}; readings: {row.source}."
    undone = f" Taken back {_moment(row.undone_at)}." if row.undone_at else ""
    return [line for word in [*words, entered + undone] for line in said(word, width)]


def _moment(at: str) -> str:
    return day_text(day_of(at))
