"""What the sheets under the entries about meters say, as lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.service_orders.meter_card import taker_of
from billing_tui.tui.ink import Role
from billing_tui.tui.screens.service_orders.move_lines import said, warned
from billing_tui.tui.shown import day_text, factor_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from billing_tui.service_orders.meter_card import MeterCard
    from billing_tui.service_orders.record_meter_test import MeterTestLine
    from billing_tui.tui.ink import Line


def meter_text(card: MeterCard) -> str:
    """`3/4", 6 dials, ccf x10`."""
    return f"{card.size}, {card.dials} dials, {card.unit}{factor_text(card.multiplier_milli)}"


def card_lines(card: MeterCard, day: date, width: int) -> list[Line]:
    """The meter, where it stands and who takes service there."""
    lines = said(f"{card.number}: {meter_text(card)}, {card.status.lower()}.", width, Role.VALUE)
    stay = card.stands
    if stay is None:
        return lines
    where = f"{stay.kind.capitalize()} at {stay.location} {stay.address}"
    lines += said(f"{where} since {day_text(stay.from_day)}, from {stay.first_reading:,}.", width)
    taker = taker_of(stay.point_id, day)
    return lines + said(f"Taken by {' '.join(taker)}." if taker else "Nobody takes it.", width)


def stay_lines(card: MeterCard, width: int, most: int) -> list[Line]:
    """Where the meter was before, newest first."""
    told = [
        f"{stay.location} {stay.address}: {day_text(stay.from_day)} to {day_text(stay.to_day)},"
        f" {stay.first_reading:,} to {stay.last_reading:,}."
        for stay in card.stays
        if stay.to_day is not None
    ]
    return [line for one in told[:most] for line in said(one, width, Role.LABEL)]


def tested_lines(tests: Sequence[MeterTestLine], width: int, most: int) -> list[Line]:
    """Tests, newest first; one that was not passed stands out."""
    lines: list[Line] = []
    for one in tests[:most]:
        verdict = "passed" if one.passed else "not passed"
        head = f"{day_text(one.day)} {one.stage.value}, {verdict} (by {one.by}): "
        tell = said if one.passed else warned
        lines += tell(head + "; ".join(one.told) + ".", width)
    return lines
