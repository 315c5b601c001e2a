"""How a number of things is said."""

from __future__ import annotations


def counted(count: int, noun: str) -> str:
    """`1 error`, `2 errors`, `3 queries`, `4 batches`, `1,914 bills`."""
    if noun.endswith("y") and noun[-2] not in "aeiou":
        several = f"{noun[:-1]}ies"
    else:
        several = f"{noun}es" if noun.endswith(("ch", "sh", "s", "x")) else f"{noun}s"
    return f"{count:,} {noun if count == 1 else several}"
