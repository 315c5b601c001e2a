"""Procedure pages on paper: every word of each, on as few pages as it takes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader

from billing_tui.cli.main import run
from billing_tui.documents.procedure_sheet import Block, blocks_of
from billing_tui.foundation.home import Home
from billing_tui.operations.procedures import library

if TYPE_CHECKING:
    from billing_tui.operations.office import Office
    from billing_tui.operations.procedures import Procedure

PAGES = library(Home(Path("/nowhere"), "sqlite:///nowhere/billing.db")).pages


def words(text: str) -> list[str]:
    """The words of a text without the marks of headings and keys."""
    return text.replace("#", " ").replace("`", "").split()


def test_lines_that_belong_together_are_one_block() -> None:
    """Items with their number, paragraphs, headings; a blank line ends what stood before."""
    lines = ["## Steps", "1. Look", "   again.", "- A dash", "First", "second.", "", "Third."]
    assert list(blocks_of(lines)) == [
        Block(heading=True, mark="", text="Steps"),
        Block(heading=False, mark="1.", text="Look again."),
        Block(heading=False, mark="-", text="A dash First second."),
        Block(heading=False, mark="", text="Third."),
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.id)
def test_no_word_is_lost(page: Procedure) -> None:
    """The blocks of each page of ours hold its words in their order."""
    body = page.body
    told = " ".join(f"{block.mark} {block.text}" for block in blocks_of(body))
    assert words(told) == words(" ".join(body))


def test_a_page_is_printed_by_the_name_of_its_screen(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    """`procedure print mtr010` says where the paper is; it shows title, steps and who keeps it."""
    code = run(["procedure", "print", "mtr010", "--home", str(office.home.root), "--as", "maria"])
    path = Path(capsys.readouterr().out.strip())
    text = " ".join(page.extract_text() for page in PdfReader(path).pages)

    assert code == 0
    assert path.name == "procedure-exchange-a-meter.pdf"
    for part in ("Exchange, install, remove or test a meter", "Steps", "Kept by", "MTR010"):
        assert part in text
