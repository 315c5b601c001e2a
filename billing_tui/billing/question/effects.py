"""The difference of two bills in parts that sum to it, to the cent, each with one sentence.

The earlier bill is turned into the newer one step by step, and what each step costs is its part:
the rates of now, the days of now, what season and weather did to the neighbours, the customer's
own use, and last size, class and counts. Each step is priced by the rate engine with everything
else held. Taxes follow the charges and are told apart; a service that only one bill has is a part
of its own. A step that the rates in force cannot price (its class has gone, say) is not told, and
its cents are found in the next step: nothing is ever lost, since both ends are as billed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from billing_tui.billing.question.pricing import (
    Sum,
    at_rates_of_now,
    billed,
    in_days_of_now,
    matched,
    price,
    scaled,
)
from billing_tui.billing.question.season import season_between
from billing_tui.billing.question.telling import Effect, Part, Told, amount_more, effect

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from billing_tui.billing.bill_view import BillView, ServiceView
    from billing_tui.billing.question.pricing import Pair
    from billing_tui.billing.question.season import Season
    from billing_tui.billing.rate_book import RateBook


@dataclass(frozen=True, slots=True)
class Difference:
    """Two bills side by side.

    Attributes:
        earlier: the bill compared with.
        cents: current charges now less then; what the effects sum to.
        effects: one for each part that there is, in the order of `Part`.
        pairs: the services that both bills have.
        seasons: what the neighbours did, by service row of the newer bill.
    """

    earlier: BillView
    cents: int
    effects: tuple[Effect, ...]
    pairs: tuple[Pair, ...]
    seasons: Mapping[int, Season]

    def of(self, part: Part) -> int:
        """Cents of a part, 0 where there is none."""
        return sum(effect.cents for effect in self.effects if effect.part is part)


def _stages(
    pairs: Sequence[Pair], seasons: Mapping[int, Season]
) -> Iterator[tuple[Part, list[ServiceView]]]:
    """The services after each step, from the earlier bill towards the newer one."""
    rates = [at_rates_of_now(pair) for pair in pairs]
    yield Part.RATES, rates
    days = [in_days_of_now(pair, one) for pair, one in zip(pairs, rates, strict=True)]
    yield Part.DAYS, days
    factors = [
        seasons[pair.now.id].factor if pair.now.id in seasons else Decimal(1) for pair in pairs
    ]
    yield (
        Part.SEASON,
        [
            replace(one, usage_milli=scaled(one.usage_milli, factor))
            for one, factor in zip(days, factors, strict=True)
        ],
    )
    yield (
        Part.USE,
        [
            replace(one, usage_milli=pair.now.usage_milli, unit=pair.now.unit)
            for pair, one in zip(pairs, days, strict=True)
        ],
    )


def divided(
    pairs: Sequence[Pair], seasons: Mapping[int, Season], book: RateBook
) -> dict[Part, int]:
    """The difference of services that both bills have, in cents by part; it sums exactly."""
    then, now = billed(pair.then for pair in pairs), billed(pair.now for pair in pairs)
    cents: dict[Part, int] = {}
    before = then.charges
    for part, services in _stages(pairs, seasons):
        found: Sum | None = price(services, book)
        if found is not None:
            cents[part] = found.charges - before
            before = found.charges
    cents[Part.TERMS] = now.charges - before
    cents[Part.TAXES] = now.taxes - then.taxes
    return cents


def difference(bill: BillView, earlier: BillView, book: RateBook) -> Difference:
    """What makes a bill differ from an earlier one; the parts sum to the difference exactly."""
    pairs = matched(bill, earlier)
    seasons = {
        pair.now.id: found
        for pair in pairs
        if (found := season_between(pair, bill.run_id, earlier.run_id))
    }
    cents = divided(pairs, seasons, book)
    told = Told(bill, earlier, pairs, seasons)
    effects = [effect(part, cents[part], told) for part in Part if cents.get(part)]
    effects += _one_sided(Part.STARTED, bill, [pair.now for pair in pairs], +1)
    effects += _one_sided(Part.ENDED, earlier, [pair.then for pair in pairs], -1)
    whole = bill.current_cents - earlier.current_cents
    return Difference(earlier, whole, tuple(effects), tuple(pairs), seasons)


def _one_sided(
    part: Part, bill: BillView, both: Sequence[ServiceView], sign: int
) -> Iterator[Effect]:
    for service in bill.services:
        if all(service is not one for one in both):
            kind = service.kind.capitalize()
            what = f"{kind} is new on this bill" if sign > 0 else f"{kind} was on that bill only"
            cents = sign * service.cents
            yield Effect(part, cents, f"{what}: {amount_more(cents)}.")
