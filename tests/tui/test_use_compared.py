"""The sentence about the last period's use, against the year before."""

from __future__ import annotations

from datetime import date

import pytest

from billing_tui.metering.own_use import OwnUse
from billing_tui.metering.read_context import Period
from billing_tui.records.account_values import ServiceLine
from billing_tui.records.kinds import ServiceKind
from billing_tui.tui.screens.records.account_lines import usage_sentence


@pytest.mark.parametrize(
    ("days", "told"),
    [(31, "6 ccf in 31 days, 13 ccf less than last October."), (5, "6 ccf in 5 days.")],
)
def test_only_periods_of_like_length_are_compared(days: int, told: str) -> None:
    """The five days before a final read are not held against a whole month."""
    service = ServiceLine(
        service_id=1,
        service_point_id=7,
        kind=ServiceKind.WATER,
        schedule="WATER",
        rate_class="SFR",
        from_day=date(2019, 3, 1),
        to_day=None,
        billing_hold=False,
        metered=True,
        point_status="Active",
        meter="70318842",
        size='3/4"',
        unit="ccf",
        route="0301",
        sequence=10,
        reader_note="",
        attributes={},
    )
    periods = (
        Period(date(2026, 10, 19), days, 6000, 1500),
        Period(date(2025, 10, 14), 30, 19000, 1100),
    )
    assert usage_sentence([service], {7: OwnUse(periods=periods)}) == told
