"""Transactions, the gate, the guards: all or nothing, one writer at a time, the true cause told."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from functools import partial
from typing import TYPE_CHECKING

import peewee
import pytest
from offices import keep_setting
from pg_server import ON_SERVER

from billing_tui.access.staff import setting
from billing_tui.access.tables import Setting
from billing_tui.foundation.errors import InvalidEntry, Refused
from billing_tui.foundation.gate import gate
from billing_tui.foundation.guards import guard_statements
from billing_tui.foundation.model import FlagField, Table, bind, create_tables, table_name
from billing_tui.foundation.transaction import (
    NotSaved,
    OutcomeUnknown,
    read_snapshot,
    write_transaction,
)
from billing_tui.operations.office import open_office
from billing_tui.operations.schema import all_tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from billing_tui.operations.office import Office

HOLD = """
import sys, time
from pathlib import Path
from billing_tui.foundation.gate import gate
with gate(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def keep(value: str) -> None:
    """Change one setting."""
    keep_setting("note", value)


def test_what_is_inside_is_saved_together(office: Office) -> None:
    """And seen from elsewhere only then."""
    with write_transaction(office.store):
        keep("one")
        keep("two")
    assert setting("note") == "two"


@pytest.mark.parametrize("error", [InvalidEntry("no"), ValueError("x"), KeyboardInterrupt()])
def test_any_error_saves_nothing_and_is_told_as_it_was(
    office: Office, error: BaseException
) -> None:
    """The next transaction works as if nothing had been."""

    def fail() -> None:
        with write_transaction(office.store):
            keep("half")
            raise error

    with pytest.raises(type(error)) as told:
        fail()
    assert told.value is error
    assert setting("note") == ""
    with write_transaction(office.store):
        keep("after")
    assert setting("note") == "after"


@pytest.mark.sqlite_only("a missing table is no operational error there")
def test_a_refusing_database_is_told_with_its_cause(office: Office) -> None:
    """The engine's own words, and that nothing was saved."""

    def ask_for_nonsense() -> None:
        with write_transaction(office.store):
            keep("half")
            office.store.database.execute_sql("SELECT * FROM nowhere")

    with pytest.raises(NotSaved, match=r"Nothing was saved.*no such table: nowhere"):
        ask_for_nonsense()
    assert setting("note") == ""


def test_a_failed_commit_is_unknown_and_names_its_cause(office: Office) -> None:
    """A reference checked at the commit fails it; nobody says `cannot rollback`."""
    database = office.store.database
    database.execute_sql("CREATE TABLE parent (id INTEGER PRIMARY KEY)")
    database.execute_sql(
        "CREATE TABLE child (id INTEGER REFERENCES parent DEFERRABLE INITIALLY DEFERRED)"
    )

    def orphan() -> None:
        with write_transaction(office.store):
            keep("half")
            database.execute_sql("INSERT INTO child VALUES (1)")

    with pytest.raises(OutcomeUnknown, match=r"(?i)foreign key constraint"):
        orphan()
    assert setting("note") == ""
    with write_transaction(office.store):
        keep("after")
    assert setting("note") == "after"


def test_a_snapshot_does_not_move(office: Office) -> None:
    """Several reads see one state while another connection writes."""

    def write() -> None:
        with write_transaction(office.store):
            keep("later")
        office.store.database.close()

    with read_snapshot(office.store):
        before = setting("note")
        other = threading.Thread(target=write)
        other.start()
        other.join()
        assert setting("note") == before
    assert setting("note") == "later"


@pytest.mark.sqlite_only("it locks the file")
def test_a_database_that_is_locked_says_so(office: Office) -> None:
    """Somebody who goes round the gate keeps others out; the sentence tells, nothing hangs."""
    office.store.database.pragma("busy_timeout", 50)
    other = vars(peewee)["sqlite3"].connect(office.home.database_file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    def write() -> None:
        with write_transaction(office.store):
            keep("x")

    with pytest.raises(NotSaved, match="locked"):
        write()
    other.execute("ROLLBACK")
    other.close()
    write()
    assert setting("note") == "x"


@pytest.fixture
def holder(office: Office) -> Iterator[subprocess.Popen[str]]:
    """A process that holds the gate."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(office.home.gate)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


@pytest.mark.sqlite_only("a server has no gate")
def test_a_stopped_holder_does_not_stop_everybody(
    office: Office, holder: subprocess.Popen[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Others are told after a while, and go on once the holder is gone."""
    os.kill(holder.pid, signal.SIGSTOP)
    monkeypatch.setattr("billing_tui.foundation.transaction.gate", partial(gate, patience=0.2))

    def write(value: str) -> None:
        with write_transaction(office.store):
            keep(value)

    for _ in range(3):
        with pytest.raises(Refused, match="held the database for too long") as refused:
            write("no")
        assert refused.value.code == "DATABASE-BUSY"
    holder.kill()
    holder.wait()
    monkeypatch.setattr("billing_tui.foundation.transaction.gate", partial(gate, patience=20))
    write("yes")
    assert setting("note") == "yes"


def test_the_gate_is_left_when_its_holder_dies(
    office: Office, holder: subprocess.Popen[str]
) -> None:
    """The kernel clears it; who waits in line gets in."""
    entered = threading.Event()

    def wait() -> None:
        with gate(office.home.gate):
            entered.set()

    waiting = threading.Thread(target=wait)
    waiting.start()
    assert not entered.wait(0.2)
    holder.kill()
    assert entered.wait(20)
    waiting.join()


def test_no_gate_no_queue(tmp_path: Path) -> None:
    """A server queues writers itself; the gate of a file is private."""
    with gate(None):
        pass
    with gate(tmp_path / "gate"):
        assert (tmp_path / "gate").stat().st_mode & 0o777 == 0o600


WRITER = """
import sys
from billing_tui.access.tables import Setting
from billing_tui.foundation.bulk import insert_rows
from billing_tui.foundation.home import find_home
from billing_tui.foundation.transaction import write_transaction
from billing_tui.operations.office import open_office
root, name, times, rows = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
office = open_office(find_home(root))
for n in range(times):
    with write_transaction(office.store):
        total = int(Setting.get_by_id("total").value)
        pairs = [(f"{name}-{n}-{row}", "x") for row in range(rows)]
        insert_rows(Setting, ("name", "value"), pairs)
        Setting.update(value=str(total + rows)).where(Setting.name == "total").execute()
office.close()
"""


def test_many_writers_and_a_batch_share_the_file(office: Office) -> None:
    """Read-then-write from five processes: no locked error, no lost update."""
    Setting.create(name="total", value="0")
    plan = [(f"clerk{n}", 15, 1) for n in range(4)] + [("batch", 10, 2000)]
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(office.home.root), name, str(times), str(rows)],
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"BILLING_DATABASE": office.home.url},
        )
        for name, times, rows in plan
    ]
    errors = [process.communicate(timeout=120)[1] for process in processes]
    assert errors == [""] * len(plan)
    expected = sum(times * rows for _, times, rows in plan)
    assert int(setting("total")) == expected
    assert Setting.select().where(Setting.name ** "%-%-%").count() == expected


