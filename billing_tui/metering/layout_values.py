"""Text of a read file to values and back: numbers, days, times, spans, units, quality letters.

Strict on purpose: only the digits 0-9, bounded length, no guess at what was meant.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Mapping

    from billing_tui.metering.read_record import Given

_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,9})?\Z", re.ASCII)
_TOKEN = re.compile(r"YYYY|YY|MM|DD|hh|mm|ss|f+")
_NAMES = {
    "YYYY": ("year", 4),
    "YY": ("short", 2),
    "MM": ("month", 2),
    "DD": ("day", 2),
    "hh": ("hour", 2),
    "mm": ("minute", 2),
    "ss": ("second", 2),
}
_HALF_CENTURY = 50
_DAYS_IN = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class BadValueError(ValueError):
    """The text of one field is not what its layout says; `str()` is the sentence."""


def number(text: str) -> Decimal:
    """A plain decimal number; blanks or zeros may stand before it."""
    if len(text) > 32 or not _NUMBER.match(text):
        raise BadValueError(f"{text[:20]!r} is not a number written with the digits 0-9.")
    return Decimal(text)


def whole(text: str) -> int:
    """A count."""
    if len(text) > 9 or not (text.isascii() and text.isdigit()):
        raise BadValueError(f"{text[:20]!r} is not a whole number.")
    return int(text)


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> re.Pattern[str]:
    parts, at = [], 0
    for token in _TOKEN.finditer(pattern):
        parts.append(re.escape(pattern[at : token.start()]))
        name, width = _NAMES.get(token.group(), ("fraction", len(token.group())))
        parts.append(f"(?P<{name}>[0-9]{{{width}}})")
        at = token.end()
    parts.append(re.escape(pattern[at:]))
    return re.compile("".join(parts) + r"\Z", re.ASCII)


def _parts(text: str, pattern: str) -> dict[str, int]:
    found = _compiled(pattern).match(text) if len(text) <= 40 else None
    if found is None:
        raise BadValueError(f"{text[:30]!r} is not written as {pattern}.")
    return {name: int(value) for name, value in found.groupdict().items()}


def _nearest_year(parts: dict[str, int], near: date | None) -> int:
    if near is None:
        raise BadValueError("the year is missing and there is no read day to place it by.")
    if "short" in parts:
        year = near.year - near.year % 100 + parts["short"]
        return year + 100 * ((near.year - year > _HALF_CENTURY) - (year - near.year > 50))
    years = (near.year - 1, near.year, near.year + 1)
    days = [(abs(_day(year, parts) - near), year) for year in years if _fits(year, parts)]
    if not days:
        raise BadValueError(f"{parts['month']:02}-{parts['day']:02} is no day near {near}.")
    return min(days)[1]


def _fits(year: int, parts: dict[str, int]) -> bool:
    try:
        _day(year, parts)
    except BadValueError:
        return False
    return True


def _day(year: int, parts: dict[str, int]) -> date:
    try:
        return date(year, parts["month"], parts["day"])
    except ValueError as error:
        day = f"{year:04}-{parts['month']:02}-{parts['day']:02}"
        raise BadValueError(f"{day} is no day of the calendar.") from error


@lru_cache(maxsize=4096)
def day(text: str, pattern: str, near: date | None) -> date:
    """The day that `text` names.

    Args:
        text: such as `07152026` or `0715`.
        pattern: YYYY or YY, MM, DD and what stands between them.
        near: places a year that is missing or has two digits: the nearest such day.
    """
    parts = _parts(text, pattern)
    year = parts["year"] if "year" in parts else _nearest_year(parts, near)
    return _day(year, parts)


@lru_cache(maxsize=4096)
def clock(text: str, pattern: str) -> str:
    """A time as `HH:MM:SS`."""
    parts = _parts(text, pattern)
    try:
        moment = time(parts["hour"], parts.get("minute", 0), parts.get("second", 0))
    except ValueError as error:
        raise BadValueError(f"{text[:30]!r} is no time of day.") from error
    return moment.isoformat()


@lru_cache(maxsize=4096)
def moment(text: str, pattern: str, near: date | None) -> datetime:
    """A day with its time; 24:00 is the midnight that ends the day."""
    parts = _parts(text, pattern)
    found = day(text, pattern, near)
    hour = parts.get("hour", 0)
    try:
        at = time(hour % 24 if hour == 24 else hour, parts.get("minute", 0), parts.get("second", 0))
    except ValueError as error:
        raise BadValueError(f"{text[:30]!r} is no time of day.") from error
    if hour == 24 and at != time():
        raise BadValueError(f"{text[:30]!r} is no time of day.")
    try:
        return datetime.combine(found, at) + timedelta(days=hour == 24)
    except OverflowError as error:
        raise BadValueError(f"{text[:30]!r} is out of the calendar.") from error


@lru_cache(maxsize=4096)
def local(utc: datetime, zone: str) -> datetime:
    """The utility's clock at a moment that is told in UTC."""
    try:
        return utc.replace(tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    except OverflowError as error:
        raise BadValueError(f"{utc} is out of the calendar.") from error


def after(start: datetime, span: str) -> datetime:
    """`start` plus an interval written MMDDhhmm: `00000100` is an hour, `01000000` a month."""
    if len(span) != 8 or not (span.isascii() and span.isdigit()) or not int(span):
        raise BadValueError(f"{span[:20]!r} is no interval, so a time that is left out is unknown.")
    months = start.month - 1 + int(span[:2])
    year, month = start.year + months // 12, months % 12 + 1
    try:
        last = date(year, month, min(start.day, _DAYS_IN[month - 1]))
    except ValueError:
        last = date(min(year, 9999), month, min(start.day, 28))
    rest = timedelta(days=int(span[2:4]), hours=int(span[4:6]), minutes=int(span[6:]))
    try:
        return datetime.combine(last, start.time()) + rest
    except OverflowError as error:
        raise BadValueError("the interval leaves the calendar.") from error


def quality(
    text: str, letters: Mapping[str, Given], bits: Mapping[int, str]
) -> tuple[Given, tuple[str, ...]]:
    """A quality letter with an optional bit mask, such as `R4`: what was given, and its flags."""
    letter, mask = text[:1], text[1:]
    if letter not in letters:
        known = " ".join(sorted(letters))
        raise BadValueError(f"the quality {text[:10]!r} is none of {known}.")
    if not mask:
        return letters[letter], ()
    value = whole(mask)
    names = (bits.get(bit, f"bit {bit}") for bit in range(value.bit_length()) if value >> bit & 1)
    return letters[letter], tuple(names)


def day_text(value: date, pattern: str) -> str:
    """A day as the pattern writes it."""
    return (
        pattern.replace("YYYY", f"{value.year:04}")
        .replace("YY", f"{value.year % 100:02}")
        .replace("MM", f"{value.month:02}")
        .replace("DD", f"{value.day:02}")
    )


def clock_text(value: str, pattern: str) -> str:
    """A time `HH:MM:SS` as the pattern writes it; empty stays empty."""
    if not value:
        return ""
    hours, minutes, seconds = value.split(":")
    text = pattern.replace("hh", hours).replace("mm", minutes).replace("ss", seconds)
    return re.sub("f+", lambda fraction: "0" * len(fraction.group()), text)
