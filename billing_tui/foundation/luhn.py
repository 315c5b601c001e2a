"""The mod 10 check digit at the end of a scan line (Luhn; weights 2, 1, 2, 1 from the right).

It catches every single wrong digit and every swap of neighbours but 09 and 90, so a reader of the
line still compares account and amount with the open bill.
"""

from __future__ import annotations

from billing_tui.foundation.errors import InvalidEntry

_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


def check_digit(digits: str) -> str:
    """The digit that belongs after `digits`; raises `InvalidEntry` for anything but 0-9."""
    if not (digits.isascii() and digits.isdigit()):
        raise InvalidEntry("A check digit is computed over the digits 0-9 only.", code="LUHN-FORM")
    total = sum(
        int(digit) if place % 2 else _DOUBLED[int(digit)]
        for place, digit in enumerate(reversed(digits))
    )
    return str(-total % 10)


def is_valid(digits: str) -> bool:
    """Whether the last digit is the check digit of those before it."""
    if len(digits) < 2 or not (digits.isascii() and digits.isdigit()):
        return False
    return check_digit(digits[:-1]) == digits[-1]
