"""A column of a grid that is keyed: its name, and what it takes in each row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from billing_tui.tui.record_list import Column

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_tui.tui.kinds import Kind

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Cell(Column[R]):
    """A column that is keyed.

    Attributes:
        name: of the entry, as refusals name their field.
        kind: what it takes in a row; None where it is shut.
    """

    name: str = ""
    kind: Callable[[R], Kind | None] = lambda _row: None
