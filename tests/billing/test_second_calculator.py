"""The second calculator against bills worked by hand and its own laws."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from billing_tui.billing.second_calculator.parts import cut
from billing_tui.billing.second_calculator.plan import CheckedLine, line_by_line
from billing_tui.billing.second_calculator.reading import ScheduleReading, read_schedule
from billing_tui.billing.second_calculator.recompute import Use, recompute
from billing_tui.billing.second_calculator.refusals import NotRated, Unreadable
from billing_tui.billing.second_calculator.scene import Scene
from billing_tui.foundation.errors import BillingError

WATER = Path(__file__).with_name("second_calculator_water.yaml").read_text(encoding="utf-8")
JULY = (date(2026, 7, 1), date(2026, 7, 31))
HOUSE = {"meter_size": '5/8"', "zone": "A"}
FIRST = date(2026, 7, 1)


@pytest.fixture(scope="module")
def water() -> ScheduleReading:
    """The schedule of this module, read once."""
    return read_schedule(WATER)


def _use(
    rate_class: str,
    usage: str | None = "0",
    *,
    attributes: dict[str, str] | None = None,
    days: tuple[date, date] = JULY,
    related: dict[str, str] | None = None,
) -> Use:
    unit = None if usage is None else "ccf"
    stated = HOUSE if attributes is None else attributes
    return Use(rate_class, stated, usage, unit, *days, related or {})


def _lines(reading: ScheduleReading, use: Use) -> list[tuple[str, int | None, int]]:
    return [(code, tier, cents) for code, tier, cents in recompute([(reading, FIRST, None)], use)]


def test_bill_by_hand(water: ScheduleReading) -> None:
    """9 ccf in 30 days: fixed, two tiers, surcharge and tax, each rounded by itself."""
    # 24.18; 8 x 3.12 = 24.96; 1 x 4.29 = 4.29; 9 x 0.35 = 3.15
    # tax: 24.18 + 24.96 + 4.29 + 3.15 = 56.58; x 6.5 % = 3.6777, so 3.68
    assert _lines(water, _use("SFR", "9")) == [
        ("FIX", None, 2418),
        ("USE", 1, 2496),
        ("USE", 2, 429),
        ("STAGE", None, 315),
        ("UUT", None, 368),
    ]


@pytest.mark.parametrize(
    ("usage", "tiers"),
    [
        ("0", [(1, 0)]),
        ("7", [(1, 2184)]),  # 7 x 3.12
        ("8", [(1, 2496)]),  # 8 x 3.12: the cap is inclusive
        ("8.001", [(1, 2496), (2, 0)]),  # 0.001 x 4.29 = 0.00429, a line of 0.00
        ("8.5", [(1, 2496), (2, 215)]),  # 0.5 x 4.29 = 2.145, half up
        ("22", [(1, 2496), (2, 6006)]),  # 14 x 4.29
        ("23", [(1, 2496), (2, 6006), (3, 644)]),
    ],
)
def test_caps_are_inclusive(
    water: ScheduleReading, usage: str, tiers: list[tuple[int, int]]
) -> None:
    """One below, at and past each cap, fractions included."""
    lines = _lines(water, _use("SFR", usage))
    assert [(tier, cents) for code, tier, cents in lines if code == "USE"] == tiers


def test_percent_stops_at_its_most(water: ScheduleReading) -> None:
    """A tax of 6.5 % on more than 138.47 dollars stays at 9 dollars."""
    # 24.18 + 24.96 + 60.06 + 8 x 6.44 + 30 x 0.35 = 171.22; 6.5 % is 11.1293
    assert _lines(water, _use("SFR", "30"))[-1] == ("UUT", None, 900)


def test_short_period_is_prorated(water: ScheduleReading) -> None:
    """15 days are below 27: fixed charge and caps by 15 / 30, tax and usage not."""
    # 24.18 / 2 = 12.09; caps 4 and 11; 4 x 3.12 = 12.48; 1 x 4.29; 5 x 0.35 = 1.75
    # tax: 30.61 x 6.5 % = 1.98965
    assert _lines(water, _use("SFR", "5", days=(FIRST, date(2026, 7, 16)))) == [
        ("FIX", None, 1209),
        ("USE", 1, 1248),
        ("USE", 2, 429),
        ("STAGE", None, 175),
        ("UUT", None, 199),
    ]


@pytest.mark.parametrize(
    ("last", "fixed"),
    [
        (date(2026, 7, 27), 2096),  # 26 days: 24.18 x 26 / 30 = 20.956
        (date(2026, 7, 28), 2418),  # 27 days: whole
        (date(2026, 8, 3), 2418),  # 33 days: whole
        (date(2026, 8, 4), 2740),  # 34 days: 24.18 x 34 / 30 = 27.404
    ],
)
def test_bounds_of_proration(water: ScheduleReading, last: date, fixed: int) -> None:
    """No proration from 27 to 33 days, both included."""
    assert _lines(water, _use("SFR", "0", days=(FIRST, last)))[0] == ("FIX", None, fixed)


def test_rate_change_inside_the_period(water: ScheduleReading) -> None:
    """Two versions bill their days' shares; the second takes what rounding left of the usage."""
    dearer = read_schedule(WATER.replace("24.18", "30").replace("3.12", "4"))
    versions = [(water, FIRST, date(2026, 7, 11)), (dearer, date(2026, 7, 11), None)]
    lines = recompute(versions, _use("SFR", "10"))
    # 30 days are not prorated but shared, 10 / 30 and 20 / 30: usage 3.333, and 6.667 is left.
    # Caps: 8 x 10 / 30 = 2.667; 8 x 20 / 30 = 5.333.
    assert [tuple(line) for line in lines] == [
        ("FIX", None, 806),  # 24.18 / 3
        ("USE", 1, 832),  # 2.667 x 3.12 = 8.32104
        ("USE", 2, 286),  # 0.666 x 4.29 = 2.85714
        ("STAGE", None, 117),  # 3.333 x 0.35 = 1.16655
        ("UUT", None, 133),  # 20.41 x 6.5 % = 1.32665
        ("FIX", None, 2000),  # 30 x 2 / 3
        ("USE", 1, 2133),  # 5.333 x 4 = 21.332
        ("USE", 2, 572),  # 1.334 x 4.29 = 5.72286
        ("STAGE", None, 233),  # 6.667 x 0.35 = 2.33345
        ("UUT", None, 321),  # 49.38 x 6.5 % = 3.2097
    ]


