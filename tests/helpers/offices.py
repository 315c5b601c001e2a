"""Offices for tests and benchmarks: founded in a folder, with one staff member of each role."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from pg_server import ON_SERVER, our_server

from billing_tui.access.hire import found_staff
from billing_tui.access.rights import Role
from billing_tui.access.staff import sit_down
from billing_tui.access.tables import Setting
from billing_tui.foundation.home import Home
from billing_tui.foundation.transaction import write_transaction
from billing_tui.operations.office import Office, found_office, open_office

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from billing_tui.access.desk import Desk

TODAY = date(2026, 11, 2)
NOW = datetime(2026, 11, 2, 17, 0, tzinfo=UTC)
STAFF = {
    "maria": ("Maria Soto", Role.CLERK),
    "cass": ("Cass Ito", Role.CASHIER),
    "luis": ("Luis Vega", Role.LEAD),
    "nora": ("Nora Quist", Role.LEAD),
    "sam": ("Sam Okafor", Role.SPECIALIST),
    "ada": ("Ada Lund", Role.AUDITOR),
}


def home_in(folder: Path) -> Home:
    """A home in a folder, on a real SQLite file, or on the server where the session asks for it."""
    embedded = f"sqlite://{folder / 'billing.db'}"
    return Home(folder, our_server().url_of(folder) if ON_SERVER else embedded)


def found_in(folder: Path, url: str | None = None) -> Office:
    """An empty office with staff."""
    home = home_in(folder) if url is None else Home(folder, url)
    office = found_office(home, {"mode": "training", "utility": "Sierra Vista Utilities"})
    with write_transaction(office.store):
        for username, (name, role) in STAFF.items():
            found_staff(username, name, [role], date(2020, 1, 1))
    return office


def open_in(folder: Path) -> Office:
    """The office of a folder."""
    return open_office(home_in(folder))


def keep_setting(name: str, value: str) -> None:
    """One setting of the bound office, new or not."""
    Setting.delete().where(Setting.name == name).execute()
    Setting.create(name=name, value=value)


def desks(office: Office) -> Callable[..., Desk]:
    """Desks of the office's staff: `desks(office)("maria")`, on a chosen business day."""

    def sit(username: str, day: date = TODAY) -> Desk:
        return sit_down(office.store, office.home, username, day, station="test", clock=lambda: NOW)

    return sit
