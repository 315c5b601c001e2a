"""SVC041 Undo a move: what taking it back comes to, and why it is taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.tui.ink import Role
from billing_tui.tui.painted import Sheet
from billing_tui.tui.screens.reason import ReasonScreen
from billing_tui.tui.shown import counted, usage_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.widget import Widget

    from billing_tui.service_orders.undo_move import Undone
    from billing_tui.tui.ink import Line

_USUAL = (
    "The customer stays after all",
    "Never moved in",
    "Wrong account",
    "Wrong day",
)


def proof_lines(undone: Undone) -> list[Line]:
    """What an undo does, each account on a line of its own, and that it comes to nothing."""
    told = [f"{number} goes on as if it had never ended." for number in undone.restored]
    told += [f"{number} is removed as if it had never been." for number in undone.removed]
    if undone.withdrawn:
        reads, usage = counted(undone.withdrawn, "read"), usage_text(undone.usage_milli, "")
        told.append(f"{reads} withdrawn; what was counted with it is taken back: {usage} is left.")
    told.append("Tried and rolled back just now: the place stood as before the move, net 0.00.")
    return [((f"   {one}", Role.VALUE),) for one in told]


class UndoReason(ReasonScreen):
    """Shows what was proved and asks why."""

    ident = "SVC041"
    help_text = "The undo was carried out and rolled back to show this; key why it is to stand."

    def __init__(self, undone: Undone) -> None:
        super().__init__(f"Undo move {undone.move_id}. Why?", _USUAL)
        self._undone = undone

    def body(self) -> Iterable[Widget]:
        """The proof, the usual reasons, the line for another one."""
        yield Sheet(proof_lines(self._undone))
        yield from super().body()
