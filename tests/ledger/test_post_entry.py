"""Posting and reversing: once each, all or nothing, in the trail."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import peewee
import pytest

from billing_tui.access.desk import NotAllowed
from billing_tui.access.tables import AuditEntry
from billing_tui.access.writing import KeyConflict
from billing_tui.foundation.errors import InvalidEntry, NotFound, Refused
from billing_tui.foundation.transaction import write_transaction
from billing_tui.ledger.chart import load_chart
from billing_tui.ledger.invariants import INVARIANTS
from billing_tui.ledger.journal import Unbalanced
from billing_tui.ledger.post_entry import insert_entries, post_entry, reverse_entry
from billing_tui.ledger.receivables import agings, balances
from billing_tui.ledger.tables import EntryKind, JournalEntry, Posting

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_tui.access.desk import Desk
    from billing_tui.ledger.journal import Entry
    from billing_tui.operations.office import Office

DAY, DUE = date(2026, 11, 2), date(2026, 11, 25)


def rows() -> tuple[int, int, int]:
    """Entries, postings and audit entries that stand."""
    return JournalEntry.select().count(), Posting.select().count(), AuditEntry.select().count()


@pytest.fixture
def one(bill: Callable[..., Entry], accounts: range) -> Entry:
    """A bill with a tax, for the first account."""
    return bill("B1", accounts[0], DAY, DUE, {"water.usage": 2496, "tax.uut": 137}, service="water")


def test_posting_makes_one_entry_its_legs_and_one_line_in_the_trail(
    desk: Callable[..., Desk], one: Entry
) -> None:
    """Two funds, two legs each."""
    posted = post_entry(desk("luis"), one, why="by hand")
    assert rows() == (1, 4, 1)
    assert balances([1]) == {1: 2633}
    trail = AuditEntry.get()
    assert (trail.verb, trail.subject, trail.why) == ("ledger.post_entry", "bill B1", "by hand")
    assert (posted.kind, posted.reference) == (EntryKind.BILL, "B1")


def test_the_same_key_posts_once(desk: Callable[..., Desk], one: Entry) -> None:
    """The second time returns the first result."""
    first = post_entry(desk("luis"), one, key="k1")
    assert post_entry(desk("luis"), one, key="k1") == first
    assert rows() == (1, 4, 1)


def test_the_same_key_with_another_amount_is_a_conflict(
    desk: Callable[..., Desk], one: Entry, bill: Callable[..., Entry]
) -> None:
    """Nothing is posted and the sentence says why."""
    post_entry(desk("luis"), one, key="k1")
    other = bill("B1", 1, DAY, DUE, {"water.usage": 2497})
    with pytest.raises(KeyConflict):
        post_entry(desk("luis"), other, key="k1")
    assert rows() == (1, 4, 1)


def test_the_same_reference_is_refused(desk: Callable[..., Desk], one: Entry) -> None:
    """Without a key, the bill number still lets it stand once only."""
    post_entry(desk("luis"), one)
    with pytest.raises(Refused, match="posted before"):
        post_entry(desk("luis"), one)
    assert rows() == (1, 4, 1)


def test_an_unbalanced_entry_leaves_nothing(desk: Callable[..., Desk], one: Entry) -> None:
    """Neither entry nor postings nor trail."""
    with pytest.raises(Unbalanced):
        post_entry(desk("luis"), one._replace(legs=one.legs[:2]))
    assert rows() == (0, 0, 0)


def test_one_bad_entry_refuses_the_batch(office: Office, one: Entry) -> None:
    """A bulk insert is all or nothing."""
    with pytest.raises(Unbalanced), write_transaction(office.store):
        insert_entries(1, [one, one._replace(reference="B2", legs=one.legs[:3])])
    assert rows() == (0, 0, 0)


def test_bulk_ids_are_in_order_and_go_on(
    office: Office, bill: Callable[..., Entry], accounts: range
) -> None:
    """The caller can link its bills to the entries."""
    batch = [bill(f"B{n}", n, DAY, DUE, {"water.fixed": n}) for n in accounts[:50]]
    with write_transaction(office.store):
        first = insert_entries(1, batch[:20])
        second = insert_entries(1, batch[20:])
    assert [*first, *second] == list(range(1, 51))
    assert balances(accounts[:50]) == {n: n for n in accounts[:50]}


def test_a_clerk_may_not_post(desk: Callable[..., Desk], one: Entry) -> None:
    """Posting is the lead's right."""
    with pytest.raises(NotAllowed):
        post_entry(desk("maria"), one)


