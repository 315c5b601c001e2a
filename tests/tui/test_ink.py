"""Text on its way to the terminal."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st
from rich.cells import cell_len

from billing_tui.tui.ink import Role, apart, cut, cut_before_end, left, right, width_of, wrapped
from billing_tui.tui.theme import PALETTES

ESCAPES = "".join(chr(code) for code in [*range(32), *range(0x7F, 0xA0), 0x202E, 0x200B, 0xD800])


@given(st.text(), st.integers(0, 60))
def test_a_strip_is_as_wide_as_asked(text: str, width: int) -> None:
    """Wide letters, escapes and accents included."""
    strip = PALETTES["16"].strip(((text, Role.TEXT),), width)

    assert cell_len(strip.text) == width


@given(st.text(st.sampled_from(ESCAPES), min_size=1, max_size=20))
def test_nothing_that_steers_a_terminal_passes(text: str) -> None:
    """ESC, C1, direction marks and the like arrive as visible signs."""
    shown = PALETTES["16"].strip(((f"a{text}b", Role.VALUE),), 40).text

    assert not set(shown) & set(ESCAPES)


def test_markup_is_text() -> None:
    """A customer's name in brackets is a name in brackets."""
    name = "[@click=app.pwn]John[/]"

    assert PALETTES["16"].strip(((name, Role.TEXT),), 40).text.startswith(name)


@given(st.text(max_size=40), st.integers(1, 30))
def test_columns_keep_their_width(text: str, width: int) -> None:
    """Left and right, cut or not."""
    assert width_of([left(text, width)]) == width
    assert width_of([right(text, width)]) == width


def test_what_is_cut_says_so() -> None:
    """A name that does not fit ends in ~."""
    assert cut("Siobhan Catherine", 8) == "Siobhan~"
    assert cut("Siobhan", 8) == "Siobhan"


def test_apart_fills_the_line() -> None:
    """The end stands at the right edge."""
    assert width_of(apart([left("a", 3)], [right("b", 5)], 40)) == 40


def test_every_role_differs_from_text_without_colour() -> None:
    """Warning, error, key, field and cursor do not need colour to be seen."""
    plain = PALETTES["none"]
    marked = (Role.WARNING, Role.ERROR, Role.KEY, Role.FIELD, Role.FOCUSED, Role.CURSOR, Role.ROW)

    for role in (*marked, Role.MODE, Role.OFF, Role.VALUE):
        assert plain.style(role) != plain.style(Role.TEXT)
    assert plain.style(Role.ERROR) != plain.style(Role.WARNING)
    assert all(plain.style(role).color is None for role in Role)


def test_sixteen_colours_are_the_terminals_own() -> None:
    """No role of the small palette needs more than sixteen."""
    for role in Role:
        style = PALETTES["16"].style(role)
        for color in (style.color, style.bgcolor):
            assert color is None or (color.number is not None and color.number < 16)


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("1450 Old Stage Coach Rd 12", "1450 Old Stage C~ 12"),
        ("418 Alder Ct B", "418 Alder Ct B"),
        ("12 Old Stage Boulevard", "12 Old Stage Boulev~"),
    ],
)
def test_an_address_is_cut_in_front_of_its_unit(address: str, shown: str) -> None:
    """In 20 cells the unit stays, a long last word does not."""
    assert cut_before_end(address, 20) == shown


def test_a_long_sentence_is_wrapped_and_marked() -> None:
    """Two lines at the most; what does not fit is said by a plus."""
    assert wrapped("one two three", 7, 2) == ["one two", "three"]
    assert wrapped("one two three four five", 7, 2) == ["one two", "three +"]
