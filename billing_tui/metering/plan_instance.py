"""Put a cycle instance into the calendar: when a cycle is read, billed and due."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.foundation.errors import InvalidEntry, NotFound
from billing_tui.metering.tables import CycleInstance
from billing_tui.records.tables import Cycle

if TYPE_CHECKING:
    from datetime import date

    from billing_tui.access.desk import Desk

_NAME = re.compile(r"[0-9]{4}-[0-9]{2}\Z", re.ASCII)


def plan_instance(
    desk: Desk, cycle: str, name: str, *, read_day: date, bill_day: date, due_day: date
) -> int:
    """Plan one reading and billing of a cycle; returns the instance's id.

    Args:
        desk: who plans it.
        cycle: code of the cycle.
        name: year and month, such as 2026-11.
        read_day: the last day of the readings; services without a meter are billed up to it.
        bill_day: the date on the bills, and of their journal entries.
        due_day: when they fall due.

    Raises:
        NotFound: there is no such cycle.
        InvalidEntry: the name is taken, or the days are not in order.
    """
    if not _NAME.match(name):
        raise InvalidEntry("The name is year and month, such as 2026-11.", field="name")
    if not read_day <= bill_day < due_day:
        raise InvalidEntry("Reads come first, then the bill, then its due day.", field="bill_day")
    with writing(desk, Right.MANAGE_CALENDAR, "metering.plan_instance") as act:
        row = Cycle.get_or_none(Cycle.code == cycle)
        if row is None:
            raise NotFound(f"There is no cycle {cycle}.", field="cycle")
        taken = CycleInstance.get_or_none(
            (CycleInstance.cycle == row.id) & (CycleInstance.name == name)
        )
        if taken is not None:
            raise InvalidEntry(f"Cycle {cycle} has an instance {name} already.", field="name")
        instance = CycleInstance.create(
            cycle=row.id, name=name, read_day=read_day, bill_day=bill_day, due_day=due_day
        )
        act.about("cycle instance", f"{name}-{cycle}")
        act.after = {
            "read_day": read_day.isoformat(),
            "bill_day": bill_day.isoformat(),
            "due_day": due_day.isoformat(),
        }
    return int(instance.id)
