"""The program and its terminal: start, end, colours, hostile names, odd keys."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from billing_tui.foundation.transaction import write_transaction
from billing_tui.records.tables import Customer
from billing_tui.tui.screens.register import LISTINGS

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness import Terminal

    from billing_tui.operations.office import Office

    Start = Callable[..., Terminal]

APP = str(Path(__file__).with_name("office_app.py"))
COLOUR = re.compile(rb"\x1b\[(?:[0-9;]*;)?(?:3[0-7]|4[0-7]|9[0-7]|10[0-7]|38;5;[0-9]+)[;m]")


def _raw(terminal: Terminal, keys: str, shown: str) -> bytes:
    """What the program sends until a text stands on the screen."""
    sent: list[bytes] = []
    feed = terminal._stream.feed

    def keep(data: bytes) -> None:
        sent.append(data)
        feed(data)

    terminal._stream.feed = keep
    terminal.wait_for("F1 Help")
    terminal.type(keys)
    terminal.wait_for(shown)
    terminal.settle()
    return b"".join(sent)


LEAVES_THE_MENU_WITH_A_REFUSAL = {"RDG020", "TRN030"}
"""Nothing was uploaded and no drill is in hand in the filled office: keys behind it are dropped."""
KEEPS_THE_KEYBOARD = {"LCK010", "PIN010", "TRN010"}


def test_every_number_of_the_menu_opens_in_one_burst(start: Start) -> None:
    """Number, Enter, F12 for all of them at once: the menu is back and its field empty."""
    terminal = start()
    terminal.wait_for("F3 Sign off")
    other = LEAVES_THE_MENU_WITH_A_REFUSAL | KEEPS_THE_KEYBOARD
    numbers = [one.number for one in LISTINGS if one.number and one.ident not in other]
    terminal.type(*(f"{number}<enter><f12>" for number in numbers), "end")
    terminal.wait_for("Go to    end", 60)

    assert terminal.lines[0].startswith(" MNU010")


def test_without_a_terminal_it_says_so(start: Start, office: Office) -> None:
    """No spinning: one sentence and the end."""
    start().close()
    done = subprocess.run(
        [sys.executable, APP, str(office.home.root), "luis"],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )

    assert done.returncode == 1
    assert "The screens need a terminal" in done.stderr


def test_a_small_window_is_refused(start: Start) -> None:
    """The size that is needed is said in plain text."""
    terminal = start(size=(70, 20))
    terminal.wait_for("70 by 20")

    assert "80 by 24" in " ".join(terminal.text.split())


@pytest.mark.parametrize("way", ["HUP", "TERM"])
def test_a_dropped_connection_ends_the_program_at_once(start: Start, way: str) -> None:
    """Within two seconds, and the terminal gets its modes back."""
    terminal = start()
    terminal.wait_for("F1 Help")
    begun = time.monotonic()
    terminal.child.kill({"HUP": 1, "TERM": 15}[way])
    terminal.read(2.0)
    terminal.child.wait()

    assert time.monotonic() - begun < 3
    assert terminal.child.exitstatus == {"HUP": 129, "TERM": 143}[way]


def test_f3_signs_off_with_0(start: Start) -> None:
    """The ordinary end."""
    terminal = start()
    terminal.wait_for("F1 Help")
    terminal.type("<f3>")
    terminal.read(2.0)
    terminal.child.wait()

    assert terminal.child.exitstatus == 0


def test_no_colour_means_none(start: Start) -> None:
    """NO_COLOR and --color none: reverse, bold and underline only."""
    for terminal in (start(env={"NO_COLOR": "1"}), start(color="none")):
        sent = _raw(terminal, "3.2<enter><f10>", "!")

        assert not COLOUR.search(sent)
        assert b"\x1b[1" in sent


def test_sixteen_colours_by_term(start: Start) -> None:
    """PuTTY's `xterm` gets nothing but the sixteen."""
    sent = _raw(start(term="xterm"), "3.2<enter>", "Kwan")

    assert COLOUR.search(sent)
    assert b"38;5;" not in sent
    assert b"38;2;" not in sent


def test_256_colours_by_term(start: Start) -> None:
    """A terminal that says 256 gets them, and never more."""
    sent = _raw(start(), "3.2<enter>", "Kwan")

    assert b"38;5;" in sent
    assert b"38;2;" not in sent


def test_a_hostile_name_cannot_steer_the_terminal(start: Start, office: Office) -> None:
    """A name that was stored with escapes shows them as signs; none is sent."""
    terminal = start()
    name = "\x1b]52;c;aG\x07[@click=x]Eve\u202e"
    office.store.database.connect(reuse_if_open=True)
    with write_transaction(office.store):
        Customer.update(name=name).where(Customer.id == 1).execute()
    office.close()
    sent = _raw(terminal, "10432-03<enter>", "]Eve")

    assert b"\x1b]52" not in sent
    assert "\u202e".encode() not in sent
    assert "[@click=x]Eve" in terminal.text


def test_no_mouse_and_no_kitty_protocol(start: Start) -> None:
    """Neither is asked for, so copy and paste and the keypad stay the terminal's."""
    terminal = start()
    raw: list[bytes] = []
    read = terminal.child.read_nonblocking

    def keep(size: int, timeout: float) -> bytes:
        data: bytes = read(size, timeout)
        raw.append(data)
        return data

    terminal.child.read_nonblocking = keep
    terminal.wait_for("F1 Help")
    sent = b"".join(raw)

    assert b"?1000h" not in sent
    assert b"?1003h" not in sent
    assert not re.search(rb"\x1b\[>[0-9]+u", sent)


def test_the_focus_is_always_to_be_seen(start: Start) -> None:
    """The cursor of a field, or the row of a list, stands in reverse."""
    terminal = start(color="none")
    terminal.wait_for("F1 Help")
    terminal.type("1.1<enter>elm")
    terminal.wait_for("Abernathy")
    terminal.settle()
    field = terminal.reversed_text()
    terminal.type("<down>")
    terminal.settle()

    assert field
    assert "Abernathy, Lee" in terminal.reversed_text()


def test_a_smaller_window_later_is_said(start: Start) -> None:
    """Below 80 by 24 the message line asks for more room, whole, and the program goes on."""
    terminal = start()
    terminal.wait_for("F1 Help")
    terminal.child.setwinsize(18, 42)
    terminal.screen.resize(18, 42)
    terminal.wait_for("Make the window 80 by 24 or larger.")

    assert terminal.child.isalive()


def test_keys_of_other_terminals_do_no_harm(start: Start) -> None:
    """Cursor reports, unknown sequences and Alt letters leave the screen as it is."""
    terminal = start()
    terminal.wait_for("F1 Help")
    terminal.type("\x1b[1;2R", "\x1b[25~", "\x1b[1;5R", "\x1bOx", "\x11", "\x03")
    terminal.settle()

    assert terminal.child.isalive()
    assert "MNU010" in terminal.text


def test_starting_imports_no_printing() -> None:
    """fpdf2 costs more than Textual; it comes when something is printed."""
    code = (
        "import sys; from billing_tui.tui.run import settle_textual; settle_textual('16');"
        "import billing_tui.tui.app;"
        "from billing_tui.tui.screens.register import LISTINGS;"
        "[one.load() for one in LISTINGS];"
        "sys.exit('fpdf' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_run_itself_imports_no_textual() -> None:
    """The environment is settled before Textual reads it."""
    code = "import sys; import billing_tui.tui.run; sys.exit('textual' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
