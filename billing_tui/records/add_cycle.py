"""Enter a cycle: a group of accounts that are read and billed together."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.foundation.errors import InvalidEntry
from billing_tui.foundation.text import clean
from billing_tui.records.editing import refuse_if
from billing_tui.records.new_records import text_problem
from billing_tui.records.tables import Cycle

if TYPE_CHECKING:
    from billing_tui.access.desk import Desk

_CODE = re.compile(r"[A-Za-z0-9]{1,8}\Z", re.ASCII)  # it names runs and their files


def add_cycle(desk: Desk, code: str, name: str) -> int:
    """Enter a cycle; returns its row.

    Raises:
        InvalidEntry: the code is no code or taken, or the name is missing.
    """
    if not _CODE.match(clean(code, field="code")):
        raise InvalidEntry("A cycle's code is 1 to 8 letters and digits.", field="code")
    refuse_if(text_problem(0, "name", name, 40, needed=True))
    with writing(desk, Right.KEEP_METERS, "records.add_cycle") as act:
        kept = {"code": clean(code), "name": clean(name)}
        if Cycle.get_or_none(Cycle.code == kept["code"]):
            raise InvalidEntry(f"There is a cycle {kept['code']} already.", field="code")
        row = Cycle.create(**kept)
        act.about("cycle", kept["code"])
        act.after = dict(kept)
    return int(row.id)
