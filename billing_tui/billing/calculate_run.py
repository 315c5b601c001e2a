"""Calculate a bill run: drafts for every account of the population, as often as wanted (BIL-4).

Drafts are computed outside the lock and written a few hundred at a time. An account that cannot be
billed is parked with its reason and never stops the run.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.billing.calculate import DraftBill, draft_bill
from billing_tui.billing.draft_rows import build_rows, free_ids
from billing_tui.billing.gather import gather
from billing_tui.billing.kept_decisions import (
    decided_figures,
    forget_changed,
    forget_undecided,
)
from billing_tui.billing.rate_book import RateBook
from billing_tui.billing.register import run_totals
from billing_tui.billing.run_part import run_part
from billing_tui.billing.runs import (
    RunRefused,
    RunView,
    count_items,
    find_run,
    item_counts,
    require_next,
    set_state,
)
from billing_tui.billing.states import ItemState, RunState
from billing_tui.foundation.bulk import rows_of, run_many
from billing_tui.foundation.errors import BillingError
from billing_tui.foundation.model import bound

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from billing_tui.access.desk import Desk

CHUNK = 250
"""Accounts that are gathered, computed and written together."""

_ITEMS = """
    SELECT i.account_id, a.number FROM run_item i JOIN account a ON a.id = i.account_id
     WHERE i.run_id = ? AND i.held_by_id IS NULL AND i.account_id > ?
     ORDER BY i.account_id LIMIT ?
"""


def _chunks(run_id: int) -> Iterator[list[tuple[int, str]]]:
    last = 0
    while rows := rows_of(_ITEMS, (run_id, last, CHUNK)):
        yield [(key, number) for key, number in rows]
        last = rows[-1][0]


def _compute(
    accounts: list[tuple[int, str]], run: RunView, book: RateBook
) -> tuple[list[DraftBill], list[tuple[str, str, int]]]:
    """Drafts, and (state, reason, account) of each account without one."""
    drafts: list[DraftBill] = []
    without: list[tuple[str, str, int]] = []
    for account in gather(accounts, read_day=run.read_day, bill_day=run.bill_day):
        if account.hold:
            without.append((ItemState.HELD.value, account.hold, account.id))
            continue
        try:
            drafts.append(draft_bill(account, run.read_day, book))
        except BillingError as error:
            without.append((ItemState.PARKED.value, error.sentence, account.id))
    return drafts, without


def delete_drafts(run_id: int, accounts: list[int]) -> None:
    """Remove the drafts of some accounts; posted bills cannot be removed."""
    parameters = [(run_id, account) for account in accounts]
    of_bill = "SELECT id FROM bill WHERE run_id = ? AND account_id = ? AND state = 'draft'"
    of_service = f"SELECT id FROM bill_service WHERE bill_id IN ({of_bill})"
    mark = bound().param
    for sql in (
        f"DELETE FROM bill_read WHERE bill_service_id IN ({of_service})",
        f"DELETE FROM bill_line WHERE bill_id IN ({of_bill})",
        f"DELETE FROM bill_service WHERE bill_id IN ({of_bill})",
        "DELETE FROM bill WHERE run_id = ? AND account_id = ? AND state = 'draft'",
    ):
        run_many(sql.replace("?", mark), parameters)


def _write(
    desk: Desk,
    run: RunView,
    drafts: list[DraftBill],
    without: list[tuple[str, str, int]],
    *,
    again: bool,
) -> None:
    rows = build_rows(run.id, run.bill_day, run.due_day, drafts, free_ids())
    states = [(ItemState.COMPUTED.value, "", draft.account.id) for draft in drafts] + without
    update = "UPDATE run_item SET state = ?, reason = ? WHERE run_id = ? AND account_id = ?"
    with run_part(desk, run):
        accounts = [account for _, _, account in states]
        decided = decided_figures(run.id, accounts) if again else {}
        if again:
            delete_drafts(run.id, accounts)
        if free_ids() != (rows.first_bill, rows.first_service):
            rows = build_rows(run.id, run.bill_day, run.due_day, drafts, free_ids())
        rows.insert()
        run_many(
            update.replace("?", bound().param),
            [(state, reason, run.id, account) for state, reason, account in states],
        )
        forget_changed(run.id, decided)


def reopen(desk: Desk, run: RunView, verb: str, *, why: str = "") -> RunView:
    """From here on the run counts as not calculated, whatever happens on the way.

    It gets a mark of its own, by which `run_part` refuses whoever else is at its drafts.

    Args:
        desk: who begins.
        run: the run.
        verb: its name in the trail.
        why: the reason that was given.

    Raises:
        RunRefused: something of it is posted, or somebody else moved it on meanwhile.
    """
    with writing(desk, Right.PREPARE_RUN, verb, why=why) as act:
        if count_items(run.id, ItemState.POSTED):
            raise RunRefused(f"Bills of run {run.number} are posted; post the rest.")
        mark = f"begun {secrets.token_hex(8)}"
        set_state(run, RunState.DRAFT, register_digest=mark, approved_by=None)
        act.about("bill run", run.number)
        act.before = {"state": run.state.value}
        act.after = {"state": RunState.DRAFT.value}
    return replace(run, state=RunState.DRAFT, register_digest=mark)


def calculate_run(
    desk: Desk, number: str, *, progress: Callable[[int, int], None] | None = None
) -> RunView:
    """Calculate all drafts of a run anew; free until it is posted.

    What was accepted about a draft that comes out the same stays accepted (`kept_decisions`).

    Args:
        desk: who prepares the run.
        number: the run.
        progress: called with accounts done and accounts in all.

    Raises:
        RunRefused: the run is posted, in part too, or cancelled, or somebody else begins it anew.
    """
    run = find_run(number)
    require_next(run, RunState.CALCULATED)
    run = reopen(desk, run, "billing.begin_calculation")
    forget_undecided(desk, run)
    again = bool(rows_of("SELECT 1 FROM bill WHERE run_id = ? LIMIT 1", (run.id,)))
    book, done = RateBook(), 0
    for accounts in _chunks(run.id):
        drafts, without = _compute(accounts, run, book)
        _write(desk, run, drafts, without, again=again)
        done += len(accounts)
        if progress:
            progress(done, run.population)
    with writing(desk, Right.PREPARE_RUN, "billing.calculate_run") as act:
        bills, total = run_totals(run.id)
        items = item_counts(run.id)
        changes = {"bills": bills, "total_cents": total, "prepared_by": desk.staff_id}
        set_state(run, RunState.CALCULATED, **changes)
        act.about("bill run", number)
        act.after = {
            "state": RunState.CALCULATED.value,
            "bills": bills,
            "total_cents": total,
            "parked": items[ItemState.PARKED],
            "held": items[ItemState.HELD],
        }
    return find_run(number)
