"""Who is signed on: a row while it lasts, an entry of the trail when it ends, the dead cleared."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from billing_tui.access.desk import NotAllowed
from billing_tui.access.sessions import (
    GONE,
    begin_session,
    end_session,
    is_alive,
    note_session,
    open_sessions,
    process_mark,
)
from billing_tui.access.tables import AuditEntry, OpenSession
from billing_tui.operations.verify import verify_office

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
