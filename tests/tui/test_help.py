"""Help: the field, the screen, the procedure; the keys; pages that turn."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from driving import drive

from billing_tui.foundation.data_files import data_path
from billing_tui.operations.procedures import Library
from billing_tui.tui.commands import EVERYWHERE, KEYS
from billing_tui.tui.screens.register import LISTINGS

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_tui.tui.app import BillingApp

    Sit = Callable[..., BillingApp]


def test_f1_thrice_goes_from_the_field_to_the_procedure(app: Sit) -> None:
    """The field first, then the screen with fields and keys, then its page, and back again."""
    field, screen, page, back, home = drive(
        app(), "1.1<enter><f1>", "<f1>", "<f1>", "<f12>", "<f12>"
    )

    assert field.sentence == (
        "Search: An account, a name as it sounds, an address, a phone, a meter. "
        "F1 again for the screen."
    )
    assert screen.ident == "HLP010"
    assert "Key any part of what the caller says" in screen.text
    assert "Search" in screen.text
    assert "Next page" in screen.text
    assert page.ident == "HLP030"
    assert "Look up an account on the phone" in page.text
    assert (back.ident, home.ident) == ("HLP010", "ACC010")


def test_a_question_mark_shows_the_keys_where_no_field_takes_it(app: Sit) -> None:
    """On a list it is the key page; F1 from there leads to the page of the screen."""
    keys, page = drive(app(), "2.1<enter>", "<question_mark>", "<f1>")[1:]

    assert keys.ident == "HLP010"
    assert "Keys of RDG020" in keys.text
    assert "Accept all that ask for no more than a look." in keys.text
    assert "Read exceptions" in page.text


def test_a_question_mark_is_a_character_where_the_field_takes_any(app: Sit) -> None:
    """Typed ahead in a burst it stands in the field, in its place."""
    (seen,) = drive(app(), "1.1<enter>who?<enter>")[-1:]

    assert "who?" in seen.text
    assert seen.ident == "ACC010"


def test_a_key_without_a_right_says_so_on_the_page(app: Sit) -> None:
    """A clerk reads who may not, beside the key."""
    (seen,) = drive(app("cass"), "2.1<enter>", "<question_mark>")[-1:]

    told = " ".join(seen.text.split())
    assert "* cass may not clear read exceptions; that takes a clerk or lead." in told
    assert "F11/Ctrl+T Settled" in told


def test_a_long_page_turns_by_key(app: Sit) -> None:
    """F8 goes on to the last line, which then stands on the screen, and F7 back to the first."""
    first, on, end, top = drive(
        app(), "hlp030 look-up<enter>", "<f8>", "<f8><f8><f8>", "<f7><f7><f7><f7>"
    )

    assert "Look up an account" in first.text
    assert "F8 turns the page" in first.text
    assert "Look up an account" not in on.text
    assert "so that the next person knows" in end.text
    assert end.sentence == "This is the end of the page."
    assert "Look up an account" in top.text


def test_procedures_are_found_by_their_words(app: Sit) -> None:
    """All words must stand in a page; where one page is left Enter opens it."""
    found, page, none = drive(app(), "6.1<enter>passphrase sound", "<enter>", "<f12>zzz<enter>")

    assert "1 page found" in found.sentence
    assert page.ident == "HLP030"
    assert none.tone == "refuse"


def test_the_utilitys_own_page_takes_the_place_of_ours(app: Sit) -> None:
    """It says whose it is; one past its review day is marked with a star."""
    screens = app()
    folder = screens.desk.home.root / "procedures"
    folder.mkdir()
    text = data_path("procedures", "look-up.md").read_text(encoding="utf-8")
    text = text.replace("version: 1", "version: 4").replace("2027-11-20", "2026-01-31")
    (folder / "look-up.md").write_text(text, encoding="utf-8")
    shutil.copy(data_path("procedures", "look-up.md"), folder / "other.md")
    listed, page = drive(screens, "hlp020 former occupants<enter>", "<enter>")

    assert "other.md is not shown: its id is look-up." in listed.text
    assert "* 01/31/26" in listed.text
    assert "Version 4, this utility's own page" in page.text
    assert "* Its review was due 01/31/26: ask Billing Lead if it still holds." in page.text


@pytest.mark.parametrize("one", LISTINGS, ids=lambda one: one.ident)
def test_no_screen_hides_its_keys(one: object) -> None:
    """`?` is a key of every screen, so it must not be offered as anything else."""
    commands = one.load().commands  # type: ignore[attr-defined]

    assert KEYS.id in EVERYWHERE
    assert not [command for command in commands if command.keys == KEYS.keys]


def test_a_window_leads_to_the_procedure_of_the_screen_under_it(app: Sit) -> None:
    """F1 in the window of a reason explains the reason, and thrice the work it belongs to."""
    field, window, page = drive(app(), "3.2<enter>2<enter><f1>", "<f1>", "<f1>")

    assert field.sentence.startswith("Reason: A reason, or the number of a usual one.")
    assert window.ident == "HLP010"
    assert "RSN010" in window.text
    assert page.ident == "HLP030"
    assert "Run and audit the bills of a cycle" in page.text


def test_a_screen_without_a_page_says_so(app: Sit, monkeypatch: pytest.MonkeyPatch) -> None:
    """The utility's own pages may leave one out; the sentence names where to look."""
    monkeypatch.setattr(Library, "of_screen", lambda *_: ())
    (seen,) = drive(app(), "3.1<enter>", "<f1>", "<f1>")[-1:]

    assert seen.ident == "HLP010"
    assert seen.sentence == "No procedure page names BIL010 yet; HLP020 lists those there are."


def test_a_procedure_is_printed_where_it_is_read(app: Sit) -> None:
    """F10 on the page of a screen, opened by the screen's id, says where the paper is."""
    seated = app()
    read, printed = drive(seated, "hlp030 mtr010<enter>", "<f10>")

    assert "Exchange, install, remove or test a meter" in read.text
    assert printed.sentence.startswith("procedure-exchange-a-meter.pdf is in")
    assert (seated.desk.home.printed / "procedure-exchange-a-meter.pdf").exists()
