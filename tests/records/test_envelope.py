"""The last line of a mailing address: city, state and ZIP, the same wherever it was keyed."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from billing_tui.records.envelope import envelope_lines, last_line_problem, street_and_city

STREET = "88 Elm St"


@pytest.mark.parametrize(
    ("last", "digits", "kept"),
    [
        ("Sacramento CA", "95814", "Sacramento CA 95814"),
        ("Sacramento, CA", "958141234", "Sacramento, CA 95814-1234"),
        ("Reno NV 89501", "89501", "Reno NV 89501"),
        ("Reno NV 89501-0077", "895010077", "Reno NV 89501-0077"),
        ("Reno NV 89501", "", "Reno NV 89501"),
        ("Canada", "", "Canada"),
    ],
)
def test_the_zip_stands_behind_the_city(last: str, digits: str, kept: str) -> None:
    """Once, whether it was keyed there or in its own field."""
    assert last_line_problem(last, digits) == ("", "")
    assert envelope_lines((STREET, last), digits) == (STREET, kept)


@pytest.mark.parametrize(
    ("last", "digits", "field"),
    [
        ("12 Oak Court", "93222", "lines"),
        ("12 Oak Ct", "93222", "lines"),
        ("12 Oak Court", "", "lines"),
        ("PO Box 77", "", "lines"),
        ("93222", "", "lines"),
        ("Sacramento 95814", "", "lines"),
        ("Sacramento CA", "", "zip"),
        ("Sacramento CA 95814", "95815", "zip"),
    ],
)
def test_an_address_that_would_not_arrive_is_refused(last: str, digits: str, field: str) -> None:
    """The cursor goes to the lines or to the ZIP, whichever is at fault."""
    sentence, at = last_line_problem(last, digits)
    assert sentence
    assert at == field


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ("12 Elm St, Fresno CA 93701", ("12 Elm St", "Fresno CA 93701")),
        ("12 Elm St, Apt 4, Fresno, CA 93701-1234", ("12 Elm St, Apt 4", "Fresno, CA 93701-1234")),
        ("12 Elm St, Fresno ca", ("12 Elm St", "Fresno ca")),
        ("12 Elm St, Apt 4", ("12 Elm St, Apt 4", "")),
        ("Fresno, CA 93701", ("Fresno, CA 93701", "")),
        (", Fresno CA", (", Fresno CA", "")),
        ("12 Elm St", ("12 Elm St", "")),
    ],
)
def test_an_address_in_one_line_is_parted_before_its_city(
    line: str, parts: tuple[str, str]
) -> None:
    """Only at a comma, and only where a city with its state comes last."""
    assert street_and_city(line) == parts


@given(
    city=st.text("abc ", min_size=1).map(str.strip).filter(bool),
    digits=st.from_regex(r"\A[0-9]{5}\Z"),
)
def test_an_envelope_keyed_again_stays_as_it_is(city: str, digits: str) -> None:
    """What was printed can be keyed as it stands, with or without its ZIP field."""
    once = envelope_lines((STREET, f"{city} CA"), digits)
    assert envelope_lines(once, digits) == envelope_lines(once, "") == once
    assert last_line_problem(once[-1], "") == ("", "")
