"""Aging as arithmetic: buckets, oldest first, and a sum that is the balance whatever happens."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, strategies as st

from billing_tui.ledger.aging import LABELS, Aging, age, bucket_of

if TYPE_CHECKING:
    from random import Random

DAY = date(2026, 11, 30)
days = st.dates(date(2024, 1, 1), date(2028, 12, 31))
items = st.lists(st.tuples(st.none() | days, st.integers(-(10**7), 10**7)), max_size=30)


@pytest.mark.parametrize(
    ("late", "label"),
    [
        (-5, "current"),
        (0, "current"),
        (1, "1-30"),
        (30, "1-30"),
        (31, "31-60"),
        (60, "31-60"),
        (61, "61-90"),
        (90, "61-90"),
        (91, "over 90"),
        (4000, "over 90"),
    ],
)
def test_a_debt_is_late_from_the_day_after_it_is_due(late: int, label: str) -> None:
    """Both edges of every bucket."""
    assert LABELS[bucket_of(DAY - timedelta(days=late), DAY)] == label


def test_credit_is_applied_to_the_oldest_first() -> None:
    """150.00 paid against 100.00 of June and 120.00 of October leaves 70.00 of October."""
    owed = [(date(2026, 10, 15), 12_000), (date(2026, 6, 15), 10_000), (None, -15_000)]
    assert age(owed, DAY) == Aging(days_31_60=7_000)


def test_what_is_left_of_a_credit_is_unapplied() -> None:
    """It stands beside the buckets, never inside them."""
    assert age([(DAY, 1_000), (None, -1_500)], DAY) == Aging(unapplied=-500)


def test_a_reversed_bill_does_not_pay_an_older_one() -> None:
    """The reversal names the due day of the bill that it takes back."""
    june, october = date(2026, 6, 15), date(2026, 10, 15)
    assert age([(june, 500), (october, 900), (october, -900)], DAY) == Aging(over_90=500)


def test_a_returned_payment_opens_the_old_debt_again() -> None:
    """The debt is as old as it ever was, not as young as the return."""
    june = date(2026, 6, 15)
    assert age([(june, 500), (None, -500), (None, 500)], DAY) == Aging(over_90=500)


def test_a_pool_that_is_overdrawn_is_current_debt() -> None:
    """Nothing says when it was due, so it is not late."""
    assert age([(None, 300)], DAY) == Aging(current=300)


@given(items, days)
def test_buckets_and_credit_sum_to_the_balance(
    owed: list[tuple[date | None, int]], day: date
) -> None:
    """Every cent is in exactly one place; debts are not negative, credit is not positive."""
    found = age(owed, day)
    assert found.balance == sum(cents for _, cents in owed)
    assert min(found.buckets) >= 0 >= found.unapplied
    assert found.past_due == sum(found.buckets) - found.current
    assert not found.unapplied or not any(found.buckets)


@given(items, days, st.randoms())
def test_the_order_of_items_does_not_matter(
    owed: list[tuple[date | None, int]], day: date, random: Random
) -> None:
    """Sums by due day are all that counts, so the database may add them up beforehand."""
    shuffled = list(owed)
    random.shuffle(shuffled)
    assert age(shuffled, day) == age(owed, day)


@given(items, days, st.integers(1, 400))
def test_debt_only_grows_older(owed: list[tuple[date | None, int]], day: date, more: int) -> None:
    """Later days move cents towards the older buckets and leave the balance alone."""
    now, later = age(owed, day), age(owed, day + timedelta(days=more))
    assert later.balance == now.balance
    for start in range(1, 5):
        assert sum(later.buckets[start:]) >= sum(now.buckets[start:])


@given(items, items, days)
def test_agings_add_up(
    left: list[tuple[date | None, int]], right: list[tuple[date | None, int]], day: date
) -> None:
    """The sum of two agings has the sum of the balances."""
    total = age(left, day) + age(right, day)
    assert total.balance == age(left, day).balance + age(right, day).balance
