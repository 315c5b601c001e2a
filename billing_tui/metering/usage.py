"""Usage between two readings, also across a change of the meter, with the derivation in words."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from billing_tui.foundation.units import Unit, convert, quantity_text
from billing_tui.metering.rollover import ROLLOVER_SHARE, advance, capacity

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
        parts: of an exchange, the old and the new meter's share in `unit`; else one share.
    """

    milli: int
    unit: Unit
    rolled_over: bool
    derivation: str
    parts: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Removed:
    """The meter that was taken out since the last read: its register and last two readings."""

    register: Register
    previous: int
    out: int


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


def _converted(milli: int, source: Unit, target: Unit) -> int:
    value = convert(Decimal(milli), source, target)
    return int(value.quantize(_ONE, rounding=ROUND_HALF_UP))


def usage_with_exchange(
    removed: Removed,
    first: int,
    current: int,
    register: Register,
    share: Decimal = ROLLOVER_SHARE,
) -> Usage:
    """Usage across a change of the meter: (old out - old previous) + (new current - new first).

    Each meter counts with its own digits, unit and multiplier; the sum is in the new one's unit.

    Raises:
        UnitMismatch: the two meters do not measure the same kind of thing.
    """
    old = usage_between(removed.previous, removed.out, removed.register, share)
    new = usage_between(first, current, register, share)
    old_milli = _converted(old.milli, old.unit, register.unit)
    total = old_milli + new.milli
    text = (
        f"old meter {old.derivation}; new meter {new.derivation}; "
        f"together {milli_text(total)} {register.unit}"
    )
    rolled = old.rolled_over or new.rolled_over
    return Usage(total, register.unit, rolled, text, (old_milli, new.milli))
