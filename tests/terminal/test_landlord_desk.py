"""Landlord agreements in a real terminal: agreed, acted on by a stop, ended; and their screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pysqlite3
import pytest
from harness import check_golden

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness import Terminal

    from billing_tui.operations.office import Office

AGREE = (
    "1.17<enter>10432<enter>Garza<enter>010126<enter>PO Box 9<enter>Reno NV 89501<enter>"
    "<enter><enter>"
)
"""The place, its owner, since New Year's Day, the owner's mail, no further line, the ZIP."""


@pytest.fixture
def rows(office: Office) -> Callable[[str], list[tuple[Any, ...]]]:
    """Asks the database, beside the program."""

    def ask(sql: str) -> list[tuple[Any, ...]]:
        with pysqlite3.connect(str(office.home.root / "billing.db")) as base:
            found: list[tuple[Any, ...]] = base.execute(sql).fetchall()
        return found

    return ask


@pytest.fixture
def maria(start: Callable[..., Terminal]) -> Terminal:
    """A clerk on the menu."""
    terminal = start(user="maria")
    terminal.wait_for("F3 Sign off")
    return terminal


def test_a_stop_at_the_place_hands_over_to_the_owner(
    maria: Terminal, rows: Callable[[str], list[tuple[Any, ...]]]
) -> None:
    """Agreed and stopped in one burst; the owner's account has the owner's mail; then ended."""
    maria.type(AGREE, "<f10>")
    maria.type("<f2>1.4<enter>10432-03<enter>112026<enter>1500<enter><enter><enter><f10>")
    maria.wait_for("10432-04 is the owner's.")

    assert rows(
        "SELECT a.number, a.status, c.name, m.lines, m.zip FROM account a"
        " JOIN customer c ON c.id = a.customer_id"
        " LEFT JOIN mailing_address m ON m.account_id = a.id"
        " WHERE a.number LIKE '10432-%' ORDER BY a.number"
    ) == [
        ("10432-03", "Final pending", "Delgado, Rosa M", None, None),
        ("10432-04", "Active", "Garza, Mia", "PO Box 9\nReno NV 89501", "89501"),
    ]

    maria.type("<f2>1.17<enter>10432<enter>")
    maria.wait_for("An agreement stands there; its last day ends it.")
    maria.type("113026<f10>")
    maria.wait_for("The agreement with Garza, Mia for 10432 ends after 11/30/26.")

    assert rows("SELECT from_day, to_day, mailing_zip FROM landlord_agreement") == [
        ("2026-01-01", "2026-11-30", "89501")
    ]
    verbs = "SELECT verb, subject FROM audit_entry WHERE verb LIKE 'service_orders.%' ORDER BY seq"
    assert [(verb.partition(".")[2], about) for verb, about in rows(verbs)] == [
        ("agree_with_owner", "10432"),
        ("stop_service", "10432-03"),
        ("end_agreement", "10432"),
    ]
    assert rows("SELECT coalesce(sum(cents), 0) FROM posting") == [(0,)]


def test_a_refusal_keeps_what_was_keyed(
    maria: Terminal, rows: Callable[[str], list[tuple[Any, ...]]]
) -> None:
    """An end before the beginning, and a second owner too early, are said on their fields."""
    maria.type(AGREE, "<f10>")
    maria.wait_for("Garza, Mia takes 10432 over from 01/01/26 on.")
    maria.type("10432<enter>123125<f10>")
    maria.wait_for("The agreement is not in force then.")
    assert "!123125" in maria.text
    maria.settle()
    maria.type("113026<f10>")
    maria.wait_for("ends after 11/30/26")
    maria.type("10432<enter>Abernathy<enter>112026<f10>")
    maria.wait_for("An agreement with Garza, Mia is in force.")
    assert "!112026" in maria.text
    maria.settle()
    maria.type("120126<f10>")
    maria.wait_for("Abernathy, Lee takes 10432 over from 12/01/26 on.")

    assert rows("SELECT from_day, to_day FROM landlord_agreement ORDER BY id") == [
        ("2026-01-01", "2026-11-30"),
        ("2026-12-01", None),
    ]


def test_it_opens_on_an_account(maria: Terminal) -> None:
    """F2 with an account's number begins at the owner of its place."""
    maria.type("<f2>svc050 10511-03<enter>")
    maria.wait_for("Who owns it?")
    assert "10511" in maria.text
    maria.type("Garza<enter>")
    maria.wait_for("Garza, Mia has agreed for no other place.")


def test_an_auditor_is_told_that_it_is_not_hers(start: Callable[..., Terminal]) -> None:
    """Who may not keep records is told so."""
    terminal = start(user="ada")
    terminal.wait_for("F3 Sign off")
    terminal.type("svc050<enter>")
    terminal.wait_for("ada may not open Landlord agreement; that takes a clerk or lead.")


WAYS = {
    "SVC050": (AGREE, "Everything is keyed"),
    "SVC050-end": (
        f"{AGREE}<f10>10511<enter>Garza<enter>010126<enter><enter><f10>10432<enter>",
        "other place",
    ),
}


@pytest.mark.parametrize("size", [(80, 24), (132, 43)], ids=["80x24", "132x43"])
@pytest.mark.parametrize("ident", WAYS)
def test_screen(start: Callable[..., Terminal], ident: str, size: tuple[int, int]) -> None:
    """Every row, at the smallest size and at a large one."""
    keys, shown = WAYS[ident]
    terminal = start(user="maria", size=size)
    terminal.wait_for("F1 Help")
    terminal.type(keys)
    terminal.wait_for(shown)
    terminal.settle()

    check_golden(f"{ident}-{size[0]}x{size[1]}", terminal.text)
