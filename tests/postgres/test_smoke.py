"""The same office on PostgreSQL."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING

import peewee
import pytest
from offices import desks, found_in, keep_setting
from town import READ_DAY, build_town, house, plan, read_all

from billing_tui.access.staff import setting
from billing_tui.access.tables import Setting
from billing_tui.access.trail import broken_links
from billing_tui.billing.approve_run import approve_run
from billing_tui.billing.audit_run import audit_run
from billing_tui.billing.bill_view import find_bill
from billing_tui.billing.calculate_run import calculate_run
from billing_tui.billing.open_run import open_run
from billing_tui.billing.post_run import post_run
from billing_tui.billing.review_bills import accept_all
from billing_tui.foundation.database import UnsafeDatabase
from billing_tui.foundation.transaction import NotSaved, write_transaction
from billing_tui.operations.verify import verify_office
from billing_tui.records.add_cycle import add_cycle
from billing_tui.records.bulk_set_up import bulk_set_up
from billing_tui.records.search import search

if TYPE_CHECKING:
    from pathlib import Path

    from pg_server import Server

    from billing_tui.operations.office import Office

pytestmark = pytest.mark.postgres


def test_a_run_on_postgres_bills_as_on_sqlite(office: Office, tmp_path: Path) -> None:
    """Reads come in, bills are calculated, audited, approved, posted; everything holds."""
    desk = desks(office)
    build_town(desk, 5)
    instance = plan(desk, "2026-10", READ_DAY, date(2026, 10, 20))
    read_all(desk, instance, {f"M{n:06d}": 1000 + 9 * n for n in range(1, 6)}, READ_DAY, tmp_path)
    number = open_run(desk("luis"), "07").number
    calculate_run(desk("luis"), number)
    audit_run(desk("luis"), number)
    accept_all(desk("luis"), number, "first bill", "new town")
    approve_run(desk("nora"), number)

    run = post_run(desk("luis"), number)

    assert (run.bills, run.total_cents) == (5, 105_756)
    assert [line.cents for line in find_bill("B26-0000001").services[0].lines] == [
        2000,
        2296,
        429,
        236,
    ]
    assert [verdict for verdict in verify_office(office.store) if verdict.broken] == []
    with pytest.raises(peewee.DatabaseError, match="never changed"):
        office.store.database.execute_sql("DELETE FROM posting")
    assert list(broken_links()) == []
    assert [hit.number for hit in search("delgado alder")][:2] == ["10001-01", "10002-01"]
    assert [hit.number for hit in search("M000003")] == ["10003-01"]
    assert [hit.number for hit in search("delg 104")] == ["10002-01"]
    add_cycle(desk("luis"), "08", "South side")  # ids go on after those that were given in bulk
    bulk_set_up(desk("luis"), [house(9)])


def test_a_lost_connection_is_told_and_the_next_change_goes_through(office: Office) -> None:
    """A server that was restarted costs what was not saved, and no more."""

    def keep(*, lost: bool) -> None:
        with write_transaction(office.store):
            if lost:
                office.store.database.execute_sql("SELECT pg_terminate_backend(pg_backend_pid())")
            keep_setting("note", "kept")

    with pytest.raises(NotSaved, match="Nothing was saved: terminating connection"):
        keep(lost=True)
    assert setting("note") == ""
    keep(lost=False)
    assert setting("note") == "kept"


def test_a_swallowed_refusal_saves_nothing_and_says_so(office: Office) -> None:
    """Where SQLite would save the rest, the server drops it all: nobody may believe it is kept."""

    def swallow() -> None:
        with write_transaction(office.store), suppress(peewee.IntegrityError):
            keep_setting("note", "kept")
            Setting.create(name="note", value="again")

    with pytest.raises(NotSaved, match="had refused a part"):
        swallow()
    assert setting("note") == ""


def test_a_server_that_sorts_by_language_is_refused(server: Server, tmp_path: Path) -> None:
    """Account numbers and search words are compared byte by byte."""
    psycopg = pytest.importorskip("psycopg")
    with psycopg.connect(server.url, autocommit=True) as connection:
        try:
            connection.execute(
                "CREATE DATABASE by_language TEMPLATE template0"
                " LOCALE_PROVIDER icu ICU_LOCALE 'en' LOCALE 'C.UTF-8'"
            )
        except psycopg.Error as error:
            pytest.skip(f"this server knows no ICU: {error}")

    with pytest.raises(UnsafeDatabase, match="needs one created with"):
        found_in(tmp_path / "home", server.url.replace("/postgres?", "/by_language?"))