def test_a_reversal_cannot_be_posted_by_hand(desk: Callable[..., Desk], one: Entry) -> None:
    """It is made from the entry that it reverses."""
    with pytest.raises(InvalidEntry):
        post_entry(desk("luis"), one._replace(kind=EntryKind.REVERSAL))


def test_a_reversal_is_the_exact_negative(desk: Callable[..., Desk], one: Entry) -> None:
    """It leaves no balance, no aging and no broken invariant, on the business day."""
    posted = post_entry(desk("luis"), one)
    back = reverse_entry(desk("luis", date(2026, 11, 9)), posted.id, "wrong meter")
    assert balances([1]) == {1: 0}
    assert balances([1], date(2026, 11, 8)) == {1: 2633}
    assert not any(agings([1], date(2027, 1, 1))[1].buckets)
    entry = JournalEntry.get_by_id(back.id)
    assert (entry.day, entry.reference, entry.memo) == (date(2026, 11, 9), "bill B1", "wrong meter")
    assert [found for walk in INVARIANTS for found in walk.broken()] == []


def test_an_entry_is_reversed_once(desk: Callable[..., Desk], one: Entry) -> None:
    """Not twice, and a reversal not at all; the same key gets the first result."""
    posted = post_entry(desk("luis"), one)
    back = reverse_entry(desk("luis"), posted.id, "wrong", key="r1")
    assert reverse_entry(desk("luis"), posted.id, "wrong", key="r1") == back
    with pytest.raises(Refused, match="reversed before"):
        reverse_entry(desk("luis"), posted.id, "wrong again")
    with pytest.raises(Refused, match="not reversed"):
        reverse_entry(desk("luis"), back.id, "wrong again")
    assert rows()[0] == 2


def test_a_reversal_has_a_reason_a_target_and_a_day(desk: Callable[..., Desk], one: Entry) -> None:
    """An empty reason, an unknown entry and a day before the entry's are refused."""
    posted = post_entry(desk("luis"), one)
    with pytest.raises(InvalidEntry, match="why"):
        reverse_entry(desk("luis"), posted.id, "  ")
    with pytest.raises(NotFound):
        reverse_entry(desk("luis"), 99, "wrong")
    with pytest.raises(Refused, match="then or later"):
        reverse_entry(desk("luis", date(2026, 11, 1)), posted.id, "wrong")


def test_nothing_is_posted_to_a_closed_account(
    desk: Callable[..., Desk], one: Entry, chart_text: str
) -> None:
    """An account that left the chart takes no postings."""
    without = "\n".join(line for line in chart_text.splitlines() if "water.usage" not in line)
    load_chart(desk("luis"), without)
    with pytest.raises(Unbalanced, match="closed"):
        post_entry(desk("luis"), one)


@pytest.mark.parametrize("model", [JournalEntry, Posting])
def test_the_journal_refuses_changes(
    desk: Callable[..., Desk], one: Entry, model: type[JournalEntry | Posting]
) -> None:
    """UPDATE and DELETE fail in the database itself."""
    post_entry(desk("luis"), one)
    before = rows()
    with pytest.raises(peewee.IntegrityError, match="never changed"):
        model.update(day=DUE).execute()
    with pytest.raises(peewee.IntegrityError, match="never changed"):
        model.delete().execute()
    assert rows() == before
