"""A file and its layout to a stream of `ReadRecord`, with problems and control counts beside it.

Lines stand in a tree: a record opens at its level and ends all open ones of that level and deeper.
What a parent says (route, account, meter number) holds for its children, and a read comes out
when its record ends, so that radio lines beneath it are heard first.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from billing_tui.foundation.errors import Problem
from billing_tui.metering import layout_values
from billing_tui.metering.layout import DIALLED
from billing_tui.metering.layout_controls import Tally
from billing_tui.metering.layout_cutter import Cutter
from billing_tui.metering.layout_lines import lines_of, refuse_file
from billing_tui.metering.layout_values import BadValueError
from billing_tui.metering.read_record import ControlCounts, Given, ReadRecord

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from typing import BinaryIO

    from billing_tui.metering.layout import Layout, RecordType
    from billing_tui.metering.layout_cutter import Values

MOST_PROBLEMS = 1000
"""So many problems of one file are kept; the count of rejected lines goes on."""
_MOST_DECIMALS = 9
_DIRECT = frozenset(ReadRecord.__dataclass_fields__) - {"line", "kind", "flags", "interval"}


@dataclass(slots=True)
class _Open:
    """A record whose children may still follow."""

    record: RecordType
    line: int
    values: list[Values] = field(default_factory=list)
    broken: bool = False


class LayoutReader:
    """Iterate to get the reads; afterwards look at `problems` and `counts`.

    Args:
        layout: the shape of the file.
        stream: its bytes.
        near: a day that places dates without a year or century: the cycle's read day.

    Raises:
        ProblemsFound: on iteration, where the file as a whole is not of this layout.
    """

    def __init__(self, layout: Layout, stream: BinaryIO, *, near: date | None = None) -> None:
        self.layout = layout
        self.problems: list[Problem] = []
        self._stream = stream
        self._cutter = Cutter(layout, near)
        self._tally = Tally(layout)
        self._defaults = self._cutter.defaults()
        self._types = {record.begins: record for record in layout.records}
        self._lengths = sorted({len(begins) for begins in self._types}, reverse=True)
        self._stack: list[_Open] = []
        self._passed: Counter[str] = Counter()
        self._lines = self._reads = self._skipped = self._rejected = 0
        self._last = ""

    @property
    def counts(self) -> ControlCounts:
        """What has been seen so far."""
        return ControlCounts(
            self._lines,
            self._reads,
            self._skipped,
            self._rejected,
            tuple(sorted(self._passed.items())),
            tuple(self._tally.controls),
        )

    def __iter__(self) -> Iterator[ReadRecord]:
        lines = lines_of(self._stream, self.layout)
        if self.layout.header:
            self._header(next(lines, None))
        for number, text in lines:
            self._lines += 1
            if isinstance(text, Problem):
                self._reject(text)
            else:
                yield from self._line(number, text)
        yield from self._close(0)
        self._finish()

    def _header(self, first: tuple[int, str | Problem] | None) -> None:
        if first is None:
            raise refuse_file("it is empty.")
        number, text = first
        if isinstance(text, Problem):
            raise refuse_file(text.sentence, number)
        self._cutter.header(number, text)

    def _line(self, number: int, text: str) -> Iterator[ReadRecord]:
        try:
            cells = self._cutter.cells(text)
        except BadValueError as error:
            self._reject(Problem(number, *error.args))
            return
        record = self._record_type(text if cells is None else cells[0].strip(), whole=bool(cells))
        if record is None:
            self._unknown(number, text)
            return
        if self._lines == 1 and self.layout.first not in {"", record.begins}:
            raise refuse_file(f"it does not begin with its {self.layout.first} record.", number)
        yield from self._close(record.level)
        self._last = record.begins
        self._tally.saw(record)
        opened = _Open(record, number)
        self._stack.append(opened)
        try:
            opened.values = self._cutter.values(record, text, cells)
            self._tally.stated(number, record, text)
        except BadValueError as error:
            opened.broken = True
            self._reject(Problem(number, *error.args))

    def _record_type(self, start: str, *, whole: bool) -> RecordType | None:
        if whole:
            return self._types.get(start) or self._types.get("")
        for length in self._lengths:
            if record := self._types.get(start[:length]):
                return record
        return None

    def _unknown(self, number: int, text: str) -> None:
        for begins in self.layout.pass_over:
            if text.startswith(begins):
                self._passed[f"record {begins}"] += 1
                return
        if self._lines == 1:
            known = ", ".join(self._types)
            raise refuse_file(
                f"it is no file of the kind {self.layout.title!r}: it begins with {text[:12]!r} "
                f"and not with one of {known}.",
                number,
            )
        self._reject(Problem(number, f"{text[:12]!r} is no record of {self.layout.title}."))

    def _close(self, level: int) -> Iterator[ReadRecord]:
        """End all open records of this level and deeper; their reads come out."""
        while self._stack and self._stack[-1].record.level >= level:
            ended = self._stack[-1]
            if ended.record.gives_read:
                yield from self._reads_of(ended)
            self._stack.pop()
            if ended.values and self._stack and self._stack[-1].record.gives_read:
                for told in self._stack[-1].values:
                    told.update(ended.values[0])

    def _reads_of(self, ended: _Open) -> Iterator[ReadRecord]:
        if ended.broken:
            return
        above: Values = dict(self._defaults)
        for parent in self._stack[:-1]:
            if parent.broken:
                sentence = f"it belongs to line {parent.line}, which was refused."
                self._reject(Problem(ended.line, sentence))
                return
            above.update(parent.values[0])
        for group in ended.values:
            yield from self._read(ended.line, above | group)

    def _read(self, line: int, merged: Values) -> Iterator[ReadRecord]:
        if reason := self._cutter.concern(merged):
            self._passed[reason] += 1
            return
        try:
            read = self._record(line, merged)
        except BadValueError as error:
            self._reject(Problem(line, *error.args))
            return
        self._reads += 1
        self._skipped += read.kind is Given.SKIPPED
        yield read

    def _record(self, line: int, merged: Values) -> ReadRecord:
        if fault := merged.get("unit_fault"):
            raise BadValueError(fault, "unit")
        if not merged.get("meter_number") and not merged.get("endpoint"):
            raise BadValueError("neither a meter number nor an endpoint is given.", "meter_number")
        given = self._given(merged)
        if given is Given.SKIPPED:
            merged.pop("reading", None)
        if moment := merged.get("moment"):
            zone = self.layout.zone
            moment = layout_values.local(moment, zone) if zone else moment
            merged["day"], merged["time"] = moment.date(), moment.time().isoformat("seconds")
        if self.layout.implied_decimals and (places := merged.get("decimals", 0)):
            _set_point(merged, places)
        if merged.get("times", 1) != 1:
            merged["multiplier"] = merged["times"] * merged.get("multiplier", Decimal(1))
        return ReadRecord(
            line=line,
            kind=given,
            flags=merged.get("flags", ()),
            interval=merged.get("delta", False),
            **{name: value for name, value in merged.items() if name in _DIRECT},
        )

    def _given(self, merged: Values) -> Given:
        found: Given = merged.get("given", Given.ACTUAL)
        if self.layout.kinds:
            code = merged.get("kind", "")
            if code not in self.layout.kinds:
                known = " ".join(self.layout.kinds)
                raise BadValueError(f"the read code {code!r} is none of {known}.", "kind")
            found = self.layout.kinds[code]
        return found if "reading" in merged else Given.SKIPPED

    def _finish(self) -> None:
        if not self._lines:
            raise refuse_file("it holds no reads.")
        for control in self._tally.finish():
            sentence = f"{control.sentence}; the file was cut or edited, ask for it again."
            self._add(Problem(control.line, sentence, field=control.name))
        if self.layout.last and self._last != self.layout.last:
            sentence = f"the file ends without its {self.layout.last} record; it was cut off."
            self._add(Problem(0, sentence))

    def _reject(self, problem: Problem) -> None:
        self._rejected += 1
        self._add(problem)

    def _add(self, problem: Problem) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(problem)


def _set_point(merged: Values, places: int) -> None:
    """Put the point where the file only implies it."""
    if places > _MOST_DECIMALS:
        raise BadValueError(f"{places} decimals are more than any register has.", "decimals")
    for name in DIALLED:
        if name in merged:
            merged[name] = merged[name].scaleb(-places)
