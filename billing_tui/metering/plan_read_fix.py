"""What a corrected register, or another meter fact, does to the reads that follow (RDG-9).

A wrong read changes two periods: its own and the one after it. Nothing is written here; see
`correct_read`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import InvalidEntry, NotFound, Refused
from billing_tui.foundation.units import Unit
from billing_tui.metering.read_policy import shipped_policy
from billing_tui.metering.tables import ReadKind
from billing_tui.metering.usage import Register, Usage, usage_between

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_COLUMNS = """
SELECT d.id, d.service_point_id, d.meter_id, m.number, d.day, d.reading, d.kind, d.previous_id,
       d.withdraws_id, d.usage_milli, d.unit, d.days, d.derivation,
       m.dials, m.unit, m.multiplier_milli
"""
_ON_FROM = f"""
WITH RECURSIVE chain(id, place) AS (
  SELECT id, 0 FROM read WHERE id = ?
  UNION ALL SELECT n.id, chain.place + 1 FROM chain JOIN read n ON n.previous_id = chain.id)
{_COLUMNS} FROM chain JOIN read d ON d.id = chain.id JOIN meter m ON m.id = d.meter_id
ORDER BY chain.place
"""
_ROOTS_OF_METER = """
SELECT d.id FROM read d WHERE d.service_point_id IN
 (SELECT i.service_point_id FROM meter_installation i WHERE i.meter_id = ?)
