"""Reverse a posted bill, and post the one that takes its place; inside a transaction (BIL-12).

What the customer owed stays as old as it was: the new debt keeps the old due days up to the old
amount, and only what comes on top falls due anew.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from billing_tui.billing.calculate import draft_bill
from billing_tui.billing.correction import charged
from billing_tui.billing.draft_rows import build_rows, free_ids
from billing_tui.billing.finals import finish_finals, reopen_finals
from billing_tui.billing.gather import add_balances
from billing_tui.billing.past_facts import Overlay, past_facts
from billing_tui.billing.post_run import first_number
from billing_tui.billing.rate_book import RateBook
from billing_tui.billing.recheck import SecondOpinion
from billing_tui.billing.tables import Bill, BillService, CancelledBill
from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import Refused
from billing_tui.ledger.chart import read_chart
from billing_tui.ledger.journal import Entry, charge_legs
from billing_tui.ledger.post_entry import insert_entries, reversed_entry
from billing_tui.ledger.tables import EntryKind
from billing_tui.rates.approve_schedule import mark_in_use

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from billing_tui.access.desk import Desk
    from billing_tui.billing.calculate import DraftBill
    from billing_tui.billing.correction import BillChange
    from billing_tui.ledger.chart import Chart
    from billing_tui.ledger.journal import Leg

_OLD_DEBTS = """
SELECT gl_account_id, service, due, cents FROM posting
WHERE entry_id = ? AND account_id IS NOT NULL AND cents > 0 ORDER BY due NULLS FIRST, id
"""


def _entry_of(bill_id: int) -> int | None:
    found = rows_of("SELECT entry_id FROM bill WHERE id = ?", (bill_id,))[0][0]
    return int(found) if found is not None else None


def reverse_bill(desk: Desk, change: BillChange, reason: str) -> None:
    """Reverse a bill's entry to the leg, and free its days."""
    bill, entry, reversal = change.bill, _entry_of(change.bill.id), None
    if entry is not None:
        undone = reversed_entry(entry, desk.business_day, reason)
        reversal = insert_entries(desk.staff_id, [undone], reverses=entry)[0]
    BillService.update(live=False).where(BillService.bill == bill.id).execute()
    CancelledBill.create(
        bill=bill.id,
        entry=reversal,
        day=desk.business_day,
        difference_cents=change.difference_cents,
        reason=reason,
        staff=desk.staff_id,
        at=desk.clock().isoformat(timespec="seconds"),
    )


def _aged(legs: Sequence[Leg], entry: int | None) -> Iterator[Leg]:
    """Debts of the new bill with the due days of the old one, as far as the old one went."""
    old: dict[tuple[Any, str], list[list[Any]]] = {}
    for gl, service, due, cents in rows_of(_OLD_DEBTS, (entry,)) if entry is not None else ():
        old.setdefault((gl, service), []).append([due, cents])
    for leg in legs:
        rest = leg.cents
        for due, cents in old.get((leg.gl, leg.service or ""), ()) if leg.account else ():
            part = min(rest, cents)
            if part > 0 and due is not None:
                yield leg._replace(cents=part, due=date.fromisoformat(due))
                rest -= part
        if rest:
            yield leg._replace(cents=rest)


def _insert(desk: Desk, change: BillChange, draft: DraftBill, chart: Chart) -> tuple[int, str]:
    """One new bill with its entry; returns its row and its number."""
    old, today = change.bill, desk.business_day
    due = today + (old.due_day - old.bill_day)
    account = draft.account
    rows = build_rows(None, today, due, [draft], free_ids())
    rows.insert()
    bill_id = rows.first_bill
    prefix, number = first_number(today)
    name = f"{prefix}{number:07d}"
    charges = [
        (line.revenue, part.service.kind, line.cents)
        for part in draft.services
        for line in part.lines
        if line.cents
    ]
    legs = tuple(_aged(charge_legs(chart, charges, account=account.id, due=due), _entry_of(old.id)))
    entry = None
    if legs:
        posted = Entry(today, EntryKind.BILL, name, legs, f"Corrects bill {old.number}")
        entry = insert_entries(desk.staff_id, [posted], chart=chart)[0]
    newest = rows_of("SELECT coalesce(max(id), 0) FROM journal_entry")[0][0]
    Bill.update(
        state="posted", number=name, entry=entry, counted_entry=newest, replaces=old.id
    ).where(Bill.id == bill_id).execute()
    return bill_id, name


def _ask_once(drafts: Sequence[DraftBill], day: date) -> None:
    """Let the last draft of each account ask for all that is owed, and the others for nothing.

    The last one counts on from the bill before the correction, so that what the others charge is
    in its adjustments; theirs take their own charges back.
    """
    last = {draft.account.id: draft for draft in drafts}
    add_balances({key: draft.account for key, draft in last.items()}, day)
    for draft in drafts:
        if draft is last[draft.account.id]:
            others = [one for one in drafts if one.account.id == draft.account.id]
            draft.account.adjustments_cents += sum(one.current_cents for one in others[:-1])
        else:
            draft.account.adjustments_cents = -draft.current_cents


def _agree(ids: Sequence[int]) -> None:
    """The second calculator must come to the same before anything is saved."""
    for differences in SecondOpinion().check_bills(ids).values():
        raise Refused(
            f"The second calculator differs: {differences[0]} Nothing was saved.",
            code="SECOND-CALCULATOR",
        )


def take_place(desk: Desk, changes: Sequence[BillChange]) -> tuple[str, ...]:
    """Post the bills that take the place of reversed ones, oldest first; returns their numbers.

    Each is computed once more, from the records as they are saved now.

    Raises:
        Refused: it does not come to what was previewed, or the second calculator differs.
    """
    chart, book = read_chart(), RateBook()
    drafts: list[tuple[BillChange, DraftBill]] = []
    for change in changes:
        if change.draft is None:
            continue
        until = max(part.to_day for part in change.bill.services) + timedelta(days=1)
        draft = draft_bill(past_facts(change.bill, Overlay()), until, book)
        if charged(change.draft) != charged(draft):
            raise Refused(
                f"Bill {change.bill.title} does not come to what was previewed; nothing was saved.",
                code="PLAN-STALE",
            )
        mark_in_use(version for part in draft.services for version in part.version_ids)
        drafts.append((change, draft))
    _ask_once([draft for _, draft in drafts], desk.business_day)
    done = [_insert(desk, change, draft, chart) for change, draft in drafts]
    _agree([bill_id for bill_id, _ in done])
    accounts = [change.bill.account_id for change in changes]
    reopen_finals(accounts)
    finish_finals(accounts)
    return tuple(number for _, number in done)
