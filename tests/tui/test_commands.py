"""One key, one meaning, on keys that every terminal delivers."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from billing_tui.access.rights import Right
from billing_tui.tui.app import BillingApp
from billing_tui.tui.commands import EVERYWHERE, SURVIVORS, TABLE
from billing_tui.tui.entry import Entry
from billing_tui.tui.grid import Grid
from billing_tui.tui.pop_up import PopUp
from billing_tui.tui.record_list import RecordList
from billing_tui.tui.room_screen import RoomScreen
from billing_tui.tui.screens.choose import ChooseScreen
from billing_tui.tui.screens.go import GoScreen
from billing_tui.tui.screens.help import HelpScreen
from billing_tui.tui.screens.reason import ReasonScreen
from billing_tui.tui.screens.register import GROUPS, LISTINGS, Listing, listing

if TYPE_CHECKING:
    from textual.dom import DOMNode

SCREENS: list[type[RoomScreen]] = [
    *[one.load() for one in LISTINGS],
    GoScreen,
    HelpScreen,
    ChooseScreen,
    ReasonScreen,
]


def _bound(node: type[DOMNode]) -> set[str]:
    return set(node._merge_bindings().key_to_bindings)


def test_no_key_has_two_meanings() -> None:
    """Each key stands with one command of the table."""
    keys = [key for command in TABLE for key in command.keys]

    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("node", [*SCREENS, RoomScreen, PopUp, BillingApp, Entry, RecordList, Grid])
def test_only_keys_that_survive_are_bound(node: type[DOMNode]) -> None:
    """Nothing depends on a key that PuTTY, macOS or tmux swallow; Textual's own are gone."""
    assert _bound(node) <= SURVIVORS
    assert _bound(node) <= {key for command in TABLE for key in command.keys}


@pytest.mark.parametrize("screen", SCREENS)
def test_screens_only_rename_commands(screen: type[RoomScreen]) -> None:
    """A screen calls a command by its own word, and never moves it to another key."""
    table = {command.id: command for command in TABLE}
    for command in screen.commands:
        assert command.keys == table[command.id].keys
        assert command.action == table[command.id].action


@pytest.mark.parametrize("screen", SCREENS)
def test_every_offered_command_is_carried_out_by_somebody(screen: type[RoomScreen]) -> None:
    """The screen, its fields or its list have the method that the command names."""
    for command in screen.commands:
        owners = (screen, Entry, RecordList, Grid)
        able = any(hasattr(owner, f"command_{command.action}") for owner in owners)
        assert able, command.id


def test_commands_say_what_they_do() -> None:
    """Label, sentence and, where a right is named, one that exists."""
    rights = {right.value for right in Right}
    for command in (*TABLE, *[own for screen in SCREENS for own in screen.commands]):
        assert command.label
        assert command.help.endswith(".")
        assert command.right in rights | {""}


def test_everywhere_names_commands() -> None:
    """Commands that work everywhere are of the table, and the base screen has them."""
    table = {command.id: command for command in TABLE}

    assert set(table) >= EVERYWHERE
    for id_ in EVERYWHERE - {"erase_field", "erase_all"}:
        assert hasattr(RoomScreen, f"command_{table[id_].action}")


@pytest.mark.parametrize("screen", SCREENS)
def test_the_id_stands_on_line_one(screen: type[RoomScreen]) -> None:
    """One grep finds a screen: its id is on the first line of its file."""
    first = Path(inspect.getfile(screen)).read_text(encoding="utf-8").splitlines()[0]

    assert first.startswith(f'"""{screen.ident} ')
    assert screen.heading in first


@pytest.mark.parametrize("one", LISTINGS, ids=lambda one: one.ident)
def test_the_register_tells_the_truth(one: Listing) -> None:
    """Ids, titles and menu numbers of the register are those of the screens."""
    screen = one.load()

    assert screen.ident == one.ident
    assert screen.heading == one.title
    assert screen.help_text
    assert one.number[:1] in {"", "0", *GROUPS}
    assert listing(one.ident.lower()) is one


def test_no_screen_makes_its_own_text() -> None:
    """Only `ink` and `painted` draw; no Static, Label, Rich Text or markup in the sources."""
    banned = ("Static(", "Label(", "Text(", "from_markup", "notify(", "rich.text", "Markdown")
    sources = Path(inspect.getfile(BillingApp)).parent.rglob("*.py")
    for source in sources:
        text = source.read_text(encoding="utf-8")
        assert not [word for word in banned if word in text], source
