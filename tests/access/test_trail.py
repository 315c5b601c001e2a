"""The chain of the trail: whatever is changed behind its back is found where it starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import peewee
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from tamper import run, unguard

from billing_tui.access.chain import GENESIS, canonical, digest_of, entry_hash
from billing_tui.access.invariants import INVARIANTS
from billing_tui.access.rights import Right
from billing_tui.access.tables import AuditEntry, Request
from billing_tui.access.trail import broken_links, head, link_of
from billing_tui.access.writing import writing
from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from billing_tui.access.desk import Desk
    from billing_tui.operations.office import Office

LENGTH = 12
COLUMNS = (*AuditEntry.chained, "previous_hash", "hash")
fields = st.lists(st.text(), min_size=1, max_size=12).map(tuple)
whole = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def database(office: Office, desk: Callable[..., Desk]) -> peewee.Database:
    """A trail of twelve entries without guards, as somebody with the file could make it."""
    for number in range(LENGTH):
        key = f"k{number}" if number % 2 else None
        with writing(
            desk("maria"), Right.KEEP_RECORDS, "test.do", why=f"w{number}", key=key
        ) as act:
            act.about("thing", number)
            act.after = {"n": number}
    for table in ("audit_entry", "request"):
        unguard(table)
    return office.store.database


def first_bad() -> int | None:
    """Sequence number in the first sentence of the walk."""
    sentences = list(broken_links())
    assert len(sentences) <= 1
    return int(sentences[0].split()[2]) if sentences else None


def column_of(name: str) -> str:
    """Name of the column that holds a chained field."""
    return "staff_id" if name == "staff" else name


@given(st.integers(1, LENGTH), st.sampled_from(COLUMNS))
@whole
def test_an_edited_field_is_found(database: peewee.Database, seq: int, name: str) -> None:
    """Any column of any entry, whether the hash covers it or is it."""
    column = column_of(name)
    changed = "1 - verified" if column == "verified" else f"{column} || 'x'"
    if column == "staff_id":
        changed = "staff_id + 1"
    with database.atomic() as change:
        run(f"UPDATE audit_entry SET {column} = {changed} WHERE seq = ?", seq)
        assert first_bad() == seq
        change.rollback()
    assert first_bad() is None


@given(st.integers(1, LENGTH - 1))
@whole
def test_a_deleted_entry_is_found(database: peewee.Database, seq: int) -> None:
    """The gap has the number of the entry that is missing."""
    with database.atomic() as change:
        run("DELETE FROM audit_entry WHERE seq = ?", seq)
        assert first_bad() == seq
        change.rollback()


@given(st.integers(1, LENGTH - 1))
@whole
def test_closing_the_gap_is_found_too(database: peewee.Database, seq: int) -> None:
    """Entries that were moved up one do not follow on the one before."""
    with database.atomic() as change:
        run("DELETE FROM audit_entry WHERE seq = ?", seq)
        run("UPDATE audit_entry SET seq = -seq WHERE seq > ?", seq)
        run("UPDATE audit_entry SET seq = -seq - 1 WHERE seq < 0")
        assert first_bad() == seq
        change.rollback()


@given(st.integers(1, LENGTH), st.integers(1, LENGTH))
@whole
def test_reordered_entries_are_found(database: peewee.Database, one: int, other: int) -> None:
    """Two entries that changed places are found at the earlier of the two."""
    with database.atomic() as change:
        for source, target in ((one, -1), (other, one), (-1, other)):
            run("UPDATE audit_entry SET seq = ? WHERE seq = ?", target, source)
        assert first_bad() == (None if one == other else min(one, other))
        change.rollback()


@given(st.integers(1, LENGTH))
@whole
def test_an_inserted_entry_is_found(database: peewee.Database, seq: int) -> None:
    """A forged entry with a hash of its own breaks the one that follows."""
    with database.atomic() as change:
        run("UPDATE audit_entry SET seq = -seq WHERE seq >= ?", seq)
        run("UPDATE audit_entry SET seq = -seq + 1 WHERE seq < 0")
        (row,) = rows_of(
            "SELECT at, business_day, staff_id, station, verified, verb, subject_kind, subject,"
            " why, before, after, previous_hash FROM audit_entry WHERE seq = ?",
            (seq + 1,),
        )
        forged = (*map(str, row[:10]), '{"n":99}')
        columns = ", ".join(map(column_of, COLUMNS))
        marks = ", ".join("?" * (len(COLUMNS) + 1))
        run(
            f"INSERT INTO audit_entry (seq, {columns}) VALUES ({marks})",
            seq,
            *forged,
            row[11],
            entry_hash(forged, row[11], seq),
        )
        assert first_bad() == seq + 1
        change.rollback()


def test_a_cut_tail_changes_the_head(database: peewee.Database) -> None:
    """The walk cannot know what came later; the head that was kept elsewhere does."""
    kept = head()
    assert kept[0] == LENGTH
    database.execute_sql("DELETE FROM audit_entry WHERE seq > 10")
    assert first_bad() is None
    assert head() != kept


def test_an_empty_trail_is_whole(office: Office) -> None:
    """Its head is the beginning."""
    assert office
    assert list(broken_links()) == []
    assert head() == (0, GENESIS)


def test_requests_without_their_entry_are_found(database: peewee.Database) -> None:
    """A1 names the key, and the entry that stands for two."""
    assert list(INVARIANTS[0].broken()) == []
    database.execute_sql("UPDATE request SET seq = 99 WHERE key = 'k1'")
    database.execute_sql("UPDATE request SET seq = 6 WHERE key = 'k3'")
    assert list(INVARIANTS[0].broken()) == [
        "request k1 names audit entry 99, which does not exist.",
        "audit entry 6 stands for 2 requests; it can stand for one.",
    ]


def test_guards_that_are_gone_are_found(database: peewee.Database) -> None:
    """A2 says so even while the chain is whole."""
    assert database
    assert len(list(INVARIANTS[1].broken())) == 4


@pytest.mark.parametrize("model", [AuditEntry, Request])
def test_the_trail_refuses_changes(
    desk: Callable[..., Desk], model: type[AuditEntry | Request]
) -> None:
    """UPDATE and DELETE fail in the database itself."""
    with writing(desk("maria"), Right.KEEP_RECORDS, "test.do", key="k"):
        pass
    change = {"why": "x"} if model is AuditEntry else {"result": "2"}
    with pytest.raises(peewee.IntegrityError, match="never changed"):
        model.update(**change).execute()
    with pytest.raises(peewee.IntegrityError, match="never changed"):
        model.delete().execute()


def test_a_long_trail_is_walked_in_pages(
    database: peewee.Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whole pages, half pages and a fault on a later page."""
    for page in (1, 3, 4, 11, 12, 13):
        monkeypatch.setattr("billing_tui.access.trail._PAGE", page)
        assert first_bad() is None
    monkeypatch.setattr("billing_tui.access.trail._PAGE", 4)
    database.execute_sql("UPDATE audit_entry SET why = 'x' WHERE seq = 9")
    assert first_bad() == 9


