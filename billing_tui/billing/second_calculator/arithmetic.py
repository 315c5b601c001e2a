"""Exact fractions, cut to 34 significant digits where the format of schedules cuts them."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache

from billing_tui.billing.second_calculator.refusals import NotRated

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)\Z")
_DIGITS = 34
_TOO_LONG: int = 10**_DIGITS
_USUAL: int = 10**12
ZERO = Fraction(0)
HUNDRED = Fraction(100)


@lru_cache(maxsize=65_536)
def number(text: str) -> Fraction:
    """The number that a text writes in plain decimal digits, such as `-12.50`.

    Raises:
        NotRated: for anything else; exponents, commas and blanks are not guessed at.
    """
    if not _NUMBER.match(text):
        raise NotRated(f"{text!r} is no number; write it in digits, such as 12.5.")
    return Fraction(text)


def keep(exact: Fraction) -> Fraction:
    """The number cut to 34 significant digits, half to even; most are shorter and unchanged."""
    top, bottom = exact.numerator, exact.denominator
    if _USUAL % bottom == 0 and -_TOO_LONG < top * (_USUAL // bottom) < _TOO_LONG:
        return exact
    if not top:
        return ZERO
    size = len(str(abs(top))) - len(str(bottom))
    if abs(exact) >= Fraction(10) ** size:
        size += 1
    step = Fraction(10) ** (size - _DIGITS)
    return round(exact / step) * step


def times(left: Fraction, right: Fraction) -> Fraction:
    """The product in 34 digits."""
    return keep(left * right)


def over(top: Fraction, bottom: Fraction) -> Fraction:
    """The quotient in 34 digits; dividing by zero is refused."""
    if not bottom:
        raise NotRated(
            "A formula divides by zero; correct the schedule or what the account states."
        )
    return keep(top / bottom)


def power(base: Fraction, exponent: Fraction) -> Fraction:
    """The base raised to a whole number from -99 to 99, in 34 digits."""
    if exponent.denominator != 1 or abs(exponent) > 99:
        raise NotRated("An exponent must be a whole number from -99 to 99.")
    if not base and exponent <= 0:
        raise NotRated("Zero can only be raised to a power above zero.")
    return keep(base**exponent.numerator)


def nearest(top: int, bottom: int) -> int:
    """The whole number nearest to top / bottom (bottom above 0); halves go away from zero."""
    if top < 0:
        return -((bottom - 2 * top) // (2 * bottom))
    return (2 * top + bottom) // (2 * bottom)


def cents(dollars: Fraction) -> int:
    """An amount in whole cents, halves away from zero."""
    return nearest(dollars.numerator * 100, dollars.denominator)


def rounded(exact: Fraction, how: str, decimals: int) -> Fraction:
    """The number to so many decimals: half-even, half-up, up (from zero) or down (towards it)."""
    scale: int = 10**decimals
    top, bottom = exact.numerator * scale, exact.denominator
    if how == "half-even":
        whole = round(Fraction(top, bottom))
    elif how == "half-up":
        whole = nearest(top, bottom)
    else:
        whole = abs(top) // bottom + (how == "up" and abs(top) % bottom != 0)
        whole = -whole if top < 0 else whole
    return Fraction(whole, scale)
