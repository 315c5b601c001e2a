"""The hash chain of the trail: each entry's hash covers its own fields and the hash before it."""

from __future__ import annotations

import hashlib
import json
from typing import Any

GENESIS = "0" * 64
"""Previous hash of the first entry."""

_DOMAIN = b"billing-tui audit 1"


def canonical(value: Any) -> str:
    """JSON with one spelling for one value: sorted keys, no spaces, only what JSON can hold."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def entry_hash(fields: tuple[str, ...], previous_hash: str, seq: int) -> str:
    """SHA-256 over length-prefixed fields, so that no two entries share a spelling."""
    parts = [_DOMAIN, str(seq).encode(), previous_hash.encode()]
    parts += [field.encode("utf-8", "surrogatepass") for field in fields]
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()


def digest_of(value: Any) -> str:
    """SHA-256 of a value's canonical JSON."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()
