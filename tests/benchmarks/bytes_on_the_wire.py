"""Bytes that entry screens send, as a slow link pays for them, at 80 by 24.

    python tests/benchmarks/bytes_on_the_wire.py

Start of service, another mailing address, and a bare form. Ends with 1 where painting one takes
more than 10 KB, a key more than 200 B, or rest any.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / "terminal"), str(TESTS / "helpers"), str(TESTS / "tui")]

from harness import Terminal
from offices import found_in
from small_office import fill

from billing_tui.foundation.transaction import write_transaction

PAINT, KEY, REST = 10_240, 200, 0
SCREENS = {"SVC010": "delgado", "CHG020": "10432-03"}


def told(name: str, terminal: Terminal, paint: int, keys: str) -> bool:
    """Type, measure, print; whether a budget was passed."""
    each = []
    for key in keys:
        terminal.type(key)
        each.append(terminal.read(0.3))
    terminal.type("<enter>")
    enter = terminal.read(0.6)
    rest = terminal.read(3.0)
    terminal.close()
    mean = sum(each) / len(each)
    print(
        f"{name:24}  paint {paint} B  key {mean:.0f} B, at most {max(each)}  "
        f"enter {enter} B  rest {rest} B"
    )
    return paint > PAINT or max(each) > KEY or rest > REST


def bare_form(term: str, folder: str) -> bool:
    """The form of the burst tests, painted on an empty terminal."""
    app = str(TESTS / "terminal" / "burst_app.py")
    terminal = Terminal([app, str(Path(folder) / "records.db"), "plain"], term=term)
    terminal.wait_for("F1 Help")
    terminal.settle(0.5)
    return told(f"bare form, {term}", terminal, terminal.received, "10432-03")


def entry(ident: str, keys: str, term: str, home: str) -> bool:
    """A real entry, painted over the menu."""
    app = str(TESTS / "terminal" / "office_app.py")
    shutil.rmtree(Path(home) / "drafts", ignore_errors=True)
    terminal = Terminal([app, home, "maria"], term=term)
    terminal.wait_for("Go to")
    terminal.settle(0.5)
    terminal.type(f"{ident}<enter>")
    terminal.wait_for(f" {ident} ")
    terminal.settle(0.5)
    terminal.type("<f3>")
    terminal.wait_for("MNU010")
    terminal.settle(0.5)
    before = terminal.received
    terminal.type(f"{ident}<enter>")
    terminal.wait_for(f" {ident} ")
    terminal.settle(0.5)
    return told(f"{ident}, {term}", terminal, terminal.received - before, keys)


def main() -> int:
    """Print the figures; 1 where they are over the budget."""
    over = False
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        office = found_in(home)
        with write_transaction(office.store):
            fill()
        office.close()
        for term in ("xterm", "xterm-256color"):
            over |= bare_form(term, folder)
            for ident, keys in SCREENS.items():
                over |= entry(ident, keys, term, str(home))
    return int(over)


if __name__ == "__main__":
    sys.exit(main())
