"""Files for `reads import` that are no files of reads: which line and why, and nothing changed."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from corpus import INERT, NUMBERS, STEERING, steering_in
from hostile_town import MEGABYTES, Town, command, dump

from billing_tui.foundation.errors import InvalidEntry, ProblemsFound
from billing_tui.metering.import_reads import import_reads

if TYPE_CHECKING:
    from collections.abc import Callable

HEAD = b"meter_number,reading,day,unit\n"
GOOD = b"M000001,1020,2026-11-13,CCF\n"
WRONG = {
    "UTF-16": (("meter_number,reading\nM000001,1020\n").encode("utf-16"), "line 1: it is UTF-16"),
    "UTF-16 without a mark": ("meter_number,reading\n".encode("utf-16-le"), "line 1: it is UTF-16"),
    "UTF-32": ("meter_number,reading\n".encode("utf-32"), "line 1:"),
    "Latin-1": (HEAD + b"M\xe9,1020,2026-11-13,CCF\n", "line 2: byte 2 (0xE9) is not UTF-8"),
    "NUL": (HEAD + GOOD + b"M000\x00002,1,2026-11-13,CCF\n", "line 3: the line holds a NUL"),
    "NUL alone": (b"\0" * 4096, "line 1"),
    "unbalanced quote": (HEAD + b'"M000001,1020,2026-11-13,CCF\n' + GOOD, "line 2: a quotation"),
    "too few columns": (HEAD + b"M000001,1020\n", "line 2: the line has 2 columns"),
    "too many columns": (HEAD + GOOD[:-1] + b",x\n", "line 2: the line has 5 columns"),
    "no such column": (b"alpha,beta\nM000001,1020\n", "line 1: there is no column"),
    "header twice": (b"meter_number,reading,reading\nM,1,2\n", "line 1: the column 'reading'"),
    "empty": (b"", "it is empty"),
    "blank": (b"\n\n\n", "it is empty"),
    "header alone": (HEAD, "it holds no reads"),
    "workbook": (b"PK\x03\x04" + b"\0" * 100, "line 1: it is a workbook"),
    "program": (b"\x7fELF\x02\x01\x01" + b"\0" * 100, "line 1"),
    "formula reading": (HEAD + b"M000001,=1+1,2026-11-13,CCF\n", "line 2: reading:"),
    "no such day": (HEAD + b"M000001,1,2026-02-30,CCF\n", "line 2: day: 2026-02-30 is no day"),
    "no such unit": (HEAD + b"M000001,1,2026-11-13,barrels\n", "line 2: unit:"),
    "old Mac lines": (HEAD.replace(b"\n", b"\r") + GOOD, "it holds no reads"),
    "field of ten megabytes": (HEAD + b"M" * 10_000_000 + b",1\n", "line 2: the line is longer"),
    "one endless line": (b"x" * 20_000_000, "line 1: the line is longer"),
    "quoted endless field": (HEAD + b'"' + b"M\n" * 2_000 + b'",1\n', "line 2: a quotation"),
}


@pytest.fixture
def load(town: Town, tmp_path: Path) -> Callable[[bytes], object]:
    """Import these bytes for the next reading of the cycle."""

    def call(content: bytes, name: str = "reads.csv") -> object:
        path = tmp_path / name
        path.write_bytes(content)
        return import_reads(town.desk("maria"), town.instance, path, "csv-default")

    return call


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_file_says_which_line_and_why(
    town: Town, load: Callable[[bytes], object], name: str
) -> None:
    """The sentence names line and reason; every row and every kept file is as before."""
    content, sentence = WRONG[name]
    before, kept = dump(town.office.home.database_file), _kept(town)
    with pytest.raises(ProblemsFound) as refused:
        load(content)
    assert sentence in refused.value.sentence
    assert refused.value.sentence.isprintable()
    assert len(refused.value.sentence) < 400
    assert (dump(town.office.home.database_file), _kept(town)) == (before, kept)


def _kept(town: Town) -> list[str]:
    return sorted(path.name for path in town.office.home.uploads.iterdir())


@pytest.mark.parametrize("text", [one for one in NUMBERS if one not in {"", "-0", "0.005"}])
def test_no_number_is_guessed_at(town: Town, load: Callable[[bytes], object], text: str) -> None:
    """A reading is plain digits; anything else costs its line, by name."""
    before = dump(town.office.home.database_file)
    with pytest.raises(ProblemsFound, match="line 2"):
        load(HEAD + b'M000001,"%s",2026-11-13,CCF\n' % text.encode())
    assert dump(town.office.home.database_file) == before


def test_a_fraction_of_a_count_is_listed(load: Callable[[bytes], object]) -> None:
    """Whole counts alone have passed the register; a fraction is not rounded away."""
    result = load(HEAD + b"M000001,0.005,2026-11-13,CCF\n")

    assert "0.005 has a fraction" in str(result.rejects[0])  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", STEERING)
def test_what_steers_is_refused_in_a_column(
    town: Town, load: Callable[[bytes], object], name: str
) -> None:
    """A meter number with an escape in it is refused, and the sentence repeats none of it."""
    text = STEERING[name].encode("utf-8", "surrogatepass")
    before = dump(town.office.home.database_file)
    with pytest.raises(ProblemsFound, match="line 2") as refused:
        load(HEAD + b"M" + text + b",1020,2026-11-13,CCF\n")
    assert not steering_in(str(refused.value))
    assert dump(town.office.home.database_file) == before


def test_formulas_and_markup_are_meters_that_nobody_has(
    load: Callable[[bytes], object],
) -> None:
    """They are read as they stand and listed as unknown, by line."""
    texts = [text for text in INERT.values() if not set(text) & set('",\\')]
    rows = [f"{text},1,2026-11-13,CCF\n".encode() for text in texts]
    result = load(HEAD + b"".join(rows) + GOOD)

    assert result.unknown == len(texts)  # type: ignore[attr-defined]
    assert [one.line for one in result.rejects] == list(  # type: ignore[attr-defined]
        range(2, len(texts) + 2)
    )


def test_a_byte_order_mark_is_no_part_of_the_header(load: Callable[[bytes], object]) -> None:
    """What spreadsheets write before the first column does not hide it."""
    assert load(b"\xef\xbb\xbf" + HEAD + GOOD).staged == 1  # type: ignore[attr-defined]


def _odd_places(folder: Path) -> dict[str, Path]:
    pipe, linked, locked, sparse = (folder / one for one in ("pipe", "link", "locked", "sparse"))
    os.mkfifo(pipe)
    (folder / "real.csv").write_bytes(HEAD + GOOD)
    linked.symlink_to(folder / "real.csv")
    locked.write_bytes(HEAD + GOOD)
    locked.chmod(0)
    with sparse.open("wb") as file:
        file.truncate(1 << 40)
    places = {
        "folder": folder,
        "pipe": pipe,
        "link": linked,
        "endless device": Path("/dev/zero"),
        "empty device": Path("/dev/null"),
        "own memory": Path("/proc/self/mem"),
        "page map": Path("/proc/self/pagemap"),
        "kernel log": Path("/proc/kmsg"),
        "terabyte": sparse,
        "nothing there": folder / "none.csv",
        "not a folder": folder / "real.csv" / "x.csv",
        "traversal": folder / ".." / ".." / ".." / ".." / ".." / "etc" / "none.csv",
        "endless name": folder / ("x" * 5000),
        "NUL in the name": folder / "a\0b",
        "escape in the name": folder / "a\x1b]0;b\x07.csv",
        "lone surrogate in the name": folder / "a\udcff.csv",
    }
    return places | ({"not readable": locked} if os.geteuid() else {})


def test_odd_places_are_refused_at_once(town: Town, tmp_path: Path) -> None:
    """No link is followed, no pipe waited at, no device read; the sentence says what it is."""
    before, kept = dump(town.office.home.database_file), _kept(town)
    for name, path in _odd_places(tmp_path).items():
        begun = time.monotonic()
        with pytest.raises((InvalidEntry, ProblemsFound)) as refused:
            import_reads(town.desk("maria"), town.instance, path, "csv-default")
        assert refused.value.sentence, name
        assert time.monotonic() - begun < 10, name
    assert (dump(town.office.home.database_file), _kept(town)) == (before, kept)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["endless device", "own memory", "huge lines", "many bad lines"])
def test_the_process_stays_small(town: Town, tmp_path: Path, name: str) -> None:
    """With 400 MB of address space and 60 MB of rubbish: a sentence, exit 2, nothing changed."""
    home = tmp_path / "home"
    home.mkdir()
    town.office.store.database.execute_sql("VACUUM INTO ?", (str(home / "billing.db"),))
    (home / "uploads").mkdir()
    path = tmp_path / "reads.csv"
    if name == "huge lines":
        path.write_bytes(HEAD + b"x" * 60_000_000)
    elif name == "many bad lines":
        path.write_bytes(HEAD + b"x\n" * 400_000)
    else:
        path = Path("/dev/zero" if name == "endless device" else "/proc/self/mem")
    before = dump(home / "billing.db")
    line = ["reads", "import", str(path), "--cycle", "07"]
    done = command(home, line, memory=400 * MEGABYTES)
    shown = done.stderr.decode()

    assert done.returncode == 2, shown
    assert "Traceback" not in shown
    assert "MemoryError" not in shown
    assert not steering_in(shown)
    assert len(shown) < 200_000
    assert dump(home / "billing.db") == before
    assert list((home / "uploads").iterdir()) == []
