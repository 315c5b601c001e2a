"""Match a file's records to the meters of a cycle: rows to stage, rows to reject, no database."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from decimal import ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING

from billing_tui.foundation.units import UnitMismatch, convert, quantity_text
from billing_tui.metering.legs import usage_since
from billing_tui.metering.read_record import Given
from billing_tui.metering.tables import ReadKind

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from datetime import date

    from billing_tui.metering.layout import Layout
    from billing_tui.metering.points import MeteredPoint
    from billing_tui.metering.population import Population
    from billing_tui.metering.read_record import ReadRecord

_KINDS = {
    Given.ACTUAL: ReadKind.ACTUAL,
    Given.ESTIMATED: ReadKind.ESTIMATED,
    Given.CUSTOMER: ReadKind.CUSTOMER,
    Given.SKIPPED: ReadKind.ACTUAL,
}


@dataclass(slots=True)
class Staged:
    """A row of the staging table before it is written; `rejected` is empty where it is taken."""

    line: int
    meter_number: str
    point: MeteredPoint | None = None
    day: date | None = None
    reading: int | None = None
    kind: ReadKind = ReadKind.ACTUAL
    time: str = ""
    code: str = ""
    told: dict[str, str] = field(default_factory=dict)
    previous: int | None = None
    usage_milli: int | None = None
    rolled_over: bool = False
    derivation: str = ""
    rejected: str = ""
    reason: str = ""


class _RejectError(Exception):
    """(reason word, sentence) for the reject list."""


class Stager:
    """Takes records one by one; `rows` are what will be staged, rejected ones last.

    Args:
        layout: of the file.
        population: of the cycle.
        share: of the rollover rule.
        elsewhere: tells why a meter number that is not in the cycle is unknown here.
        taken: meter to the sentence that says where this reading came in before.
        waiting: meters that an open upload lists without a reading; they are not missed twice.
    """

    def __init__(
        self,
        layout: Layout,
        population: Population,
        share: Decimal,
        *,
        elsewhere: Callable[[str], str],
        taken: dict[int, str],
        waiting: Collection[int] = frozenset(),
    ) -> None:
        self.rejected: list[Staged] = []
        self.superseded = 0
        self._layout = layout
        self._population = population
        self._share = share
        self._elsewhere = elsewhere
        self._taken = taken
        self._waiting = waiting
        self._seen: dict[int, Staged] = {}
        self._numbers = {p.meter.number.upper(): p for p in population.points}
        self._endpoints = {p.meter.endpoint: p for p in population.points if p.meter.endpoint}

    @property
    def rows(self) -> list[Staged]:
        """What will be staged."""
        return [*self._seen.values(), *self.rejected]

    def take_all(self, records: Iterable[ReadRecord]) -> None:
        """Stage or reject every record."""
        for record in records:
            self.take(record)

    def take(self, record: ReadRecord) -> None:
        """Stage or reject one record."""
        row = Staged(record.line, record.meter_number or record.endpoint, day=record.day)
        row.time = record.time
        row.code = record.code or record.trouble
        row.kind = _KINDS[record.kind]
        try:
            row.point = self._find(record)
            if row.day is None:
                row.day = self._population.instance.read_day
            row.reading = self._counts(record, row.point)
            self._compare(record, row)
            self._keep(row, row.point.meter.meter_id)
        except _RejectError as error:
            row.reason, row.rejected = error.args
            self.rejected.append(row)

    def finish(self) -> None:
        """Reckon the usage of what was kept, and add a row for each meter that was left out.

        Only meters of the routes that the file has reads of count as left out, so that a cycle
        may come in several files.
        """
        for meter_id, row in self._seen.items():
            opening = self._population.openings[meter_id]
            row.previous = opening.tail.read_id if opening.tail else None
            if row.reading is not None and row.point is not None:
                used = usage_since(row.point, opening, row.reading, self._share)
                if used is not None:
                    row.usage_milli, row.rolled_over = used.milli, used.rolled_over
                    row.derivation = used.derivation if opening.exchanged else ""
        self._add_missing()

    def _add_missing(self) -> None:
        routes = {row.point.route for row in self._seen.values() if row.point}
        for point in self._population.points:
            meter_id = point.meter.meter_id
            if (
                point.route not in routes
                or not point.active
                or meter_id in self._seen
                or meter_id in self._taken
                or meter_id in self._waiting
            ):
                continue
            opening = self._population.openings[meter_id]
            row = Staged(0, point.meter.number, point, self._population.instance.read_day)
            row.previous = opening.tail.read_id if opening.tail else None
            self._seen[meter_id] = row

    def _find(self, record: ReadRecord) -> MeteredPoint:
        point = self._numbers.get(record.meter_number.upper()) if record.meter_number else None
        point = point or self._endpoints.get(record.endpoint)
        if point is None:
            raise _RejectError("unknown", self._elsewhere(record.meter_number or record.endpoint))
        return point

    def _counts(self, record: ReadRecord, point: MeteredPoint) -> int | None:
        """The reading as whole counts of the meter's register."""
        if record.reading is None:
            return None
        if record.interval:
            raise _RejectError(
                "interval", "It is the use of an interval, not a reading of the register."
            )
        value = record.reading
        if self._layout.scaled and record.unit is not None:
            return self._from_quantity(value * (record.multiplier or 1), record, point)
        if value != value.to_integral_value():
            raise _RejectError(
                "fraction",
                f"The register shows whole counts; {quantity_text(value)} has a fraction.",
            )
        return int(value)

    def _from_quantity(self, value: Decimal, record: ReadRecord, point: MeteredPoint) -> int:
        """A quantity as the counts that the dials show: only whole counts have passed."""
        register = point.meter.register
        try:
            quantity = convert(value, record.unit or register.unit, register.unit)
        except UnitMismatch as error:
            raise _RejectError("unit", error.sentence) from error
        counts = quantity * 1000 / register.multiplier_milli
        return int(counts.to_integral_value(ROUND_FLOOR))

    def _compare(self, record: ReadRecord, row: Staged) -> None:
        """Keep what the file says about the meter where our records say otherwise."""
        if row.point is None:
            return
        meter = row.point.meter
        told = row.told
        if record.meter_number and record.meter_number.upper() != meter.number.upper():
            told["meter"] = record.meter_number
        if record.dials is not None and record.dials != meter.register.dials:
            told["dials"] = str(record.dials)
        if not self._layout.scaled:
            if record.unit is not None and record.unit is not meter.register.unit:
                told["unit"] = record.unit.value
            stated = record.multiplier
            if stated is not None and stated * 1000 != meter.register.multiplier_milli:
                told["multiplier"] = quantity_text(stated)
        if record.flags:
            told["flags"] = ", ".join(record.flags)

    def _keep(self, row: Staged, meter_id: int) -> None:
        """One reading for each meter: of an interval file the best one, else the first."""
        if meter_id in self._taken:
            raise _RejectError("duplicate", self._taken[meter_id])
        first = self._seen.get(meter_id)
        if first is not None and not self._layout.keep_last:
            raise _RejectError(
                "duplicate", f"Line {first.line} has a reading of meter {row.meter_number} already."
            )
        if first is not None:
            self.superseded += 1
        if first is None or self._rank(row) >= self._rank(first):
            self._seen[meter_id] = row

    def _rank(self, row: Staged) -> tuple[bool, bool, int, str]:
        """The last reading up to the end of the read day is best, then the first after it."""
        ordinal = row.day.toordinal() if row.day else 0
        due = ordinal <= self._population.instance.read_day.toordinal()
        return row.reading is not None, due, ordinal if due else -ordinal, row.time


def told_json(told: dict[str, str]) -> str:
    """What a file told, as it is stored."""
    return json.dumps(told, sort_keys=True) if told else "{}"
