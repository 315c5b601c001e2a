"""How a table's keys find an entry: by exact text, or by the step that a number lies in."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from billing_tui.rates.errors import KeyMissing, RateError
from billing_tui.rates.exact import parse_number, plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_STEP = re.compile(r"(-?[0-9.]*)\.\.(-?[0-9.]*)\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Steps:
    """Entries for ranges of a number: above the lower bound, up to and including the upper.

    Attributes:
        lowest: the number that all must be above, or None.
        uppers: the inclusive upper bounds, rising; without the last where that is open.
        entries: one for each range.
    """

    lowest: Decimal | None
    uppers: tuple[Decimal, ...]
    entries: Sequence[Any]

    def find(self, name: str, number: Decimal) -> Any:
        """The entry of the range that `number` lies in."""
        at = bisect_left(self.uppers, number)
        if at >= len(self.entries) or (self.lowest is not None and number <= self.lowest):
            raise KeyMissing(f"no step of {name} holds {plain(number)}.", field=name)
        return self.entries[at]


def _bound(text: str, step: str) -> Decimal | None:
    if not text:
        return None
    number = parse_number(text)
    if number is None:
        raise RateError(f"{step!r} is no step; write ..7500, 7500..20000 or 20000.. .")
    return number


def parse_steps(entries: Mapping[str, Any]) -> Steps:
    """The steps that a map's keys write, in any order.

    Raises:
        RateError: where a key is no step, or steps leave a gap, overlap or are empty.
    """
    bounds = []
    for step, entry in entries.items():
        match = _STEP.match(step)
        if match is None:
            raise RateError(f"{step!r} is no step; write ..7500, 7500..20000 or 20000.. .")
        bounds.append((_bound(match[1], step), _bound(match[2], step), entry))
    bounds.sort(key=lambda item: Decimal("-Infinity") if item[0] is None else item[0])
    for (_, upper, _), (lower, _, _) in pairwise(bounds):
        if upper is None or upper != lower:
            raise RateError("the steps must follow each other without gap or overlap.")
    if any(low is not None and up is not None and low >= up for low, up, _ in bounds):
        raise RateError("a step must end above where it begins.")
    uppers = tuple(upper for _, upper, _ in bounds if upper is not None)
    return Steps(bounds[0][0] if bounds else None, uppers, [entry for _, _, entry in bounds])


def find_text(name: str, text: str, entries: Mapping[str, Any]) -> Any:
    """The entry of exactly that text."""
    try:
        return entries[text]
    except KeyError:
        known = ", ".join(sorted(entries)[:12])
        raise KeyMissing(
            f"there is no entry for {name} {text[:40]!r}; there are {known}.", field=name
        ) from None
