"""What services come to: tiers, tables, percentages, minimums, money."""

from __future__ import annotations

import random
from contextlib import suppress
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
import schedules as s
from hypothesis import given, settings, strategies as st

from billing_tui.foundation.errors import BillingError, ProblemsFound
from billing_tui.foundation.units import Unit, UnitMismatch
from billing_tui.rates.errors import InputMissing, KeyMissing, RateError
from billing_tui.rates.exact import to_cents
from billing_tui.rates.line import sentences


@pytest.mark.parametrize(
    ("usage", "tiers"),
    [
        ("0", [(1, "0", 0)]),
        ("7", [(1, "7", 2184)]),
        ("8", [(1, "8", 2496)]),
        ("8.001", [(1, "8", 2496), (2, "0.001", 0)]),
        ("9", [(1, "8", 2496), (2, "1", 429)]),
        ("14.5", [(1, "8", 2496), (2, "6.5", 2789)]),
        ("21", [(1, "8", 2496), (2, "13", 5577)]),
        ("22", [(1, "8", 2496), (2, "14", 6006)]),
        ("23", [(1, "8", 2496), (2, "14", 6006), (3, "1", 644)]),
        ("1000", [(1, "8", 2496), (2, "14", 6006), (3, "978", 629832)]),
    ],
)
def test_tier_edges(usage: str, tiers: list[tuple[int, str, int]]) -> None:
    """Caps are inclusive; a fraction above a cap lies in the next tier."""
    rated = s.schedule(s.TIERED).rate(s.use(usage))
    assert s.rows(rated) == [("USE", *tier) for tier in tiers]
    assert rated.total_cents == sum(line.cents for line in rated.lines)


caps_and_prices = st.lists(
    st.tuples(st.integers(1, 4000), st.decimals(0, 50, places=4)), min_size=1, max_size=6
)


@settings(deadline=None)
@given(caps_and_prices, st.decimals(0, 5000, places=3), st.decimals(0, 5000, places=3))
def test_tiers_hold_all_usage(
    steps: list[tuple[int, Decimal]], usage: Decimal, more: Decimal
) -> None:
    """Quantities sum to the usage, and with prices above zero more usage never costs less."""
    caps = sorted({cap for cap, _ in steps})
    prices = [*(price for _, price in steps[: len(caps)]), Decimal("1.5")]
    listed = ", ".join(f"{{to: {cap}, price: {p}}}" for cap, p in zip(caps, prices, strict=False))
    compiled = s.schedule(f"code: USE, kind: usage, tiers: [{listed}, {{price: {prices[-1]}}}]")
    rated = compiled.rate(s.use(str(usage)))
    assert sum(line.quantity or 0 for line in rated.lines) == usage
    assert all(line.amount == line.quantity * line.price for line in rated.lines)  # type: ignore[operator]  # both stand
    assert compiled.rate(s.use(str(usage + more))).amount >= rated.amount


def test_tables_choose_whole_lists() -> None:
    """Caps and prices may each be chosen by what the account states."""
    compiled = s.schedule(
        'code: USE, kind: usage, tiers: {caps: {by: [meter_size], table: {5/8": [8], 2": [80]}},'
        " prices: {by: [zone, season], table: {A: {summer: [2, 3], winter: [1, 2]}}}}"
    )
    where = {"meter_size": '2"', "zone": "A"}
    assert s.rows(compiled.rate(s.use("90", attributes=where))) == [
        ("USE", 1, "80", 16000),
        ("USE", 2, "10", 3000),
    ]
    winter = s.use("90", attributes=where, from_day=date(2026, 12, 1))
    assert compiled.rate(winter).total_cents == 8000 + 2000


def test_steps_of_a_number() -> None:
    """Ranges are above their lower and up to their upper bound."""
    compiled = s.schedule(
        "code: A, kind: fixed, amount: {by: [{range: area}],"
        " table: {..7500: 1, 7500..20000: 2, 20000..: 3}}"
    )
    for area, cents in (("0", 100), ("7500", 100), ("7500.1", 200), ("20000", 200), ("20001", 300)):
        assert compiled.rate(s.use(attributes={"area": area})).total_cents == cents


