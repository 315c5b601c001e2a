"""What a move would meet, for the clerk to see before it is saved. Reads only.

The sentences are those of the verbs: the same functions find them.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import InvalidEntry
from billing_tui.metering.checks import CheckName
from billing_tui.metering.move_read import population_at, ready_reads
from billing_tui.metering.second_look import asks_again_of_move
from billing_tui.records.address import street_line
from billing_tui.service_orders.kinds import ReadSource
from billing_tui.service_orders.leaving import agreement_on

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from billing_tui.metering.checks import Finding

_HOLDER = """
SELECT a.id, a.number, c.id, c.name, max(s.to_day), count(*) > count(s.to_day)
FROM account a
JOIN customer c ON c.id = a.customer_id JOIN service s ON s.account_id = a.id
WHERE a.location_id = ? AND (s.to_day IS NULL OR s.to_day >= ?)
GROUP BY a.id, a.number, c.id, c.name ORDER BY a.number DESC
"""
_METERED = """
SELECT p.id FROM service_point p WHERE p.location_id = ? AND p.metered = 1 ORDER BY p.id
"""
_POINTS = """
SELECT i.service_point_id FROM meter_installation i JOIN meter m ON m.id = i.meter_id
WHERE m.number = ? AND i.from_day <= ? AND (i.to_day IS NULL OR i.to_day >= ?)
"""
_BILLED_TO = """
SELECT s.kind, coalesce((SELECT max(b.to_day) FROM bill_service b
 WHERE b.service_id = s.id AND b.live = 1), s.from_day)
FROM service s WHERE s.account_id = ? AND s.to_day IS NULL ORDER BY s.id
"""
_RUN = """
SELECT i.name, c.code, i.bill_day FROM cycle_instance i JOIN cycle c ON c.id = i.cycle_id
WHERE c.id = (SELECT cycle_id FROM account WHERE id = ?) AND i.read_day >= ?
AND NOT EXISTS (SELECT 1 FROM bill_run r WHERE r.instance_id = i.id
 AND r.state IN ('Posted', 'Printed', 'Closed'))
ORDER BY i.read_day LIMIT 1
"""
_LITTLE = frozenset({CheckName.LOW, CheckName.ZERO, CheckName.STUCK})
_PLACE = "SELECT id, number, house, street, unit FROM location WHERE id = ?"


@dataclass(frozen=True, slots=True)
class Holder:
    """An account that takes service at a place on a day.

    Attributes:
        until: its last day; None where it goes on.
    """

    account_id: int
    number: str
    customer_id: int
    name: str
    until: date | None


@dataclass(frozen=True, slots=True)
class MeterThere:
    """A meter at a service point.

    Attributes:
        reading: its register where the next usage begins, in counts, on `day`.
        shared: whether `reading` was read on the very day that was asked for.
        exchanged: whether meters that were there before count into the next usage.
    """

    point_id: int
    kind: str
    number: str
    size: str
    dials: int
    unit: str
    reading: int
    day: date
    shared: bool
    exchanged: bool


@dataclass(frozen=True, slots=True)
class ReadAhead:
    """What a reading would mean.

    Attributes:
        counts: the reading; what was estimated where none was given.
        usage_milli: since the read before it, thousandths of the meter's unit.
        days: since then.
        doubts: what the checks ask about it again; nothing for a read that passes.
    """

    meter: MeterThere
    counts: int
    usage_milli: int
    days: int
    estimated: bool
    doubts: tuple[Finding, ...] = ()

    @property
    def warnings(self) -> tuple[str, ...]:
        """The doubts, each with the meter's number before it."""
        return tuple(f"Meter {self.meter.number}: {one.sentence}" for one in self.doubts)

    @property
    def asks(self) -> bool:
        """Whether somebody has to confirm it; who leaves often used little: that is only told."""
        return any(one.check not in _LITTLE for one in self.doubts)


@dataclass(frozen=True, slots=True)
class FinalAhead:
    """The final bill of an account that leaves.

    Attributes:
        parts: kind of service, the day up to which a bill or a draft covers it, days left to bill.
        run: name of the instance whose run bills it, "" while the calendar has none.
    """

    parts: tuple[tuple[str, date, int], ...]
    run: str
    cycle: str
    bill_day: date | None


