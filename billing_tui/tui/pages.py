"""Rows of a list of any length, fetched a page at a time by key and never all at once.

A source gives the rows after a key, the rows before a key, and the first row from a text on; no
row is numbered, so no page costs more than another (an OFFSET into a million rows costs 98 ms).
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

R = TypeVar("R")
PAGE = 64
"""Rows fetched at a time."""
KEPT = 16 * PAGE
"""Rows kept in memory; the far end is let go first."""


class Source(Protocol[R]):
    """Where the rows of a list come from, in one fixed order."""

    def after(self, row: R | None, limit: int) -> Sequence[R]:
        """Up to `limit` rows that follow `row`, or the first ones for None."""

    def before(self, row: R | None, limit: int) -> Sequence[R]:
        """Up to `limit` rows that precede `row`, in order, or the last ones for None."""

    def from_text(self, text: str, limit: int) -> Sequence[R]:
        """Up to `limit` rows from the first one on that sorts at or after `text`."""


class Listed(Generic[R]):
    """A source of rows that are all at hand, such as the bills of one account."""

    def __init__(self, rows: Sequence[R], text: Callable[[R], str] = str) -> None:
        self.rows = tuple(rows)
        self._text = text
        self._places = {id(row): place for place, row in enumerate(self.rows)}

    def _place(self, row: R) -> int:
        return self._places[id(row)]

    def after(self, row: R | None, limit: int) -> Sequence[R]:
        """The rows that follow."""
        start = 0 if row is None else self._place(row) + 1
        return self.rows[start : start + limit]

    def before(self, row: R | None, limit: int) -> Sequence[R]:
        """The rows that precede."""
        end = len(self.rows) if row is None else self._place(row)
        return self.rows[max(end - limit, 0) : end]

    def from_text(self, text: str, limit: int) -> Sequence[R]:
        """From the first row that begins with the text on."""
        wanted = text.casefold()
        for place, row in enumerate(self.rows):
            if self._text(row).casefold().startswith(wanted):
                return self.rows[place : place + limit]
        return ()


class Onward(Generic[R]):
    """A source that can only be read onward from a row; what precedes is walked to from the top."""

    def __init__(
        self, fetch: Callable[[R | None, int], Sequence[R]], text: Callable[[R], str]
    ) -> None:
        self._fetch = fetch
        self._text = text

    def after(self, row: R | None, limit: int) -> Sequence[R]:
        """The rows that follow."""
        return self._fetch(row, limit)

    def before(self, row: R | None, limit: int) -> Sequence[R]:
        """The rows that precede, or the last ones."""
        rows: list[R] = []
        while page := self._fetch(rows[-1] if rows else None, limit):
            rows += page
            if row is not None and row in page:
                place = rows.index(row)
                return tuple(rows[max(place - limit, 0) : place])
            del rows[: -2 * limit]
        return tuple(rows[-limit:])

    def from_text(self, text: str, limit: int) -> Sequence[R]:
        """From the first row that begins with the text on."""
        page: Sequence[R] = ()
        while page := self._fetch(page[-1] if page else None, limit):
            for at, row in enumerate(page):
                if self._text(row).casefold().startswith(text.casefold()):
                    return page[at:]
        return ()


class Pages(Generic[R]):
    """A window of consecutive rows that grows at either end and forgets the other."""

    def __init__(self, source: Source[R]) -> None:
        self.source = source
        self._rows: deque[R] = deque()
        self.at_start = True
        self.at_end = True
        self.to_first()

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, place: int) -> R:
        return self._rows[place]

    def put(self, place: int, row: R) -> None:
        """Hold another picture of the row at a place."""
        self._rows[place] = row

    def add(self, row: R) -> None:
        """Hold a row that was just made, behind the last one."""
        self._rows.append(row)

    def _load(self, rows: Sequence[R], *, start: bool, end: bool) -> None:
        self._rows = deque(rows)
        self.at_start, self.at_end = start, end

    def to_first(self) -> None:
        """Hold the first rows."""
        rows = self.source.after(None, PAGE)
        self._load(rows, start=True, end=len(rows) < PAGE)

    def to_last(self) -> int:
        """Hold the last rows; the place of the last one."""
        rows = self.source.before(None, PAGE)
        self._load(rows, start=len(rows) < PAGE, end=True)
        return max(len(rows) - 1, 0)

    def to_text(self, text: str) -> bool:
        """Hold the rows from a text on; False where nothing sorts there."""
        rows = self.source.from_text(text, PAGE)
        if rows:
            self._load(rows, start=False, end=len(rows) < PAGE)
        return bool(rows)

    def grow_down(self) -> int:
        """Fetch the rows that follow; how many rows were let go at the top."""
        if self.at_end or not self._rows:
            return 0
        more = self.source.after(self._rows[-1], PAGE)
        self.at_end = len(more) < PAGE
        self._rows.extend(more)
        gone = max(len(self._rows) - KEPT, 0)
        for _ in range(gone):
            self._rows.popleft()
        self.at_start = self.at_start and not gone
        return gone

    def grow_up(self) -> int:
        """Fetch the rows that precede; how many came."""
        if self.at_start or not self._rows:
            return 0
        more = self.source.before(self._rows[0], PAGE)
        self.at_start = len(more) < PAGE
        self._rows.extendleft(reversed(more))
        while len(self._rows) > KEPT:
            self._rows.pop()
            self.at_end = False
        return len(more)
