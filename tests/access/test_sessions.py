"""Who is signed on: a row while it lasts, an entry of the trail when it ends, the dead cleared."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any, cast

import pytest

from billing_tui.access.desk import NotAllowed
from billing_tui.access.end_staff import change_roles, end_staff
from billing_tui.access.rights import Role
from billing_tui.access.sessions import (
    GONE,
    ask_to_end,
    begin_session,
    end_session,
    is_alive,
    note_session,
    open_sessions,
    process_mark,
    why_to_go,
)
from billing_tui.access.tables import AuditEntry, OpenSession
from billing_tui.foundation.errors import InvalidEntry, NotFound, Refused
from billing_tui.operations.verify import verify_office
from billing_tui.tui.attendance import Attendance

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_tui.access.desk import Desk


@pytest.fixture
def dead() -> tuple[int, str]:
    """Number and mark of a process that has ended."""
    with subprocess.Popen(
        [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
    ) as child:
        found = child.pid, process_mark(child.pid)
        child.communicate(b"\n")
    return found


def test_a_session_from_its_begin_to_its_end(desk: Callable[..., Desk]) -> None:
    """Where the person is and when they last keyed; the end and its reason are in the trail."""
    maria = desk("maria")
    session = begin_session(maria)
    begun = AuditEntry.get()
    assert (begun.verb, begun.subject_kind, begun.subject) == (
        "access.begin_session",
        "session",
        "maria",
    )
    assert json.loads(begun.after)["station"] == "test"
    note_session(maria, session, "ACC020", "2026-11-02T17:05:00+00:00")
    [line] = open_sessions(desk("luis"))
    assert (line.username, line.name, line.station, line.screen) == (
        "maria",
        "Maria Soto",
        "test",
        "ACC020",
    )
    assert (line.pid, line.alive) == (os.getpid(), True)
    assert line.last_key == "2026-11-02T17:05:00+00:00"

    end_session(maria, session, "signed off")

    assert open_sessions(desk("ada")) == ()
    assert AuditEntry.select().count() == 2
    entry = AuditEntry.get_by_id(2)
    assert (entry.verb, entry.subject, entry.why) == ("access.end_session", "maria", "signed off")
    assert json.loads(entry.before)["screen"] == "ACC020"
    end_session(maria, session, "again")
    assert AuditEntry.select().count() == 2
    assert [one.broken for one in verify_office(maria.store) if one.broken] == []


def test_the_next_session_clears_the_dead(desk: Callable[..., Desk], dead: tuple[int, str]) -> None:
    """Until then they are listed as gone; who noticed stands in the trail."""
    pid, mark = dead
    row = OpenSession.get_by_id(begin_session(desk("maria")))
    row.pid, row.mark = pid, mark
    row.save()
    assert [line.alive for line in open_sessions(desk("luis"))] == [False]

    begin_session(desk("nora"))

    assert [line.username for line in open_sessions(desk("luis"))] == ["nora"]
    entry = AuditEntry.get(AuditEntry.verb == "access.end_session")
    assert (entry.staff.username, entry.subject, entry.why) == ("nora", "maria", GONE)


def test_a_later_process_with_the_same_number_is_another(dead: tuple[int, str]) -> None:
    """The mark tells them apart; without one, a running number is all there is to go by."""
    own = process_mark(os.getpid())
    assert is_alive(os.getpid(), own)
    assert is_alive(os.getpid(), "")
    assert not is_alive(dead[0], "")
    if own:
        assert not is_alive(os.getpid(), own + "0")


def test_who_may_see_the_sessions(desk: Callable[..., Desk]) -> None:
    """Those who read the trail; a clerk may not."""
    with pytest.raises(NotAllowed):
        open_sessions(desk("maria"))


def test_a_session_is_over_for_who_left_or_changed(desk: Callable[..., Desk]) -> None:
    """Its screens are told why at the next look; signing off still works, and says why."""
    maria, boss = desk("maria"), desk("sam")
    session = begin_session(maria)
    assert why_to_go(maria, session) == ""
    change_roles(boss, "maria", [Role.CASHIER], "moves to the counter")
    assert why_to_go(maria, session) == "The roles of maria have changed; sign in again."
    end_staff(boss, "maria", "moved away")
    assert why_to_go(maria, session) == "maria no longer works here."

    end_session(maria, session, why_to_go(maria, session))

    assert open_sessions(boss) == ()
    entry = AuditEntry.select().order_by(AuditEntry.seq.desc()).get()
    assert (entry.verb, entry.why) == ("access.end_session", "maria no longer works here.")


def test_a_lead_ends_the_session_of_somebody_else(desk: Callable[..., Desk]) -> None:
    """With a reason that its person reads; a clerk ends none, and nobody their own this way."""
    maria, luis = desk("maria"), desk("luis")
    session = begin_session(maria)
    with pytest.raises(Refused, match="your own session"):
        ask_to_end(luis, session, "went home")  # of this very process
    row = OpenSession.get_by_id(session)
    row.pid, row.mark = os.getppid(), process_mark(os.getppid())
    row.save()
    with pytest.raises(NotAllowed):
        ask_to_end(maria, session, "went home")
    with pytest.raises(InvalidEntry, match="Say why"):
        ask_to_end(luis, session, " ")

    ask_to_end(luis, session, "went home")

    assert why_to_go(maria, session) == "luis ended this session: went home."
    assert [line.ending for line in open_sessions(luis)] == [why_to_go(maria, session)]
    entry = AuditEntry.select().order_by(AuditEntry.seq.desc()).get()
    assert (entry.verb, entry.subject, entry.why) == (
        "access.ask_session_end",
        "maria",
        "went home",
    )
    end_session(maria, session, why_to_go(maria, session))
    with pytest.raises(NotFound, match="has ended"):
        ask_to_end(luis, session, "again")


def test_a_session_whose_process_is_gone_is_cleared_at_once(
    desk: Callable[..., Desk], dead: tuple[int, str]
) -> None:
    """There is nobody left to tell."""
    session = begin_session(desk("maria"))
    OpenSession.update(pid=dead[0], mark=dead[1]).execute()
    ask_to_end(desk("luis"), session, "its line was lost")
    assert open_sessions(desk("luis")) == ()


def test_the_screens_look_whether_they_are_wanted(desk: Callable[..., Desk]) -> None:
    """The regular look signs off whose session is over, and notes where the others are."""
    app = _App()
    attendance = Attendance(desk("maria"))
    asyncio.run(attendance.look(cast("Any", app)))
    assert app.farewell == ""
    assert [line.screen for line in open_sessions(desk("luis"))] == ["ACC020"]
    end_staff(desk("sam"), "maria", "moved away")

    asyncio.run(attendance.look(cast("Any", app)))

    assert app.farewell == "maria no longer works here."


class _App:
    """What the attendance knows of the screens."""

    def __init__(self) -> None:
        self.farewell, self.last_key, self.top = "", 1.0, self
        self.ident = "ACC020"

    def sign_off(self, farewell: str) -> None:
        self.farewell = farewell
