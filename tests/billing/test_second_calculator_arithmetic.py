"""The second calculator's formulas and roundings, by themselves."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, strategies as st

from billing_tui.billing.second_calculator.arithmetic import cents, keep, number, rounded
from billing_tui.billing.second_calculator.formula import read_formula, run
from billing_tui.billing.second_calculator.refusals import NotRated, Unreadable


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("-2^2", -4),
        ("2^-1", Fraction(1, 2)),
        ("2^3^2", 512),
        ("2^-1*3", Fraction(3, 2)),
        ("2*-3", -6),
        ("8/4/2", 1),
        ("1-2-3", -4),
        ("-(1+.5)*2", -3),
        ("+-+2", -2),
        ("10/3*3", Fraction(10**34 - 1, 10**33)),
    ],
)
def test_formulas(text: str, result: Fraction) -> None:
    """Grouping as section 2 states it, quotients in 34 digits."""
    assert run(read_formula(text), number) == result


@pytest.mark.parametrize(
    "text", ["", "1 2", "2x", "(1", "1)", "1+", "()", "*2", "1..2", "5.", "1,5", "a(2)"]
)
def test_malformed_formulas(text: str) -> None:
    """What the grammar does not produce is refused."""
    with pytest.raises(Unreadable):
        read_formula(text)


@given(st.fractions(max_denominator=10**6))
def test_keep_is_within_half_a_digit(exact: Fraction) -> None:
    """34 digits lie within half a unit of the 34th, and keeping twice changes nothing."""
    kept = keep(exact)
    assert abs(kept - exact) * 2 * 10**33 <= abs(exact)
    assert keep(kept) == kept


@given(st.integers(-(10**9), 10**9))
def test_halves_of_a_cent_go_away_from_zero(thousandths: int) -> None:
    """Rounding is odd: a credit rounds like its charge; and it is within half a cent."""
    amount = Fraction(thousandths, 1000)
    assert cents(-amount) == -cents(amount)
    assert abs(cents(amount) - amount * 100) <= Fraction(1, 2)
    assert cents(Fraction(abs(thousandths) * 2 + 1, 200)) == abs(thousandths) + 1


def test_rounding_modes() -> None:
    """Each mode at a half, above and below zero."""
    halves = [Fraction(5, 2), Fraction(-5, 2)]
    modes = ("half-even", "half-up", "up", "down")
    found = {mode: [int(rounded(half, mode, 0)) for half in halves] for mode in modes}
    assert found == {"half-even": [2, -2], "half-up": [3, -3], "up": [3, -3], "down": [2, -2]}


@pytest.mark.parametrize("text", ["", "1e3", "1,000", " 1", "½", "٣", "+", ".", "nan"])
def test_numbers_are_plain_digits(text: str) -> None:
    """Nothing but digits, a sign and one point is a number."""
    with pytest.raises(NotRated):
        number(text)


@pytest.mark.parametrize("text", ["1/0", "2^.5", "2^100", "0^-1", "0^0"])
def test_formulas_without_a_result(text: str) -> None:
    """Division by zero, odd exponents and empty powers are refused."""
    with pytest.raises(NotRated):
        run(read_formula(text), number)
