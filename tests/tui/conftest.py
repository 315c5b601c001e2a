"""A filled office for the screens, and a way to type into them without a terminal."""

from __future__ import annotations

import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from offices import open_in
from small_office import TODAY

from billing_tui.access.staff import sit_down
from billing_tui.tui.run import settle_textual

settle_textual("16")

from billing_tui.tui.app import BillingApp, standing_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from billing_tui.operations.office import Office


@pytest.fixture
def city(filled: Path, tmp_path: Path) -> Iterator[Office]:
    """An office with a dozen accounts in it."""
    shutil.copytree(filled, tmp_path / "home")
    opened = open_in(tmp_path / "home")
    yield opened
    opened.close()


@pytest.fixture
def app(city: Office) -> Callable[[str], BillingApp]:
    """The screens for a staff member: `app("luis")`."""

    def sit(username: str = "luis") -> BillingApp:
        desk = sit_down(
            city.store,
            city.home,
            username,
            TODAY,
            station="test",
            clock=lambda: datetime(2026, 11, 20, 18, tzinfo=UTC),
        )
        return BillingApp(desk, standing_of(city.utility, city.mode, desk))

    return sit
