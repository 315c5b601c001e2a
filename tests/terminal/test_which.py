"""Items of the menu that need an account or a bill ask for it in a real terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from harness import check_golden

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness import Terminal

ACCOUNT = "10432-03"
SIZES = pytest.mark.parametrize("size", [(80, 24), (132, 43)], ids=["80x24", "132x43"])


@SIZES
def test_the_window(start: Callable[..., Terminal], size: tuple[int, int]) -> None:
    """It says for which screen, and what the field takes."""
    terminal = start(user="maria", size=size)
    terminal.type("3.4<enter>")
    terminal.wait_for("Bill question: which bill?")
    terminal.settle()
    check_golden(f"WCH010-{size[0]}x{size[1]}", terminal.text)


def test_it_opens_on_the_account_that_was_keyed(start: Callable[..., Terminal]) -> None:
    """In one burst from the menu: the item, then the account; F12 opens nothing."""
    terminal = start(user="maria")
    terminal.type("1.15<enter>")
    terminal.wait_for("Contact log: which account?")
    terminal.type("<f12>")
    terminal.settle()
    assert "which account?" not in terminal.text
    terminal.type(f"1.13<enter>{ACCOUNT}<enter>")
    terminal.wait_for("CAR020 Notes")
    assert ACCOUNT in terminal.text


def test_a_bill_that_is_not_there(start: Callable[..., Terminal]) -> None:
    """A wrong number is told in the window; then an account opens its newest bill."""
    terminal = start(user="maria")
    terminal.type("3.3<enter>B26-9999999<enter>")
    terminal.wait_for("There is no bill B26-9999999")
    terminal.settle()
    terminal.type("<back>" * 11 + f"{ACCOUNT}<enter>")
    terminal.wait_for("BIL030 Bill as printed")
