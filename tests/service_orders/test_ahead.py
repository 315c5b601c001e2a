"""What the clerk sees before a move is saved is what the move then does."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from bills import bill
from moves import DAY, owner, place_of, starts, stops, version_of
from town import plan

from billing_tui.foundation.errors import InvalidEntry
from billing_tui.service_orders.ahead import (
    MeterThere,
    final_ahead,
    holder_of,
    landlord_of,
    metered_points,
    meters_there,
    read_ahead,
)
from billing_tui.service_orders.kinds import ReadSource
from billing_tui.service_orders.landlord_agreement import agree_with_owner
from billing_tui.service_orders.offer import offer_at
from billing_tui.service_orders.start_service import start_service
from billing_tui.service_orders.stop_service import stop_service

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_tui.access.desk import Desk

OCTOBER = date(2026, 10, 14)


def only_meter(location_id: int, day: date = DAY) -> MeterThere:
    """The one meter of a house."""
    [meter] = meters_there(metered_points(location_id), day)
    return meter


def test_a_reading_ahead_is_what_the_stop_then_writes(
    desk: Callable[..., Desk], town: list[int]
) -> None:
    """6 ccf in 10 days since the cycle's read."""
    meter = only_meter(place_of(town[0]))
    assert (meter.number, meter.reading, meter.day, meter.dials, meter.shared) == (
        "M000001", 1009, OCTOBER, 6, False,
    )  # fmt: skip
    seen = read_ahead(meter, DAY, 1015, ReadSource.FIELD)
    done = stop_service(
        desk("maria"), stops(town[0], {"M000001": 1015}), version=version_of(town[0])
    )
    assert (seen.usage_milli, seen.days) == (6000, 10)
    assert done.reads[0].usage_milli == seen.usage_milli


def test_the_read_of_that_day_serves_who_comes(desk: Callable[..., Desk], town: list[int]) -> None:
    """Nothing needs to be keyed, and another reading is refused."""
    stop_service(desk("maria"), stops(town[0], {"M000001": 1015}), version=version_of(town[0]))
    meter = only_meter(place_of(town[0]))
    assert (meter.shared, meter.reading) == (True, 1015)
    seen = read_ahead(meter, DAY, None, ReadSource.FIELD)
    assert (seen.counts, seen.usage_milli, seen.days) == (1015, 0, 0)
    with pytest.raises(InvalidEntry, match="that read serves here"):
        read_ahead(meter, DAY, 1016, ReadSource.FIELD)


@pytest.mark.parametrize(
    ("counts", "source", "sentence"),
    [
        (None, ReadSource.FIELD, "is missing"),
        (1008, ReadSource.FIELD, "showed 1009"),
        (1008, ReadSource.ESTIMATED, "showed 1009"),
    ],
)
def test_a_reading_that_cannot_be_is_told_at_once(
    town: list[int], counts: int | None, source: ReadSource, sentence: str
) -> None:
    """In the words of the verb."""
    with pytest.raises(InvalidEntry, match=sentence):
        read_ahead(only_meter(place_of(town[0])), DAY, counts, source)


def test_an_estimate_is_shown_before_it_is_saved(
    desk: Callable[..., Desk], town: list[int]
) -> None:
    """And is the one that is saved."""
    seen = read_ahead(only_meter(place_of(town[0])), DAY, None, ReadSource.ESTIMATED)
    form = stops(town[0], {}, source=ReadSource.ESTIMATED)
    done = stop_service(desk("maria"), form, version=version_of(town[0]))
    assert seen.estimated
    assert (done.reads[0].reading, done.reads[0].usage_milli) == (seen.counts, seen.usage_milli)


def test_who_holds_a_place_and_until_when(desk: Callable[..., Desk], town: list[int]) -> None:
    """The tenant, then nobody from the day of the move on; the owner where they agreed."""
    place = place_of(town[0])
    found = holder_of(place, DAY)
    assert found is not None
    assert (found.number, found.until) == ("10001-01", None)
    agree_with_owner(desk("maria"), place, owner(), from_day=OCTOBER)
    stop_service(desk("maria"), stops(town[0], {"M000001": 1015}), version=version_of(town[0]))
    held, agreed = holder_of(place, DAY), landlord_of(place, DAY)
    assert held is not None
    assert agreed is not None
    assert (held.number, held.customer_id) == ("10001-02", agreed.customer_id)
    assert agreed.name == "Landry, Olive"


