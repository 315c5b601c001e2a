"""From the last read in history to a new reading: the meters that counted on the way.

Usually that is one leg of one meter. A meter that was changed since gives two (or more), and a
point that was never read begins with the register at which its meter was put in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing_tui.metering.tables import ReadKind
from billing_tui.metering.usage import Leg, Usage, converted_milli, usage_over

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from decimal import Decimal

    from billing_tui.metering.history import Tail
    from billing_tui.metering.points import Installed, MeteredPoint


@dataclass(frozen=True, slots=True)
class Opening:
    """Where the usage of a new read begins.

    Attributes:
        tail: the last read in history; None for a point that was never read.
        gone: meters taken out since, each with the register where its share begins.
        start: the register of the meter in place, where its share begins.
        start_day: the day of that.
        opens: the kind of read that must be written for `start`; None where `tail` is it.
        cycle_day: the last cycle read, from which days are counted.
        exchanged: a meter was changed since the last cycle read.
    """

    tail: Tail | None
    gone: tuple[tuple[Installed, int], ...]
    start: int
    start_day: date
    opens: ReadKind | None
    cycle_day: date
    exchanged: bool


def tail_of(point: MeteredPoint, tails: Sequence[Tail], in_place: frozenset[int]) -> Tail | None:
    """The read that a new read of this meter follows.

    Its own last one, else that of a meter which is no longer at the point.
    """
    for tail in tails:
        if tail.meter_id == point.meter.meter_id:
            return tail
    left = [tail for tail in tails if tail.meter_id not in in_place]
    return max(left, key=lambda tail: (tail.day, tail.read_id)) if left else None


def opening(point: MeteredPoint, tail: Tail | None) -> Opening:
    """Where the usage of the meter in place begins."""
    meter = point.meter
    if tail is None:
        start_day = meter.from_day
        return Opening(
            None, (), meter.first, start_day, ReadKind.INITIAL, start_day, exchanged=False
        )
    if tail.meter_id == meter.meter_id:
        exchanged = tail.cycle_day != tail.day or bool(tail.since)
        return Opening(tail, (), tail.reading, tail.day, None, tail.cycle_day, exchanged)
    gone = tuple(
        (old, tail.reading if old.meter_id == tail.meter_id else old.first)
        for old in _taken_out(point, tail)
        if old.last is not None
    )
    kind = ReadKind.EXCHANGE_IN
    return Opening(tail, gone, meter.first, meter.from_day, kind, tail.cycle_day, exchanged=True)


def _taken_out(point: MeteredPoint, tail: Tail) -> list[Installed]:
    """The meters that came out after the tail's read, the tail's own first."""
    found: list[Installed] = []
    for old in point.before:
        if old.meter_id == tail.meter_id:
            found = [] if tail.kind == ReadKind.EXCHANGE_OUT else [old]
        elif old.to_day is not None and old.to_day >= tail.day:
            found.append(old)
    return found


def usage_since(point: MeteredPoint, begins: Opening, reading: int, share: Decimal) -> Usage | None:
    """Usage from the last cycle read to `reading`; None if the dials cannot show it."""
    register = point.meter.register
    if not register.holds(reading):
        return None
    legs = [
        Leg(old.register, start, old.last if old.last is not None else start)
        for old, start in begins.gone
    ]
    used = usage_over([*legs, Leg(register, begins.start, reading)], share)
    if begins.tail is None or not begins.tail.since:
        return used
    before = sum(converted_milli(milli, unit, register.unit) for milli, unit in begins.tail.since)
    text = f"{used.derivation}; with {before / 1000:g} before the exchange"
    return Usage(used.milli + before, used.unit, used.rolled_over, text, used.parts)
