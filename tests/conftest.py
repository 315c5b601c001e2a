"""What all tests share: an office in a folder of its own, desks, and the material beside us."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from billing_tui.access.hire import found_staff
from billing_tui.access.rights import Role
from billing_tui.access.staff import sit_down
from billing_tui.foundation.home import Home
from billing_tui.foundation.transaction import write_transaction
from billing_tui.operations.office import Office, found_office

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from billing_tui.access.desk import Desk

TODAY = date(2026, 11, 2)
STAFF = {
    "maria": ("Maria Soto", Role.CLERK),
    "cass": ("Cass Ito", Role.CASHIER),
    "luis": ("Luis Vega", Role.LEAD),
    "nora": ("Nora Quist", Role.LEAD),
    "sam": ("Sam Okafor", Role.SPECIALIST),
    "ada": ("Ada Lund", Role.AUDITOR),
}


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of rates and formats beside the project; tests skip where it is absent."""
    named = os.environ.get("BILLING_SHARED")
    root = Path(named) if named else Path(__file__).resolve().parents[2] / "shared"
    if not (root / "rates").is_dir():
        pytest.skip("the shared rates and formats are not beside the project")
    return root


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An empty office with one staff member of each role, on a real SQLite file."""
    home = Home(tmp_path / "home", f"sqlite://{tmp_path / 'home' / 'billing.db'}")
    opened = found_office(home, {"mode": "training", "utility": "Sierra Vista Utilities"})
    with write_transaction(opened.store):
        for username, (name, role) in STAFF.items():
            found_staff(username, name, [role], date(2020, 1, 1))
    yield opened
    opened.close()


@pytest.fixture
def desk(office: Office) -> Callable[..., Desk]:
    """A desk for a staff member: `desk("maria")`, on a chosen business day."""
    moment = datetime(2026, 11, 2, 17, 0, tzinfo=UTC)

    def sit(username: str, day: date = TODAY) -> Desk:
        return sit_down(
            office.store, office.home, username, day, station="test", clock=lambda: moment
        )

    return sit
