"""Reads (or a route to be read) to a file of a layout: the way back of `layout_reader`.

What is written is read back the same, in every field that the layout has room for (RDG-1).
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from billing_tui.foundation.errors import InvalidEntry, Refused
from billing_tui.metering import layout_values as values
from billing_tui.metering.layout import DIALLED, Field, Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from decimal import Decimal

    from billing_tui.metering.layout import ControlField, Layout, RecordType
    from billing_tui.metering.read_record import Given, ReadRecord

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'", "＝", "＋", "－", "＠")
_MAY_BE_CUT = frozenset({"name", "address", "location", "reader"})


@dataclass(slots=True)
class _Line:
    record: RecordType
    text: str


def write_layout(layout: Layout, reads: Iterable[ReadRecord]) -> Iterator[bytes]:
    """The lines of a file with these reads, in their order, each with its line end.

    Raises:
        InvalidEntry: an identifier or number does not fit its place.
        Refused: the layout repeats groups in a line (CMEP) and is only read here.
    """
    if any(record.repeat for record in layout.records):
        raise Refused(f"{layout.title} is read here, not written; choose another layout.")
    lines = _delimited(layout, reads) if layout.form == "delimited" else _fixed(layout, reads)
    for line in lines:
        yield _encoded(line + layout.ending, layout.encoding)


def _encoded(text: str, encoding: str) -> bytes:
    try:
        return text.encode(encoding)
    except UnicodeEncodeError:
        pass
    plain = []
    for char in text:
        try:
            char.encode(encoding)
            plain.append(char)
        except UnicodeEncodeError:
            base = unicodedata.normalize("NFKD", char)[0]
            plain.append(base if base.isascii() else "?")
    return "".join(plain).encode(encoding)


def _text(layout: Layout, one: Field, read: ReadRecord) -> str:
    """One value as this layout spells it, without padding."""
    if one.kind is Kind.MOMENT:
        day = values.day_text(read.day, one.pattern) if read.day else ""
        return values.clock_text(read.time or "00:00:00", day) if day else ""
    value = getattr(read, one.name)
    if value is None or value == "":
        return ""
    if one.kind is Kind.NUMBER:
        implied = layout.implied_decimals and one.name in DIALLED
        return _without_point(one, value, read.decimals or 0) if implied else f"{value:f}"
    if one.name == "kind":
        return _kind(layout, value)
    return _SPELLED.get(one.kind, _as_it_is)(value, one.pattern)


def _as_it_is(value: object, _: str) -> str:
    return str(value)


_SPELLED: dict[Kind, Callable[[Any, str], str]] = {
    Kind.DAY: values.day_text,
    Kind.TIME: values.clock_text,
}


def _without_point(one: Field, value: Decimal, places: int) -> str:
    shifted = value.scaleb(places)
    if shifted != shifted.to_integral_value():
        raise InvalidEntry(f"{value} has more than {places} decimals.", field=one.name)
    return str(int(shifted))


def _kind(layout: Layout, given: Given) -> str:
    for text, meaning in (layout.kinds or {}).items():
        if meaning is given:
            return text
    return ""


# Delimited files


def _delimited(layout: Layout, reads: Iterable[ReadRecord]) -> Iterator[str]:
    record = next(record for record in layout.records if record.gives_read)
    delimiter = layout.delimiters[0]
    fields = sorted(record.fields, key=lambda one: one.first)
    if layout.header:
        yield delimiter.join(one.columns[0] for one in fields)
    for read in reads:
        row: list[str] = []
        for one in fields:
            row += [""] * (one.first - len(row)) if not one.columns else []
            row.append(_cell(_text(layout, one, read), delimiter, plain=one.kind is Kind.NUMBER))
        if record.begins:
            row[0] = record.begins
        yield delimiter.join(row)


def _cell(text: str, delimiter: str, *, plain: bool) -> str:
    """A cell that a spreadsheet takes as text, never as a formula; numbers stay numbers."""
    if not plain and text.startswith(_FORMULA):
        text = "'" + text
    if delimiter in text or '"' in text:
        return '"' + text.replace('"', '""') + '"'
    return text


# Fixed files


def _fixed(layout: Layout, reads: Iterable[ReadRecord]) -> Iterator[str]:
    lines: list[_Line] = []
    openings: dict[int, tuple[str, ReadRecord]] = {}
    for read in reads:
        _add_read(layout, read, lines, openings)
    _close(layout, 0, lines, openings)
    totals = Counter(line.record.begins for line in lines)
    for place, line in enumerate(lines):
        text = line.text
        for control in line.record.controls:
            count = _count(lines, place, control, totals)
            text = _placed(text, control.first, f"{count:0{control.last - control.first}d}")
        yield text.ljust(layout.width) if layout.width else text


def _add_read(
    layout: Layout,
    read: ReadRecord,
    lines: list[_Line],
    openings: dict[int, tuple[str, ReadRecord]],
) -> None:
    for record in layout.records:
        if record.closes or (record.only_with and not getattr(read, record.only_with)):
            continue
        text = _rendered(layout, record, read)
        opened = openings.get(record.level)
        if not record.gives_read and opened is not None and opened[0] == text:
            continue
        _close(layout, record.level, lines, openings)
        openings[record.level] = (text, read)
        lines.append(_Line(record, text))


def _close(
    layout: Layout,
    level: int,
    lines: list[_Line],
    openings: dict[int, tuple[str, ReadRecord]],
) -> None:
    """Write the trailers of what is open at this level and deeper."""
    for open_level in sorted((one for one in openings if one >= level), reverse=True):
        _, read = openings.pop(open_level)
        lines += [
            _Line(record, _rendered(layout, record, read))
            for record in layout.records
            if record.closes and record.level == open_level
        ]


def _rendered(layout: Layout, record: RecordType, read: ReadRecord) -> str:
    text = record.begins
    for start, constant in record.constants:
        text = _placed(text, start, constant)
    for one in record.fields:
        text = _placed(text, one.first, _padded(one, _text(layout, one, read)))
    return text


def _placed(text: str, start: int, piece: str) -> str:
    return text.ljust(start)[:start] + piece + text[start + len(piece) :]


def _padded(one: Field, text: str) -> str:
    width = one.last - one.first
    if len(text) > width:
        if one.name not in _MAY_BE_CUT:
            raise InvalidEntry(f"{text!r} does not fit into {width} characters.", field=one.name)
        text = text[:width]
    if text and one.kind in {Kind.NUMBER, Kind.WHOLE}:
        return (
            f"-{text[1:].rjust(width - 1, one.pad)}"
            if text[0] == "-"
            else text.rjust(width, one.pad)
        )
    return text.ljust(width)


def _count(lines: list[_Line], place: int, control: ControlField, totals: Counter[str]) -> int:
    """What a header or trailer states: lines of one type in the file or in its group."""
    if not control.since:
        return totals[control.counts]
    level = lines[place].record.level
    own = lines[place].record.begins == control.since
    step = 1 if own else -1
    count, at = 0, place + step
    while 0 <= at < len(lines):
        record = lines[at].record
        if (record.level <= level) if own else record.begins == control.since:
            break
        count += record.begins == control.counts
        at += step
    return count
