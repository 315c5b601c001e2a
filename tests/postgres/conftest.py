"""Offices on a server of our own, however the session runs the other rooms."""

from __future__ import annotations

import shutil
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from bills import bill
from offices import desks, found_in
from town import READ_DAY, build_town, plan, read_all

from billing_tui.foundation.home import Home
from billing_tui.operations.office import open_office

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pg_server import Server

    from billing_tui.operations.office import Office

SHOWN = {"2026-08": 1009, "2026-09": 1018, "2026-10": 1027, "2026-11": 1060}
"""What both meters show, sixteen days after the time before; the last one is high."""


@pytest.fixture
def office(server: Server, tmp_path: Path) -> Iterator[Office]:
    """An empty office on PostgreSQL."""
    opened = found_in(tmp_path / "home", server.url_of(tmp_path / "home"))
    yield opened
    opened.close()
    server.forget(tmp_path)


@pytest.fixture(scope="module")
def billed(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an office with two houses that were billed four times."""
    folder = tmp_path_factory.mktemp("billed")
    opened = found_in(folder / "home", server.url_of(folder / "home"))
    desk = desks(opened)
    build_town(desk, 2)
    for place, (name, shown) in enumerate(SHOWN.items()):
        day = READ_DAY + timedelta(days=16 * place)
        instance = plan(desk, name, day, day)
        read_all(desk, instance, {"M000001": shown, "M000002": shown}, day, folder)
        bill(desk, name)
    opened.close()
    return folder / "home"


@pytest.fixture
def city(server: Server, billed: Path, tmp_path: Path) -> Iterator[Office]:
    """A copy of it."""
    shutil.copytree(billed, tmp_path / "city")
    opened = open_office(Home(tmp_path / "city", server.url_of(tmp_path / "city")))
    yield opened
    opened.close()
    server.forget(tmp_path)
