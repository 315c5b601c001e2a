"""What somebody who left, or is about to, leaves open: work, follow-ups, requests, sessions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from billing_tui.access.approvals import list_requests
from billing_tui.access.sessions import open_sessions
from billing_tui.customer_care.follow_ups import followups_due
from billing_tui.operations.today.board import board
from billing_tui.operations.today.sources import AHEAD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from billing_tui.access.desk import Desk

_MOST = 500


@dataclass(frozen=True, slots=True)
class LeftOpen:
    """One thing that somebody has to see to.

    Attributes:
        kind: sort of work, as on the board; or Request, or Session.
        told: what it is.
        due: its day; None where it has none.
        then: what becomes of it.
    """

    kind: str
    told: str
    due: date | None
    then: str


def left_open(desk: Desk, username: str) -> tuple[LeftOpen, ...]:
    """What stands in a person's name, work first; for those who manage staff or lead.

    Raises:
        NotAllowed: the person at the desk does not read the trail.
    """
    return (*_work(desk, username), *_requests(desk, username), *_sessions(desk, username))


def _work(desk: Desk, username: str) -> Iterator[LeftOpen]:
    for one in board(desk, mine=False, asleep=True):
        if username in {one.holder, one.had}:
            yield LeftOpen(one.item.kind.value, one.item.told, one.item.due, "Today: 3 gives it")
    for note in followups_due(date.max, username, limit=_MOST):
        if note.person == username and note.day > desk.business_day + AHEAD:
            told = f"{note.account} {note.customer}: {note.text}"
            yield LeftOpen("Follow-up", told, note.day, "on Today a week before")


def _requests(desk: Desk, username: str) -> Iterator[LeftOpen]:
    for row in list_requests(desk, maker=username):
        told = f"{row.id}: {row.title}, {row.subject_kind} {row.subject}"
        yield LeftOpen("Request", told, None, "AUD020: 4 refuses it")


def _sessions(desk: Desk, username: str) -> Iterator[LeftOpen]:
    for row in open_sessions(desk):
        if row.username == username:
            told = f"{row.station}, on {row.screen}"
            yield LeftOpen("Session", told, None, "closes within half a minute")