def test_percentages_and_minimum_use_whole_cents() -> None:
    """With money by line, a percentage is of the cents that print, and a minimum tops up."""
    compiled = s.schedule(
        "code: A, kind: fixed, amount: 10.005",
        "code: B, kind: usage, price: 0.333",
        "code: LEAST, kind: minimum, minimum: 12, of: [A, B]",
        "code: TAX, kind: tax, percent: 7.5, of: [A, B, LEAST, water_charge], at_most: 2",
    )
    rated = compiled.rate(s.use("1", water_charge="3"))
    assert [line.cents for line in rated.lines] == [1001, 33, 166, 113]
    assert compiled.rate(s.use("1", water_charge="300")).lines[-1].cents == 200
    assert len(compiled.rate(s.use("100", water_charge="0")).lines) == 3


def test_money_on_the_bill() -> None:
    """Rounded once on the total, lines still sum to it."""
    compiled = s.schedule(
        "code: A, kind: fixed, amount: 0.004",
        "code: B, kind: fixed, amount: 0.004",
        "code: C, kind: fixed, amount: 0.004",
        rest="rounding: {money: bill}",
    )
    rated = compiled.rate(s.use())
    assert (rated.total_cents, [line.cents for line in rated.lines]) == (1, [0, 1, 0])
    assert rated.total_cents == to_cents(rated.amount)


def test_sewer_refuse_and_storm() -> None:
    """Winter average with default and cap; count times price; area in units."""
    compiled = s.schedule(
        "code: FLOW, kind: usage, price: 3.85, unit: ccf,"
        " quantity: {formula: winter_average, default: 8, at_most: 14}",
        "code: CARTS, kind: fixed, price: 20, quantity: persons, unit: cart",
        "code: ERU, kind: fixed, price: 5, quantity: {formula: area / 2600, round: half-up}",
    )
    account = {"persons": "3", "area": "3900"}
    rated = compiled.rate(s.use(attributes=account, winter_average="20"))
    assert s.rows(rated) == [
        ("FLOW", None, "14", 5390),
        ("CARTS", None, "3", 6000),
        ("ERU", None, "2", 1000),
    ]
    assert s.rows(compiled.rate(s.use(attributes=account)))[0] == ("FLOW", None, "8", 3080)


def test_errors_name_what_is_missing() -> None:
    """Schedule, class and key stand in the sentence; nothing is ever billed as 0."""
    compiled = s.schedule('code: A, kind: fixed, amount: {by: [meter_size], table: {5/8": 1}}')
    with pytest.raises(KeyMissing, match=r"W of 2026-07-01, C: .* meter_size '9\"'"):
        compiled.rate(s.use(attributes={"meter_size": '9"'}))
    for attributes in ({}, {"meter_size": ""}):
        with pytest.raises(InputMissing, match="meter_size is not given"):
            compiled.rate(s.use(attributes=attributes))
    with pytest.raises(RateError, match="no class 'D'"):
        compiled.rate(replace(s.use(), rate_class="D"))


def test_usage_is_checked() -> None:
    """Another unit, no usage and negative usage are refused; the schedule may say otherwise."""
    compiled = s.schedule(s.TIERED)
    with pytest.raises(UnitMismatch, match="ccf"):
        compiled.rate(replace(s.use("5"), unit=Unit.KGAL))
    with pytest.raises(InputMissing, match="usage"):
        compiled.rate(s.use(None))
    with pytest.raises(RateError, match="negative"):
        compiled.rate(s.use("-1"))
    assert s.schedule(s.TIERED, rest="negative_usage: zero").rate(s.use("-1")).total_cents == 0
    credit = s.schedule(s.TIERED, rest="negative_usage: credit").rate(s.use("-2"))
    assert s.rows(credit) == [("USE", 1, "-2", -624)]
    whole = s.schedule(s.TIERED, rest="rounding: {usage: truncate}").rate(s.use("8.999"))
    assert s.rows(whole) == [("USE", 1, "8", 2496)]


