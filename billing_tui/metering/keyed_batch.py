"""Batches of keyed reads as values: the lines in walk order, and the totals against the control."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import NotFound, Refused
from billing_tui.metering.tables import KeyedState

if TYPE_CHECKING:
    from collections.abc import Sequence

_BATCH = """
SELECT b.id, b.instance_id, c.code, i.name, b.route, b.day, b.control_count, b.control_total,
       b.state, w.username, b.at, b.upload_id
FROM keyed_batch b
JOIN cycle_instance i ON i.id = b.instance_id
JOIN cycle c ON c.id = i.cycle_id
JOIN staff_member w ON w.id = b.staff_id
"""

_ROWS = """
SELECT k.batch_id, k.place, k.service_point_id, k.meter_id, m.number, m.size, m.dials, m.unit,
       coalesce(p.sequence, 0),
       l.house || ' ' || l.street || CASE l.unit WHEN '' THEN '' ELSE ' ' || l.unit END,
       p.reader_note, k.twice, k.reading, k.again, k.code, k.finding, k.confirmed, k.version,
       k.staff_id
FROM keyed_read k
JOIN meter m ON m.id = k.meter_id
JOIN service_point p ON p.id = k.service_point_id
JOIN location l ON l.id = p.location_id
"""

_TOTALS = """
SELECT count(*), count(k.reading),
       count(*) FILTER (WHERE k.reading IS NULL AND k.code <> ''),
       coalesce(sum(k.reading), 0),
       count(*) FILTER (WHERE k.finding <> '' AND k.confirmed = 0),
       count(*) FILTER (WHERE k.twice = 1 AND k.reading IS NOT NULL AND k.again IS NULL),
       count(*) FILTER (WHERE k.again <> k.reading)
