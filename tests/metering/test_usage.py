from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from billing_tui.foundation.units import Unit, UnitMismatch
from billing_tui.metering.rollover import ROLLOVER_SHARE, advance, capacity
from billing_tui.metering.usage import Leg, Register, milli_text, usage_between, usage_over

DIALS = st.integers(3, 10)


@st.composite
def two_readings(draw: st.DrawFn) -> tuple[int, int, int]:
    """(previous, current, dials), both shown by the dials."""
    dials = draw(DIALS)
    top = capacity(dials) - 1
    return draw(st.integers(0, top)), draw(st.integers(0, top)), dials


@given(two_readings())
def test_a_lower_reading_is_a_rollover_only_within_the_threshold(
    readings: tuple[int, int, int],
) -> None:
    """Rolled over if and only if it is lower and the way over the top is short enough."""
    previous, current, dials = readings
    moved = advance(previous, current, dials)
    over = (current - previous) % capacity(dials)
    short = current < previous and over <= capacity(dials) * ROLLOVER_SHARE
    assert moved.rolled_over is short
    assert moved.counts == (over if short else current - previous)


@given(DIALS, st.integers(0, 10**10 - 1), st.data())
def test_counting_on_over_the_top_is_found_again(
    dials: int, start: int, data: st.DataObject
) -> None:
    """A register that moved by up to the threshold shows exactly that, wherever it stood."""
    top = capacity(dials)
    start %= top
    moved = data.draw(st.integers(0, int(top * ROLLOVER_SHARE)))
    assert advance(start, (start + moved) % top, dials).counts == moved


@pytest.mark.parametrize(
    ("previous", "current", "counts", "rolled"),
    [
        (999_990, 12, 22, True),
        (20_658, 20_653, -5, False),
        (0, 0, 0, False),
        (999_999, 0, 1, True),
        (900_000, 0, 100_000, True),
        (899_999, 0, -899_999, False),
    ],
)
def test_rollover_or_back_read(previous: int, current: int, counts: int, *, rolled: bool) -> None:
    """The edge of the threshold, and the two cases of the sample files."""
    assert advance(previous, current, 6) == (moved := advance(previous, current, 6))
    assert (moved.counts, moved.rolled_over) == (counts, rolled)


def test_the_derivation_of_a_plain_usage() -> None:
    """Counts times multiplier, in one line that can be read out."""
    used = usage_between(100, 138, Register(6, Unit.CCF, 10_000))
    assert (used.milli, used.derivation) == (380_000, "(138 - 100) x 10 = 380 ccf")
    rolled = usage_between(998, 3, Register(3, Unit.KGAL))
    assert rolled.derivation == "3 + 1000 - 998 (rolled over) = 5 kgal"


def test_an_exchange_adds_both_meters_in_the_unit_of_the_new_one() -> None:
    """(old out - old previous) + (new current - new start), with digits, unit and multiplier."""
    old = Leg(Register(4, Unit.CCF, 1000), 9998, 2)
    new = Leg(Register(7, Unit.GAL, 10_000), 100, 150)
    used = usage_over([old, new])
    assert used.parts == (2_992_208, 500_000)
    assert (used.milli, used.unit, used.rolled_over) == (3_492_208, Unit.GAL, True)
    assert "together 3,492.208 gal" in used.derivation


def test_unlike_meters_do_not_add() -> None:
    """Water and electricity never make one usage."""
    legs = [Leg(Register(6, Unit.CCF), 0, 1), Leg(Register(6, Unit.KWH), 0, 1)]
    with pytest.raises(UnitMismatch):
        usage_over(legs)


@given(two_readings(), st.sampled_from([1, 100, 1000, 10_000]))
def test_splitting_a_usage_by_an_exchange_changes_nothing(
    readings: tuple[int, int, int], multiplier: int
) -> None:
    """A meter put in with the register of the old one counts on as if nothing had happened."""
    low, high, dials = min(readings[:2]), max(readings[:2]), readings[2]
    register = Register(dials, Unit.CCF, multiplier)
    middle = (low + high) // 2
    split = usage_over([Leg(register, low, middle), Leg(register, middle, high)])
    assert split.milli == usage_between(low, high, register).milli


@given(st.integers(-(10**12), 10**12))
def test_thousandths_are_shown_exactly(milli: int) -> None:
    """No digit is lost between thousandths and what is read."""
    assert Decimal(milli_text(milli).replace(",", "")) * 1000 == milli
