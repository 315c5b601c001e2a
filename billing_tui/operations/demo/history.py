"""Live through the months: read, bill, post and take payments, turn by turn.

Bills are computed by the office's own calculator from the facts that it would gather itself; only
the gathering is spared, since the demo knows them already (a test compares the two).
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from billing_tui.billing.calculate import draft_bill
from billing_tui.billing.draft_rows import BILL, LINE, READ, SERVICE, build_rows, free_ids
from billing_tui.billing.facts import AccountFact, ReadFact, ServiceFact
from billing_tui.billing.rate_book import RateBook
from billing_tui.billing.register import register_digest
from billing_tui.billing.states import BillState, ItemState, RunState
from billing_tui.billing.tables import Bill, BillLine, BillRead, BillRun, BillService, RunItem
from billing_tui.foundation.bulk import insert_rows
from billing_tui.ledger.chart import read_chart
from billing_tui.ledger.journal import Entry, charge_legs
from billing_tui.ledger.post_entry import insert_entries
from billing_tui.ledger.tables import EntryKind, JournalEntry, Posting
from billing_tui.metering.tables import Read
from billing_tui.operations.demo.dice import chance, seeded
from billing_tui.operations.demo.money_in import MoneyIn, book
from billing_tui.operations.demo.paying import Demand, payment
from billing_tui.operations.demo.reading import Reader
from billing_tui.records.kinds import FlagKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from random import Random

    from billing_tui.billing.calculate import DraftBill
    from billing_tui.operations.demo.calendar import Turn
    from billing_tui.operations.demo.place import AccountRow, Place
    from billing_tui.operations.demo.profile import Profile

HISTORY_TABLES = (Bill, BillLine, BillRead, BillService, JournalEntry, Posting, Read, RunItem)
"""The tables that history fills."""

_WATER = "water"
_AT_ONCE = 500
"""Places that are read and billed together, whatever the size of a cycle."""
_LEAK_CREDIT = 30
_OWED_BEFORE = 18


def facts_of(
    account: AccountRow, place: Place, reads: list[ReadFact], bill_day: date
) -> AccountFact:
    """What the office would gather for this account."""
    flags = account.flags_on(bill_day)
    shared = place.shared | {
        "low_income": "yes" if FlagKind.LOW_INCOME in flags else "no",
        "tax_exempt": "yes" if FlagKind.TAX_EXEMPT in flags else "no",
    }
    services = [
        ServiceFact(
            id=row.id,
            kind=row.kind,
            schedule=row.schedule,
            rate_class=row.rate_class,
            start=row.billed_to,
            end=account.tenure.closed,
            metered=row.kind == _WATER,
            attributes=shared | row.own,
            first=account.bills == 0,
        )
        for row in account.services
    ]
    services[0].attributes["meter_size"] = place.register.meter.size
    services[0].reads = reads
    return AccountFact(
        id=account.id,
        number=account.number,
        services=services,
        previous_cents=account.last_due,
        payments_cents=account.paid,
        adjustments_cents=account.adjusted,
        flags=frozenset(flag.value for flag in flags),
    )


class History:
    """The office of the demo city at work.

    Attributes:
        bills: how many have been posted.
        reader: keeps the reads.
        money: keeps what will be paid.
    """

    def __init__(self, profile: Profile, seed: int, staff: dict[str, int], serial: int) -> None:
        self.bills = 0
        self._profile = profile
        self._seed = seed
        self._staff = staff
        self._chart = read_chart()
        self._book = RateBook()
        self.reader = Reader(profile, serial)
        self.money = MoneyIn(staff["cass"], self._chart)
        self._numbers: dict[int, int] = {}
        self._runs: list[int] = []

    def begin(self, places: Iterable[Place]) -> None:
        """The first reads."""
        self.reader.begin(places)

    def only_read(self, turn: Turn, places: Sequence[Place]) -> None:
        """A turn before the office went live: its reads were brought over, its bills were not."""
        rng = seeded(self._seed, "turn", turn.cycle, turn.name)
        for account, _, reads in self.reader.read(places, turn, rng).of_account.values():
            for service in account.services:
                service.billed_to = reads[-1].day
            account.finished = account.tenure.closed == reads[-1].day

    def bring_over(self, turn: Turn, places: Sequence[Place]) -> None:
        """What some accounts still owed when the office went live with this turn."""
        rng = seeded(self._seed, "opening", turn.cycle)
        entries = []
        for place in places:
            for account in place.accounts:
                there = account.tenure.opened < turn.last_read_day and not account.finished
                if there and chance(rng, _OWED_BEFORE):
                    entries.append(self._opening(account, turn, rng.randint(3000, 26000)))
        insert_entries(self._staff["luis"], entries, chart=self._chart)

    def _opening(self, account: AccountRow, turn: Turn, cents: int) -> Entry:
        sewer = cents * 2 // 5 if any(one.kind == "sewer" for one in account.services) else 0
        shares = [("opening.water", _WATER, cents - sewer), ("opening.sewer", "sewer", sewer)]
        due = turn.last_read_day - timedelta(days=6)
        listed = (share for share in shares if share[2])
        legs = charge_legs(self._chart, listed, account=account.id, due=due)
        book(account, legs, self._chart)
        account.adjusted += cents
        memo = "Brought over from the system before this one"
        return Entry(turn.last_read_day, EntryKind.OPENING, f"O{account.number}", legs, memo)

    def turn(self, instance: int, turn: Turn, places: Sequence[Place]) -> None:
        """One reading and billing of a cycle, in the caller's transaction."""
        rng = seeded(self._seed, "turn", turn.cycle, turn.name)
        self.money.post_before(turn.bill_day)
        run = self._run(instance, turn)
        for start in range(0, len(places), _AT_ONCE):
            self._bill(run, turn, places[start : start + _AT_ONCE], rng)
        run.save()
        self._runs.append(run.id)

    def _bill(self, run: BillRun, turn: Turn, places: Sequence[Place], rng: Random) -> None:
        """Read some places and bill who lives there."""
        drafts: list[tuple[DraftBill, AccountRow]] = []
        for account, place, reads in self.reader.read(places, turn, rng).of_account.values():
            fact = facts_of(account, place, reads, turn.bill_day)
            drafts.append((draft_bill(fact, turn.read_day, self._book), account))
        self._post(run, turn, drafts)
        for draft, account in drafts:
            self._await(rng, turn, draft, account)

    def sign_registers(self) -> None:
        """Put the digest of its register on each run, once the lines are indexed."""
        for run in self._runs:
            digest = register_digest(run)
            BillRun.update(register_digest=digest).where(BillRun.id == run).execute()

    def _run(self, instance: int, turn: Turn) -> BillRun:
        run: BillRun = BillRun.create(
            instance=instance,
            number=f"{turn.name}-{turn.cycle}-1",
            state=RunState.CLOSED.value,
            prepared_by=self._staff["luis"],
            approved_by=self._staff["nora"],
            opened_at=f"{turn.bill_day}T16:00:00+00:00",
            bills=0,
            total_cents=0,
        )
        return run

    def _post(self, run: BillRun, turn: Turn, drafts: list[tuple[DraftBill, AccountRow]]) -> None:
        rows = build_rows(
            run.id, turn.bill_day, turn.due_day, (one for one, _ in drafts), free_ids()
        )
        entries = [self._entry(turn, draft, account) for draft, account in drafts]
        ids = insert_entries(self._staff["luis"], entries, chart=self._chart)
        state = BILL.index("state")
        posted: list[tuple[Any, ...]] = [
            (
                *row[:state],
                BillState.POSTED.value,
                *row[state + 1 :],
                entry.reference,
                number,
                number,
            )
            for row, entry, number in zip(rows.bills, entries, ids, strict=True)
        ]
        insert_rows(Bill, (*BILL, "number", "entry_id", "counted_entry"), posted)
        insert_rows(BillService, SERVICE, rows.services)
        insert_rows(BillRead, READ, rows.reads)
        insert_rows(BillLine, LINE, rows.lines)
        items = [(run.id, account.id, ItemState.POSTED.value, "") for _, account in drafts]
        insert_rows(RunItem, ("run_id", "account_id", "state", "reason"), items)
        run.bills += len(drafts)
        run.total_cents += sum(one.current_cents for one, _ in drafts)
        self.bills += len(drafts)

    def _entry(self, turn: Turn, draft: DraftBill, account: AccountRow) -> Entry:
        charges: dict[tuple[str, str], int] = {}
        for service in draft.services:
            for line in service.lines:
                key = (line.revenue, service.service.kind)
                charges[key] = charges.get(key, 0) + line.cents
        listed = ((role, kind, cents) for (role, kind), cents in charges.items() if cents)
        legs = charge_legs(self._chart, listed, account=account.id, due=turn.due_day)
        year = turn.bill_day.year
        self._numbers[year] = number = self._numbers.get(year, 0) + 1
        book(account, legs, self._chart)
        return Entry(turn.bill_day, EntryKind.BILL, f"B{year % 100:02d}-{number:07d}", legs)

    def _await(self, rng: Random, turn: Turn, draft: DraftBill, account: AccountRow) -> None:
        """Move the account on past its bill, and decide what it will pay."""
        account.last_due, account.paid, account.adjusted = draft.due_cents, 0, 0
        account.bills += 1
        for row, service in zip(account.services, draft.services, strict=True):
            row.billed_to = service.to_day
        last = account.tenure.closed is not None and account.tenure.closed <= turn.read_day
        account.finished = last
        demand = Demand(
            turn.bill_day,
            turn.due_day,
            draft.due_cents - account.coming,
            draft.current_cents,
            account.bills,
            last,
        )
        paid = payment(rng, account.tenure.habit, demand)
        if paid is not None:
            self.money.expect(account, paid.day, paid.cents, EntryKind.PAYMENT)
        usual = account.usual_cents
        if usual and draft.current_cents > 2 * usual and chance(rng, _LEAK_CREDIT):
            credit = (draft.current_cents - usual) // 2
            day = turn.bill_day + timedelta(days=rng.randint(6, 18))
            self.money.expect(account, day, credit, EntryKind.ADJUSTMENT)
        account.usual_cents = draft.current_cents
