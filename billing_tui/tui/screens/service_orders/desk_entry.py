"""An entry of the service desk: its sheet fits the window and says where more would follow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from billing_tui.tui.entry_screen import EntryScreen
from billing_tui.tui.ink import Role
from billing_tui.tui.screens.service_orders.look_again import asked_again
from billing_tui.tui.shown import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from textual.events import Resize

    from billing_tui.service_orders.ahead import ReadAhead
    from billing_tui.tui.ink import Line
    from billing_tui.tui.room_screen import RoomScreen

_FRAME = 4  # title, rule, message, keys
_MOST_FIELDS = 16  # in sight; a longer form scrolls


def fitted(lines: Sequence[Line], room: int) -> list[Line]:
    """The lines in so many rows: what needs a look first, `+` where some find no room."""
    if len(lines) <= room:
        return list(lines)
    kept = max(room - 1, 0)
    more = counted(len(lines) - kept, "line")
    return [*lines[:kept], ((f" + {more} more; a taller window shows them.", Role.WARNING),)]


class DeskEntry(EntryScreen):
    """An entry with a sheet that may be longer than the window."""

    outlook_word: ClassVar[str] = "What will happen"

    def open(self) -> None:
        """What was named stands there, understood."""
        super().open()
        self.take_subject()

    def put_outlook(self, lines: Sequence[Line]) -> None:
        """Put as many of the lines on the sheet as fit under the fields."""
        fields = min(len(self.form.shown), _MOST_FIELDS)
        super().put_outlook(fitted(lines, self.billing.size.height - _FRAME - fields))

    def on_resize(self, _event: Resize) -> None:
        """The sheet in the new room."""
        if self.is_mounted:
            self.show_outlook()

    def reads_ahead(self, values: Mapping[str, Any]) -> Iterable[ReadAhead]:
        """The readings among the values, with what the checks ask about them."""
        del values
        return ()

    def ask_first(self, values: Mapping[str, Any]) -> RoomScreen | None:
        """A reading that the checks doubt is confirmed by a second F10, or Enter."""
        return asked_again(self.reads_ahead(values))
