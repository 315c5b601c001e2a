"""Open the office's database by URL, and refuse what could lose money.

SQLite is the embedded default. Versions before 3.51.3 can corrupt a WAL file that two processes
share (sqlite.org/wal.html, "WAL-reset bug"; fixed on two older branches too), so they are refused.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import peewee

from billing_tui.foundation.errors import BillingError

if TYPE_CHECKING:
    from collections.abc import Mapping

APPLICATION_ID = 0x55_42_49_4C  # "UBIL"
_PRAGMAS: Mapping[str, int | str] = {
    "journal_mode": "wal",
    "synchronous": "full",
    "foreign_keys": 1,
    "recursive_triggers": 1,  # else INSERT OR REPLACE deletes a row without asking its guard
    "busy_timeout": 10_000,
    "wal_autocheckpoint": 1000,
    "journal_size_limit": 67_108_864,
    "cache_size": -16_000,
    "trusted_schema": 0,
    "cell_size_check": 1,
    "temp_store": "memory",
    "mmap_size": 0,
}
_BYTE_ORDERS = frozenset({"C", "POSIX", "C.UTF-8", "C.utf8"})
_NETWORK = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "fuse.sshfs", "ceph"})


class UnsafeDatabase(BillingError):  # noqa: N818
    """The database cannot be opened without risk to what is in it."""

    code = "UNSAFE-DATABASE"


@dataclass(frozen=True, slots=True)
class Store:
    """An open database and the gate that its writers queue at.

    Attributes:
        database: the Peewee database; each thread gets its own connection.
        gate: path of the gate file, None where the server queues writers itself.
    """

    database: peewee.Database
    gate: Path | None

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the embedded default."""
        return isinstance(self.database, peewee.SqliteDatabase)


def safe_sqlite(version: tuple[int, ...]) -> bool:
    """Whether this SQLite may share a WAL file between processes."""
    if version >= (3, 51, 3):
        return version[:2] != (3, 52)
    return (version[:2] == (3, 50) and version >= (3, 50, 7)) or (
        version[:2] == (3, 44) and version >= (3, 44, 6)
    )


def _filesystem(path: Path) -> str:
    """Type of the file system that holds `path`; "" where the platform does not tell."""
    try:
        lines = Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    best, kind = "", ""
    for line in lines:
        before, _, after = line.partition(" - ")
        point = before.split()[4].replace("\\040", " ")
        inside = path == Path(point) or Path(point) in path.parents
        if inside and len(point) >= len(best):
            best, kind = point, after.split()[0]
    return kind


def _magic(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(15)


def _holds_something(path: Path) -> bool:
    return os.path.isfile(path) and path.stat().st_size > 0  # noqa: PTH113 - Path.is_file raises


def _check_place(path: Path) -> None:
    folder = path.parent
    if os.path.exists(path) and not os.path.isfile(path):  # noqa: PTH110, PTH113 - no raising
        raise UnsafeDatabase(f"{path} is no file.")
    if not os.path.isdir(folder):  # noqa: PTH112 - Path.is_dir raises on an endless name
        raise UnsafeDatabase(f"There is no folder {folder}; create the home first.")
    if not os.access(folder, os.W_OK):
        raise UnsafeDatabase(f"{folder} cannot be written; the database needs its own folder.")
    kind = _filesystem(folder.resolve())
    if kind in _NETWORK:
        raise UnsafeDatabase(
            f"{folder} is on a network file system ({kind}), where SQLite can corrupt its file. "
            "Move the home to a local disk or use PostgreSQL."
        )
    if _holds_something(path) and _magic(path) != b"SQLite format 3":
        raise UnsafeDatabase(f"{path} is not a SQLite database.")


def _check_owner(path: Path) -> None:
    """Refuse a damaged file and one of another program, without changing a byte of it."""
    if not _holds_something(path):
        return
    driver = vars(peewee)["sqlite3"]
    connection = driver.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    try:
        (mark,) = connection.execute("PRAGMA application_id").fetchone()
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except (driver.DatabaseError, UnicodeDecodeError) as error:
        raise UnsafeDatabase(
            f"{path} is damaged; restore the newest backup. ({type(error).__name__})"
        ) from error
    finally:
        connection.close()
    if mark not in {0, APPLICATION_ID} or (mark == 0 and tables):
        raise UnsafeDatabase(f"{path} belongs to another program.")


def _open_sqlite(path: Path, gate: Path) -> Store:
    version = tuple(vars(peewee)["sqlite3"].sqlite_version_info)
    if not safe_sqlite(version):
        text = ".".join(map(str, version))
        raise UnsafeDatabase(
            f"This Python has SQLite {text}, which can corrupt a database that several people "
            "use. Install pysqlite3 0.6.1 or newer."
        )
    _check_place(path)
    _check_owner(path)
    # SQLite gives the log and its index the rights of the file, so this keeps all three private.
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    except OSError as error:
        raise UnsafeDatabase(f"{path} cannot be opened: {error.strerror}.") from error
    database = peewee.SqliteDatabase(str(path), pragmas=dict(_PRAGMAS), timeout=10)
    database.connect()
    if database.pragma("application_id") == 0:
        database.pragma("application_id", APPLICATION_ID)
    return Store(database, gate)


def _check_order(database: peewee.Database) -> None:
    """Numbers and search words are compared byte by byte, so the server must do so too."""
    provider, collation = database.execute_sql(
        "SELECT datlocprovider, datcollate FROM pg_database WHERE datname = current_database()"
    ).fetchone()
    if provider == "i" or collation not in _BYTE_ORDERS:
        database.close()
        raise UnsafeDatabase(
            f"This PostgreSQL database sorts text as {collation}; the office needs one created "
            "with TEMPLATE template0 LOCALE 'C.UTF-8' ENCODING 'UTF8'."
        )


def _open_server(url: str) -> Store:
    try:
        from billing_tui.foundation.server import server_at
    except ModuleNotFoundError as error:
        raise UnsafeDatabase(
            "PostgreSQL needs its driver; install billing-tui[postgres]."
        ) from error
    database = server_at(url)
    try:
        database.connect(reuse_if_open=True)
    except peewee.DatabaseError as error:
        why = str(error).splitlines()[0].rstrip(".")
        raise UnsafeDatabase(f"The database does not answer: {why}.") from error
    _check_order(database)
    return Store(database, None)


def open_store(url: str, *, gate: Path) -> Store:
    """Open `sqlite:///path` or `postgresql://...`.

    Raises:
        UnsafeDatabase: for a SQLite that is too old, a network disk, a foreign or broken file; for
            a server that does not answer or sorts by language.
    """
    scheme, _, rest = url.partition("://")
    if scheme == "sqlite":
        path = Path("/" + rest.lstrip("/")) if rest.startswith("/") else Path(rest)
        return _open_sqlite(path, gate)
    if scheme in {"postgresql", "postgres"}:
        return _open_server(url)
    raise UnsafeDatabase(f"{scheme!r} is no database that this program opens.")
