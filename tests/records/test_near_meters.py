"""A meter's number keyed with one slip is told as near to the meter that is meant."""

from __future__ import annotations

from string import digits

from hypothesis import given, strategies as st

from billing_tui.records.near_meters import one_slip_from

NUMBERS = st.text(digits + "SNX", min_size=2, max_size=12)


@given(NUMBERS, st.data())
def test_every_slip_leads_back(number: str, data: st.DataObject) -> None:
    """A key left out, added, wrong, or turned with the next: the number is one slip from it."""
    at = data.draw(st.integers(0, len(number) - 2))
    key = data.draw(st.sampled_from(digits))
    slips = {
        number[:at] + number[at + 1 :],
        number[:at] + key + number[at:],
        number[:at] + key + number[at + 1 :],
        number[:at] + number[at + 1] + number[at] + number[at + 2 :],
    }
    for slip in slips - {number}:
        assert number in one_slip_from(slip)


@given(NUMBERS)
def test_a_number_is_no_slip_of_itself(number: str) -> None:
    """And two slips at once are not looked for: lengths differ by one at most."""
    near = one_slip_from(number)
    assert number not in near
    assert all(abs(len(one) - len(number)) <= 1 for one in near)
