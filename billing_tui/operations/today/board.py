"""The board: all work that is due, with who has it; the lead's, or one person's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.access.rights import Right
from billing_tui.foundation.bulk import in_chunks, rows_of
from billing_tui.operations.today.items import RIGHT_FOR, Marked, WorkItem
from billing_tui.operations.today.sources import SOURCES
from billing_tui.records.bulk_lookup import day_or_none

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from billing_tui.access.desk import Desk

_AT_ONCE = 500
_MARKS = """
SELECT m.key, coalesce(s.username, ''), m.snoozed_until, m.escalated, m.dismissed, m.version
FROM work_mark m LEFT JOIN staff_member s ON s.id = m.staff_id WHERE m.key IN ({marks})
"""


def may_do(desk: Desk, item: WorkItem) -> bool:
    """Whether the work can be this person's: the right for it, and not what they made."""
    return item.maker != desk.username and desk.may(RIGHT_FOR[item.kind])


def _marks(keys: Sequence[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for some in in_chunks(keys, _AT_ONCE):
        marks = ", ".join("?" * len(some))
        found |= {row[0]: row[1:] for row in rows_of(_MARKS.format(marks=marks), some)}
    return found


def _with_marks(desk: Desk, items: Iterable[WorkItem]) -> list[Marked]:
    listed = list(items)
    marks = _marks([item.key for item in listed])
    working = {name for (name,) in rows_of("SELECT username FROM staff_member WHERE active = 1")}
    board = []
    for item in listed:
        none = (item.owner, None, "", "", 0)
        holder, snoozed, escalated, dismissed, version = marks.get(item.key, none)
        if dismissed:
            continue
        late = (desk.business_day - item.due).days
        had = holder or item.owner
        here = had if had in working else ""
        left = "" if here else had
        board.append(Marked(item, here, left, day_or_none(snoozed), escalated, late, version))
    return board


def board(desk: Desk, *, mine: bool, asleep: bool = False) -> tuple[Marked, ...]:
    """What is due, escalated work first, then what is due first.

    Args:
        desk: who looks.
        mine: only what this person has, or may take because nobody has it.
        asleep: what was put off too; else only what is awake.
    """
    desk.require(Right.LOOK)
    everything = _with_marks(desk, (item for source in SOURCES.values() for item in source(desk)))
    shown = [
        one
        for one in everything
        if (asleep or one.snoozed_until is None or one.snoozed_until <= desk.business_day)
        and (not mine or one.holder == desk.username or (not one.holder and may_do(desk, one.item)))
    ]
    return tuple(sorted(shown, key=lambda one: one.order))


def find_item(desk: Desk, key: str) -> Marked | None:
    """The item of that key; None where its work is done or it was dismissed.

    Only the room that owns the key's kind is asked.
    """
    source = SOURCES.get(key.partition(":")[0])
    same = [item for item in source(desk) if item.key == key] if source is not None else []
    marked = _with_marks(desk, same)
    return marked[0] if marked else None
