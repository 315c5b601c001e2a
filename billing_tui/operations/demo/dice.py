"""Seeded chance: the same seed and the same words give the same numbers on every machine."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")


def seeded(*parts: object) -> Random:
    """A source of chance of its own for these words, such as a seed, a cycle and a month."""
    return Random("/".join(map(str, parts)))  # noqa: S311 - a made-up city, not a secret


def chance(rng: Random, percent: float) -> bool:
    """True in so many of a hundred cases."""
    return rng.random() * 100 < percent


def spread(rng: Random, middle: float, sigma: float) -> float:
    """A log-normal figure around its middle; `sigma` is the spread of its logarithm."""
    return middle * math.exp(rng.gauss(0.0, sigma))


@dataclass(frozen=True, slots=True)
class Mix(Generic[T]):
    """Things with shares that are drawn in proportion to them.

    Attributes:
        things: what is drawn.
        sums: running totals of the shares.
    """

    things: Sequence[T]
    sums: Sequence[float] = field(repr=False)

    @classmethod
    def of(cls, shares: Sequence[tuple[T, float]]) -> Mix[T]:
        """A mix of (thing, share) pairs."""
        total, sums = 0.0, []
        for _, share in shares:
            total += share
            sums.append(total)
        return cls([thing for thing, _ in shares], sums)

    def draw(self, rng: Random) -> T:
        """One of the things."""
        return rng.choices(self.things, cum_weights=self.sums)[0]
