"""The parts of a difference, each in one sentence that a clerk reads to the caller."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from billing_tui.billing.question.pricing import (
    at_rates_of_now as earlier_use,
    in_days_of_now,
    scaled,
)
from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.money import money_text
from billing_tui.foundation.units import quantity_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from billing_tui.billing.bill_view import BillView
    from billing_tui.billing.question.pricing import Pair
    from billing_tui.billing.question.season import Season


class Part(StrEnum):
    """What a part of the difference comes from, in the order in which screens show them."""

    USE = "Use"
    SEASON = "Season"
    DAYS = "Days"
    RATES = "Rates"
    TERMS = "Size and class"
    TAXES = "Taxes"
    STARTED = "New service"
    ENDED = "Ended service"


@dataclass(frozen=True, slots=True)
class Effect:
    """One part of the difference.

    Attributes:
        part: what it comes from.
        cents: how much; below zero where it made the bill smaller.
        sentence: what a clerk reads to the caller.
    """

    part: Part
    cents: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Told:
    """What the sentences are told from: two bills, their common services, the neighbours."""

    bill: BillView
    earlier: BillView
    pairs: Sequence[Pair]
    seasons: Mapping[int, Season]

    @property
    def metered(self) -> Pair | None:
        """The common measured service whose use changed most, if any is measured."""
        found = [
            pair for pair in self.pairs if None not in {pair.now.usage_milli, pair.then.usage_milli}
        ]
        return max(found, key=_moved, default=None)


def _moved(pair: Pair) -> int:
    return abs((pair.now.usage_milli or 0) - (pair.then.usage_milli or 0))


def amount_more(cents: int) -> str:
    """`$12.40 more`, `$3.00 less`, `as much`."""
    if not cents:
        return "as much"
    return f"${money_text(abs(cents))} {'more' if cents > 0 else 'less'}"


def round_use(milli: int | None, unit: str) -> str:
    """A use as people say it, to a tenth: `16.6 ccf`."""
    tenths = (Decimal(milli or 0) / 1000).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return f"{quantity_text(tenths)} {unit}".rstrip()


def _use(told: Told, cents: int) -> str:
    pair = told.metered
    if pair is None:
        return f"What was used comes to {amount_more(cents)}."
    base = in_days_of_now(pair, earlier_use(pair))
    season = told.seasons.get(pair.now.id)
    usual = scaled(base.usage_milli, season.factor if season else Decimal(1))
    allowing = ", allowing for the season," if season else ""
    used = round_use(pair.now.usage_milli, pair.now.unit)
    if used == round_use(usual, pair.now.unit):
        return (
            f"{used} were used, per day almost as much as on the earlier bill"
            f"{allowing.rstrip(',')}; the small difference makes {amount_more(cents)}."
        )
    return (
        f"{used} were used. With the same use per day as "
        f"on the earlier bill{allowing} it would have been {round_use(usual, pair.now.unit)}; "
        f"that makes {amount_more(cents)}."
    )


def _season(told: Told, cents: int) -> str:
    season = next(iter(told.seasons.values()))
    word = "more" if season.percent >= 0 else "less"
    return (
        f"{season.neighbours:,} similar customers typically used "
        f"{abs(season.percent)} percent {word} a day than on the earlier bill, because of "
        f"season and weather: {amount_more(cents)}."
    )


def _days(told: Told, cents: int) -> str:
    pair = told.metered or told.pairs[0]
    return (
        f"This bill covers {pair.now.days} days, the earlier one {pair.then.days}: "
        f"{amount_more(cents)}."
    )


def new_versions(told: Told) -> list[tuple[str, str]]:
    """First day and resolution of rate versions that only the newer bill knows, oldest first."""
    ids = {one for pair in told.pairs for one in pair.now.version_ids}
    ids -= {one for pair in told.pairs for one in pair.then.version_ids}
    marks = ", ".join("?" * len(ids))
    return rows_of(
        f"SELECT DISTINCT effective_from, resolution FROM rate_version WHERE id IN ({marks})"
        " ORDER BY effective_from",
        sorted(ids),
    )


def _rates(told: Told, cents: int) -> str:
    versions = new_versions(told)
    if not versions:
        return f"The rates have another price at this time of the year: {amount_more(cents)}."
    day, resolution = versions[-1]
    year, month, dom = day.split("-")
    by = f" by resolution {resolution}" if resolution else ""
    return (
        f"Rates changed on {month}/{dom}/{year[2:]}{by}: what was used then costs "
        f"{amount_more(cents)} now."
    )


def changed_terms(pair: Pair) -> Iterator[str]:
    """What the service is charged by that is not as it was: `meter size 5/8" is now 1"`."""
    then = {"class": pair.then.rate_class, **pair.then.attributes, **_standing(pair.then.related)}
    now = {"class": pair.now.rate_class, **pair.now.attributes, **_standing(pair.now.related)}
    for name in {**then, **now}:
        was, is_ = then.get(name, "none"), now.get(name, "none")
        if was != is_:
            yield f"{pair.now.kind} {name.replace('_', ' ')} {was} is now {is_}"


def _standing(related: Mapping[str, str]) -> dict[str, str]:
    """What other services hand over and what they do not measure in the period itself."""
    return {
        name: amount for name, amount in related.items() if not name.endswith(("_usage", "_charge"))
    }


def _terms(told: Told, cents: int) -> str:
    changed = list(dict.fromkeys(text for pair in told.pairs for text in changed_terms(pair)))
    what = "; ".join(changed[:3]) or "Other changes"
    return f"{what[0].upper()}{what[1:]}: {amount_more(cents)}."


def _taxes(_told: Told, cents: int) -> str:
    return f"Taxes are a share of the charges and follow them: {amount_more(cents)}."


_SENTENCES: Mapping[Part, Callable[[Told, int], str]] = {
    Part.USE: _use,
    Part.SEASON: _season,
    Part.DAYS: _days,
    Part.RATES: _rates,
    Part.TERMS: _terms,
    Part.TAXES: _taxes,
}


def effect(part: Part, cents: int, told: Told) -> Effect:
    """A part of the difference with its sentence."""
    return Effect(part, cents, _SENTENCES[part](told, cents))
