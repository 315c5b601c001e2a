"""The usage chart."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, strategies as st

from billing_tui.tui.bar_chart import Bar, bar_chart, scale_step
from billing_tui.tui.ink import plain, width_of

USES = st.lists(st.one_of(st.none(), st.integers(0, 10_000_000)), min_size=1, max_size=30)


def _bars(uses: list[int | None]) -> list[Bar]:
    first = date(2024, 1, 14)
    return [
        Bar(first + timedelta(days=30 * at), None if use is None else Decimal(use) / 1000)
        for at, use in enumerate(uses)
    ]


@given(USES, st.integers(20, 60), st.integers(3, 12))
def test_the_chart_fits_its_room(uses: list[int | None], width: int, height: int) -> None:
    """No line is wider than the room, and there are never more lines than asked for."""
    lines = bar_chart(_bars(uses), "ccf", width=width, height=height)

    assert len(lines) <= height + 1
    assert all(width_of(line) <= width + 1 for line in lines)


@given(st.decimals("0.001", "9999999", places=3), st.integers(3, 12))
def test_the_scale_holds_the_largest_and_wastes_little(largest: Decimal, rows: int) -> None:
    """The top of the scale is at least the largest bar and less than twice and a half of it."""
    top = scale_step(largest, rows) * rows

    assert top >= largest
    assert top <= largest * Decimal("2.5") or top <= rows * Decimal("0.001")


def test_bars_by_hand() -> None:
    """Twelve, six and none on a scale of three rows of four."""
    lines = bar_chart(_bars([12_000, 6_000, 0]), "ccf", width=20, height=3)

    assert [plain(line).rstrip() for line in lines] == [
        "   12 #",
        "    8 # .",
        "    4 # # -",
        " ccf  J F M",
    ]


def test_estimates_have_their_own_sign() -> None:
    """An estimated period is drawn with =."""
    bars = [Bar(date(2026, 1, 1), Decimal(5), estimated=True), Bar(date(2026, 2, 1), Decimal(5))]

    assert plain(bar_chart(bars, "ccf", width=20, height=3)[-2]).rstrip().endswith("= #")


@given(st.lists(st.integers(1, 10_000_000), min_size=24, max_size=30))
def test_two_years_stand_close(uses: list[int]) -> None:
    """One cell a bar: two years fit into thirty cells beside the scale, the newest at the right."""
    lines = bar_chart(_bars(list(uses)), "ccf", width=30, height=5, step=1)

    months = plain(lines[-1])[6:]
    assert len(months) == 24
    assert months[-1] == f"{_bars(list(uses))[-1].day:%b}"[0]


@given(USES, st.integers(3, 12), st.sampled_from([1, 1000]))
def test_no_figure_of_the_scale_is_cut(uses: list[int | None], height: int, times: int) -> None:
    """However much was used: a wrong reading may stand there."""
    bars = _bars([use and use * times for use in uses])

    assert not any("~" in plain(line) for line in bar_chart(bars, "ccf", width=40, height=height))


def test_large_figures_by_hand() -> None:
    """In full where it fits, else in thousands."""
    scales = [
        plain(bar_chart(_bars([use * 1000]), "ccf", width=20, height=3)[0]).split()[0]
        for use in (9_000, 30_000, 900_000)
    ]

    assert scales == ["9,000", "30k", "900k"]
