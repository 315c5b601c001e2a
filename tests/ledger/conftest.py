"""A chart of accounts, a few customers' accounts, and ways to charge and pay them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from billing_tui.foundation.bulk import insert_rows
from billing_tui.foundation.data_files import data_path
from billing_tui.foundation.transaction import write_transaction
from billing_tui.ledger.chart import found_chart, read_chart
from billing_tui.ledger.journal import Entry, charge_legs, payment_legs
from billing_tui.ledger.tables import EntryKind
from billing_tui.records.tables import Account, Customer, Cycle, Location

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from billing_tui.ledger.chart import Chart
    from billing_tui.operations.office import Office

ACCOUNTS = 1200
"""More than two chunks of the bulk look-ups."""


@pytest.fixture(scope="session")
def chart_text() -> str:
    """The shipped chart as text."""
    return data_path("chart_of_accounts.yaml").read_text(encoding="utf-8")


@pytest.fixture
def chart(office: Office, chart_text: str) -> Chart:
    """The shipped chart, in force."""
    with write_transaction(office.store):
        found_chart(chart_text)
    return read_chart()


@pytest.fixture
def accounts(office: Office) -> range:
    """Ids of accounts that nothing was posted to yet."""
    ids = range(1, ACCOUNTS + 1)
    with write_transaction(office.store):
        Cycle.create(code="07", name="Cycle 7")
        customer = ("id", "number", "kind", "name", "mailing_name", "email", "language", "version")
        insert_rows(
            Customer, customer, [(n, f"C{n}", "person", "A", "A", "", "en", 1) for n in ids]
        )
        place = ("id", "number", "house", "street", "unit", "city", "state", "zip", "parcel")
        insert_rows(
            Location,
            (*place, "version"),
            [(n, f"L{n}", "1", "Elm", "", "X", "CA", "90000", "", 1) for n in ids],
        )
        account = ("id", "number", "customer_id", "location_id", "cycle_id", "status", "opened")
        insert_rows(
            Account,
            (*account, "legacy_number", "version"),
            [(n, f"{n}-01", n, n, 1, "Active", "2020-01-01", "", 1) for n in ids],
        )
    return ids


@pytest.fixture
def bill(chart: Chart) -> Callable[..., Entry]:
    """A bill ready to post: `bill("B1", account, day, due, {"water.usage": 2496})`."""

    def make(
        reference: str,
        account: int,
        day: date,
        due: date,
        charges: dict[str, int],
        *,
        service: str | None = None,
    ) -> Entry:
        rows = [(role, service or role.split(".")[0], cents) for role, cents in charges.items()]
        legs = charge_legs(chart, rows, account=account, due=due)
        return Entry(day, EntryKind.BILL, reference, legs)

    return make


@pytest.fixture
def payment(chart: Chart) -> Callable[..., Entry]:
    """A payment ready to post: `payment("R1", account, day, {"water": 1000})`."""

    def make(reference: str, account: int, day: date, paid: dict[str, int]) -> Entry:
        parts = {
            (chart.of(f"receivable.{service}").id, service): cents
            for service, cents in paid.items()
        }
        legs = payment_legs(chart, parts, account=account)
        return Entry(day, EntryKind.PAYMENT, reference, legs)

    return make
