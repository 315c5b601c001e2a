"""Read the results of drills: everybody's for the lead, one's own for everybody."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from billing_tui.access.rights import Right
from billing_tui.access.staff import staff_list
from billing_tui.foundation.bulk import rows_of

if TYPE_CHECKING:
    from billing_tui.access.desk import Desk

_PAGE = 64
_SELECT = """
SELECT r.id, s.username, s.name, r.drill, r.version, r.started_at, r.ended_at, r.ended_day,
       r.score, r.most, r.needed, r.hints, r.missed
FROM drill_result r JOIN staff_member s ON s.id = r.staff_id
"""


@dataclass(frozen=True, slots=True)
class ResultLine:
    """One result; `missed` holds a sentence for each check that did not hold."""

    result_id: int
    username: str
    name: str
    drill: str
    version: int
    day: date
    minutes: int
    score: int
    most: int
    needed: int
    hints: int
    missed: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether it was enough."""
        return self.score >= self.needed


def _line(row: tuple[object, ...]) -> ResultLine:
    id_, username, name, drill, version, started, ended, day, score, most, needed, hints, missed = (
        row
    )
    took = datetime.fromisoformat(str(ended)) - datetime.fromisoformat(str(started))
    return ResultLine(
        int(str(id_)),
        str(username),
        str(name),
        str(drill),
        int(str(version)),
        date.fromisoformat(str(day)),
        int(took.total_seconds() // 60),
        int(str(score)),
        int(str(most)),
        int(str(needed)),
        int(str(hints)),
        tuple(json.loads(str(missed))),
    )


def may_see_all(desk: Desk) -> bool:
    """Whether a person sees the results of others: whoever audits what the others key."""
    return desk.may(Right.AUDIT_INPUT)


def results(
    desk: Desk, *, after: ResultLine | None = None, limit: int = _PAGE, username: str = ""
) -> tuple[ResultLine, ...]:
    """Results, newest first, from the one after `after` on; a clerk sees their own alone.

    Args:
        desk: who looks.
        after: the last one of the page before.
        limit: at most so many.
        username: only this person's, everybody's where empty.
    """
    where: list[str] = ["r.id < ?"]
    values: list[object] = [after.result_id if after else 2**62]
    if not may_see_all(desk):
        where.append("r.staff_id = ?")
        values.append(desk.staff_id)
    if username:
        where.append("s.username = ?")
        values.append(username.lower())
    sql = f"{_SELECT} WHERE {' AND '.join(where)} ORDER BY r.id DESC LIMIT ?"
    return tuple(map(_line, rows_of(sql, (*values, limit))))


@dataclass(frozen=True, slots=True)
class Standing:
    """What a person has passed, and when last; `passed` holds ids of drills."""

    username: str
    name: str
    passed: frozenset[str]
    last_day: date | None


def standings(desk: Desk) -> tuple[Standing, ...]:
    """Everybody who works here, by user name; a clerk sees only their own line."""
    passed: dict[str, set[str]] = {}
    last: dict[str, date] = {}
    rows = rows_of(
        "SELECT s.username, r.drill, max(r.score - r.needed), max(r.ended_day)"
        " FROM drill_result r JOIN staff_member s ON s.id = r.staff_id"
        " GROUP BY s.username, r.drill"
    )
    for username, drill, over, day in rows:
        if over >= 0:
            passed.setdefault(username, set()).add(drill)
        latest = date.fromisoformat(day)
        last[username] = max(latest, last.get(username, latest))
    return tuple(
        Standing(
            one.username, one.name, frozenset(passed.get(one.username, ())), last.get(one.username)
        )
        for one in staff_list(desk.business_day)
        if may_see_all(desk) or one.username == desk.username
    )


def best_of(desk: Desk) -> dict[str, ResultLine]:
    """The person's own best result in each drill, by the drill's id."""
    best: dict[str, ResultLine] = {}
    sql = f"{_SELECT} WHERE r.staff_id = ? ORDER BY r.score, r.id"
    for line in map(_line, rows_of(sql, (desk.staff_id,))):
        best[line.drill] = line
    return best


def attempts(desk: Desk, drill: str) -> int:
    """How often the person has handed a drill in."""
    sql = "SELECT count(*) FROM drill_result WHERE staff_id = ? AND drill = ?"
    return int(rows_of(sql, (desk.staff_id, drill))[0][0])


def handed_in(desk: Desk) -> frozenset[tuple[str, str]]:
    """The drills that the person handed in, each with the moment when it was begun."""
    sql = "SELECT drill, started_at FROM drill_result WHERE staff_id = ?"
    return frozenset((drill, begun) for drill, begun in rows_of(sql, (desk.staff_id,)))
