"""The check digit, the scan line, the postal barcode and the QR code."""

from __future__ import annotations

import csv
import random
import shutil
import subprocess
from contextlib import nullcontext
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, strategies as st

from billing_tui.documents import imb, qr
from billing_tui.documents.scan_line import (
    STANDARD,
    ScanLayout,
    ScanLine,
    parse_scan_line,
    scan_line,
)
from billing_tui.foundation import luhn
from billing_tui.foundation.errors import InvalidEntry

if TYPE_CHECKING:
    from pathlib import Path

digits = st.text("0123456789", min_size=1, max_size=60)


def _rows(path: Path) -> list[list[str]]:
    lines = [line for line in path.read_text().splitlines() if not line.startswith("#")]
    return list(csv.reader(lines))


def test_published_scan_lines(shared: Path) -> None:
    """Each published scan line is valid or invalid as its publisher says."""
    rows = _rows(shared / "formats" / "payments" / "scanline_vectors.csv")
    assert len(rows) >= 7
    for line, valid, *_ in rows:
        assert luhn.is_valid(line) == (valid == "1"), line


@given(digits)
def test_check_digit_makes_a_valid_line(body: str) -> None:
    """Exactly one of the ten digits makes a line valid."""
    assert [d for d in "0123456789" if luhn.is_valid(body + d)] == [luhn.check_digit(body)]


@given(digits, st.data())
def test_a_single_wrong_digit_is_caught(body: str, data: st.DataObject) -> None:
    """Any one digit changed to any other makes the line invalid."""
    line = body + luhn.check_digit(body)
    place = data.draw(st.integers(0, len(line) - 1))
    other = data.draw(st.sampled_from([d for d in "0123456789" if d != line[place]]))
    assert not luhn.is_valid(line[:place] + other + line[place + 1 :])


@given(digits, st.data())
def test_swapped_neighbours_are_caught_but_for_09(body: str, data: st.DataObject) -> None:
    """Two unlike neighbours swapped make the line invalid, except 0 and 9."""
    line = body + luhn.check_digit(body)
    place = data.draw(st.integers(0, len(line) - 2))
    pair = line[place : place + 2]
    swapped = line[:place] + pair[::-1] + line[place + 2 :]
    assert luhn.is_valid(swapped) == (pair[0] == pair[1] or set(pair) == {"0", "9"})


@pytest.mark.parametrize("text", ["", "7", "12a4", "\u0661\u0662", "12 4"])
def test_only_ascii_digits_are_valid(text: str) -> None:
    """Letters, blanks, other scripts' digits and a lone digit are no valid line."""
    assert not luhn.is_valid(text)


@given(st.integers(0, 10**12 - 1), st.integers(0, 10**10 - 1), st.integers(0, 10**10 - 1))
def test_scan_line_round_trip(account: int, cents: int, reference: int) -> None:
    """What goes into a scan line comes out of it, at its fixed length."""
    line = scan_line(str(account), cents, str(reference))
    assert len(line) == STANDARD.length == 33
    assert parse_scan_line(line) == ScanLine(account, cents, reference)


def test_scan_line_of_another_bank() -> None:
    """A layout of nine, eight and eight digits makes the bank's published line."""
    layout = ScanLayout(account=9, amount=8, reference=8)
    assert scan_line("001000001", 181500, "00191500", layout)[:25] == "0010000010018150000191500"
    assert scan_line("12345", 0, "1000", layout) == "00001234500000000000010004"


def test_scan_line_leaves_separators_out() -> None:
    """Hyphens of an account number are not printed, and a credit asks for nothing."""
    line = scan_line("0042-01730-02", -500, "2611004172")
    assert line.startswith("000420173002")
    assert parse_scan_line(line) == ScanLine(420173002, 0, 2611004172)


@pytest.mark.parametrize(
    ("account", "reference", "code"),
    [("A-17", "1", "SCAN-FORM"), ("1" * 13, "1", "SCAN-LONG"), ("1", "", "SCAN-FORM")],
)
def test_scan_line_refuses_what_it_cannot_hold(account: str, reference: str, code: str) -> None:
    """Letters, too many digits and nothing at all are refused by name."""
    with pytest.raises(InvalidEntry) as refusal:
        scan_line(account, 1, reference)
    assert refusal.value.code == code


