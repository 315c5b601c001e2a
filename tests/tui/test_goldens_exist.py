"""No screen or window is without its text, as it stands in a terminal, at both sizes."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import TYPE_CHECKING

import pytest

from billing_tui.tui import screens
from billing_tui.tui.room_screen import RoomScreen

if TYPE_CHECKING:
    from collections.abc import Iterator

GOLDEN = Path(__file__).parents[1] / "terminal" / "golden"
SIZES = ("80x24", "132x43")


def every_ident(kind: type[RoomScreen] = RoomScreen) -> Iterator[str]:
    """Ids of all classes of screens that there are; what shares an id counts once."""
    for one in kind.__subclasses__():
        if one.ident and one.__module__.startswith(f"{screens.__name__}."):
            yield one.ident
        yield from every_ident(one)


for module in walk_packages(screens.__path__, f"{screens.__name__}."):
    import_module(module.name)
IDENTS = sorted(set(every_ident()))


def test_the_screens_were_found() -> None:
    """Screens, windows and pages; without them the next test would say nothing."""
    assert {"MNU010", "SVC041", "QST030", "RDG034", "AUD031"} <= set(IDENTS)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("ident", IDENTS)
def test_a_screen_has_its_golden_text(ident: str, size: str) -> None:
    """The file of that size stands there and is of that size."""
    columns, rows = map(int, size.split("x"))
    lines = (GOLDEN / f"{ident}-{size}.txt").read_text(encoding="utf-8").rstrip("\n").split("\n")

    assert len(lines) <= rows
    assert max(map(len, lines)) <= columns
