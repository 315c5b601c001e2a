"""The line drops in the middle of an entry: the program ends at once, and what was keyed waits."""

from __future__ import annotations

import signal
import time
from typing import TYPE_CHECKING

import pytest
from offices import open_in

from billing_tui.foundation.bulk import rows_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from harness import Terminal

    from billing_tui.operations.office import Office

ENTRY = "chg020 10432-03<enter><enter>PO Box 118<enter>Visalia CA 93279<enter>"
MOST_SECONDS = 5.0
"""Far more than it takes, for a slow machine; a program that hangs never ends."""


def _mailing(root: Path) -> list[tuple[str, str]]:
    office = open_in(root)
    rows = rows_of(
        "SELECT m.lines, m.zip FROM mailing_address m JOIN account a ON a.id = m.account_id"
        " WHERE a.number = '10432-03' ORDER BY m.id"
    )
    office.close()
    return [(lines, zip_) for lines, zip_ in rows]


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM, signal.SIGKILL])
def test_a_half_keyed_entry_survives_the_line(
    office: Office, start: Callable[..., Terminal], number: signal.Signals
) -> None:
    """Nothing was saved by half; on return the entry is offered, taken up and saved once."""
    terminal = start(user="maria")
    terminal.wait_for("Go to")
    terminal.type(ENTRY)
    terminal.wait_for("Visalia")
    terminal.settle()
    before = _mailing(office.home.root)

    terminal.child.kill(number)
    began = time.monotonic()
    terminal.wait(lambda: not terminal.child.isalive(), MOST_SECONDS)
    assert time.monotonic() - began < MOST_SECONDS
    assert _mailing(office.home.root) == before

    again = start(user="maria")
    again.wait_for("These entries were not saved")
    again.type("1<enter>")
    again.wait_for("Taken up as it was left")
    again.type("<f10>")
    again.wait_for("MNU010")
    again.settle()
    assert _mailing(office.home.root) == [*before, ("PO Box 118\nVisalia CA 93279", "93279")]

    again.type("<f3>")
    again.wait(lambda: not again.child.isalive())
    later = start(user="maria")
    later.wait_for("Key a number, an account")
    assert "not saved" not in later.text


def test_nobody_else_is_offered_the_entry(start: Callable[..., Terminal]) -> None:
    """A draft is its maker's own."""
    terminal = start(user="maria")
    terminal.wait_for("Go to")
    terminal.type(ENTRY)
    terminal.wait_for("Visalia")
    terminal.settle()
    terminal.hang_up()
    terminal.wait(lambda: not terminal.child.isalive(), MOST_SECONDS)

    other = start(user="luis")
    other.wait_for("Key a number, an account")
    assert "not saved" not in other.text


def drop_and_return(terminal: Terminal, start: Callable[..., Terminal], shown: str) -> Terminal:
    """Let the line drop, sign on again and take the entry up."""
    terminal.hang_up()
    terminal.wait(lambda: not terminal.child.isalive(), MOST_SECONDS)
    again = start(user="maria")
    again.wait_for("These entries were not saved")
    again.type("1<enter>")
    again.wait_for(shown)
    again.settle()
    return again


def test_what_somebody_changed_meanwhile_is_told_before_it_is_overwritten(
    office: Office, start: Callable[..., Terminal]
) -> None:
    """An entry taken up is refused once where its account changed, even after a second drop."""
    maria = start(user="maria")
    maria.wait_for("Go to")
    maria.type(ENTRY)
    maria.wait_for("Visalia")
    maria.settle()
    nora = start(user="nora")
    nora.wait_for("Go to")
    nora.type("chg020 10432-03<enter><enter>PO Box 600<enter>Fresno CA 93650<enter><enter><f10>")
    nora.wait_for("go to PO Box 600")

    again = drop_and_return(maria, start, "Changed since this was keyed")
    again = drop_and_return(again, start, "Changed since this was keyed")
    again.type("<f5>")
    again.wait_for("Read again")
    again.type("<f10>")
    again.wait_for("! Changed since this was keyed")
    again.settle()
    assert _mailing(office.home.root)[-1] == ("PO Box 600\nFresno CA 93650", "93650")
    again.type("<f10>")
    again.wait_for("go to PO Box 118")
    assert _mailing(office.home.root)[-1] == ("PO Box 118\nVisalia CA 93279", "93279")


def test_an_address_put_right_comes_back_as_it_was_left(start: Callable[..., Terminal]) -> None:
    """Begun wrong, taken up, corrected to its ZIP and dropped again: nothing of it is missing."""
    maria = start(user="maria")
    maria.wait_for("Go to")
    maria.type("chg020 10432-03<enter><enter>89501<enter>phoned<enter>")
    maria.wait_for("phoned")
    maria.settle()

    again = drop_and_return(maria, start, "CHG020")
    again.type("<up><up>PO Box 5<enter>Reno NV<enter>")
    again.wait_for("PO Box 5")
    again.settle()
    left = again.lines[:5]
    again = drop_and_return(again, start, "CHG020")
    assert again.lines[:5] == left
    assert again.lines[5].split() == ["ZIP", "89501"]
