"""CHG040: which two days are compared at first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from driving import drive

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_tui.tui.app import BillingApp


def test_a_past_day_is_compared_with_today(app: Callable[..., BillingApp]) -> None:
    """Today with a month ago; what was keyed stays when F11 turns again."""
    opened = "chg040 10432-03<enter>"
    (today,) = drive(app(), f"{opened}<f11>")
    past, kept = drive(app(), f"{opened}110126<f11>", "110526<enter><f11><f11>")
    assert "And on    102126" in today.text
    assert "And on    112026" in past.text
    assert "And on    110526" in kept.text