class Growing(Table):
    """Rows that only come."""

    append_only = True

    text = peewee.TextField()


class Settling(Table):
    """Rows that stand once they are done; their note may still change."""

    frozen_when = "OLD.done = 1"
    frozen_except = ("note",)

    done = FlagField(default=False)
    text = peewee.TextField()
    note = peewee.TextField(default="")


@pytest.fixture
def guarded(office: Office) -> Office:
    """Two tables of each kind of guard, with a row each."""
    create_tables(office.store.database, [Growing, Settling])
    Growing.create(text="a")
    Settling.create(text="a")
    return office


NEVER = "rows are never changed"


def test_rows_of_a_growing_table_stand(guarded: Office) -> None:
    """No update, no delete, no replacement."""
    assert guarded
    attempts: list[Callable[[], object]] = [
        Growing.update(text="b").execute,
        Growing.delete().execute,
    ]
    if not ON_SERVER:  # which knows no REPLACE
        attempts.append(Growing.replace(id=1, text="b").execute)
    for attempt in attempts:
        with pytest.raises(peewee.IntegrityError, match=NEVER):
            attempt()
    assert [row.text for row in Growing.select()] == ["a"]


def test_rows_stand_once_they_are_settled(guarded: Office) -> None:
    """Free before, then only the excepted column."""
    assert guarded
    Settling.update(text="b").execute()
    Settling.update(done=True).execute()
    for change in (Settling.update(text="c"), Settling.update(done=False), Settling.delete()):
        with pytest.raises(peewee.IntegrityError, match=NEVER):
            change.execute()
    Settling.update(note="seen").execute()
    row = Settling.get()
    assert (row.text, row.done, row.note) == ("b", True, "seen")


def test_every_table_that_says_so_is_guarded(office: Office) -> None:
    """Two triggers for each append-only or freezing table of the office."""
    found = {
        name
        for (name,) in office.store.database.execute_sql(
            "SELECT tgname FROM pg_trigger"
            if ON_SERVER
            else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        )
    }
    wanted = [model for model in all_tables() if model.append_only or model.frozen_when]
    assert wanted
    for model in wanted:
        assert len(list(guard_statements(model, sqlite=True))) == 2
        assert {f"{table_name(model)}_no_{verb}" for verb in ("update", "delete")} <= found


def test_guards_come_back_with_the_office(office: Office) -> None:
    """They are in the file, not in the program."""
    create_tables(office.store.database, [Growing])
    Growing.create(text="a")
    office.close()
    again = open_office(office.home)
    bind(again.store.database)
    with pytest.raises(peewee.IntegrityError, match=NEVER):
        Growing.update(text="b").execute()
    again.close()
