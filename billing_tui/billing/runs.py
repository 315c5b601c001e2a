"""Bill runs as values, and the one place that says which state may follow which."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing_tui.billing.states import ItemState, RunState
from billing_tui.billing.tables import BillRun, RunItem
from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import NotFound, Refused
from billing_tui.metering.tables import CycleInstance
from billing_tui.records.tables import Cycle

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date


class RunRefused(Refused):
    """The run is not in a state in which this can be done."""

    code = "RUN-STATE"


NEXT: dict[RunState, frozenset[RunState]] = {
    RunState.DRAFT: frozenset({RunState.CALCULATED, RunState.CANCELLED}),
    RunState.CALCULATED: frozenset({RunState.CALCULATED, RunState.IN_AUDIT, RunState.CANCELLED}),
    RunState.IN_AUDIT: frozenset(
        {RunState.CALCULATED, RunState.IN_AUDIT, RunState.APPROVED, RunState.CANCELLED}
    ),
    RunState.APPROVED: frozenset({RunState.CALCULATED, RunState.POSTED, RunState.CANCELLED}),
    RunState.POSTED: frozenset({RunState.PRINTED}),
    RunState.PRINTED: frozenset({RunState.PRINTED, RunState.CLOSED}),
    RunState.CLOSED: frozenset(),
    RunState.CANCELLED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class RunView:
    """A bill run as screens and verbs see it.

    Attributes:
        id: row of the run.
        number: its number, such as 2026-11-07-1.
        cycle: code of the cycle.
        instance: name of the cycle instance, such as 2026-11.
        state: where it stands.
        read_day, bill_day, due_day: dates of the instance.
        prepared_by, approved_by: staff ids; approved_by is None until approval.
        items: count of accounts in each state; they sum to the population.
        bills: count of bills calculated or posted.
        total_cents: sum of their current charges.
        register_digest: digest of the totals that were audited.
    """

    id: int
    number: str
    cycle: str
    instance_id: int
    instance: str
    state: RunState
    read_day: date
    bill_day: date
    due_day: date
    prepared_by: int
    approved_by: int | None
    items: dict[ItemState, int]
    bills: int
    total_cents: int
    register_digest: str

    @property
    def population(self) -> int:
        """Accounts that the run was opened for."""
        return sum(self.items.values())


def item_counts(run_id: int) -> dict[ItemState, int]:
    """Accounts of the run by state, zero for states without any."""
    found = dict(
        rows_of("SELECT state, count(*) FROM run_item WHERE run_id = ? GROUP BY state", (run_id,))
    )
    return {state: int(found.get(state.value, 0)) for state in ItemState}


def view(run: BillRun) -> RunView:
    """The frozen view of a run's row."""
    instance: CycleInstance = run.instance
    return RunView(
        id=run.id,
        number=run.number,
        cycle=instance.cycle.code,
        instance_id=instance.id,
        instance=instance.name,
        state=RunState(run.state),
        read_day=instance.read_day,
        bill_day=instance.bill_day,
        due_day=instance.due_day,
        prepared_by=run.prepared_by_id,
        approved_by=run.approved_by_id,
        items=item_counts(run.id),
        bills=run.bills,
        total_cents=run.total_cents,
        register_digest=run.register_digest,
    )


def find_run(number: str) -> RunView:
    """The run of that number, or the newest one of the cycle of that code.

    Raises:
        NotFound: there is none.
    """
    run = BillRun.get_or_none(BillRun.number == number)
    if run is None:
        run = (
            BillRun.select()
            .join(CycleInstance)
            .join(Cycle)
            .where(Cycle.code == number)
            .order_by(BillRun.id.desc())
            .first()
        )
    if run is None:
        raise NotFound(f"There is no bill run {number}.", field="run")
    return view(run)


def recent_runs(limit: int = 20) -> list[RunView]:
    """The newest runs first."""
    return [view(run) for run in BillRun.select().order_by(BillRun.id.desc()).limit(limit)]


def require_next(run: RunView, state: RunState) -> None:
    """Refuse what does not follow from where the run stands.

    Raises:
        RunRefused: naming the state that the run is in.
    """
    if state not in NEXT[run.state]:
        raise RunRefused(
            f"Run {run.number} is {run.state.value}; it cannot become {state.value} from there."
        )


def _moved_on(run: RunView) -> RunRefused:
    return RunRefused(f"Run {run.number} was moved on by somebody else; look again.")


def require_unmoved(run: RunView) -> None:
    """Refuse inside a transaction what was computed from drafts that may have changed since.

    Raises:
        RunRefused: the state or the register is no longer the one that the caller saw.
    """
    if rows_of("SELECT state, register_digest FROM bill_run WHERE id = ?", (run.id,)) != [
        (run.state.value, run.register_digest)
    ]:
        raise _moved_on(run)


def set_state(run: RunView, state: RunState, **changes: object) -> None:
    """Move the run on, only from the state and the register that the caller saw.

    Whoever changes a draft changes one of the two in the same transaction. So what was computed
    from the drafts before the transaction, such as their digest, still holds in it.

    Raises:
        RunRefused: somebody else moved it meanwhile.
    """
    moved = (
        BillRun.update(state=state.value, **changes)
        .where(
            (BillRun.id == run.id)
            & (BillRun.state == run.state.value)
            & (BillRun.register_digest == run.register_digest)
        )
        .execute()
    )
    if moved != 1:
        raise _moved_on(run)


def account_ranges(run_id: int, size: int = 500) -> Iterator[tuple[int, int, int]]:
    """(first account, last account, count) of the run's bills, `size` at a time."""
    last = 0
    while True:
        row = rows_of(
            "SELECT min(account_id), max(account_id), count(*) FROM (SELECT account_id FROM bill"
            " WHERE run_id = ? AND account_id > ? ORDER BY account_id LIMIT ?) AS page",
            (run_id, last, size),
        )[0]
        if row[0] is None:
            return
        yield row[0], row[1], row[2]
        last = row[1]


def count_items(run_id: int, state: ItemState) -> int:
    """Accounts of the run in one state."""
    return int(
        RunItem.select().where((RunItem.run == run_id) & (RunItem.state == state.value)).count()
    )
