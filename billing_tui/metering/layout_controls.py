"""The counts that headers and trailers state, held against what was counted on the way."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from billing_tui.metering import layout_values as values
from billing_tui.metering.layout_values import BadValueError
from billing_tui.metering.read_record import Control

if TYPE_CHECKING:
    from collections.abc import Iterator

    from billing_tui.metering.layout import ControlField, Layout, RecordType


class Tally:
    """Counts the lines of each record type and keeps what the file states about them."""

    def __init__(self, layout: Layout) -> None:
        self.controls: list[Control] = []
        self._seen: Counter[str] = Counter()
        self._starts = {c.since for r in layout.records for c in r.controls if c.since}
        self._marks: dict[str, Counter[str]] = {}
        self._at_end: list[tuple[int, ControlField, int]] = []

    def saw(self, record: RecordType) -> None:
        """One more line of this type."""
        self._seen[record.begins] += 1
        if record.begins in self._starts:
            self._marks[record.begins] = self._seen.copy()

    def stated(self, line: int, record: RecordType, text: str) -> None:
        """Keep the counts that this line states; those of a group are compared at once."""
        for control in record.controls:
            raw = text[control.first : control.last].strip()
            if not raw:
                continue
            try:
                count = values.whole(raw)
            except BadValueError as error:
                raise BadValueError(str(error), control.name) from error
            if control.since:
                self._compare(line, control, count)
            else:
                self._at_end.append((line, control, count))

    def _compare(self, line: int, control: ControlField, count: int) -> None:
        before = self._marks.get(control.since, Counter())[control.counts]
        counted = self._seen[control.counts] - before
        self.controls.append(Control(line, control.name, count, counted))

    def finish(self) -> Iterator[Control]:
        """Compare what concerns the whole file; yields every control that disagrees."""
        for line, control, count in self._at_end:
            self._compare(line, control, count)
        self._at_end.clear()
        yield from (control for control in self.controls if not control.agrees)
