"""How far back a bill may be corrected: counted in months, told with its law, read strictly."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis.strategies import dates, integers

from billing_tui.billing.back_billing import BackBilling, Reach, read_back_billing
from billing_tui.foundation.errors import ProblemsFound

if TYPE_CHECKING:
    from pathlib import Path

TODAY = date(2028, 2, 29)
REACH = Reach(36, "CCP 338(a)", "three years", "")
GOOD = """
charge: {months: 36, citation: CCP 338(a), says: three years, verified: no}
refund: {months: 12, citation: Gov. Code 911.2, says: one year, verified: counsel 2026-07-01}
"""


def test_the_last_day_that_counts() -> None:
    """Three years before a leap day is the 28th; the day before that is too old."""
    assert REACH.first_day(TODAY) == date(2025, 2, 28)
    assert REACH.refusal(date(2025, 2, 28), TODAY) == ""
    assert "36 months, CCP 338(a), not verified" in REACH.refusal(date(2025, 2, 27), TODAY)


@given(day=dates(date(2000, 1, 1), date(2100, 1, 1)), months=integers(1, 240))
def test_a_reach_is_so_many_months(day: date, months: int) -> None:
    """Whatever the day, it lies that many months back and never on a later day of the month."""
    first = Reach(months, "law", "says", "").first_day(day)

    assert (day.year - first.year) * 12 + day.month - first.month == months
    assert first.day <= day.day


def test_each_direction_has_its_own_reach() -> None:
    """A charge and a refund of the same bill; one that changes nothing is never too old."""
    limits = BackBilling(REACH, Reach(12, "Gov. Code 911.2", "one year", "counsel"))
    bill_day = date(2026, 6, 1)

    assert limits.refusal(100, bill_day, TODAY) == ""
    assert limits.refusal(-100, bill_day, TODAY).endswith("12 months, Gov. Code 911.2")
    assert limits.refusal(0, date(1999, 1, 1), TODAY) == ""


def test_the_shipped_policy_is_whole() -> None:
    """Both directions with their law; nobody has verified it yet, and it says so."""
    found = read_back_billing()

    assert (found.charge.months, found.charge.verified) == (36, "")
    assert "911.2" in found.refund.citation


@pytest.mark.parametrize(
    ("was", "becomes"),
    [("months: 36", "months: none"), ("months: 36", "months: 0"), ("months: 12", "months: 999"),
     ("citation: CCP 338(a), ", ""), ("says: one year, ", "")],
)  # fmt: skip
def test_a_policy_that_cannot_be(tmp_path: Path, was: str, becomes: str) -> None:
    """A missing law or a number of months that is none is refused with the file's name."""
    path = tmp_path / "policy.yaml"
    path.write_text(GOOD.replace(was, becomes), encoding="utf-8")

    with pytest.raises(ProblemsFound, match="back_billing"):
        read_back_billing(path)


def test_who_verified_it_is_kept(tmp_path: Path) -> None:
    """The name stands with the reach, and "not verified" no longer does."""
    path = tmp_path / "policy.yaml"
    path.write_text(GOOD, encoding="utf-8")

    found = read_back_billing(path)

    assert found.refund.verified == "counsel 2026-07-01"
    assert "not verified" not in found.refund.refusal(date(2020, 1, 1), TODAY)
