"""Key the reads of a route from its sheets; each line is saved and checked at once (RDG-3).

What a check has to say is told after the key, never before. A large meter is keyed twice: the
second keying does not see the first, and where they differ both are kept until a third keying
agrees with one of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.foundation.errors import NotFound, Refused
from billing_tui.metering.checks import use_text
from billing_tui.metering.contexts import context_of, surroundings
from billing_tui.metering.entry_policy import shipped_entry_policy
from billing_tui.metering.keyed_batch import (
    BatchTotals,
    KeyedRow,
    find_row,
    open_batch,
    totals_of,
)
from billing_tui.metering.legs import usage_since
from billing_tui.metering.population import find_instance, population_of
from billing_tui.metering.read_policy import shipped_policy
from billing_tui.metering.second_look import asks_again
from billing_tui.metering.staged_rows import StagedRow
from billing_tui.metering.tables import KeyedRead, ReadKind
from billing_tui.records.editing import StaleEdit

if TYPE_CHECKING:
    from billing_tui.access.desk import Desk
    from billing_tui.metering.entry_policy import EntryPolicy
    from billing_tui.metering.keyed_batch import BatchLine


@dataclass(frozen=True, slots=True)
class Keyed:
    """A line as it stands after it was keyed.

    Attributes:
        row: the line; `row.asks` where the cursor should stay.
        told: what the reading shows, such as `38 ccf in 31 days = 1.23 a day`; "" without one.
        totals: of the batch.
    """

    row: KeyedRow
    told: str
    totals: BatchTotals


@dataclass(frozen=True, slots=True)
class _Look:
    """What the checks have to say about a reading."""

    told: str = ""
    finding: str = ""


def _look(batch: BatchLine, row: KeyedRow, reading: int, policy: EntryPolicy) -> _Look:
    """Run the checks of an uploaded file over one reading."""
    limits = shipped_policy()
    population = population_of(find_instance(batch.instance_id), point_id=row.point_id)
    point = population.by_meter.get(row.meter_id)
    if point is None:
        raise NotFound(f"Meter {row.meter} is no longer there; skip the line with a code.")
    begins = population.openings[row.meter_id]
    used = usage_since(point, begins, reading, limits.rollover_share)
    staged = StagedRow(
        row_id=0,
        line=row.place,
        meter_number=row.meter,
        meter_id=row.meter_id,
        point_id=row.point_id,
        day=batch.day,
        original=reading,
        reading=reading,
        kind=ReadKind.ACTUAL.value,
        code="",
        told={},
        previous=begins.tail.read_id if begins.tail else None,
        usage_milli=used.milli if used else None,
        rolled_over=used.rolled_over if used else False,
        held=False,
        derivation="",
    )
    context = context_of(staged, surroundings(population, [row.meter_id], until=batch.day))
    return _Look(
        f"{begins.start:,} before, {use_text(context)}",
        " ".join(one.sentence for one in asks_again(context, policy)),
    )


def _check_entry(row: KeyedRow, reading: int | None, code: str, policy: EntryPolicy) -> None:
    if reading is not None and not 0 <= reading < 10**row.dials:
        raise Refused(f"The {row.dials} dials cannot show {reading}.", field="reading")
    if not code:
        return
    if code not in policy.codes:
        raise Refused("This code is not known; F4 lists the codes.", field="code")
    if code in policy.skip and reading is not None:
        raise Refused(
            f"Code {code} ({policy.skip[code]}) means that there is no reading.", field="code"
        )
    if code in policy.trouble and reading is None:
        raise Refused(
            f"Code {code} ({policy.trouble[code]}) stands beside a reading.", field="reading"
        )


def _seen(batch_id: int, place: int, version: int | None) -> KeyedRow:
    row = find_row(batch_id, place)
    if version is not None and version != row.version:
        raise StaleEdit(f"Line {place} was keyed by somebody else meanwhile; look at it again.")
    return row


def _save(row: KeyedRow, **changes: object) -> None:
    KeyedRead.update(**changes, version=row.version + 1).where(
        (KeyedRead.batch == row.batch_id) & (KeyedRead.place == row.place)
    ).execute()


def key_read(
    desk: Desk,
    batch_id: int,
    place: int,
    *,
    reading: int | None,
    code: str = "",
    version: int | None = None,
    policy: EntryPolicy | None = None,
) -> Keyed:
    """Key a line: a reading, a code, or both; neither empties it again.

    Keying the same once more confirms a reading that a check asked about.

    Args:
        desk: who keys.
        batch_id: the batch.
        place: the line, from 1.
        reading: counts on the register.
        code: of the policy: why there is none, or what is wrong with the meter.
        version: of the line, as it was shown; None takes it as it stands.
        policy: codes and checks; the shipped ones by default.

    Raises:
        NotFound: there is no such line, or its meter is gone.
        Refused: the batch is closed, or the entry cannot be; with its field.
        StaleEdit: somebody else keyed the line meanwhile.
    """
    limits = policy or shipped_entry_policy()
    with writing(desk, Right.UPLOAD_READS, "metering.key_read") as act:
        batch = open_batch(batch_id)
        row = _seen(batch_id, place, version)
        _check_entry(row, reading, code, limits)
        look = _look(batch, row, reading, limits) if reading is not None else _Look()
        same = row.keyed and (reading, code) == (row.reading, row.code)
        _save(
            row,
            reading=reading,
            staff=desk.staff_id,
            code=code,
            again=row.again if reading is not None else None,
            finding=look.finding,
            confirmed=bool(look.finding) and same,
        )
        act.about("keyed batch", batch_id)
        if row.keyed:
            act.before = {"reading": row.reading, "code": row.code}
        act.after = {"meter": row.meter, "reading": reading, "code": code}
    return Keyed(find_row(batch_id, place), look.told, totals_of(batch_id))


def _refuse_second(desk: Desk, row: KeyedRow, policy: EntryPolicy) -> None:
    if not row.twice:
        raise Refused(f"Meter {row.meter} is keyed once only.", field="reading")
    if row.reading is None:
        raise Refused("Key the line a first time before the second.", field="reading")
    if policy.other_person and row.staff_id == desk.staff_id:
        raise Refused("Somebody else keys it the second time.", field="reading")


def key_again(
    desk: Desk,
    batch_id: int,
    place: int,
    *,
    reading: int,
    version: int | None = None,
    policy: EntryPolicy | None = None,
) -> Keyed:
    """Key the reading of a large meter a second time, without sight of the first.

    Where the two differ both stand; a third keying that agrees with one of them settles it.

    Raises:
        NotFound: there is no such line.
        Refused: the batch is closed, the line is keyed once only or was not keyed at all, or the
            policy asks for another person.
        StaleEdit: somebody else keyed the line meanwhile.
    """
    limits = policy or shipped_entry_policy()
    with writing(desk, Right.UPLOAD_READS, "metering.key_again") as act:
        batch = open_batch(batch_id)
        row = _seen(batch_id, place, version)
        _refuse_second(desk, row, limits)
        _check_entry(row, reading, "", limits)
        look = _look(batch, row, reading, limits)
        changes: dict[str, object] = {"again": reading}
        if reading == row.reading:
            changes["confirmed"] = bool(row.finding)
        if row.differs and reading == row.again:  # two of three agree: the first one was misread
            changes |= {"reading": reading, "finding": look.finding}
            changes["confirmed"] = bool(look.finding)
        _save(row, **changes)
        act.about("keyed batch", batch_id)
        if row.again is not None:
            act.before = {"reading": row.reading, "again": row.again}
        act.after = {"meter": row.meter, "again": reading} | (
            {"reading": reading} if "reading" in changes else {}
        )
    return Keyed(find_row(batch_id, place), look.told, totals_of(batch_id))
