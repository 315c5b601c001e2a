"""Options that were keyed beside rows of a list and are not carried out yet.

They stand until Enter carries them out, on whatever page of the list their rows are; rows that a
list shows no more lose theirs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from billing_tui.tui.pages import KEPT, PAGE

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence

    from billing_tui.tui.pages import Pages

R = TypeVar("R")


class Marks(Generic[R]):
    """An option and a row by the row's key, in the order of keying."""

    def __init__(self, key: Callable[[R], Hashable]) -> None:
        self._key = key
        self._at: dict[Hashable, tuple[str, R]] = {}

    def __len__(self) -> int:
        return len(self._at)

    @property
    def standing(self) -> tuple[tuple[str, R], ...]:
        """Each option with its row."""
        return tuple(self._at.values())

    def option(self, row: R) -> str:
        """The option beside a row, or ""."""
        return self._at.get(self._key(row), ("", row))[0]

    def put(self, choices: Iterable[tuple[str, R]]) -> None:
        """Let options stand, in place of those that stood at their rows."""
        self._at |= {self._key(row): (option, row) for option, row in choices}

    def drop(self, row: R) -> bool:
        """Take the option at a row back, if there is one."""
        return self._at.pop(self._key(row), None) is not None

    def clear(self) -> None:
        """Take all of them back."""
        self._at.clear()

    def elsewhere(self, rows: Sequence[R]) -> int:
        """How many stand at none of these rows; a list without options may have no keys."""
        return len(self._at.keys() - {self._key(row) for row in rows}) if self._at else 0

    def find_again(self, pages: Pages[R]) -> None:
        """Stand at the rows as they are now; those that are listed no more lose their option."""
        listed: dict[Hashable, R] = {}
        place = 0
        while self._at.keys() - listed.keys():
            listed |= {self._key(pages[at]): pages[at] for at in range(place, len(pages))}
            place = len(pages)
            if pages.at_end or place + PAGE > KEPT:
                break
            pages.grow_down()
        self._at = {
            key: (option, listed[key]) for key, (option, _row) in self._at.items() if key in listed
        }
