"""The keys as rows for paper and for the command line, from the same table as the screens'."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from billing_tui.documents.key_card import KeyRow, ScreenKeys
from billing_tui.tui import kinds
from billing_tui.tui.commands import BACKWARD, EVERYWHERE, FORWARD, TABLE, key_text
from billing_tui.tui.screens.register import LISTINGS, listing

if TYPE_CHECKING:
    from datetime import date

    from billing_tui.tui.commands import Command
    from billing_tui.tui.screens.register import Listing


def row_of(command: Command) -> KeyRow:
    """A command as it is printed."""
    keys = "/".join(key_text(key) for key in command.keys)
    return KeyRow(keys, command.label, command.help)


def everywhere() -> tuple[KeyRow, ...]:
    """The keys that mean the same on every screen."""
    return tuple(row_of(one) for one in TABLE if one.id in EVERYWHERE)


def elsewhere() -> tuple[KeyRow, ...]:
    """The keys that a screen offers where they mean something; their meaning is the same too."""
    return tuple(row_of(one) for one in TABLE if one.id not in EVERYWHERE)


def front(today: date) -> dict[str, tuple[KeyRow, ...]]:
    """What stands on the front of the card, by heading."""
    return {
        "On every screen": everywhere(),
        "Where a screen offers them": elsewhere(),
        "What a field takes": fields(today),
    }


def fields(today: date) -> tuple[KeyRow, ...]:
    """What may be keyed into each kind of field."""
    told = {
        "Amount": kinds.money(),
        "Date": kinds.day(today),
        "Reading": kinds.quantity(),
    }
    rows = [KeyRow(name, "", kind.help) for name, kind in told.items()]
    return (*rows, KeyRow("Code", "", "One of a list; F4 or ? shows it, a beginning is enough."))


def keys_of(one: Listing) -> ScreenKeys:
    """The keys that mean something on one screen only, with a subject or without."""
    opened = [one.load()(subject) for subject in ("", "1")]
    commands = {command: None for screen in opened for command in screen.commands}
    rows = tuple(row_of(command) for command in commands if command.id not in EVERYWHERE)
    return ScreenKeys(one.ident, one.number, one.title, rows)


def on_card(screen: ScreenKeys) -> ScreenKeys:
    """The same in as few words as a card has room for: one key each, both page keys together."""
    paged = f"{BACKWARD.key_text}/{FORWARD.key_text}"
    rows = [replace(row, keys=row.keys.partition("/")[0]) for row in screen.rows]
    words = {row.keys: row.word for row in rows}
    usual = (BACKWARD.label, FORWARD.label)
    if (words.get(BACKWARD.key_text), words.get(FORWARD.key_text)) == usual:
        rows = [row for row in rows if row.keys != BACKWARD.key_text]
        rows = [
            replace(row, keys=paged, word="Page") if row.keys == FORWARD.key_text else row
            for row in rows
        ]
    return replace(screen, rows=tuple(rows))


def screens(ident: str = "") -> tuple[ScreenKeys, ...]:
    """The keys of all screens in the order of the menu, or of the one that is named.

    Raises:
        NotFound: there is no such screen.
    """
    if ident:
        return (keys_of(listing(ident)),)
    listed = sorted(LISTINGS, key=lambda one: (one.order, one.ident))
    return tuple(keys_of(one) for one in listed)
