"""Entries as values: what balances, what may stand, and how a payment is spread."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from billing_tui.foundation.errors import Refused
from billing_tui.foundation.money import LIMIT_CENTS
from billing_tui.ledger.chart import GL, Chart
from billing_tui.ledger.chart_text import read_chart_text
from billing_tui.ledger.journal import (
    Entry,
    Leg,
    Unbalanced,
    charge_legs,
    payment_legs,
    settled,
    share_out,
)
from billing_tui.ledger.tables import EntryKind

if TYPE_CHECKING:
    from collections.abc import Iterable

DAY, DUE = date(2026, 11, 2), date(2026, 11, 25)
SERVICES = ("water", "sewer", "refuse", "stormwater", "electric")
ROLES = [
    "water.fixed",
    "water.usage",
    "sewer.usage",
    "refuse.fixed",
    "stormwater.fixed",
    "electric.usage",
    "tax.uut",
    "discount.low_income",
    "discount.water",
]
OWED = {(1, "water"): 1000, (2, "sewer"): 2000, (3, "refuse"): 3000}


@pytest.fixture(scope="module")
def chart_value(chart_text: str) -> Chart:
    """The shipped chart as a value, without a database; water.fire is closed."""
    gls = [
        GL(
            number,
            line.code,
            line.name,
            line.fund,
            line.role,
            line.role != "water.fire",
            line.role.startswith("receivable."),
        )
        for number, line in enumerate(read_chart_text(chart_text), start=1)
    ]
    return Chart(
        {key: gl for gl in gls for key in (gl.id, gl.role)},
        {gl.fund: gl for gl in gls if gl.is_receivable},
        {gl.fund: gl for gl in gls if gl.role.startswith("cash.")},
    )


def entry_of(legs: Iterable[Leg], kind: EntryKind = EntryKind.ADJUSTMENT) -> Entry:
    """An entry with these legs."""
    return Entry(DAY, kind, "A1", tuple(legs))


def owed(cents: int, **more: Any) -> Leg:
    """A water receivable leg."""
    return Leg("receivable.water", cents, **{"account": 1, "service": "water"} | more)


CREDIT = Leg("water.usage", -100)


@pytest.mark.parametrize(
    ("legs", "word"),
    [
        ((), "two legs"),
        ((owed(100),), "two legs"),
        ((owed(100), Leg("water.usage", -99)), "Water fund is off by 0.01"),
        ((owed(100), Leg("sewer.usage", -100)), "fund is off"),
        ((owed(0), CREDIT), "whole number"),
        ((owed(cents=True), CREDIT), "whole number"),
        ((owed(100.0), CREDIT), "whole number"),  # type: ignore[arg-type]
        ((owed(LIMIT_CENTS + 1), Leg("water.usage", -LIMIT_CENTS - 1)), "limit"),
        ((owed(100), Leg("water.fire", -100)), "closed"),
        ((owed(100, account=None), CREDIT), "needs a customer's account"),
        ((owed(100, service=None), CREDIT), "and a service"),
        ((owed(100), Leg("water.usage", -100, account=1)), "no receivable"),
        ((owed(100), Leg("water.usage", -100, due=DUE)), "no receivable"),
    ],
)
def test_what_may_not_stand_is_refused_with_the_reason(
    chart_value: Chart, legs: tuple[Leg, ...], word: str
) -> None:
    """Too few legs, a fund that is off, bad cents, closed accounts, misplaced customers."""
    with pytest.raises(Unbalanced, match=word):
        settled(entry_of(legs), chart_value)


def test_a_billed_debit_names_its_due_day(chart_value: Chart) -> None:
    """A bill whose debt never falls due cannot be aged, so it is refused."""
    with pytest.raises(Unbalanced, match="falls due"):
        settled(entry_of((owed(100), CREDIT), EntryKind.BILL), chart_value)
    dated = entry_of((owed(100, due=DUE), CREDIT), EntryKind.BILL)
    assert len(settled(dated, chart_value)) == 2


def test_an_entry_needs_a_reference(chart_value: Chart) -> None:
    """An entry that nobody can ask for by number is refused."""
    with pytest.raises(Unbalanced, match="reference"):
        settled(entry_of((owed(100), CREDIT))._replace(reference=" "), chart_value)


charges = st.lists(
    st.tuples(
        st.sampled_from(ROLES),
        st.sampled_from(SERVICES),
        st.integers(-10_000_000, 10_000_000),
    ),
    min_size=1,
    max_size=20,
)


@given(charges)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bill_balances_in_every_fund(
    chart_value: Chart, rows: list[tuple[str, str, int]]
) -> None:
    """Whatever the lines are, the legs stand, and the account owes what the lines sum to."""
    legs = charge_legs(chart_value, rows, account=7, due=DUE)
    assert sum(leg.cents for leg in legs if leg.account == 7) == sum(row[2] for row in rows)
    if legs:
        settled(entry_of(legs, EntryKind.BILL), chart_value)


@given(st.dictionaries(st.sampled_from(SERVICES), st.integers(-99_999, 99_999), min_size=1))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_payment_balances_in_every_fund(chart_value: Chart, paid: dict[str, int]) -> None:
    """Cash goes into the fund whose debt is paid."""
    parts = {
        (chart_value.of(f"receivable.{service}").id, service): cents
        for service, cents in paid.items()
    }
    legs = payment_legs(chart_value, parts, account=7)
    assert sum(leg.cents for leg in legs if leg.account == 7) == -sum(paid.values())
    if legs:
        settled(entry_of(legs, EntryKind.PAYMENT), chart_value)


keys = st.tuples(st.integers(1, 6), st.sampled_from(SERVICES))


@given(st.integers(1, 10**9), st.dictionaries(keys, st.integers(-(10**7), 10**7), min_size=1))
def test_a_payment_is_spread_to_the_cent(cents: int, owed_parts: dict[Any, int]) -> None:
    """The parts sum to the payment, and none is paid beyond its debt."""
    parts = share_out(cents, owed_parts)
    assert sum(parts.values()) == cents
    assert parts.keys() <= owed_parts.keys()
    debt = sum(part for part in owed_parts.values() if part > 0)
    if cents <= debt and cents != sum(owed_parts.values()):
        assert all(0 <= part <= owed_parts[key] for key, part in parts.items())


@pytest.mark.parametrize(
    ("cents", "parts"),
    [
        (6000, OWED),
        (3000, {(1, "water"): 500, (2, "sewer"): 1000, (3, "refuse"): 1500}),
        (100, {(1, "water"): 17, (2, "sewer"): 33, (3, "refuse"): 50}),
        (1, {(3, "refuse"): 1}),
        (6500, {(1, "water"): 1000, (2, "sewer"): 2000, (3, "refuse"): 3500}),
    ],
)
def test_shares_are_in_proportion_with_the_largest_remainder(
    cents: int, parts: dict[tuple[int, str], int]
) -> None:
    """Worked by hand: sixths, odd cents to the largest fraction, excess to the largest part."""
    assert share_out(cents, OWED) == parts


def test_paying_the_balance_clears_credits_too() -> None:
    """A credit in one service is moved to where the debt is."""
    owed_parts = {(1, "water"): 1000, (2, "sewer"): -300}
    assert share_out(700, owed_parts) == owed_parts


def test_there_must_be_something_to_pay() -> None:
    """A payment without any receivable is refused."""
    with pytest.raises(Refused, match="no receivable"):
        share_out(100, {})
