"""What accounts owe, read from the journal: balances, activity, aging, as of any day.

Everything here is one query for each 500 accounts, answered from the index of receivables.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from billing_tui.foundation.bulk import in_chunks, rows_of
from billing_tui.ledger.aging import Aging, age
from billing_tui.ledger.tables import EntryKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from billing_tui.ledger.aging import Item

_CHUNK = 500
_NEVER = "9999-12-31"
_ITEMS = (
    "SELECT account_id, service, due, sum(cents) FROM posting"
    " WHERE account_id IN ({marks}) AND day <= ? GROUP BY account_id, service, due"
)
Key = tuple[str, int]
"""Day and entry of an activity line: where the next page goes on."""


@dataclass(frozen=True, slots=True)
class Movement:
    """One document on an account.

    Attributes:
        entry_id: its journal entry.
        day: when it counts.
        kind: bill, payment, adjustment, reversal, opening.
        reference: bill number, receipt number ...
        memo: a remark, or "".
        cents: what it added to the balance.
        balance: the balance after it.
    """

    entry_id: int
    day: date
    kind: EntryKind
    reference: str
    memo: str
    cents: int
    balance: int

    @property
    def key(self) -> Key:
        """Pass it as `before` to read on."""
        return (self.day.isoformat(), self.entry_id)


def _chunked(sql: str, accounts: Iterable[int], *after: Any) -> Iterator[tuple[Any, ...]]:
    for chunk in in_chunks(sorted(set(accounts)), _CHUNK):
        yield from rows_of(sql.format(marks=", ".join("?" * len(chunk))), (*chunk, *after))


def _until(day: date | None) -> str:
    return day.isoformat() if day else _NEVER


def balances(accounts: Iterable[int], day: date | None = None) -> dict[int, int]:
    """Cents owed by each account at the end of a day (by default: all that is posted)."""
    asked = list(accounts)
    found = dict.fromkeys(asked, 0)
    sql = (
        "SELECT account_id, sum(cents) FROM posting"
        " WHERE account_id IN ({marks}) AND day <= ? GROUP BY account_id"
    )
    found.update({row[0]: int(row[1]) for row in _chunked(sql, asked, _until(day))})
    return found


def balances_by_service(
    accounts: Iterable[int], day: date | None = None
) -> dict[int, dict[str, int]]:
    """Cents owed by each account for each service; services at zero are left out."""
    asked = list(accounts)
    found: dict[int, dict[str, int]] = {account: {} for account in asked}
    sql = (
        "SELECT account_id, service, sum(cents) FROM posting"
        " WHERE account_id IN ({marks}) AND day <= ? GROUP BY account_id, service"
    )
    for account, service, cents in _chunked(sql, asked, _until(day)):
        if cents:
            found[account][service] = int(cents)
    return found


def open_parts(
    accounts: Iterable[int], day: date | None = None
) -> dict[int, dict[tuple[int, str], int]]:
    """Cents owed by each account by receivable GL account and service: what payments spread over.

    Parts at zero are left out.
    """
    asked = list(accounts)
    found: dict[int, dict[tuple[int, str], int]] = {account: {} for account in asked}
    sql = (
        "SELECT account_id, gl_account_id, service, sum(cents) FROM posting"
        " WHERE account_id IN ({marks}) AND day <= ? GROUP BY account_id, gl_account_id, service"
    )
    for account, gl, service, cents in _chunked(sql, asked, _until(day)):
        if cents:
            found[account][gl, service] = int(cents)
    return found


def movements_since(
    entries: Mapping[int, int], until: date | None = None
) -> dict[int, dict[EntryKind, int]]:
    """Cents by kind that were posted to accounts after an entry, in the order of posting.

    Args:
        entries: for each account the entry after which to look, such as its last bill's; 0 for all.
        until: the last day that counts; all of them where None.

    The order of posting counts, not the day: a payment dated before the last bill but posted after
    it is not on that bill, so it is found here.
    """
    found: dict[int, dict[EntryKind, int]] = {account: {} for account in entries}
    sql = (
        "SELECT p.account_id, p.entry_id, e.kind, sum(p.cents) FROM posting p"
        " JOIN journal_entry e ON e.id = p.entry_id"
        " WHERE p.account_id IN ({marks}) AND p.entry_id > ? AND p.day <= ?"
        " GROUP BY p.account_id, p.entry_id, e.kind"
    )
    oldest = min(entries.values(), default=0)
    for account, entry, kind, cents in _chunked(sql, entries, oldest, _until(until)):
        if entry > entries[account]:
            kinds = found[account]
            kinds[EntryKind(kind)] = kinds.get(EntryKind(kind), 0) + int(cents)
    return found


_BILLS_SINCE = """
SELECT e.id, e.reference, max(p.due), sum(p.cents)
FROM posting p JOIN journal_entry e ON e.id = p.entry_id
WHERE p.account_id = ? AND p.entry_id > ? AND e.kind = ?
AND NOT EXISTS (SELECT 1 FROM journal_entry r WHERE r.reverses_id = e.id)
GROUP BY e.id, e.reference HAVING sum(p.cents) > 0 ORDER BY e.id
"""


@dataclass(frozen=True, slots=True)
class Unpaid:
    """What is left to pay of a bill.

    Attributes:
        reference: its number.
        cents: of it, more than zero.
    """

    reference: str
    due: date | None
    cents: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How an account stands by one of its bills.

    Attributes:
        left: cents still owed of all that was owed with that bill; zero where it is paid.
        later: bills that were posted after it and are not paid in full, oldest first.
    """

    left: int
    later: tuple[Unpaid, ...] = ()


