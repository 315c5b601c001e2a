"""Correct reads in history (RDG-9), inside the transaction of a verb.

A read is never overwritten. The chain of its meter is taken back from its end to the wrong read,
and written again from there: the same moments, the right registers, each usage reckoned anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.foundation.bulk import insert_rows, next_id
from billing_tui.foundation.errors import InvalidEntry
from billing_tui.foundation.text import clean
from billing_tui.metering.history_rows import HistoryRow
from billing_tui.metering.move_read import withdraw_read
from billing_tui.metering.tables import CorrectedRead, DoubtedRead, Read, ReadKind
from billing_tui.records.tables import MeterInstallation

if TYPE_CHECKING:
    from billing_tui.access.desk import Desk
    from billing_tui.metering.plan_read_fix import Chains, ReadChange

_LONGEST_REASON = 200


def _follow_exchange(change: ReadChange) -> None:
    """A register at which a meter came or went stands beside its installation too."""
    was = change.was
    rows = MeterInstallation.meter == was.meter_id
    rows &= MeterInstallation.service_point == was.point_id
    if was.kind is ReadKind.EXCHANGE_OUT:
        MeterInstallation.update(last_reading=change.reading).where(
            rows & (MeterInstallation.to_day == was.day)
        ).execute()
    if was.kind is ReadKind.EXCHANGE_IN:
        MeterInstallation.update(first_reading=change.reading).where(
            rows & (MeterInstallation.from_day == was.day)
        ).execute()


def _row(change: ReadChange, read_id: int, previous: int, told: str) -> HistoryRow:
    was = change.was
    kind = was.kind
    if change.fixed and kind is ReadKind.ESTIMATED:
        kind = ReadKind.ACTUAL
    return HistoryRow(
        id=read_id,
        service_point_id=was.point_id,
        meter_id=was.meter_id,
        day=was.day.isoformat(),
        reading=change.reading,
        kind=kind.value,
        previous_id=previous,
        usage_milli=change.used.milli,
        unit=change.used.unit.value,
        days=was.days,
        rolled_over=int(change.used.rolled_over),
        upload_id=None,
        staged_read=None,
        derivation=f"Corrected from {was.reading:,}: {told}" if change.fixed else was.derivation,
    )


def kept_reason(why: str) -> str:
    """A reason that was given; it stands beside the read for ever.

    Raises:
        InvalidEntry: none was, or it is too long.
    """
    reason = clean(why, most=_LONGEST_REASON, field="why")
    if not reason:
        raise InvalidEntry("Say how it is known that this was wrong.", field="why")
    return reason


def write_changes(desk: Desk, chains: Chains, why: str) -> int:
    """Take reads back and write them again; inside a transaction. Returns how many.

    Args:
        desk: who does it.
        chains: as planned in this very transaction.
        why: the reason.
    """
    reason = kept_reason(why)
    at = desk.clock().isoformat(timespec="seconds")
    for chain in chains:
        last = 0
        for change in reversed(chain):
            last = withdraw_read(change.was.id, f"Taken back to be corrected: {reason}")
        first = next_id(Read)
        rows, told = [], []
        for read_id, change in enumerate(chain, start=first):
            rows.append(_row(change, read_id, last, reason))
            told.append((change.was.id, read_id, reason, desk.staff_id, at))
            _follow_exchange(change)
            last = read_id
        insert_rows(Read, HistoryRow._fields, rows)
        insert_rows(CorrectedRead, ("read_id", "instead_id", "reason", "staff_id", "at"), told)
    settled = [change.was.id for chain in chains for change in chain if change.fixed]
    DoubtedRead.update(settled_at=at).where(
        DoubtedRead.read.in_(settled) & DoubtedRead.settled_at.is_null()
    ).execute()
    return sum(len(chain) for chain in chains)
