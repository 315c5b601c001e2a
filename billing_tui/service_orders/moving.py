"""The parts that every move is made of; all of it inside the transaction of a verb."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from billing_tui.foundation.errors import Problem, ProblemsFound
from billing_tui.metering.move_read import MoveRead, Ready, ready_reads, write_move_read
from billing_tui.records.tables import Account
from billing_tui.service_orders.billed import open_since
from billing_tui.service_orders.forms import Moved
from billing_tui.service_orders.kinds import MoveKind, Part, ReadSource
from billing_tui.service_orders.picture import picture_text
from billing_tui.service_orders.tables import Move, MoveAccount, MoveReading

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from billing_tui.access.desk import Desk
    from billing_tui.access.writing import Act
    from billing_tui.metering.tables import ReadKind

AHEAD = "A move is entered on its day or later; else issue an order."
_TOLD_BY = {
    ReadSource.FIELD: "Read on the spot",
    ReadSource.AMI: "Read by radio",
    ReadSource.CUSTOMER: "Told by the customer",
    ReadSource.ESTIMATED: "Nobody could read it",
}


@dataclass(slots=True)
class Course:
    """A move on its way.

    Attributes:
        places: rows of the locations that it touches.
        before: their picture, taken before anything changed.
        parts: (part, account row, whether the customer is new).
    """

    kind: MoveKind
    day: date
    source: ReadSource
    places: tuple[int, ...]
    before: str = ""
    mailing: str | None = None
    parts: list[tuple[Part, int, bool]] = field(default_factory=list)
    reads: dict[int, MoveRead] = field(default_factory=dict)
    warnings: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.before = picture_text(self.places)


def refuse_if_any(problems: Iterable[Problem]) -> None:
    """Refuse a move with everything that is wrong with it.

    Raises:
        ProblemsFound: there is something.
    """
    found = tuple(dict.fromkeys(problems))
    if found:
        raise ProblemsFound(f"Nothing was saved: {found[0].sentence}", found)


def day_problems(desk: Desk, day: date, cycle_id: int | None) -> Iterator[Problem]:
    """A move lies in the open cycle and not ahead of us."""
    if day > desk.business_day:
        yield Problem(0, AHEAD, "day")
    since = open_since(cycle_id) if cycle_id is not None else None
    if since is not None and day < since:
        yield Problem(0, f"The cycle is billed up to {since:%m/%d/%y}; go no further back.", "day")


def read_problems(
    course: Course, points: Iterable[int], readings: Mapping[str, int]
) -> tuple[list[Ready], list[Problem]]:
    """The reads of a move's metered points, and what is wrong with them."""
    ready: list[Ready] = []
    problems: list[Problem] = []
    for point in points:
        estimate = course.source is ReadSource.ESTIMATED
        found, wrong = ready_reads(point, course.day, readings, estimate=estimate)
        ready += found
        problems += wrong
    known = {one.row.meter_number for one in ready}
    if not problems:
        problems += [
            Problem(0, f"Meter {number} is not there on that day.", "reading")
            for number in readings
            if number not in known
        ]
    return ready, problems


def write_reads(course: Course, ready: Iterable[Ready], kind: ReadKind) -> None:
    """Write the reads, each meter once however many accounts change there."""
    for one in ready:
        read = write_move_read(one, kind, _TOLD_BY[course.source])
        course.reads.setdefault(read.read_id, read)


def finish(desk: Desk, act: Act, course: Course) -> Moved:
    """Keep the move with its parts, reads and pictures; returns what the verb tells."""
    move = Move.create(
        kind=course.kind.value,
        day=course.day,
        source=course.source.value,
        staff=desk.staff_id,
        at=desk.clock().isoformat(timespec="seconds"),
        before=course.before,
        after=picture_text(course.places),
        mailing=course.mailing,
    )
    numbers: dict[Part, str] = {}
    for part, account_id, new in course.parts:
        account = Account.get_by_id(account_id)
        numbers.setdefault(part, account.number)
        MoveAccount.create(
            move=move.id,
            part=part.value,
            number=account.number,
            account=account_id,
            location=account.location,
            new_customer=new,
        )
    for read in course.reads.values():
        MoveReading.create(move=move.id, read=read.read_id, written=read.written)
    moved = Moved(
        move.id,
        course.kind,
        course.day,
        numbers.get(Part.LEAVES, ""),
        numbers.get(Part.COMES, ""),
        numbers.get(Part.OWNER, ""),
        tuple(course.reads.values()),
        tuple(course.warnings),
    )
    act.result = move.id
    act.after |= _told(moved, course)
    return moved


def _told(moved: Moved, course: Course) -> dict[str, Any]:
    """What the trail keeps of a move."""
    return {
        "move": moved.move_id,
        "day": moved.day.isoformat(),
        "source": course.source.value,
        "left": moved.left,
        "comes": moved.opened,
        "owner": moved.owner,
        "reads": [[read.meter, read.reading, read.written] for read in moved.reads],
        "warnings": [problem.sentence for problem in moved.warnings],
    }


def moved_before(move_id: int) -> Moved:
    """What a repeated request gets: the move as it was entered, without reads and warnings."""
    move = Move.get_by_id(move_id)
    parts = {
        one.part: one.number for one in MoveAccount.select().where(MoveAccount.move == move_id)
    }
    return Moved(
        move_id,
        MoveKind(move.kind),
        move.day,
        parts.get(Part.LEAVES.value, ""),
        parts.get(Part.COMES.value, ""),
        parts.get(Part.OWNER.value, ""),
    )