FROM keyed_read k WHERE k.batch_id = ?
"""

_NEXT = "k.batch_id = ? AND k.place > ? {narrow} ORDER BY k.place LIMIT ?"
_BEFORE = "k.batch_id = ? AND k.place < ? {narrow} ORDER BY k.place DESC LIMIT ?"
_LONGEST_NUMBER = 40


@dataclass(frozen=True, slots=True)
class BatchLine:
    """A batch of keyed reads.

    Attributes:
        control_count: lines that the sheets say were filled in.
        control_total: sum of their readings, if it was taken.
        upload_id: the upload that it became, once it is closed.
    """

    batch_id: int
    instance_id: int
    cycle: str
    instance: str
    route: str
    day: date
    control_count: int
    control_total: int | None
    state: KeyedState
    staff: str
    at: str
    upload_id: int | None


@dataclass(frozen=True, slots=True)
class KeyedRow:
    """One line of the sheets.

    Attributes:
        place: in the walk, from 1.
        sequence: walk order of the route.
        note: what the reader should know, such as a dog.
        twice: a second, blind keying must agree.
        reading: as keyed first, in counts; `again` as keyed the second time.
        code: why there is no reading, or what is wrong with the meter.
        finding: the sentence of a check that asks for another look; "" where none does.
        confirmed: that look was taken.
        version: hand it back with a change.
        staff_id: who keyed the reading first.
    """

    batch_id: int
    place: int
    point_id: int
    meter_id: int
    meter: str
    size: str
    dials: int
    unit: str
    sequence: int
    address: str
    note: str
    twice: bool
    reading: int | None
    again: int | None
    code: str
    finding: str
    confirmed: bool
    version: int
    staff_id: int | None = None

    @property
    def keyed(self) -> bool:
        """Whether the line was filled in."""
        return self.reading is not None or bool(self.code)

    @property
    def asks(self) -> bool:
        """Whether a check waits for another look at the reading."""
        return bool(self.finding) and not self.confirmed

    @property
    def differs(self) -> bool:
        """Whether the two keyings disagree; both are kept until a third one settles it."""
        return self.again is not None and self.again != self.reading

    @property
    def to_verify(self) -> bool:
        """Whether the second keying is still to come."""
        return self.twice and self.reading is not None and self.again is None


@dataclass(frozen=True, slots=True)
class BatchTotals:
    """How far a batch is, against what the sheets state.

    Attributes:
        lines: lines of the batch.
        reads: those with a reading; `skips` those with a code instead.
        total: sum of the readings as keyed first.
        asking: readings that wait for another look.
        to_verify: readings whose second keying is to come; `differ` those where it disagrees.
    """

    lines: int = 0
    reads: int = 0
    skips: int = 0
    total: int = 0
    asking: int = 0
    to_verify: int = 0
    differ: int = 0

    @property
    def keyed(self) -> int:
        """Lines that were filled in."""
        return self.reads + self.skips

    def open_points(self, batch: BatchLine) -> list[str]:
        """What keeps the batch from being closed, one sentence each; none where it ties."""
        found: list[str] = []
        if self.keyed != batch.control_count:
            found.append(
                f"{self.keyed:,} lines are keyed, and the sheets state {batch.control_count:,}."
            )
        if batch.control_total is not None and self.total != batch.control_total:
            found.append(
                f"The readings add up to {self.total:,}, and the sheets state"
                f" {batch.control_total:,}: {abs(self.total - batch.control_total):,} apart."
            )
        for count, words in (
            (self.differ, "keyed twice and differ"),
            (self.to_verify, "to be keyed a second time"),
            (self.asking, "flagged and not looked at again"),
        ):
            if count:
                found.append(f"{count:,} {'reading is' if count == 1 else 'readings are'} {words}.")
        return found


def _batch(row: tuple[Any, ...]) -> BatchLine:
    values = list(row)
    values[5] = date.fromisoformat(row[5])
    values[8] = KeyedState(row[8])
    return BatchLine(*values)


def find_batch(batch_id: int) -> BatchLine:
    """One batch. Raises `NotFound`."""
    rows = rows_of(f"{_BATCH} WHERE b.id = ?", (batch_id,))
    if not rows:
        raise NotFound(f"There is no batch {batch_id} of keyed reads.", field="batch")
    return _batch(rows[0])


def open_batch(batch_id: int) -> BatchLine:
    """One batch that may still be changed. Raises `NotFound`, or `Refused` once it is closed."""
    batch = find_batch(batch_id)
    if batch.state is not KeyedState.OPEN:
        raise Refused(f"Batch {batch_id} is {batch.state.lower()}.", code="BATCH-CLOSED")
    return batch


def batches(*, state: KeyedState | None = None, limit: int = 50) -> list[BatchLine]:
    """The newest batches first, of one state or of all."""
    where, told = ("", ()) if state is None else (" WHERE b.state = ?", (state.value,))
    rows = rows_of(f"{_BATCH}{where} ORDER BY b.id DESC LIMIT ?", (*told, limit))
    return [_batch(row) for row in rows]


def totals_of(batch_id: int) -> BatchTotals:
    """How far a batch is."""
    return BatchTotals(*map(int, rows_of(_TOTALS, (batch_id,))[0]))


def _row(row: tuple[Any, ...]) -> KeyedRow:
    values = list(row)
    values[11], values[16] = bool(row[11]), bool(row[16])
    return KeyedRow(*values)


def _narrow(*, twice: bool) -> str:
    return "AND k.twice = 1 AND k.reading IS NOT NULL" if twice else ""


def rows_after(batch_id: int, place: int, limit: int, *, twice: bool = False) -> Sequence[KeyedRow]:
    """Up to `limit` lines after a place, in walk order; only those keyed `twice` where asked."""
    sql = _NEXT.format(narrow=_narrow(twice=twice))
    return [_row(row) for row in rows_of(f"{_ROWS} WHERE {sql}", (batch_id, place, limit))]


def rows_before(
    batch_id: int, place: int | None, limit: int, *, twice: bool = False
) -> Sequence[KeyedRow]:
    """Up to `limit` lines before a place, in walk order; the last ones for None."""
    sql = _BEFORE.format(narrow=_narrow(twice=twice))
    end = place if place is not None else 1 << 60
    return [_row(row) for row in reversed(rows_of(f"{_ROWS} WHERE {sql}", (batch_id, end, limit)))]


def find_row(batch_id: int, place: int) -> KeyedRow:
    """One line. Raises `NotFound`."""
    rows = rows_of(f"{_ROWS} WHERE k.batch_id = ? AND k.place = ?", (batch_id, place))
    if not rows:
        raise NotFound(f"Batch {batch_id} has no line {place}.", field="place")
    return _row(rows[0])


def first_to_key(batch_id: int) -> int:
    """The place of the first line that is not keyed; the first of all where every one is."""
    rows = rows_of(
        "SELECT min(k.place) FROM keyed_read k"
        " WHERE k.batch_id = ? AND k.reading IS NULL AND k.code = ''",
        (batch_id,),
    )
    return int(rows[0][0] or 1)


def first_asking(batch_id: int) -> int | None:
    """The place of the first reading that a check asks about; None where none does."""
    rows = rows_of(
        "SELECT min(k.place) FROM keyed_read k"
        " WHERE k.batch_id = ? AND k.finding <> '' AND k.confirmed = 0",
        (batch_id,),
    )
    place = rows[0][0]
    return int(place) if place is not None else None


def row_of_meter(batch_id: int, number: str) -> KeyedRow:
    """The line of a meter by its number, or by the end of it where that is enough.

    Raises:
        NotFound: no meter of the batch ends so, or several do.
    """
    wanted = number.strip().upper().replace("%", "").replace("_", "")[:_LONGEST_NUMBER]
    rows = rows_of(
        f"{_ROWS} WHERE k.batch_id = ? AND upper(m.number) LIKE ? ORDER BY k.place LIMIT 3",
        (batch_id, f"%{wanted}"),
    )
    exact = [row for row in rows if str(row[4]).upper() == wanted]
    if not wanted or not rows:
        raise NotFound(f"No meter of this route ends in {number[:20]!r}.", field="meter")
    if len(rows) > 1 and not exact:
        raise NotFound(f"Several meters end in {number[:20]}; key more of it.", field="meter")
    return _row((exact or rows)[0])
