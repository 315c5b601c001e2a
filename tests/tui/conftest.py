"""A filled office for the screens, and a way to type into them without a terminal."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from small_office import TODAY, fill

from billing_tui.access.staff import sit_down
from billing_tui.foundation.transaction import write_transaction
from billing_tui.tui.run import settle_textual

settle_textual("16")

from billing_tui.tui.app import BillingApp, standing_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_tui.operations.office import Office


@pytest.fixture
def city(office: Office) -> Office:
    """The office with a dozen accounts in it."""
    with write_transaction(office.store):
        fill()
    return office


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
