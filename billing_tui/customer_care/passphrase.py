"""A passphrase is kept as a salted slow hash only; what was spoken cannot be read back from it.

Spoken words have no capitals and one blank between them, so both are folded away first.
"""

from __future__ import annotations

from billing_tui.foundation import secret_hash
from billing_tui.foundation.errors import InvalidEntry
from billing_tui.foundation.text import clean

LEAST = 6
"""Fewest letters and digits of a passphrase."""

_LONGEST = 80


def folded(words: str) -> str:
    """The words as they are compared: small letters, one blank between them."""
    return " ".join(clean(words, most=_LONGEST, field="passphrase").casefold().split())


def checked(words: str, *besides: str) -> str:
    """A passphrase fit to keep, folded.

    Args:
        words: what was said.
        besides: what a stranger would try first, such as names and phones.

    Raises:
        InvalidEntry: it is too short, or contained in what a stranger knows.
    """
    said = folded(words)
    letters = "".join(char for char in said if char.isalnum())
    if len(letters) < LEAST:
        raise InvalidEntry(
            f"A passphrase has {LEAST} letters or digits at least.", field="passphrase"
        )
    known = {"".join(char for char in one.casefold() if char.isalnum()) for one in besides}
    if any(letters in one for one in known):
        raise InvalidEntry(
            "That stands on the account; choose words that a stranger does not know.",
            field="passphrase",
        )
    return said


def hash_of(said: str) -> str:
    """The text that is kept of a passphrase that was `checked`."""
    return secret_hash.hash_of(said)


def fits(words: str, kept: str) -> bool:
    """Whether the words are those that were kept; takes as long either way."""
    return secret_hash.fits(folded(words), kept)
