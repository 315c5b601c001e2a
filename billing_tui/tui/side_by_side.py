"""Before and after side by side, field by field: what changed is bright and marked, the rest quiet.

Pure lines, for whoever shows two states of a thing: an entry of the trail, a request, a merge, a
record on two days. Fields are `FieldChange` values; those of `all_fields` may be equal on both
sides.
"""

from __future__ import annotations

import json
import re
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from billing_tui.foundation.moments import told_moment
from billing_tui.foundation.money import money_text
from billing_tui.foundation.units import quantity_text
from billing_tui.tui.ink import Line, Role, cut, gap, left, wrapped
from billing_tui.tui.shown import counted, day_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from billing_tui.access.field_changes import FieldChange

_DAY = re.compile(r"[0-9]{4}-[01][0-9]-[0-3][0-9]\Z", re.ASCII)
_WHOLE = re.compile(r"-?[0-9]{1,18}\Z", re.ASCII)
_WORDS = {"null": "-", "": "-", "true": "yes", "false": "no", "[]": "-", "{}": "-"}
_LABEL = 24
_NARROW = 14
_DEEPEST = 6


def field_label(field: str) -> str:
    """A field's name in words: `mailing_address.city` is `Mailing address, city`."""
    above, _, own = field.rpartition(".")
    if own == "cents":
        field = f"{above}.amount" if above else "amount"
    plain = field.removesuffix("_cents").removesuffix("_milli")
    return plain.replace(".", ", ").replace("_", " ").capitalize()


def field_text(field: str, value: str | None) -> str:
    """A stored value as people read it: money, thousandths, days, yes and no; a dash for none."""
    if value is None or value in _WORDS:
        return _WORDS.get(value or "", "-")
    if _WHOLE.match(value) and field.rpartition(".")[2].endswith("cents"):
        return money_text(int(value))
    if _WHOLE.match(value) and field.endswith("_milli"):
        return quantity_text(Decimal(value) / 1000)
    if _DAY.match(value):
        return _day(value)
    return _listed(value) if value.startswith("[") else told_moment(value)


def _day(value: str) -> str:
    try:
        return day_text(date.fromisoformat(value))
    except ValueError:
        return value


def _listed(value: str) -> str:
    """A list of plain values, one after the other; anything else as it stands."""
    try:
        found = json.loads(value)
    except ValueError:
        return value
    plain = isinstance(found, list) and all(isinstance(one, str | int) for one in found)
    return ", ".join(map(str, found)) if plain else value


def side_by_side(
    fields: Sequence[FieldChange],
    width: int,
    height: int | None = None,
    *,
    heads: tuple[str, str] = ("Before", "After"),
) -> list[Line]:
    """Lines of `width` cells under their heads: first what differs, then what stays.

    Args:
        fields: in the order in which they are shown.
        width: cells.
        height: most lines, the heads among them; the last one counts what did not fit.
        heads: what the two sides are called.
    """
    label = _NARROW if width < 60 else _LABEL
    room = max((width - label - 6) // 2, 8)
    told = [(gap(1 + label), *_pair(heads[0], heads[1], room, Role.LABEL))]
    told_of = [one for one in fields if not _empty(one)]
    shown = sorted(told_of, key=lambda one: not one.changed)
    blocks = [_block(one, label, room) for one in shown]
    most = len(told) + sum(map(len, blocks)) if height is None else height
    for at, block in enumerate(blocks):
        last = at + 1 == len(blocks)
        if len(told) + len(block) > most - (not last):
            more = counted(len(blocks) - at, "more field")
            told.append(((f" + {more}", Role.ACCENT),))
            break
        told += block
    return told[:most]


def _empty(one: FieldChange) -> bool:
    """Whether there is nothing on either side, as where a map takes the place of nothing."""
    return {field_text(one.field, value) for value in (one.before, one.after)} == {"-"}


def _pair(before: str, after: str, room: int, role: Role, mark: str = " ") -> Line:
    return (left(before, room, role), (f" {mark} ", Role.ACCENT), left(after, room, role))


def _block(one: FieldChange, label: int, room: int) -> list[Line]:
    """One field in as many lines as its longer side takes."""
    sides = [
        wrapped(field_text(one.field, value), room, _DEEPEST) or [""]
        for value in (one.before, one.after)
    ]
    role = Role.VALUE if one.changed else Role.LABEL
    lines: list[Line] = []
    for at in range(max(map(len, sides))):
        before, after = (side[at] if at < len(side) else "" for side in sides)
        name = cut(field_label(one.field), label - 1) if at == 0 else ""
        mark = ">" if one.changed and at == 0 else " "
        lines.append(
            (gap(1), left(name, label, Role.LABEL), *_pair(before, after, room, role, mark))
        )
    return lines
