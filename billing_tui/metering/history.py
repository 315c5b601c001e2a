"""What history knows: the last read of each meter, and the periods behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.units import Unit
from billing_tui.metering.read_context import Period
from billing_tui.metering.tables import ReadKind
from billing_tui.metering.usage import converted_milli

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_CHANGES = frozenset({ReadKind.EXCHANGE_OUT.value, ReadKind.EXCHANGE_IN.value})
MONTHS_KEPT = 24

_TAILS = """
SELECT d.id, d.service_point_id, d.meter_id, d.day, d.reading, d.kind
FROM route r
JOIN service_point sp ON sp.route_id = r.id
JOIN read d ON d.service_point_id = sp.id
WHERE r.cycle_id = ? {one} AND NOT EXISTS (SELECT 1 FROM read n WHERE n.previous_id = d.id)
"""

STANDS = "d.kind <> 'W' AND NOT EXISTS (SELECT 1 FROM read w WHERE w.withdraws_id = d.id)"
"""SQL over a read `d`: it counts, as it neither was taken back nor takes one back."""

_CHAIN_BACK = "SELECT previous_id, day, kind, usage_milli, unit FROM read WHERE id = ?"

_PERIODS = f"""
SELECT d.service_point_id, d.day, d.days, d.usage_milli, d.unit, d.reading, d.kind
FROM route r
JOIN service_point sp ON sp.route_id = r.id
JOIN read d ON d.service_point_id = sp.id
WHERE r.cycle_id = ? AND d.day > ? AND d.previous_id IS NOT NULL AND {STANDS}
ORDER BY d.service_point_id, d.day, d.id
"""

_PERIODS_OF_POINT = f"""
SELECT d.service_point_id, d.day, d.days, d.usage_milli, d.unit, d.reading, d.kind FROM read d
WHERE d.service_point_id = ? AND d.previous_id IS NOT NULL AND {STANDS}
ORDER BY d.day DESC, d.id DESC LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class Tail:
    """The last read of a meter.

    Attributes:
        read_id: its row.
        meter_id: of which meter.
        day: when.
        reading: the register.
        kind: how it came about.
        cycle_day: day of the last cycle read: another day only if the meter was changed since.
        since: (thousandths, unit) used between the cycle read and this one.
    """

    read_id: int
    meter_id: int
    day: date
    reading: int
    kind: str
    cycle_day: date
    since: tuple[tuple[int, Unit], ...] = ()


def stood_before(withdrawal: int) -> tuple[int, str]:
    """The read for which a withdrawal stands, and its kind."""
    rows = rows_of(
        "SELECT p.id, p.kind FROM read w JOIN read d ON d.id = w.withdraws_id"
        " JOIN read p ON p.id = d.previous_id WHERE w.id = ?",
        (withdrawal,),
    )
    found, kind = rows[0]
    return stood_before(found) if kind == ReadKind.WITHDRAWN else (int(found), str(kind))


def _behind_change(read_id: int) -> tuple[date, tuple[tuple[int, Unit], ...]]:
    """From a read of an exchange back to the last cycle read: its day and the usage between."""
    used: list[tuple[int, Unit]] = []
    at: int | None = read_id
    day = date.min
    while at is not None:
        previous, told, kind, usage, unit = rows_of(_CHAIN_BACK, (at,))[0]
        day = date.fromisoformat(told)
        if kind == ReadKind.WITHDRAWN:
            at, _ = stood_before(at)
            continue
        if kind not in _CHANGES:
            break
        if usage:
            used.append((usage, Unit(unit)))
        at = previous
    return day, tuple(used)


def tails_of_cycle(cycle_id: int, *, point_id: int | None = None) -> dict[int, list[Tail]]:
    """Service point to the reads that nothing follows yet: one for each meter in use."""
    found: dict[int, list[Tail]] = {}
    one, rest = ("AND sp.id = ?", (point_id,)) if point_id is not None else ("", ())
    rows = rows_of(_TAILS.format(one=one), (cycle_id, *rest))
    for read_id, at, meter_id, told, reading, kind in rows:
        day = date.fromisoformat(told)
        stands = stood_before(read_id) if kind == ReadKind.WITHDRAWN else (read_id, kind)
        cycle_day, since = _behind_change(stands[0]) if stands[1] in _CHANGES else (day, ())
        tail = Tail(read_id, meter_id, day, reading, kind, cycle_day, since)
        found.setdefault(at, []).append(tail)
    return found


@lru_cache(maxsize=4096)
def _day(text: str) -> date:
    return date.fromisoformat(text)


def merged_periods(rows: Iterable[tuple[Any, ...]], unit: Unit) -> tuple[Period, ...]:
    """Reads of one point, oldest first, to periods newest first; exchanges join the next read."""
    periods: list[Period] = []
    days = usage = 0
    for _, day, length, used, told, reading, kind in rows:
        days += length or 0
        usage += (used or 0) if told == unit else converted_milli(used or 0, Unit(told), unit)
        if kind in _CHANGES:
            continue
        estimated = kind == ReadKind.ESTIMATED
        periods.append(Period(_day(day), days, usage, reading, estimated))
        days = usage = 0
    periods.reverse()
    return tuple(periods[:MONTHS_KEPT])


def periods_of_cycle(
    cycle_id: int, since: date, units: Mapping[int, Unit]
) -> dict[int, tuple[Period, ...]]:
    """Service point to its periods after a day, newest first.

    Args:
        cycle_id: which cycle.
        since: reads on this day or before are left out.
        units: service point to the unit that its usage is told in; others are left out.
    """
    rows = rows_of(_PERIODS, (cycle_id, since.isoformat()))
    return {
        point: merged_periods(group, units[point])
        for point, group in groupby(rows, key=itemgetter(0))
        if point in units
    }


def periods_of_point(point_id: int, unit: Unit, most: int = MONTHS_KEPT) -> tuple[Period, ...]:
    """The newest periods of one service point, newest first, in one unit."""
    rows = rows_of(_PERIODS_OF_POINT, (point_id, most + 8))
    return merged_periods(reversed(rows), unit)[:most]