@given(st.text(max_size=40))
def test_parsing_any_text_never_fails_otherwise(text: str) -> None:
    """Any text either parses or is refused with a sentence."""
    whole = len(text.strip()) == STANDARD.length and luhn.is_valid(text.strip())
    with nullcontext() if whole else pytest.raises(InvalidEntry):
        parse_scan_line(text)


def test_imb_vectors(shared: Path) -> None:
    """Every published Intelligent Mail barcode comes out bar by bar."""
    rows = _rows(shared / "formats" / "imb" / "imb_vectors.csv")
    assert len(rows) >= 5
    for track, routing, bars in rows:
        assert imb.encode(track, routing) == bars


def test_imb_example_of_the_standard() -> None:
    """The standard's own example needs no files beside us."""
    bars = "AADTFFDFTDADTAADAATFDTDDAAADDTDTTDAFADADDDTFFFDDTTTADFAAADFTDAADA"
    assert imb.encode("01234567094987654321", "01234567891") == bars


_STATES = {("1", "1"): "F", ("1", "0"): "A", ("0", "1"): "D", ("0", "0"): "T"}


def _zint(track: str, routing: str) -> str:
    text = f"{track}-{routing}" if routing else track
    dump = subprocess.run(
        ["zint", "-b", "ONECODE", "-d", text, "--dump"], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    rows = ["".join(f"{int(char, 16):04b}" for char in row.replace(" ", "")) for row in dump[:3]]
    return "".join(_STATES[up, down] for up, down in zip(rows[0][::2], rows[2][::2], strict=True))[
        : imb.BARS
    ]


@pytest.mark.skipif(shutil.which("zint") is None, reason="the zint command is not installed")
def test_imb_agrees_with_zint() -> None:
    """Forty random barcodes equal those of zint, an encoder that we did not write."""
    dice = random.Random(20261122)
    for _ in range(40):
        track = str(dice.randrange(10**20)).zfill(20)
        track = track[0] + str(int(track[1]) % 5) + track[2:]
        size = dice.choice([0, 5, 9, 11])
        routing = str(dice.randrange(10**size)).zfill(size) if size else ""
        assert imb.encode(track, routing) == _zint(track, routing), (track, routing)


@pytest.mark.parametrize(
    ("track", "routing"),
    [("1" * 19, ""), ("05" + "0" * 18, ""), ("0" * 20, "1234"), ("0" * 19 + "x", ""), ("", "")],
)
def test_imb_refuses_other_digits(track: str, routing: str) -> None:
    """A wrong length, an identifier over 4 and letters are refused."""
    with pytest.raises(InvalidEntry):
        imb.encode(track, routing)


def test_tracking_number_fills_twenty_digits() -> None:
    """A serial number takes what the mailer id leaves, and wraps when it is used up."""
    assert imb.tracking("270", "123456", 42) == "00270123456000000042"
    assert imb.tracking("270", "912345678", 1_000_001) == "00270912345678000001"
    with pytest.raises(InvalidEntry):
        imb.tracking("27", "123456", 1)


@given(st.text(st.characters(codec="ascii", exclude_categories=["C"]), min_size=1, max_size=200))
def test_qr_runs_cover_the_black_modules(text: str) -> None:
    """The runs are the black modules, each once, and the finder pattern stands in the corner."""
    rows = qr.matrix(text)
    drawn = {
        (column + step, row) for column, row, length in qr.runs(rows) for step in range(length)
    }
    black = {(x, y) for y, row in enumerate(rows) for x, module in enumerate(row) if module}
    assert drawn == black
    assert sum(length for _, _, length in qr.runs(rows)) == len(black)
    assert rows[0][:8] == bytes([1] * 7 + [0])


@pytest.mark.parametrize("text", ["", "x" * 301, "ñ", "\x00", "\ud800"])
def test_qr_refuses_what_it_cannot_hold(text: str) -> None:
    """An empty, a too long and any other than plain text are refused."""
    with pytest.raises(InvalidEntry):
        qr.matrix(text)
