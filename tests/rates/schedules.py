"""Schedules and uses that several tests of the rates need."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from billing_tui.foundation.units import Unit
from billing_tui.rates.engine import CompiledSchedule, compile_schedule
from billing_tui.rates.exact import plain
from billing_tui.rates.line import RatedService, ServiceUse
from billing_tui.rates.schedule_text import read_schedule

if TYPE_CHECKING:
    from collections.abc import Mapping

FIRST = date(2026, 7, 1)

HEAD = """
schedule: {code}
title: Test
service: water
unit: ccf
effective: {effective}
attributes: {{meter_size: text, zone: text, persons: number, area: number, kind: text}}
related: {{water_usage: measured, winter_average: standing, water_charge: measured}}
seasons:
  season: {{summer: [5, 6, 7, 8, 9, 10], winter: [11, 12, 1, 2, 3, 4]}}
{rest}
classes:
  C:
    charges:
{charges}
"""

PRORATED = """
proration: {standard_days: 30, no_proration_between: [27, 33], fixed: by_days,
  tier_caps: by_days, rate_change: by_days, season_change: last_day}
"""


def schedule(
    *charges: str, rest: str = "", code: str = "W", effective: date = FIRST
) -> CompiledSchedule:
    """A schedule of one class C with these charges, each a flow map without label and revenue."""
    lines = "\n".join(f"      - {{label: L, revenue: r, {charge}}}" for charge in charges)
    text = HEAD.format(code=code, effective=effective, rest=rest, charges=lines)
    return compile_schedule(read_schedule(text))


def use(
    usage: str | None = None,
    *,
    days: int = 30,
    from_day: date = FIRST,
    attributes: Mapping[str, str] | None = None,
    **related: str,
) -> ServiceUse:
    """A use of class C."""
    return ServiceUse(
        "C",
        attributes or {},
        None if usage is None else Decimal(usage),
        Unit.CCF,
        from_day,
        from_day + timedelta(days),
        {name: Decimal(amount) for name, amount in related.items()},
    )


def rows(rated: RatedService) -> list[tuple[Any, ...]]:
    """(code, tier, quantity, cents) of each line, quantities as plain text."""
    return [
        (line.code, line.tier, plain(line.quantity or Decimal(0)), line.cents)
        for line in rated.lines
    ]


FIXED = "code: FIX, kind: fixed, amount: 24.18"
TIERED = (
    "code: USE, kind: usage, tiers: [{to: 8, price: 3.12}, {to: 22, price: 4.29}, {price: 6.44}]"
)
