"""Which places a start of service is offered: those that nobody holds, a page at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moves import DAY, place_of, starts, stops, version_of

from billing_tui.records.vacant_places import vacant_places
from billing_tui.service_orders.start_service import start_service
from billing_tui.service_orders.stop_service import stop_service

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_tui.access.desk import Desk


def leave(desk: Callable[..., Desk], accounts: list[int]) -> None:
    """All of them go."""
    for at, account in enumerate(accounts, 1):
        form = stops(account, {f"M{at:06d}": 1000 + 9 * at + 6})
        stop_service(desk("maria"), form, version=version_of(account))


def numbers(words: str = "", *, after: str = "", limit: int = 10) -> list[str]:
    """Numbers of the vacant places."""
    return [one.number for one in vacant_places(words, after=after, limit=limit)]


def test_a_place_is_vacant_from_a_stop_to_the_next_start(
    desk: Callable[..., Desk], town: list[int]
) -> None:
    """It says since when; whoever comes takes it off the list."""
    assert numbers() == []
    leave(desk, town)
    found = vacant_places(limit=10)
    assert len(found) == len(town)
    assert {one.since for one in found} == {DAY}

    start_service(desk("maria"), starts(place_of(town[0]), {}))

    assert numbers() == [one.number for one in found[1:]]


def test_pages_follow_each_other_without_gap_or_repeat(
    desk: Callable[..., Desk], town: list[int]
) -> None:
    """Each page begins behind the last number of the one before."""
    leave(desk, town)
    whole, paged = numbers(), numbers(limit=1)
    while more := numbers(after=paged[-1], limit=1):
        paged += more

    assert paged == whole
    assert len(whole) == len(town)


def test_words_narrow_the_list(desk: Callable[..., Desk], town: list[int]) -> None:
    """A street, house and street, or the beginning of a number."""
    leave(desk, town)
    first = vacant_places(limit=1)[0]
    house, _, street = first.address.partition(" ")

    assert first.number in numbers(street[:4].lower())
    assert numbers(f"{house} {street.lower()}") == [first.number]
    assert first.number in numbers(house)
    assert numbers(first.number) == [first.number]
    assert numbers("Nowhere Ln") == []
