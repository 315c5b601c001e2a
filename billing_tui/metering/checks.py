"""The checks that a read passes before it may be posted (RDG-4), each a small function.

`findings(context, policy)` runs all of `CHECKS`. Every finding carries the sentence that a clerk
can read to a caller and the numbers behind it. Daily use is in millionths of the unit a day.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING

from billing_tui.foundation.units import quantity_text
from billing_tui.metering.read_context import last_year, median_daily
from billing_tui.metering.usage import milli_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from billing_tui.metering.read_context import ReadContext
    from billing_tui.metering.read_policy import ReadPolicy


class Severity(IntEnum):
    """How much an exception asks of a person."""

    LOOK = 1
    DECIDE = 2
    MUST_DECIDE = 3


class CheckName(StrEnum):
    """The checks, as screens and reports name them."""

    MISSING = "missing"
    SKIPPED = "skipped"
    DUPLICATE = "duplicate"
    SERIAL = "serial"
    DIALS = "dials"
    UNIT = "unit"
    MULTIPLIER = "multiplier"
    NEGATIVE = "negative"
    ROLLOVER = "rollover"
    HIGH = "high"
    LOW = "low"
    ZERO = "zero"
    STUCK = "stuck"
    EARLY = "early"
    LATE = "late"
    INACTIVE = "inactive"
    VACANT = "vacant"
    ESTIMATES = "estimates"
    LARGE = "large"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check has to say about one read.

    Attributes:
        check: which check.
        severity: how much it asks.
        sentence: what is odd, with the arithmetic in it.
        arithmetic: the numbers by name, as text.
    """

    check: CheckName
    severity: Severity
    sentence: str
    arithmetic: Mapping[str, str] = field(default_factory=dict)


def daily_text(daily: int) -> str:
    """Millionths a day as people read them: 1225806 is `1.23`, but 4000 stays `0.004`."""
    places = Decimal("0.01") if abs(daily) >= 10_000 or daily == 0 else Decimal("0.0001")
    return quantity_text(Decimal(daily).scaleb(-6).quantize(places))


def use_text(context: ReadContext) -> str:
    """`38 ccf in 31 days = 1.23 a day`; no rate where no day lies between the two reads."""
    used = f"{milli_text(context.usage_milli or 0)} {context.register.unit}"
    if context.days <= 0:
        return f"{used} since a read of {'the same' if context.days == 0 else 'a later'} day"
    return f"{used} in {context.days} days = {daily_text(context.daily)} a day"


def _missing(context: ReadContext, _: ReadPolicy) -> Finding | None:
    if context.reading is not None:
        return None
    if context.skip_code:
        sentence = f"The reader gave no reading, with the code {context.skip_code}."
        return Finding(
            CheckName.SKIPPED, Severity.MUST_DECIDE, sentence, {"code": context.skip_code}
        )
    return Finding(
        CheckName.MISSING,
        Severity.MUST_DECIDE,
        "No reading came for this meter; read it again or estimate.",
    )


def _duplicate(context: ReadContext, _: ReadPolicy) -> Finding | None:
    if not context.others:
        return None
    lines = ", ".join(str(line) for line in context.others)
    return Finding(
        CheckName.DUPLICATE,
        Severity.MUST_DECIDE,
        f"The file gives another reading of this meter on line {lines}; only this one is kept.",
        {"lines": lines},
    )


def _serial(context: ReadContext, _: ReadPolicy) -> Finding | None:
    if not context.told_meter or context.told_meter == context.meter_number:
        return None
    return Finding(
        CheckName.SERIAL,
        Severity.MUST_DECIDE,
        f"The reader found meter {context.told_meter}; on file here is {context.meter_number}.",
        {"read": context.told_meter, "on_file": context.meter_number},
    )


def _dials(context: ReadContext, _: ReadPolicy) -> Finding | None:
    reading, dials = context.reading, context.register.dials
    if reading is None:
        return None
    if not context.register.holds(reading):
        sentence = f"{reading} has more digits than the {dials} dials of this meter show."
        return Finding(
            CheckName.DIALS,
            Severity.MUST_DECIDE,
            sentence,
            {"reading": str(reading), "dials": str(dials)},
        )
    if context.told_dials not in {None, dials}:
        sentence = f"The file says {context.told_dials} dials; on file are {dials}."
        return Finding(
            CheckName.DIALS,
            Severity.DECIDE,
            sentence,
            {"told": str(context.told_dials), "dials": str(dials)},
        )
    return None


