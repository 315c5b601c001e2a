"""Meters of the demo city: size by use, dials, makes, serials and radios."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing_tui.operations.demo.dice import chance

if TYPE_CHECKING:
    from random import Random

    from billing_tui.operations.demo.profile import Profile


@dataclass(frozen=True, slots=True)
class MeterPlan:
    """A meter as it is set.

    Attributes:
        size: nominal connection.
        multiplier: ccf for each count of the register.
        start: what the register shows when the history begins.
        serial: digits after the maker's letter; the writer adds the city's own number.
        endpoint: the radio's number, "" for a meter that is read by eye.
    """

    make: str
    size: str
    dials: int
    multiplier: int
    start: int
    serial: str
    endpoint: str

    @property
    def wrap(self) -> int:
        """Where the register starts again from zero."""
        return int(10**self.dials)


def plan_meter(rng: Random, profile: Profile, peak: float, *, new: bool = False) -> MeterPlan:
    """A meter fit for a peak of so many ccf a month; a new one starts near zero.

    One house in nine has a size larger than it needs, for fire sprinklers.
    """
    place = next(i for i, size in enumerate(profile.meters) if peak <= size.flow)
    if chance(rng, 11):
        place = min(place + 1, len(profile.meters) - 1)
    size, make = profile.meters[place], profile.makes.draw(rng)
    year = 26 if new else rng.randint(4, 24)
    return MeterPlan(
        make=make.make,
        size=size.size,
        dials=size.dials,
        multiplier=size.multiplier,
        start=rng.randint(0, 4) if new else rng.randrange(10**size.dials),
        serial=f"{make.make[0]}{year:02d}{rng.randrange(1000):03d}",
        endpoint=f"{make.endpoint}{rng.randrange(10**3):03d}" if chance(rng, 82) else "",
    )
