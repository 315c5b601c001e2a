"""A ledger used at random, against a ledger kept in a dictionary."""

from __future__ import annotations

import shutil
import tempfile
from datetime import date, timedelta
from pathlib import Path

from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from billing_tui.access.hire import found_staff
from billing_tui.access.invariants import INVARIANTS as TRAIL
from billing_tui.access.rights import Role
from billing_tui.access.staff import sit_down
from billing_tui.access.trail import head
from billing_tui.foundation.data_files import data_path
from billing_tui.foundation.home import Home
from billing_tui.foundation.transaction import write_transaction
from billing_tui.ledger.chart import found_chart, read_chart
from billing_tui.ledger.invariants import INVARIANTS as LEDGER
from billing_tui.ledger.journal import Entry, Leg, charge_legs, payment_legs, share_out
from billing_tui.ledger.post_entry import post_entry, reverse_entry
from billing_tui.ledger.receivables import agings, balances, open_parts
from billing_tui.ledger.tables import EntryKind
from billing_tui.operations.office import found_office
from billing_tui.records.tables import Account, Customer, Cycle, Location

ACCOUNTS = (1, 2, 3)
ROLES = ("water.usage", "sewer.fixed", "refuse.fixed", "tax.uut", "discount.low_income")


class LedgerMachine(RuleBasedStateMachine):
    """Bills, payments, reversals and repeated requests, by a lead whose days go on."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        home = Home(self.folder, f"sqlite://{self.folder / 'billing.db'}")
        self.office = found_office(home, {})
        self.day = date(2026, 1, 5)
        with write_transaction(self.office.store):
            found_staff("luis", "Luis Vega", [Role.LEAD], self.day)
            found_chart(data_path("chart_of_accounts.yaml").read_text(encoding="utf-8"))
            Cycle.create(code="1", name="1")
            for n in ACCOUNTS:
                Customer.create(number=n, kind="person", name="A", mailing_name="A")
                Location.create(number=n, house="1", street="Elm", city="X", zip="9")
                Account.create(number=n, customer=n, location=n, cycle=1, opened=self.day)
        self.chart = read_chart()
        self.owed = dict.fromkeys(ACCOUNTS, 0)
        self.standing: dict[int, tuple[int, int]] = {}
        self.requests: list[tuple[Entry, str, int]] = []
        self.verbs = 0

    def teardown(self) -> None:
        """Leave nothing behind."""
        self.office.close()
        shutil.rmtree(self.folder)

    def post(self, kind: EntryKind, account: int, cents: int, legs: tuple[Leg, ...]) -> None:
        """Post with a key, and keep the books in the dictionary."""
        self.verbs += 1
        key = f"k{self.verbs}"
        entry = Entry(self.day, kind, f"N{self.verbs}", legs)
        desk = sit_down(self.office.store, self.office.home, "luis", self.day, station="t")
        posted = post_entry(desk, entry, key=key)
        self.owed[account] += cents
        self.standing[posted.id] = (account, cents)
        self.requests.append((entry, key, posted.id))

    @rule(
        account=st.sampled_from(ACCOUNTS),
        charges=st.dictionaries(st.sampled_from(ROLES), st.integers(-9_999, 99_999), min_size=1),
        term=st.integers(0, 60),
    )
    def bill(self, account: int, charges: dict[str, int], term: int) -> None:
        """Charge an account; discounts and credits included."""
        rows = [(role, "water", cents) for role, cents in charges.items()]
        due = self.day + timedelta(days=term)
        legs = charge_legs(self.chart, rows, account=account, due=due)
        if legs:
            self.post(EntryKind.BILL, account, sum(charges.values()), legs)

    @rule(account=st.sampled_from(ACCOUNTS), cents=st.integers(1, 150_000))
    def pay(self, account: int, cents: int) -> None:
        """Pay any amount, too much included."""
        parts = open_parts([account])[account]
        if parts:
            legs = payment_legs(self.chart, share_out(cents, parts), account=account)
            self.post(EntryKind.PAYMENT, account, -cents, legs)

    @precondition(lambda self: self.standing)
    @rule(which=st.integers(0, 10**6))
    def reverse(self, which: int) -> None:
        """Reverse any entry that stands, later or on the same day."""
        entry = sorted(self.standing)[which % len(self.standing)]
        account, cents = self.standing.pop(entry)
        desk = sit_down(self.office.store, self.office.home, "luis", self.day, station="t")
        reverse_entry(desk, entry, "a test")
        self.verbs += 1
        self.owed[account] -= cents

    @precondition(lambda self: self.requests)
    @rule(which=st.integers(0, 10**6))
    def repeat(self, which: int) -> None:
        """Send a request again: the first result comes back and nothing moves."""
        entry, key, number = self.requests[which % len(self.requests)]
        desk = sit_down(self.office.store, self.office.home, "luis", self.day, station="t")
        assert post_entry(desk, entry, key=key).id == number

    @rule(days=st.integers(1, 45))
    def wait(self, days: int) -> None:
        """Days pass."""
        self.day += timedelta(days=days)

    @invariant()
    def agrees(self) -> None:
        """Balance and aging are the dictionary's, nothing is broken, each verb is in the trail."""
        assert balances(ACCOUNTS) == self.owed
        aged = agings(ACCOUNTS, self.day)
        assert {account: found.balance for account, found in aged.items()} == self.owed
        assert [found for walk in (*LEDGER, *TRAIL) for found in walk.broken()] == []
        assert head()[0] == self.verbs


LedgerMachine.TestCase.settings = settings(
    max_examples=12, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
TestLedgerMachine = LedgerMachine.TestCase
