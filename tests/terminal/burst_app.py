"""A small app for the burst tests: keys become rows of SQLite, so that nothing can be hidden.

burst_app.py FILE plain|auto|kinds|locked|pushed|handed
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import sys
import time
from datetime import date
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

os.environ |= {
    "TEXTUAL_DISABLE_KITTY_KEY": "1",
    "TEXTUAL_ANIMATIONS": "none",
    "TEXTUAL_THEME": "ansi-dark",
}

from billing_tui.access.desk import Desk
from billing_tui.tui import kinds
from billing_tui.tui.app import BillingApp
from billing_tui.tui.commands import CONFIRM, DUPLICATE, NEW
from billing_tui.tui.entry import Entry
from billing_tui.tui.form import Form
from billing_tui.tui.lines import Standing
from billing_tui.tui.room_screen import RoomScreen

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.widget import Widget

_TODAY = date(2026, 11, 20)
_NAMES = {"10432-03": "Delgado, Rosa M", "10511-01": "Kwan Bakery"}


def _find(entry: str) -> kinds.Taken:
    return kinds.Taken(entry, entry, _NAMES.get(entry, "Somebody"))


_COUNTIES = tuple(
    kinds.Choice(code, meaning)
    for code, meaning in (("WATER", "water"), ("SEWER", "sewer"), ("REFUSE", "refuse"))
)


class Keeping(RoomScreen):
    """A form whose records go to a file."""

    ident = "TST010"
    heading = "Burst"
    commands = (NEW, DUPLICATE, CONFIRM)
    opening = "Key a record."

    def __init__(self, file: str, way: str) -> None:
        super().__init__()
        self.way = way
        self.file = file
        self.base = sqlite3.connect(file, isolation_level=None)
        self.base.execute("create table if not exists record (id integer primary key, a, b, c)")

    def body(self) -> Iterable[Widget]:
        """Three fields, or six that advance by themselves."""
        if self.way == "auto":
            yield Form(
                Entry("a", "Date", kinds.day(_TODAY)),
                Entry("b", "Zip", kinds.code(5, auto_advance=True)),
                Entry("c", "Read", kinds.quantity(6)),
            )
        elif self.way == "kinds":
            yield Form(
                Entry("a", "Service", kinds.choice(8, _COUNTIES)),
                Entry("b", "Date", kinds.day(_TODAY, auto_advance=False)),
                Entry("c", "Read", kinds.quantity(6, 1)),
            )
        else:
            yield Form(
                Entry("a", "Account", kinds.found(10, _find, "An account.")),
                Entry("b", "Amount", kinds.money()),
                Entry("c", "Note", kinds.text(30)),
            )

    def on_form_completed(self, message: Form.Completed) -> None:
        """Save and clear."""
        form = message.form
        values = form.values()
        row = tuple(str(values[name]) for name in "abc")
        form.remember()
        if self.way == "locked":
            self.billing.lock_keyboard("saving")
            self.set_timer(0.25, lambda: self._saved(row, form))
        elif self.way == "handed":
            self.carry_out("saving", lambda: row, self._handed)
        else:
            self._keep(row)
            form.put()
            if self.way == "pushed":
                self.billing.back()
                self.billing.ask(Keeping(self.file, self.way))

    def _saved(self, row: tuple[str, ...], form: Form) -> None:
        self._keep(row)
        form.put()
        self.billing.unlock_keyboard("saving")

    def _handed(self, row: tuple[str, ...]) -> None:
        """Saved in a worker; the app is at something else when the next screen is to open."""
        self._keep(row)
        self.billing.call_later(asyncio.sleep, 0.02)
        self.billing.back()
        self.billing.ask(Keeping(self.file, self.way))

    def _keep(self, row: tuple[str, ...]) -> None:
        self.base.execute("insert into record (a, b, c) values (?, ?, ?)", row)
        self.say(f"Saved at {time.monotonic():.3f}.")

    def command_new(self) -> bool:
        """Only here to be pressed."""
        return True

    def command_confirm(self) -> bool:
        """Save from any field."""
        form = self.query_one(Form)
        form.post_message(Form.Completed(form))
        return True


class BurstApp(BillingApp):
    """The app with nothing but that form."""

    CSS_PATH = None
    CSS = ".body { height: 1fr; } Screen { background: ansi_default; overflow: hidden; }"

    def get_default_screen(self) -> Any:
        """The form."""
        return Keeping(sys.argv[1], sys.argv[2])

    def on_mount(self) -> None:
        """A second one above it, where screens are pushed and popped for each record."""
        if sys.argv[2] in {"pushed", "handed"}:
            self.push_screen(Keeping(sys.argv[1], sys.argv[2]))


def main() -> int:
    """Run until F3."""
    nowhere: Any = None
    store: Any = SimpleNamespace(database=SimpleNamespace(close=lambda: None))
    desk = Desk(store, nowhere, 1, "maria", frozenset(), "test", _TODAY)
    standing = Standing(
        "Test Utilities", "TRAINING", "maria", "clerk", verified=False, day=date(2026, 11, 20)
    )
    app = BurstApp(desk, standing)
    app.run(mouse=False)
    if app.fault is not None:
        raise app.fault
    return 0


if __name__ == "__main__":
    sys.exit(main())
