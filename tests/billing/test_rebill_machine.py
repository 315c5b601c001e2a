"""Any sequence of corrections: the books hold, and an account owes what its live bills charge."""

from __future__ import annotations

import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from bills import bill
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from hypothesis.strategies import booleans, integers
from offices import desks, found_in
from town import READ_DAY, build_town, plan, read_all

from billing_tui.access.approval_policy import ApprovalPolicy, KindPolicy, LimitClass
from billing_tui.access.rights import Role
from billing_tui.billing.cancel_rebill import CANCEL_REBILL, cancel_rebill
from billing_tui.billing.correction import Correction, MeterFix
from billing_tui.billing.facts import AccountFact
from billing_tui.billing.gather import add_balances
from billing_tui.billing.plan_correction import plan_correction
from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import BillingError
from billing_tui.foundation.units import Unit
from billing_tui.ledger.receivables import balances
from billing_tui.metering.plan_read_fix import ReadFix
from billing_tui.metering.point_reads import point_of_meter, reads_of_point
from billing_tui.operations.verify import verify_office
from billing_tui.records.tables import Meter

if TYPE_CHECKING:
    from billing_tui.access.desk import Desk

DAYS = (READ_DAY, date(2026, 11, 13), date(2026, 12, 14))
TODAY = date(2026, 12, 21)
ANY = ApprovalPolicy(
    {
        CANCEL_REBILL: KindPolicy(
            "any", frozenset({Role.LEAD}), (LimitClass("any", 10**9, frozenset({Role.LEAD})),)
        )
    },
    30,
)
HOUSES = integers(0, 1)
_LIVE = """
SELECT b.id, b.number FROM bill b WHERE b.account_id = ? AND b.state = 'posted'
AND NOT EXISTS (SELECT 1 FROM cancelled_bill c WHERE c.bill_id = b.id) ORDER BY b.id
"""
_CHARGED = """
SELECT coalesce(sum(b.current_cents), 0) FROM bill b WHERE b.account_id = ?
AND b.state = 'posted' AND NOT EXISTS (SELECT 1 FROM cancelled_bill c WHERE c.bill_id = b.id)
"""


class Corrections(RuleBasedStateMachine):
    """Two houses, three months billed; then nothing but corrections."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.office = found_in(Path(self.folder.name) / "home")
        sit = desks(self.office)
        self.accounts = build_town(sit, 2)
        for month, day in enumerate(DAYS, start=10):
            instance = plan(sit, f"2026-{month}", day, day + timedelta(days=6))
            shown = {f"M00000{house}": 1000 + (month - 9) * 10 * house for house in (1, 2)}
            read_all(sit, instance, shown, day, Path(self.folder.name))
            bill(sit, f"2026-{month}")
        self.lead: Desk = sit("luis", TODAY)

    def teardown(self) -> None:
        """Close the office and remove its folder."""
        self.office.close()
        self.folder.cleanup()

    def _do(self, correction: Correction) -> None:
        """Carry out, or leave everything as it was."""
        before = balances(self.accounts)
        try:
            found = plan_correction(correction, TODAY)
            done = cancel_rebill(
                self.lead, correction, seen=found.digest, reason="machine", policy=ANY
            )
        except BillingError:
            assert balances(self.accounts) == before
            return
        after = balances(self.accounts)
        assert sum(after.values()) - sum(before.values()) == done.difference_cents
        assert done.difference_cents == found.difference_cents

    @rule(house=HOUSES, month=integers(0, 2), shown=integers(1001, 1070))
    def correct_a_read(self, house: int, month: int, shown: int) -> None:
        """A register was misread."""
        point = point_of_meter(f"M00000{house + 1}").point_id
        read = reads_of_point(point)[month + 1]
        self._do(Correction(reads=(ReadFix(read.read_id, shown),)))

    @rule(house=HOUSES, size=booleans(), milli=integers(1, 3))
    def correct_a_meter(self, house: int, size: bool, milli: int) -> None:  # noqa: FBT001
        """The meter is another one than was thought."""
        meter = Meter.get(Meter.number == f"M00000{house + 1}")
        fix = MeterFix(
            meter.id, meter.version, '3/4"' if size else '5/8"', 6, Unit.CCF, milli * 500, READ_DAY
        )
        self._do(Correction(meter=fix))

    @rule(house=HOUSES, which=integers(0, 5))
    def rebill(self, house: int, which: int) -> None:
        """Nothing was wrong: the same comes again, and the balance stays."""
        bills = rows_of(_LIVE, (self.accounts[house],))
        if bills:
            number = bills[which % len(bills)][1]
            before = balances(self.accounts)
            if plan_correction(Correction(bills=(number,)), TODAY).weight_cents == 0:
                self._do(Correction(bills=(number,)))
                assert balances(self.accounts) == before

    @rule(house=HOUSES, which=integers(0, 5))
    def cancel(self, house: int, which: int) -> None:
        """A bill that should not exist."""
        bills = rows_of(_LIVE, (self.accounts[house],))
        if len(bills) > 1:
            number = bills[which % len(bills)][1]
            self._do(Correction(bills=(number,), rebill=False))

    @invariant()
    def the_books_hold(self) -> None:
        """Everything that `billing-tui verify` walks, the second calculator included."""
        assert [s for one in verify_office(self.office.store) for s in one.broken] == []

    @invariant()
    def an_account_owes_what_its_live_bills_charge(self) -> None:
        """To the cent, whatever was corrected in whichever order."""
        owed = balances(self.accounts)
        for account in self.accounts:
            assert rows_of(_CHARGED, (account,)) == [(owed[account],)]

    @invariant()
    def the_next_bill_asks_for_what_is_owed(self) -> None:
        """What was due on the last bill and what came since is the balance."""
        owed = balances(self.accounts)
        facts = {account: AccountFact(account, "") for account in self.accounts}
        add_balances(facts)
        for account, fact in facts.items():
            shown = fact.previous_cents + fact.payments_cents + fact.adjustments_cents
            assert shown == owed[account]


TestCorrections = pytest.mark.slow(Corrections.TestCase)
TestCorrections.settings = settings(
    max_examples=8, stateful_step_count=14, deadline=None, database=None
)
