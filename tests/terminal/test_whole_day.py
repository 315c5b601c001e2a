"""From an uploaded file to printed bills, on the demo city, through the screens alone."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pysqlite3
import pytest
from harness import Terminal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_LONG = 30.0


class Office:
    """The screens of the demo city, one person at a time."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.terminal: Terminal | None = None

    def sit(self, user: str) -> Terminal:
        """Another person takes the keyboard, in the cockpit."""
        self.rise()
        self.terminal = Terminal(["-m", "billing_tui", "--home", str(self.home), "--as", user])
        self.terminal.wait_for("F3 Sign off")
        self.terminal.type("3.1<enter>")
        self.terminal.wait_for("BIL010")
        self.terminal.settle()
        return self.terminal

    def rise(self) -> None:
        """Close the terminal."""
        if self.terminal is not None:
            self.terminal.close()

    def one(self, sql: str) -> object:
        """One value of the database."""
        with pysqlite3.connect(str(self.home / "billing.db")) as base:
            return base.execute(sql).fetchone()[0]


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Office]:
    """A demo city of sixty accounts, ready to be read and billed."""
    home = tmp_path / "demo"
    command = [sys.executable, "-m", "billing_tui", "demo", "--accounts", "60", "--no-open"]
    subprocess.run([*command, "--home", str(home)], check=True, capture_output=True)
    office = Office(home)
    yield office
    office.rise()


def _label(terminal: Terminal) -> str:
    """What F10 does now, by the key line."""
    return terminal.lines[-1].partition("F10 ")[2].partition("  ")[0]


def _step(terminal: Terminal, before: str) -> None:
    """F10, and Enter where it asks; then wait until the cockpit offers something else."""
    terminal.type("<f10>" + "<enter>" * (before in {"Approve", "Post", "Post reads", "Close"}))
    terminal.wait(lambda: "BIL010" in terminal.text and _label(terminal) != before, _LONG)
    terminal.settle()


def _settle_reads(terminal: Terminal) -> None:
    """Accept what can be accepted, estimate what cannot, until nothing waits."""
    terminal.type("<f10>")
    terminal.wait_for("RDG020")
    terminal.settle()
    for _ in range(60):
        if " 0 open" in terminal.text:
            break
        for option in "ash":
            terminal.type(f"{option}<enter>1<enter>")
            terminal.settle()
            if not terminal.lines[-2].startswith(" !"):
                break
            terminal.type("<f12>" * ("RSN010" in terminal.text))
    terminal.type("<f12>")
    terminal.wait_for("BIL010 Cycle")
    terminal.settle()


def _review(terminal: Terminal) -> None:
    """Accept each warning with a reason."""
    terminal.type("<f10>")
    terminal.wait_for("BIL020")
    terminal.settle()
    for _ in range(60):
        if " 0 left" in terminal.text:
            break
        terminal.type("2<enter>1<enter>")
        terminal.settle()
    terminal.type("<f12>")
    terminal.wait_for("BIL010 Cycle")
    terminal.settle()


@pytest.mark.slow
def test_a_cycle_from_its_file_to_its_bills(demo: Office) -> None:
    """Luis uploads, settles, calculates and reviews; Nora approves, posts and prints."""
    luis = demo.sit("luis")
    file = next((demo.home / "samples").glob("*.csv")).name
    luis.type(f"<f10>{file}<enter><enter>")
    luis.wait(lambda: _label(luis) in {"Exceptions", "Post reads"}, _LONG)
    luis.settle()
    while (label := _label(luis)) != "Approve":
        if label == "Exceptions":
            _settle_reads(luis)
        elif label == "Review":
            _review(luis)
        else:
            _step(luis, label)
    nora = demo.sit("nora")
    for label in ("Approve", "Post", "Print"):
        assert _label(nora) == label
        _step(nora, label)
    run = "(SELECT id FROM bill_run WHERE state = 'Printed' ORDER BY id DESC LIMIT 1)"

    assert demo.one(f"SELECT number FROM bill_run WHERE id = {run}") == "2026-11-07-1"
    assert demo.one(f"SELECT count(*) FROM bill WHERE run_id = {run} AND state <> 'posted'") == 0
    assert demo.one(f"SELECT bills FROM printed_run WHERE run_id = {run}") == demo.one(
        f"SELECT count(*) FROM bill WHERE run_id = {run}"
    )
    assert demo.one("SELECT coalesce(sum(cents), 0) FROM posting") == 0
    for name in ("bills", "register", "control"):
        assert (demo.home / "printed" / f"2026-11-07-1-{name}.pdf").read_bytes()[:5] == b"%PDF-"
