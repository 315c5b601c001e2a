"""PostgreSQL as the office reads it; imported only where a URL names a server.

A sum of whole numbers comes back from PostgreSQL as its endless `numeric`; there is no such column,
so every one of them is a whole number here, as it is on SQLite.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import peewee
from playhouse.db_url import parse
from psycopg.adapt import Loader

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.abc import Buffer


class _Whole(Loader):
    """A `numeric` as an int; one with a fraction is a fault of ours and raises ValueError."""

    def load(self, data: Buffer) -> int:
        return int(bytes(data))


class _Server(peewee.PostgresqlDatabase):
    """A PostgreSQL database whose sums are whole numbers."""

    def _initialize_connection(self, conn: Connection) -> None:
        conn.adapters.register_loader("numeric", _Whole)


def server_at(url: str) -> peewee.Database:
    """The database of a `postgresql://` URL, not yet connected."""
    return _Server(prefer_psycopg3=True, **parse(url))
