"""Text in one line while it is keyed."""

from __future__ import annotations

from hypothesis import given, strategies as st

from billing_tui.tui.ink import Role, plain, width_of
from billing_tui.tui.kinds import quantity, text
from billing_tui.tui.line_edit import LineEdit, one_line

WORDS = text(8)
KEYS = st.lists(st.sampled_from([*"abcXYZ 09", "backspace", "delete", "left", "right"]))


class Slow:
    """What the keys mean, said as plainly as it can be: two lists of characters and a gap."""

    def __init__(self, stored: str) -> None:
        self.before: list[str] = []
        self.behind = list(stored)
        self.touched = False

    def press(self, key: str) -> None:
        """One key."""
        if not self.touched and key == "backspace":
            self.before, self.behind = self.behind, []
        elif not self.touched and len(key) == 1:
            self.behind = []
        self.touched = True
        if key == "backspace":
            del self.before[-1:]
        elif key == "delete":
            del self.behind[:1]
        elif key == "left" and self.before:
            self.behind.insert(0, self.before.pop())
        elif key == "right" and self.behind:
            self.before.append(self.behind.pop(0))
        elif len(key) == 1 and len(self.before) + len(self.behind) < WORDS.width:
            self.before.append(key)


@given(stored=st.text("0123456789", max_size=8), keys=KEYS)
def test_it_does_what_two_lists_do(stored: str, keys: list[str]) -> None:
    """Every key, from any text on: the same characters on both sides of the cursor."""
    line, slow = LineEdit(), Slow(stored)
    line.show(stored)
    for key in keys:
        if len(key) == 1:
            line.insert(key, WORDS)
        else:
            assert line.edit(key)
        slow.press(key)
        assert (line.text[: line.cursor], line.text[line.cursor :]) == (
            "".join(slow.before),
            "".join(slow.behind),
        )


@given(stored=st.text("0123456789", max_size=8), character=st.characters(exclude_characters="0"))
def test_a_refused_character_changes_nothing(stored: str, character: str) -> None:
    """Neither the text nor that the next one replaces it."""
    line = LineEdit()
    line.show(stored)
    if line.insert(character, quantity(8)):
        assert line == LineEdit(stored, 0, fresh=True)
    else:
        assert line.text == character


@given(
    stored=st.text("0123456789", max_size=30),
    cursor=st.integers(-3, 33),
    cells=st.integers(1, 12),
    secret=st.booleans(),
)
def test_the_cursor_stays_in_sight(stored: str, cursor: int, cells: int, *, secret: bool) -> None:
    """The picture fills its cells, marks one of them, and shows no character of a secret."""
    line = LineEdit()
    line.show(stored)
    line.move(cursor)
    picture = line.drawn(cells, Role.FOCUSED, secret=secret)
    assert width_of(picture) == cells
    assert [role for _, role in picture].count(Role.CURSOR) == 1
    assert picture[1][0] == (stored + " ")[line.cursor] or secret
    assert not secret or not any(character.isdigit() for character in plain(picture))


def test_a_key_that_edits_nothing_is_left_alone() -> None:
    """F10, Enter and Tab go to whoever takes them."""
    assert not LineEdit("1").edit("f10")


def test_what_was_pasted_is_one_line_or_nothing() -> None:
    """The end of the line that a mouse takes along does not count."""
    assert one_line("12 Oak\r\n") == "12 Oak"
    assert one_line("12 Oak\n14 Oak") is None
    assert one_line("") == ""
