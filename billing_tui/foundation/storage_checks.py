"""What must hold of the file itself, on SQLite: sound pages, sound references, safe settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import peewee

from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.database import APPLICATION_ID
from billing_tui.foundation.guards import guard_statements
from billing_tui.foundation.invariant import Invariant
from billing_tui.foundation.model import bound, table_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from billing_tui.foundation.model import Table

_SETTINGS: tuple[tuple[str, object], ...] = (
    ("application_id", APPLICATION_ID),
    ("journal_mode", "wal"),
    ("synchronous", 2),
    ("foreign_keys", 1),
    ("recursive_triggers", 1),
    ("trusted_schema", 0),
)
_MOST = 20


def _embedded() -> bool:
    return isinstance(bound(), peewee.SqliteDatabase)


def _unsound() -> Iterator[str]:
    if not _embedded():
        return
    try:
        found = [row[0] for row in rows_of(f"PRAGMA integrity_check({_MOST})")]
    except peewee.DatabaseError as error:
        found = [str(error)]
    if found != ["ok"]:
        yield from (f"the database file is damaged: {fault}." for fault in found)
        return
    for table, row, parent, _ in rows_of("PRAGMA foreign_key_check")[:_MOST]:
        yield f"row {row} of {table} refers to a row of {parent} that does not exist."


def _unsafe() -> Iterator[str]:
    if not _embedded():
        return
    for name, wanted in _SETTINGS:
        found = rows_of(f"PRAGMA {name}")[0][0]
        if found != wanted:
            yield f"{name} of this connection is {found}; it must be {wanted}."


def _triggers() -> dict[str, str]:
    if _embedded():
        return dict(rows_of("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
    return dict(
        rows_of(
            "SELECT t.tgname, p.prosrc FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid"
            " WHERE t.tgenabled IN ('O', 'A')"
        )
    )


def _stands(statement: str, found: Mapping[str, str]) -> bool:
    """Whether a statement's trigger is there; on a server its function is what must be told."""
    if _embedded():
        return statement.replace("IF NOT EXISTS ", "") in found.values()
    name, body = statement.split('"')[1], statement.split("$$")[1:2]
    return not body or found.get(name) == body[0]


def missing_guards(models: Iterable[type[Table]]) -> Iterator[str]:
    """A sentence for each trigger that should keep rows from changing and does not stand."""
    found = _triggers()
    for model in models:
        for statement in guard_statements(model, sqlite=_embedded()):
            if not _stands(statement, found):
                yield f"a guard of {table_name(model)} is missing or was changed."


INVARIANTS: tuple[Invariant, ...] = (
    Invariant("S1", "The database file is sound and every reference leads somewhere.", _unsound),
    Invariant("S2", "The database file is ours and opened with the safe settings.", _unsafe),
)
"""Checks of the file; they say nothing where the database is a server."""
