"""The cycle that waits to be billed: what its readers bring in, with what is planted in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from billing_tui.foundation.units import Unit
from billing_tui.metering.read_record import Given, ReadRecord
from billing_tui.metering.tables import ReadKind
from billing_tui.operations.demo.living import live
from billing_tui.operations.demo.meters import plan_meter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from random import Random

    from billing_tui.operations.demo.calendar import Turn
    from billing_tui.operations.demo.living import Shown
    from billing_tui.operations.demo.place import Place
    from billing_tui.operations.demo.profile import Profile
    from billing_tui.operations.demo.reading import Reader

UNKNOWN_METER = "X99000001"
"""A number that no meter of the city has: makers' letters are B, N and S."""


@dataclass(frozen=True, slots=True)
class Found:
    """What the reader finds at a place.

    Attributes:
        meter: number and radio of the meter in place.
        before, reading: the register at the last read and now.
        record: what goes into the file.
    """

    place: Place
    meter: tuple[str, str]
    before: int
    reading: int
    record: ReadRecord


def walk(
    places: Iterable[Place],
    turn: Turn,
    rng: Random,
    profile: Profile,
    *,
    reader: Reader,
    meters: Mapping[int, tuple[str, str]],
) -> list[Found]:
    """What the readers find on the read day; moves in the period go into history.

    `meters` are number and radio by row of the meter.
    """
    quiet = dict(profile.chances) | {"estimate": 0.0, "exchange": 0.0, "leak": 0.0}
    ordinary = replace(profile, chances=quiet)
    found = []
    for place in places:
        place.leaking = 0
        *moves, last = live(place, turn, rng, ordinary)
        reader.keep(place, moves)
        found.append(_found(place, turn, last, meters[place.meter_id]))
    reader.flush()
    return found


def _found(place: Place, turn: Turn, shown: Shown, meter: tuple[str, str]) -> Found:
    site, tenure = place.site, place.accounts[-1].tenure
    before = shown.before[1] if shown.before else 0
    register = place.register.meter
    account, name = place.accounts[-1].number, tenure.holder.name
    if tenure.closed is not None:
        account, name = "", "VACANT"
    return Found(
        place,
        meter,
        before,
        shown.reading,
        ReadRecord(
            meter_number=meter[0],
            endpoint=meter[1],
            reading=Decimal(shown.reading),
            unit=Unit.CCF,
            day=turn.read_day,
            time=_clock(site.sequence),
            kind=Given.ESTIMATED if shown.kind is ReadKind.ESTIMATED else Given.ACTUAL,
            account=account,
            location=str(site.number),
            cycle=site.cycle,
            route=site.route,
            sequence=str(site.sequence),
            name=name,
            address=f"{site.house} {site.street}",
            reader="114",
            dials=register.dials,
            decimals=0,
            previous=Decimal(before),
        ),
    )


def change_meter(found: Found, turn: Turn, rng: Random, profile: Profile, reader: Reader) -> Found:
    """The meter was exchanged in the middle of the period, and the records know it already."""
    place, wrap = found.place, found.place.register.meter.wrap
    used = (found.reading - found.before) % wrap
    out = turn.last_read_day + timedelta(days=14)
    peak = place.site.base * max(profile.use[place.site.rate_class].months)
    meter = plan_meter(rng, profile, peak, new=True)
    old = (out.isoformat(), (found.before + used // 2) % wrap)
    number, endpoint = reader.exchange(place, old, meter)
    reader.flush()
    reading = meter.start + used - used // 2
    record = replace(
        found.record,
        meter_number=number,
        endpoint=endpoint,
        reading=Decimal(reading),
        previous=Decimal(meter.start),
        dials=meter.dials,
    )
    return Found(place, (number, endpoint), meter.start, reading, record)


def _clock(sequence: int) -> str:
    minutes = 7 * 60 + 10 + sequence // 5
    return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}:00"


def _shows(found: Found, counts: int) -> ReadRecord:
    wrap = found.place.register.meter.wrap
    return replace(found.record, reading=Decimal((found.before + counts) % wrap))


def _high(found: Found) -> ReadRecord:
    return _shows(found, 90 + 3 * round(found.place.site.base))


def _back_read(found: Found) -> ReadRecord:
    """Seven below the last read."""
    return replace(found.record, reading=Decimal(max(0, found.before - 7)))


def _rollover(found: Found) -> ReadRecord:
    """Its meter is about to roll over; where it has not quite, two counts past the top."""
    return (
        found.record if found.reading < found.before else replace(found.record, reading=Decimal(2))
    )


def _serial(found: Found) -> ReadRecord:
    number = found.meter[0]
    return replace(found.record, meter_number=f"X{number[1:]}")


def _third_estimate(found: Found) -> ReadRecord:
    return replace(found.record, kind=Given.ESTIMATED, code="")


def _skipped(found: Found) -> ReadRecord:
    return replace(found.record, reading=None, kind=Given.SKIPPED, code="03")


def _early(found: Found) -> ReadRecord:
    day = found.record.day
    return replace(found.record, day=day - timedelta(days=10) if day else None)


def _digits(found: Found) -> ReadRecord:
    return replace(
        found.record, reading=Decimal(found.reading + 3 * found.place.register.meter.wrap)
    )


_CHANGED: dict[str, Callable[[Found], ReadRecord]] = {
    "high": _high,
    "back-read": _back_read,
    "rollover": _rollover,
    "serial": _serial,
    "vacant-use": lambda found: _shows(found, 9),
    "estimated": _third_estimate,
    "low": lambda found: _shows(found, 1),
    "skipped": _skipped,
    "early": _early,
    "digits": _digits,
}


def records(found: Iterable[Found]) -> list[ReadRecord]:
    """The file's records in walk order, with what is planted in them."""
    listed: list[ReadRecord] = []
    for one in found:
        role = one.place.fate.role
        if role == "missing":
            continue
        record = _CHANGED[role](one) if role in _CHANGED else one.record
        listed.append(record)
        if role == "duplicate":
            listed.append(replace(_shows(one, 31), time="16:40:00"))
        if role == "unknown":
            listed.append(replace(one.record, meter_number=UNKNOWN_METER, endpoint=""))
    return listed
