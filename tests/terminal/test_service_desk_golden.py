"""The screens of the service desk as text; `GOLDEN=write` stores them anew."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from harness import check_golden

from billing_tui.foundation.moments import local

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness import Terminal

LEFT = "1.4<enter>10432-03<enter>112026<enter>1500<enter><enter><f10>"
PAUSE = "<pause>"
"""Where keys would be dropped: the program asks whether N77 is meant."""
EXCHANGE = f'4.3<enter>70318842<enter>1120261500<enter>N77<enter>{PAUSE}<enter>1"<enter>'
WAYS = {
    "SVC010": (
        LEFT + "1.3<enter>Delgado<enter>10432<enter>112026<enter><enter><enter>",
        "Everything is keyed",
    ),
    "SVC020": ("1.4<enter>10432-03<enter>112026<enter>1500<enter>", "water 3 ccf (7 days"),
    "SVC030": (
        LEFT + "1.5<enter>10511-03<enter>10432<enter>112026<enter><enter>1484<enter><enter><enter>",
        "F10 saves",
    ),
    "SVC040": (LEFT + "1.6<enter>", "10432-03 ends"),
    "SVC041": (LEFT + "1.6<enter>4<enter>", "net 0.00"),
    "MTR010": (EXCHANGE + "<enter><enter><enter>12<enter>", "The size changes"),
    "MTR020": ("4.4<enter>out<enter>70318842<enter>1120261500<enter>", "Everything is keyed"),
    "MTR030": ("4.5<enter>70318842<enter>112026f<enter>93.5<enter>", "too slow"),
}


@pytest.mark.parametrize("size", [(80, 24), (132, 43)], ids=["80x24", "132x43"])
@pytest.mark.parametrize("ident", WAYS)
def test_screen(start: Callable[..., Terminal], ident: str, size: tuple[int, int]) -> None:
    """Every row, at the smallest size and at a large one."""
    keys, shown = WAYS[ident]
    terminal = start(user="maria", size=size)
    terminal.wait_for("F1 Help")
    first, _, later = keys.partition(PAUSE)
    terminal.type(first)
    if later:
        terminal.wait_for("Enter again makes a new one.")
        terminal.settle()
        terminal.type(later)
    title = " SVC040" if ident == "SVC041" else f" {ident}"
    terminal.wait(lambda: terminal.lines[0].startswith(title) and shown in terminal.text)
    terminal.settle()

    entered = f"{local(datetime.now(UTC)):%m/%d/%y}"
    check_golden(f"{ident}-{size[0]}x{size[1]}", terminal.text.replace(entered, "MM/DD/YY"))
