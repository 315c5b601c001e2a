"""Streets with believable names, and house numbers in the order in which a reader walks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing_tui.operations.demo.dice import chance

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from billing_tui.operations.demo.profile import CycleProfile

_DIRECTIONS = ("", "N ", "S ", "E ", "W ", "Old ", "Upper ", "Lower ")


@dataclass(frozen=True, slots=True)
class Street:
    """A street of a neighbourhood.

    Attributes:
        words: its name without the ending, for what is called after it.
        name: as it stands in addresses.
        first_block: the hundred at which its numbers begin.
    """

    words: str
    name: str
    first_block: int


def street_names(cycle: CycleProfile, endings: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """(words, name) of ever more streets of a neighbourhood; never the same name twice."""
    for direction in _DIRECTIONS:
        for turn in range(len(endings)):
            for place, words in enumerate(cycle.streets):
                ending = endings[(place * 2 + turn) % len(endings)]
                yield words, f"{direction}{words} {ending}"
    number = 1
    while True:
        yield f"County Road {number}", f"County Road {number}"
        number += 1


def streets(rng: Random, cycle: CycleProfile, endings: tuple[str, ...]) -> Iterator[Street]:
    """The streets of a neighbourhood, as many as are asked for."""
    for words, name in street_names(cycle, endings):
        yield Street(words, name, rng.choice((100, 200, 300, 400, 600, 900, 1100, 1400, 2100)))


def _side(rng: Random, first: int, count: int) -> list[int]:
    numbers, number = [], first
    for _ in range(count):
        numbers.append(number)
        number += 2 * rng.choice((2, 2, 3, 3, 4, 4, 5, 6, 9))
    return numbers


def house_numbers(rng: Random, street: Street, count: int) -> list[int]:
    """`count` house numbers: up the odd side and back down the even one, as one walks.

    About one street in four has houses on its odd side only.
    """
    odd = count if chance(rng, 25) else (count + 1) // 2
    up = _side(rng, street.first_block + 1, odd)
    back = _side(rng, street.first_block + 2, count - odd)
    return up + back[::-1]
