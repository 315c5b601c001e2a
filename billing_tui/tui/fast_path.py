"""F2: where one line of text leads: a screen id, a menu number, an account, a bill, or words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from billing_tui.foundation.errors import InvalidEntry
from billing_tui.tui.screens.register import LISTINGS

_SCREEN = re.compile(r"[A-Z]{3}[0-9]{3}\Z")
_NUMBER = re.compile(r"[0-9](?:\.[0-9]{1,2})?\Z")
BILL = re.compile(r"B[0-9]{2}-[0-9]{4,}\Z")
"""The number of a bill."""
_ACCOUNT = re.compile(r"[0-9]{3,12}(?:-[0-9]{1,3})?\Z")


@dataclass(frozen=True, slots=True)
class Way:
    """Where to go.

    Attributes:
        ident: the screen.
        subject: what to open there, such as an account number.
    """

    ident: str
    subject: str = ""


def find_way(entry: str) -> Way:
    """Where the text leads.

    `ACC020`, `3.2`, `10432-03`, `B26-0104882`, `ACC020 10432-03`, `1.3 10432`, `review`,
    `delgado`: words that name no screen are looked for among the accounts.

    Raises:
        InvalidEntry: nothing was keyed.
    """
    keyed = " ".join(entry.strip().lstrip("=").split())
    if not keyed:
        raise InvalidEntry("Key a screen id, a menu number, an account or words.", code="WAY-EMPTY")
    first, _, rest = keyed.partition(" ")
    if _SCREEN.match(first.upper()):
        known = {one.ident for one in LISTINGS}
        if first.upper() not in known:
            raise InvalidEntry(f"There is no screen {first.upper()}.", code="WAY-SCREEN")
        return Way(first.upper(), rest)
    if _NUMBER.match(first) and ("." in first or not rest):
        for one in LISTINGS:
            if one.number == first:
                return Way(one.ident, rest)
        raise InvalidEntry(f"The menu has no number {first}.", code="WAY-NUMBER")
    if BILL.match(keyed.upper()):
        return Way("BIL030", keyed.upper())
    if _ACCOUNT.match(keyed):
        return Way("ACC020", keyed)
    return _by_words(keyed)


def _by_words(keyed: str) -> Way:
    words = keyed.casefold().split()
    best, most = "", 0
    for one in LISTINGS:
        known = f"{one.title} {one.words}".casefold().split()
        hits = sum(any(name.startswith(word) for name in known) for word in words)
        if hits == len(words) and hits > most:
            best, most = one.ident, hits
    return Way(best) if best else Way("ACC010", keyed)
