"""Moments as the clock of the office shows them; what is stored is UTC.

In autumn one hour comes twice: the zone beside it (PDT, then PST) tells which one is meant.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from billing_tui.foundation.errors import InvalidEntry

if TYPE_CHECKING:
    from collections.abc import Callable

USUAL_ZONE = "America/Los_Angeles"
"""The zone of an office that names no other."""
_STORED = re.compile(
    r"[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9](\.[0-9]+)?\+00:00", re.ASCII
)
_office = {"zone": USUAL_ZONE}


def keep_zone(name: str) -> None:
    """Show moments by the clocks of this zone from now on; called where an office is opened.

    Raises:
        InvalidEntry: this machine knows no such zone.
    """
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        told = f"This machine knows no time zone {name!r}; one is {USUAL_ZONE}."
        raise InvalidEntry(told, field="zone") from error
    _office["zone"] = name


def local(moment: datetime) -> datetime:
    """The same moment by the office's clock."""
    return moment.astimezone(ZoneInfo(_office["zone"]))


def on_day(day: date, now: datetime) -> datetime:
    """The moment, UTC, at which the office's clock shows on `day` what it shows now."""
    clock = local(now)
    return datetime.combine(day, clock.time(), clock.tzinfo).astimezone(UTC)


def day_of(at: str) -> date:
    """The office's day of a stored moment."""
    return local(datetime.fromisoformat(at)).date()


def moment_text(at: str) -> str:
    """`10/20/26 09:30 PDT` of a stored moment, or a dash."""
    return f"{local(datetime.fromisoformat(at)):%m/%d/%y %H:%M %Z}" if at else "-"


def told_moment(value: str, told: Callable[[str], str] = moment_text) -> str:
    """A value of the trail: by the office's clock where it is a stored moment, else as it is."""
    try:
        return told(value) if _STORED.fullmatch(value) else value
    except ValueError:  # no day of the calendar
        return value


def column_moment(at: str) -> str:
    """`10/20/26 09:30`, in 14 cells, or a dash; in the hour that comes twice `11/01 1:30 PDT`."""
    if not at:
        return "-"
    clock = local(datetime.fromisoformat(at))
    if clock.replace(fold=0).utcoffset() != clock.replace(fold=1).utcoffset():
        return f"{clock:%m/%d} {clock.hour}:{clock:%M %Z}"
    return f"{clock:%m/%d/%y %H:%M}"


def exported_moment(at: str) -> str:
    """`2026-10-20T09:30:00-07:00` of a stored moment, for files; "" where there is none."""
    return local(datetime.fromisoformat(at)).isoformat() if at else ""
