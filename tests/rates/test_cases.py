"""The rate check: published bills of real utilities where they are at hand, and its manners."""

from __future__ import annotations

import gzip
import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from billing_tui.cli.rates import rates
from billing_tui.rates.case_check import check_cases

if TYPE_CHECKING:
    from pathlib import Path

OWRS = """
metadata: {effective_date: 2017-01-01, utility_name: Nowhere, bill_frequency: monthly}
rate_structure:
  R:
    service_charge: {depends_on: meter_size, values: {1|1/2": 10}}
    commodity_charge: Tiered
    tier_starts: [0, 11]
    tier_prices: [1, 2]
    bill: service_charge+commodity_charge
"""


def case(**changes: Any) -> dict[str, Any]:
    """A case that OWRS bills as expected."""
    return {
        "id": "x1",
        "file": "a.owrs",
        "class": "R",
        "inputs": {"meter_size": '1|1/2"', "usage_ccf": "12.5"},
        "confidence": "high",
        "expected": {
            "bill": "25",
            "bill_cents": "25.00",
            "components": {"service_charge": "10", "commodity_charge": "15"},
            "tiers": [
                {"cap": "10", "qty": "10", "price": "1", "amount": "10"},
                {"cap": None, "qty": "2.5", "price": "2", "amount": "5"},
            ],
        },
    } | changes


def run(folder: Path, *lines: object, options: tuple[str, ...] = ()) -> tuple[int, str]:
    """Exit code and output of `rates check` over one file and these case lines."""
    (folder / "owrs").mkdir(exist_ok=True)
    (folder / "owrs" / "a.owrs").write_text(OWRS)
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    (folder / "cases.jsonl").write_text("\n".join(texts))
    arguments = ["check", str(folder / "owrs"), str(folder / "cases.jsonl"), *options]
    result = CliRunner().invoke(rates, arguments, standalone_mode=False)
    if result.exception is not None:
        return 2, str(result.exception)
    return int(result.return_value), result.output


def test_equal_and_refused(tmp_path: Path) -> None:
    """A bill that agrees and an input that is refused pass."""
    refused = case(inputs={"meter_size": "9", "usage_ccf": "1"}, expect_error="missing_key")
    code, output = run(tmp_path, case(), refused)
    assert code == 0
    assert "high" in output
    assert "negative" in output


@pytest.mark.parametrize(
    ("expected", "what"),
    [
        ({"bill": "25.0001"}, "bill"),
        ({"bill": "25", "bill_cents": "25.01"}, "cents"),
        ({"bill": "25", "components": {"service_charge": "9"}}, "service_charge"),
        (
            {"bill": "25", "tiers": [{"cap": "11", "qty": "10", "price": "1", "amount": "10"}]},
            "cap",
        ),
    ],
)
def test_differences_fail(tmp_path: Path, expected: dict[str, Any], what: str) -> None:
    """A bill, its cents, a component or a tier that differs is named, with exit 1."""
    code, output = run(tmp_path, case(expected=expected), options=("--json",))
    found = json.loads(output)
    assert code == 1
    assert not found["passed"]
    assert what in found["check"]["differences"][0]["what"]


def test_what_gates(tmp_path: Path) -> None:
    """A suspect bill may differ; a negative that is billed fails the check."""
    assert run(tmp_path, case(confidence="suspect", expected={"bill": "1"}))[0] == 0
    assert run(tmp_path, case(expect_error="missing_key"))[0] == 1


