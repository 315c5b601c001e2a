"""The demo city before it is written: what is made up from the seed."""

from __future__ import annotations

import math
from collections import Counter
from datetime import date, timedelta
from itertools import groupby, islice, pairwise
from statistics import median, stdev
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, strategies as st

from billing_tui.operations.demo.calendar import is_workday, turns
from billing_tui.operations.demo.dice import Mix, seeded
from billing_tui.operations.demo.meters import MeterPlan
from billing_tui.operations.demo.paying import Demand, payment
from billing_tui.operations.demo.people import household, plain
from billing_tui.operations.demo.population import plan_households
from billing_tui.operations.demo.profile import load_profile
from billing_tui.operations.demo.streets import street_names
from billing_tui.operations.demo.water import Register, Thirst

if TYPE_CHECKING:
    from billing_tui.operations.demo.profile import CycleProfile
    from billing_tui.operations.demo.set_up import Household

PROFILE = load_profile()
TURNS = {cycle.code: turns(cycle, PROFILE, 24) for cycle in PROFILE.cycles}


@pytest.fixture(scope="module")
def planned() -> list[Household]:
    """Three thousand households."""
    return plan_households(7, PROFILE, 3000, TURNS)


def test_same_seed_same_city() -> None:
    """A seed says everything; another seed says something else."""
    first = plan_households(11, PROFILE, 150, TURNS)
    assert first == plan_households(11, PROFILE, 150, TURNS)
    assert first != plan_households(12, PROFILE, 150, TURNS)


def test_a_city_of_any_size_has_every_place_once(planned: list[Household]) -> None:
    """Location numbers, addresses and places on a route never come twice."""
    sites = [one.site for one in planned]
    assert len({site.number for site in sites}) == len(sites) == 3000
    assert len({(site.house, site.street, site.unit) for site in sites}) == 3000
    assert len({(site.route, site.sequence) for site in sites}) == 3000
    assert len({site.meter.number(site.number) for site in sites}) == 3000


def test_routes_are_walked_up_one_side_and_down_the_other(planned: list[Household]) -> None:
    """Sequences go in tens; house numbers of a street rise on the odd side, fall on the even."""
    sites = [one.site for one in planned]
    for _, route in groupby(sites, key=lambda site: site.route):
        walk = list(route)
        assert [site.sequence for site in walk] == list(range(10, 10 * len(walk) + 1, 10))
        for _, street in groupby(walk, key=lambda site: site.street):
            houses = [int(site.house) for site in street]
            odd = [house for house in houses if house % 2]
            even = [house for house in houses if not house % 2]
            assert houses == odd + even
            assert odd == sorted(odd)
            assert even == sorted(even, reverse=True)


@pytest.mark.parametrize("cycle", PROFILE.cycles, ids=lambda cycle: cycle.code)
def test_no_street_comes_twice(cycle: CycleProfile) -> None:
    """Ten thousand streets of a neighbourhood have ten thousand names."""
    names = [name for _, name in islice(street_names(cycle, PROFILE.endings), 10_000)]
    assert len(set(names)) == 10_000


def test_classes_come_in_the_shares_of_a_city(planned: list[Household]) -> None:
    """About four of five are homes; every class is there."""
    counts = Counter(one.site.rate_class for one in planned)
    assert 0.74 < counts["SFR"] / 3000 < 0.86
    assert all(0.01 < counts[code] / 3000 < 0.12 for code in ("MFR", "COM", "IRR", "INST"))


def test_homes_use_what_the_facts_say(planned: list[Household]) -> None:
    """Single homes: log-normal with the middle and the spread of the profile, within a tenth."""
    logs = [math.log(one.site.base) for one in planned if one.site.rate_class == "SFR"]
    use = PROFILE.use["SFR"]
    assert abs(math.exp(median(logs)) / use.median - 1) < 0.10
    assert abs(stdev(logs) / use.spread - 1) < 0.10


def test_many_origins_and_some_accents() -> None:
    """Every origin has its share of names; some keep their accents, some their own script."""
    rng = seeded(1, "people")
    people = [household(rng, PROFILE) for _ in range(4000)]
    accented = sum(one.name != plain(one.name) for one in people) / 4000
    assert 0.15 < accented < 0.45
    assert any("\u0531" <= one.mailing_name[0] <= "\u0556" for one in people)
    assert {one.language for one in people} == {"en", "es", "zh", "vi", "tl", "hy", "pa"}
    assert all(phone[3:6] == "555" for one in people for phone in one.phones)
    assert all(one.email.isascii() for one in people)


