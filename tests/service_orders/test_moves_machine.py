"""Moves, exchanges, reads and bill runs in any order: whatever is entered or undone, books hold.

Each rule is something that the office does, each invariant is asked after every one of them. A verb
that moves reads, services or bills gets its rule here.
"""

from __future__ import annotations

import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from bills import approve
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from hypothesis.strategies import booleans, integers, sampled_from
from moves import place_of, starts, stops, version_of
from offices import desks, found_in
from town import READ_DAY, START, build_town, plan, post_whatever, read_all

from billing_tui.access.approval_policy import ApprovalPolicy, KindPolicy, LimitClass
from billing_tui.access.rights import Role
from billing_tui.billing.approve_run import cancel_run
from billing_tui.billing.calculate_run import calculate_run
from billing_tui.billing.cancel_rebill import CANCEL_REBILL, cancel_rebill
from billing_tui.billing.correction import Correction
from billing_tui.billing.open_run import open_run
from billing_tui.billing.plan_correction import plan_correction
from billing_tui.billing.post_run import post_run
from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import BillingError, ProblemsFound, Refused
from billing_tui.foundation.units import Unit
from billing_tui.metering.close_keyed_batch import close_keyed_batch
from billing_tui.metering.key_reads import key_read
from billing_tui.metering.keyed_batch import find_row
from billing_tui.metering.open_keyed_batch import open_keyed_batch
from billing_tui.metering.plan_read_fix import ReadFix
from billing_tui.metering.point_reads import reads_of_point
from billing_tui.metering.tables import Read, ReadKind
from billing_tui.operations.verify import verify_office
from billing_tui.records.new_records import NewCustomer, NewMeter
from billing_tui.records.tables import Account, Meter, ServicePoint
from billing_tui.service_orders.exchange_meter import ExchangeForm, exchange_meter
from billing_tui.service_orders.picture import picture_text
from billing_tui.service_orders.place_meter import point_of, put_meter_in, take_meter_out
from billing_tui.service_orders.start_service import start_service
from billing_tui.service_orders.stop_service import stop_service
from billing_tui.service_orders.transfer_service import transfer_service
from billing_tui.service_orders.undo_move import undo_move

if TYPE_CHECKING:
    from billing_tui.access.desk import Desk

MONTH = timedelta(days=30)
AFTER = integers(2, 14)  # days from the newest reads to what is entered
HOUSES = sampled_from([0, 1])
ENDS = {ReadKind.EXCHANGE_OUT, ReadKind.EXCHANGE_IN}  # between them nothing else was counted
NO_LIMIT = ApprovalPolicy(
    {
        CANCEL_REBILL: KindPolicy(
            "any", frozenset({Role.LEAD}), (LimitClass("any", 10**9, frozenset({Role.LEAD})),)
        )
    },
    30,
)
_BILLED = """
SELECT a.number, sum(b.usage_milli), min(b.from_day), max(b.to_day), p.id FROM bill_service b
JOIN bill ON bill.id = b.bill_id JOIN account a ON a.id = bill.account_id
JOIN service s ON s.id = b.service_id JOIN service_point p ON p.id = s.service_point_id
WHERE b.live = 1 AND bill.state = 'posted' AND p.metered = 1 GROUP BY a.number, p.id
"""
_READ = """
SELECT coalesce(sum(d.usage_milli), 0) FROM read d WHERE d.service_point_id = ?
AND d.day > ? AND d.day <= ? AND d.withdraws_id IS NULL
AND NOT EXISTS (SELECT 1 FROM read w WHERE w.withdraws_id = d.id)
"""
_COUNTS = """
b.state = 'posted' AND NOT EXISTS (SELECT 1 FROM cancelled_bill c WHERE c.bill_id = b.id)
"""
_LIVE = f"SELECT b.number FROM bill b WHERE {_COUNTS} ORDER BY b.id"
_NEWEST = f"""
SELECT b.number FROM bill b WHERE {_COUNTS} AND NOT EXISTS (
  SELECT 1 FROM bill_service o JOIN bill l ON l.id = o.bill_id
  WHERE l.account_id = b.account_id AND o.live = 1 AND o.to_day >
   (SELECT max(m.to_day) FROM bill_service m WHERE m.bill_id = b.id))
ORDER BY b.id
"""
_CHARGED = f"""
SELECT a.number, coalesce(sum(p.cents), 0), (SELECT coalesce(sum(b.current_cents), 0) FROM bill b
 WHERE b.account_id = a.id AND {_COUNTS})
FROM account a LEFT JOIN posting p ON p.account_id = a.id GROUP BY a.id, a.number
"""


