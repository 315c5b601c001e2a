"""The counts that headers and trailers state, held against what was counted on the way."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing_tui.metering import layout_values as values
from billing_tui.metering.layout_values import BadValueError
from billing_tui.metering.read_record import Control

if TYPE_CHECKING:
    from collections.abc import Iterator

    from billing_tui.metering.layout import ControlField, Layout, RecordType


@dataclass(frozen=True, slots=True)
class _Stated:
    """A count that waits for its group (or the file) to end."""

    line: int
    control: ControlField
    count: int
    before: int
    level: int


class Tally:
    """Counts the lines of each record type and keeps what the file states about them."""

    def __init__(self, layout: Layout) -> None:
        self.controls: list[Control] = []
        self._seen: Counter[str] = Counter()
        self._starts = {c.since for r in layout.records for c in r.controls if c.since}
        self._marks: dict[str, Counter[str]] = {}
        self._waiting: list[_Stated] = []

    def saw(self, record: RecordType) -> None:
        """One more line of this type; it ends the groups of its level and deeper."""
        if self._waiting:
            self._settle(record.level)
        self._seen[record.begins] += 1
        if record.begins in self._starts:
            self._marks[record.begins] = self._seen.copy()

    def stated(self, line: int, record: RecordType, text: str) -> None:
        """Keep the counts that this line states; a trailer's are compared at once."""
        for control in record.controls:
            raw = text[control.first : control.last].strip()
            if not raw:
                continue
            try:
                count = values.whole(raw)
            except BadValueError as error:
                raise BadValueError(str(error), control.name) from error
            before = self._marks.get(control.since, Counter())[control.counts]
            level = record.level if control.since == record.begins else -1
            one = _Stated(line, control, count, before, level)
            if control.since in {"", record.begins}:
                self._waiting.append(one)
            else:
                self._compare(one)

    def finish(self) -> Iterator[Control]:
        """Compare what still waits; yields every control that disagrees."""
        self._settle(-1)
        yield from (control for control in self.controls if not control.agrees)

    def _settle(self, level: int) -> None:
        for one in self._waiting:
            if one.level >= level:
                self._compare(one)
        self._waiting = [one for one in self._waiting if one.level < level]

    def _compare(self, one: _Stated) -> None:
        counted = self._seen[one.control.counts] - one.before
        self.controls.append(Control(one.line, one.control.name, one.count, counted))
