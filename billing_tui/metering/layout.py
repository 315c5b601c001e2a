"""The shape of a meter-read file as a value: what `data/layouts/*.yaml` says, ready to use.

A layout is read by `layout_text.read_layout`, used on a file by `layout_reader.LayoutReader` and
used the other way by `layout_writer.write_layout`. Positions in the YAML are 1-based and inclusive,
as the vendors print them; here they are Python slices.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from billing_tui.foundation.units import Unit
    from billing_tui.metering.read_record import Given


class Kind(StrEnum):
    """How the text of a field becomes a value."""

    TEXT = "text"
    NUMBER = "number"
    WHOLE = "whole"
    DAY = "day"
    TIME = "time"
    MOMENT = "moment"
    SPAN = "span"
    UNIT = "unit"
    QUALITY = "quality"


FIELDS: Mapping[str, Kind] = {
    **dict.fromkeys(
        (
            *("meter_number", "endpoint", "register", "code", "trouble", "account", "location"),
            *("cycle", "route", "sequence", "name", "address", "reader"),
            *("kind", "purpose", "commodity"),
        ),
        Kind.TEXT,
    ),
    **dict.fromkeys(("reading", "previous", "low", "high", "multiplier"), Kind.NUMBER),
    **dict.fromkeys(("dials", "decimals", "count"), Kind.WHOLE),
    "day": Kind.DAY,
    "time": Kind.TIME,
    "moment": Kind.MOMENT,
    "interval": Kind.SPAN,
    "unit": Kind.UNIT,
    "quality": Kind.QUALITY,
}
"""Every field name that a layout may use, and how its text is understood."""

DIALLED = ("reading", "previous", "low", "high")
"""The numbers that an implied decimal point applies to."""


@dataclass(frozen=True, slots=True)
class Field:
    """Where one value stands and how it is spelled.

    Attributes:
        name: one of `FIELDS`.
        first: start of the slice, or the index of the column.
        last: end of the slice; unused for columns.
        columns: header names that this field goes by, best first; empty without a header.
        pattern: of a day, time, moment or span, such as `MMDDYYYY` or `hh:mm:ss`.
        needed: an empty value refuses the line.
        pad: what an outgoing number is filled with on the left: "0" or " ".
    """

    name: str
    first: int = 0
    last: int = 0
    columns: tuple[str, ...] = ()
    pattern: str = ""
    needed: bool = False
    pad: str = "0"

    @property
    def kind(self) -> Kind:
        """How its text is understood."""
        return FIELDS[self.name]


@dataclass(frozen=True, slots=True)
class ControlField:
    """A count that a header or trailer carries.

    Attributes:
        name: what is counted, in words: `meters`.
        first: start of the slice.
        last: end of the slice.
        counts: the record type whose lines are counted.
        since: counted from the last record of this type on; its own type counts the group that
            it begins; empty counts the whole file.
    """

    name: str
    first: int
    last: int
    counts: str
    since: str = ""


@dataclass(frozen=True, slots=True)
class Repeat:
    """A group of fields that repeats to the end of a delimited line (CMEP's triples)."""

    first: int
    fields: tuple[Field, ...]
    most: int


@dataclass(frozen=True, slots=True)
class Roles:
    """A column whose digits say what other columns mean (Sensus's field 4, `CODE:130000`).

    Attributes:
        column: index of the column with the digits, which follow a colon.
        targets: indexes of the columns that the digits describe, in order.
        meanings: digit to field name.
    """

    column: int
    targets: tuple[int, ...]
    meanings: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RecordType:
    """One kind of line.

    Attributes:
        begins: the text that such a line begins with; empty when there is one kind only.
        level: depth in the tree of records; a line ends all open lines of its level and deeper.
        fields: what stands in it.
        gives_read: each such line (or each group that repeats in it) is a read.
        controls: counts that it states.
        constants: (start, text) written as they are and not looked at when reading.
        closes: when writing, this line ends the group that a line of this type began.
        only_with: when writing, the line is left out where this field is empty.
        repeat: the group that repeats, if any.
        roles: the column that says what others mean, if any.
    """

    begins: str
    level: int
    fields: tuple[Field, ...]
    gives_read: bool = False
    controls: tuple[ControlField, ...] = ()
    constants: tuple[tuple[int, str], ...] = ()
    closes: str = ""
    only_with: str = ""
    repeat: Repeat | None = None
    roles: Roles | None = None


@dataclass(frozen=True, slots=True)
class FileUnit:
    """What a unit's name in a file stands for: `times` of `unit`; interval use or a register."""

    unit: Unit
    times: Decimal
    interval: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """A vendor's file, described.

    Attributes:
        name: what the command line calls it.
        title: what people call it.
        form: lines cut by position, or by a delimiter.
        records: the kinds of lines.
        delimiters: the characters that may stand between columns; the header decides which.
        header: the first line names the columns.
        width: characters of a fixed record, 0 where they vary.
        ending: what ends an outgoing line; empty for records that follow each other directly.
        encoding: of the text; fixed files are one byte a character.
        longest: the most characters in a line.
        first: the record type that a file must begin with; empty for any.
        last: the record type that it must end with; empty for any.
        implied_decimals: readings carry no point and `decimals` says where it belongs.
        pass_over: record types that belong to others and are counted only.
        only: field to the values that concern us; other lines are counted only.
        kinds: text of `kind` to what was given; empty means that all are actual.
        qualities: quality letter to what was given.
        bits: number of a quality bit to what it says.
        units: unit name in the file to its meaning.
        defaults: field to the text that stands for it where the file has none.
        reasons: skip and trouble codes in words.
        zone: time zone of the utility, where the file's moments are UTC; empty for local ones.
        scaled: readings are quantities in their unit, not counts of the dials.
        keep_last: of several reads of one register the last one counts (interval files).
    """

    name: str
    title: str
    form: Literal["fixed", "delimited"]
    records: tuple[RecordType, ...]
    delimiters: str = ","
    header: bool = False
    width: int = 0
    ending: str = "\r\n"
    encoding: str = "utf-8"
    longest: int = 4096
    first: str = ""
    last: str = ""
    implied_decimals: bool = False
    pass_over: tuple[str, ...] = ()
    only: Mapping[str, tuple[str, ...]] | None = None
    kinds: Mapping[str, Given] | None = None
    qualities: Mapping[str, Given] | None = None
    bits: Mapping[int, str] | None = None
    units: Mapping[str, FileUnit] | None = None
    defaults: Mapping[str, str] | None = None
    reasons: Mapping[str, str] | None = None
    zone: str = ""
    scaled: bool = False
    keep_last: bool = False

    def carries(self, name: str) -> bool:
        """Whether lines of this layout have a place for that field."""
        return any(field.name == name for record in self.records for field in record.fields)
