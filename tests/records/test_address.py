"""How addresses and phones read."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from billing_tui.records.address import city_line, phone_text, street_line, zip_text
from billing_tui.records.new_records import phone_digits, printed_name, zip_digits


def test_lines_leave_no_gaps() -> None:
    """What is empty takes no blank."""
    assert street_line("418", "Alder Ct", "Unit B") == "418 Alder Ct Unit B"
    assert street_line("418", "Alder Ct", "") == "418 Alder Ct"
    assert city_line("Sierra Vista", "CA", "930011234") == "Sierra Vista CA 93001-1234"
    assert city_line("Sierra Vista", "CA", "") == "Sierra Vista CA"


def test_the_delivery_point_is_not_printed() -> None:
    """Eleven digits serve the barcode; people read nine."""
    assert zip_text("93001123499") == "93001-1234"
    assert zip_text("93001") == "93001"


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("Delgado, Rosa M", "Rosa M Delgado"),
        ("Kwan Bakery", "Kwan Bakery"),
        ("Soto,Ana", "Ana Soto"),
    ],
)
def test_names_are_printed_first_name_first(name: str, printed: str) -> None:
    """A name that sorts by its last name is turned round; a business is left alone."""
    assert printed_name(name) == printed


@given(st.from_regex(r"[0-9]{7,15}", fullmatch=True))
def test_phones_read_back(digits: str) -> None:
    """The shown phone holds the same digits, without the country's 1."""
    kept = phone_digits(digits)
    assert phone_digits(phone_text(kept)) == kept
    assert digits.endswith(kept)


def test_phone_and_zip_are_kept_as_digits() -> None:
    """Signs are for reading only."""
    assert phone_text(phone_digits("1 (805) 555-0134")) == "(805) 555-0134"
    assert phone_text("5550134") == "555-0134"
    assert zip_digits("93001-1234") == "930011234"
