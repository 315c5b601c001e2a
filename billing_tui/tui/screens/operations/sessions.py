"""SES010 Sessions: who is signed on, where, since when, and when they last keyed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from billing_tui.access.sessions import open_sessions
from billing_tui.foundation.moments import column_moment
from billing_tui.tui.commands import BACKWARD, FORWARD, REFRESH
from billing_tui.tui.ink import Role
from billing_tui.tui.record_list import Column, RecordList
from billing_tui.tui.room_screen import RoomScreen
from billing_tui.tui.shown import counted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.widget import Widget

    from billing_tui.access.sessions import SessionLine

_COLUMNS: tuple[Column[SessionLine], ...] = (
    Column("User", 8, lambda row: row.username, role=lambda _row: Role.VALUE),
    Column("Name", 16, lambda row: row.name, grows=True, extra=100),
    Column("Station", 12, lambda row: row.station, grows=True),
    Column("Since", 14, lambda row: column_moment(row.since)),
    Column("Last key", 14, lambda row: column_moment(row.last_key)),
    Column("Screen", 6, lambda row: row.screen),
    Column("Process", 7, lambda row: str(row.pid), right=True),
    Column("", 4, lambda row: "" if row.alive else "gone", role=lambda _row: Role.WARNING),
)


class Sessions(RoomScreen):
    """Who works at the screens now."""

    ident = "SES010"
    heading = "Sessions"
    help_text = (
        "Everybody who is signed on at the screens of this office. The last key is known to half a "
        "minute. A session marked gone has lost its process without signing off; the next one that "
        "begins clears it, and the trail says so. Why a session ended stands in the trail: AUD030, "
        "verb access.end_session."
    )
    commands = (REFRESH, BACKWARD, FORWARD)

    def body(self) -> Iterable[Widget]:
        """The sessions."""
        yield RecordList(_COLUMNS, empty="Nobody is signed on.", key=lambda row: row.session_id)

    def open(self) -> None:
        """Read who is signed on."""
        self._rows = open_sessions(self.desk)
        self.query_one(RecordList).show_rows(self._rows, lambda row: row.username)

    def greeting(self) -> str:
        """How many, and how many of them are gone."""
        gone = sum(not row.alive for row in self._rows)
        more = f", {gone:,} of them gone" if gone else ""
        return f"{counted(len(self._rows), 'session')}{more}. F5 looks again."

    def on_record_list_chosen(self, message: RecordList.Chosen) -> None:
        """Say in words what stands in the row."""
        message.stop()
        row: SessionLine = message.choices[0][1]
        now = self.desk.clock()
        minutes = int((now - datetime.fromisoformat(row.last_key)).total_seconds() // 60)
        state = f"last key {counted(minutes, 'minute')} ago" if row.alive else "its process is gone"
        self.say(f"{row.name} at {row.station}, on {row.screen}: {state}.")
