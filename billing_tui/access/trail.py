"""Walk the trail: the chain must be whole, gapless and unedited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.access.chain import GENESIS, entry_hash
from billing_tui.foundation.bulk import rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_PAGE = 5000


def broken_links() -> Iterator[str]:
    """The first bad row of the trail as a sentence; nothing when the chain is whole."""
    seq, previous = 0, GENESIS
    while True:
        rows = rows_of(
            "SELECT seq, at, business_day, staff_id, station, verified, verb, subject_kind,"
            " subject, why, before, after, previous_hash, hash FROM audit_entry"
            " WHERE seq > ? ORDER BY seq LIMIT ?",
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
