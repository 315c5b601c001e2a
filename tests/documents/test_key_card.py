"""The key card says on paper what the screens do, from the same table."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from pypdf import PdfReader

from billing_tui.cli.main import run
from billing_tui.documents.key_card import KeyRow, ScreenKeys, print_key_card
from billing_tui.tui.commands import EVERYWHERE, TABLE, key_text
from billing_tui.tui.key_table import front, on_card, screens
from billing_tui.tui.screens.register import LISTINGS

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from billing_tui.operations.office import Office

MADE = datetime(2026, 11, 20, 18, tzinfo=UTC)


def printed(path: Path) -> list[str]:
    """The text of each side, its line ends made blanks."""
    return [" ".join(page.extract_text().split()) for page in PdfReader(path).pages]


def test_two_sides_hold_every_key_and_every_screen(tmp_path: Path) -> None:
    """All keys with their words on the front, all screens with their own keys on the back."""
    listed = [on_card(one) for one in screens()]
    card = print_key_card(
        tmp_path / "card.pdf", "Sierra Vista", front(date(2026, 11, 20)), listed, made_at=MADE
    )
    first, *others = printed(card.path)
    back = " ".join(others)

    assert card.pages <= 3
    for command in TABLE:
        assert command.help in first
        assert key_text(command.keys[0]) in first
    for one in listed:
        assert f"{one.ident} {one.title}" in back
    assert {one.ident for one in listed} == {one.ident for one in LISTINGS}


def test_a_screen_has_its_own_keys_under_its_own_words() -> None:
    """What works everywhere is not said again; both page keys are one."""
    (plain,) = screens("rdg020")
    words = {row.keys: row.word for row in on_card(plain).rows}

    assert words == {"F5": "Refresh", "F7/F8": "Page", "F10": "Accept looks", "F11": "Settled"}
    everywhere = {key_text(one.keys[0]) for one in TABLE if one.id in EVERYWHERE}
    for one in screens():
        assert not {row.keys.partition("/")[0] for row in one.rows} & everywhere


def test_many_screens_go_on_the_next_side(tmp_path: Path) -> None:
    """No block is torn apart or lost, however many there are."""
    row = KeyRow("F10", "Save", "Save it.")
    many = [ScreenKeys(f"ABC{at:03}", "", "Something", (row,) * 9) for at in range(150)]
    card = print_key_card(tmp_path / "card.pdf", "x", {"Keys": [row]}, many, made_at=MADE)
    text = " ".join(printed(card.path))

    assert card.pages > 3
    assert all(f"ABC{at:03}" in text for at in range(150))


def test_the_command_prints_it_and_names_a_screen(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    """With --pdf into the office's folder; a screen that is not there is refused."""
    home = ["--home", str(office.home.root), "--as", "maria"]

    assert run(["keys", *home, "--pdf"]) == 0
    assert (office.home.printed / "key-card.pdf").exists()
    assert run(["keys", *home, "--screen", "ACC020"]) == 0
    assert "ACC020" in capsys.readouterr().out
    assert run(["keys", *home, "--screen", "XYZ999"]) == 2
