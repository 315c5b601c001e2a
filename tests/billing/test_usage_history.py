"""Usage for the chart on the bill."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from town import READ_DAY, START, plan, read_all

from billing_tui.billing.usage_history import PeriodUse, usage_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from billing_tui.access.desk import Desk


def test_each_read_gives_a_period(
    desk: Callable[..., Desk], town: list[int], tmp_path: Path
) -> None:
    """From the first reading to October, from October to November, in order."""
    november = date(2026, 11, 13)
    instance = plan(desk, "2026-11", november, date(2026, 11, 20))
    read_all(desk, instance, {"M000001": 1021}, november, tmp_path)

    uses = usage_of(town[:2], november)

    first = PeriodUse(START, READ_DAY, 9000, "ccf", estimated=False)
    assert uses[town[0]] == [first, PeriodUse(READ_DAY, november, 12_000, "ccf", estimated=False)]
    assert [use.usage_milli for use in uses[town[1]]] == [18_000]


def test_only_reads_up_to_the_day_count(town: list[int]) -> None:
    """A bill that is printed again shows what was known on its day."""
    assert usage_of(town[:1], START) == {town[0]: []}


def test_daily_use_is_in_gallons() -> None:
    """9 ccf are 6,732.47 gallons; over 30 days that is 224 a day."""
    assert PeriodUse(START, READ_DAY, 9000, "ccf", estimated=False).gallons_per_day == 224
