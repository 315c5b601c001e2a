"""A town whose October reads are posted; today is 2 November."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from town import READ_DAY, build_town, plan, read_all

from billing_tui.access.tables import Setting
from billing_tui.cli.main import run
from billing_tui.foundation.transaction import write_transaction

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from billing_tui.access.desk import Desk
    from billing_tui.operations.office import Office


@pytest.fixture
def town(desk: Callable[..., Desk], tmp_path: Path) -> list[int]:
    """Three houses that used 9, 18 and 27 ccf up to 14 October."""
    accounts = build_town(desk, 3)
    instance = plan(desk, "2026-10", READ_DAY, date(2026, 10, 20))
    readings = {f"M{number:06d}": 1000 + 9 * number for number in range(1, 4)}
    read_all(desk, instance, readings, READ_DAY, tmp_path)
    return accounts


@pytest.fixture
def command(
    town: list[int], office: Office, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, Any]]:
    """Runs a command as Maria on 2 November; gives its exit code and JSON."""
    assert town
    with write_transaction(office.store):
        Setting.create(name="business_day", value="2026-11-02")

    def go(*arguments: str) -> tuple[int, Any]:
        code = run([*arguments, "--home", str(office.home.root), "--as", "maria", "--json"])
        out = capsys.readouterr().out
        return code, json.loads(out) if out else None

    return go
