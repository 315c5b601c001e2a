"""What each key means: one table that gives the bindings, the key line, the help and the tests.

A command has one key meaning everywhere. A screen may say what that meaning is called there
(`CONFIRM.called("Approve run", ...)`), but never give a key another meaning.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from textual.binding import Binding

if TYPE_CHECKING:
    from collections.abc import Iterable

SURVIVORS = frozenset(
    {f"f{number}" for number in range(1, 13)}
    | {"enter", "tab", "shift+tab", "escape", "backspace", "delete"}
    | {"up", "down", "left", "right", "pageup", "pagedown", "home", "end"}
    | {f"ctrl+{letter}" for letter in "abcdefgjklnopqrtuvwxy"}
    | {"question_mark"}  # a plain character, which a field that takes it keeps for itself
)
"""Keys that reach the program from PuTTY, xterm, Windows Terminal, macOS and tmux alike."""


@dataclass(frozen=True, slots=True)
class Command:
    """One thing that a key does.

    Attributes:
        id: its name in tests and in the site's own key table.
        keys: Textual's names of the keys; the first one is shown.
        label: one or two words for the key line.
        help: one sentence for the help page.
        action: the screen's method that does it, without the `action_` before it.
        right: the right that a person needs, or "" for everybody.
    """

    id: str
    keys: tuple[str, ...]
    label: str
    help: str
    action: str
    right: str = ""

    def called(self, label: str, help_: str = "", right: str = "") -> Command:
        """The same key and meaning under the word that this screen uses for it."""
        return replace(self, label=label, help=help_ or self.help, right=right or self.right)

    @property
    def key_text(self) -> str:
        """The key as it is printed on the keyboard."""
        return key_text(self.keys[0])


def key_text(key: str) -> str:
    """A key as it is printed on the keyboard: `F4`, `Ctrl+U`, `PgDn`."""
    names = {
        "pageup": "PgUp",
        "pagedown": "PgDn",
        "escape": "Esc",
        "shift+tab": "Shift+Tab",
        "question_mark": "?",
    }
    if key in names:
        return names[key]
    if key.startswith("ctrl+"):
        return f"Ctrl+{key[5:].upper()}"
    return key.upper() if key[0] == "f" and key[1:].isdigit() else key.capitalize()


HELP = Command(
    "help",
    ("f1",),
    "Help",
    "Help for this field; again for the screen; once more for the procedure.",
    "help",
)
GO = Command(
    "go",
    ("f2", "ctrl+p"),
    "Go",
    "Go to a screen, a menu number, an account, or words.",
    "go",
)
LEAVE = Command("leave", ("f3",), "Menu", "Leave to the menu.", "leave")
LIST = Command("list", ("f4",), "List", "List what this field takes.", "list")
REFRESH = Command("refresh", ("f5",), "Refresh", "Read again what is stored.", "refresh")
NEW = Command("new", ("f6",), "New", "Add a new record.", "new")
BACKWARD = Command("backward", ("f7", "pageup"), "Back page", "The page before.", "backward")
FORWARD = Command("forward", ("f8", "pagedown"), "Next page", "The page after.", "forward")
DUPLICATE = Command(
    "duplicate", ("f9",), "Dup", "Copy this field from the record before.", "duplicate"
)
CONFIRM = Command("confirm", ("f10",), "Save", "Save what stands here.", "confirm")
FOLD = Command("fold", ("f11", "ctrl+t"), "Fold", "Show more or less of each record.", "fold")
CANCEL = Command(
    "cancel", ("f12", "escape"), "Back", "One step back: list, then entry, then screen.", "cancel"
)
NEXT = Command("next", ("enter", "ctrl+j"), "Next", "Accept this field and go on.", "next")
NEXT_FIELD = Command("next_field", ("tab",), "Next field", "Go on without checking.", "next_field")
PREVIOUS_FIELD = Command(
    "previous_field", ("shift+tab",), "Field before", "Go back without checking.", "previous_field"
)
DOWN = Command("down", ("down",), "Down", "To the row or field below.", "down")
UP = Command("up", ("up",), "Up", "To the row or field above.", "up")
FIRST = Command("first", ("home",), "First", "To the first row, or the start of a field.", "first")
LAST = Command("last", ("end",), "Last", "To the last row, or the end of a field.", "last")
ERASE_FIELD = Command("erase_field", ("ctrl+u",), "Erase", "Erase this field.", "erase_field")
ERASE_ALL = Command("erase_all", ("ctrl+x",), "Erase all", "Erase all fields.", "erase_all")
REDRAW = Command("redraw", ("ctrl+l",), "Redraw", "Draw the screen again.", "redraw")
QUIT = Command(
    "quit",
    ("ctrl+q", "ctrl+c"),
    "Stays; F3 leaves",
    "Does not quit, so that a slip loses nothing.",
    "quit_key",
)

KEYS = Command("keys", ("question_mark",), "Keys", "Show the keys that work here.", "keys")

TABLE: tuple[Command, ...] = (
    HELP,
    KEYS,
    GO,
    LEAVE,
    LIST,
    REFRESH,
    NEW,
    BACKWARD,
    FORWARD,
    DUPLICATE,
    CONFIRM,
    FOLD,
    CANCEL,
    NEXT,
    NEXT_FIELD,
    PREVIOUS_FIELD,
    DOWN,
    UP,
    FIRST,
    LAST,
    ERASE_FIELD,
    ERASE_ALL,
    REDRAW,
    QUIT,
)
"""Every command there is."""

EVERYWHERE = frozenset(
    {"help", "keys", "go", "leave", "list", "cancel", "next", "next_field", "previous_field"}
    | {"down", "up", "first", "last", "erase_field", "erase_all", "redraw", "quit"}
)
"""Commands that work on every screen, shown on its key line or not."""


def bindings(commands: Iterable[Command] = TABLE) -> list[Binding]:
    """The bindings of a screen: every key reaches `action_command`, which knows why not."""
    return [
        Binding(",".join(command.keys), f"screen.command('{command.id}')", command.label)
        for command in commands
    ]