def _unit(context: ReadContext, _: ReadPolicy) -> Finding | None:
    told, unit = context.told_unit, context.register.unit
    if told is None or told is unit:
        return None
    sentence = f"The file counts in {told}; the meter on file counts in {unit}."
    return Finding(CheckName.UNIT, Severity.MUST_DECIDE, sentence, {"told": told, "on_file": unit})


def _multiplier(context: ReadContext, _: ReadPolicy) -> Finding | None:
    told, on_file = context.told_multiplier, context.register.multiplier_milli
    if told is None or told * 1000 == on_file:
        return None
    sentence = (
        f"The file multiplies by {quantity_text(told)}; the meter on file by {milli_text(on_file)}."
    )
    arithmetic = {"told": quantity_text(told), "on_file": milli_text(on_file)}
    return Finding(CheckName.MULTIPLIER, Severity.MUST_DECIDE, sentence, arithmetic)


def _negative(context: ReadContext, policy: ReadPolicy) -> Finding | None:
    reading, previous = context.reading, context.previous
    if reading is None or previous is None or context.exchanged:
        if (context.usage_milli or 0) < 0:
            sentence = f"The exchange comes out below zero: {use_text(context)}."
            return Finding(CheckName.NEGATIVE, Severity.MUST_DECIDE, sentence)
        return None
    top = 10**context.register.dials
    over = reading + top - previous
    arithmetic = {
        "reading": str(reading),
        "previous": str(previous),
        "over_the_top": str(over),
        "capacity": str(top),
    }
    if context.rolled_over:
        sentence = (
            f"The register passed its top: {reading} + {top} - {previous} = {over} counts, "
            f"at most {policy.rollover_share:.0%} of {top}."
        )
        return Finding(CheckName.ROLLOVER, Severity.DECIDE, sentence, arithmetic)
    if reading >= previous:
        return None
    sentence = (
        f"{reading} is {previous - reading} below the last read {previous}; a rollover would take "
        f"{over} of {top} counts, more than {policy.rollover_share:.0%}."
    )
    return Finding(CheckName.NEGATIVE, Severity.MUST_DECIDE, sentence, arithmetic)


def _baselines(context: ReadContext) -> dict[str, int]:
    """Daily use by name of baseline, where history knows it."""
    found: dict[str, int] = {}
    median = median_daily(context.history, context.day)
    if median is not None:
        found["median"] = median
    same = last_year(context.history, context.day)
    if same is not None:
        found["last_year"] = same.daily
    if context.history and context.history[0].days > 0:
        found["prior"] = context.history[0].daily
    return found


_WORDS = {"median": "the median", "last_year": "last year's", "prior": "the period before"}


def _ratio(context: ReadContext, name: str, base: int) -> str:
    if base <= 0:
        return f"{_WORDS[name]} 0"
    times = Decimal(context.daily) / base
    shown = times.quantize(Decimal("0.01") if times < 1 else Decimal("0.1"))
    return f"{shown} times {_WORDS[name]} {daily_text(base)}"


