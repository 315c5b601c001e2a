from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from billing_tui.foundation.errors import ProblemsFound
from billing_tui.foundation.units import Unit
from billing_tui.metering.checks import CheckName, Severity, daily_text, findings
from billing_tui.metering.read_context import Period, ReadContext, last_year, median_daily
from billing_tui.metering.read_policy import parse_policy, shipped_policy
from billing_tui.metering.usage import Register

DAY = date(2026, 11, 2)
POLICY = shipped_policy()


def months(*usages: int) -> tuple[Period, ...]:
    """Periods of 30 days before 2 October, newest first, with whole ccf."""
    end = DAY - timedelta(days=31)
    return tuple(
        Period(end - timedelta(days=30 * at), 30, used * 1000, 0) for at, used in enumerate(usages)
    )


def context(used: int | None, *usages: int, days: int = 31, **more: object) -> ReadContext:
    """A read of `used` ccf after such periods."""
    base = ReadContext(
        reading=None if used is None else 5000 + used,
        previous=5000,
        previous_day=DAY - timedelta(days=days),
        day=DAY,
        register=Register(6, Unit.CCF),
        usage_milli=None if used is None else used * 1000,
        history=months(*usages),
        rate_class="SFR",
    )
    return replace(base, **more)  # type: ignore[arg-type]


def named(read: ReadContext) -> dict[str, str]:
    """Check to sentence."""
    return {one.check.value: one.sentence for one in findings(read, POLICY)}


def test_an_ordinary_read_passes() -> None:
    """Twelve in a month after a year of twelves is nothing to look at."""
    assert named(context(12, *[12] * 13)) == {}


def test_a_high_read_shows_the_sentence_and_the_arithmetic() -> None:
    """Usage, days, daily use, and how many times what."""
    [found] = findings(context(38, *[12] * 13), POLICY)
    assert found.sentence == (
        "38 ccf in 31 days = 1.23 a day; 3.1 times the median 0.4; 3.1 times last year's 0.4; "
        "3.1 times the period before 0.4."
    )
    assert dict(found.arithmetic) == {
        "usage": "38", "unit": "ccf", "days": "31", "a_day": "1.23",
        "median_a_day": "0.4", "last_year_a_day": "0.4", "prior_a_day": "0.4",
    }  # fmt: skip
    assert (found.check, found.severity) == (CheckName.HIGH, Severity.DECIDE)


def test_a_very_high_read_must_be_decided() -> None:
    """Far beyond the median it cannot be waved through in bulk."""
    assert findings(context(120, *[12] * 13), POLICY)[0].severity is Severity.MUST_DECIDE


@pytest.mark.parametrize(("used", "usual"), [(3, 1), (1, 3), (6, 1), (0, 5)])
def test_small_differences_are_not_flagged(used: int, usual: int) -> None:
    """Below the floor no ratio matters: 1 to 3 is nothing to look at."""
    assert "high" not in named(context(used, *[usual] * 13))
    assert "low" not in named(context(used, *[usual] * 13))


def test_a_summer_that_is_like_last_summer_is_only_looked_at() -> None:
    """High against the median, but not against the same month of last year: the lowest severity."""
    usages = [30, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 38, 12]
    [found] = findings(context(38, *usages), POLICY)
    assert (found.check, found.severity) == (CheckName.HIGH, Severity.LOOK)
    assert "last year's" not in found.sentence


def test_a_low_read() -> None:
    """Far less than ever is told as low."""
    assert "0.04 times the median" in named(context(2, *[50] * 13))["low"]


def test_classes_have_their_own_limits() -> None:
    """The same figures may be high for a house and ordinary for a shop."""
    read = context(30, *[12] * 13)
    assert "high" in named(read)
    assert "high" not in named(replace(read, rate_class="COM"))


def test_zero_and_stopped_registers_on_occupied_places() -> None:
    """Two periods call for a look, three mean a stopped register, one is nothing."""
    assert named(context(0, 5, 5)) == {}
    assert "2 periods in a row" in named(context(0, 0, 5, 5))["zero"]
    assert "5000 for 3 periods" in named(context(0, 0, 0, 5))["stuck"]
    assert named(context(0, 0, 0, 5, occupied=False)) == {}


def test_a_lower_reading_is_told_with_the_rollover_that_it_would_take() -> None:
    """A back-read names both ways of counting."""
    read = context(10, *[12] * 13, reading=4995, usage_milli=-5000)
    sentence = named(read)["negative"]
    assert "4995 is 5 below the last read 5000" in sentence
    assert "999995 of 1000000 counts, more than 10%" in sentence


def test_a_rollover_is_told_as_one() -> None:
    """It asks for a decision, with the sum over the top."""
    read = context(22, *[20] * 13, previous=999_990, reading=12, rolled_over=True)
    assert named(read)["rollover"].startswith(
        "The register passed its top: 12 + 1000000 - 999990 = 22 counts"
    )


@pytest.mark.parametrize(("days", "check"), [(24, "early"), (25, ""), (35, ""), (36, "late")])
def test_early_and_late_at_the_edges(days: int, check: str) -> None:
    """25 to 35 days are usual, both included."""
    found = named(context(12, *[12] * 13, days=days))
    assert list(found) == ([check] if check else [])


