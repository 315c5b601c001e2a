"""The screens as text, as they stand in a terminal; `GOLDEN=write` stores them anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from harness import check_golden

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness import Terminal

WAYS = {
    "MNU010": ("", "Go to"),
    "ACC010": ("1.1<enter>elm", "goes to the list"),
    "ACC020": ("10432-03<enter>", "F11 Contact"),
    "RDG020": ("2.1<enter>", "F10 Accept looks"),
    "BIL010": ("3.1<enter>", "F10 "),
    "BIL020": ("3.2<enter><down>", "+130.46"),
    "BIL030": ("bil030 10432-03<enter>", "In words"),
    "HLP010": ("3.1<enter><f1>", "Back page"),
    "HLP020": ("6.1<enter>passphrase", "3 pages found"),
    "HLP030": ("6.1<enter>look up an account on the phone<enter>", "Before you begin"),
    "RSN010": ("3.2<enter>2<enter>", " Reason"),
    "GO0010": ("1.1<enter><f2>", "-- Go to --"),
}


@pytest.mark.parametrize("size", [(80, 24), (132, 43)], ids=["80x24", "132x43"])
@pytest.mark.parametrize("ident", WAYS)
def test_screen(start: Callable[..., Terminal], ident: str, size: tuple[int, int]) -> None:
    """Every row, at the smallest size and at a large one."""
    keys, shown = WAYS[ident]
    terminal = start(size=size)
    terminal.wait_for("F1 Help")
    terminal.type(keys)
    terminal.wait_for(shown)
    terminal.settle()

    check_golden(f"{ident}-{size[0]}x{size[1]}", terminal.text)
