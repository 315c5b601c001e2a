"""Special bills on the screen: the fields of each template, and the preview line by line."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from billing_tui.billing.special.alone import why_second
from billing_tui.billing.special.inputs import read_input
from billing_tui.billing.special.template import Input, InputType
from billing_tui.foundation.money import Money, money_text
from billing_tui.tui.entry import Entry
from billing_tui.tui.ink import Line, Role, gap, left, right, wrapped
from billing_tui.tui.kinds import Kind, Taken, code, day, money, quantity, text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from billing_tui.billing.special.draft import SpecialDraft
    from billing_tui.billing.special.template import Template

LABEL = 28
_AMOUNT = 13


def _kind(one: Input, today: date) -> Kind:
    if one.type is InputType.DAY:
        return day(today)
    if one.type is InputType.MONEY:
        return _within(money(), one)
    if one.type is InputType.BILL:
        return code(14, "The bill's number, such as B26-0001234.")
    if one.type.is_number:
        return _within(quantity(10, 0 if one.type is InputType.WHOLE else 3), one)
    return text(44, f"{one.label}.", required=not one.default)


def _within(kind: Kind, one: Input) -> Kind:
    """The same kind, which refuses at the field what the template does not allow."""

    def read(entry: str) -> Taken:
        taken = kind.read(entry)
        if taken.value is not None:
            read_input(one, keyed_text(taken.value))
        return taken

    return replace(kind, read=read)


def _help(one: Input) -> str:
    """What the field takes, with its bounds."""
    if not one.type.is_number:
        return {InputType.DAY: "A day.", InputType.BILL: "The bill's number."}.get(
            one.type, "In a few words; it stands on the bill's record."
        )
    unit = [f"in {one.unit}"] if one.unit else []
    least = [f"at least {one.least:f}"] if one.least else []
    most = [f"at most {one.most:,f}"] if one.most is not None else []
    told = ", ".join([*unit, *least, *most]) or "a number"
    default = f" It is {one.default} where nothing is keyed." if one.default else ""
    return f"{told[0].upper()}{told[1:]}.{default}"


def entry_of(template: Template, one: Input, today: date) -> Entry:
    """The field of an input; it is hidden until its template is chosen."""
    unit = f", {one.unit}" if one.unit else ""
    entry = Entry(
        field_name(template, one), f" {one.label}{unit}", _kind(one, today), label_width=LABEL,
        help_=_help(one),
    )  # fmt: skip
    entry.display = False
    return entry


def field_name(template: Template, one: Input) -> str:
    """Two templates may have an input of the same name; their fields differ."""
    return f"{template.code}-{one.name}"


def keyed_text(value: Any) -> str:
    """The value of a field as a template takes it."""
    if isinstance(value, Money):
        return money_text(value.cents).replace(",", "")
    return value.isoformat() if isinstance(value, date) else str(value)


def keyed_inputs(template: Template, values: Mapping[str, Any]) -> dict[str, str]:
    """What was keyed for a template, by input; fields not read yet are left out."""
    found = {one.name: values.get(field_name(template, one)) for one in template.inputs}
    return {name: keyed_text(value) for name, value in found.items() if value is not None}


def preview_lines(draft: SpecialDraft, width: int, refused: str = "") -> list[Line]:
    """Every line with its arithmetic, the total, where prices came from, and who approves.

    `refused` says why nobody may, and stands first.
    """
    label = min(max((len(line.label) for line in draft.lines), default=10), 40)
    how = width - label - _AMOUNT - 5
    lines: list[Line] = [((f" {part}", Role.WARNING),) for part in wrapped(refused, width - 2, 3)]
    lines += [
        (
            gap(1),
            left(line.label, label),
            gap(2),
            left(line.how, how, Role.LABEL),
            right(money_text(line.cents), _AMOUNT),
        )
        for line in draft.lines
    ]
    word = "Credit" if draft.total_cents < 0 else "Total"
    total = right(money_text(draft.total_cents), _AMOUNT, Role.VALUE)
    lines.append((gap(1), left(word, label, Role.VALUE), gap(how + 2), total))
    for sentence in draft.told:
        lines += [((f" {part}", Role.TEXT),) for part in wrapped(sentence, width - 2, 2)]
    by = why_second(draft.approval) if draft.approval else "F10 asks why, then posts it."
    if not refused:
        lines += [((f" {part}", Role.ACCENT),) for part in wrapped(by, width - 2, 2)]
    lines += [((f" {part}", Role.LABEL),) for part in wrapped(draft.citation, width - 2, 2)]
    return lines
