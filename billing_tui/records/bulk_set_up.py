"""Set up many accounts at once: locations, customers, services, meters (demo city, conversions).

One verb: everything is checked and saved together, or nothing is and the problems are listed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import Problem, ProblemsFound
from billing_tui.records.batch import Batch
from billing_tui.records.kinds import AccountStatus
from billing_tui.records.new_records import (
    NewCustomer,
    NewFlag,
    NewLocation,
    NewPoint,
    customer_problems,
    location_problems,
    mailing_problems,
    meter_problems,
    reading_problem,
    service_problems,
    text_problem,
)
from billing_tui.records.search_index import index_new

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import date

    from billing_tui.access.desk import Desk

_FLUSH = 1000
_INDEXED_AT_ONCE = 10_000
_MOST_PROBLEMS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    """One account with all that it needs to be billed.

    Attributes:
        customer: rows that hold the very same object share the customer.
        location: a new place.
        cycle: code of the cycle.
        opened: first day of the account, its services and their attributes.
        points: its service points, each with the service taken there.
        occupant: place in the line of occupants.
        placed: first day of the location's attributes and meters; `opened` where None.
        mailing_lines: where bills go; the service address where empty.
    """

    customer: NewCustomer
    location: NewLocation
    cycle: str
    opened: date
    points: tuple[NewPoint, ...]
    occupant: int = 1
    placed: date | None = None
    status: AccountStatus = AccountStatus.ACTIVE
    legacy_number: str = ""
    mailing_lines: tuple[str, ...] = ()
    mailing_zip: str = ""
    flags: tuple[NewFlag, ...] = ()


class SetUp(NamedTuple):
    """What was set up; ids in the order of the rows."""

    account_ids: tuple[int, ...]
    services: int
    meters: int


class _Known(NamedTuple):
    """What the rows may refer to, and numbers that are taken."""

    cycles: dict[str, int]
    routes: dict[str, tuple[int, int]]
    meters: set[str]
    locations: set[int]


def _known() -> _Known:
    return _Known(
        dict(rows_of("SELECT code, id FROM cycle")),
        {
            code: (route, cycle)
            for code, route, cycle in rows_of("SELECT code, id, cycle_id FROM route")
        },
        {row[0] for row in rows_of("SELECT number FROM meter")},
        {int(row[0]) for row in rows_of("SELECT number FROM location")},
    )


def _point_problems(
    line: int, row: NewAccount, point: NewPoint, known: _Known
) -> Iterator[Problem]:
    yield from service_problems(line, point.service)
    kind = point.service.kind
    if not point.metered:
        if point.meter is not None or point.route:
            yield Problem(
                line, f"The {kind} point has a meter or a route but is unmetered.", "meter"
            )
        return
    route = known.routes.get(point.route)
    if route is None:
        yield Problem(line, f"The metered {kind} point needs a route that exists.", "route")
    elif route[1] != known.cycles.get(row.cycle):
        yield Problem(line, f"Route {point.route} is not of cycle {row.cycle}.", "route")
    if point.meter is None:
        yield Problem(line, f"The metered {kind} point needs a meter.", "meter")
        return
    yield from meter_problems(line, point.meter)
    yield from reading_problem(line, point.first_reading, point.meter.dials)
    number = point.meter.number.strip()
    if number in known.meters:
        yield Problem(line, f"There is a meter {number} already.", "meter_number")
    known.meters.add(number)


def _problems(line: int, row: NewAccount, known: _Known) -> Iterator[Problem]:
    yield from customer_problems(line, row.customer)
    yield from location_problems(line, row.location)
    yield from text_problem(line, "legacy_number", row.legacy_number, 24, needed=False)
    if row.location.number is not None:
        if not 0 < row.location.number < 10**9 or row.location.number in known.locations:
            yield Problem(line, "The location number is taken or out of range.", "location")
        known.locations.add(row.location.number)
    if not 1 <= row.occupant <= 99:
        yield Problem(line, "The occupant is 1 to 99.", "occupant")
    if row.cycle not in known.cycles:
        yield Problem(
            line, f"There is no cycle {row.cycle!r}; the account would stay unbilled.", "cycle"
        )
    if not row.points:
        yield Problem(line, "An account needs at least one service.", "services")
    if row.mailing_lines:
        yield from mailing_problems(line, row.mailing_lines, row.mailing_zip)
    for point in row.points:
        yield from _point_problems(line, row, point, known)


def bulk_set_up(
    desk: Desk,
    rows: Iterable[NewAccount],
    *,
    key: str | None = None,
    progress: Callable[[int], None] | None = None,
) -> SetUp:
    """Set up accounts with their locations, customers, service points, meters and services.

    Args:
        desk: who does it; takes the right to keep records.
        rows: the accounts.
        key: idempotency key; the same key again gives the first result.
        progress: told how many rows have been taken.

    Raises:
        ProblemsFound: with a problem for each thing that is wrong; `line` is the row from 1.
    """
    with writing(desk, Right.KEEP_RECORDS, "records.bulk_set_up", key=key) as act:
        if act.repeated:
            return SetUp(tuple(act.done[0]), act.done[1], act.done[2])
        done = _set_up(desk, rows, progress)
        act.about("accounts", len(done.account_ids))
        act.after = _tally(done)
        act.result = [list(done.account_ids), done.services, done.meters]
    return done


def _set_up(
    desk: Desk, rows: Iterable[NewAccount], progress: Callable[[int], None] | None
) -> SetUp:
    known = _known()
    batch = Batch(desk.staff_id, known.cycles, {code: ids[0] for code, ids in known.routes.items()})
    problems: list[Problem] = []
    for line, row in enumerate(rows, 1):
        problems += _problems(line, row, known)
        if len(problems) >= _MOST_PROBLEMS:
            break
        if not problems:
            known.locations.add(batch.add(row))
        if line % _FLUSH == 0:
            batch.flush()
            if progress:
                progress(line)
    if problems:
        raise ProblemsFound("Nothing was set up.", tuple(problems))
    batch.flush()
    ids = batch.account_ids
    for start in range(0, len(ids), _INDEXED_AT_ONCE):
        index_new(ids[start : start + _INDEXED_AT_ONCE])
    return SetUp(tuple(ids), batch.services, batch.meters)


def _tally(done: SetUp) -> dict[str, int]:
    ids = done.account_ids
    return {
        "accounts": len(ids),
        "services": done.services,
        "meters": done.meters,
        "first_account_row": min(ids, default=0),
        "last_account_row": max(ids, default=0),
    }
