"""Who is signed on: begin, follow and end a session at the screens, and find those that died.

A session is a row while it is open. Its begin is an entry of the trail, and its end with the
reason; a row whose process is gone is cleared by the next session that begins, which notes it too.
Where a person is and when they last keyed is in the row alone. Whoever asks for somebody's end
writes into the row what that person is told; their screens read it and sign off in order.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from billing_tui.access.rights import Right
from billing_tui.access.staff import why_not_here
from billing_tui.access.tables import OpenSession
from billing_tui.access.writing import writing
from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import InvalidEntry, NotFound, Refused
from billing_tui.foundation.text import clean
from billing_tui.foundation.transaction import write_transaction

if TYPE_CHECKING:
    from billing_tui.access.desk import Desk

GONE = "its process is gone"
"""Why a session ended that could not say so itself."""
_BOOT = Path("/proc/sys/kernel/random/boot_id")
_LONGEST_WHY = 120
_START_TIME = 19  # field 22 of /proc/PID/stat, counted from behind the program's name


@dataclass(frozen=True, slots=True)
class SessionLine:
    """One session that is open, or was when its process died.

    Attributes:
        session_id: its row.
        username, name: of the person.
        station: where they sit.
        since: UTC moment of the sign-on, ISO text.
        last_key: UTC moment of the last key, to half a minute.
        pid: of the process on this machine.
        screen: id of the screen in front at the last key.
        ending: what its person is told at its end, where somebody has asked for that.
        alive: whether the process still runs.
    """

    session_id: int
    username: str
    name: str
    station: str
    since: str
    last_key: str
    pid: int
    screen: str
    ending: str
    alive: bool


def process_mark(pid: int) -> str:
    """What tells a process from a later one with the same number; "" where the system has none."""
    try:
        told = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        start = told.rpartition(")")[2].split()[_START_TIME]
        return f"{_BOOT.read_text(encoding='ascii').strip()} {start}"
    except (OSError, IndexError):
        return ""


def is_alive(pid: int, mark: str) -> bool:
    """Whether the process that left the mark still runs."""
    if mark:
        return process_mark(pid) == mark
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _line(row: tuple[Any, ...]) -> SessionLine:
    session_id, username, name, station, since, last_key, pid, screen, ending, mark = row
    alive = is_alive(pid, mark)
    return SessionLine(
        session_id, username, name, station, since, last_key, pid, screen, ending, alive
    )


def _lines() -> tuple[SessionLine, ...]:
    rows = rows_of(
        "SELECT o.id, s.username, s.name, o.station, o.since, o.last_key, o.pid, o.screen,"
        " o.ending, o.mark FROM open_session o JOIN staff_member s ON s.id = o.staff_id"
        " ORDER BY s.username, o.since"
    )
    return tuple(map(_line, rows))


def open_sessions(desk: Desk) -> tuple[SessionLine, ...]:
    """Who is signed on, by user name; those whose process died stand among them."""
    desk.require(Right.READ_TRAIL)
    return _lines()


def _moment(desk: Desk) -> str:
    return desk.clock().isoformat(timespec="seconds")


def begin_session(desk: Desk) -> int:
    """Note that the person has signed on; sessions whose process died are cleared first."""
    _clear_dead(desk)
    moment, pid = _moment(desk), os.getpid()
    with writing(desk, Right.LOOK, "access.begin_session") as act:
        row: Any = OpenSession.create(
            staff=desk.staff_id,
            station=desk.station,
            since=moment,
            last_key=moment,
            pid=pid,
            mark=process_mark(pid),
            screen="MNU010",
        )
        act.about("session", desk.username)
        act.after = {"since": moment, "station": desk.station, "pid": pid}
    return int(row.id)


def _clear_dead(desk: Desk) -> None:
    for line in _lines():
        if not line.alive:
            _end(desk, line, GONE)


def note_session(desk: Desk, session_id: int, screen: str, last_key: str) -> None:
    """Note where the person is and when they last keyed."""
    with write_transaction(desk.store):
        OpenSession.update(screen=screen, last_key=last_key).where(
            OpenSession.id == session_id
        ).execute()


def why_to_go(desk: Desk, session_id: int | None) -> str:
    """Why the session is over for its person, as a sentence; "" where it goes on.

    Their employment has ended, their roles are others than those they signed in with, or somebody
    has asked for its end.
    """
    row = OpenSession.get_or_none(OpenSession.id == session_id)
    return why_not_here(desk) or ("" if row is None else str(row.ending))


def ask_to_end(desk: Desk, session_id: int, why: str) -> SessionLine:
    """Ask a session to sign off, drafts kept; one whose process is gone is cleared at once.

    Returns:
        The session as it stood.

    Raises:
        NotFound: it has ended.
        InvalidEntry: the reason is missing.
        Refused: one's own.
    """
    desk.require(Right.END_SESSIONS)
    said = clean(why, most=_LONGEST_WHY, field="reason")
    if not said:
        raise InvalidEntry("Say why; its person reads it.", field="reason")
    line = next((line for line in _lines() if line.session_id == session_id), None)
    if line is None:
        raise NotFound("That session has ended.")
    if line.pid == os.getpid():
        raise Refused("That is your own session; F3 on the menu signs off.")
    if not line.alive:
        _end(desk, line, GONE)
        return line
    with writing(desk, Right.END_SESSIONS, "access.ask_session_end", why=said) as act:
        told = f"{desk.username} ended this session: {said.rstrip('.')}."
        OpenSession.update(ending=told).where(OpenSession.id == session_id).execute()
        act.about("session", line.username)
        act.before = {"since": line.since, "station": line.station, "pid": line.pid}
    return line


def end_session(desk: Desk, session_id: int, why: str) -> None:
    """End a session and say why in the trail; nothing happens where it was cleared already."""
    for line in _lines():
        if line.session_id == session_id:
            _end(desk, line, why)


def _end(desk: Desk, line: SessionLine, why: str) -> None:
    with writing(desk, Right.LOOK, "access.end_session", why=why, leaving=True) as act:
        OpenSession.delete().where(OpenSession.id == line.session_id).execute()
        act.about("session", line.username)
        act.before = {
            "since": line.since,
            "last_key": line.last_key,
            "station": line.station,
            "screen": line.screen,
            "pid": line.pid,
        }
