"""Staged reads to rows of history: each names the one before it, exchanges written in between."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from billing_tui.metering.tables import ReadKind
from billing_tui.metering.usage import usage_between

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from billing_tui.metering.legs import Opening
    from billing_tui.metering.points import Installed
    from billing_tui.metering.staged_rows import StagedRow


class HistoryRow(NamedTuple):
    """A row of `Read` as database values, in column order."""

    id: int
    service_point_id: int
    meter_id: int
    day: str
    reading: int
    kind: str
    previous_id: int | None
    usage_milli: int | None
    unit: str
    days: int | None
    rolled_over: int
    upload_id: int | None
    staged_read: int | None
    derivation: str


class _Mark(NamedTuple):
    """A register as it stood on a day."""

    day: date
    reading: int
    kind: str
    derivation: str = ""


class _At(NamedTuple):
    """Where a chain of reads stands."""

    read_id: int
    meter_id: int
    day: date
    reading: int


class _Since(NamedTuple):
    """What a read says about the one before it."""

    previous_id: int | None = None
    usage_milli: int | None = None
    days: int | None = None
    rolled_over: bool = False


class HistoryWriter:
    """Collects the rows of one upload, or of one move.

    Args:
        upload_id: whose reads they are; None for the read of a move.
        first_id: the first free id of `Read`.
        share: of the rollover rule.
    """

    def __init__(self, upload_id: int | None, first_id: int, share: Decimal) -> None:
        self.rows: list[HistoryRow] = []
        self.changes = 0
        self.usage: Counter[str] = Counter()
        self._upload_id = upload_id
        self._next = first_id
        self._share = share

    def post(self, row: StagedRow, meter: Installed, begins: Opening) -> None:
        """The read itself, behind the reads of the exchanges that happened since the last one."""
        if row.reading is None:
            return
        tail = begins.tail
        at = _At(tail.read_id, tail.meter_id, tail.day, tail.reading) if tail else None
        for old, start in begins.gone:
            if at is None or at.meter_id != old.meter_id:
                mark = _Mark(old.from_day, start, ReadKind.EXCHANGE_IN.value)
                at = self._begin(row, old, mark, at)
            end, last = old.to_day or at.day, old.last if old.last is not None else start
            at = self._follow(row, old, _Mark(end, last, ReadKind.EXCHANGE_OUT.value), at)
            self.changes += 1
        if at is None or begins.opens is not None:
            kind = begins.opens or ReadKind.INITIAL
            at = self._begin(row, meter, _Mark(begins.start_day, begins.start, kind.value), at)
        self._follow(row, meter, _Mark(row.day, row.reading, row.kind, row.derivation), at)

    def _begin(self, row: StagedRow, meter: Installed, mark: _Mark, before: _At | None) -> _At:
        """The register at which a meter was put in; it had used nothing by then."""
        self.changes += 1
        since = _Since()
        if before is not None:
            since = _Since(before.read_id, 0, (mark.day - before.day).days)
        return self._add(row, meter, mark, since)

    def _follow(self, row: StagedRow, meter: Installed, mark: _Mark, before: _At) -> _At:
        """A read of the same meter after another one."""
        used = usage_between(before.reading, mark.reading, meter.register, self._share)
        self.usage[meter.register.unit.value] += used.milli
        days = (mark.day - before.day).days
        since = _Since(before.read_id, used.milli, days, used.rolled_over)
        return self._add(row, meter, mark, since)

    def _add(self, row: StagedRow, meter: Installed, mark: _Mark, since: _Since) -> _At:
        read_id, self._next = self._next, self._next + 1
        self.rows.append(
            HistoryRow(
                id=read_id,
                service_point_id=row.point_id,
                meter_id=meter.meter_id,
                day=mark.day.isoformat(),
                reading=mark.reading,
                kind=mark.kind,
                previous_id=since.previous_id,
                usage_milli=since.usage_milli,
                unit=meter.register.unit.value,
                days=since.days,
                rolled_over=int(since.rolled_over),
                upload_id=self._upload_id,
                staged_read=row.row_id or None,
                derivation=mark.derivation,
            )
        )
        return _At(read_id, meter.meter_id, mark.day, mark.reading)