@given(months=st.integers(1, 27))
def test_cycles_are_read_on_working_days_27_to_33_days_apart(months: int) -> None:
    """Read, bill and due days fall on working days, in this order."""
    for cycle in PROFILE.cycles:
        listed = turns(cycle, PROFILE, months)
        assert len(listed) == months + 1
        for turn in listed:
            assert 27 <= (turn.read_day - turn.last_read_day).days <= 33
            assert turn.read_day < turn.bill_day < turn.due_day
            assert all(map(is_workday, (turn.read_day, turn.bill_day, turn.due_day)))


def test_only_the_open_cycle_waits_to_be_read() -> None:
    """Every cycle is billed up to the business day; cycle 07 has been read and waits."""
    waiting = [
        code
        for code, listed in TURNS.items()
        if listed[-1].read_day <= PROFILE.business_day
        and listed[-2].bill_day < PROFILE.business_day
    ]
    assert waiting == [PROFILE.open_cycle]


def test_tenures_follow_each_other(planned: list[Household]) -> None:
    """Nobody moves in before the one before has left; occupants count up."""
    changed = [one.tenures for one in planned if len(one.tenures) > 1]
    assert len(changed) > 100
    for tenures in changed:
        for old, new in pairwise(tenures):
            assert old.closed is not None
            assert old.opened < old.closed < new.opened
            assert new.occupant == old.occupant + 1


@given(
    base=st.floats(0.1, 500),
    start=st.dates(date(2024, 1, 1), date(2026, 1, 1)),
    days=st.integers(0, 70),
    noise=st.floats(0.1, 8),
)
def test_water_never_runs_backwards(base: float, start: date, days: int, noise: float) -> None:
    """Use is never negative and grows with days."""
    thirst = Thirst(PROFILE.use["SFR"], base)
    used = thirst.milli(start, start + timedelta(days=days), noise)
    assert used >= 0
    assert (used == 0) <= (days == 0 or base * noise < 1)


@given(
    start=st.integers(0, 9999),
    uses=st.lists(st.integers(0, 900_000), max_size=30),
    multiplier=st.sampled_from([1, 10]),
)
def test_a_register_shows_whole_counts_and_wraps(
    start: int, uses: list[int], multiplier: int
) -> None:
    """What shows is the counts modulo the top; no thousandth is lost but by the multiplier."""
    register = Register(MeterPlan("Badger", '5/8"', 4, multiplier, start, 2020, "71"))
    for milli in uses:
        register.run(milli)
    passed = sum(milli // multiplier for milli in uses) // 1000
    assert register.counts == start + passed
    assert register.shows == (start + passed) % 10_000


@pytest.mark.parametrize("habit", list(PROFILE.habits.things))
@given(due=st.integers(-50_000, 90_000), turn=st.integers(1, 40), seed=st.integers(0, 999))
def test_payments_are_positive_and_come_after_the_bill(
    habit: str, due: int, turn: int, seed: int
) -> None:
    """Nobody pays nothing, less than nothing, or before the bill is out."""
    day = date(2026, 3, 6)
    bill = Demand(day, day + timedelta(days=21), due, abs(due), turn, last=False)
    paid = payment(seeded(seed), habit, bill)
    assert paid is None or (paid.cents > 0 and paid.day > day)
    assert paid is None or due > 0


def test_a_mix_keeps_its_shares() -> None:
    """Things are drawn in proportion to their shares."""
    mix = Mix.of([("often", 3.0), ("seldom", 1.0)])
    rng = seeded(3)
    drawn = Counter(mix.draw(rng) for _ in range(4000))
    assert 0.72 < drawn["often"] / 4000 < 0.78


def test_every_plant_is_dealt_in_a_city_of_two_thousand() -> None:
    """Each plant has a home of its own in the open cycle."""
    roles = Counter(
        one.fate.role for one in plan_households(7, PROFILE, 2000, TURNS) if one.fate.role
    )
    from billing_tui.operations.demo.plants import PLANTS

    assert roles == Counter(plant.role for plant in PLANTS)
