"""A town whose October reads are posted, ready to be billed."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from town import READ_DAY, build_town, plan, read_all

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from billing_tui.access.desk import Desk


@pytest.fixture
def town(desk: Callable[..., Desk], tmp_path: Path) -> list[int]:
    """Five houses that used 9, 18, 27, 36 and 45 ccf."""
    accounts = build_town(desk)
    instance = plan(desk, "2026-10", READ_DAY, date(2026, 10, 20))
    readings = {f"M{number:06d}": 1000 + 9 * number for number in range(1, 6)}
    read_all(desk, instance, readings, READ_DAY, tmp_path)
    return accounts
