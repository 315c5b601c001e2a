"""A secret is kept as a salted slow hash only (scrypt, RFC 7914); it cannot be read back.

The text that is kept says how it was made, so that it can be made slower later.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

_COST, _BLOCK, _LANES = 2**14, 8, 1
_MOST_MEMORY = 64 * 1024 * 1024
_SALT = 16


def _hash(words: str, salt: bytes, cost: int, block: int, lanes: int) -> bytes:
    return hashlib.scrypt(
        words.encode(), salt=salt, n=cost, r=block, p=lanes, maxmem=_MOST_MEMORY, dklen=32
    )


def hash_of(words: str) -> str:
    """The text that is kept: `scrypt$cost$block$lanes$salt$hash`, salt and hash in hex."""
    salt = secrets.token_bytes(_SALT)
    found = _hash(words, salt, _COST, _BLOCK, _LANES)
    return f"scrypt${_COST}${_BLOCK}${_LANES}${salt.hex()}${found.hex()}"


def fits(words: str, kept: str) -> bool:
    """Whether the words are those that were kept; takes as long either way."""
    _, cost, block, lanes, salt, wanted = kept.split("$")
    found = _hash(words, bytes.fromhex(salt), int(cost), int(block), int(lanes))
    return hmac.compare_digest(found, bytes.fromhex(wanted))
