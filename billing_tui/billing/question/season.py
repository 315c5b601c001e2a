"""What season and weather did: how the neighbours' use changed between the same two bills.

The office keeps no weather. What it has is everybody else: the services of the same kind and class
that were billed in the same two runs. The median change of their daily use is taken as what season
and weather did to all of them; whatever a customer's own use did beyond it is the customer's own.
Estimated reads say nothing about the weather and are left out, and so is who used nothing then.
Fewer than `LEAST_NEIGHBOURS` say nothing: then no part of the difference is called season.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from statistics import median
from typing import TYPE_CHECKING

from billing_tui.foundation.bulk import rows_of

if TYPE_CHECKING:
    from billing_tui.billing.question.pricing import Pair

LEAST_NEIGHBOURS = 12
"""Neighbours of the same class that it takes for their median to mean anything."""

_NEIGHBOURS = """
    SELECT n.usage_milli, n.days, t.usage_milli, t.days
      FROM bill nb JOIN bill_service n ON n.bill_id = nb.id
      JOIN bill tb ON tb.run_id = ? AND tb.account_id = nb.account_id
      JOIN bill_service t ON t.bill_id = tb.id AND t.service_id = n.service_id
     WHERE nb.run_id = ? AND n.kind = ? AND n.rate_class = ? AND t.rate_class = n.rate_class
       AND n.service_id <> ? AND n.unit = t.unit AND n.usage_milli >= 0 AND t.usage_milli > 0
       AND n.estimated = 0 AND t.estimated = 0
       AND n.live = 1 AND t.live = 1 AND nb.state = 'posted' AND tb.state = 'posted'
"""


@dataclass(frozen=True, slots=True)
class Season:
    """What the neighbours did.

    Attributes:
        factor: the median of their daily use now over their daily use then.
        neighbours: how many.
        rate_class: of which class.
    """

    factor: Decimal
    neighbours: int
    rate_class: str

    @property
    def percent(self) -> int:
        """By how many percent daily use rose, or fell below zero."""
        return int(((self.factor - 1) * 100).to_integral_value())


def season_between(pair: Pair, now_run: int, then_run: int) -> Season | None:
    """The neighbours' median change between two runs; None where too few were billed in both."""
    now = pair.now
    if now.usage_milli is None or not (now_run and then_run) or now_run == then_run:
        return None
    asked = (then_run, now_run, now.kind, now.rate_class, now.service_id)
    ratios = [
        Decimal(used * then_days) / Decimal(was * days)
        for used, days, was, then_days in rows_of(_NEIGHBOURS, asked)
    ]
    if len(ratios) < LEAST_NEIGHBOURS:
        return None
    return Season(median(ratios).quantize(Decimal("0.0001")), len(ratios), now.rate_class)
