"""Filling an empty database fast leaves it as strict as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import peewee
import pytest

from billing_tui.foundation.bulk import insert_rows, rows_of
from billing_tui.foundation.transaction import write_transaction
from billing_tui.operations.demo.loading import BrokenReference, bulk_loading
from billing_tui.records.tables import Cycle, Route

if TYPE_CHECKING:
    from billing_tui.operations.office import Office

_SCHEMA = "SELECT type, name, sql FROM sqlite_master ORDER BY type, name"
_CYCLE, _ROUTE = ("id", "code", "name"), ("code", "name", "cycle_id")


@pytest.mark.sqlite_only("a server loads as it always does")
def test_indexes_and_settings_come_back(office: Office) -> None:
    """After the block the schema and the pragmas are those of before, and the rows are in."""
    names = ("synchronous", "foreign_keys", "cache_size", "temp_store")
    database = office.store.database
    schema = rows_of(_SCHEMA)
    settings = [database.pragma(name) for name in names]
    with bulk_loading(office.store, (Cycle, Route)), write_transaction(office.store):
        assert len(rows_of(_SCHEMA)) < len(schema)
        insert_rows(Cycle, _CYCLE, [(1, "03", "Old Town")])
        insert_rows(Route, _ROUTE, [("0301", "Old Town 1", 1)])
    assert rows_of(_SCHEMA) == schema
    assert [database.pragma(name) for name in names] == settings
    assert Route.get().cycle.code == "03"


@pytest.mark.sqlite_only("a server loads as it always does")
def test_a_row_that_refers_to_nothing_is_found(office: Office) -> None:
    """References are checked when all rows are in."""
    with (
        pytest.raises(BrokenReference, match="route"),
        bulk_loading(office.store, (Cycle, Route)),
        write_transaction(office.store),
    ):
        insert_rows(Route, _ROUTE, [("0301", "Old Town 1", 77)])


def test_what_comes_twice_is_found(office: Office) -> None:
    """A unique column is checked when its index is made again."""
    with (
        pytest.raises(peewee.IntegrityError),
        bulk_loading(office.store, (Cycle, Route)),
        write_transaction(office.store),
    ):
        insert_rows(Cycle, _CYCLE, [(1, "03", "Old Town"), (2, "03", "Orchard")])
