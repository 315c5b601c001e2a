"""What must always be true of moves and orders; `billing-tui verify` walks these."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.invariant import Invariant, never

if TYPE_CHECKING:
    from collections.abc import Iterator


def _billed_past_the_end() -> Iterator[str]:
    rows = rows_of(
        "SELECT a.number, b.kind, s.to_day, b.to_day FROM bill_service b"
        " JOIN service s ON s.id = b.service_id JOIN account a ON a.id = s.account_id"
        " WHERE b.live = 1 AND b.to_day > s.to_day ORDER BY a.number"
    )
    for number, kind, last, billed in rows:
        if date.fromisoformat(billed) > date.fromisoformat(last) + timedelta(days=1):
            yield f"account {number}: {kind} ended on {last} and is billed up to {billed}"


INVARIANTS: tuple[Invariant, ...] = (
    never(
        "SERVICE-LEFT",
        "Who left has an end, and takes nothing from that day on.",
        "SELECT a.number, v.id FROM move v JOIN move_account p ON p.move_id = v.id"
        " JOIN account a ON a.id = p.account_id"
        " WHERE v.undone_at IS NULL AND p.part = 'leaves' AND (a.status IN ('Active', 'Pending')"
        " OR a.closed IS NULL OR EXISTS (SELECT 1 FROM service s WHERE s.account_id = a.id"
        " AND (s.to_day IS NULL OR s.to_day >= v.day)))",
        "account {0} left by move {1} and is still served",
    ),
    never(
        "SERVICE-CAME",
        "Who came begins on the day of the move, whatever was taken there before.",
        "SELECT a.number, v.id FROM move v JOIN move_account p ON p.move_id = v.id"
        " JOIN account a ON a.id = p.account_id"
        " WHERE v.undone_at IS NULL AND p.part <> 'leaves' AND (a.opened <> v.day"
        " OR EXISTS (SELECT 1 FROM service s WHERE s.account_id = a.id AND s.from_day < v.day))",
        "account {0} does not begin with move {1}",
    ),
    never(
        "SERVICE-READ",
        "A move counts from reads of its own day.",
        "SELECT v.id, d.id, d.day FROM move v JOIN move_reading m ON m.move_id = v.id"
        " JOIN read d ON d.id = m.read_id WHERE d.day <> v.day",
        "move {0} counts from read {1} of {2}",
    ),
    never(
        "SERVICE-UNDONE",
        "An undone move leaves no account, and no read that it wrote.",
        "SELECT v.id FROM move v WHERE v.undone_at IS NOT NULL"
        " AND (EXISTS (SELECT 1 FROM move_account p WHERE p.move_id = v.id"
        "  AND p.part <> 'leaves' AND p.account_id IS NOT NULL)"
        " OR EXISTS (SELECT 1 FROM move_reading m WHERE m.move_id = v.id AND m.written = 1"
        "  AND NOT EXISTS (SELECT 1 FROM read w WHERE w.withdraws_id = m.read_id)))",
        "undone move {0} left something behind",
    ),
    Invariant("SERVICE-FINAL", "No service is billed past its final read.", _billed_past_the_end),
    never(
        "SERVICE-OWNER",
        "A place has one landlord agreement at a time.",
        "SELECT a.location_id, a.from_day, b.from_day FROM landlord_agreement a"
        " JOIN landlord_agreement b ON b.location_id = a.location_id AND a.id < b.id"
        " AND a.from_day <= coalesce(b.to_day, '9999-12-31')"
        " AND b.from_day <= coalesce(a.to_day, '9999-12-31')",
        "location row {0}: the agreements from {1} and {2} overlap",
    ),
    never(
        "SERVICE-ORDER",
        "An order that was issued says when and keeps the meters as they were.",
        "SELECT number, state FROM service_order WHERE (state = 'Draft') <> (issued_on IS NULL)"
        " AND state <> 'Cancelled'",
        "order {0} is {1}",
    ),
)
