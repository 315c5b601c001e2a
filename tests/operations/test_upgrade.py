"""Offices of older releases."""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from offices import found_in, home_in, open_in
from pg_server import ON_SERVER

from billing_tui.foundation.database import UnsafeDatabase
from billing_tui.foundation.errors import NotFound
from billing_tui.operations import upgrade as upgrade_module
from billing_tui.operations.upgrade import MIGRATIONS, pending, upgrade_office
from billing_tui.operations.verify import verify_office

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
NICKNAME = """
from peewee import TextField

def up(migrator, db):
    migrator.migrate(migrator.add_column("customer", "nickname", TextField(default="")))
"""
BROKEN = """
def up(migrator, db):
    db.execute_sql("CREATE TABLE half_done (id INTEGER)")
    db.execute_sql("SELECT 1 FROM nowhere")
"""


@pytest.fixture
def scripts(tmp_path: Path) -> Path:
    """The shipped migrations and one more."""
    folder = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, folder)
    (folder / "0002_nickname.py").write_text(NICKNAME, encoding="utf-8")
    return folder


def test_a_new_office_needs_no_upgrade(tmp_path: Path) -> None:
    """Made from the models, it has nothing pending."""
    found_in(tmp_path / "home").close()

    assert upgrade_office(home_in(tmp_path / "home"), NOW).ran == ()


def test_an_older_office_does_not_open(
    tmp_path: Path, scripts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says what to do instead."""
    found_in(tmp_path / "home").close()
    monkeypatch.setattr(upgrade_module.pending, "__defaults__", (scripts,))

    with pytest.raises(UnsafeDatabase, match="billing-tui upgrade"):
        open_in(tmp_path / "home")


def test_an_upgrade_keeps_a_copy_and_every_guard(tmp_path: Path, scripts: Path) -> None:
    """The column is there, the office as it was is in the backups, all invariants hold."""
    home = home_in(tmp_path / "home")
    found_in(home.root).close()

    done = upgrade_office(home, NOW, folder=scripts)

    assert done.ran == ("0002_nickname",)
    assert ON_SERVER or (done.backup and done.backup.stat().st_size > 0)
    office = open_in_after(home.root)
    assert "nickname" in {column.name for column in office.store.database.get_columns("customer")}
    assert [verdict for verdict in verify_office(office.store) if verdict.broken] == []
    assert pending(scripts) == []
    office.close()


def open_in_after(root: Path):  # noqa: ANN201 - an Office whose history is one script ahead
    """Open an upgraded office without asking whether this release knows its newest change."""
    from offices import Office

    from billing_tui.foundation.database import open_store
    from billing_tui.foundation.model import bind

    home = home_in(root)
    store = open_store(home.url, gate=home.gate)
    bind(store.database)
    return Office(home, store, "", "training", None)


def test_an_office_of_a_newer_release_is_refused(tmp_path: Path, scripts: Path) -> None:
    """An older program does not touch what it does not understand."""
    home = home_in(tmp_path / "home")
    found_in(home.root).close()
    upgrade_office(home, NOW, folder=scripts)

    with pytest.raises(UnsafeDatabase, match="newer release"):
        open_in(home.root)


def test_a_migration_that_fails_leaves_nothing_behind(tmp_path: Path, scripts: Path) -> None:
    """Half of a migration is none; the one before it stands."""
    home = home_in(tmp_path / "home")
    found_in(home.root).close()
    (scripts / "0003_broken.py").write_text(BROKEN, encoding="utf-8")

    with pytest.raises(Exception, match=r"no such table|does not exist"):
        upgrade_office(home, NOW, folder=scripts)

    office = open_in_after(home.root)
    assert not office.store.database.table_exists("half_done")
    assert pending(scripts) == ["0003_broken"]
    office.close()


@pytest.mark.sqlite_only("a URL names what is there")
def test_where_there_is_no_office_nothing_is_made(tmp_path: Path) -> None:
    """The command says so and exits with 2."""
    with pytest.raises(NotFound):
        upgrade_office(home_in(tmp_path / "nowhere"), NOW)
    command = [sys.executable, "-m", "billing_tui", "upgrade", "--home", str(tmp_path / "nowhere")]

    ended = subprocess.run(command, capture_output=True, text=True, check=False)

    assert ended.returncode == 2
    assert ended.stderr.startswith("! There is no office in")
