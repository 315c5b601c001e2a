"""What changed between two versions of a schedule, place by place (RAT-6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from billing_tui.rates.schedule_text import schedule_node

if TYPE_CHECKING:
    from billing_tui.rates.schedule import Schedule


@dataclass(frozen=True, slots=True)
class Change:
    """One place that differs; None where it does not stand in one of the versions."""

    place: str
    before: str | None
    after: str | None


def _name(item: Any, at: int) -> str:
    """How an item of a list is called: by its code or name, else by its place."""
    if isinstance(item, Mapping):
        for key in ("code", "name"):
            if key in item:
                return str(item[key])
    return str(at)


def _leaves(node: Any, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, Mapping):
        for key, item in node.items():
            yield from _leaves(item, f"{place}.{key}" if place else str(key))
    elif isinstance(node, list) and all(isinstance(item, str) for item in node):
        yield place, ", ".join(node)
    elif isinstance(node, list):
        for at, item in enumerate(node, 1):
            yield from _leaves(item, f"{place}.{_name(item, at)}")
    else:
        yield place, str(node)


def _places(schedule: Schedule) -> dict[str, str]:
    node = schedule_node(schedule)
    node.pop("examples", None)
    return dict(_leaves(node, ""))


def changes_between(old: Schedule, new: Schedule) -> tuple[Change, ...]:
    """Every place that differs, in the order of the new text; what was taken out comes last."""
    before, after = _places(old), _places(new)
    places = [*after, *(place for place in before if place not in after)]
    return tuple(
        Change(place, before.get(place), after.get(place))
        for place in places
        if before.get(place) != after.get(place)
    )
