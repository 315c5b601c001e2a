"""Opening the database: what could lose money is refused with a sentence."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import peewee
import pytest

from billing_tui.access.tables import Setting
from billing_tui.foundation import database as module
from billing_tui.foundation.bulk import insert_rows
from billing_tui.foundation.database import (
    APPLICATION_ID,
    Store,
    UnsafeDatabase,
    open_store,
    safe_sqlite,
)
from billing_tui.foundation.errors import NotFound
from billing_tui.foundation.home import Home, find_home
from billing_tui.foundation.invariant import never
from billing_tui.foundation.model import bind
from billing_tui.foundation.storage_checks import INVARIANTS
from billing_tui.operations.office import found_office, open_office

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from billing_tui.operations.office import Office


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A new database of ours."""
    opened = open_store(f"sqlite://{tmp_path / 'billing.db'}", gate=tmp_path / "gate")
    yield opened
    opened.database.close()


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 9), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 0), False),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 52, 0), False),
        ((3, 53, 0), True),
        ((4, 0, 0), True),
    ],
)
def test_versions_that_can_corrupt_are_known(version: tuple[int, ...], *, safe: bool) -> None:
    """The fix came in 3.51.3, in 3.50.7 and 3.44.6 on their branches; 3.52.0 was withdrawn."""
    assert safe_sqlite(version) is safe


def test_an_old_sqlite_is_refused_before_the_file_is_touched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sentence says what to install; no file is left behind."""
    driver: Any = vars(peewee)["sqlite3"]
    monkeypatch.setattr(driver, "sqlite_version_info", (3, 40, 1))
    with pytest.raises(UnsafeDatabase, match=r"3\.40\.1.*pysqlite3"):
        open_store(f"sqlite://{tmp_path / 'billing.db'}", gate=tmp_path / "gate")
    assert list(tmp_path.iterdir()) == []


def test_this_interpreter_has_a_safe_sqlite() -> None:
    """The dependency brings one that does not corrupt."""
    assert safe_sqlite(tuple(vars(peewee)["sqlite3"].sqlite_version_info))


@pytest.mark.parametrize("kind", ["nfs4", "cifs", "9p", "fuse.sshfs"])
def test_a_network_disk_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """Whatever is mounted deepest above the folder decides, spaces in its name included."""
    share = tmp_path / "the share" / "deep"
    share.mkdir(parents=True)
    point = str(share.parent).replace(" ", "\\040")
    table = tmp_path / "mountinfo"
    table.write_text(
        f"1 0 8:1 / / rw - ext4 /dev/sda rw\n2 1 0:5 / {point} rw shared:1 - {kind} host:/x rw\n"
    )
    real = module.Path
    monkeypatch.setattr(
        module, "Path", lambda text: table if text == "/proc/self/mountinfo" else real(text)
    )
    with pytest.raises(UnsafeDatabase, match=f"network file system .{kind}"):
        open_store(f"sqlite://{share / 'billing.db'}", gate=share / "gate")
    local = open_store(f"sqlite://{tmp_path / 'billing.db'}", gate=tmp_path / "gate")
    local.database.close()


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """With its name."""
    with pytest.raises(UnsafeDatabase, match="no folder"):
        open_store(f"sqlite://{tmp_path / 'no' / 'billing.db'}", gate=tmp_path / "gate")


def test_a_read_only_folder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The log needs the folder. Root may write anywhere, so for root the answer is stood in for."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    if os.access(closed, os.W_OK):
        monkeypatch.setattr(os, "access", lambda path, _mode: path != closed)
    with pytest.raises(UnsafeDatabase, match="cannot be written"):
        open_store(f"sqlite://{closed / 'billing.db'}", gate=closed / "gate")


@pytest.mark.parametrize("content", [b"%PDF-1.7 not a database", b"SQLite", b"\x00" * 4096])
def test_a_file_that_is_no_database_is_refused(tmp_path: Path, content: bytes) -> None:
    """And left as it is."""
    path = tmp_path / "billing.db"
    path.write_bytes(content)
    with pytest.raises(UnsafeDatabase, match="not a SQLite database"):
        open_store(f"sqlite://{path}", gate=tmp_path / "gate")
    assert path.read_bytes() == content


@pytest.mark.parametrize(
    "statement", ["CREATE TABLE note (text)", f"PRAGMA application_id = {APPLICATION_ID + 1}"]
)
def test_another_program_s_database_is_refused(tmp_path: Path, statement: str) -> None:
    """With tables and no mark, or with another program's mark; it is left as it is."""
    path = tmp_path / "billing.db"
    other = sqlite3.connect(path)
    other.execute(statement)
    other.commit()
    other.close()
    before = path.read_bytes()
    with pytest.raises(UnsafeDatabase, match="another program"):
        open_store(f"sqlite://{path}", gate=tmp_path / "gate")
    assert path.read_bytes() == before


@pytest.mark.parametrize("url", ["mysql://x/y", "", "billing.db", "file:///x"])
def test_an_unknown_url_is_refused(tmp_path: Path, url: str) -> None:
    """Only SQLite and PostgreSQL."""
    with pytest.raises(UnsafeDatabase, match="no database that this program opens"):
        open_store(url, gate=tmp_path / "gate")


def test_a_new_database_is_ours_and_safe(store: Store) -> None:
    """Marked, write-ahead, synced at every commit, references enforced; the checks agree."""
    bind(store.database)
    assert store.is_sqlite
    assert store.database.pragma("application_id") == APPLICATION_ID
    assert [found for walk in INVARIANTS for found in walk.broken()] == []


