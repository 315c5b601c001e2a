"""What must hold of the daily audit."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.invariant import Invariant, never
from billing_tui.operations.daily_audit.sheet import sheet_of

if TYPE_CHECKING:
    from collections.abc import Iterator


def _sheets() -> Iterator[str]:
    for day, number, digest in rows_of(
        "SELECT audited_day, number, sheet_digest FROM input_round WHERE signed_at IS NOT NULL"
    ):
        sheet = sheet_of(date.fromisoformat(day), number)
        if sheet.digest != digest:
            yield f"the sheet of {day}, round {number}, is not the one that was signed."
        if sheet.total("open"):
            yield f"{day}, round {number}, was signed with {sheet.total('open')} entries open."


def _counts() -> Iterator[str]:
    for day, drawn, items in rows_of(
        "SELECT r.audited_day, coalesce((SELECT sum(t.must + t.sampled) FROM input_stratum t"
        "  WHERE t.round_id = r.id), 0),"
        " (SELECT count(*) FROM input_item i WHERE i.round_id = r.id) FROM input_round r"
    ):
        if drawn != items:
            yield f"{drawn} entries of {day} were drawn and {items} are there."


INVARIANTS: tuple[Invariant, ...] = (
    Invariant("D1", "Everything that was drawn for audit is there.", _counts),
    Invariant("D2", "A signed day has no open entry and the sheet that was signed.", _sheets),
    never(
        "D3",
        "Nobody judges what they keyed, and a correction is somebody else's.",
        "SELECT i.entry_id FROM input_item i JOIN audit_entry e ON e.seq = i.entry_id"
        " LEFT JOIN audit_entry c ON c.seq = i.correction_id"
        " WHERE i.staff_id <> e.staff_id OR i.judge_id = e.staff_id OR c.staff_id = e.staff_id",
        "the verdict on entry {0} is its own maker's.",
    ),
)
"""The daily audit's invariants, in the order in which they are walked."""
