"""Open Water Rate Specification files of our own making: both dialects, every reading."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from billing_tui.foundation.errors import BillingError, ProblemsFound
from billing_tui.foundation.units import Unit
from billing_tui.rates.engine import compile_schedule
from billing_tui.rates.errors import KeyMissing
from billing_tui.rates.line import RatedService, ServiceUse
from billing_tui.rates.owrs import OwrsFile, TierStarts, read_owrs
from billing_tui.rates.owrs_fields import as_written
from billing_tui.rates.schedule_text import read_schedule, write_schedule

HEAD = """
metadata:
  effective_date: {day}
  utility_name: Town of Nowhere
  bill_frequency: {frequency}
  bill_unit: {unit}
rate_structure:
  RESIDENTIAL_SINGLE:
{fields}
"""
PLAIN = """
    service_charge: 10.00
    commodity_charge: flat_rate*usage_ccf
    flat_rate: 1.125
    bill: service_charge + commodity_charge
"""


def owrs(
    fields: str,
    *,
    day: str = "07/01/2017",
    frequency: str = "Bi-Monthly",
    unit: str = "ccf",
    tier_starts: TierStarts = "first_unit",
) -> OwrsFile:
    """A file with one class of these fields."""
    text = HEAD.format(day=day, frequency=frequency, unit=unit, fields=fields.strip("\n"))
    return read_owrs(text, tier_starts=tier_starts)


def bill(found: OwrsFile, usage: str, **attributes: str) -> RatedService:
    """A bill of its class, by the schedule that was written and read again."""
    schedule = read_schedule(write_schedule(found.schedule))
    assert schedule == found.schedule
    first = date(2017, 7, 1)
    return compile_schedule(schedule).rate(
        ServiceUse(
            "RESIDENTIAL_SINGLE", attributes, Decimal(usage), schedule.unit, first,
            first + timedelta(61),
        )
    )  # fmt: skip


@pytest.mark.parametrize(
    ("day", "read"),
    [("07/01/2017", (2017, 7, 1)), ("2017-07-01", (2017, 7, 1)), ("7-1-2017", (2017, 7, 1))],
)
def test_days(day: str, read: tuple[int, int, int]) -> None:
    """Days are read as MM/DD/YYYY, with dashes too, and as ISO."""
    assert owrs(PLAIN, day=day).schedule.effective == date(*read)


@pytest.mark.parametrize(
    ("text", "read"),
    [("Monthly", "monthly"), ("Bi-Monthly", "bimonthly"), ("bimonthly", "bimonthly"),
     ("Bimonthly", "bimonthly"), ("Quarterly", "quarterly"), ("Annually", "annual")],
)  # fmt: skip
def test_frequencies(text: str, read: str) -> None:
    """Every spelling of frequency is understood; another word is refused."""
    assert owrs(PLAIN, frequency=text).frequency == read
    with pytest.raises(ProblemsFound, match="bill_frequency"):
        owrs(PLAIN, frequency="fortnightly")


def test_units() -> None:
    """No unit is ccf; kgal is kgal; an unknown one is refused."""
    assert owrs(PLAIN, unit="").schedule.unit is Unit.CCF
    assert owrs(PLAIN, unit="kgal").schedule.unit is Unit.KGAL
    with pytest.raises(ProblemsFound, match="bill_unit"):
        owrs(PLAIN, unit="buckets")


def test_money_is_rounded_once() -> None:
    """The bill is exact, with its cents rounded on the total."""
    rated = bill(owrs(PLAIN), "3.5")
    assert (rated.amount, rated.total_cents) == (Decimal("13.9375"), 1394)


TIERED = """
    service_charge: 0
    commodity_charge: Tiered
    tier_starts{suffix}: [0, 15, 41]
    tier_prices{suffix}: [1, 2, 3]
    bill: service_charge+commodity_charge
