"""The base of every table: STRICT rows, whole cents, ISO days, and tables that only grow.

The database is bound late (`bind`), so importing a table opens nothing.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

import peewee

if TYPE_CHECKING:
    from collections.abc import Iterable
    from enum import StrEnum

_current = peewee.DatabaseProxy()


if TYPE_CHECKING:
    _Days = peewee.Field[Any]  # a day, or nothing where null=True
    _Flags = peewee.Field[bool]
    _Whole = peewee.BigIntegerField[int]
else:
    _Days = _Flags = peewee.Field
    _Whole = peewee.BigIntegerField


class DayField(_Days):
    """A calendar day, stored as ISO text so that text order is date order."""

    field_type = "TEXT"

    def db_value(self, value: date | str | None) -> str | None:  # noqa: D102
        return value.isoformat() if isinstance(value, date) else value

    def python_value(self, value: str | None) -> date | None:  # noqa: D102
        return date.fromisoformat(value) if value is not None else None


class CentsField(_Whole):
    """Whole cents; 64 bits on every engine."""


class MilliField(_Whole):
    """Thousandths of the unit that stands in the column beside it."""


class FlagField(_Flags):
    """Yes or no, stored as 1 or 0 (STRICT tables have no boolean)."""

    field_type = "INT"

    def db_value(self, value: bool | None) -> int | None:  # noqa: D102, FBT001
        return None if value is None else int(value)

    def python_value(self, value: int | None) -> bool | None:  # noqa: D102
        return None if value is None else bool(value)


def one_of(column: str, values: type[StrEnum]) -> peewee.SQL | peewee.NodeList:
    """A constraint that the column holds one of an enumeration's texts."""
    allowed = ", ".join(f"'{value.value}'" for value in values)
    return peewee.Check(f"{column} IN ({allowed})")


class Table(peewee.Model):
    """A table of the office.

    Attributes:
        append_only: rows are never changed or deleted; the database itself refuses it.
        frozen_when: SQL over OLD that says when a row has become unchangeable, e.g. once posted.
        frozen_except: columns that may still change on a frozen row.
    """

    append_only: ClassVar[bool] = False
    frozen_when: ClassVar[str | None] = None
    frozen_except: ClassVar[tuple[str, ...]] = ()

    if TYPE_CHECKING:
        id: peewee.IntegerField[int]  # Peewee adds it where a table names no other key

    class Meta:
        """Late binding, one name style, STRICT rows."""

        database = _current
        legacy_table_names = False
        strict_tables = True


def bind(database: peewee.Database) -> None:
    """Make `database` the one that all tables read and write."""
    _current.initialize(database)


def bound() -> peewee.Database:
    """The database that the tables read and write now."""
    database: peewee.Database = _current.obj
    return database


def table_name(model: type[Table]) -> str:
    """Name of the model's table."""
    name: str = model._meta.table_name  # noqa: SLF001
    return name


def column_names(model: type[Table]) -> list[str]:
    """Names of all columns in order, the primary key included."""
    meta: Any = model._meta  # noqa: SLF001
    return [field.column_name for field in meta.sorted_fields]


def create_tables(database: peewee.Database, models: Iterable[type[Table]]) -> None:
    """Create tables, indexes and the triggers that keep what must not change.

    STRICT and WITHOUT ROWID are words of SQLite alone, so other engines are spared them.
    """
    from billing_tui.foundation.guards import guard_statements

    sqlite = isinstance(database, peewee.SqliteDatabase)
    for model in models:
        meta: Any = model._meta  # noqa: SLF001
        clustered = meta.without_rowid
        meta.strict_tables, meta.without_rowid = sqlite, sqlite and clustered
        try:
            model.create_table()
        finally:
            meta.without_rowid = clustered
        for statement in guard_statements(model, sqlite=sqlite):
            database.execute_sql(statement)
