"""The sign-off sheet of the daily audit on paper."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from pypdf import PdfReader

from billing_tui.documents.audit_sheet import print_audit_sheet
from billing_tui.operations.daily_audit.sheet import DaySheet, SheetFault, SheetLine

if TYPE_CHECKING:
    from pathlib import Path

AT = datetime(2026, 11, 3, 16, 0, tzinfo=UTC)
LINES = (
    SheetLine("maria", "Maria Soto", "records", 1_240, 30, 242, 20, 270, 1, 1, 0),
    SheetLine("nora", "Nora Quist", "ledger", 3, 3, 0, 100, 3, 0, 0, 0),
)
FAULT = SheetFault(
    71, "maria", "records.add_flag", "account 10001-01", "WRONG-DAY", "off by a year", "luis", 88
)


def printed(sheet: DaySheet, path: Path) -> str:
    """The text of the printed sheet."""
    done = print_audit_sheet(sheet, "Sierra Vista Utilities", path, made_at=AT)
    pages = PdfReader(path).pages
    assert len(pages) == done.pages
    return " ".join(page.extract_text() for page in pages)


def test_the_sheet_shows_figures_faults_seed_and_signature(tmp_path: Path) -> None:
    """All that a later auditor asks for."""
    sheet = DaySheet(
        date(2026, 11, 2),
        1,
        0,
        1243,
        "5e" * 32,
        LINES,
        (FAULT,),
        "Luis Vega",
        "2026-11-03T01:30:00+00:00",
        "d1" * 32,
    )
    text = printed(sheet, tmp_path / "sheet.pdf")
    for part in (
        "Daily audit of input, 11/02/26",
        "Maria Soto",
        "1,240",
        "1,243",
        "WRONG-DAY",
        "off by a year",
        "Customer records",
        "Add flag",
        " 10001-01",
        "5e" * 32,
        "d1" * 32,
        "Luis Vega, 11/02/26 17:30 PST",
        "Audited by",
    ):
        assert part in text
    assert sheet.total("entries") == 1243


def test_an_unsigned_sheet_without_faults_says_so(tmp_path: Path) -> None:
    """Its round is named where it is not the first."""
    sheet = DaySheet(date(2026, 11, 2), 2, 9, 12, "5e", LINES[1:], (), "", "", "d1")
    text = printed(sheet, tmp_path / "sheet.pdf")
    assert "11/02/26, round 2" in text
    assert "not signed off" in text
    assert "every entry that was looked at is right" in text


def test_nothing_is_right_that_nobody_looked_at(tmp_path: Path) -> None:
    """A sheet without a verdict says so, and one with some says how many are left."""
    unseen = replace(LINES[1], ok=0, open=3)
    sheet = DaySheet(date(2026, 11, 2), 1, 9, 12, "5e", (unseen,), (), "", "", "d1")
    text = printed(sheet, tmp_path / "unseen.pdf")
    assert "Not known" in text
    assert "none of 3 has a verdict yet" in text
    assert "is right" not in text

    text = printed(replace(sheet, lines=(unseen, LINES[1])), tmp_path / "half.pdf")
    assert "every entry that was looked at is right; 3 without a verdict yet" in text
    assert "no entry was drawn" in printed(replace(sheet, lines=()), tmp_path / "none.pdf")


def test_a_long_remark_stands_whole(tmp_path: Path) -> None:
    """In as many lines as it takes, to its last word."""
    remark = "the day was off by a year, as on the two before it, " * 8 + "and last."
    fault = replace(FAULT, remark=remark)
    text = printed(
        DaySheet(date(2026, 11, 2), 1, 0, 3, "5e", LINES, (fault,), "", "", "d1"),
        tmp_path / "sheet.pdf",
    )
    assert "and last." in text
