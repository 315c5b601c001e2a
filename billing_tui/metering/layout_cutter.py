"""One line to typed values: by position, by column name or number, and groups that repeat."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from billing_tui.foundation.errors import InvalidEntry
from billing_tui.foundation.text import clean
from billing_tui.metering import layout_values as values
from billing_tui.metering.layout import FIELDS, Field, Kind
from billing_tui.metering.layout_lines import cells_of, guess_delimiter, refuse_file
from billing_tui.metering.layout_values import BadValueError
from billing_tui.metering.read_record import Given

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from billing_tui.metering.layout import Layout, RecordType, Repeat

_LONGEST_TEXT = 256
_NO_CODE = frozenset({"code", "trouble"})  # all zeros mean that there is none
_FORMULA = ("'=", "'+", "'-", "'@", "''")

Values = dict[str, Any]


def _text(raw: str) -> str:
    return clean(raw, most=_LONGEST_TEXT)


_PLAIN: dict[Kind, Callable[[str], Any]] = {
    Kind.TEXT: _text,
    Kind.NUMBER: values.number,
    Kind.WHOLE: values.whole,
    Kind.SPAN: str,
}


class Cutter:
    """Cuts lines of one layout. Faults are `BadValueError(sentence, field)`."""

    def __init__(self, layout: Layout, near: date | None) -> None:
        self.layout = layout
        self._near = near
        self._delimiter = layout.delimiters[0]
        self._columns: dict[str, int] = {}
        self._width = 0
        self._qualities = layout.qualities or {"": Given.ACTUAL}
        self._bits = layout.bits or {}
        self._units = layout.units or {}

    def defaults(self) -> Values:
        """The values that the layout gives where a file has none."""
        found: Values = {}
        for name, text in (self.layout.defaults or {}).items():
            if name in FIELDS:
                self._put(found, Field(name), text)
        return found

    def header(self, number: int, text: str) -> None:
        """Learn the columns from the first line. Raises `ProblemsFound` if one is wanting."""
        self._delimiter = guess_delimiter(text, self.layout.delimiters)
        cells = cells_of(text, self._delimiter)
        if isinstance(cells, str):
            raise refuse_file(cells, number)
        names = [cell.strip().lower() for cell in cells]
        self._width = len(names)
        for one in self.layout.records[0].fields:
            self._find_column(one, names, number)

    def _find_column(self, one: Field, names: list[str], number: int) -> None:
        for column in one.columns:
            times = names.count(column.lower())
            if times > 1:
                raise refuse_file(f"the column {column!r} stands {times} times.", number)
            if times:
                self._columns[one.name] = names.index(column.lower())
                return
        if one.needed:
            wanted = " or ".join(repr(column) for column in one.columns)
            raise refuse_file(f"there is no column {wanted} in the first line.", number)

    def cells(self, text: str) -> list[str] | None:
        """The columns of a delimited line; None for a fixed one."""
        if self.layout.form == "fixed":
            return None
        cells = cells_of(text, self._delimiter)
        if isinstance(cells, str):
            raise BadValueError(cells, "")
        return cells

    def values(self, record: RecordType, text: str, cells: list[str] | None) -> list[Values]:
        """What the line says: one set of values, or one for each group that repeats in it."""
        if cells is None:
            return [self._fixed(record, text)]
        if self._width and len(cells) != self._width:
            raise BadValueError(
                f"the line has {len(cells)} columns where the header has {self._width}.", ""
            )
        found: Values = {}
        for one in record.fields:
            self._put(found, one, self._cell(one, cells))
        if record.roles:
            self._assign_roles(found, record, cells)
        if record.repeat and self.concern(found) is None:
            return self._repeated(found, record.repeat, cells)
        return [found]

    def concern(self, found: Values) -> str | None:
        """None if a read concerns us, else what makes it another's: `commodity E`."""
        for name, allowed in (self.layout.only or {}).items():
            value = found.get(name, "")
            if value not in allowed:
                return f"{name} {value or 'empty'}"
        return None

    def _fixed(self, record: RecordType, text: str) -> Values:
        if self.layout.width and len(text.rstrip()) > self.layout.width:
            raise BadValueError(f"the record is longer than {self.layout.width} characters.", "")
        found: Values = {}
        for one in record.fields:
            self._put(found, one, text[one.first : one.last].strip())
        return found

    def _cell(self, one: Field, cells: list[str]) -> str:
        place = self._columns.get(one.name, -1) if one.columns else one.first
        if not 0 <= place < len(cells):
            return ""
        cell = cells[place].strip()
        return cell[1:] if cell.startswith(_FORMULA) else cell

    def _put(self, found: Values, one: Field, raw: str) -> None:
        if raw or one.kind is Kind.QUALITY:
            if one.name in _NO_CODE and not raw.strip("0"):
                return
            try:
                found.update(self._value(one, raw))
            except BadValueError as error:
                raise BadValueError(str(error), one.name) from error
            except InvalidEntry as error:
                raise BadValueError(error.sentence, one.name) from error
        elif one.needed:
            raise BadValueError("it is empty.", one.name)

    def _value(self, one: Field, raw: str) -> Values:
        plain = _PLAIN.get(one.kind)
        if plain is not None:
            return {one.name: plain(raw)}
        match one.kind:
            case Kind.DAY:
                return {"day": values.day(raw, one.pattern, self._near)}
            case Kind.TIME:
                return {"time": values.clock(raw, one.pattern)}
            case Kind.MOMENT:
                return {"moment": values.moment(raw, one.pattern, self._near)}
            case Kind.UNIT:
                return self._unit(raw)
            case _:
                given, flags = values.quality(raw, self._qualities, self._bits)
                return {"given": given, "flags": flags}

    def _unit(self, raw: str) -> Values:
        """The unit's meaning; a foreign unit is a fault only if the read concerns us."""
        unit = self._units.get(raw.upper())
        if unit is None:
            known = ", ".join(self._units)
            return {"unit_fault": f"the unit {raw[:20]!r} is none of {known}."}
        return {"unit": unit.unit, "times": unit.times, "delta": unit.interval}

    def _assign_roles(self, found: Values, record: RecordType, cells: list[str]) -> None:
        roles = record.roles
        if roles is None or len(cells) <= roles.column:
            return
        _, colon, digits = cells[roles.column].strip().partition(":")
        if not colon:
            return
        for digit, target in zip(digits, roles.targets, strict=False):
            if digit in roles.meanings and target < len(cells):
                self._put(found, Field(roles.meanings[digit]), cells[target].strip())

    def _repeated(self, found: Values, repeat: Repeat, cells: list[str]) -> list[Values]:
        size = len(repeat.fields)
        given = _without_tail(cells[repeat.first :], size)
        stated, held = found.get("count", 0), -(-len(given) // size)
        if stated > repeat.most:
            raise BadValueError(
                f"{stated} values are stated; a line holds at most {repeat.most}.", "count"
            )
        if held != stated:
            raise BadValueError(f"{stated} values are stated and {held} are there.", "count")
        result: list[Values] = []
        before = None
        for start in range(0, len(given), size):
            group = dict(found)
            for one, raw in zip(repeat.fields, given[start : start + size], strict=False):
                self._put(group, one, raw.strip())
            if "moment" not in group and before is not None:
                group["moment"] = values.after(before, found.get("interval", ""))
            before = group.get("moment")
            result.append(group)
        return result


def _without_tail(cells: list[str], size: int) -> list[str]:
    """The groups alone: CMEP may end a line with a checksum, an H and four hex digits."""
    last = cells[-1].strip() if cells else ""
    if len(cells) % size == 1 and len(last) == 5 and last[0] == "H":
        return cells[:-1]
    return cells[:-1] if len(cells) % size == 1 and not last else cells
