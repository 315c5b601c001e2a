"""The procedure pages tell the truth: screens, keys, numbers and commands that they name exist."""

from __future__ import annotations

import inspect
import re
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from billing_tui.cli.main import cli
from billing_tui.foundation.data_files import data_path
from billing_tui.foundation.errors import BillingError
from billing_tui.foundation.home import Home
from billing_tui.operations.procedures import WIDEST, Procedure, library, parse_page
from billing_tui.tui.app import BillingApp
from billing_tui.tui.commands import EVERYWHERE, TABLE, key_text
from billing_tui.tui.key_table import keys_of
from billing_tui.tui.screens.register import LISTINGS, listing

if TYPE_CHECKING:
    from collections.abc import Iterator

LIBRARY = library(Home(Path("/nowhere"), "sqlite:///nowhere/billing.db"))
PAGES = {page.id: page for page in LIBRARY.pages}
REGISTERED = {one.ident for one in LISTINGS}
WINDOWS = re.compile(r"\b([A-Z]{3}[0-9]{3})\b")
KEY = re.compile(r"\b(F(?:1[0-2]|[1-9])|PgUp|PgDn|Esc|Tab|Shift\+Tab|Enter|Home|End|Ctrl\+[A-Z])\b")


def all_idents() -> set[str]:
    """Ids of all screens, windows included, from the first lines of their files."""
    folder = Path(inspect.getfile(BillingApp)).parent / "screens"
    firsts = [path.read_text(encoding="utf-8").split("\n")[0] for path in folder.rglob("*.py")]
    return {ident for first in firsts for ident in WINDOWS.findall(first)}


def keys_on(idents: set[str]) -> Iterator[str]:
    """The keys that work on any of these screens."""
    for command in TABLE:
        if command.id in EVERYWHERE:
            yield from map(key_text, command.keys)
    for one in LISTINGS:
        if one.ident in idents:
            for row in keys_of(one).rows:
                yield from row.keys.split("/")


def test_all_pages_are_read() -> None:
    """Nothing is wrong with a page of ours."""
    assert LIBRARY.problems == ()
    assert len(PAGES) == len(list(data_path("procedures").glob("*.md")))


@pytest.mark.parametrize("ident", sorted(REGISTERED))
def test_every_screen_has_a_page(ident: str) -> None:
    """F1 three times leads somewhere, from everywhere."""
    assert LIBRARY.of_screen(ident)


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_a_page_names_screens_that_exist(page: Procedure) -> None:
    """In its head those of the register; in its text also windows."""
    named = set(WINDOWS.findall("\n".join(page.body)))

    assert set(page.screens) <= REGISTERED
    assert named <= all_idents()


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_a_page_names_keys_that_work_where_it_says(page: Procedure) -> None:
    """Each key belongs to one of the screens of which the page speaks, or works everywhere."""
    text = "\n".join(page.body)
    able = set(keys_on(set(page.screens) | set(WINDOWS.findall(text))))
    able |= {key_text(key) for command in TABLE for key in command.keys if not page.screens}

    assert set(KEY.findall(text)) <= able


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_menu_numbers_are_those_of_the_register(page: Procedure) -> None:
    """`SVC010 (1.3)` and `1.3 on the menu` lead to the screen that is meant."""
    text = " ".join(page.body)
    for ident, number in re.findall(r"\b([A-Z]{3}[0-9]{3}) \(([0-9]\.[0-9]{1,2})\)", text):
        assert listing(ident).number == number
    numbers = {one.number for one in LISTINGS if one.ident in page.screens}
    for number in re.findall(r"\b([0-9]\.[0-9]{1,2}) on the menu", text):
        assert number in numbers


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_a_page_is_whole(page: Procedure) -> None:
    """When, steps, what goes wrong, what is checked; an owner; a review within two years."""
    headings = [line for line in page.body if line.startswith("#")]

    assert headings[0] == "## When"
    assert {"## Steps", "## What goes wrong", "## Checked later"} <= set(headings)
    assert max(map(len, page.body)) <= WIDEST
    assert page.owner
    assert page.reviewed < page.review_by <= page.reviewed + timedelta(days=731)
    assert all(re.fullmatch(r"[SB][0-9]{1,2}", duty) for duty in page.duties)
    assert page.duties


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_commands_of_a_page_exist(page: Procedure) -> None:
    """What it tells to run on the command line can be run."""
    named = re.findall(r"`billing-tui ([a-z]+)", "\n".join(page.body))

    assert set(named) <= set(cli.list_commands(None))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("no head", "begins with its head"),
        ("---\nid: x\n---\ntext", "exactly"),
        ("{head}" + "x" * 77, "longer than 76"),
    ],
)
def test_a_page_that_cannot_be_shown_says_why(wrong: str, told: str) -> None:
    """The sentence names what is wrong."""
    shipped = data_path("procedures", "look-up.md").read_text(encoding="utf-8")
    head = shipped[: shipped.index("---\n", 4) + 4]
    with pytest.raises(BillingError, match=told):
        parse_page(wrong.replace("{head}", head))


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("id: look-up", "id: Look Up", "small letters"),
        ("version: 1", "version: one", "whole number"),
        ("reviewed: 2026-11-20", "reviewed: 20 November", "is no day"),
        ("screens: [ACC010, ACC020, MNU010]", "screens: [acc]", "no screen id"),
        ("duties: [B8, B23]", "duties: B8", "no list"),
        ("owner: Billing Lead", "owner: &x Billing Lead", "not allowed"),
    ],
)
def test_a_head_that_makes_no_sense_is_refused(field: str, value: str, told: str) -> None:
    """Every field is read strictly."""
    shipped = data_path("procedures", "look-up.md").read_text(encoding="utf-8")
    assert field in shipped
    with pytest.raises(BillingError, match=told):
        parse_page(shipped.replace(field, value))