@dataclass(frozen=True, slots=True)
class Landlord:
    """The owner who agreed to take a place over."""

    customer_id: int
    name: str


def holder_of(location_id: int, day: date) -> Holder | None:
    """Who takes service at a place on a day or later; the newest account where several do."""
    rows = rows_of(_HOLDER, (location_id, day.isoformat()))
    if not rows:
        return None
    account, number, customer, name, last, goes_on = rows[0]
    until = None if goes_on else date.fromisoformat(last)
    return Holder(account, number, customer, name, until)


def landlord_of(location_id: int, day: date) -> Landlord | None:
    """The owner under whose agreement a place stands on a day."""
    agreement = agreement_on(location_id, day)
    return Landlord(agreement.owner.id, agreement.owner.name) if agreement is not None else None


def address_of(location_id: int) -> str:
    """A place's number and address in one line."""
    _, number, house, street, unit = rows_of(_PLACE, (location_id,))[0]
    return f"{number} {street_line(house, street, unit)}"


def metered_points(location_id: int) -> list[int]:
    """Rows of the metered service points of a place."""
    return [row[0] for row in rows_of(_METERED, (location_id,))]


def meters_there(points: Iterable[int], day: date) -> tuple[MeterThere, ...]:
    """The meters at these service points on a day, with where their next usage begins."""
    found = []
    for point_id in points:
        population = population_at(point_id, day)
        if population is None:
            continue
        for meter_id, point in population.by_meter.items():
            begins, register = population.openings[meter_id], point.meter.register
            tail = begins.tail
            shared = tail is not None and tail.meter_id == meter_id and tail.day == day
            found.append(
                MeterThere(
                    point_id,
                    point.kind,
                    point.meter.number,
                    point.meter.size,
                    register.dials,
                    register.unit.value,
                    begins.start,
                    begins.start_day,
                    shared,
                    bool(begins.gone),
                )
            )
    return tuple(found)


def read_ahead(meter: MeterThere, day: date, counts: int | None, source: ReadSource) -> ReadAhead:
    """What a reading on a day would mean; an estimate stands in for one that is missing.

    Raises:
        InvalidEntry: the meter cannot show that, was read later, or its reading is missing.
    """
    told = {meter.number: counts} if counts is not None else {}
    estimate = source is ReadSource.ESTIMATED
    ready, wrong = ready_reads(meter.point_id, day, told, estimate=estimate, only=meter.number)
    if wrong:
        raise InvalidEntry(wrong[0].sentence, field=wrong[0].field)
    one = ready[0]
    shown = one.shared if one.shared is not None else one.row.reading
    since = one.population.openings[one.row.meter_id].start_day
    return ReadAhead(
        meter,
        shown or 0,
        one.usage_milli,
        (day - since).days,
        counts is None,
        asks_again_of_move(one),
    )


def doubts(day: date, readings: Mapping[str, int]) -> tuple[str, ...]:
    """What the checks ask about readings of a day, each as a sentence.

    A reading that cannot be is left to the verb, which refuses it with all else that is wrong.

    Args:
        day: of the readings.
        readings: number of each meter to what it shows, in counts.
    """
    told: list[str] = []
    for number, counts in readings.items():
        points = (row[0] for row in rows_of(_POINTS, (number, day.isoformat(), day.isoformat())))
        for meter in meters_there(points, day):
            if meter.number == number:
                with suppress(InvalidEntry):
                    ahead = read_ahead(meter, day, counts, ReadSource.FIELD)
                    told += ahead.warnings if ahead.asks else ()
    return tuple(told)


def final_ahead(account_id: int, day: date) -> FinalAhead:
    """What the final bill of an account that leaves on a day covers, and which run makes it."""
    parts = tuple(
        (kind, date.fromisoformat(since), (day - date.fromisoformat(since)).days)
        for kind, since in rows_of(_BILLED_TO, (account_id,))
    )
    rows = rows_of(_RUN, (account_id, day.isoformat()))
    if not rows:
        return FinalAhead(parts, "", "", None)
    name, code, bill_day = rows[0]
    return FinalAhead(parts, name, code, date.fromisoformat(bill_day))