def _high_low(context: ReadContext, policy: ReadPolicy) -> Finding | None:
    usage, days = context.usage_milli, context.days
    if usage is None or usage < 0 or days <= 0:
        return None
    limits, daily = policy.limits(context.rate_class), context.daily
    floor = limits.floor_milli.get(context.register.unit, 0)
    bases = _baselines(context)
    high, low = [], []
    for name, base in bases.items():
        if abs(usage - base * days // 1000) <= floor:
            continue
        if name in limits.high and daily > base * limits.high[name]:
            high.append(name)
        elif name in limits.low and daily < base * limits.low[name]:
            low.append(name)
    beyond = high or low
    if not beyond:
        return None
    severity = Severity.DECIDE if len(beyond) > 1 else Severity.LOOK
    if high and daily > bases.get("median", bases[high[0]]) * limits.very_high:
        severity = Severity.MUST_DECIDE
    shown = "; ".join(_ratio(context, name, bases[name]) for name in beyond)
    arithmetic = {f"{name}_a_day": daily_text(base) for name, base in bases.items()}
    arithmetic |= {
        "usage": milli_text(usage),
        "unit": context.register.unit,
        "days": str(days),
        "a_day": daily_text(daily),
    }
    check = CheckName.HIGH if high else CheckName.LOW
    return Finding(check, severity, f"{use_text(context)}; {shown}.", arithmetic)


def _zero(context: ReadContext, policy: ReadPolicy) -> Finding | None:
    if context.usage_milli != 0 or not (context.occupied and context.active):
        return None
    run = 1
    for period in context.history:
        if period.usage_milli:
            break
        run += 1
    if run < policy.zero_periods or (run > len(context.history) and context.history):
        return None
    if run >= policy.stuck_periods and context.reading is not None:
        sentence = (
            f"The register has stood at {context.reading} for {run} periods on an occupied place; "
            "it may have stopped."
        )
        return Finding(CheckName.STUCK, Severity.MUST_DECIDE, sentence, {"periods": str(run)})
    sentence = f"No usage for {run} periods in a row on an occupied place."
    return Finding(CheckName.ZERO, Severity.DECIDE, sentence, {"periods": str(run)})


def _early_late(context: ReadContext, policy: ReadPolicy) -> Finding | None:
    days = context.days
    if context.reading is None or context.previous_day is None:
        return None
    if policy.early <= days <= policy.late:
        return None
    early = days < policy.early
    severity = Severity.MUST_DECIDE if days <= 0 else Severity.LOOK
    sentence = (
        f"{days} days since the last read on {context.previous_day}; "
        f"usual are {policy.early} to {policy.late}."
    )
    check = CheckName.EARLY if early else CheckName.LATE
    return Finding(check, severity, sentence, {"days": str(days)})


def _inactive(context: ReadContext, _: ReadPolicy) -> Finding | None:
    if not (context.usage_milli or 0) > 0 or (context.active and context.occupied):
        return None
    if not context.active:
        sentence = f"The service is off, yet it used {use_text(context)}."
        return Finding(CheckName.INACTIVE, Severity.MUST_DECIDE, sentence)
    sentence = f"Nobody has an account here, yet it used {use_text(context)}."
    return Finding(CheckName.VACANT, Severity.DECIDE, sentence)


def _estimates(context: ReadContext, policy: ReadPolicy) -> Finding | None:
    run = context.estimates_before + context.estimated
    if run <= policy.estimates_in_row:
        return None
    if context.estimated:
        sentence = (
            f"This would be estimate number {run} in a row; at most {policy.estimates_in_row} "
            "are allowed. Send somebody to read it."
        )
        return Finding(CheckName.ESTIMATES, Severity.MUST_DECIDE, sentence, {"in_a_row": str(run)})
    if context.reading is None:
        return None
    sentence = f"The first real read after {run} estimates in a row: {use_text(context)}."
    return Finding(CheckName.ESTIMATES, Severity.LOOK, sentence, {"in_a_row": str(run)})


def _large(context: ReadContext, policy: ReadPolicy) -> Finding | None:
    if context.reading is None or context.size not in policy.large_sizes:
        return None
    sentence = f"A {context.size} meter is always looked at: {use_text(context)}."
    return Finding(CheckName.LARGE, Severity.LOOK, sentence, {"size": context.size})


CHECKS: tuple[Callable[[ReadContext, ReadPolicy], Finding | None], ...] = (
    _missing,
    _duplicate,
    _serial,
    _dials,
    _unit,
    _multiplier,
    _negative,
    _high_low,
    _zero,
    _early_late,
    _inactive,
    _estimates,
    _large,
)
"""All checks, in the order in which their findings are shown."""


def findings(context: ReadContext, policy: ReadPolicy) -> list[Finding]:
    """What there is to say about a read; nothing for one that passes."""
    found = [check(context, policy) for check in CHECKS]
    return [finding for finding in found if finding is not None]