@pytest.mark.parametrize(("policy", "fixed"), [("last_day", 3000), ("first_day", 2418)])
def test_rate_change_billed_whole(policy: str, fixed: int) -> None:
    """By last or first day one version bills the whole period."""
    text = WATER.replace("rate_change: by_days", f"rate_change: {policy}")
    versions = [
        (read_schedule(text), FIRST, date(2026, 7, 11)),
        (read_schedule(text.replace("24.18", "30")), date(2026, 7, 11), None),
    ]
    assert recompute(versions, _use("SFR", "0"))[0] == ("FIX", None, fixed)


def test_season_is_that_of_the_last_day(water: ScheduleReading) -> None:
    """Up to November 5 is winter's; up to November 1 is summer's, since its last day is Oct 31."""
    start = date(2026, 10, 5)
    assert _lines(water, _use("SEASONAL", "2", days=(start, date(2026, 11, 5)))) == [
        ("USE", None, 600)
    ]
    assert _lines(water, _use("SEASONAL", "2", days=(start, date(2026, 11, 1)))) == [
        ("USE", None, 1000)
    ]


def test_season_cuts_by_days() -> None:
    """By days, 27 days of October are summer's and 4 of November winter's."""
    reading = read_schedule(WATER.replace("season_change: last_day", "season_change: by_days"))
    use = _use("SEASONAL", "31", days=(date(2026, 10, 5), date(2026, 11, 5)))
    # 27 x 5 = 135 and 4 x 3 = 12
    assert _lines(reading, use) == [("USE", None, 13500), ("USE", None, 1200)]


def test_budget_tiers(water: ScheduleReading) -> None:
    """Caps from an allocation by days are rounded as stated and never prorated."""
    # 55 x 4 x 15 / 748 = 4.41..., so 4 and 150 % = 6: 4 x 2, 2 x 4, 3 x 8
    use = _use("BUDGET", "9", attributes={"persons": "4"}, days=(FIRST, date(2026, 7, 16)))
    assert _lines(water, use) == [("USE", 1, 800), ("USE", 2, 800), ("USE", 3, 2400)]


