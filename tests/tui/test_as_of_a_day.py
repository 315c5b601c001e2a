"""CHG040: which two days are compared at first, and what is said of one."""

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


def test_what_was_corrected_since_is_not_said_to_have_stood_then(
    app: Callable[..., BillingApp],
) -> None:
    """A past day shows what is held to be true of it now; the trail has what was on file."""
    (seen,) = drive(app(), "chg040 10432-03<enter>110126<enter>")
    assert seen.sentence == (
        "What counts on 11/01/26 by today's records; 5.4 tells what stood on file."
    )
