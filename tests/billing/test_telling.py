"""The sentences of a difference, as they are read to the caller."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, cast

from billing_tui.billing.bill_view import ServiceView
from billing_tui.billing.question.pricing import Pair
from billing_tui.billing.question.telling import Part, Told, effect


def _water(milli: int, from_day: date, days: int) -> ServiceView:
    return ServiceView(
        1, 1, "water", "WATER", "SFR", from_day, from_day + timedelta(days), days, milli, "ccf",
        estimated=False, attributes={}, related={}, version_ids=(), cents=0, reads=(), lines=(),
    )  # fmt: skip


def _told(now: ServiceView, then: ServiceView) -> str:
    none = cast("Any", None)
    return effect(Part.USE, -22, Told(none, none, [Pair(now, then)], {})).sentence


def test_two_uses_that_sound_alike_are_not_set_against_each_other() -> None:
    """29 against 29.03 ccf: almost as much; 29 against 20 keeps both figures."""
    then = _water(29_968, date(2026, 9, 1), 32)
    now = _water(29_000, date(2026, 10, 3), 31)
    assert _told(now, then) == (
        "29 ccf were used, per day almost as much as on the earlier bill; "
        "the small difference makes $0.22 less."
    )
    fewer = _told(now, _water(20_000, date(2026, 9, 2), 31))
    assert "it would have been 20 ccf; that makes" in fewer
