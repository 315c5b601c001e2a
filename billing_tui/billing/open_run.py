"""Open a bill run: freeze which accounts it bills (BIL-2, BIL-3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.billing.runs import RunView, find_run
from billing_tui.billing.states import RunState
from billing_tui.billing.tables import BillRun
from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import NotFound, Refused
from billing_tui.foundation.model import bound
from billing_tui.metering.tables import CycleInstance
from billing_tui.records.kinds import AccountStatus
from billing_tui.records.tables import Cycle

if TYPE_CHECKING:
    from billing_tui.access.desk import Desk

BILLED_STATUSES = (AccountStatus.ACTIVE, AccountStatus.FINAL_PENDING)
"""Accounts in these states are billed with their cycle."""


def find_instance(cycle: str, name: str | None = None) -> CycleInstance:
    """The cycle instance of that name, or the newest of the cycle.

    Raises:
        NotFound: there is none.
    """
    query = (
        CycleInstance.select()
        .join(Cycle)
        .where(Cycle.code == cycle)
        .order_by(CycleInstance.name.desc())
    )
    if name is not None:
        query = query.where(CycleInstance.name == name)
    instance: CycleInstance | None = query.first()
    if instance is None:
        which = f"instance {name}" if name else "instance"
        raise NotFound(f"Cycle {cycle} has no {which} in the calendar.", field="cycle")
    return instance


def _freeze_population(run_id: int, instance: CycleInstance) -> int:
    """One pending item for each account of the cycle that may be billed; returns how many."""
    marks = ", ".join("?" * len(BILLED_STATUSES))
    database = bound()
    sql = (
        "INSERT INTO run_item (run_id, account_id, state, reason)"
        f" SELECT ?, id, 'pending', '' FROM account WHERE cycle_id = ? AND status IN ({marks})"
        " AND opened < ? ORDER BY id"
    )
    database.execute_sql(
        sql.replace("?", database.param),
        (
            run_id,
            instance.cycle_id,
            *[status.value for status in BILLED_STATUSES],
            instance.read_day.isoformat(),
        ),
    )
    return int(rows_of("SELECT count(*) FROM run_item WHERE run_id = ?", (run_id,))[0][0])


def open_run(desk: Desk, cycle: str, name: str | None = None) -> RunView:
    """Open a run for a cycle instance, by default the cycle's newest.

    Raises:
        NotFound: the calendar has no such instance.
        Refused: another run of the instance is open or posted.
    """
    with writing(desk, Right.PREPARE_RUN, "billing.open_run") as act:
        instance = find_instance(cycle, name)
        earlier = list(BillRun.select().where(BillRun.instance == instance.id))
        live = [run for run in earlier if run.state != RunState.CANCELLED.value]
        if live:
            raise Refused(
                f"Run {live[0].number} of this cycle is {live[0].state}; go on with that one.",
                code="RUN-OPEN",
            )
        run = BillRun.create(
            instance=instance.id,
            number=f"{instance.name}-{cycle}-{len(earlier) + 1}",
            prepared_by=desk.staff_id,
            opened_at=desk.clock().isoformat(timespec="seconds"),
        )
        accounts = _freeze_population(run.id, instance)
        act.about("bill run", run.number)
        act.after = {"state": RunState.DRAFT.value, "accounts": accounts}
    return find_run(run.number)
