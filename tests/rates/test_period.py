"""Periods: short, long, cut by a new rate or a new season."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
import schedules as s
from hypothesis import given, settings, strategies as st

from billing_tui.rates.errors import RateError
from billing_tui.rates.period import CompiledVersion, rate_period

NEW = date(2026, 7, 16)
OLD_TIERS = "code: USE, kind: usage, tiers: [{to: 6, price: 2}, {price: 3}]"
NEW_TIERS = "code: USE, kind: usage, tiers: [{to: 6, price: 4}, {price: 5}]"


def versions(rest: str = s.PRORATED) -> tuple[CompiledVersion, ...]:
    """Two versions, the second from July 16."""
    old = s.schedule("code: FIX, kind: fixed, amount: 30", OLD_TIERS, rest=rest)
    new = s.schedule("code: FIX, kind: fixed, amount: 60", NEW_TIERS, rest=rest, effective=NEW)
    return (
        CompiledVersion(old, date(2025, 7, 1), NEW - timedelta(1)),
        CompiledVersion(new, NEW, None),
    )


@pytest.mark.parametrize(
    ("days", "fixed", "first_tier"),
    [(26, 2096, "6.933"), (27, 2418, "8"), (33, 2418, "8"), (34, 2740, "9.067"), (15, 1209, "4")],
)
def test_short_and_long_periods(days: int, fixed: int, first_tier: str) -> None:
    """Fixed amounts and caps scale by days / 30 outside 27 to 33 days."""
    rated = s.schedule(s.FIXED, s.TIERED, rest=s.PRORATED).rate(s.use("20", days=days))
    assert rated.lines[0].cents == fixed
    assert s.rows(rated)[1][2] == first_tier
    assert sum(line.quantity or 0 for line in rated.lines[1:]) == 20


def test_rate_change_inside_the_period() -> None:
    """Usage, fixed amounts and caps are split by days; each version has its lines."""
    rated = rate_period(versions(), s.use("10"))
    assert s.rows(rated) == [
        ("FIX", None, "1", 1500),
        ("USE", 1, "3", 600),
        ("USE", 2, "2", 600),
        ("FIX", None, "1", 3000),
        ("USE", 1, "3", 1200),
        ("USE", 2, "2", 1000),
    ]
    assert [line.part for line in rated.lines if line.code == "FIX"] == [(15, 30), (15, 30)]
    assert {(line.from_day, line.to_day) for line in rated.lines} == {
        (s.FIRST, NEW),
        (NEW, date(2026, 7, 31)),
    }


@settings(deadline=None)
@given(st.integers(0, 80), st.integers(1, 90), st.decimals(0, 900, places=3))
def test_split_days_and_usage_sum(before: int, days: int, usage: Decimal) -> None:
    """Whatever the cut, days sum to the period and quantities to the usage, exactly."""
    start = NEW - timedelta(before)
    rated = rate_period(versions(), s.use(str(usage), days=days, from_day=start))
    assert sum(line.quantity or 0 for line in rated.lines if line.code == "USE") == usage
    spans = {(x.from_day, x.to_day) for x in rated.lines if x.from_day and x.to_day}
    if spans:
        assert sum((end - first).days for first, end in spans if first and end) == days


def test_one_version_is_one_part() -> None:
    """A period within a version is billed as by the version alone."""
    one = s.use("10", days=15)
    assert rate_period(versions(), one) == versions()[0].compiled.rate(one)


@pytest.mark.parametrize(("policy", "cents"), [("last_day", 6000 + 4400), ("first_day", 5400)])
def test_other_policies(policy: str, cents: int) -> None:
    """The whole period goes by the version of its last or first day."""
    rated = rate_period(versions(f"proration: {{rate_change: {policy}}}"), s.use("10"))
    assert rated.total_cents == cents


def test_measured_amounts_are_split_standing_ones_are_not() -> None:
    """Usage of another service is shared out by days; a winter average holds in each part."""
    charges = (
        "code: A, kind: usage, price: 1, quantity: water_usage, prorate: no",
        "code: B, kind: usage, price: 1, quantity: winter_average",
    )
    both = (
        CompiledVersion(s.schedule(*charges), date(2025, 1, 1), NEW - timedelta(1)),
        CompiledVersion(s.schedule(*charges, effective=NEW), NEW),
    )
    rated = rate_period(both, s.use(None, water_usage="9", winter_average="8"))
    assert [line.quantity for line in rated.lines] == [Decimal("4.5"), 8, Decimal("4.5"), 8]
    assert rated.total_cents == 900 + 800


def test_days_without_a_version() -> None:
    """A day that no version covers is refused."""
    with pytest.raises(RateError, match="2025-06-30"):
        rate_period(versions(), s.use("1", from_day=date(2025, 6, 30)))


@pytest.mark.parametrize("days", [0, -1])
def test_period_without_days(days: int) -> None:
    """A period of no or fewer days is refused."""
    for rate in (versions()[0].compiled.rate, lambda one: rate_period(versions(), one)):
        with pytest.raises(RateError, match="no days"):
            rate(s.use("1", days=days))


def test_leap_day_counts() -> None:
    """February 2028 has 29 days, and a cut on March 1 leaves all of them before it."""
    march = date(2028, 3, 1)
    before = s.schedule(s.FIXED, rest=s.PRORATED)
    both = (
        CompiledVersion(before, date(2027, 1, 1), march - timedelta(1)),
        CompiledVersion(s.schedule(s.FIXED, rest=s.PRORATED, effective=march), march),
    )
    rated = rate_period(both, s.use(days=30, from_day=date(2028, 2, 1)))
    assert [line.part for line in rated.lines] == [(29, 30), (1, 30)]


def test_allocations_by_the_day_are_not_prorated() -> None:
    """A cap that depends on days follows them by itself."""
    charge = "code: USE, kind: usage, tiers: [{to: persons * days / 10, price: 1}, {price: 2}]"
    rated = s.schedule(charge, rest=s.PRORATED).rate(
        s.use("20", days=40, attributes={"persons": "2"})
    )
    assert s.rows(rated)[0][2] == "8"


SEASONAL = "code: USE, kind: usage, price: {by: [season], table: {summer: 2, winter: 1}}"


@pytest.mark.parametrize(
    ("policy", "cents"), [("last_day", 1000), ("first_day", 2000), ("by_days", 1500)]
)
def test_season_change(policy: str, cents: int) -> None:
    """From October 17, 30 days hold 15 of summer and 15 of winter."""
    compiled = s.schedule(SEASONAL, rest=f"proration: {{season_change: {policy}}}")
    rated = compiled.rate(s.use("10", from_day=date(2026, 10, 17)))
    assert rated.total_cents == cents
    assert len(rated.lines) == (2 if policy == "by_days" else 1)


def test_season_cut_on_the_first_and_last_day() -> None:
    """A season that begins with the period, or on the day after it, does not cut it."""
    compiled = s.schedule(SEASONAL, rest="proration: {season_change: by_days}")
    assert len(compiled.rate(s.use("10", days=30, from_day=date(2026, 11, 1))).lines) == 1
    assert len(compiled.rate(s.use("10", days=31, from_day=date(2026, 10, 1))).lines) == 1
    assert len(compiled.rate(s.use("10", days=400, from_day=date(2026, 10, 1))).lines) == 4
