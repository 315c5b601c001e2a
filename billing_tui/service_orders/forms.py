"""What a clerk hands in for a move, and what a move gives back. Frozen values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from billing_tui.service_orders.kinds import MoveKind, ReadSource

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from billing_tui.foundation.errors import Problem
    from billing_tui.metering.move_read import MoveRead
    from billing_tui.records.open_account import AccountForm


@dataclass(frozen=True, slots=True, kw_only=True)
class StopForm:
    """Who leaves, when, and where the last bill goes.

    Attributes:
        account_id: the leaver's account.
        day: of the final read; the last day of service is the one before.
        source: where the readings come from; an estimate fills in those that are missing.
        readings: number of each meter to what it shows, in counts.
        forwarding: address lines for the last bills; where they go now if empty.
        forwarding_zip: 5, 9 or 11 digits.
        owner_takes_over: whether a landlord agreement counts.
    """

    account_id: int
    day: date
    source: ReadSource = ReadSource.FIELD
    readings: Mapping[str, int] = field(default_factory=dict)
    forwarding: tuple[str, ...] = ()
    forwarding_zip: str = ""
    owner_takes_over: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class StartForm:
    """Who comes, to what; the day is `account.opened`.

    Attributes:
        account: the account that is opened.
        source: where the readings come from; an estimate fills in those that are missing.
        readings: number of each meter to what it shows, in counts.
        despite_debt: a lead lets service start in spite of the customer's own old debt.
    """

    account: AccountForm
    source: ReadSource = ReadSource.FIELD
    readings: Mapping[str, int] = field(default_factory=dict)
    despite_debt: bool = False


@dataclass(frozen=True, slots=True)
class Moved:
    """What a move did.

    Attributes:
        move_id: hand it to `undo_move`.
        left: number of the account that ended, "" where none did; the owner's that made room too.
        opened: number of the account that was opened, "" where none was.
        owner: number of the owner's account that was opened, "" where none.
        reads: one for each meter.
        warnings: debts, days on which nobody took service, points that nobody takes.
    """

    move_id: int
    kind: MoveKind
    day: date
    left: str = ""
    opened: str = ""
    owner: str = ""
    reads: tuple[MoveRead, ...] = ()
    warnings: tuple[Problem, ...] = ()