"""


@pytest.mark.parametrize("suffix", ["", "_commodity"])
@pytest.mark.parametrize(
    ("reading", "usage", "amount"),
    [("first_unit", "14", "14"), ("first_unit", "14.5", "15"), ("first_unit", "41", "69"),
     ("threshold", "15", "15"), ("threshold", "15.5", "16"), ("threshold", "41", "67")],
)  # fmt: skip
def test_tier_starts(suffix: str, reading: TierStarts, usage: str, amount: str) -> None:
    """Start 15 means 14 units in tier 1, or 15 where starts are thresholds; both dialects."""
    found = owrs(TIERED.format(suffix=suffix), tier_starts=reading)
    assert bill(found, usage).amount == Decimal(amount)


BUDGET = """
    service_charge: 5
    commodity_charge: Budget
    gpcd: 55
    indoor: hhsize*gpcd*days_in_period*(1/748)
    outdoor: landscape_factor*et_amount*irr_area*0.62*(1/748)
    landscape_factor: 0.7
    budget: indoor+outdoor
    tier_starts: [0, indoor, 100%, 150%]
    tier_prices: [1, 2, 3, 4]
    bill: service_charge+commodity_charge
"""


def test_budget_caps() -> None:
    """Allocations are rounded half to even, budgets factor by factor, percents again."""
    inputs = {"hhsize": "3", "irr_area": "2000", "et_amount": "4"}
    rated = bill(owrs(BUDGET), "20", **inputs)
    tiers = [(line.quantity, line.upto) for line in rated.lines[1:]]
    # 3 x 55 x 30.4 / 748 = 6.71; 0.7 x 4 x 2000 x 0.62 / 748 = 4.64; 7 + 5 = 12; 150% = 18
    assert tiers == [(7, 7), (5, 12), (6, 18), (2, None)]
    given = bill(owrs(BUDGET), "20", **inputs, gpcd="0", days_in_period="61")
    assert [line.tier for line in given.lines[1:]] == [1, 2, 3, 4]
    assert given.lines[1].quantity == 0


def test_factor_of_a_budget_field_is_rounded() -> None:
    """In a field named budget, 0.93 x allocation is 1 x the rounded allocation."""
    fields = BUDGET.replace("budget: indoor+outdoor", "budget: 0.93*own_budget")
    rated = bill(owrs(fields), "40", hhsize="3", own_budget="10.5")
    assert [line.upto for line in rated.lines[1:]] == [7, 10, 15, None]


SIZES = """
    service_charge:
      depends_on: [meter_size, city_limits]
      values:
        5/8"|inside_city: 10
        {size}|inside_city: 20
    commodity_charge: 0
    bill: service_charge+commodity_charge
"""


@pytest.mark.parametrize("size", ['1|1/2"', '1_1/2"', '1 1/2"', '1-1/2"'])
def test_one_form_of_mixed_sizes(size: str) -> None:
    """However the size is written, the account's 1 1/2" finds it; nothing else does."""
    found = owrs(SIZES.format(size=size))
    assert bill(found, "0", meter_size='1 1/2"', city_limits="inside_city").total_cents == 2000
    with pytest.raises(KeyMissing):
        bill(found, "0", meter_size='1 1/2"', city_limits="outside_city")


def test_sizes_as_written() -> None:
    """As the specification compares texts, the other spelling is another key."""
    text = HEAD.format(day="2017-07-01", frequency="monthly", unit="", fields=SIZES.strip("\n"))
    found = read_owrs(text.format(size='1|1/2"'), spell=as_written)
    assert bill(found, "0", meter_size='1|1/2"', city_limits="inside_city").total_cents == 2000
    with pytest.raises(KeyMissing):
        bill(found, "0", meter_size='1 1/2"', city_limits="inside_city")


def test_yes_and_no_stay_text() -> None:
    """Keys that YAML would take for booleans or numbers are the texts that the data has."""
    fields = """
    service_charge:
      depends_on: assisted
      values: {Yes: 1, No: 2, 1.50: 3}
    bill: service_charge
"""
    found = owrs(fields)
    assert [bill(found, "0", assisted=key).total_cents for key in ("Yes", "No", "1.50")] == [
        100,
        200,
        300,
    ]


@pytest.mark.parametrize(
    ("formula", "amount"),
    [
        ("1.02*(service_charge+commodity_charge)", "20.4"),
        ("(service_charge+commodity_charge)*number_dwelling_units", "60"),
        ("service_charge+(8*number_dwelling_units)+commodity_charge", "44"),
        ("service_charge+commodity_charge+0.5*usage_ccf", "25"),
        ("service_charge+commodity_charge-(2*1.5)", "17"),
        ("commodity_charge", "10"),
    ],
)
def test_shapes_of_bills(formula: str, amount: str) -> None:
    """Multipliers and further terms become lines, so that lines sum to the formula."""
    fields = f"""
    service_charge: 10
    commodity_charge: flat_rate_commodity*usage_ccf
    flat_rate_commodity: 1
    bill: {formula}
"""
    rated = bill(owrs(fields), "10", number_dwelling_units="3")
    assert rated.amount == Decimal(amount)
    assert rated.lines[-1].code == "commodity_charge" or rated.lines[-1].code.startswith("other_")


