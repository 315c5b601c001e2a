"""Training through the real program: menu, drill, the work on the screens, graded, back again."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pysqlite3
import pytest
from built_once import built_once
from harness import Terminal, check_golden

from billing_tui.foundation.home import Home
from billing_tui.operations.demo.build import build_demo

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from billing_tui.operations.office import Office

_BUILT = 120.0
"""Seconds in which the city stands, on a machine that others use too."""


def rows(file: Path, sql: str, *values: object) -> list[tuple[Any, ...]]:
    """Rows of a database."""
    with pysqlite3.connect(str(file)) as base:
        found: list[tuple[Any, ...]] = base.execute(sql, values).fetchall()
    return found


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office of forty accounts, and the training city that the first to train waits for."""
    return built_once(tmp_path_factory, "trained", train)


def train(home: Path) -> None:
    """Build the office, and go from its screens to the city and back."""
    build_demo(Home(home, f"sqlite://{home / 'billing.db'}"), accounts=40, months=2)
    terminal = Terminal(["-m", "billing_tui", "--home", str(home), "--as", "sam"])
    try:
        terminal.wait_for("F3 Sign off")
        terminal.type("6.2<enter>")
        terminal.wait_for("F10 Practise")
        terminal.type("<f10>")
        terminal.wait_for("F3 Office", _BUILT)
        terminal.type("<f3><f3>")
        terminal.wait_for("You are back in the office.")
        terminal.type("<f3>")
        terminal.wait(lambda: not terminal.child.isalive())
    finally:
        terminal.close()


@pytest.fixture
def demo(trained: Path, tmp_path: Path) -> Path:
    """A copy of that office: what one test does in it no other one sees."""
    shutil.copytree(trained, tmp_path / "home")
    return tmp_path / "home"


@pytest.fixture
def sit(demo: Path) -> Iterator[Any]:
    """Sit somebody down: `sit("maria", (80, 24))`."""
    running: list[Terminal] = []

    def start(user: str, size: tuple[int, int] = (80, 24)) -> Terminal:
        arguments = ["-m", "billing_tui", "--home", str(demo), "--as", user]
        terminal = Terminal(arguments, size=size)
        running.append(terminal)
        terminal.wait_for("F3 Sign off")
        return terminal

    yield start
    for terminal in running:
        terminal.close()


def counts(home: Path) -> dict[str, int]:
    """Rows of every table of the office."""
    file = home / "billing.db"
    named = rows(file, "SELECT name FROM sqlite_master WHERE type = 'table'")
    return {name: rows(file, f'SELECT count(*) FROM "{name}"')[0][0] for (name,) in named}


def begin(terminal: Terminal, drill: str) -> None:
    """From the menu into a drill."""
    terminal.type("6.2<enter>")
    terminal.wait_for("F10 Practise")
    terminal.type(f"{drill}1<enter>")
    terminal.wait_for("It begins on a fresh copy")
    terminal.type("<enter>")
    terminal.wait_for("F10 Hand in", _BUILT)
    terminal.settle()


