"""How the heads and the rows of a list are laid out over the width of a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from billing_tui.tui.ink import Line, Role, Span, cut_before_end, gap, left, right

if TYPE_CHECKING:
    from collections.abc import Sequence

    from billing_tui.tui.record_list import Column

R = TypeVar("R")


def widths(
    columns: Sequence[Column[R]], room: int, *, options: bool
) -> list[tuple[Column[R], int]]:
    """The columns that are shown in so many cells, and the cells of each."""
    shown = [column for column in columns if room > column.extra]
    used = sum(column.width + 2 for column in shown) - 1 + (6 if options else 1)
    growing = sum(column.grows for column in shown) or 1
    spare = max(room - used, 0) // growing
    return [(column, column.width + spare * column.grows) for column in shown]


def head_line(shown: Sequence[tuple[Column[R], int]], *, options: bool) -> Line:
    """The titles of the columns."""
    spans: list[Span] = [gap(1)]
    if options:
        spans += [("Opt", Role.HEAD), gap(2)]
    for column, cells in shown:
        make = right if column.right else left
        spans += [make(column.title, cells, Role.HEAD), gap(2)]
    return tuple(spans[:-1])


def row_line(
    shown: Sequence[tuple[Column[R], int]], row: R, option: str | None, *, here: bool
) -> Line:
    """A row; `option` is None where the list takes none."""
    spans: list[Span] = [gap(1)]
    if option is not None:
        spans += [gap(1), (option or "_", Role.VALUE), gap(3)]
    for column, cells in shown:
        make = right if column.right else left
        text = column.text(row)
        text = cut_before_end(text, cells) if column.keeps_end else text
        spans += [make(text, cells, Role.TEXT if here else column.role(row)), gap(2)]
    return tuple(spans[:-1])
