"""Title, message and key line."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, strategies as st

from billing_tui.tui.commands import CONFIRM, TABLE
from billing_tui.tui.ink import plain, width_of
from billing_tui.tui.lines import KeyLine, MessageLine, Standing, TitleLine
from billing_tui.tui.screens.register import LISTINGS
from billing_tui.tui.type_ahead import KeyboardState

NAMES = st.text(st.characters(codec="ascii", categories=["L"]), min_size=1, max_size=40)


@given(NAMES, st.sampled_from(["LIVE", "DEMO", "TRAINING"]), st.booleans(), st.integers(80, 140))
def test_the_title_fits(utility: str, mode: str, verified: bool, width: int) -> None:  # noqa: FBT001
    """Whatever the utility is called, mode and person stay whole at the right edge."""
    standing = Standing(utility, mode, "maria", "specialist", verified, date(2026, 11, 20))
    for one in LISTINGS:
        line = TitleLine(one.ident, one.title, standing).line(width)

        assert width_of(line) == width
        assert plain(line).endswith(" MARIA specialist ")
        assert f"11/20/26  {mode} " in plain(line)
        assert verified or "NOT VERIFIED" in plain(line)


@given(st.text(max_size=120), st.integers(0, 500))
def test_the_message_fits(sentence: str, waiting: int) -> None:
    """A long sentence gives way to the state of the keyboard and ends in +."""
    line = MessageLine()
    line.sentence, line.keyboard = sentence, KeyboardState(waiting, "saving")

    assert width_of(line.line(80)) == 80
    assert "X SYSTEM saving" in plain(line.line(80))


@pytest.mark.parametrize("width", [80, 100, 132])
def test_the_keys_fit(width: int) -> None:
    """However many commands a screen has, the first and the way back are shown."""
    line = KeyLine()
    line._keys = tuple((command, command is not CONFIRM) for command in TABLE)
    shown = plain(line.line(width))

    assert width_of(line.line(width)) <= width
    assert shown.startswith(" F1 Help")


def test_a_dropped_count_stands_until_the_next_sentence() -> None:
    """One key, several keys, none."""
    line = MessageLine()
    line.sentence, line.dropped = "No.", 1
    one = plain(line.line(80))
    line.dropped = 7

    assert " 1 key dropped " in one
    assert " 7 keys dropped " in plain(line.line(80))