@pytest.mark.slow
def test_from_the_menu_through_a_drill_and_back(demo: Path, sit: Any) -> None:
    """The work is done on the screens, graded, and kept; the office gains nothing else."""
    before = counts(demo)
    terminal = sit("maria")
    begin(terminal, "Send")
    assert "TRAINING" in terminal.reversed_text().splitlines()[0]
    (copy,) = demo.glob("training/*/maria/billing.db")
    ((told,),) = rows(copy, "SELECT facts FROM drill_task")
    facts = json.loads(told)
    assert facts["home.address"] in terminal.text
    terminal.type("<f11>")
    terminal.wait_for("Hint 1")

    terminal.type("<f3>")
    terminal.wait_for("F3 Office")
    terminal.type(f"1.9<enter>{facts['home.account']}<enter><enter>")
    terminal.type(f"{facts['box']}<enter>Sierra Vista, CA 93221<enter><enter><enter><enter>")
    terminal.type("<f10>")
    terminal.wait(
        lambda: rows(copy, "SELECT count(*) FROM mailing_address WHERE to_day IS NULL"
                     " AND from_day = '2026-11-03'") == [(1,)]
    )  # fmt: skip
    terminal.settle()
    terminal.type("<f2>trn030<enter>")
    terminal.wait_for("F10 Hand in")
    terminal.type("<f10><enter>")
    terminal.wait_for("100 of 100 points: passed.")
    assert "DEMO" in terminal.lines[0]
    assert "Nothing was missed." in terminal.text
    terminal.type("<f3>")
    terminal.wait_for("F3 Sign off")
    terminal.type("<f3>")
    terminal.wait(lambda: not terminal.child.isalive())

    file = demo / "billing.db"
    grown = {name for name, count in counts(demo).items() if count != before.get(name, 0)}
    assert grown == {"drill_result", "audit_entry"}
    work = "SELECT verb, subject FROM audit_entry WHERE seq > ? AND verb NOT LIKE 'access.%'"
    assert rows(file, work, before["audit_entry"]) == [
        ("operations.record_drill", "mailing-address")
    ]
    assert rows(file, "SELECT drill, score, hints, missed FROM drill_result") == [
        ("mailing-address", 100, 1, "[]")
    ]
    command = [sys.executable, "-m", "billing_tui", "verify", "--home", str(demo)]
    assert subprocess.run(command, check=False, capture_output=True).returncode == 0


@pytest.mark.slow
def test_work_that_was_not_done_is_told_and_the_lead_sees_it(sit: Any) -> None:
    """Handed in at once, the drill lists what is missing; the lead reads it under the name."""
    terminal = sit("maria")
    begin(terminal, "Exchange")
    terminal.type("<f10><enter>")
    terminal.wait_for("not passed yet, 80 pass")
    assert "- 100 points: Nothing was done." in terminal.text
    lead = sit("luis")
    lead.type("6.3<enter>")
    lead.wait_for("Maria Soto: ")

    (line,) = [line for line in lead.lines if "Exchange a meter" in line]
    assert "maria" in line
    assert "not yet" in line


@pytest.mark.slow
def test_the_clock_moves_in_the_copy_and_nowhere_else(demo: Path, sit: Any) -> None:
    """The title line shows the new day; back in the office it is the old one."""
    terminal = sit("nora")
    terminal.type("6.2<enter>")
    terminal.wait_for("F10 Practise")
    terminal.type("<f10>")
    terminal.wait_for("F3 Office", _BUILT)
    terminal.type("trn030<enter>")
    terminal.wait_for("Free practice")
    terminal.keyed("110126<enter>", "Key a day after 11/03/26")
    terminal.keyed("\x15120326<enter>", "becomes Thursday 12/03/26")
    terminal.type("<enter>")
    terminal.wait(lambda: "12/03/26  TRAINING" in terminal.lines[0])
    terminal.settle()
    terminal.type("<f3><f3>")
    terminal.wait_for("You are back in the office.")

    assert "11/03/26  DEMO" in terminal.lines[0]
    assert rows(demo / "billing.db", "SELECT value FROM setting WHERE name = 'business_day'") == [
        ("2026-11-03",)
    ]


@pytest.mark.slow
def test_a_drill_in_hand_is_not_left_by_a_key_too_many(demo: Path, sit: Any) -> None:
    """F3 on the menu of a copy asks; F12 stays, Enter leaves, and F10 on 6.2 goes on with it."""
    terminal = sit("luis")
    begin(terminal, "Send")
    terminal.type("<f3>")
    terminal.wait_for("F3 Office")
    terminal.type("<f3>")
    terminal.wait_for("It is not handed in")
    terminal.type("<f12>")
    terminal.wait_for("You are training.")
    terminal.type("<f3>")
    terminal.wait_for("It is not handed in")
    terminal.type("<enter>")
    terminal.wait_for("You are back in the office.")
    assert rows(demo / "billing.db", "SELECT count(*) FROM drill_result") == [(0,)]
    terminal.type("6.2<enter>")
    terminal.wait_for("F10 Practise")
    terminal.type("<f10>")
    terminal.wait_for("F10 Hand in")
    assert "Send" in terminal.text


