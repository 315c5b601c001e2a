"""SES010 Sessions: who is signed on, where, since when, and when they last keyed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from billing_tui.access.rights import Right
from billing_tui.access.sessions import ask_to_end, open_sessions
from billing_tui.foundation.moments import column_moment
from billing_tui.tui.commands import BACKWARD, FORWARD, REFRESH
from billing_tui.tui.ink import Role
from billing_tui.tui.record_list import Column, RecordList
from billing_tui.tui.room_screen import RoomScreen
from billing_tui.tui.screens.reason import ask_why
from billing_tui.tui.shown import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.widget import Widget

    from billing_tui.access.sessions import SessionLine


def _state(row: SessionLine) -> str:
    if not row.alive:
        return "gone"
    return "ending" if row.ending else ""


_USUAL = ("Left the terminal open", "No longer works here", "The office closes")
_COLUMNS: tuple[Column[SessionLine], ...] = (
    Column("User", 8, lambda row: row.username, role=lambda _row: Role.VALUE),
    Column("Name", 16, lambda row: row.name, grows=True, extra=100),
    Column("Station", 12, lambda row: row.station, grows=True),
    Column("Since", 14, lambda row: column_moment(row.since)),
    Column("Last key", 14, lambda row: column_moment(row.last_key)),
    Column("Screen", 6, lambda row: row.screen),
    Column("Process", 7, lambda row: str(row.pid), right=True, extra=100),
    Column("State", 6, _state, role=lambda _row: Role.WARNING),
)


class Sessions(RoomScreen):
    """Who works at the screens now."""

    ident = "SES010"
    heading = "Sessions"
    help_text = (
        "Everybody who is signed on at the screens of this office. The last key is known to half a "
        "minute. 4 ends a session (lead, specialist): within half a minute its screens close, its "
        "person reads your reason, and what was keyed and not saved stays as a draft. A session "
        "marked gone has lost its process without signing off; 4 clears it, or the next one that "
        "begins. Why a session ended stands in the trail: AUD030, verb access.end_session."
    )
    option_rights: ClassVar[dict[str, Right]] = {"4": Right.END_SESSIONS}
    commands = (REFRESH, BACKWARD, FORWARD)

    def body(self) -> Iterable[Widget]:
        """The sessions."""
        yield RecordList(
            _COLUMNS,
            options={"4": "End", "5": "Tell"},
            default="5",
            empty="Nobody is signed on.",
            key=lambda row: row.session_id,
        )

    def open(self) -> None:
        """Read who is signed on."""
        self._rows = open_sessions(self.desk)
        self.query_one(RecordList).show_rows(self._rows, lambda row: row.username)

    def greeting(self) -> str:
        """How many, and how many of them are gone."""
        gone = sum(not row.alive for row in self._rows)
        more = f", {gone:,} of them gone" if gone else ""
        return f"{counted(len(self._rows), 'session')}{more}. 4 ends one; F5 looks again."

    def on_record_list_chosen(self, message: RecordList.Chosen) -> None:
        """End the sessions, all for one reason, or say in words what stands in the row."""
        message.stop()
        rows = [row for option, row in message.choices if option == "4"]
        if rows:
            self._end(rows)
        else:
            self._tell(message.choices[0][1])

    def _end(self, rows: Sequence[SessionLine]) -> None:
        names = ", ".join(row.username for row in rows)

        def all_of_them(why: str) -> None:
            for row in rows:
                ask_to_end(self.desk, row.session_id, why)

        def end(why: str) -> None:
            self.carry_out("saving", lambda: all_of_them(why), ended)

        def ended(_none: None) -> None:
            self.came_back(f"Told to sign off within half a minute: {names}.")

        ask_why(self, f"End the session of {names}", _USUAL, end)

    def _tell(self, row: SessionLine) -> None:
        now = self.desk.clock()
        minutes = int((now - datetime.fromisoformat(row.last_key)).total_seconds() // 60)
        state = f"last key {counted(minutes, 'minute')} ago" if row.alive else "its process is gone"
        self.say(f"{row.name} at {row.station}, on {row.screen}, process {row.pid}: {state}.")
