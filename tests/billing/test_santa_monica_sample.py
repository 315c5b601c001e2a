"""A few hundred customers of a real city, billed by the ordinary verbs, against its own oracle."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "benchmarks"))

import santa_monica as city

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_tui.access.desk import Desk
    from billing_tui.operations.office import Office

CUSTOMERS, UNTIL = 300, "2014-04"
pytestmark = [pytest.mark.slow, pytest.mark.shared]


@pytest.fixture(scope="module")
def rates(shared: Path) -> Path:
    """The folder of the city's rate file and of the bills that it must give."""
    return shared / "rates" / "santa-monica"


@pytest.fixture
def meters(shared: Path) -> list[city.CityMeter]:
    """The meters of the first customers of the list."""
    return city.read_meters(
        shared / "formats" / "consumption" / "santamonica_2014_2016.csv.gz", CUSTOMERS
    )


def test_each_bill_of_four_months_is_the_expected_one(
    office: Office,
    desk: Callable[..., Desk],
    tmp_path: Path,
    meters: list[city.CityMeter],
    rates: Path,
) -> None:
    """Uses become registers, registers bills: each one to the cent, and all of it ties."""
    tally = city.Tally()
    city.set_up(desk, meters, city.adopt_rates(desk, rates / "smc-2016-03-01.owrs").code)
    city.Season(desk, tmp_path, tally).work(meters, until=UNTIL)
    expected = city.expected_of(meters, rates / "bills.csv.gz", until=UNTIL)
    outcome = city.outcome_of(office, expected, tally)
    assert outcome.expected_bills > 1000
    assert (outcome.bills, outcome.cents) == (outcome.expected_bills, outcome.expected_cents)
    assert outcome.wrong == []
    assert outcome.broken == []
    assert not any(name.startswith("error") for name in tally.findings)


def test_a_bill_off_by_a_cent_is_found(
    desk: Callable[..., Desk],
    tmp_path: Path,
    meters: list[city.CityMeter],
    rates: Path,
) -> None:
    """The comparison sees one cent, a lost bill and a bill under another customer's name."""
    few = meters[:20]
    city.set_up(desk, few, city.adopt_rates(desk, rates / "smc-2016-03-01.owrs").code)
    city.Season(desk, tmp_path, city.Tally()).work(few, until="2014-02")
    right = city.expected_of(few, rates / "bills.csv.gz", until="2014-02")
    assert city.differences(right) == []
    key, other = sorted(right)[:2]
    (use, cents), *rest = right[key]
    assert len(city.differences(right | {key: [(use, cents + 1), *rest]})) == 1
    assert len(city.differences({name: right[name] for name in right if name != key})) == 1
    assert len(city.differences(right | {key: right[other], other: right[key]})) == 2


def test_the_list_and_the_expected_bills_hold_the_same_rows(shared: Path, rates: Path) -> None:
    """Every expected bill has its row of use; only rows without a rate are left out."""
    uses = shared / "formats" / "consumption" / "santamonica_2014_2016.csv.gz"
    meters = city.read_meters(uses)
    rows = Counter(
        (meter.customer, meter.rate_class, month, use)
        for meter in meters
        for month, use in meter.uses.items()
    )
    expected = city.expected_of(meters, rates / "bills.csv.gz")
    assert rows == Counter((*key, use) for key, bills in expected.items() for use, _ in bills)
    assert rows.total() == city.BILLS
    assert sum(cents for bills in expected.values() for _, cents in bills) == city.REVENUE_CENTS
    assert len({meter.number for meter in meters}) == len(meters)
