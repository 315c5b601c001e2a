"""Lists on paper: headings stay with their rows, and say on the next page what goes on."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader

from billing_tui.documents.listing import Column, new_listing

if TYPE_CHECKING:
    from pathlib import Path

AT = datetime(2026, 11, 3, 16, 0, tzinfo=UTC)


def pages(path: Path, before: int, rows: int) -> list[str]:
    """The pages of a list with so many lines before a table of so many rows."""
    with new_listing("List", "Utility", AT) as listing:
        for at in range(before):
            listing.fact("Fact", str(at))
        listing.heading("By service")
        listing.table((Column("What", 100), Column("Amount", 100, money=True)))
        for at in range(rows):
            listing.row((f"row {at}", at))
        listing.total("All")
        listing.write(path)
    return [page.extract_text() for page in PdfReader(path).pages]


@pytest.mark.parametrize("before", range(42, 53))
def test_a_heading_never_stands_alone(tmp_path: Path, before: int) -> None:
    """Its first row is on the same page, wherever the page ends."""
    told = pages(tmp_path / "list.pdf", before, 4)
    (with_heading,) = [text for text in told if "By service" in text.split("continued")[0]][:1]
    assert "row 0" in with_heading


def test_a_table_that_goes_on_names_itself_again(tmp_path: Path) -> None:
    """Every page but the first says whose rows they are."""
    first, *others = pages(tmp_path / "list.pdf", 0, 150)
    assert "continued" not in first
    assert len(others) == 2
    assert all("By service, continued" in text for text in others)
