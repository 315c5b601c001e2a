"""What the keys of a field mean, in as many lines as they take, to stand beside the field."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.tui.ink import Role, gap, left, width_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from billing_tui.tui.ink import Line, Span


def key_legend(
    label: str, keys: Iterable[tuple[str, str]], width: int, *, told: str = "", room: int = 4
) -> Iterator[Line]:
    """Keys with their meanings under the name of their field.

    Args:
        label: the field's.
        keys: each with what it means.
        width: cells.
        told: what is to be said first, such as how many keys go together.
        room: cells of the label.
    """
    spans: list[Span] = [left(f" {label}", room, Role.LABEL)]
    if told:
        spans.append((f"  {told}", Role.LABEL))
    for key, meaning in keys:
        new: list[Span] = [gap(2), (key, Role.KEY), (f" {meaning}", Role.LABEL)]
        if width_of((*spans, *new)) > width:
            yield tuple(spans)
            spans = [gap(room)]
        spans += new
    yield tuple(spans)
