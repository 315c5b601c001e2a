"""Move the business day of a training home forward; a live office's day is nobody's to move."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from billing_tui.access.rights import Right
from billing_tui.access.staff import setting
from billing_tui.access.tables import Setting
from billing_tui.access.writing import writing
from billing_tui.foundation.errors import InvalidEntry, Refused
from billing_tui.operations.training.template import MODE

if TYPE_CHECKING:
    from datetime import date

    from billing_tui.access.desk import Desk

FARTHEST = timedelta(days=400)
"""How far one step may go: holidays and calendars of the city reach no further."""


def require_ahead(desk: Desk, to_day: date) -> None:
    """Refuse a day to which the clock cannot be moved.

    Raises:
        InvalidEntry: the day is not ahead, or too far ahead.
    """
    if not desk.business_day < to_day <= desk.business_day + FARTHEST:
        raise InvalidEntry(
            f"Key a day after {desk.business_day:%m/%d/%y}, at most {FARTHEST.days} days on.",
            field="day",
        )


def move_clock(desk: Desk, to_day: date) -> None:
    """Make `to_day` the business day of the training home that is open.

    Whoever works there must sit down again, as their desk carries the day.

    Raises:
        Refused: this is no training home.
        InvalidEntry: the day is not ahead, or too far ahead.
    """
    if setting("mode", "live") != MODE:
        raise Refused(
            "The day of this office cannot be moved; only a training home has a clock that can.",
            code="CLOCK",
        )
    require_ahead(desk, to_day)
    with writing(desk, Right.LOOK, "operations.move_clock") as act:
        act.about("setting", "business_day")
        act.before = {"business_day": desk.business_day.isoformat()}
        act.after = {"business_day": to_day.isoformat()}
        Setting.update(value=to_day.isoformat()).where(Setting.name == "business_day").execute()
