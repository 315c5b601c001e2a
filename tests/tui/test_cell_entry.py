"""The text of a grid cell while it is keyed."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from billing_tui.foundation.errors import BillingError
from billing_tui.tui.cell_entry import CellEntry
from billing_tui.tui.ink import Role, plain, width_of
from billing_tui.tui.kinds import Choice, Kind, choice, quantity, text

WORDS = text(8)
KEYS = st.sampled_from([*"0123456789x?~ ", "backspace", "delete", "left", "right", "erase"])


def standing(stored: str, kind: Kind | None = WORDS) -> CellEntry:
    """A cell that the cursor was just put on."""
    cell = CellEntry()
    cell.put(kind, stored)
    return cell


def press(cell: CellEntry, key: str) -> None:
    """One key, as the grid hands it over."""
    if key == "erase":
        cell.retype("")
    elif len(key) == 1:
        cell.type(key)
    else:
        assert cell.edit(key)


def test_the_first_key_replaces_and_moving_first_edits() -> None:
    """As in an entry field: a digit wipes what stood there, an arrow keeps it."""
    cell = standing("1234")
    cell.type("9")
    assert (cell.text, cell.edited) == ("9", True)
    cell = standing("1234")
    cell.edit("right")
    cell.type("9")
    assert cell.text == "19234"
    cell = standing("1234")
    cell.edit("backspace")
    assert cell.text == "123"


def test_what_a_cell_does_not_take_is_told() -> None:
    """A strange character, one too many, a cell that is shut; the text stays as it was."""
    cell = standing("", quantity(3))
    assert "cannot stand here" in cell.type("x")
    for digit in "123":
        assert cell.type(digit) == ""
    assert "holds 3 characters" in cell.type("4")
    assert cell.text == "123"
    shut = standing("77", None)
    assert "Nothing is keyed" in shut.type("1")
    assert not shut.edit("backspace")
    assert (shut.text, shut.read().value) == ("77", None)


def test_an_empty_cell_means_nothing_and_a_wrong_one_is_refused() -> None:
    """The kind is asked only where something stands."""
    kind = choice(2, [Choice("11", "dog"), Choice("12", "gate")])
    cell = standing("", kind)
    assert cell.read().value is None
    cell.type("1")
    with pytest.raises(BillingError):
        cell.read()
    cell.type("2")
    assert (cell.read().value, cell.read().echo) == ("12", "gate")


def test_a_kind_that_is_full_finishes_the_cell() -> None:
    """Only where the kind goes on by itself."""
    cell = standing("", Kind(2, WORDS.read, "", auto_advance=True))
    cell.type("1")
    assert not cell.full
    cell.type("2")
    assert cell.full
    assert not standing("12345678").full


@given(keys=st.lists(KEYS, max_size=30), stored=st.text("0123456789 x", max_size=8))
def test_whatever_is_pressed_the_cell_stays_whole(keys: list[str], stored: str) -> None:
    """The cursor stays in the text, the text in its width, the picture in its cells."""
    cell = standing(stored)
    for key in keys:
        press(cell, key)
        assert 0 <= cell.cursor <= len(cell.text) <= 8
        for cells in (3, 8, 12):
            line = cell.line(cells)
            assert width_of(line) == cells
            assert [role for _, role in line].count(Role.CURSOR) == 1
            if cells > len(cell.text):
                assert plain(line) == cell.text.ljust(cells)


@given(wanted=st.text("0123456789", min_size=1, max_size=8), junk=st.text("0123456789", max_size=4))
def test_corrections_leave_what_was_meant(wanted: str, junk: str) -> None:
    """Digits, some too many, as many backspaces: the reading that was meant."""
    cell = standing("5555", text(20))
    for key in [*wanted, *junk, *["backspace"] * len(junk)]:
        press(cell, key)
    assert cell.text == wanted
