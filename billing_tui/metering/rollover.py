"""A register that wraps: is a lower reading a rollover, or did somebody read backwards?"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

ROLLOVER_SHARE = Decimal("0.10")
"""A rollover is believed if it took at most this share of what the register can show."""


@dataclass(frozen=True, slots=True)
class Advance:
    """How far a register moved between two readings.

    Attributes:
        counts: counts of the register; negative where it was read backwards.
        rolled_over: it passed its highest number and began again at zero.
    """

    counts: int
    rolled_over: bool = False


def capacity(dials: int) -> int:
    """The number of counts after which a register is back at zero."""
    return int(10**dials)


def advance(previous: int, current: int, dials: int, share: Decimal = ROLLOVER_SHARE) -> Advance:
    """How far the register moved, read on both sides as 0 <= reading < 10 to the power `dials`.

    A lower reading is a rollover if, and only if, the way over the top is at most `share` of the
    register's capacity (the rule of the rollover threshold); else it is a back-read.
    """
    if current >= previous:
        return Advance(current - previous)
    top = capacity(dials)
    over = current + top - previous
    if over <= top * share:
        return Advance(over, rolled_over=True)
    return Advance(current - previous)