@pytest.mark.parametrize(
    ("pragma", "value"), [("foreign_keys", 0), ("synchronous", 1), ("trusted_schema", 1)]
)
def test_a_setting_that_was_changed_is_found(store: Store, pragma: str, value: int) -> None:
    """S2 names it."""
    bind(store.database)
    store.database.pragma(pragma, value)
    found = list(INVARIANTS[1].broken())
    assert len(found) == 1
    assert found[0].startswith(pragma)


@pytest.mark.sqlite_only("the file is damaged")
def test_a_reference_to_nothing_is_found(office: Office) -> None:
    """S1 names table, row and parent."""
    office.store.database.pragma("foreign_keys", 0)
    office.store.database.execute_sql("UPDATE staff_role SET staff_id = 999 WHERE id = 1")
    assert list(INVARIANTS[0].broken()) == [
        "row 1 of staff_role refers to a row of staff_member that does not exist."
    ]


def test_twenty_rows_tell_enough(office: Office) -> None:
    """A walk names no more, however much is wrong."""
    assert office
    insert_rows(Setting, ("name", "value"), ((f"n{row}", "") for row in range(30)))
    assert len(list(never("X", "", "SELECT name FROM setting", "{0}").broken())) == 20


def _damaged_copy(office: Office, folder: Path, table: str) -> Path:
    """A copy of the database with garbage in the cells of the first page of a table."""
    folder.mkdir()
    copy = folder / "billing.db"
    office.store.database.execute_sql(f"VACUUM INTO '{copy}'")
    reader = sqlite3.connect(copy)
    page = reader.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()
    reader.close()
    with copy.open("r+b") as file:
        file.seek((page[0] if page else 1) * 4096 - 90)
        file.write(b"\xff" * 90)
    return copy


@pytest.mark.sqlite_only("the file is damaged")
def test_overwritten_pages_are_found(office: Office, tmp_path: Path) -> None:
    """S1 on a copy whose staff table was overwritten."""
    copy = _damaged_copy(office, tmp_path / "copy", "staff_member")
    store = open_store(f"sqlite://{copy}", gate=copy.parent / "gate")
    bind(store.database)
    try:
        assert any("damaged" in found for found in INVARIANTS[0].broken())
    finally:
        store.database.close()
        bind(office.store.database)


@pytest.mark.sqlite_only("the file is damaged")
def test_a_damaged_schema_is_refused_with_a_sentence(office: Office, tmp_path: Path) -> None:
    """Not with an error of the driver."""
    copy = _damaged_copy(office, tmp_path / "copy", "sqlite_master")
    with pytest.raises(UnsafeDatabase, match="damaged; restore"):
        open_store(f"sqlite://{copy}", gate=copy.parent / "gate")


def test_a_home_is_private(tmp_path: Path) -> None:
    """Folders are for the account that runs the program alone."""
    home = Home(tmp_path / "home", "sqlite://")
    home.prepare()
    for folder in (home.root, home.uploads, home.printed, home.backups):
        assert folder.stat().st_mode & 0o077 == 0


def test_the_files_of_a_database_are_private(office: Office) -> None:
    """Database, log and gate can be read by nobody else, whatever the umask of the session is."""
    for path in office.home.root.glob("billing.db*"):
        assert path.stat().st_mode & 0o077 == 0, path.name


def test_the_home_is_where_it_was_said_to_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By name, else by BILLING_HOME; BILLING_DATABASE names a server."""
    monkeypatch.delenv("BILLING_DATABASE", raising=False)
    monkeypatch.setenv("BILLING_HOME", str(tmp_path / "env"))
    assert find_home().root == tmp_path / "env"
    assert find_home(str(tmp_path / "named")).url == f"sqlite://{tmp_path / 'named' / 'billing.db'}"
    monkeypatch.setenv("BILLING_DATABASE", "postgresql://billing@db/billing")
    assert find_home().url == "postgresql://billing@db/billing"
    assert find_home().exists()


def test_an_office_is_founded_once(tmp_path: Path) -> None:
    """No office and a second founding are refused with what to do."""
    home = Home(tmp_path / "home", f"sqlite://{tmp_path / 'home' / 'billing.db'}")
    with pytest.raises(NotFound, match="no office"):
        open_office(home)
    founded = found_office(home, {})
    with pytest.raises(UnsafeDatabase, match="already"):
        found_office(home, {})
    founded.close()
    open_office(home).close()


@pytest.mark.parametrize("url", ["postgresql://x@127.0.0.1:1/none", "postgresql:///x?y=z"])
def test_a_server_that_does_not_answer_says_so(tmp_path: Path, url: str) -> None:
    """One sentence, whoever is at fault."""
    pytest.importorskip("psycopg")
    with pytest.raises(UnsafeDatabase, match=r"does not answer: [^\n]+\.$"):
        open_store(url, gate=tmp_path / "gate")


def test_two_processes_open_the_same_office(office: Office) -> None:
    """The second sees the pragmas and rows of the first."""
    code = (
        "import sys\n"
        "from billing_tui.foundation.home import find_home\n"
        "from billing_tui.operations.office import open_office\n"
        "office = open_office(find_home(sys.argv[1]))\n"
        "print(office.utility, office.mode)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, str(office.home.root)],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"BILLING_DATABASE": office.home.url},
    )
    assert ran.stdout.strip() == "Sierra Vista Utilities training"
