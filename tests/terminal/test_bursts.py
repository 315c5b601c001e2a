"""Keys that arrive faster than screens can follow end up where they were meant, every one."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from harness import Terminal

if TYPE_CHECKING:
    from collections.abc import Iterator

APP = str(Path(__file__).with_name("burst_app.py"))


class Burst:
    """The burst app in a terminal, and the file that it writes."""

    def __init__(self, file: Path, way: str) -> None:
        self.base = sqlite3.connect(file, isolation_level=None)
        self.base.execute("create table record (id integer primary key, a, b, c)")
        self.terminal = Terminal([APP, str(file), way])
        self.terminal.wait_for("Key a record.")

    def rows(self) -> list[tuple[str, str, str]]:
        """What was saved, in order."""
        return self.base.execute("select a, b, c from record order by id").fetchall()

    def wait_for_rows(self, count: int, seconds: float = 120.0) -> None:
        """Until so many records stand in the file."""
        self.terminal.wait(lambda: len(self.rows()) >= count, seconds)
        self.terminal.settle()


@pytest.fixture
def burst(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Burst]:
    """The app in the way that the test asks for."""
    running = Burst(tmp_path / "records.db", getattr(request, "param", "plain"))
    yield running
    running.terminal.close()


def _records(count: int) -> tuple[str, list[tuple[str, str, str]]]:
    keys, rows = [], []
    for number in range(count):
        account, cents, note = f"{10000 + number}-01", number * 37 + 5, f"note {number}"
        amount = f"{cents // 100}.{cents % 100:02d}"
        keys.append(f"{account}<enter>{amount}<enter>{note}<enter>")
        rows.append((account, amount, note))
    return "".join(keys), rows


@pytest.mark.slow
def test_two_hundred_records_in_one_burst(burst: Burst) -> None:
    """All keys of 200 records at once give exactly those 200 records."""
    keys, rows = _records(200)
    burst.terminal.type(keys)
    burst.wait_for_rows(200)

    assert burst.rows() == rows


def test_clumps_of_four_keys(burst: Burst) -> None:
    """What a jittery link delivers in clumps is saved exactly."""
    keys, rows = _records(40)
    burst.terminal.clump(keys)
    burst.wait_for_rows(40)

    assert burst.rows() == rows


def test_corrections_in_the_burst(burst: Burst) -> None:
    """Backspace takes back what was typed before it, not something else."""
    burst.terminal.type("10432-03<enter>1249<back><back>5.0<back>6<enter>x<enter>" * 20)
    burst.wait_for_rows(20)

    assert burst.rows() == [("10432-03", "125.60", "x")] * 20


@pytest.mark.parametrize("burst", ["auto"], indirect=True)
def test_fields_that_advance_by_themselves(burst: Burst) -> None:
    """Digits that follow a full field land in the next one."""
    burst.terminal.type("".join(f"091726{95600 + n}{n}<enter>" for n in range(40)))
    burst.wait_for_rows(40)

    assert burst.rows() == [("2026-09-17", f"{95600 + n}", f"{n}") for n in range(40)]


@pytest.mark.parametrize("burst", ["kinds"], indirect=True)
def test_codes_dates_and_reads(burst: Burst) -> None:
    """Choices, dates and reads are understood in a burst as they are one by one."""
    burst.terminal.type("w<enter>t<enter>1482.5<enter>" * 20, "ref<enter>-1<enter>7<enter>" * 20)
    burst.wait_for_rows(40)

    assert (
        burst.rows()
        == [("WATER", "2026-11-20", "1482.5")] * 20 + [("REFUSE", "2026-11-19", "7")] * 20
    )


@pytest.mark.parametrize("burst", ["locked"], indirect=True)
def test_keys_wait_while_a_record_is_saved(burst: Burst) -> None:
    """While the keyboard is locked keys are held, shown as waiting, and replayed in order."""
    keys, rows = _records(15)
    burst.terminal.type(keys)
    burst.terminal.wait_for("X SYSTEM saving")
    burst.wait_for_rows(15)

    assert burst.rows() == rows


@pytest.mark.parametrize("burst", ["pushed"], indirect=True)
def test_a_screen_of_its_own_for_each_record(burst: Burst) -> None:
    """Keys wait for a screen that is about to open."""
    keys, rows = _records(30)
    burst.terminal.type(keys)
    burst.wait_for_rows(30)

    assert burst.rows() == rows


@pytest.mark.parametrize("burst", ["handed"], indirect=True)
def test_keys_wait_until_what_a_save_asked_for_has_happened(burst: Burst) -> None:
    """The keyboard is free again only when the saved screen is gone and the next one stands."""
    keys, rows = _records(30)
    burst.terminal.type(keys)
    burst.wait_for_rows(30)

    assert burst.rows() == rows


def test_keypad_minus_and_plus_finish_an_amount(burst: Burst) -> None:
    """`12540-` is a credit and goes on by itself, as Field- does."""
    burst.terminal.type("10432-03<enter>12540-a<enter>10511-01<enter>7.5+b<enter>" * 10)
    burst.wait_for_rows(20)

    assert (
        burst.rows()
        == [
            ("10432-03", "-12,540.00", "a"),
            ("10511-01", "7.50", "b"),
        ]
        * 10
    )


def test_line_feed_after_enter_is_one_key(burst: Burst) -> None:
    """A scanner that ends with CR LF does not skip a field."""
    burst.terminal.type("10432-03\r\n125\r\nx\r\n" * 10)
    burst.wait_for_rows(10)

    assert burst.rows() == [("10432-03", "125.00", "x")] * 10


def test_keys_after_an_error_are_dropped_and_counted(burst: Burst) -> None:
    """A third decimal stops the burst: nothing behind it is saved, and the count is said."""
    burst.terminal.type("10432-03<enter>1.234<enter>x<enter>10511-01<enter>5<enter>y<enter>")
    burst.terminal.wait_for("keys dropped")

    assert burst.rows() == []
    assert "15 keys dropped" in burst.terminal.text
    assert "1.234" in burst.terminal.text


def test_a_wrong_character_drops_the_rest(burst: Burst) -> None:
    """Digits behind a letter in an amount do not become another amount."""
    burst.terminal.type("10432-03<enter>12a45<enter>")
    burst.terminal.wait_for("keys dropped")
    burst.terminal.settle()

    assert burst.rows() == []
    assert "3 keys dropped" in burst.terminal.text


def test_paste_stays_in_order(burst: Burst) -> None:
    """Pasted text goes into the field that has the focus when its turn comes."""
    paste = "\x1b[200~125.40\x1b[201~"
    burst.terminal.type(
        "10432-03<enter>", paste, "<enter>x<enter>" + "10511-01<enter>1<enter>y<enter>"
    )
    burst.wait_for_rows(2)

    assert burst.rows() == [("10432-03", "125.40", "x"), ("10511-01", "1.00", "y")]


def test_pasted_lines_are_refused_in_an_amount(burst: Burst) -> None:
    """Several lines cannot be one amount."""
    burst.terminal.type("10432-03<enter>", "\x1b[200~125\n40\x1b[201~")
    burst.terminal.wait_for("has several lines")

    assert burst.rows() == []


def test_keys_typed_before_the_program_is_up(tmp_path: Path) -> None:
    """What is typed while the program starts lands in its first field."""
    file = tmp_path / "records.db"
    base = sqlite3.connect(file, isolation_level=None)
    base.execute("create table record (id integer primary key, a, b, c)")
    terminal = Terminal([APP, str(file), "plain"])
    terminal.type("10432-03\r125\rearly\r")
    terminal.wait(lambda: bool(base.execute("select 1 from record").fetchall()))
    rows = base.execute("select a, b, c from record").fetchall()
    terminal.close()

    assert rows == [("10432-03", "125.00", "early")]
