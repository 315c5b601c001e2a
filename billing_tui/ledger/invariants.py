"""What must hold in the ledger, whoever wrote to it: the walks of `billing-tui verify`."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.invariant import MOST, Invariant
from billing_tui.foundation.money import LIMIT_CENTS, money_text
from billing_tui.foundation.storage_checks import missing_guards
from billing_tui.ledger.chart_text import CASH, RECEIVABLE
from billing_tui.ledger.receivables import agings, balances
from billing_tui.ledger.tables import JournalEntry, Posting

if TYPE_CHECKING:
    from collections.abc import Iterator

_END_OF_TIME = date(9999, 12, 31)
_PAGE = 2000


def _rows(sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
    return rows_of(sql, parameters)[:MOST]


def _unbalanced() -> Iterator[str]:
    thin = _rows(
        "SELECT e.id, count(p.id) FROM journal_entry e LEFT JOIN posting p ON p.entry_id = e.id"
        " GROUP BY e.id HAVING count(p.id) < 2"
    )
    for entry, legs in thin:
        yield f"entry {entry} has {legs} legs; it takes two at least."
    for entry, cents in _rows(
        "SELECT entry_id, sum(cents) FROM posting GROUP BY entry_id HAVING sum(cents) <> 0"
    ):
        yield f"entry {entry} is off by {money_text(int(cents))}."


def _unbalanced_funds() -> Iterator[str]:
    for entry, fund, cents in _rows(
        "SELECT p.entry_id, g.fund, sum(p.cents) FROM posting p"
        " JOIN gl_account g ON g.id = p.gl_account_id"
        " GROUP BY p.entry_id, g.fund HAVING sum(p.cents) <> 0"
    ):
        yield f"entry {entry} is off by {money_text(int(cents))} in the {fund} fund."


def _amounts() -> Iterator[str]:
    for posting, cents in _rows(
        "SELECT id, cents FROM posting WHERE cents IS NULL OR cents = 0 OR abs(cents) > ?",
        LIMIT_CENTS,
    ):
        yield f"posting {posting} has {cents} cents."


def _unguarded() -> Iterator[str]:
    yield from missing_guards((JournalEntry, Posting))


def _reversals() -> Iterator[str]:
    for (entry,) in _rows(
        "SELECT id FROM journal_entry WHERE (kind = 'reversal') <> (reverses_id IS NOT NULL)"
    ):
        yield f"entry {entry} is a reversal of nothing, or reverses without being a reversal."
    for (entry,) in _rows(
        "SELECT r.id FROM journal_entry r JOIN journal_entry o ON o.id = r.reverses_id"
        " WHERE o.reverses_id IS NOT NULL OR r.day < o.day OR r.id <= o.id"
    ):
        yield f"entry {entry} reverses a reversal, or what came after it."
    for (entry,) in _rows(
        "SELECT DISTINCT r.id FROM journal_entry r"
        " JOIN posting p ON p.entry_id IN (r.id, r.reverses_id) WHERE r.reverses_id IS NOT NULL"
        " GROUP BY r.id, p.gl_account_id, p.account_id, p.service, p.due HAVING sum(p.cents) <> 0"
    ):
        yield f"entry {entry} is not the exact negative of what it reverses."


def _copies() -> Iterator[str]:
    for (posting,) in _rows(
        "SELECT p.id FROM posting p JOIN journal_entry e ON e.id = p.entry_id WHERE p.day <> e.day"
    ):
        yield f"posting {posting} counts on another day than its entry."


def _pages() -> Iterator[list[int]]:
    after = 0
    while True:
        rows = rows_of("SELECT id FROM account WHERE id > ? ORDER BY id LIMIT ?", (after, _PAGE))
        if rows:
            yield [row[0] for row in rows]
            after = rows[-1][0]
        if len(rows) < _PAGE:
            return


def _misaged() -> Iterator[str]:
    for accounts in _pages():
        owed = balances(accounts)
        for account, aging in agings(accounts, _END_OF_TIME).items():
            if aging.balance != owed[account] or aging.unapplied > 0 or min(aging.buckets) < 0:
                yield f"account row {account}: its aging does not sum to its balance."


def _control() -> Iterator[str]:
    for posting, role in _rows(
        "SELECT p.id, g.role FROM posting p JOIN gl_account g ON g.id = p.gl_account_id"
        " WHERE (g.role LIKE ?) <> (p.account_id IS NOT NULL)"
        " OR (p.account_id IS NULL) <> (p.service IS NULL)",
        RECEIVABLE + "%",
    ):
        yield f"posting {posting} to {role}: receivables, and only they, name account and service."


def _chart() -> Iterator[str]:
    for posting, gl in _rows(
        "SELECT p.id, p.gl_account_id FROM posting p"
        " LEFT JOIN gl_account g ON g.id = p.gl_account_id WHERE g.id IS NULL"
    ):
        yield f"posting {posting} is to GL account {gl}, which does not exist."
    for start in (RECEIVABLE, CASH):
        for fund, found in _rows(
            "SELECT fund, found FROM (SELECT fund,"
            " sum(CASE WHEN role LIKE ? THEN 1 ELSE 0 END) AS found"
            " FROM gl_account WHERE open = 1 GROUP BY fund) AS funds WHERE found <> 1",
            start + "%",
        ):
            yield f"the {fund} fund has {found} open accounts {start}...; it takes one."


INVARIANTS: tuple[Invariant, ...] = (
    Invariant("L1", "Every entry has two legs at least and sums to zero.", _unbalanced),
    Invariant("L2", "Every entry sums to zero in every fund.", _unbalanced_funds),
    Invariant("L3", "Every amount is whole cents, not zero, within the limit.", _amounts),
    Invariant("L4", "The database refuses to change the journal.", _unguarded),
    Invariant("L5", "A reversal is the exact negative of one entry, once.", _reversals),
    Invariant("L6", "What a posting repeats of its entry agrees with it.", _copies),
    Invariant("L7", "Every aging sums to its balance.", _misaged),
    Invariant("L8", "The receivable accounts hold what customers owe, no more.", _control),
    Invariant("L10", "Every posting has its account; every fund can be owed.", _chart),
)
"""The ledger's invariants, in the order in which they are walked."""