class Office(RuleBasedStateMachine):
    """Two houses, month by month; each move is remembered with the picture before it."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.office = found_in(Path(self.folder.name) / "home")
        self.sit = desks(self.office)
        accounts = build_town(self.sit, 2)
        self.places = [place_of(account) for account in accounts]
        self.used = [9, 18]
        self.without: list[list[date]] = [[], []]
        self.meters = [(f"M{n:06d}", 1000 + 9 * n, READ_DAY) for n in (1, 2)]
        self.months = 0
        self.since = READ_DAY
        self.billed = False
        self.run: str | None = None
        self.exchanges = self.comers = 0
        self.moves: list[tuple[int, str]] = []
        self.overtaken: list[int] = []
        self._read()

    def teardown(self) -> None:
        """Close the office and remove its folder."""
        self.office.close()
        self.folder.cleanup()

    @property
    def month(self) -> str:
        """Name of the cycle's newest instance."""
        return f"{2026 + (9 + self.months) // 12}-{(9 + self.months) % 12 + 1:02d}"

    def desk(self, username: str) -> Desk:
        """A desk nineteen days after the newest reads."""
        return self.sit(username, self.since + timedelta(days=19))

    def day(self, after: int) -> date:
        """A day of the open cycle."""
        return self.since + timedelta(days=after)

    def shows(self, house: int, day: date) -> dict[str, int]:
        """What the meter shows on a day: one count a day since October's read."""
        number, base, since = self.meters[house]
        return {number: base + (day - since).days}

    def active(self, house: int) -> Account | None:
        """Who holds the house now."""
        found: Account | None = Account.get_or_none(
            (Account.location == self.places[house]) & (Account.status == "Active")
        )
        return found

    def entered(self, before: str, move_id: int) -> None:
        """Remember a move."""
        self.moves.append((move_id, before))

    def overtake(self) -> None:
        """From now on something stands on the moves; whether they can be undone is not known."""
        self.overtaken += [move_id for move_id, _ in self.moves]
        self.moves.clear()

    def comer(self) -> NewCustomer:
        """Somebody new."""
        self.comers += 1
        return NewCustomer(name=f"Comer, Number {chr(64 + self.comers % 26 + 1)}")

    def _read(self) -> None:
        instance, shown = self._due()
        read_all(self.desk, instance, shown, self.since, Path(self.folder.name))

    def _due(self) -> tuple[int, dict[str, int]]:
        """The month's place in the calendar, and what both meters show on its day."""
        instance = plan(self.sit, self.month, self.since, self.since + timedelta(days=6))
        return instance, self.shows(0, self.since) | self.shows(1, self.since)

    def _key(self) -> None:
        """The reads come on paper; what a check asks about is keyed once more."""
        instance, shown = self._due()
        maria = self.desk("maria")
        batch = open_keyed_batch(maria, instance, "07-01", control_count=2).batch_id
        for place in (1, 2):
            reading = shown[find_row(batch, place).meter]
            if key_read(maria, batch, place, reading=reading).row.asks:
                key_read(maria, batch, place, reading=reading)
        post_whatever(self.desk, close_keyed_batch(maria, batch).upload.upload_id)

    @rule(house=HOUSES, after=AFTER)
    def stop(self, house: int, after: int) -> None:
        """Whoever is there leaves; refused behind the last read or start."""
        account, before, day = self.active(house), picture_text(self.places), self.day(after)
        if account is None:
            return
        form = stops(account.id, self.shows(house, day), day)
        try:
            moved = stop_service(self.desk("maria"), form, version=version_of(account.id))
        except ProblemsFound:
            assert picture_text(self.places) == before
            return
        self.entered(before, moved.move_id)

    @rule(house=HOUSES, after=AFTER)
    def start(self, house: int, after: int) -> None:
        """Somebody comes; refused where somebody is, or behind the last read."""
        before, day = picture_text(self.places), self.day(after)
        form = starts(self.places[house], self.shows(house, day), day, self.comer())
        try:
            moved = start_service(self.desk("maria"), form)
        except ProblemsFound:
            assert picture_text(self.places) == before
            return
        self.entered(before, moved.move_id)

    @rule(house=HOUSES, after=AFTER)
    def transfer(self, house: int, after: int) -> None:
        """Whoever is in one house goes to the other."""
        account, before, day = self.active(house), picture_text(self.places), self.day(after)
        if account is None:
            return
        leaves = stops(account.id, self.shows(house, day), day)
        comes = starts(self.places[1 - house], self.shows(1 - house, day), day)
        try:
            moved = transfer_service(
                self.desk("maria"), leaves, comes, version=version_of(account.id)
            )
        except ProblemsFound:
            assert picture_text(self.places) == before
            return
        self.entered(before, moved.move_id)

    @rule(house=HOUSES, after=AFTER, first=integers(0, 990))
    def exchange(self, house: int, after: int, first: int) -> None:
        """The house gets another meter; moves before it can no longer be undone."""
        before, day = picture_text(self.places), self.day(after)
        number, _, _ = self.meters[house]
        old = Meter.get(Meter.number == number)
        point = ServicePoint.get(
            (ServicePoint.location == self.places[house]) & (ServicePoint.kind == "water")
        )
        comes = NewMeter(number=f"N{self.exchanges:06d}", size='1"', dials=5, unit=Unit.CCF)
        form = ExchangeForm(
            service_point_id=point.id,
            day=day,
            out_reading=max(self.shows(house, day)[number], 0),
            comes=comes,
            in_reading=first,
        )
        try:
            exchange_meter(self.desk("maria"), form, version=old.version)
        except ProblemsFound:
            assert picture_text(self.places) == before
            return
        self.exchanges += 1
        self.meters[house] = (comes.number, first, day)
        self.overtake()

    @rule(house=HOUSES, after=AFTER, first=integers(0, 990))
    def out_and_later_in(self, house: int, after: int, first: int) -> None:
        """A meter comes out, on the next day another goes in; in between nothing is counted."""
        before, day = picture_text(self.places), self.day(after)
        number, _, _ = self.meters[house]
        old = Meter.get(Meter.number == number)
        reading = max(self.shows(house, day)[number], 0)
        maria, point = self.desk("maria"), point_of(old.id)
        try:
            take_meter_out(maria, old.id, day=day, reading=reading, version=old.version)
        except BillingError:
            assert picture_text(self.places) == before
            return
        new = NewMeter(number=f"N{self.exchanges:06d}", size='1"', dials=5, unit=Unit.CCF)
        put_in = day + timedelta(days=1)
        put_meter_in(maria, new, point, day=put_in, reading=first)
        self.exchanges += 1
        self.without[house].append(put_in)
        self.meters[house] = (new.number, first, put_in)
        self.overtake()

    @precondition(lambda self: self.billed)
    @rule(on_paper=booleans())
    def read(self, *, on_paper: bool) -> None:
        """A month later both meters are read, whoever lives there."""
        self.months, self.since, self.billed = self.months + 1, self.since + MONTH, False
        if on_paper:
            self._key()
        else:
            self._read()
        self.overtake()

    @precondition(lambda self: self.run is None and not self.billed)
    @rule()
    def calculate(self) -> None:
        """The month's run drafts its bills."""
        self.run = open_run(self.desk("luis"), "07", self.month).number
        calculate_run(self.desk("luis"), self.run)
        self.overtake()

    @precondition(lambda self: self.run is not None)
    @rule()
    def cancel(self) -> None:
        """The run is given up: of its drafts nothing stays."""
        assert self.run is not None
        cancel_run(self.desk("luis"), self.run, "read again")
        drafts = rows_of("SELECT count(*) FROM bill WHERE state = 'draft'")
        assert drafts == [(0,)]
        self.run = None

    @precondition(lambda self: self.run is not None)
    @rule()
    def post(self) -> None:
        """The run is approved by somebody else and posted; moves went on meanwhile."""
        assert self.run is not None
        approve(self.desk, self.run)
        post_run(self.desk("luis"), self.run)
        self.run, self.billed = None, True
        self.overtake()

    def _correct(self, correction: Correction) -> None:
        """Carry a correction out as previewed; what may not be leaves everything as it was."""
        lead = self.desk("luis")
        owed = rows_of(_CHARGED)
        try:
            seen = plan_correction(correction, lead.business_day).digest
            cancel_rebill(lead, correction, seen=seen, reason="machine", policy=NO_LIMIT)
        except BillingError:
            assert rows_of(_CHARGED) == owed
            return
        self.overtake()

    @precondition(lambda self: self.run is None)
    @rule(house=HOUSES, which=integers(0, 20), shown=integers(-2, 8))
    def correct_a_read(self, house: int, which: int, shown: int) -> None:
        """An older register was misread: what one period had too much the next one had too few."""
        points = ServicePoint.select().where(ServicePoint.location == self.places[house])
        metered = points.where(ServicePoint.metered == True).get()  # noqa: E712 - Peewee's way
        reads = reads_of_point(metered.id, 60)[:-1]
        reads = tuple(read for read in reads if not read.first and read.kind not in ENDS)
        if reads:
            wrong = reads[which % len(reads)]
            self._correct(Correction(reads=(ReadFix(wrong.read_id, wrong.reading + shown),)))

    @precondition(lambda self: self.run is None)
    @rule(which=integers(0, 40), again=booleans())
    def rebill(self, which: int, again: bool) -> None:  # noqa: FBT001 - Hypothesis gives it
        """Any bill that counts is billed again, or the newest of an account is taken back."""
        live = rows_of(_LIVE if again else _NEWEST)
        if live:
            self._correct(Correction(bills=(live[which % len(live)][0],), rebill=again))

    @precondition(lambda self: self.moves)
    @rule()
    def undo_the_newest(self) -> None:
        """The newest move always comes to nothing."""
        move_id, before = self.moves.pop()
        undo_move(self.desk("maria"), move_id, why="taken back")
        assert picture_text(self.places) == before

    @precondition(lambda self: len(self.moves) > 1 or self.overtaken)
    @rule(which=integers(0, 20))
    def undo_an_older_one(self, which: int) -> None:
        """Refused where it was overtaken; where it is not, only its own places change."""
        older = [*self.overtaken, *(move_id for move_id, _ in self.moves[:-1])]
        before = picture_text(self.places)
        try:
            undo_move(self.desk("maria"), older[which % len(older)], why="taken back")
        except (Refused, ProblemsFound):
            assert picture_text(self.places) == before
            return
        self.overtake()

    @invariant()
    def the_books_hold(self) -> None:
        """All that `billing-tui verify` walks: records, reads, moves, ledger, bills, trail."""
        assert [s for one in verify_office(self.office.store) for s in one.broken] == []

    @invariant()
    def every_count_is_somebody_s_once(self) -> None:
        """The usage of all reads of a house is what its meters moved, over all of its days."""
        for house, place in enumerate(self.places):
            total = rows_of(
                "SELECT coalesce(sum(d.usage_milli), 0), sum(coalesce(d.days, 0)) FROM read d"
                " JOIN service_point p ON p.id = d.service_point_id WHERE p.location_id = ?",
                (place,),
            )[0]
            newest = (
                Read.select()
                .join(ServicePoint)
                .where(ServicePoint.location == place)
                .order_by(Read.id.desc())
                .first()
            )
            lost = sum(day <= newest.day for day in self.without[house])
            assert total[0] == (self.used[house] + (newest.day - READ_DAY).days - lost) * 1000
            assert total[1] == (newest.day - START).days

    @invariant()
    def bills_are_what_was_read(self) -> None:
        """An account is billed for the counts between its reads, without a gap, and owes that."""
        for number, usage, first, last, point in rows_of(_BILLED):
            assert rows_of(_READ, (point, first, last)) == [(usage,)], number
        for number, owed, billed in rows_of(_CHARGED):
            assert owed == billed, number


TestOffice = pytest.mark.slow(Office.TestCase)
TestOffice.settings = settings(
    max_examples=12, stateful_step_count=24, deadline=None, database=None
)
