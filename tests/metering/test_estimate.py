from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, strategies as st

from billing_tui.foundation.units import Unit
from billing_tui.metering.estimate import Method, estimate
from billing_tui.metering.read_context import Period
from billing_tui.metering.rollover import capacity
from billing_tui.metering.usage import Register

DAY = date(2026, 11, 2)
REGISTER = Register(6, Unit.CCF)


def periods(*usages: int, first: date = DAY, estimated: bool = False) -> tuple[Period, ...]:
    """Periods of 30 days before `first`, newest first, with whole ccf."""
    return tuple(
        Period(first - timedelta(days=30 * (at + 1)), 30, used * 1000, 0, estimated)
        for at, used in enumerate(usages)
    )


def test_the_same_period_of_last_year_comes_first() -> None:
    """Its daily use times the days of this period, with the arithmetic in words."""
    history = periods(*[9] * 11, 15)
    found = estimate(100, 31, DAY, REGISTER, history=history, class_daily=1)
    assert found is not None
    assert (found.method, found.reading, found.usage_milli) == (Method.LAST_YEAR, 116, 16_000)
    assert found.derivation == (
        "Estimated from the same period last year: 15 in 30 days to 2025-11-07 = 0.5 a day; "
        "times 31 days = 16 ccf; 100 + 16 counts."
    )


def test_then_the_last_three_periods_that_were_read() -> None:
    """Without last year the three newest real reads count; estimates are passed over."""
    history = periods(90, estimated=True) + periods(10, 20, 30, first=DAY - timedelta(days=30))
    found = estimate(100, 30, DAY, REGISTER, history=history, class_daily=1)
    assert found is not None
    assert (found.method, found.usage_milli) == (Method.RECENT, 20_000)


def test_then_the_class_and_then_nothing() -> None:
    """Two periods are too few; without a class there is no estimate at all."""
    history = periods(10, 20)
    found = estimate(100, 30, DAY, REGISTER, history=history, class_daily=500_000)
    assert found is not None
    assert (found.method, found.usage_milli) == (Method.CLASS, 15_000)
    assert estimate(100, 30, DAY, REGISTER, history=history) is None
    assert estimate(100, 0, DAY, REGISTER, history=history, class_daily=1) is None


@given(
    st.integers(0, 999_999),
    st.integers(1, 90),
    st.lists(st.integers(0, 3000), min_size=3, max_size=24),
    st.sampled_from([100, 1000, 10_000]),
)
def test_an_estimate_is_what_the_register_would_show(
    previous: int, days: int, usages: list[int], multiplier: int
) -> None:
    """Whole counts, never negative, within half a count of daily use times days, wrapped."""
    register = Register(6, Unit.CCF, multiplier)
    found = estimate(previous, days, DAY, register, history=periods(*usages))
    assert found is not None
    assert 0 <= found.reading < capacity(6)
    assert found.usage_milli >= 0
    counts, rest = divmod(found.usage_milli, multiplier)
    assert rest == 0
    assert (previous + counts) % capacity(6) == found.reading
