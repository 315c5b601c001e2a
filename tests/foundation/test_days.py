"""Business days: the holidays that the utility keeps, and counting past them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings, strategies as st

from billing_tui.foundation.days import USUAL, WEEKDAYS, Calendar, parse_day, read_calendar
from billing_tui.foundation.errors import InvalidEntry, ProblemsFound

OFFICE = Calendar()
days = st.dates(date(2024, 1, 1), date(2031, 12, 31))
calendars = st.builds(
    Calendar,
    st.frozensets(st.sampled_from(USUAL)),
    st.dictionaries(days, st.just("closed"), max_size=20),
    st.frozensets(st.integers(0, 6), min_size=1),
)


def day(month: int, number: int) -> date:
    """A day of 2026."""
    return date(2026, month, number)


@pytest.mark.parametrize(
    ("when", "why"),
    [
        (day(5, 25), "Memorial Day"),
        (day(6, 19), "Juneteenth National Independence Day"),
        (day(7, 3), "Independence Day"),
        (day(9, 7), "Labor Day"),
        (day(11, 11), "Veterans Day"),
        (day(11, 26), "Thanksgiving Day"),
        (day(11, 27), "Day After Thanksgiving"),
        (day(10, 12), ""),
        (day(11, 8), "Sunday"),
        (day(11, 9), ""),
        (date(2027, 12, 31), "New Year's Day"),
        (date(2027, 12, 24), "Christmas Day"),
    ],
)
def test_the_usual_holidays(when: date, why: str) -> None:
    """Observed days count; Columbus Day and Diwali are working days of a Californian city hall."""
    assert OFFICE.why_closed(when) == why
    assert OFFICE.is_business_day(when) is (not why)


@pytest.mark.parametrize(
    ("due", "sixtieth", "shutoff", "contact", "notice"),
    [
        (day(3, 23), day(5, 22), day(5, 26), day(5, 14), day(5, 11)),
        (day(5, 3), day(7, 2), day(7, 6), day(6, 24), day(6, 21)),
        (day(10, 7), day(12, 6), day(12, 7), day(11, 24), day(11, 22)),
    ],
)
def test_shutoff_dates_of_2026(
    due: date, sixtieth: date, shutoff: date, contact: date, notice: date
) -> None:
    """Sixty full days late, then a business day; seven business days for the contact.

    Source: the dated table for Health and Safety Code 116908 with the holidays of 2026.
    """
    assert due + timedelta(days=60) == sixtieth
    assert OFFICE.next_business_day(due + timedelta(days=61)) == shutoff
    assert OFFICE.add_business_days(shutoff, -7) == contact
    assert OFFICE.business_days_between(contact, shutoff) == 7
    assert OFFICE.business_days_between(contact + timedelta(days=1), shutoff) == 6
    assert shutoff - timedelta(days=15) == notice


@settings(deadline=None)
@given(calendars, days, st.integers(-40, 40))
def test_counting_and_adding_agree(calendar: Calendar, start: date, count: int) -> None:
    """From a business day, n business days on lies n business days away, either way."""
    start = calendar.next_business_day(start)
    end = calendar.add_business_days(start, count)
    assert calendar.is_business_day(end)
    assert calendar.business_days_between(start, end) == count
    assert calendar.add_business_days(end, -count) == start


@settings(deadline=None)
@given(calendars, days)
def test_the_next_business_day_skips_only_closed_days(calendar: Calendar, start: date) -> None:
    """Everything between the day and the answer is closed, in both directions."""
    following, before = calendar.next_business_day(start), calendar.previous_business_day(start)
    assert before <= start <= following
    assert calendar.is_business_day(following)
    assert calendar.is_business_day(before)
    between = range(1, (following - before).days)
    open_days = [before + timedelta(days=n) for n in between]
    assert not any(map(calendar.is_business_day, open_days))


@settings(deadline=None)
@given(calendars, days, days, days)
def test_spans_add_up(calendar: Calendar, first: date, second: date, third: date) -> None:
    """Counting to a day and on from it is counting through; backwards is negative."""
    count = calendar.business_days_between
    assert count(first, second) + count(second, third) == count(first, third)
    assert count(first, second) == -count(second, first)


def test_a_profile_says_when_the_office_is_open() -> None:
    """Four-ten weeks, fewer holidays and a closed day of its own."""
    calendar = read_calendar(
        "office_days: [Monday, Tuesday, Wednesday, Thursday]\n"
        'holidays: [Christmas Day, "New Year\'s Day"]\n'
        "closed:\n  2026-12-24: Christmas Eve\n"
    )
    assert calendar.why_closed(day(12, 24)) == "Christmas Eve"
    assert calendar.why_closed(day(12, 11)) == "Friday"
    assert calendar.is_business_day(day(11, 11))
    assert calendar.next_business_day(day(12, 24)) == day(12, 28)


def test_an_empty_profile_is_the_usual_office() -> None:
    """Every key has its usual value."""
    assert read_calendar("") == OFFICE


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("holidays: [Christmas]", "Christmas Day"),
        ("holidays: Christmas Day", "list"),
        ("office_days: [Mon]", "Monday"),
        ("office_days: []", "some day"),
        ("closed: [2026-12-24]", "map"),
        ("closed: {2026-02-30: x}", "2026-02-30"),
        ("closed: {12/24/2026: x}", "12/24/2026"),
        ("hours: 8-5", "hours"),
        ("[]", "map"),
    ],
)
def test_a_wrong_profile_is_refused(text: str, word: str) -> None:
    """The sentence says what would be right."""
    with pytest.raises(ProblemsFound) as refused:
        read_calendar(text)
    assert word in " ".join(map(str, refused.value.problems))


@pytest.mark.parametrize(
    "text",
    ["", "2026-2-3", "20260203", "2026-W05-2", "2026-02-30", "02/03/2026", "\u0662026-02-03"],
)
def test_a_day_has_one_spelling(text: str) -> None:
    """Other ISO forms that the library would take are refused."""
    with pytest.raises(InvalidEntry) as refused:
        parse_day(text, field="due")
    assert refused.value.field == "due"


@given(st.dates())
def test_any_day_reads_back(when: date) -> None:
    """Its ISO text is its spelling."""
    assert parse_day(when.isoformat()) == when
    assert WEEKDAYS[when.weekday()] == when.strftime("%A")
