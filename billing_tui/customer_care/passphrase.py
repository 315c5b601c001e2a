"""A passphrase is kept as a salted slow hash only; what was spoken cannot be read back from it.

Spoken words have no capitals and one blank between them, so both are folded away first. The hash
says how it was made, so that it can be made slower later.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from billing_tui.foundation.errors import InvalidEntry
from billing_tui.foundation.text import clean

LEAST = 6
"""Fewest letters and digits of a passphrase."""

_COST, _BLOCK, _LANES = 2**14, 8, 1
_MOST_MEMORY = 64 * 1024 * 1024
_SALT, _LONGEST = 16, 80


def _folded(words: str) -> str:
    return " ".join(clean(words, most=_LONGEST, field="passphrase").casefold().split())


def _hash(words: str, salt: bytes, cost: int, block: int, lanes: int) -> bytes:
    return hashlib.scrypt(
        words.encode(), salt=salt, n=cost, r=block, p=lanes, maxmem=_MOST_MEMORY, dklen=32
    )


def checked(words: str, *besides: str) -> str:
    """A passphrase fit to keep, folded.

    Args:
        words: what was said.
        besides: what a stranger would try first, such as names and phones.

    Raises:
        InvalidEntry: it is too short, or contained in what a stranger knows.
    """
    folded = _folded(words)
    letters = "".join(char for char in folded if char.isalnum())
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
    return folded


def hash_of(folded: str) -> str:
    """The text that is kept: `scrypt$cost$block$lanes$salt$hash`, salt and hash in hex."""
    salt = secrets.token_bytes(_SALT)
    found = _hash(folded, salt, _COST, _BLOCK, _LANES)
    return f"scrypt${_COST}${_BLOCK}${_LANES}${salt.hex()}${found.hex()}"


def fits(words: str, kept: str) -> bool:
    """Whether the words are those that were kept; takes as long either way."""
    _, cost, block, lanes, salt, wanted = kept.split("$")
    found = _hash(_folded(words), bytes.fromhex(salt), int(cost), int(block), int(lanes))
    return hmac.compare_digest(found, bytes.fromhex(wanted))
