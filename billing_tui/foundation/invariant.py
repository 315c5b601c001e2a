"""What must always be true of the office's books; `billing-tui verify` walks these."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing_tui.foundation.bulk import rows_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@dataclass(frozen=True, slots=True)
class Invariant:
    """One thing that is always true.

    Attributes:
        id: stable identifier, `ROOM-WORD`.
        says: the truth as a sentence.
        broken: yields a sentence for each row that breaks it; nothing when it holds.
        noted: yields a sentence for each thing that breaks nothing but wants a look.
    """

    id: str
    says: str
    broken: Callable[[], Iterator[str]]
    noted: Callable[[], Iterator[str]] = lambda: iter(())


MOST = 20
"""Rows that one query names; whoever sees twenty knows enough."""


def never(id: str, says: str, sql: str, sentence: str) -> Invariant:  # noqa: A002 - the field's name
    """An invariant told as a query that finds nothing; `sentence` is filled with each bad row.

    The query has no LIMIT: PostgreSQL would plan for a row that comes soon, and none ever comes.
    """

    def broken() -> Iterator[str]:
        for row in rows_of(sql)[:MOST]:
            yield sentence.format(*row)

    return Invariant(id, says, broken)
