"""What an account itself used at a place, and the last read of its meter, for who asks about it.

History belongs to the place. What a customer is shown of it begins with the read on which they
came and ends with the one on which they left: the rest is another customer's, whose usage is
confidential (Gov. Code 7927.410).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.units import Unit
from billing_tui.metering.history import MONTHS_KEPT, STANDS, merged_periods
from billing_tui.metering.tables import ReadKind
from billing_tui.metering.usage import Register, usage_between

if TYPE_CHECKING:
    from billing_tui.metering.read_context import Period

_TENURE = "SELECT from_day, to_day FROM service WHERE account_id = ? AND service_point_id = ?"
_READS = f"""
SELECT d.service_point_id, d.day, d.days, d.usage_milli, d.unit, d.reading, d.kind, m.number,
       d.previous_id
FROM read d JOIN meter m ON m.id = d.meter_id
WHERE d.service_point_id = ? AND d.day >= ? AND d.day <= ? AND {STANDS}
ORDER BY d.day DESC, d.id DESC LIMIT ?
"""
_PUT_IN = """
SELECT i.from_day, i.first_reading FROM meter_installation i JOIN meter m ON m.id = i.meter_id
WHERE i.service_point_id = ? AND m.number = ? AND i.from_day >= ? AND i.from_day <= ?
ORDER BY i.from_day DESC LIMIT 1
"""
_TAKEN_OUT = """
SELECT i.to_day, i.first_reading, i.last_reading, m.dials, m.unit, m.multiplier_milli
FROM meter_installation i JOIN meter m ON m.id = i.meter_id
WHERE i.service_point_id = ? AND m.number = ? AND i.to_day > ? AND i.to_day <= ?
AND NOT EXISTS (SELECT 1 FROM meter_installation n WHERE n.meter_id = i.meter_id AND n.id > i.id)
"""
_SPARE = 8  # reads of exchanges, and that of the first day


@dataclass(frozen=True, slots=True)
class LastRead:
    """What a meter showed last while the account was there.

    Attributes:
        usage_milli: since the read before, in the unit of the meter; None where the account only
            came or the meter was only put in with it.
    """

    day: date
    reading: int
    usage_milli: int | None = None
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class OwnUse:
    """What an account used at one service point.

    Attributes:
        last: of the meter that was asked about; None where it was never read.
        periods: newest first, none from before the account came or from after it went.
    """

    last: LastRead | None = None
    periods: tuple[Period, ...] = ()


def own_use(account_id: int, point_id: int, meter: str, unit: Unit, until: date) -> OwnUse:
    """What an account used at a service point up to a day.

    Args:
        account_id: whose.
        point_id: row of the service point.
        meter: number of the meter whose last read is wanted.
        unit: what the usage is told in.
        until: the last day that counts.
    """
    stays = _stays(account_id, point_id, until)
    if not stays:
        return OwnUse()
    first, last = min(start for start, _ in stays), max(end for _, end in stays)
    bounds = (point_id, first.isoformat(), last.isoformat(), MONTHS_KEPT + _SPARE)
    reads = [row for row in rows_of(_READS, bounds) if _within(stays, row)]
    used = [row for row in reads if row[1] > first.isoformat() and row[8] is not None]
    periods = merged_periods((row[:7] for row in reversed(used)), unit)
    newest = _last(reads, periods, meter) or _put_in(point_id, meter, first, last)
    return OwnUse(_taken_out(point_id, meter, newest, first, last) or newest, periods)


def _stays(account_id: int, point_id: int, until: date) -> list[tuple[date, date]]:
    """Days of the first and the last read of each stay; a service ends the day before its read."""
    found = []
    for start, end in rows_of(_TENURE, (account_id, point_id)):
        left = date.fromisoformat(end) + timedelta(days=1) if end is not None else until
        found.append((date.fromisoformat(start), min(left, until)))
    return [stay for stay in found if stay[0] <= stay[1]]


def _within(stays: list[tuple[date, date]], row: tuple[Any, ...]) -> bool:
    day = date.fromisoformat(row[1])
    return any(start <= day <= end for start, end in stays)


def _last(reads: list[tuple[Any, ...]], periods: tuple[Period, ...], meter: str) -> LastRead | None:
    newest = next((row for row in reads if row[7] == meter), None)
    if newest is None:
        return None
    day = date.fromisoformat(newest[1])
    used = next((one.usage_milli for one in periods if one.day == day), None)
    return LastRead(day, newest[5], used, newest[6] == ReadKind.ESTIMATED)


def _taken_out(
    point_id: int, meter: str, newest: LastRead | None, first: date, last: date
) -> LastRead | None:
    """What a meter showed as it was taken out, where that came after its last read.

    The next read of a meter there writes it into the history; until then it stands only here.
    """
    since = newest.day if newest else first
    rows = rows_of(_TAKEN_OUT, (point_id, meter, since.isoformat(), last.isoformat()))
    if not rows:
        return None
    day, put_in, reading, dials, unit, multiplier = rows[0]
    before = newest.reading if newest else int(put_in)
    used = usage_between(before, int(reading), Register(dials, Unit(unit), multiplier))
    return LastRead(date.fromisoformat(day), int(reading), used.milli)


def _put_in(point_id: int, meter: str, first: date, last: date) -> LastRead | None:
    """The register with which a meter was put in that nobody has read since."""
    rows = rows_of(_PUT_IN, (point_id, meter, first.isoformat(), last.isoformat()))
    return LastRead(date.fromisoformat(rows[0][0]), int(rows[0][1])) if rows else None
