"""What must hold of the trail: whole, unedited, and one entry for everything that was asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.access.request_checks import broken_requests
from billing_tui.access.tables import AuditEntry, Request
from billing_tui.access.trail import broken_links
from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.invariant import MOST, Invariant
from billing_tui.foundation.storage_checks import missing_guards

if TYPE_CHECKING:
    from collections.abc import Iterator


def _unaudited() -> Iterator[str]:
    for key, seq in rows_of(
        "SELECT r.key, r.seq FROM request r LEFT JOIN audit_entry a ON a.seq = r.seq"
        " WHERE a.seq IS NULL"
    )[:MOST]:
        yield f"request {key} names audit entry {seq}, which does not exist."
    for seq, requests in rows_of(
        "SELECT seq, count(*) FROM request GROUP BY seq HAVING count(*) > 1"
    )[:MOST]:
        yield f"audit entry {seq} stands for {requests} requests; it can stand for one."


def _broken() -> Iterator[str]:
    yield from broken_links()
    yield from missing_guards((AuditEntry, Request))


INVARIANTS: tuple[Invariant, ...] = (
    Invariant("A1", "Every request that was carried out has its own audit entry.", _unaudited),
    Invariant("A2", "The trail is whole, gapless and unedited, and cannot be changed.", _broken),
    Invariant("A4", "What one person asked for another decided, to the letter.", broken_requests),
)
"""The trail's invariants, in the order in which they are walked."""
