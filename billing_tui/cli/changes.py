"""How commands take days and show before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from billing_tui.foundation.days import parse_day
from billing_tui.foundation.errors import InvalidEntry
from billing_tui.foundation.moments import told_moment

if TYPE_CHECKING:
    from datetime import date

    from billing_tui.access.field_changes import FieldChange


class Day(click.ParamType["date"]):
    """A calendar day, written as 2026-11-30."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day; refuses every other spelling."""
        try:
            return parse_day(str(value))
        except InvalidEntry as error:
            self.fail(error.sentence[:120], param, ctx)


DAY = Day()


def change_text(change: FieldChange) -> str:
    """One change as `field: before -> after`; what was not there is a dash."""
    before, after = (
        "-" if part is None or part == "null" else told_moment(part)
        for part in (change.before, change.after)
    )
    return f"{change.field}: {before} -> {after}"
