"""Before and after of an entry, field by field."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from billing_tui.access.chain import canonical

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field on both sides.

    Attributes:
        field: its name; a map within a map is named with a dot, `address.city`.
        before, after: the value as text; None where the field was not there.
    """

    field: str
    before: str | None
    after: str | None

    @property
    def changed(self) -> bool:
        """Whether the sides differ."""
        return self.before != self.after


def value_text(value: Any) -> str:
    """A value for people: text as it is, everything else as JSON."""
    return value if isinstance(value, str) else canonical(value)


def _flat(values: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    for name, value in values.items():
        if isinstance(value, dict) and value:
            yield from _flat(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", value_text(value)


def all_fields(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[FieldChange, ...]:
    """Every field that either side has, by name, whether it differs or not."""
    was, now = dict(_flat(before)), dict(_flat(after))
    return tuple(
        FieldChange(name, was.get(name), now.get(name)) for name in sorted(was.keys() | now.keys())
    )


def field_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[FieldChange, ...]:
    """Fields whose values differ, by name."""
    return tuple(one for one in all_fields(before, after) if one.changed)


def stored_fields(
    before: str, after: str
) -> tuple[tuple[FieldChange, ...], tuple[FieldChange, ...]]:
    """What an entry of the trail changed, and what it names that stays; from its two JSON texts."""
    fields = all_fields(json.loads(before), json.loads(after))
    return tuple(one for one in fields if one.changed), tuple(
        one for one in fields if not one.changed
    )