DROUGHT = """
    service_charge: 0
    commodity_charge: 0
    variable_drought_surcharge: Tiered
    tier_starts: [0, 11]
    tier_starts_drought: [0, 6]
    tier_prices: [9, 9]
    tier_prices_drought: [1, 2]
    bill: service_charge+commodity_charge+variable_drought_surcharge
"""


def test_drought_has_its_own_tiers() -> None:
    """Inside drought fields the names with _drought come first."""
    assert bill(owrs(DROUGHT), "7").amount == Decimal(9)


def test_formula_and_list_of_one_in_tables() -> None:
    """A formula, and a list of one, may stand for an entry; forward references are fine."""
    fields = """
    service_charge:
      depends_on: kind
      values: {a: [4.50], b: later * 2}
    later: 3
    bill: service_charge
"""
    assert bill(owrs(fields), "0", kind="a").amount == Decimal("4.5")
    assert bill(owrs(fields), "0", kind="b").amount == 6


def test_aliases_are_copies() -> None:
    """Anchors and aliases, which some files use, are read."""
    fields = """
    service_charge: &a {depends_on: m, values: {x: 1}}
    commodity_charge: *a
    bill: service_charge+commodity_charge
"""
    assert bill(owrs(fields), "0", m="x").total_cents == 200


LISTS = """    commodity_charge: Tiered
    tier_starts: [{}]
    tier_prices: [1, 2, 3]
    bill: commodity_charge"""
TWICE = "    bill: x\n    bill: y"


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ("    bill: service_charge+commodity_charge\n    service_charge: 1", "commodity_charge"),
        ("    service_charge: 1", "bill"),
        ("    service_charge: a b\n    bill: service_charge", "service_charge"),
        ("    service_charge: {values: {a: 1}}\n    bill: service_charge", "service_charge"),
        ("    service_charge: {depends_on: a, values: [1]}\n    bill: service_charge", "values"),
        ("    turn-on_charge: 1\n    bill: turn-on_charge", "on_charge"),
        (
            LISTS.format("0, 20, 13"),
            "rise",
        ),
        (
            LISTS.format("0, 20"),
            "tier starts",
        ),
        (
            "    commodity_charge: Tiered\n    tier_starts: [0]\n    bill: commodity_charge",
            "prices",
        ),
        ("    budget: Tiered\n    x_charge: budget*2\n    bill: x_charge", "tiered"),
        ("    a_charge: b_charge\n    b_charge: a_charge\n    bill: a_charge+b_charge", "circle"),
        ("    a: b+1\n    b: a+1\n    x_charge: a\n    bill: x_charge", "circle"),
    ],
)
def test_broken_class_is_refused_by_name(fields: str, named: str) -> None:
    """What cannot be billed exactly is refused with class and field; other classes load."""
    text = HEAD.format(day="2017-07-01", frequency="monthly", unit="", fields=fields)
    found = read_owrs(text + "  COMMERCIAL:\n    service_charge: 1\n    bill: service_charge\n")
    assert list(found.schedule.classes) == ["COMMERCIAL"]
    (problem,) = found.problems
    assert problem.sentence.startswith("RESIDENTIAL_SINGLE: ")
    assert named in problem.sentence


@pytest.mark.parametrize(
    "text",
    ["", "a: 1", "metadata: {}", "metadata: 3\nrate_structure: {}", "rate_structure:\n\t- x",
     HEAD.format(day="2017-13-01", frequency="monthly", unit="", fields=PLAIN.strip("\n")),
     HEAD.format(day="2017-01-01", frequency="monthly", unit="", fields=TWICE)],
)  # fmt: skip
def test_broken_file_is_refused(text: str) -> None:
    """A file that is no YAML, states a key twice or has no rates is refused as a whole."""
    with pytest.raises(BillingError):
        read_owrs(text)
