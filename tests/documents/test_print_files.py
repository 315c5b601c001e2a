"""The files: print file of a cycle, register, control sheet, proof list."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
import sample_bills as samples
from pypdf import PdfReader

from billing_tui.documents.bill_file import print_bills, write_whole
from billing_tui.documents.control_sheet import ControlSheet, Suppressed, print_control_sheet
from billing_tui.documents.proof_list import ProofList, ProofRow, print_proof_list
from billing_tui.documents.register import (
    BillingRegister,
    RegisterLine,
    RegisterSection,
    RegisterTotal,
    print_register,
)
from billing_tui.foundation.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from billing_tui.documents.bill_values import BillPage

ALL = (
    samples.bill(),
    samples.commercial(),
    samples.credit(),
    samples.long_names(),
    samples.exchanged(),
    samples.vietnamese(),
    samples.cyrillic(),
)


def text_of(path: Path) -> str:
    """All text of a PDF."""
    return "\n".join(page.extract_text() for page in PdfReader(path).pages)


def test_cycle_file_holds_every_bill_in_order(tmp_path: Path) -> None:
    """Counts, totals, first, last and hash describe the file that stands there."""
    result = print_bills(iter(ALL), tmp_path / "cycle.pdf", made_at=samples.MADE_AT)
    reader = PdfReader(result.path)
    assert result.bills == 7
    assert result.pages == len(reader.pages) == 9
    assert result.total_cents == sum(bill.amounts.total_due for bill in ALL)
    assert result.current_cents == sum(bill.amounts.current_charges for bill in ALL)
    assert (result.first_bill, result.last_bill) == ("2611004172", "2611004178")
    assert result.sha256 == hashlib.sha256(result.path.read_bytes()).hexdigest()
    assert [path.name for path in tmp_path.iterdir()] == ["cycle.pdf"]
    firsts = [
        page.extract_text() for page in reader.pages if "Amount enclosed" in page.extract_text()
    ]
    assert [bill.bill_number in text for bill, text in zip(ALL, firsts, strict=True)] == [True] * 7


def test_same_bills_and_moment_give_the_same_bytes(tmp_path: Path) -> None:
    """A reprint has the hash of the first print; another moment or bill has not."""
    first = print_bills(ALL, tmp_path / "a.pdf", made_at=samples.MADE_AT)
    again = print_bills(ALL, tmp_path / "b.pdf", made_at=samples.MADE_AT)
    later = print_bills(ALL, tmp_path / "c.pdf", made_at=samples.MADE_AT + timedelta(days=1))
    other = print_bills(
        [*ALL[:-1], replace(ALL[-1], bill_number="2611004179")],
        tmp_path / "d.pdf",
        made_at=samples.MADE_AT,
    )
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()
    assert len({first.sha256, again.sha256, later.sha256, other.sha256}) == 3


def test_bytes_do_not_depend_on_the_hash_seed(tmp_path: Path) -> None:
    """Two processes with unlike hash seeds write the same file."""
    script = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from pathlib import Path\n"
        "import sample_bills as samples\n"
        "from billing_tui.documents.bill_file import print_bills\n"
        "bills = [samples.bill(), samples.cyrillic(), samples.commercial()]\n"
        "print(print_bills(bills, Path(sys.argv[2]), made_at=samples.MADE_AT).sha256)\n"
    )
    hashes = {
        subprocess.run(
            [sys.executable, "-c", script, sys.path[0], str(tmp_path / f"{seed}.pdf")],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(hashes) == 1


def test_bill_that_contradicts_itself_is_parked(tmp_path: Path) -> None:
    """A bill that does not add up is left out and reported; the others are printed."""
    wrong = samples.bill(bill_number="99", amounts=samples.BillAmounts(0, 0, 0, 0, 1))
    result = print_bills([ALL[0], wrong, ALL[2]], tmp_path / "b.pdf", made_at=samples.MADE_AT)
    assert (result.bills, result.parked) == (2, ("99",))
    (problem,) = result.problems
    assert (problem.line, problem.severity) == (2, "error")
    assert result.total_cents == ALL[0].amounts.total_due + ALL[2].amounts.total_due


def test_printing_nothing_is_refused(tmp_path: Path) -> None:
    """No bills make no file."""
    with pytest.raises(Refused):
        print_bills([], tmp_path / "b.pdf", made_at=samples.MADE_AT)
    assert list(tmp_path.iterdir()) == []


def test_a_break_amid_the_run_leaves_the_older_file(tmp_path: Path) -> None:
    """When the source of bills fails, the file that stood there stands untouched."""
    path = tmp_path / "b.pdf"
    path.write_bytes(b"older")

    def broken() -> Iterator[BillPage]:
        yield samples.bill()
        raise OSError("the source went away")

    with pytest.raises(OSError, match="went away"):
        print_bills(broken(), path, made_at=samples.MADE_AT)
    assert path.read_bytes() == b"older"
    assert [entry.name for entry in tmp_path.iterdir()] == ["b.pdf"]


def test_file_that_cannot_take_its_name_leaves_nothing_beside(tmp_path: Path) -> None:
    """A target that is a folder fails without leaving the half-made file."""
    (tmp_path / "b.pdf").mkdir()
    with pytest.raises(OSError, match=r"b\.pdf"):
        write_whole(tmp_path / "b.pdf", b"x")
    assert [entry.name for entry in tmp_path.iterdir()] == ["b.pdf"]


def test_progress_counts_the_bills(tmp_path: Path) -> None:
    """The caller hears of each bill as it is done."""
    heard: list[int] = []
    print_bills(ALL[:3], tmp_path / "b.pdf", made_at=samples.MADE_AT, progress=heard.append)
    assert heard == [1, 2, 3]


def _register(wrong: int = 0) -> BillingRegister:
    lines = tuple(
        RegisterLine(f"0042-{n:05d}-01", f"Customer {n}", "SFR", str(2611000000 + n), n * 13, 20000)
        for n in range(130)
    )
    service = RegisterTotal("Water", 130, "2,860 ccf", 130 * 20000 - 500_000)
    sewer = RegisterTotal("Sewer", 130, "", 500_000 + wrong)
    return BillingRegister(
        "City of Alder Creek",
        "2611-04",
        "04",
        samples.MADE_AT.date(),
        lines,
        (RegisterSection("By service", (service, sewer)),),
    )


def test_register_totals_pages_and_run(tmp_path: Path) -> None:
    """Page totals add up to the register total, and each summary ties to it."""
    result = print_register(_register(), tmp_path / "r.pdf", made_at=samples.MADE_AT)
    text = text_of(result.path)
    assert result.pages == 3
    page_totals = [line for line in text.splitlines() if line.startswith("Page total, ")]
    counts = [int(line.split()[2]) for line in page_totals]
    assert sum(counts) == 130
    assert "Register total, 130 bills" in text
    assert "26,000.00" in text
    assert f"{(26_000_00 + 13 * 129 * 65) / 100:,.2f}" in text
    assert "DOES NOT TIE" not in text
    assert "Page 3 of 3" in text


def test_register_summary_that_is_off_by_a_cent_says_so(tmp_path: Path) -> None:
    """A summary that misses the current charges by a cent carries a cross and words."""
    result = print_register(_register(wrong=1), tmp_path / "r.pdf", made_at=samples.MADE_AT)
    assert "DOES NOT TIE" in text_of(result.path)


@pytest.mark.parametrize(("off", "ties"), [(0, True), (1, False)])
def test_control_sheet_ties_to_the_register(off: int, ties: bool, tmp_path: Path) -> None:  # noqa: FBT001 - pytest passes it
    """Printed and suppressed bills are the register's to the cent, or the sheet says so."""
    file = print_bills(ALL[:4], tmp_path / "b.pdf", made_at=samples.MADE_AT)
    sheet = ControlSheet(
        "City of Alder Creek",
        "2611-04",
        "04",
        file,
        register_bills=5,
        register_cents=file.total_cents + 1200 + off,
        suppressed=(Suppressed("2611004199", "0042-00001-01", "E-bill", 1200),),
    )
    result = print_control_sheet(sheet, tmp_path / "c.pdf", made_at=samples.MADE_AT)
    text = text_of(result.path)
    assert (sheet.count_ties, sheet.amount_ties) == (True, ties)
    assert ("DOES NOT TIE" in text) == (not ties)
    for expected in (file.sha256, "b.pdf", "E-bill", "12.00", "Mailed by", "was cut to fit"):
        assert expected in text, expected


