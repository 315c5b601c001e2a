"""Lists of any length, a page at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given, strategies as st

from billing_tui.tui.marks import Marks
from billing_tui.tui.pages import KEPT, PAGE, Listed, Onward, Pages

if TYPE_CHECKING:
    from collections.abc import Sequence


def _onward(count: int) -> Onward[int]:
    def fetch(row: int | None, limit: int) -> Sequence[int]:
        start = 0 if row is None else row + 1
        return range(start, min(start + limit, count))

    return Onward(fetch, lambda row: f"{row:06d}")


@given(st.integers(0, 400), st.lists(st.sampled_from(["down", "up", "first", "last"]), max_size=30))
def test_a_window_is_always_a_run_of_the_rows(count: int, moves: list[str]) -> None:
    """However one moves, the rows at hand are consecutive and no row is lost at either end."""
    pages = Pages(_onward(count))
    for move in moves:
        {
            "down": pages.grow_down,
            "up": pages.grow_up,
            "first": pages.to_first,
            "last": pages.to_last,
        }[move]()
        rows = [pages[at] for at in range(len(pages))]

        assert rows == list(range(rows[0], rows[0] + len(rows))) if rows else count == 0
        assert not rows or not pages.at_end or rows[-1] == count - 1
        assert not rows or not pages.at_start or rows[0] == 0


def test_memory_is_bounded() -> None:
    """A walk down a hundred thousand rows keeps no more than it shows soon."""
    pages = Pages(_onward(100_000))
    for _ in range(200):
        pages.grow_down()

    assert len(pages) == KEPT
    assert pages[KEPT - 1] == 201 * PAGE - 1
    assert not pages.at_start


def test_walking_back_brings_the_rows_again() -> None:
    """What was let go at the top is fetched again on the way up."""
    pages = Pages(_onward(5000))
    for _ in range(40):
        pages.grow_down()
    while not pages.at_start:
        pages.grow_up()

    assert pages[0] == 0


def test_letters_position_the_list() -> None:
    """The rows from the first one that begins so; nothing where none does."""
    names = Listed(["Abel", "Brandt", "Castro"], str)
    pages = Pages(names)

    assert pages.to_text("br")
    assert pages[0] == "Brandt"
    assert not pages.to_text("z")
    assert pages[0] == "Brandt"


@given(st.integers(0, 300), st.sets(st.integers(0, 299), max_size=8), st.sets(st.integers(0, 299)))
def test_marks_stay_at_the_rows_that_are_still_listed(
    count: int, marked: set[int], gone: set[int]
) -> None:
    """Whatever page a row is on, its option stands while it is listed, and no longer."""
    marks: Marks[int] = Marks(lambda row: row)
    marks.put([("h", row) for row in sorted(marked)])
    left = [row for row in range(count) if row not in gone]
    pages = Pages(Listed(left, str))
    marks.find_again(pages)

    assert {row for _option, row in marks.standing} == marked & set(left)
    assert marks.elsewhere(left[:10]) == len(marked & set(left[10:]))
