"""Meters of the demo city: size by use, dials, makes, serials and radios."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing_tui.operations.demo.dice import chance

if TYPE_CHECKING:
    from random import Random

    from billing_tui.operations.demo.profile import Profile


_SERIALS, _STEP = 999_983, 271_829


def _scrambled(place: int) -> int:
    """A number for each place below `_SERIALS`, which is a prime, so that none comes twice."""
    return place * _STEP % _SERIALS


@dataclass(frozen=True, slots=True)
class MeterPlan:
    """A meter as it is set.

    Attributes:
        size: nominal connection.
        multiplier: ccf for each count of the register.
        start: what the register shows when the history begins.
        year: when it was made.
        prefix: first digits of its radio, "" for a meter that is read by eye.
    """

    make: str
    size: str
    dials: int
    multiplier: int
    start: int
    year: int
    prefix: str

    @property
    def wrap(self) -> int:
        """Where the register starts again from zero."""
        return int(10**self.dials)

    def number(self, place: int) -> str:
        """The number on the face of the `place`-th meter of the city; no two are alike."""
        return f"{self.make[0]}{self.year % 100:02d}{_scrambled(place):06d}"

    def endpoint(self, place: int) -> str:
        """Its radio's number, eight digits, or ""."""
        return f"{self.prefix}{_scrambled(place):06d}" if self.prefix else ""


def plan_meter(rng: Random, profile: Profile, peak: float, *, new: bool = False) -> MeterPlan:
    """A meter fit for a peak of so many ccf a month; a new one starts near zero.

    One house in nine has a size larger than it needs, for fire sprinklers.
    """
    place = next(i for i, size in enumerate(profile.meters) if peak <= size.flow)
    if chance(rng, 11):
        place = min(place + 1, len(profile.meters) - 1)
    size, make = profile.meters[place], profile.makes.draw(rng)
    year = 2025 if new else rng.randint(2004, 2023)
    return MeterPlan(
        make=make.make,
        size=size.size,
        dials=size.dials,
        multiplier=size.multiplier,
        start=rng.randint(0, 4) if new else rng.randrange(10**size.dials),
        year=year,
        prefix=make.endpoint if chance(rng, 82) else "",
    )
