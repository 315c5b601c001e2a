"""Account numbers: what a clerk keys, and the check digit."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, strategies as st

from billing_tui.foundation.errors import InvalidEntry, Refused
from billing_tui.foundation.luhn import check_digit
from billing_tui.records.account_number import (
    AccountNumber,
    parse_account_number,
    parse_checked,
)

numbers = st.builds(AccountNumber, st.integers(10_001, 999_999_999), st.integers(1, 99))


@pytest.mark.parametrize(
    "keyed",
    ["10432-03", "10432-3", "1043203", "0010432-03", "001043203", " 10432-03 ", "10432-003"],
)
def test_spellings_of_one_number(keyed: str) -> None:
    """A dash, leading zeros and blanks make no difference."""
    assert parse_account_number(keyed) == AccountNumber(10432, 3)


def test_location_alone() -> None:
    """Six digits or fewer name the location without an occupant."""
    assert parse_account_number("10432") == AccountNumber(10432)
    assert str(parse_account_number("010432")) == "10432"


@pytest.mark.parametrize(
    "keyed",
    ["", "-", "10432-", "-03", "10432-00", "1043200", "10432-100", "10a32", "10432--03",
     "\u0661\u0662",
     "9" * 10_000, "0", "10432 03", "10432-03\n1"],
)  # fmt: skip
def test_refused_spellings(keyed: str) -> None:
    """What is no account number is refused with the field to go to."""
    with pytest.raises(InvalidEntry) as refusal:
        parse_account_number(keyed)
    assert refusal.value.field == "account"


@given(numbers)
def test_printed_number_reads_back(number: AccountNumber) -> None:
    """The printed form, the bare digits and the scanned digits name the same account."""
    assert parse_account_number(str(number)) == number
    assert parse_account_number(number.digits) == number
    assert parse_checked(number.digits.zfill(12) + number.check_digit) == number


@given(numbers, st.data())
def test_check_digit_finds_a_wrong_digit(number: AccountNumber, data: st.DataObject) -> None:
    """Any one digit misread is noticed."""
    line = number.digits + number.check_digit
    place = data.draw(st.integers(0, len(line) - 1))
    other = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != line[place]]))
    with pytest.raises(InvalidEntry):
        parse_checked(line[:place] + other + line[place + 1 :])


def test_check_digit_of_a_published_example() -> None:
    """The digit agrees with the textbook Luhn example 7992739871, whose check digit is 3."""
    assert check_digit("7992739871") == "3"


def test_next_occupant() -> None:
    """The next agreement takes the next sequence, up to 99."""
    assert str(AccountNumber(10432).next_occupant()) == "10432-01"
    assert str(AccountNumber(10432, 9).next_occupant()) == "10432-10"
    with pytest.raises(Refused):
        AccountNumber(10432, 99).next_occupant()


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    """No text does worse than a refusal."""
    with suppress(InvalidEntry):
        assert 0 < parse_account_number(text).location <= 999_999_999
