"""Post an approved run: bills get their numbers, the journal its entries, all or nothing by chunk.

A chunk holds the lock for about twenty milliseconds, so that clerks never wait. A run that was
killed is posted again: what is posted is skipped, what is not follows, nothing comes twice.
"""

from __future__ import annotations

import time
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.billing.facts import AccountFact
from billing_tui.billing.finals import finish_finals
from billing_tui.billing.gather import add_balances
from billing_tui.billing.rate_book import RateBook
from billing_tui.billing.register import register_digest
from billing_tui.billing.runs import RunView, count_items, find_run, require_next, set_state
from billing_tui.billing.states import ItemState, RunState
from billing_tui.billing.tables import BillRun
from billing_tui.foundation.bulk import next_id, rows_of, run_many
from billing_tui.foundation.errors import Refused
from billing_tui.foundation.model import bound
from billing_tui.ledger.chart import Chart, read_chart
from billing_tui.ledger.journal import Entry, Leg, charge_legs
from billing_tui.ledger.post_entry import insert_entries
from billing_tui.ledger.receivables import balances
from billing_tui.ledger.tables import EntryKind, JournalEntry
from billing_tui.rates.approve_schedule import mark_in_use

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from billing_tui.access.desk import Desk

HOLD_SECONDS = 0.020
"""How long one chunk may hold the lock; the size of the next one follows from it."""
SMALLEST_CHUNK = 50
"""Bills in a chunk on a slow or busy disk; fewer would cost more than they spare."""

_BILLS = """
    SELECT b.id, b.account_id, b.previous_cents, b.payments_cents, b.adjustments_cents,
           b.current_cents
      FROM run_item i JOIN bill b ON b.run_id = i.run_id AND b.account_id = i.account_id
     WHERE i.run_id = ? AND i.state = 'computed' ORDER BY i.account_id LIMIT ?
"""
_CHARGES = """
    SELECT l.bill_id, l.revenue, s.kind, sum(l.cents)
      FROM bill_line l JOIN bill_service s ON s.id = l.bill_service_id
     WHERE l.bill_id IN ({ids}) AND l.cents <> 0
     GROUP BY l.bill_id, l.revenue, s.kind ORDER BY l.bill_id
"""
_POSTED = """
    UPDATE bill SET state = 'posted', number = ?, entry_id = ?, counted_entry = ?,
           previous_cents = ?, payments_cents = ?, adjustments_cents = ?, due_cents = ?
     WHERE id = ? AND state = 'draft'
"""


class Ready(NamedTuple):
    """A draft with the legs of its entry, made before the lock is taken."""

    bill_id: int
    account_id: int
    previous_cents: int
    payments_cents: int
    adjustments_cents: int
    current_cents: int
    legs: tuple[Leg, ...]


def _next_chunk(run: RunView, chart: Chart, size: int) -> list[Ready]:
    bills = rows_of(_BILLS, (run.id, size))
    if not bills:
        return []
    ids = [row[0] for row in bills]
    marks = ", ".join("?" * len(ids))
    charges = {
        key: [(revenue, service, int(cents)) for _, revenue, service, cents in group]
        for key, group in groupby(rows_of(_CHARGES.replace("{ids}", marks), ids), key=itemgetter(0))
    }
    return [
        Ready(
            bill, account, previous, payments, adjustments, current,
            charge_legs(chart, charges.get(bill, ()), account=account, due=run.due_day),
        )
        for bill, account, previous, payments, adjustments, current in bills
    ]  # fmt: skip


def first_number(bill_day: date) -> tuple[str, int]:
    """Prefix of the year and the first free number in it; only inside the write transaction."""
    prefix = f"B{bill_day:%y}-"
    newest = rows_of(
        "SELECT max(number) FROM bill WHERE number >= ? AND number < ?", (prefix, prefix + "~")
    )[0][0]
    return prefix, int(newest.removeprefix(prefix)) + 1 if newest else 1


def _refreshed(chunk: list[Ready]) -> Iterator[Ready]:
    """The chunk with balances as they stand now: payments go on while a run is audited."""
    now = balances([ready.account_id for ready in chunk])
    stale: dict[int, AccountFact] = {}
    for ready in chunk:
        shown = ready.previous_cents + ready.payments_cents + ready.adjustments_cents
        if shown != now.get(ready.account_id, 0):
            stale[ready.account_id] = AccountFact(ready.account_id, "")
    if stale:
        add_balances(stale)
    for ready in chunk:
        fact = stale.get(ready.account_id)
        yield (
            ready
            if fact is None
            else ready._replace(
                previous_cents=fact.previous_cents,
                payments_cents=fact.payments_cents,
                adjustments_cents=fact.adjustments_cents,
            )
        )


