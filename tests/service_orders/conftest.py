"""A town whose October reads are posted; today is 2 November."""

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
    """Three houses that used 9, 18 and 27 ccf up to 14 October."""
    accounts = build_town(desk, 3)
    instance = plan(desk, "2026-10", READ_DAY, date(2026, 10, 20))
    readings = {f"M{number:06d}": 1000 + 9 * number for number in range(1, 4)}
    read_all(desk, instance, readings, READ_DAY, tmp_path)
    return accounts
