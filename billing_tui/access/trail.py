"""Walk the trail: the chain must be whole, gapless and unedited; or look at one link of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing_tui.access.chain import GENESIS, entry_hash
from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Iterator

_PAGE = 5000
_ENTRIES = (
    "SELECT seq, at, business_day, staff_id, station, verified, verb, subject_kind,"
    " subject, why, before, after, previous_hash, hash FROM audit_entry WHERE "
)


@dataclass(frozen=True, slots=True)
class ChainLink:
    """How one entry stands in the chain.

    Attributes:
        seq: the entry.
        hash: that is stored with it.
        fits: whether the hash is that of its contents.
        follows: whether it names the hash of the entry before it.
    """

    seq: int
    hash: str
    fits: bool
    follows: bool

    @property
    def whole(self) -> bool:
        """Whether both hold."""
        return self.fits and self.follows

    @property
    def sentence(self) -> str:
        """The state in words."""
        if self.whole:
            return f"Chain whole: its hash fits and follows on entry {self.seq - 1}."
        if self.fits:
            return f"CHAIN BROKEN: it does not follow on entry {self.seq - 1}."
        return "CHAIN BROKEN: it was edited, its hash does not fit its contents."


def link_of(seq: int) -> ChainLink:
    """The link of one entry, computed anew.

    Raises:
        NotFound: there is no such entry.
    """
    rows = rows_of(f"{_ENTRIES} seq IN (?, ?) ORDER BY seq", (seq - 1, seq))
    if not rows or rows[-1][0] != seq:
        raise NotFound(f"There is no entry {seq}.", field="entry")
    row = rows[-1]
    before = rows[0][13] if len(rows) > 1 else GENESIS if seq == 1 else ""
    fields = tuple(str(value) for value in row[1:12])
    return ChainLink(seq, row[13], entry_hash(fields, row[12], seq) == row[13], row[12] == before)


def broken_links() -> Iterator[str]:
    """The first bad row of the trail as a sentence; nothing when the chain is whole."""
    seq, previous = 0, GENESIS
    while True:
        rows = rows_of(
            f"{_ENTRIES} seq > ? ORDER BY seq LIMIT ?",
            (seq, _PAGE),
        )
        for row in rows:
            if row[0] != seq + 1:
                yield f"audit entry {seq + 1} is missing: the next one is {row[0]}."
                return
            seq = row[0]
            if row[12] != previous:
                yield f"audit entry {seq} does not follow on entry {seq - 1}."
                return
            fields = tuple(str(value) for value in row[1:12])
            if entry_hash(fields, previous, seq) != row[13]:
                yield f"audit entry {seq} was edited: its hash does not fit its contents."
                return
            previous = row[13]
        if len(rows) < _PAGE:
            return


def head() -> tuple[int, str]:
    """Sequence number and hash of the newest entry, to be kept outside this machine."""
    rows = rows_of("SELECT seq, hash FROM audit_entry ORDER BY seq DESC LIMIT 1")
    return (rows[0][0], rows[0][1]) if rows else (0, GENESIS)
