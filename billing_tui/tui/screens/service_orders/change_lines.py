"""What the sheet under a change in service says: what stands, what turns, what it costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.foundation.money import money_text
from billing_tui.service_orders.service_changes import ChangeKind
from billing_tui.tui.ink import Line, Role, cut, gap, left, wrapped
from billing_tui.tui.shown import day_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from billing_tui.records.account_values import ServiceLine
    from billing_tui.records.billed_days import Billed
    from billing_tui.records.difference import TwoDays
    from billing_tui.service_orders.preview_change import Preview, Turned
    from billing_tui.service_orders.service_changes import ChangeForm

_WIDEST = 52
_OF_USE, _OF_NO_USE = "usage of the last bill", "no use is billed yet"


def service_lines(
    lines: Sequence[ServiceLine], billed: Mapping[int, Billed], chosen: int | None, width: int
) -> list[Line]:
    """The services that stand, with terms, attributes and how far they are billed."""
    room = min(width - 43, _WIDEST)
    heads = (("Service", 11), ("Terms", 16), ("Meter or attributes", room + 1), ("Billed to", 10))
    told: list[Line] = [(gap(3), *(left(word, cells, Role.HEAD) for word, cells in heads))]
    for line in lines:
        there = billed.get(line.service_id)
        mark = " >" if line.service_id == chosen else "  "
        role = Role.VALUE if line.service_id == chosen else Role.TEXT
        told.append(
            (
                (mark, Role.ACCENT),
                gap(1),
                left(line.kind.value.capitalize(), 10, Role.VALUE),
                gap(1),
                left(f"{line.schedule} {line.rate_class}", 15, role),
                gap(1),
                left(_what(line), room, role),
                gap(1),
                (day_text(there.to_day if there else None), Role.TEXT),
            )
        )
    return told


def _what(line: ServiceLine) -> str:
    own = dict(line.attributes)
    told = [f"{line.meter} {line.size}"] if line.meter else []
    if line.description:
        told.append(line.description)
        for name in ("cart_size", "carts", "winter_average"):
            own.pop(name, None)
    told += [f"{name.replace('_', ' ')} {value}" for name, value in sorted(own.items())]
    if line.billing_hold:
        told.insert(0, "held")
    return ", ".join(told) or "-"


def place_line(attributes: Mapping[str, str], width: int) -> list[Line]:
    """What rates depend on at the place."""
    told = ", ".join(f"{name.replace('_', ' ')} {one}" for name, one in sorted(attributes.items()))
    return [
        (left("   Place" if at == 0 else "", 14, Role.LABEL), (part, Role.TEXT))
        for at, part in enumerate(wrapped(told or "-", width - 16, 2))
    ]


def history_lines(found: TwoDays, width: int, most: int) -> list[Line]:
    """What was changed since a day, on terminals that have the room for it."""
    shown = found.lines[: most - 1]
    if not shown:
        return []
    more = f", {len(found.lines) - len(shown)} more on 1.11" * (len(found.lines) > len(shown))
    told: list[Line] = [((f"   Changed since {day_text(found.first)}{more}", Role.HEAD),)]
    for one in shown:
        what = left(f"{one.part}, {one.what}", 40, Role.LABEL)
        turned = f"{one.before or '-'} -> {one.after or '-'}"
        told.append((gap(3), what, (cut(turned, width - 44), Role.TEXT)))
    return told


def change_notes(form: ChangeForm, *, may_class: bool) -> list[str]:
    """What F10 does beyond the change itself, or leaves undone.

    Args:
        form: the change.
        may_class: whether the person gives another class without asking.
    """
    if form.despite_billed:
        return ["The bills already sent stay as they are until 3.5 (BIL050) corrects them."]
    if form.change is ChangeKind.CLASS and not may_class:
        return ["A lead has to approve another class: F10 asks for it."]
    return []


def preview_lines(preview: Preview, notes: Sequence[str], width: int) -> list[Line]:
    """Before and after, thirty days' price, the bill it begins on, what to look at."""
    told = [_turned(one, width) for one in preview.turned]
    told.append(_price(preview))
    told.append(((f"   {cut(preview.counts, width - 4)}", Role.LABEL),))
    for note in (*preview.warnings, *notes):
        parts = wrapped(note, width - 4, 2)
        told += [
            ((f"{' *' if at == 0 else '  '} {part}", Role.WARNING),)
            for at, part in enumerate(parts)
        ]
    return told


def _turned(one: Turned, width: int) -> Line:
    what = cut(f"{one.whose}, {one.what}", width - 40)
    return (
        (" > ", Role.ACCENT),
        (f"{what}: ", Role.TEXT),
        (cut(one.before or "-", 16), Role.VALUE),
        (" -> ", Role.ACCENT),
        (cut(one.after or "-", 16), Role.VALUE),
    )


def _price(preview: Preview) -> Line:
    before, after = preview.before_cents, preview.after_cents
    if before is None or after is None:
        return (("   What thirty days cost cannot be compared.", Role.LABEL),)
    more = after - before
    sign = "+" if more > 0 else ""
    return (
        ("   All services for 30 days: ", Role.TEXT),
        (money_text(before), Role.VALUE),
        (" -> ", Role.ACCENT),
        (money_text(after), Role.VALUE),
        (f"  ({sign}{money_text(more)}), {_OF_NO_USE if preview.unused else _OF_USE}", Role.LABEL),
    )
