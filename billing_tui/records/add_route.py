"""Enter a route: a reader's walk through part of a cycle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.foundation.errors import InvalidEntry
from billing_tui.foundation.text import clean
from billing_tui.records.editing import existing, refuse_if
from billing_tui.records.new_records import text_problem
from billing_tui.records.tables import Cycle, Route

if TYPE_CHECKING:
    from billing_tui.access.desk import Desk


def add_route(desk: Desk, code: str, name: str, cycle_id: int) -> int:
    """Enter a route of a cycle; returns its row.

    Raises:
        InvalidEntry: code or name is missing, or the code is taken.
        NotFound: there is no such cycle.
    """
    refuse_if(text_problem(0, "code", code, 12, needed=True))
    refuse_if(text_problem(0, "name", name, 40, needed=True))
    with writing(desk, Right.KEEP_METERS, "records.add_route") as act:
        cycle = existing(Cycle, cycle_id)
        kept = {"code": clean(code), "name": clean(name)}
        if Route.get_or_none(Route.code == kept["code"]):
            raise InvalidEntry(f"There is a route {kept['code']} already.", field="code")
        row = Route.create(cycle=cycle_id, **kept)
        act.about("route", kept["code"])
        act.after = kept | {"cycle": cycle.code}
    return int(row.id)