def test_reading_of_tier_starts(tmp_path: Path) -> None:
    """Read as thresholds, the first tier holds one unit more."""
    code, _ = run(
        tmp_path, case(expected={"bill": "24.00"}), options=("--tier-starts", "threshold")
    )
    assert code == 0
    assert run(tmp_path, case(expected={"bill": "24"}))[0] == 1


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("{not json", "line 2"),
        ('["a"]', "line 2"),
        (case(inputs={"usage_ccf": 5}), "inputs"),
        (case(inputs={"usage_ccf": "five"}), "usage"),
        (case(expected=None), "expected"),
        (case(expected={"bill": "much"}), "bill"),
        ({"id": "q"}, "file"),
    ],
)
def test_malformed_cases(tmp_path: Path, line: object, named: str) -> None:
    """A line that is no case is named, with exit 2."""
    code, sentence = run(tmp_path, case(), line)
    assert code == 2
    assert named in sentence


def test_missing_files(tmp_path: Path) -> None:
    """A case of a schedule that is not there, and files that are not there, exit 2."""
    assert run(tmp_path, case(), case(file="b.owrs"))[0] == 2
    result = CliRunner().invoke(rates, ["check", str(tmp_path / "no"), str(tmp_path / "nor")])
    assert "There is no" in str(result.exception)
    torn = tmp_path / "torn.jsonl.gz"
    torn.write_bytes(gzip.compress(json.dumps(case()).encode())[:-9])
    result = CliRunner().invoke(rates, ["check", str(tmp_path / "owrs"), str(torn)])
    assert "cannot be read" in str(result.exception)


def test_found_by_hash_and_name(tmp_path: Path) -> None:
    """A case finds its file by path, by hash or by its name."""
    import hashlib

    digest = hashlib.sha256(OWRS.encode()).hexdigest()[:16]
    assert run(tmp_path, case(file="California/Nowhere/a.owrs"))[0] == 0
    assert run(tmp_path, case(file="other.owrs", file_sha256=digest))[0] == 0


def corpus(shared: Path, name: str) -> tuple[Path, Path]:
    """Schedules and cases."""
    return shared / "rates" / "owrs", shared / "rates" / "cases" / name


@pytest.mark.shared
def test_sample_of_published_rates(shared: Path) -> None:
    """Every sampled bill of real utilities agrees, except files whose tiers do not rise."""
    result = check_cases(*corpus(shared, "sample_public.jsonl"))
    assert result.passed
    assert not result.missing
    assert result.equal["high"] > 900
    assert not result.different["medium"]


@pytest.mark.shared
@pytest.mark.slow
def test_all_published_rates(shared: Path) -> None:
    """All 29,134 bills of high and medium confidence agree to the last digit."""
    result = check_cases(*corpus(shared, "owrs_public.jsonl.gz"))
    assert (result.equal["high"], result.equal["medium"]) == (29_035, 99)
    assert {key for key, count in result.different.items() if count} == {"suspect"}


@pytest.mark.shared
def test_all_inputs_that_must_be_refused(shared: Path) -> None:
    """None of 1,406 inputs that the rates do not know is billed."""
    result = check_cases(*corpus(shared, "owrs_public_negative.jsonl.gz"))
    assert (result.equal["negative"], result.passed) == (1406, True)


@pytest.mark.shared
@pytest.mark.slow
def test_three_years_of_a_city(shared: Path) -> None:
    """217,256 metered bills agree one by one, and so does their sum."""
    import csv

    from billing_tui.rates.case_files import ScheduleShelf

    folder = shared / "rates" / "santa-monica"
    shelf = ScheduleShelf(folder / "smc-2016-03-01.owrs", "first_unit")
    loaded = shelf.load(folder / "smc-2016-03-01.owrs")
    total = Decimal(0)
    with gzip.open(folder / "bills.csv.gz", "rt", newline="") as rows:
        for row in csv.DictReader(rows):
            inputs = {
                key: row[key] for key in ("usage_ccf", "meter_size", "water_type") if row[key]
            }
            inputs["meter_size"] = inputs.get("meter_size", "").replace('1 1/2"', '1_1/2"')
            amount = loaded.rate(row["cust_class"], inputs).amount
            assert amount == Decimal(row["bill"]), row
            total += amount
    assert total == Decimal("76598507.41")