@pytest.mark.parametrize(
    "charge",
    [
        "code: A, kind: fixed, amount: nothing_like_it",
        "code: A, kind: fixed, amount: A",
        "code: A, kind: fixed, amount: season",
        "code: A, kind: fixed, amount: usage * 2",
        "code: A, kind: tax, percent: 5, of: [B]",
        "code: A, kind: usage, tiers: [{to: 8, price: 1}, {to: 8, price: 2}, {price: 3}]",
        "code: A, kind: usage, tiers: [{to: 0, price: 1}, {price: 3}]",
        "code: usage, kind: fixed, amount: 1",
        "code: A, kind: fixed, amount: {by: [meter_size], table: {}}",
        "code: A, kind: fixed, amount: 1, price: 2",
        "code: A, kind: fixed",
        "code: A, kind: discount, amount: -1",
        "code: A, kind: fixed, amount: 1, colour: blue",
        "code: A, kind: fixed, amount: {by: [{range: area}], table: {..5: 1, 6..: 2}}",
    ],
)
def test_refused_at_load(charge: str) -> None:
    """Unknown names, circles, caps that do not rise and unknown keys never load."""
    with pytest.raises(ProblemsFound):
        s.schedule(charge)


def test_circle_of_values() -> None:
    """Values that lead to each other are refused, naming the circle."""
    with pytest.raises(ProblemsFound, match="circle"):
        s.schedule("code: A, kind: fixed, amount: x", rest="values: {x: y + 1, y: x + 1}")


def test_computed_caps_may_make_a_tier_empty() -> None:
    """An allocation of nothing empties its tier; a negative one is refused."""
    compiled = s.schedule(
        "code: USE, kind: usage, tiers: [{to: persons, price: 1}, {to: area, price: 2}, {price: 3}]"
    )
    rated = compiled.rate(s.use("9", attributes={"persons": "5", "area": "0"}))
    assert s.rows(rated) == [("USE", 1, "5", 500), ("USE", 3, "4", 1200)]
    with pytest.raises(RateError, match="cap"):
        compiled.rate(s.use("9", attributes={"persons": "-5", "area": "0"}))


def test_arithmetic_errors_are_refusals() -> None:
    """A division by zero and a number too large are sentences, not tracebacks."""
    compiled = s.schedule("code: A, kind: fixed, amount: 1 / persons, prorate: no")
    with pytest.raises(RateError, match="division by zero"):
        compiled.rate(s.use(attributes={"persons": "0"}))
    with pytest.raises(RateError, match="too large"):
        s.schedule(s.TIERED).rate(s.use("9" * 40))


def test_discount_may_not_charge() -> None:
    """A discount that comes out above zero is refused."""
    compiled = s.schedule("code: A, kind: discount, funding: city, price: 1, prorate: no")
    with pytest.raises(RateError, match="discount"):
        compiled.rate(s.use("1"))


def test_derivation_reads_aloud() -> None:
    """A clerk can read the arithmetic of a line."""
    rated = s.schedule(s.FIXED, s.TIERED).rate(s.use("24"))
    assert [line.derivation for line in rated.lines] == [
        "24.18",
        "8 ccf x 3.12, tier 1 to 8 ccf",
        "14 ccf x 4.29, tier 2 to 22 ccf",
        "2 ccf x 6.44, tier 3 and above",
    ]
    assert sentences(rated.lines[1])[0] == "L: 8 ccf x 3.12, tier 1 to 8 ccf, which is 24.96."


def test_order_does_not_matter() -> None:
    """A batch in any order bills each account as it is billed alone, with fresh plans."""
    charge = (
        "code: USE, kind: usage, tiers: {caps: {by: [meter_size], table: {S: [3], L: [30]}},"
        " prices: {by: [zone], table: {A: [1, 2], B: [10, 20]}}}"
    )
    rng = random.Random(7)
    states = [{"meter_size": rng.choice("SL"), "zone": rng.choice("AB")} for _ in range(300)]
    uses = [s.use(str(rng.randint(0, 60)), attributes=stated) for stated in states]
    alone = [s.schedule(charge).rate(one) for one in uses]
    order = list(range(len(uses)))
    together = s.schedule(charge)
    for _ in range(3):
        rng.shuffle(order)
        assert {at: together.rate(uses[at]) for at in order} == dict(enumerate(alone))


@settings(deadline=None, max_examples=150)
@given(st.text(alphabet='{}[]:,"\n -abcto0.9|&*!?#%', max_size=80))
def test_any_text_in_a_schedule_is_refused_or_read(text: str) -> None:
    """Whatever stands in a schedule's file, the answer is a schedule or a refusal."""
    with suppress(BillingError):
        assert s.schedule(f"code: A, kind: fixed, amount: {text}").schedule.code == "W"
