"""Usage between two readings, also across a change of the meter, with the derivation in words."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from billing_tui.foundation.units import Unit, convert, quantity_text
from billing_tui.metering.rollover import ROLLOVER_SHARE, advance, capacity

if TYPE_CHECKING:
    from collections.abc import Sequence

_ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Register:
    """What is needed to turn counts into a quantity.

    Attributes:
        dials: digits; it wraps at ten to their power.
        unit: of the quantity.
        multiplier_milli: units per count, in thousandths.
    """

    dials: int
    unit: Unit
    multiplier_milli: int = 1000

    def holds(self, reading: int) -> bool:
        """Whether the dials can show it."""
        return 0 <= reading < capacity(self.dials)


@dataclass(frozen=True, slots=True)
class Usage:
    """A usage and how it came about.

    Attributes:
        milli: thousandths of `unit`; negative after a back-read.
        unit: of the register that is in place now.
        rolled_over: a register passed its top.
        derivation: one line of arithmetic.
        parts: each leg's share in `unit`.
    """

    milli: int
    unit: Unit
    rolled_over: bool
    derivation: str
    parts: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Leg:
    """A stretch of one meter: its register, and the two readings between which it counted."""

    register: Register
    start: int
    end: int


def milli_text(milli: int) -> str:
    """Thousandths as people read them: 1500 is `1.5`."""
    return quantity_text(Decimal(milli).scaleb(-3))


def usage_between(
    previous: int, current: int, register: Register, share: Decimal = ROLLOVER_SHARE
) -> Usage:
    """Usage of one register: counts moved times the multiplier."""
    moved = advance(previous, current, register.dials, share)
    milli = moved.counts * register.multiplier_milli
    text = f"{current} - {previous}"
    if moved.rolled_over:
        text = f"{current} + {capacity(register.dials)} - {previous} (rolled over)"
    if register.multiplier_milli != 1000:
        text = f"({text}) x {milli_text(register.multiplier_milli)}"
    text = f"{text} = {milli_text(milli)} {register.unit}"
    return Usage(milli, register.unit, moved.rolled_over, text, (milli,))


def converted_milli(milli: int, source: Unit, target: Unit) -> int:
    """Thousandths of one unit in whole thousandths of another, halves away from zero."""
    if source is target:
        return milli
    value = convert(Decimal(milli), source, target)
    return int(value.quantize(_ONE, rounding=ROUND_HALF_UP))


def usage_over(legs: Sequence[Leg], share: Decimal = ROLLOVER_SHARE) -> Usage:
    """Usage across changes of the meter: each leg on its own, the sum in the last one's unit.

    For one exchange that is (old out - old previous) + (new current - new first), each meter
    with its own digits, unit and multiplier.

    Raises:
        UnitMismatch: the meters do not measure the same kind of thing.
    """
    unit = legs[-1].register.unit
    each = [usage_between(leg.start, leg.end, leg.register, share) for leg in legs]
    if len(each) == 1:
        return each[0]
    parts = tuple(converted_milli(one.milli, one.unit, unit) for one in each)
    words = [f"meter taken out {one.derivation}" for one in each[:-1]]
    words.append(f"meter put in {each[-1].derivation}")
    text = f"{'; '.join(words)}; together {milli_text(sum(parts))} {unit}"
    return Usage(sum(parts), unit, any(one.rolled_over for one in each), text, parts)