def _insert_chunk(desk: Desk, run: RunView, chart: Chart, chunk: list[Ready]) -> tuple[int, int]:
    """Entries, numbers and states of one chunk; returns bills and cents."""
    prefix, number = first_number(run.bill_day)
    bills, entries = list(_refreshed(chunk)), []
    entry_id = next_id(JournalEntry)
    updates: list[tuple[Any, ...]] = []
    for ready in bills:
        name = f"{prefix}{number:07d}"
        number += 1
        if ready.legs:
            entries.append(Entry(run.bill_day, EntryKind.BILL, name, ready.legs))
        owed = ready.previous_cents + ready.payments_cents + ready.adjustments_cents
        newest = entry_id + len(entries) - 1
        updates.append(
            (
                name,
                newest if ready.legs else None,
                newest,
                ready.previous_cents,
                ready.payments_cents,
                ready.adjustments_cents,
                owed + ready.current_cents,
                ready.bill_id,
            )
        )
    insert_entries(desk.staff_id, entries, chart=chart)
    mark = bound().param
    run_many(_POSTED.replace("?", mark), updates)
    flip = "UPDATE run_item SET state = 'posted' WHERE run_id = ? AND account_id = ?"
    run_many(flip.replace("?", mark), [(run.id, ready.account_id) for ready in bills])
    return len(bills), sum(ready.current_cents for ready in bills)


def _post_chunk(desk: Desk, run: RunView, chart: Chart, chunk: list[Ready]) -> float:
    """Post one chunk in one transaction; returns how long the lock was held, in seconds."""
    with writing(desk, Right.POST_RUN, "billing.post_chunk") as act:
        start = time.perf_counter()
        now = BillRun.get_by_id(run.id).state
        if now != RunState.APPROVED:
            raise Refused(f"Run {run.number} is {now}; it is not posted any further.")
        waiting = {
            account
            for (account,) in rows_of(
                "SELECT account_id FROM run_item WHERE run_id = ? AND state = 'computed'"
                " AND account_id BETWEEN ? AND ?",
                (run.id, chunk[0].account_id, chunk[-1].account_id),
            )
        }
        mine = [ready for ready in chunk if ready.account_id in waiting]
        bills, cents = _insert_chunk(desk, run, chart, mine) if mine else (0, 0)
        act.about("bill run", run.number)
        act.after = {"posted": bills, "cents": cents, "from": chunk[0].account_id}
        if finals := finish_finals([ready.account_id for ready in mine]):
            act.after["final"] = finals
    return time.perf_counter() - start


def _begin(desk: Desk, run: RunView) -> None:
    """Note under which rate versions bills are about to stand; from now on they never change."""
    periods = rows_of(
        "SELECT DISTINCT s.schedule, s.from_day, s.to_day FROM bill b"
        " JOIN bill_service s ON s.bill_id = b.id WHERE b.run_id = ?",
        (run.id,),
    )
    book = RateBook()
    versions = {
        version
        for schedule, start, end in periods
        for version in book.versions(
            schedule, date.fromisoformat(start), date.fromisoformat(end)
        ).ids
    }
    with writing(desk, Right.POST_RUN, "billing.begin_posting") as act:
        mark_in_use(versions)
        act.about("bill run", run.number)
        act.after = {"rate_versions": sorted(versions)}


def post_run(
    desk: Desk, number: str, *, progress: Callable[[int, int], None] | None = None
) -> RunView:
    """Post all bills of an approved run; call it again to resume one that was interrupted.

    Raises:
        RunRefused: the run is not approved.
        Refused: the charges are not those that were approved.
    """
    run = find_run(number)
    require_next(run, RunState.POSTED)
    desk.require(Right.POST_RUN)
    if register_digest(run.id) != run.register_digest:
        raise Refused(f"The charges of run {number} are not those that were approved.")
    if not run.items[ItemState.POSTED]:
        _begin(desk, run)
    chart, size = read_chart(), SMALLEST_CHUNK
    while chunk := _next_chunk(run, chart, size):
        held = _post_chunk(desk, run, chart, chunk)
        size = max(SMALLEST_CHUNK, min(1000, int(size * HOLD_SECONDS / max(held, 0.001))))
        if progress:
            progress(count_items(run.id, ItemState.POSTED), run.bills)
    with writing(desk, Right.POST_RUN, "billing.post_run") as act:
        set_state(run, RunState.POSTED)
        act.about("bill run", number)
        act.before = {"state": run.state.value}
        act.after = {"state": RunState.POSTED.value, "bills": run.bills, "cents": run.total_cents}
    return find_run(number)
