"""Where a person goes between the office and a training home; light, as every start reads it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from billing_tui.access.desk import Desk
    from billing_tui.operations.office import Office


class Where(Enum):
    """Where the person wants to go."""

    PRACTICE = auto()  # into their copy as they left it
    FRESH = auto()  # into a new copy
    DRILL = auto()  # into a new copy, with a drill
    SIT_DOWN = auto()  # into the same copy again, on its new day
    HAND_IN = auto()  # back to the office, the drill graded
    OFFICE = auto()  # back to the office


@dataclass(frozen=True, slots=True)
class Going:
    """A wish to go; `drill` names the one to begin."""

    where: Where
    drill: str = ""


HOME = Going(Where.OFFICE)
"""Back to the office."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """Where the person is now.

    Attributes:
        away: whether this is a training home that was entered from an office.
        way: the screen to open first, "" for the menu.
        told: what the message line says there, "" for nothing.
        refused: `told` is a refusal.
    """

    office: Office
    desk: Desk
    away: bool = False
    way: str = ""
    told: str = ""
    refused: bool = False
