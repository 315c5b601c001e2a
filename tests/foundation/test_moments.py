"""Moments as the office's clock shows them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, strategies as st

from billing_tui.foundation import moments
from billing_tui.foundation.errors import InvalidEntry
from billing_tui.foundation.moments import (
    USUAL_ZONE,
    column_moment,
    day_of,
    exported_moment,
    keep_zone,
    moment_text,
    on_day,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def usual() -> Iterator[None]:
    """The zone of an office that names no other, before and after."""
    keep_zone(USUAL_ZONE)
    yield
    keep_zone(USUAL_ZONE)


@pytest.mark.parametrize(
    ("at", "told", "column"),
    [
        ("2026-10-20T16:30:00+00:00", "10/20/26 09:30 PDT", "10/20/26 09:30"),
        ("2026-11-03T04:10:00+00:00", "11/02/26 20:10 PST", "11/02/26 20:10"),
        ("2026-11-01T08:30:00+00:00", "11/01/26 01:30 PDT", "11/01 1:30 PDT"),
        ("2026-11-01T09:30:00+00:00", "11/01/26 01:30 PST", "11/01 1:30 PST"),
        ("", "-", "-"),
    ],
)
def test_a_moment_is_told_by_the_clock_on_the_wall(at: str, told: str, column: str) -> None:
    """Daylight saving or not, the day before where UTC is ahead, the hour that comes twice."""
    assert moment_text(at) == told
    assert column_moment(at) == column


def test_an_evening_belongs_to_its_own_day() -> None:
    """What was written at 20:10 of the second is of the second, though UTC says the third."""
    assert day_of("2026-11-03T04:10:00+00:00") == date(2026, 11, 2)
    assert exported_moment("2026-11-03T04:10:00+00:00") == "2026-11-02T20:10:00-08:00"


def test_another_zone_is_another_clock() -> None:
    """The office's setting decides; an unknown one is refused and changes nothing."""
    keep_zone("America/Phoenix")
    assert moment_text("2026-07-01T16:30:00+00:00") == "07/01/26 09:30 MST"
    with pytest.raises(InvalidEntry, match="no time zone 'Mars/Base'"):
        keep_zone("Mars/Base")
    assert moments.local(datetime(2026, 7, 1, tzinfo=UTC)).tzname() == "MST"


@given(
    st.dates(date(2020, 1, 1), date(2035, 12, 31)),
    st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - Hypothesis adds the zone
)
def test_a_clock_that_stands_on_a_day_tells_that_day(day: date, now: datetime) -> None:
    """Whatever the hour is, the moment is of that day by the office's clock, at most an hour off.

    An hour that spring leaves out is told as the one after it.
    """
    moment = on_day(day, now)

    assert day_of(moment.isoformat()) == day
    here, there = moments.local(now), moments.local(moment)
    apart = timedelta(hours=there.hour - here.hour, minutes=there.minute - here.minute)
    assert apart in {timedelta(0), timedelta(hours=1)}


@given(st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - Hypothesis adds the zone
def test_no_two_moments_a_minute_apart_look_alike(now: datetime) -> None:
    """In full and in a column, also in the hour that comes twice."""
    for later in (now + timedelta(minutes=1), now + timedelta(hours=1)):
        first, second = now.isoformat(), later.isoformat()
        assert moment_text(first) != moment_text(second)
        assert column_moment(first) != column_moment(second)
        assert len(column_moment(first)) == 14
