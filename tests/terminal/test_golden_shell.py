"""The windows and screens that belong to nobody's desk, as they stand in a terminal."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from harness import check_golden
from offices import open_in

from billing_tui.access.pin import set_pin
from billing_tui.access.staff import sit_down

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness import Terminal

    from billing_tui.operations.office import Office

WAYS = {
    "TDO010": ("5.1<enter>", "5=Open"),
    "PIN010": ("6.4<enter>", "New PIN"),
    "LCK010": ("6.5<enter>", "LUIS is away"),
    "CNF010": ("6.4<enter>1<tab><f12>", "Enter confirms"),
    "LST010": ("10432-03<enter><f6>", "What is to be done"),
    "DRF010": (
        "chg020 10432-03<enter><enter>PO Box 118<enter>Visalia CA 93279<enter><f3><f9>",
        "1 takes an entry up",
    ),
}
_MOMENT = re.compile(r"\d\d/\d\d/\d\d \d\d:\d\d")


@pytest.mark.parametrize("size", [(80, 24), (132, 43)], ids=["80x24", "132x43"])
@pytest.mark.parametrize("ident", WAYS)
def test_screen(
    office: Office, start: Callable[..., Terminal], ident: str, size: tuple[int, int]
) -> None:
    """Every row, at the smallest size and at a large one."""
    keys, shown = WAYS[ident]
    if ident == "LCK010":
        again = open_in(office.home.root)
        today = again.business_day
        assert today is not None
        set_pin(sit_down(again.store, again.home, "luis", today, station="test"), "horse7")
        again.close()
    terminal = start(size=size)
    terminal.wait_for("F1 Help")
    terminal.type(keys)
    terminal.wait_for(shown)
    terminal.settle()

    check_golden(f"{ident}-{size[0]}x{size[1]}", _MOMENT.sub("MM/DD/YY HH:MM", terminal.text))
