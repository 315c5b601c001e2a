"""Envelope windows, the usage chart and the breaking of lines."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from billing_tui.documents import envelope
from billing_tui.documents.bill_values import UsageMonth
from billing_tui.documents.envelope import Box
from billing_tui.documents.usage_chart import chart, scale_top

figures = st.none() | st.decimals(
    min_value=-50, max_value=10**7, places=1, allow_nan=False, allow_infinity=False
)
months = st.lists(
    st.builds(UsageMonth, st.dates(date(2020, 1, 1), date(2030, 1, 1)), figures, figures),
    max_size=13,
)


def test_windows_lie_on_the_top_panel_and_apart() -> None:
    """Both windows look at the first third of the sheet and do not overlap."""
    panel = Box(0, 0, envelope.SHEET_WIDTH, envelope.PANEL)
    assert panel.holds(envelope.RETURN_WINDOW)
    assert panel.holds(envelope.MAILING_WINDOW)
    assert not envelope.RETURN_WINDOW.touches(envelope.MAILING_WINDOW)


def test_scan_band_is_below_the_remit_address() -> None:
    """The clear band is within two inches of the bottom edge, and the stub holds the window."""
    assert envelope.CLEAR_BAND.top >= envelope.SHEET_HEIGHT - 2 * envelope.INCH
    assert envelope.REMIT_WINDOW.top > envelope.PERFORATION


@given(st.decimals(min_value=Decimal("0.001"), max_value=10**9, places=3))
def test_scale_ends_just_above_the_largest(largest: Decimal) -> None:
    """The scale's top is at or above the largest figure and at most two and a half times it."""
    top = scale_top(largest)
    assert largest <= top <= largest * Decimal("2.5")


@given(months)
def test_bars_stay_in_the_box(usage: list[UsageMonth]) -> None:
    """Every bar lies in its own month's place, within the box, and none overlaps another."""
    drawn = chart(usage, 142, 54)
    assert all(0 < bar.height <= 54.001 for bar in drawn.bars)
    assert all(bar.x >= 0 and bar.x + bar.width <= 142 for bar in drawn.bars)
    edges = [(bar.x, bar.x + bar.width) for bar in drawn.bars]
    assert all(before[1] <= after[0] + 1e-6 for before, after in pairwise(edges))
    assert len(drawn.letters) == len(usage)


def test_heights_are_in_proportion() -> None:
    """Half the usage is half the height, last year's bar stands to the left, the last is newest."""
    drawn = chart(
        [
            UsageMonth(date(2026, 10, 1), Decimal(20), Decimal(40)),
            UsageMonth(date(2026, 11, 1), Decimal(10), None),
        ],
        100,
        60,
    )
    last_year, first, newest = drawn.bars
    assert (last_year.height, first.height, newest.height) == (60, 30, 15)
    assert last_year.last_year
    assert last_year.x < first.x
    assert newest.newest
    assert not first.newest
    assert [text for _, text in drawn.letters] == ["O", "N"]
    assert [text for _, text in drawn.lines] == ["0", "20", "40"]


@pytest.mark.parametrize("usage", [[], [UsageMonth(date(2026, 1, 1), None)]])
def test_nothing_to_draw(usage: list[UsageMonth]) -> None:
    """No months, or months without figures, draw no bars and do not fail."""
    assert chart(usage, 100, 50).bars == ()
