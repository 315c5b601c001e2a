"""Fill an empty database fast: indexes, checks of references and syncing wait for the last row.

Only for an office that nobody works in yet: after a crash in the middle it is thrown away.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import BillingError
from billing_tui.foundation.model import table_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from billing_tui.foundation.database import Store
    from billing_tui.foundation.model import Table

_FAST = {
    "synchronous": "off",
    "foreign_keys": 0,
    "cache_size": -64_000,
    "temp_store": "file",  # where the indexes of a large city are sorted
}


class BrokenReference(BillingError):  # noqa: N818 - a refusal, as all of them
    """A row refers to one that does not exist."""

    code = "REFERENCE"


def _indexes(tables: Iterable[str]) -> list[tuple[str, str]]:
    """Name and statement of each index that was created by a statement."""
    marks = list(tables)
    return [
        (name, sql)
        for name, sql in rows_of(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
            f" AND tbl_name IN ({', '.join('?' * len(marks))})",
            marks,
        )
    ]


@contextmanager
def bulk_loading(store: Store, tables: Iterable[type[Table]]) -> Iterator[None]:
    """Rows of `tables` are indexed, and all references checked, when the block ends.

    Raises:
        BrokenReference: a row refers to nothing.
        peewee.IntegrityError: two rows share what must be unique.
    """
    if not store.is_sqlite:
        yield
        return
    database: Any = store.database
    before = {name: database.pragma(name) for name in _FAST}
    for name, value in _FAST.items():
        database.pragma(name, value)
    indexes = _indexes(table_name(table) for table in tables)
    for name, _ in indexes:
        database.execute_sql(f'DROP INDEX "{name}"')
    yield
    for _, sql in indexes:
        database.execute_sql(sql)
    broken = rows_of("PRAGMA foreign_key_check")
    if broken:
        table, row, parent, _ = broken[0]
        raise BrokenReference(f"Row {row} of {table} refers to no row of {parent}.")
    for name, value in before.items():
        database.pragma(name, value)
