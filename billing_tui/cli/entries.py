"""What the command line takes as an argument, before any room sees it."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from billing_tui.foundation.days import parse_day
from billing_tui.foundation.errors import InvalidEntry

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONGEST = 15
_SHOWN = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{2}|[0-9]{4})", re.ASCII)


class Whole(click.ParamType[int]):
    """A whole number: the digits 0-9 alone, as short as any id or register is."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number; refuses signs, underscores, other scripts' digits and endless ones."""
        if isinstance(value, int):
            return value
        if len(value) > _LONGEST or not (value.isascii() and value.isdigit()):
            self.fail(f"{value[:24]!r} is no number; write it with the digits 0-9.", param, ctx)
        return int(value)


class Day(click.ParamType[date]):
    """A day as it is stored, 2026-11-30, or as the screens show it, 11/30/26 or 11/30/2026."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day; refuses every other spelling."""
        if isinstance(value, date):
            return value
        shown = _SHOWN.fullmatch(value)
        try:
            if shown is None:
                return parse_day(value)
            month, day, year = map(int, shown.groups())
            return date(year if len(shown[3]) == 4 else 2000 + year, month, day)
        except (InvalidEntry, ValueError):
            self.fail(f"{value[:24]!r} is no day; write 2026-11-30 or 11/30/26.", param, ctx)


WHOLE = Whole()
DAY = Day()


def check_text(arguments: Iterable[str]) -> None:
    """Refuse bytes that are no UTF-8 text: they could be neither stored nor shown.

    Raises:
        UsageError: naming the argument.
    """
    for place, argument in enumerate(arguments, 1):
        try:
            argument.encode()
        except UnicodeEncodeError as error:
            raise click.UsageError(f"Argument {place} is not UTF-8 text.") from error