def test_a_second_read_on_the_same_day_must_be_decided() -> None:
    """A period of no days cannot be billed."""
    [found] = findings(context(0, 12, days=0), POLICY)
    assert (found.check, found.severity) == (CheckName.EARLY, Severity.MUST_DECIDE)


def test_usage_where_nobody_should_use() -> None:
    """Off and vacant places are told apart."""
    assert "is off" in named(context(12, *[12] * 13, active=False))["inactive"]
    assert "Nobody has an account" in named(context(12, *[12] * 13, occupied=False))["vacant"]


def test_what_the_file_says_against_what_is_on_file() -> None:
    """Serial, unit, multiplier and dials are compared; seven digits do not fit six dials."""
    read = context(
        12, *[12] * 13, meter_number="M1", told_meter="M2", told_unit=Unit.KGAL,
        told_multiplier=Decimal(10), told_dials=7,
    )  # fmt: skip
    assert set(named(read)) == {"serial", "unit", "multiplier", "dials"}
    wide = context(12, reading=1_000_000, usage_milli=None)
    assert named(wide)["dials"] == "1000000 has more digits than the 6 dials of this meter show."


def test_missing_skipped_and_double_reads() -> None:
    """Each is told in its own words."""
    assert set(named(context(None))) == {"missing"}
    assert "code 012" in named(context(None, skip_code="012"))["skipped"]
    assert "line 7, 9" in named(context(12, *[12] * 13, others=(7, 9)))["duplicate"]


def test_too_many_estimates_and_the_read_that_ends_them() -> None:
    """The third in a row must be decided; the first real read afterwards is looked at."""
    third = context(12, *[12] * 13, estimated=True, estimates_before=2)
    assert "estimate number 3 in a row" in named(third)["estimates"]
    second = context(12, *[12] * 13, estimated=True, estimates_before=1)
    assert named(second) == {}
    after = context(12, *[12] * 13, estimates_before=3)
    assert "after 3 estimates" in named(after)["estimates"]


def test_large_meters_are_always_looked_at() -> None:
    """A three-inch meter has a finding even when all is well."""
    assert list(named(context(12, *[12] * 13, size='3"'))) == ["large"]


@given(
    used=st.integers(-1000, 100_000) | st.none(),
    usages=st.lists(st.integers(0, 5000), max_size=24),
    days=st.integers(-3, 120),
    occupied=st.booleans(),
)
def test_every_finding_is_one_sentence(
    used: int | None, usages: list[int], days: int, *, occupied: bool
) -> None:
    """Whatever the figures, checks do not fail, and each is told once, as a sentence."""
    found = findings(context(used, *usages, days=days, occupied=occupied), POLICY)
    assert len({one.check for one in found}) == len(found)
    assert all(one.sentence.endswith(".") and "None" not in one.sentence for one in found)


@given(st.integers(0, 10**6), st.integers(1, 60), st.integers(2, 40))
def test_daily_use_decides_and_not_the_length_of_the_period(
    used: int, days: int, times: int
) -> None:
    """A period that is longer at the same daily use is never high or low."""
    history = tuple(
        Period(DAY - timedelta(days=31 + 30 * at), days, used * 1000, 0) for at in range(13)
    )
    read = replace(context(used * times, days=days * times), history=history)
    assert not {"high", "low"} & set(named(read))


def test_baselines_over_a_leap_day() -> None:
    """29 February finds its month of last year; the median takes twelve months and no more."""
    history = tuple(Period(date(2027, 2, 28) - timedelta(days=30 * n), 30, n, 0) for n in range(14))
    same = last_year(history, date(2028, 2, 29))
    assert same is not None
    assert same.day == date(2027, 2, 28)
    assert median_daily(history, date(2027, 3, 30)) == (5 * 1000 // 30 + 6 * 1000 // 30) // 2
    assert median_daily((), DAY) is None


@pytest.mark.parametrize(
    ("daily", "text"), [(1_225_806, "1.23"), (400_000, "0.4"), (4000, "0.004"), (0, "0")]
)
def test_daily_use_as_text(daily: int, text: str) -> None:
    """Two decimals, four for very little."""
    assert daily_text(daily) == text


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (("early_days: 25", "early_days: x"), "policy.early_days"),
        (("early_days: 25", "early_days: 2.5"), "policy.early_days"),
        (("early_days: 25\n", ""), "policy.early_days"),
        (("floor: {ccf: ", "floor: {parsec: "), "policy.classes.default.floor"),
        (("high: {median: ", "high: {mode: "), "policy.classes.default.high.mode"),
        (("names: [IRR,", "names: [SFR,"), "policy.classes.irrigation.names"),
    ],
)
def test_mistakes_in_the_policy_are_told_where_they_stand(
    change: tuple[str, str], where: str
) -> None:
    """A policy with a mistake is refused with the key at fault."""
    from billing_tui.foundation.data_files import data_path

    text = data_path("policies", "read_checks.yaml").read_text(encoding="utf-8")
    with pytest.raises(ProblemsFound) as refusal:
        parse_policy(text.replace(*change, 1))
    assert refusal.value.problems[0].field == where
