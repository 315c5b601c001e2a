"""What differs between a bill's lines and the second calculator's: `compare`."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from billing_tui.billing.second_calculator.plan import CheckedLine

Line = tuple[str, "int | None", int]
_Place = tuple[str, "int | None", int]


def _placed(lines: Iterable[Line]) -> dict[_Place, int]:
    """Cents by code, tier and how many such lines stand before, since each part repeats them."""
    seen: defaultdict[tuple[str, int | None], int] = defaultdict(int)
    placed: dict[_Place, int] = {}
    for code, tier, cents in lines:
        placed[code, tier, seen[code, tier]] = cents
        seen[code, tier] += 1
    return placed


def _named(place: _Place) -> str:
    code, tier, before = place
    name = code if tier is None else f"{code} tier {tier}"
    return f"{name} (line {before + 1} of this kind)" if before else name


def _dollars(cents: int) -> str:
    whole, part = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{whole:,}.{part:02d}"


def compare(lines: Sequence[Line], checked: Sequence[CheckedLine]) -> list[str]:
    """A sentence for every line that is missing, extra or different; empty if they agree.

    Args:
        lines: code, tier and cents of the bill's lines, in their order.
        checked: what `recompute` returns for the same service.
    """
    if len(lines) == len(checked) and all(map(_same, lines, checked)):
        return []
    billed, found = _placed(lines), _placed(checked)
    told = [
        f"{_named(place)} is billed at {_dollars(billed[place])}; "
        f"the second calculator finds {_dollars(cents)}."
        for place, cents in found.items()
        if place in billed and billed[place] != cents
    ]
    told += [
        f"{_named(place)} is missing; the second calculator finds {_dollars(cents)}."
        for place, cents in found.items()
        if place not in billed
    ]
    told += [
        f"{_named(place)} is billed at {_dollars(cents)}; the second calculator finds no such line."
        for place, cents in billed.items()
        if place not in found
    ]
    return told or ["The lines agree, but they stand in another order than the schedule's charges."]


def _same(line: Line, checked: CheckedLine) -> bool:
    return tuple(line) == tuple(checked)