@given(fields, fields, st.integers(1, 9), st.integers(1, 9))
def test_no_two_entries_share_a_hash(
    one: tuple[str, ...], other: tuple[str, ...], seq: int, place: int
) -> None:
    """Fields are framed, so text cannot move from one into the next; the place counts."""
    same = (one, seq) == (other, place)
    assert (entry_hash(one, GENESIS, seq) == entry_hash(other, GENESIS, place)) is same
    assert entry_hash(one, GENESIS, seq) != entry_hash((*one, ""), GENESIS, seq)
    assert entry_hash(("a", "b" + one[0]), GENESIS, seq) != entry_hash(("ab", one[0]), GENESIS, seq)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(st.dictionaries(st.text(), json_values), st.randoms())
def test_json_has_one_spelling(value: dict[str, object], random: Random) -> None:
    """The order in which keys were set does not show."""
    keys = list(value)
    random.shuffle(keys)
    turned = {key: value[key] for key in keys}
    assert canonical(turned) == canonical(value)
    assert digest_of(turned) == digest_of(value)


def test_the_link_of_an_entry_tells_an_edit_from_a_gap(
    office: Office, database: peewee.Database
) -> None:
    """Its own contents, and the entry before it; the others are whole."""
    assert office
    assert all(link_of(seq).whole for seq in range(1, LENGTH + 1))
    assert link_of(3).sentence == "Chain whole: its hash fits and follows on entry 2."
    with pytest.raises(NotFound):
        link_of(LENGTH + 1)
    database.execute_sql("UPDATE audit_entry SET why = 'other' WHERE seq = 5")
    database.execute_sql("DELETE FROM audit_entry WHERE seq = 8")

    broken = [seq for seq in range(1, LENGTH + 1) if seq != 8 and not link_of(seq).whole]

    assert broken == [5, 9]
    assert "edited" in link_of(5).sentence
    assert "does not follow" in link_of(9).sentence