def test_default_steps_in(water: ScheduleReading) -> None:
    """Without persons the allocation is 8: 8 x 2, 1 x 4."""
    assert _lines(water, _use("BUDGET", "9", attributes={"persons": ""})) == [
        ("USE", 1, 1600),
        ("USE", 2, 400),
    ]


@pytest.mark.parametrize(
    ("area", "cents"),
    [("0", 500), ("7500", 500), ("7500.01", 900), ("20000", 900), ("20001", 1400)],
)
def test_steps_include_their_upper_bound(water: ScheduleReading, area: str, cents: int) -> None:
    """Above the lower bound, up to and including the upper one."""
    use = _use("LAND", None, attributes={"lot_area": area})
    assert _lines(water, use) == [("AREA", None, cents)]


def test_minimum_and_discount(water: ScheduleReading) -> None:
    """A minimum tops up to 15 dollars; nothing to top up is no line."""
    # 4 x 2 = 8, less 3 is 5: 10 are missing
    assert _lines(water, _use("FLOOR", "4")) == [
        ("USE", None, 800),
        ("LIFE", None, -300),
        ("MIN", None, 1000),
    ]
    assert _lines(water, _use("FLOOR", "9")) == [("USE", None, 1800), ("LIFE", None, -300)]
    assert _lines(water, _use("FLOOR", "0")) == [("LIFE", None, -300), ("MIN", None, 1800)]


def test_related_amounts_are_shared_out(water: ScheduleReading) -> None:
    """A measured amount splits with the usage, a standing one holds for each part."""
    versions = [(water, FIRST, date(2026, 7, 11)), (read_schedule(WATER), date(2026, 7, 11), None)]
    use = _use("FLOW", "0", related={"sewer_flow": "10", "winter_average": "25"})
    # 3.333 x 3.455 = 11.515515; 20 x 1.5 x 10 / 30 = 10; 6.667 x 3.455 = 23.034485; 20
    assert [line.cents for line in recompute(versions, use)] == [1152, 1000, 2303, 2000]


def test_money_on_the_bill() -> None:
    """Three lines of 0.335 come to 1.005, so 1.01: the running sum hands out the cents."""
    charge = "- {{code: {}, label: x, kind: fixed, revenue: r, amount: 0.335}}"
    text = (
        "schedule: S\neffective: 2026-01-01\nrounding: {money: bill}\nclasses:\n"
        "  X:\n    charges:\n      " + "\n      ".join(charge.format(c) for c in "ABC")
    )
    # 0.335 -> 0.34; 0.67 -> 0.33 more; 1.005 -> 1.01, 0.34 more
    use = Use("X", {}, None, None, *JULY, {})
    assert [line.cents for line in recompute([(read_schedule(text), FIRST, None)], use)] == [
        34,
        33,
        34,
    ]


@pytest.mark.parametrize(
    ("policy", "cents"), [("zero", 0), ("credit", -624)], ids=["zero", "credit"]
)
def test_negative_usage(policy: str, cents: int) -> None:
    """It bills as 0, or comes back at the first tier's price: -2 x 3.12."""
    reading = read_schedule(f"{WATER}negative_usage: {policy}\n")
    assert ("USE", 1, cents) in _lines(reading, _use("SFR", "-2"))


def test_truncation_and_cap_rounding() -> None:
    """Usage loses its fraction; prorated caps come to whole units."""
    reading = read_schedule(f"{WATER}rounding: {{caps: half-up, usage: truncate}}\n")
    # 17 days: 8 x 17 / 30 = 4.533, so 5; usage 6.9 is 6: 5 x 3.12 and 1 x 4.29
    use = _use("SFR", "6.9", days=(FIRST, date(2026, 7, 18)))
    assert _lines(reading, use)[1:3] == [("USE", 1, 1560), ("USE", 2, 429)]


