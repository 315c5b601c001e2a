"""Find accounts from one box: number, name, sound, address, phone, meter, parcel, email (CUS-3).

Every word must be found on the account. All words exact come first, then beginnings, then names
that sound alike. Each step is a range of the index's key, so a keystroke costs no scan.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from billing_tui.foundation.bulk import rows_of
from billing_tui.records.address import street_line
from billing_tui.records.kinds import AccountStatus
from billing_tui.records.search_words import TokenKind, fold, readings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from billing_tui.records.search_words import Word

MOST_HITS = 50
"""How many accounts one search gives; more letters narrow it down."""

_TOP = "\U0010ffff"
_COUNTED = 3000
_SCANNED = 8000
"""Rows of the rarest word that are compared with the other words of one search."""

_LEAVING = frozenset({AccountStatus.FINAL_PENDING})
_GONE = frozenset({AccountStatus.CLOSED, AccountStatus.FINAL_BILLED, AccountStatus.WRITTEN_OFF})


@dataclass(frozen=True, slots=True)
class Hit:
    """An account that was found.

    Attributes:
        account_id: its row.
        number: its number, 10432-03.
        name: the customer's, as it sorts.
        address: the service address in one line.
        status: of the account.
        matched: what the rarest word was part of: name, phone, meter, sounds like ...
    """

    account_id: int
    number: str
    name: str
    address: str
    status: AccountStatus
    matched: str


class _Need(NamedTuple):
    """A range of tokens that an account must have one of."""

    kinds: tuple[TokenKind, ...]
    low: str
    high: str

    def width(self) -> int:
        """How many rows of the index are in the range, counted no further than is useful."""
        total = 0
        for kind in self.kinds:
            rows = rows_of(
                "SELECT count(*) FROM (SELECT 1 FROM search_token"
                " WHERE kind = ? AND token >= ? AND token <= ? LIMIT ?) AS counted",
                (kind.value, self.low, self.high, _COUNTED - total),
            )
            total += rows[0][0]
            if total >= _COUNTED:
                break
        return total


def _exact(word: Word) -> _Need:
    return _Need(word.kinds, word.text, word.text)


def _beginning(word: Word) -> _Need:
    return _Need(word.kinds, word.text, word.text + _TOP)


def _sounding(word: Word) -> _Need:
    return _Need((TokenKind.SOUND,), word.sound, word.sound) if word.sound else _beginning(word)


def _steps(words: Sequence[Word]) -> Iterator[list[_Need]]:
    """What to look for, best first. A single letter is always a beginning."""
    yield [_exact(word) if len(word.text) > 1 else _beginning(word) for word in words]
    yield [_beginning(word) for word in words]
    if any(word.sound for word in words):
        yield [_sounding(word) for word in words]


def _matches(needs: list[_Need], most: int) -> Iterator[tuple[int, str]]:
    """Account and matched kind for accounts that meet all needs, the rarest need leading."""
    if len(needs) > 1:
        needs = sorted(needs, key=_Need.width)
    leader, others = needs[0], needs[1:]
    also = "".join(
        " AND EXISTS (SELECT 1 FROM search_token o"
        " WHERE o.account_id = t.account_id AND o.token >= ? AND o.token <= ?)"
        for _ in others
    )
    bounds = [bound for need in others for bound in (need.low, need.high)]
    sql = (
        "SELECT t.account_id FROM (SELECT account_id, token FROM search_token"
        " WHERE kind = ? AND token >= ? AND token <= ? ORDER BY token, account_id LIMIT ?) AS t"
        f" WHERE 1 = 1{also} LIMIT ?"
    )
    scanned = _SCANNED if others else 2 * most
    for kind in leader.kinds:
        parameters = (kind.value, leader.low, leader.high, scanned, *bounds, 2 * most)
        yield from ((row[0], kind.value) for row in rows_of(sql, parameters))


def _found(text: str, most: int) -> dict[int, tuple[int, str]]:
    """Account ids in order of discovery, each with its step and what matched."""
    found: dict[int, tuple[int, str]] = {}
    for words in readings(text):
        for step, needs in enumerate(_steps(words)):
            for account_id, matched in _matches(needs, most):
                found.setdefault(account_id, (step, matched))
                if len(found) >= most:
                    return found
    return found


def _rows(ids: Sequence[int]) -> dict[int, tuple[Any, ...]]:
    marks = ", ".join("?" * len(ids))
    rows = rows_of(
        "SELECT a.id, a.number, c.name, l.house, l.street, l.unit, a.status FROM account a"
        " JOIN customer c ON c.id = a.customer_id JOIN location l ON l.id = a.location_id"
        f" WHERE a.id IN ({marks})",
        ids,
    )
    return {row[0]: row for row in rows}


def _hit(row: Sequence[Any], matched: str) -> Hit:
    return Hit(row[0], row[1], row[2], street_line(*row[3:6]), AccountStatus(row[6]), matched)


def hits_of(account_ids: Sequence[int]) -> tuple[Hit, ...]:
    """These accounts as a search would list them, in this order."""
    rows = _rows(account_ids)
    return tuple(_hit(rows[one], "account") for one in account_ids)


def search(text: str, *, most: int = MOST_HITS) -> tuple[Hit, ...]:
    """Accounts that fit what was typed, best first: who is served, who leaves, who is gone.

    Among equals the names that begin with what was typed come first, then the alphabet decides.

    Raises:
        InvalidEntry: the text is longer than anything that could be found.
    """
    found = _found(text, most)
    rows = _rows(list(found))
    hits = [(step, _hit(rows[account_id], how)) for account_id, (step, how) in found.items()]
    asked = fold(text.strip())

    def place(pair: tuple[int, Hit]) -> tuple[int, int, bool, str]:
        step, hit = pair
        name = fold(hit.name)
        gone = 2 if hit.status in _GONE else int(hit.status in _LEAVING)
        return step, gone, not name.startswith(asked), name

    return tuple(hit for _, hit in sorted(hits, key=place))
