"""The session of these screens in the list of who is signed on: begun, followed, ended with why."""

from __future__ import annotations

import asyncio
import signal
from contextlib import suppress
from datetime import timedelta
from time import monotonic
from typing import TYPE_CHECKING

from billing_tui.access.sessions import begin_session, end_session, note_session, why_to_go
from billing_tui.foundation.errors import BillingError

if TYPE_CHECKING:
    from billing_tui.access.desk import Desk
    from billing_tui.tui.app import BillingApp

_SIGNALS = 128
"""Exit codes above this one name the signal that ended the session."""


class Attendance:
    """One session. What cannot be noted now is noted later; it never keeps anybody from work."""

    def __init__(self, desk: Desk) -> None:
        """Sign on."""
        self._desk = desk
        self._session: int | None = None
        self._noted = ("", 0.0)
        with suppress(BillingError):
            self._session = begin_session(desk)

    def why_to_go(self) -> str:
        """Why the session is over; "" where it goes on, or where that cannot be read now."""
        with suppress(BillingError):
            return why_to_go(self._desk, self._session)
        return ""

    async def look(self, app: BillingApp) -> None:
        """Sign off whose session is over; note where the others are."""
        reason = await asyncio.to_thread(self._why_to_go)
        if reason:
            app.sign_off(reason)
        else:
            await self.note(app)

    def _why_to_go(self) -> str:
        try:
            return self.why_to_go()
        finally:
            self._desk.store.database.close()

    async def note(self, app: BillingApp) -> None:
        """Note the screen in front and the moment of the last key, where either has changed."""
        now = (app.top.ident, app.last_key)
        if self._session is None or now == self._noted:
            return
        self._noted = now
        moment = self._desk.clock() - timedelta(seconds=max(monotonic() - app.last_key, 0))
        told = moment.isoformat(timespec="seconds")
        await asyncio.to_thread(self._note, self._session, app.top.ident, told)

    def _note(self, session: int, screen: str, last_key: str) -> None:
        try:
            with suppress(BillingError):
                note_session(self._desk, session, screen, last_key)
        finally:
            self._desk.store.database.close()

    def end(self, why: str) -> None:
        """Sign off, with the reason."""
        if self._session is not None:
            with suppress(BillingError):
                end_session(self._desk, self._session, why)


def run_attended(app: BillingApp) -> None:
    """Run the screens; meanwhile their person stands in the office's list of who is signed on."""
    attendance = app.attendance = Attendance(app.desk)
    why = "fault of the program"
    try:
        app.run(mouse=False)
        why = why_ended(app)
    finally:
        attendance.end(why)


def why_ended(app: BillingApp) -> str:
    """The reason in words: signed off, a lost line, a signal, a long pause, a fault."""
    if app.fault is not None:
        return "fault of the program"
    if app.going is not None:
        return "back to the office" if app.away else "to the training city"
    code = app.return_code or 0
    if code == _SIGNALS + signal.SIGHUP:
        return "lost line"
    if code > _SIGNALS:
        return f"signal {signal.Signals(code - _SIGNALS).name}"
    return app.farewell.rstrip(".") or "signed off"
