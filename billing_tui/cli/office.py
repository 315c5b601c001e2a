"""Open the office for a command: which home, who works, on which day."""

from __future__ import annotations

import functools
import os
import socket
from typing import TYPE_CHECKING, Any

import click

from billing_tui.access.desk import clock_on, utc_now
from billing_tui.access.identity import this_person, username_of
from billing_tui.access.staff import setting, sit_down
from billing_tui.foundation.errors import Refused
from billing_tui.foundation.home import find_home
from billing_tui.foundation.moments import local
from billing_tui.foundation.text import harmless
from billing_tui.operations.office import Office, open_office

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_tui.access.desk import Desk

_UNVERIFIED = frozenset({"demo", "training"})


def station() -> str:
    """Where the person sits, as audit entries name it."""
    peer = os.environ.get("SSH_CONNECTION", "").split()
    return harmless(peer[0] if peer else socket.gethostname())[:60]


def _who_works(office: Office, as_user: str | None) -> tuple[str, bool]:
    """User name, and whether the operating system vouches for it."""
    if office.mode in _UNVERIFIED:
        return as_user or setting("default_user", "maria"), False
    if as_user:
        raise Refused(
            "Nobody works as somebody else in a live office; --as is for demo and training.",
            code="NOT-ALLOWED",
        )
    person = this_person()
    return username_of(person), person.verified


def desk_at(home: str | None, as_user: str | None) -> tuple[Office, Desk]:
    """The open office and the desk of whoever runs the command."""
    office = open_office(find_home(home))
    day = office.business_day or local(utc_now()).date()
    username, verified = _who_works(office, as_user)
    clock = clock_on(day) if office.business_day else utc_now
    return office, sit_down(
        office.store, office.home, username, day, station=station(), verified=verified, clock=clock
    )


def at_desk(command: Callable[..., Any]) -> Callable[..., Any]:
    """A command that works at a desk: adds --home, --as, --json; passes `desk` and `as_json`."""

    @click.option("--home", metavar="DIR", help="The office's folder; else $BILLING_HOME.")
    @click.option("--as", "as_user", metavar="USER", help="Who works; demo and training only.")
    @click.option("--json", "as_json", is_flag=True, help="Print JSON.")
    @functools.wraps(command)
    def wrapped(*, home: str | None, as_user: str | None, **rest: Any) -> Any:
        root = click.get_current_context().find_root().params
        office, desk = desk_at(home or root.get("home"), as_user or root.get("as_user"))
        try:
            return command(desk=desk, **rest)
        finally:
            office.close()

    return wrapped


def open_screens(home: str | None, as_user: str | None, color: Any) -> int:
    """Open the screens; the exit code."""
    from billing_tui.tui.run import check_terminal, run

    check_terminal()
    office, desk = desk_at(home, as_user)
    try:
        return run(office, desk, color=color)
    finally:
        office.close()