def test_control_sheet_names_parked_bills(tmp_path: Path) -> None:
    """A parked bill breaks the tie and stands on the sheet by its number."""
    wrong = samples.bill(bill_number="99", amounts=samples.BillAmounts(0, 0, 0, 0, 1))
    file = print_bills([ALL[0], wrong], tmp_path / "b.pdf", made_at=samples.MADE_AT)
    sheet = ControlSheet("City", "1", "04", file, 2, file.total_cents + 1)
    print_control_sheet(sheet, tmp_path / "c.pdf", made_at=samples.MADE_AT)
    text = text_of(tmp_path / "c.pdf")
    assert not sheet.count_ties
    assert "bill 99" in text


def _read(number: int, **changes: object) -> ProofRow:
    row = ProofRow(
        "042",
        str(number * 10),
        f"0042-{number:05d}-01",
        f"{number} Mill Race Ln",
        str(60_000_000 + number),
        Decimal(1400 + number),
        Decimal(1422 + number),
        Decimal(22),
        "ccf",
        32,
        "Actual",
    )
    return replace(row, **changes)  # type: ignore[arg-type]


def test_proof_list_shows_flags_and_control_totals(tmp_path: Path) -> None:
    """Every read has its row, flags stand with it, and the totals are those of the rows."""
    rows = (
        *(_read(number) for number in range(100)),
        _read(200, flags=("High: 3.1 times usual", "Leak suspected")),
        _read(201, current=None, usage=None, kind="Missing", flags=("Missing read",)),
        _read(202, unit="kWh", usage=Decimal("705.5")),
    )
    proof = ProofList("City of Alder Creek", "04", samples.MADE_AT.date(), rows)
    assert proof.missing == 1
    assert proof.reading_total == sum(row.current or 0 for row in rows)
    assert proof.usage_by_unit == {"ccf": Decimal(101 * 22), "kWh": Decimal("705.5")}
    assert proof.flag_counts["Leak suspected"] == 1
    result = print_proof_list(proof, tmp_path / "p.pdf", made_at=samples.MADE_AT)
    text = text_of(result.path)
    assert result.pages == 3
    assert all(row.account_number in text for row in rows)
    for expected in ("High: 3.1 times usual, Leak suspected", "2,222", "705.5", "Checked by"):
        assert expected in text, expected


def test_lists_print_the_same_bytes_again(tmp_path: Path) -> None:
    """Register and proof list are as reproducible as the bills."""
    first = print_register(_register(), tmp_path / "a.pdf", made_at=samples.MADE_AT)
    again = print_register(_register(), tmp_path / "b.pdf", made_at=samples.MADE_AT)
    assert first.sha256 == again.sha256


def test_only_printing_imports_fpdf() -> None:
    """Every module of the room but `paper` can be imported without fpdf2."""
    script = (
        "import importlib, pkgutil, sys\n"
        "import billing_tui.documents as room\n"
        "names = [m.name for m in pkgutil.iter_modules(room.__path__) if m.name != 'paper']\n"
        "for name in names: importlib.import_module(f'billing_tui.documents.{name}')\n"
        "assert len(names) > 15, names\n"
        "print('fpdf' in sys.modules, 'segno' in sys.modules)\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert said.stdout.split() == ["False", "False"]