@pytest.mark.slow
def test_keys_typed_ahead_stay_on_their_side_of_the_door(sit: Any) -> None:
    """What is typed in a burst with the key that leaves the copy never reaches the office."""
    terminal = sit("sam")
    terminal.type("6.2<enter>")
    terminal.wait_for("F10 Practise")
    terminal.type("<f10>")
    terminal.wait_for("F3 Office", _BUILT)
    terminal.settle()
    terminal.type("<f3>6.1<enter>")
    terminal.wait_for("You are back in the office.")
    terminal.settle()

    assert terminal.lines[0].startswith(" MNU010")
    assert not [line for line in terminal.lines if "6.1" in line and "Go to" in line]


@pytest.mark.slow
@pytest.mark.parametrize("size", [(80, 24), (132, 43)], ids=["80x24", "132x43"])
def test_the_screens_of_training(sit: Any, size: tuple[int, int]) -> None:
    """Every row, at the smallest size and at a large one; cass has never trained before."""
    terminal = sit("cass", size)
    name = f"{size[0]}x{size[1]}"
    terminal.type("6.2<enter>")
    terminal.wait_for("F10 Practise")
    terminal.settle()
    check_golden(f"TRN010-{name}", terminal.text)
    terminal.type("<f12>")
    terminal.wait_for("F3 Sign off")
    begin(terminal, "Move")
    terminal.type("<f11>")
    terminal.wait_for("Hint 1")
    terminal.settle()
    check_golden(f"TRN030-{name}", terminal.text)
    terminal.type("<f10><enter>")
    terminal.wait_for("Nothing was done.")


@pytest.mark.parametrize("size", [(80, 24), (132, 43)], ids=["80x24", "132x43"])
def test_the_results(office: Office, start: Callable[..., Terminal], size: tuple[int, int]) -> None:
    """Newest first; what the one at the cursor missed stands below."""
    missed = json.dumps(["25 points: Meter B1 has no read of 12 on 11/03/26.", "15 points: x."])
    with pysqlite3.connect(str(office.home.root / "billing.db")) as base:
        for staff, score, told in ((1, 100, "[]"), (1, 60, missed)):
            base.execute(
                "INSERT INTO drill_result (staff_id, drill, version, started_at, ended_at,"
                " ended_day, score, most, needed, hints, missed) VALUES (?, 'start-service', 1,"
                " '2026-11-02T17:00:00+00:00', '2026-11-02T17:09:00+00:00', '2026-11-02', ?, 100,"
                " 80, 2, ?)",
                (staff, score, told),
            )
    terminal = start(size=size)
    terminal.wait_for("F3 Sign off")
    terminal.type("6.3<enter>")
    terminal.wait_for("25 points")
    terminal.settle()
    check_golden(f"TRN020-{size[0]}x{size[1]}", terminal.text)
    terminal.type("<down>")
    terminal.wait_for("Nothing was missed.")
    terminal.type("<f10>")
    terminal.wait_for("training-maria.pdf, 1 page, in ")
    assert (office.home.printed / "training-maria.pdf").exists()
    terminal.type("<f11>maria")
    terminal.wait_for("Maria Soto has not passed yet:")
    assert "1 of 10" in terminal.text
    assert "- Exchange a meter" in terminal.text
    terminal.type("<f11>")
    terminal.wait_for("Below the list stands")


@pytest.mark.slow
def test_who_was_dismissed_while_training_is_signed_off(demo: Path, sit: Any) -> None:
    """The program ends with the sentence; the office does not open again for them."""
    terminal = sit("ada")
    terminal.type("6.2<enter>")
    terminal.wait_for("F10 Practise")
    terminal.type("<f10>")
    terminal.wait_for("F3 Office", _BUILT)
    with pysqlite3.connect(str(demo / "billing.db")) as base:
        base.execute("UPDATE staff_member SET active = 0 WHERE username = 'ada'")
    terminal.type("<f3>")
    terminal.wait_for("Nobody named ada works here.")
    terminal.wait(lambda: not terminal.child.isalive())
