"""Money: whole cents, half up, and nothing but plain digits from people."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, strategies as st

from billing_tui.foundation.errors import InvalidEntry
from billing_tui.foundation.money import LIMIT_CENTS, ZERO, Money, cents_half_up, money_text

cents = st.integers(-LIMIT_CENTS, LIMIT_CENTS)
exact = st.decimals(
    min_value=-(10**9), max_value=10**9, allow_nan=False, allow_infinity=False, places=8
)

HOSTILE = (
    "",
    " ",
    "-",
    ".",
    ".5",
    "5.",
    "--5",
    "-5-",
    "+5",
    "NaN",
    "nan",
    "Infinity",
    "-Infinity",
    "1E+999999",
    "1e3",
    "-0x1",
    "0x10",
    "1_000",
    "1,23",
    "1,234.56",
    "1 000",
    "\u0661\u0662",
    "\uff11\uff12",
    "\u00b2",
    "\u2212" + "5",
    "\u2013" + "5",
    "0.005",
    "1.234",
    "9223372036854775808",
    "1000000000",
    "5\n6",
    "5\x00",
    "5\x1b[0m",
    "$5",
    "5USD",
    "1" * 10_000,
    "0" * 17,
    "\u200b5",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_numbers_are_refused(text: str) -> None:
    """Each with the same sentence and code, on the field that was named."""
    with pytest.raises(InvalidEntry) as refused:
        Money.parse(text, field="amount")
    assert (refused.value.code, refused.value.field) == ("MONEY-FORM", "amount")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("125", 12_500),
        ("125.4", 12_540),
        ("125.40", 12_540),
        ("12.50-", -1_250),
        ("-12.50", -1_250),
        ("0", 0),
        ("-0", 0),
        ("0.00", 0),
        ("000000001", 100),
        ("999999999.99", LIMIT_CENTS),
        ("  7 ", 700),
    ],
)
def test_what_clerks_key_is_read(text: str, expected: int) -> None:
    """Whole dollars, one or two decimals, a minus on either end."""
    assert Money.parse(text).cents == expected


@given(cents)
def test_text_reads_back(amount: int) -> None:
    """What is shown, less its commas, is what was held; Python's own spelling agrees."""
    shown = money_text(amount)
    assert Money.parse(shown.replace(",", "")).cents == amount
    assert Decimal(shown.replace(",", "")) * 100 == amount


@given(st.text(max_size=30))
def test_any_text_is_money_or_a_sentence(text: str) -> None:
    """No other error comes out, and what is taken is plain ASCII within the limit."""
    try:
        found = Money.parse(text)
    except InvalidEntry:
        return
    assert text.strip().isascii()
    assert abs(found.cents) <= LIMIT_CENTS


@given(exact)
def test_rounding_is_half_away_from_zero(amount: Decimal) -> None:
    """Never off by more than half a cent, halves go outwards, signs mirror."""
    rounded = cents_half_up(amount)
    off = Fraction(rounded) - Fraction(amount) * 100
    assert abs(off) <= Fraction(1, 2)
    if abs(off) == Fraction(1, 2):
        assert abs(rounded) > abs(amount * 100)
    assert cents_half_up(-amount) == -rounded


@pytest.mark.parametrize(
    ("amount", "expected"),
    [("0.005", 1), ("0.0049999", 0), ("-0.005", -1), ("1.005", 101), ("2.675", 268), ("-0", 0)],
)
def test_halves_that_floats_get_wrong(amount: str, expected: int) -> None:
    """2.675 is 2.68 here; as a float it would be 2.67."""
    assert cents_half_up(Decimal(amount)) == expected


@given(st.lists(cents, max_size=50))
def test_sums_are_sums_of_cents(amounts: list[int]) -> None:
    """Adding, taking away and turning the sign lose nothing."""
    total = Money.total(map(Money, amounts))
    assert total.cents == sum(amounts)
    assert total - total == ZERO
    assert -total + total == ZERO
    assert (total * 3).cents == 3 * sum(amounts)
    assert bool(total) is (sum(amounts) != 0)


@given(cents, cents)
def test_money_is_ordered_by_cents(left: int, right: int) -> None:
    """Order and equality are those of the cents."""
    assert (Money(left) < Money(right)) is (left < right)
    assert (Money(left) == Money(right)) is (left == right)