AND d.previous_id IS NULL ORDER BY d.id
"""
_DOUBTED = """
SELECT q.day, q.id FROM doubted_read b JOIN read q ON q.id = b.read_id
WHERE q.service_point_id = ? AND q.day < ? AND b.settled_at IS NULL ORDER BY q.day
"""


class ReadFix(NamedTuple):
    """The right register of a read: row of the read, counts."""

    read_id: int
    reading: int


@dataclass(frozen=True, slots=True)
class Standing:
    """A read that counts.

    Attributes:
        id, point_id, meter_id, meter: its row, where, which meter; `meter` is its number.
        day, reading, kind: what it says.
        usage_milli, unit, days: since the read before it; None for the first one.
        derivation: how it came about.
        register: of its meter, as on file.
    """

    id: int
    point_id: int
    meter_id: int
    meter: str
    day: date
    reading: int
    kind: ReadKind
    usage_milli: int | None
    unit: Unit
    days: int | None
    derivation: str
    register: Register


@dataclass(frozen=True, slots=True)
class ReadChange:
    """A read that is written again.

    Attributes:
        was: as it stands now.
        reading: the register that it shall show.
        used: its usage anew.
        fixed: the register itself was wrong; else it only follows one that was.
    """

    was: Standing
    reading: int
    used: Usage
    fixed: bool

    @property
    def differs(self) -> bool:
        """Whether it changes a register or a usage."""
        return self.fixed or (self.used.milli, self.used.unit) != (
            self.was.usage_milli,
            self.was.unit,
        )


Chains = tuple[tuple[ReadChange, ...], ...]
"""What is written again: one run of reads for each chain, oldest first."""


def _standing(row: Sequence[object]) -> Standing:
    read_id, point, meter_id, number, day, reading, kind, _, _, usage, unit, days, told = row[:13]
    dials, meter_unit, multiplier = row[13:]
    return Standing(
        read_id, point, meter_id, number, date.fromisoformat(str(day)), reading,  # type: ignore[arg-type]
        ReadKind(str(kind)), usage, Unit(str(unit)), days, told,  # type: ignore[arg-type]
        Register(dials, Unit(str(meter_unit)), multiplier),  # type: ignore[arg-type]
    )  # fmt: skip


def standing_from(read_id: int) -> list[Standing]:
    """The reads that count from one on to the end of its chain, oldest first.

    Empty where the read itself was taken back.

    Raises:
        NotFound: there is no such read.
    """
    rows = rows_of(_ON_FROM, (read_id,))
    if not rows:
        raise NotFound(f"There is no read {read_id}.", field="read")
    stack: list[Standing] = []
    for row in rows:
        if row[6] != ReadKind.WITHDRAWN:
            stack.append(_standing(row))
        elif stack and stack[-1].id == row[8]:
            stack.pop()
    return stack if stack and stack[0].id == read_id else []


def _stood_before(read_id: int) -> tuple[int, int]:
    """Meter and register of the read before one; a withdrawal shows what it stands for."""
    rows = rows_of(
        "SELECT p.meter_id, p.reading FROM read d JOIN read p ON p.id = d.previous_id"
        " WHERE d.id = ?",
        (read_id,),
    )
    if not rows:
        raise Refused(
            "That is the register at which the meter was put in, not a read.", code="READ-FIRST"
        )
    return int(rows[0][0]), int(rows[0][1])


def _refuse_doubted(read: Standing, fixed: frozenset[int]) -> None:
    for day, read_id in rows_of(_DOUBTED, (read.point_id, read.day.isoformat())):
        if read_id not in fixed:
            raise Refused(
                f"The read of {date.fromisoformat(day):%m/%d/%y} is in doubt; correct the oldest "
                "first, or both in one go.",
                code="READ-DOUBTED",
            )


def _checked(read: Standing, reading: int, register: Register) -> None:
    if not register.holds(reading):
        raise InvalidEntry(
            f"The {register.dials} dials of {read.meter} cannot show {reading:,}.", field="reading"
        )


def _again(
    stack: Sequence[Standing], right: Mapping[int, int], registers: Mapping[int, Register]
) -> Iterator[ReadChange]:
    """One chain written again from its first read on."""
    meter_before, reading_before = _stood_before(stack[0].id)
    share = shipped_policy().rollover_share
    for read in stack:
        register = registers.get(read.meter_id, read.register)
        reading = right.get(read.id, read.reading)
        _checked(read, reading, register)
        if read.meter_id == meter_before:
            used = usage_between(reading_before, reading, register, share)
        else:
            used = Usage(0, register.unit, rolled_over=False, derivation="")
        fixed = reading != read.reading
        if used.milli < 0 and (fixed or used.milli != read.usage_milli):
            raise InvalidEntry(
                f"With that, the read of {read.day:%m/%d/%y} at {reading:,} lies below the one "
                f"before it at {reading_before:,}; correct that one too.",
                field="reading",
                code="READ-BACKWARD",
            )
        yield ReadChange(read, reading, used, fixed)
        meter_before, reading_before = read.meter_id, reading


def plan_fixes(fixes: Iterable[ReadFix]) -> Chains:
    """What correcting some reads does to history; nothing is written.

    Each chain runs from its oldest wrong read to its end, oldest first.

    Raises:
        NotFound: there is no such read.
        InvalidEntry: the dials cannot show a reading, or a usage would fall below zero.
        Refused: a read was taken back before, is no read, stands so already, or an older one at
            its point is in doubt.
    """
    right = dict(fixes)
    found: list[tuple[ReadChange, ...]] = []
    seen: set[int] = set()
    stacks = {read_id: standing_from(read_id) for read_id in right}
    for read_id, stack in stacks.items():
        if not stack:
            raise Refused(f"Read {read_id} was corrected before; look again.", code="READ-GONE")
        if stack[0].reading == right[read_id]:
            raise Refused(
                f"The read of {stack[0].day:%m/%d/%y} says {right[read_id]:,} already.",
                field="reading",
                code="READ-SAME",
            )
        _refuse_doubted(stack[0], frozenset(right))
    for stack in sorted(stacks.values(), key=lambda one: (one[0].day, -len(one))):
        if stack[0].id not in seen:
            found.append(tuple(_again(stack, right, {})))
            seen |= {read.id for read in stack}
    return tuple(found)


def plan_register(meter_id: int, register: Register) -> Chains:
    """What another register does to everything that its meter counted; nothing is written.

    Raises:
        InvalidEntry: the dials cannot show what was read.
    """
    found: list[tuple[ReadChange, ...]] = []
    for (root,) in rows_of(_ROOTS_OF_METER, (meter_id,)):
        stack = standing_from(root)[1:]
        while stack and stack[0].meter_id != meter_id:
            stack = stack[1:]
        if stack:
            found.append(tuple(_again(stack, {}, {meter_id: register})))
    return tuple(found)