@pytest.mark.parametrize(
    "use",
    [
        _use("NONE"),
        _use("SFR", "1", attributes={"zone": "A"}),
        _use("SFR", "9", attributes=HOUSE | {"zone": ""}),
        _use("SFR", "9", attributes=HOUSE | {"zone": "C"}),
        _use("SFR", "-1"),
        _use("SFR", None),
        _use("SFR", "1e3"),
        _use("SFR", "1", attributes=HOUSE | {"base": "1"}),
        _use("BUDGET", "1", attributes={"persons": "four"}),
        _use("FLOW", "1"),
        _use("SFR", "1", days=(FIRST, FIRST)),
        _use("SFR", "1", days=(date(2026, 6, 30), date(2026, 7, 31))),
        replace(_use("SFR", "1"), unit="kgal"),
    ],
    ids=[
        "class", "attribute", "empty", "key", "negative", "usage", "digits",
        "value's name", "number", "related", "period", "day without version", "unit",
    ],
)  # fmt: skip
def test_refusals(water: ScheduleReading, use: Use) -> None:
    """What is missing or unlike is an error for the whole service, twice in a row."""
    for _ in range(2):
        with pytest.raises(NotRated):
            recompute([(water, FIRST, None)], use)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("unit: ccf", "unit: ccf\nunits: ccf"),
        ("amount: base", "amount: bsae"),
        ("stage: 0.35", "stage: 0.35\n  a: b\n  b: a\n  c: a"),
        ("to: 22", "to: 8"),
        ("of: [FIX, USE, STAGE]", "of: [UUT]"),
        ("price: stage", "price: UUT"),
        ("price: stage", "price: stage, prorate: yes"),
        ("7500..20000: 9", "7501..20000: 9"),
        ("winter: [11, 12,", "winter: [12,"),
        ("funding: gift", "unit: each"),
        ("amount: base", "amount: season"),
        ("  stage: 0.35", "  zone: 0.35"),
    ],
)
def test_unreadable_schedules(old: str, new: str) -> None:
    """What the format does not allow is refused when the file is read."""
    text = WATER.replace(old, new, 1)
    assert text != WATER
    if new.endswith("c: a"):
        text = text.replace("amount: base", "amount: c")
    with pytest.raises(Unreadable):
        read_schedule(text)


@settings(max_examples=200)
@given(st.integers(0, 60_000), st.integers(0, 60_000))
def test_more_usage_never_costs_less(first: int, second: int) -> None:
    """With prices that do not fall the usage charge is monotone, and units add up to the usage."""
    low, high = sorted((first, second))
    reading = _READ
    totals = [
        sum(line.cents for line in recompute([(reading, FIRST, None)], _use("SFR", _milli(usage))))
        for usage in (low, high)
    ]
    assert totals[0] <= totals[1]


def _milli(usage: int) -> str:
    return f"{usage // 1000}.{usage % 1000:03d}"


_READ = read_schedule(WATER)


@settings(max_examples=200)
@given(st.integers(0, 22), st.integers(0, 22))
def test_tiers_are_additive_in_whole_cents(first: int, second: int) -> None:
    """Past the last cap each unit costs the last price: F(22 + a + b) = F(22 + a) + 6.44 b."""

    def total(usage: int) -> int:
        lines = _lines(_READ, _use("SFR", str(usage)))
        return sum(cents for code, _, cents in lines if code == "USE")

    assert total(22 + first + second) == total(22 + first) + 644 * second


@settings(max_examples=200)
@given(st.integers(-5, 60_000), st.integers(1, 60), st.sampled_from(["SFR", "BUDGET", "FLOOR"]))
def test_ladder_and_walk_agree(milli: int, days: int, rate_class: str) -> None:
    """The prepared plan and a plain walk over the charges come to the same lines."""
    span = (FIRST, date.fromordinal(FIRST.toordinal() + days))
    attributes = HOUSE | {"persons": "3"}
    use = _use(rate_class, _milli(max(milli, 0)), attributes=attributes, days=span)
    (part,) = cut([(_READ, FIRST, None)], rate_class, *span)
    scene = Scene(_READ, _READ.classes[rate_class], part, attributes, Fraction(use.usage or "0"))
    walked: list[CheckedLine] = []
    for charge in scene.rated.charges:
        lines = line_by_line(charge, scene)
        scene.charged[charge.code] = sum(line.cents for line in lines)
        walked += lines
    assert recompute([(_READ, FIRST, None)], use) == tuple(walked)


def test_errors_are_refusals_of_the_house() -> None:
    """Both refusals are `BillingError`, so that screens and runs can show their sentence."""
    assert issubclass(NotRated, BillingError)
    assert issubclass(Unreadable, BillingError)