def standing_after(account: int, entry: int, amended: Collection[int] = ()) -> Standing:
    """What is owed of everything up to an entry, and of each bill posted after it.

    Whatever was credited goes to the oldest debt first, in the order of posting. A bill that was
    taken back does not count.

    Args:
        account: its row.
        entry: row of the bill's entry.
        amended: entries after it that took the place of older ones: they belong to what was owed.
    """
    found = rows_of(_BILLS_SINCE, (account, entry, EntryKind.BILL.value))
    rows = [row[1:] for row in found if row[0] not in amended]
    rest = balances([account])[account] - sum(int(row[2]) for row in rows)
    left, credit = max(rest, 0), max(-rest, 0)
    later = []
    for reference, due, cents in rows:
        used = min(credit, int(cents))
        credit -= used
        if cents > used:
            later.append(Unpaid(reference, _day_or_none(due), int(cents) - used))
    return Standing(left, tuple(later))


def _balance_at(account: int, key: Key) -> int:
    rows = rows_of(
        "SELECT coalesce(sum(cents), 0) FROM posting"
        " WHERE account_id = ? AND (day < ? OR (day = ? AND entry_id <= ?))",
        (account, key[0], key[0], key[1]),
    )
    return int(rows[0][0])


def account_activity(
    account: int, *, before: Key | None = None, limit: int = 50
) -> tuple[Movement, ...]:
    """A page of an account's documents, newest first, each with the balance after it.

    Args:
        account: its row.
        before: `key` of the last line of the page before; None for the first page.
        limit: most lines.
    """
    day, entry = before or (_NEVER, 2**62)
    rows = rows_of(
        "SELECT e.id, e.day, e.kind, e.reference, e.memo, sum(p.cents)"
        " FROM posting p JOIN journal_entry e ON e.id = p.entry_id"
        " WHERE p.account_id = ? AND (p.day < ? OR (p.day = ? AND p.entry_id < ?))"
        " GROUP BY e.id, e.day, e.kind, e.reference, e.memo"
        " ORDER BY e.day DESC, e.id DESC LIMIT ?",
        (account, day, day, entry, limit),
    )
    return tuple(_running(account, rows))


def _running(account: int, rows: Sequence[tuple[Any, ...]]) -> Iterator[Movement]:
    if not rows:
        return
    balance = _balance_at(account, (rows[0][1], rows[0][0]))
    for entry, day, kind, reference, memo, total in rows:
        cents, when = int(total), date.fromisoformat(day)
        yield Movement(entry, when, EntryKind(kind), reference, memo, cents, balance)
        balance -= cents


def _day_or_none(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def agings(accounts: Iterable[int], day: date) -> dict[int, Aging]:
    """The aging of each account as of a day, all services together."""
    asked = list(accounts)
    items: dict[int, list[Item]] = {account: [] for account in asked}
    for account, _, due, cents in _chunked(_ITEMS, asked, day.isoformat()):
        items[account].append((_day_or_none(due), int(cents)))
    return {account: age(found, day) for account, found in items.items()}


def agings_by_service(accounts: Iterable[int], day: date) -> dict[int, dict[str, Aging]]:
    """The aging of each service of each account as of a day."""
    items: dict[int, dict[str, list[Item]]] = {
        account: defaultdict(list) for account in set(accounts)
    }
    for account, service, due, cents in _chunked(_ITEMS, items, day.isoformat()):
        items[account][service].append((_day_or_none(due), int(cents)))
    return {
        account: {service: age(found, day) for service, found in services.items()}
        for account, services in items.items()
    }
