"""Moves and exchanges in any order: whatever is entered or undone, the books hold."""

from __future__ import annotations

import tempfile
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from hypothesis.strategies import integers, sampled_from
from moves import place_of, starts, stops, version_of
from offices import desks, found_in
from town import READ_DAY, START, build_town, plan, read_all

from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import ProblemsFound, Refused
from billing_tui.foundation.units import Unit
from billing_tui.metering.invariants import INVARIANTS as METERING
from billing_tui.metering.tables import Read
from billing_tui.records.invariants import INVARIANTS as RECORDS
from billing_tui.records.new_records import NewCustomer, NewMeter
from billing_tui.records.tables import Account, Meter, ServicePoint
from billing_tui.service_orders.exchange_meter import ExchangeForm, exchange_meter
from billing_tui.service_orders.invariants import INVARIANTS
from billing_tui.service_orders.picture import picture_text
from billing_tui.service_orders.start_service import start_service
from billing_tui.service_orders.stop_service import stop_service
from billing_tui.service_orders.transfer_service import transfer_service
from billing_tui.service_orders.undo_move import undo_move

DAYS = integers(0, 12).map(lambda n: date(2026, 10, 16) + timedelta(days=n))
HOUSES = sampled_from([0, 1])


class Moves(RuleBasedStateMachine):
    """Two houses; each move is remembered with the picture before it."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.office = found_in(Path(self.folder.name) / "home")
        self.desk = desks(self.office)
        accounts = build_town(self.desk, 2)
        self.places = [place_of(account) for account in accounts]
        instance = plan(self.desk, "2026-10", READ_DAY, date(2026, 10, 20))
        read_all(
            self.desk,
            instance,
            {"M000001": 1009, "M000002": 1018},
            READ_DAY,
            Path(self.folder.name),
        )
        self.used = [9, 18]
        self.meters = [(f"M{n:06d}", 1000 + 9 * n, READ_DAY) for n in (1, 2)]
        self.exchanges = 0
        self.moves: list[tuple[int, str]] = []
        self.comers = 0

    def teardown(self) -> None:
        """Close the office and remove its folder."""
        self.office.close()
        self.folder.cleanup()

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

    def comer(self) -> NewCustomer:
        """Somebody new."""
        self.comers += 1
        return NewCustomer(name=f"Comer, Number {chr(64 + self.comers % 26 + 1)}")

    @rule(house=HOUSES, day=DAYS)
    def stop(self, house: int, day: date) -> None:
        """Whoever is there leaves; refused behind the last read or start."""
        account, before = self.active(house), picture_text(self.places)
        if account is None:
            return
        form = stops(account.id, self.shows(house, day), day)
        try:
            moved = stop_service(self.desk("maria"), form, version=version_of(account.id))
        except ProblemsFound:
            assert picture_text(self.places) == before
            return
        self.entered(before, moved.move_id)

    @rule(house=HOUSES, day=DAYS)
    def start(self, house: int, day: date) -> None:
        """Somebody comes; refused where somebody is, or behind the last read."""
        before = picture_text(self.places)
        form = starts(self.places[house], self.shows(house, day), day, self.comer())
        try:
            moved = start_service(self.desk("maria"), form)
        except ProblemsFound:
            assert picture_text(self.places) == before
            return
        self.entered(before, moved.move_id)

    @rule(house=HOUSES, day=DAYS)
    def transfer(self, house: int, day: date) -> None:
        """Whoever is in one house goes to the other."""
        account, before = self.active(house), picture_text(self.places)
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

    @rule(house=HOUSES, day=DAYS, first=integers(0, 990))
    def exchange(self, house: int, day: date, first: int) -> None:
        """The house gets another meter; moves before it can no longer be undone."""
        before = picture_text(self.places)
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
        self.moves.clear()

    @precondition(lambda self: self.moves)
    @rule()
    def undo_the_newest(self) -> None:
        """The newest move always comes to nothing."""
        move_id, before = self.moves.pop()
        undo_move(self.desk("maria"), move_id, why="taken back")
        assert picture_text(self.places) == before

    @precondition(lambda self: len(self.moves) > 1)
    @rule(which=integers(0, 20))
    def undo_an_older_one(self, which: int) -> None:
        """Refused where it was overtaken; where it is not, only its own places change."""
        at = which % (len(self.moves) - 1)
        before = picture_text(self.places)
        try:
            undo_move(self.desk("maria"), self.moves[at][0], why="taken back")
        except Refused:
            assert picture_text(self.places) == before
            return
        self.moves.clear()

    @invariant()
    def the_books_hold(self) -> None:
        """Records, reads and moves are as they must be; no two take a point on one day."""
        checks = (*RECORDS, *METERING, *INVARIANTS)
        assert [s for one in checks for s in one.broken()] == []

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
            assert total[0] == (self.used[house] + (newest.day - READ_DAY).days) * 1000
            assert total[1] == (newest.day - START).days


TestMoves = pytest.mark.slow(Moves.TestCase)
TestMoves.settings = settings(max_examples=6, stateful_step_count=14, deadline=None, database=None)
