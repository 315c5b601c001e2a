"""One charge of one part: its lines' amounts in dollars before money is rounded (section 4)."""

from __future__ import annotations

from fractions import Fraction
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from billing_tui.billing.second_calculator.arithmetic import (
    HUNDRED,
    ZERO,
    keep,
    over,
    rounded,
    times,
)
from billing_tui.billing.second_calculator.charges import all_plain
from billing_tui.billing.second_calculator.refusals import NotRated
from billing_tui.billing.second_calculator.values import Level, table_parts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from billing_tui.billing.second_calculator.charges import Charge, Tiers
    from billing_tui.billing.second_calculator.scene import Scene
    from billing_tui.billing.second_calculator.values import Value

Entry = tuple["int | None", Fraction]
"""A line's tier, if it has one, and its amount in dollars."""


def entries(charge: Charge, scene: Scene) -> list[Entry]:
    """The lines of a charge. A discount that would raise the bill is refused."""
    found = _tiered(charge, scene) if charge.basis.tiers else _single(charge, scene)
    if charge.kind == "discount" and any(amount > 0 for _, amount in found):
        raise NotRated(f"{scene.where()}: the discount {charge.code} comes out above 0.")
    return found


def _single(charge: Charge, scene: Scene) -> list[Entry]:
    basis = charge.basis
    share = scene.part.fixed if charge.code in scene.rated.prorated else None
    own = _worth(basis.value, scene)
    if basis.how == "minimum":
        missing = keep(_prorated(own, share) - _base(basis.of, scene))
        return [(None, missing)] if missing > 0 else []
    if basis.how == "percent":
        amount = over(times(_base(basis.of, scene), own), HUNDRED)
        most = amount if basis.at_most is None else scene.worth(basis.at_most)
        return [(None, min(amount, most))]
    if basis.how == "amount":
        return [(None, _prorated(own, share))]
    quantity = scene.amount("usage") if basis.how == "price" else _worth(basis.quantity, scene)
    return [(None, _prorated(times(quantity, own), share))]


def _worth(value: Value | None, scene: Scene) -> Fraction:
    return ZERO if value is None else scene.worth(value)


def _prorated(amount: Fraction, share: Fraction | None) -> Fraction:
    if share is None:
        return amount
    return over(times(amount, Fraction(share.numerator)), Fraction(share.denominator))


def _base(of: Sequence[str], scene: Scene) -> Fraction:
    total = ZERO
    for name in of:
        total = keep(total + scene.amount(name))
    return total


def _tiered(charge: Charge, scene: Scene) -> list[Entry]:
    tiers = charge.basis.tiers
    if tiers is None:
        return []
    laid = scene.worth(tiers.laid)
    breakpoints, prices = ladder(charge, tiers, scene)
    marks = [ZERO, *(min(laid, point) for point in breakpoints), laid]
    units = [upper - lower for lower, upper in pairwise(marks)]
    return [
        (tier, times(quantity, price))
        for tier, (quantity, price) in enumerate(zip(units, prices, strict=True), 1)
        if tier == 1 or quantity
    ]


def ladder(charge: Charge, tiers: Tiers, scene: Scene) -> tuple[list[Fraction], list[Fraction]]:
    """The breakpoints at which a price ends, never falling, and the prices.

    A cap below an earlier one leaves its tier empty, as a breakpoint that stays where it is.
    """
    stated = scene.chosen(tiers.caps)
    prices = [scene.worth(price) for price in scene.chosen(tiers.prices)]
    if len(prices) != len(stated) + 1:
        raise NotRated(f"{scene.where()}: {charge.code} needs one price more than caps.")
    caps = [scene.worth(cap) for cap in stated]
    where = f"{scene.where()}: the caps of {charge.code}"
    if any(cap < 0 for cap in caps):
        raise NotRated(f"{where} must not be below 0.")
    if all_plain(stated) and any(low >= high for low, high in pairwise([ZERO, *caps])):
        raise NotRated(f"{where} must rise.")
    by_day = _list_is_by_day(tiers, scene)
    share = scene.part.caps if charge.code in scene.rated.prorated else None
    final = [
        _final_cap(worth, None if by_day or "days" in scene.rated.depends[cap] else share, scene)
        for cap, worth in zip(stated, caps, strict=True)
    ]
    return list(accumulate(final, max)), prices


def _list_is_by_day(tiers: Tiers, scene: Scene) -> bool:
    """Whether a table of cap lists depends on days, so that none of its caps is prorated."""
    if not isinstance(tiers.caps, Level):
        return False
    names, lists = table_parts(tiers.caps)
    values = scene.rated.meanings.values
    keyed = [values[name] for name in names if name in values]
    depends = scene.rated.depends
    return "days" in names or any(
        "days" in depends[value] for value in [*keyed, *(cap for caps in lists for cap in caps)]
    )


def _final_cap(cap: Fraction, share: Fraction | None, scene: Scene) -> Fraction:
    if share is not None:
        cap = rounded(_prorated(cap, share), "half-up", 3)
    how = scene.reading.caps_rounding
    return cap if how == "none" else rounded(cap, how, 0)