def test_the_final_bill_ahead_comes_with_the_next_run(
    desk: Callable[..., Desk], town: list[int]
) -> None:
    """Days from what is billed to the day of the move; no run before one is in the calendar."""
    bill(desk, "2026-10")
    ahead = final_ahead(town[0], DAY)
    assert ahead.parts == (("water", OCTOBER, 10), ("sewer", OCTOBER, 10))
    assert (ahead.run, ahead.bill_day) == ("", None)
    plan(desk, "2026-11", date(2026, 11, 13), date(2026, 11, 18))
    ahead = final_ahead(town[0], DAY)
    assert (ahead.run, ahead.cycle, ahead.bill_day) == ("2026-11", "07", date(2026, 11, 18))


def test_a_place_offers_what_was_taken_there_last(
    desk: Callable[..., Desk], town: list[int]
) -> None:
    """Point by point, with the cycle; the comer takes it as it is."""
    place = place_of(town[0])
    stop_service(desk("maria"), stops(town[0], {"M000001": 1015}), version=version_of(town[0]))
    offer = offer_at(place)
    assert [(one.kind, one.schedule, one.rate_class) for one in offer.points] == [
        ("water", "WATER", "SFR"), ("sewer", "SEWER", "RES"),
    ]  # fmt: skip
    assert offer.services == starts(place, {}).account.services
    assert start_service(desk("maria"), starts(place, {})).opened == "10001-02"


@pytest.mark.parametrize(
    ("counts", "doubted"),
    [
        (1015, ""),
        (1009, ""),
        (99_999, "98,990 ccf in 10 days"),
        (500_000, "498,991 ccf in 10 days"),
    ],
)
def test_a_reading_that_the_checks_doubt_says_so(
    town: list[int], counts: int, doubted: str
) -> None:
    """As the checks of an upload would, with the meter and the arithmetic; others say nothing."""
    seen = read_ahead(only_meter(place_of(town[0])), DAY, counts, ReadSource.FIELD)
    if doubted:
        assert seen.warnings[0].startswith("Meter M000001: ")
        assert doubted in seen.warnings[0]
        assert seen.asks
    else:
        assert seen.warnings == ()


def test_little_use_is_told_and_asks_nobody(town: list[int]) -> None:
    """Who leaves often used little: 1 ccf in 19 days after 27 in a month."""
    later = date(2026, 11, 2)
    meter = only_meter(place_of(town[2]), later)
    seen = read_ahead(meter, later, 1028, ReadSource.FIELD)
    assert seen.warnings
    assert not seen.asks


def test_a_little_use_between_two_people_is_asked_nothing(
    desk: Callable[..., Desk], town: list[int]
) -> None:
    """1 ccf in 6 days after somebody left; what is too much there still asks."""
    stop_service(desk("maria"), stops(town[0], {"M000001": 1015}), version=version_of(town[0]))
    later = DAY.replace(day=30)
    meter = only_meter(place_of(town[0]), later)
    assert read_ahead(meter, later, 1016, ReadSource.FIELD).doubts == ()
    assert read_ahead(meter, later, 1200, ReadSource.FIELD).asks


def test_a_register_that_would_have_passed_its_top_is_doubted(
    desk: Callable[..., Desk], town: list[int]
) -> None:
    """The rollover is reckoned as for an upload, and asked about."""
    start = only_meter(place_of(town[0]), OCTOBER)
    assert start.shared
    stop_service(desk("maria"), stops(town[0], {"M000001": 950_000}), version=version_of(town[0]))
    later = DAY.replace(day=30)
    seen = read_ahead(only_meter(place_of(town[0]), later), later, 5, ReadSource.FIELD)
    assert "passed its top: 5 + 1000000 - 950000 = 50005 counts" in " ".join(seen.warnings)


def test_an_estimate_and_a_shared_read_are_asked_nothing(
    desk: Callable[..., Desk], town: list[int]
) -> None:
    """There is nothing that somebody could have keyed wrong."""
    meter = only_meter(place_of(town[0]))
    assert read_ahead(meter, DAY, None, ReadSource.ESTIMATED).doubts == ()
    stop_service(desk("maria"), stops(town[0], {"M000001": 99_999}), version=version_of(town[0]))
    shared = only_meter(place_of(town[0]))
    assert read_ahead(shared, DAY, None, ReadSource.FIELD).doubts == ()
