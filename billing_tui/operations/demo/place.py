"""A site while its history is lived: who is there, what the meter shows, which rows it has."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from billing_tui.operations.demo.sites import Site
    from billing_tui.operations.demo.tenures import Tenure
    from billing_tui.operations.demo.water import Register
    from billing_tui.records.kinds import FlagKind


@dataclass(slots=True)
class ServiceRow:
    """A service of an account as a row, with what its rates depend on.

    Attributes:
        id: row of the service.
        point_id: row of its service point.
        billed_to: first day that no bill covers.
        own: its attributes.
    """

    id: int
    point_id: int
    kind: str
    schedule: str
    rate_class: str
    billed_to: date
    own: dict[str, str]


@dataclass(slots=True)
class AccountRow:
    """An account of the history.

    Attributes:
        owed: cents by receivable GL account and service.
        last_due: what the last bill asked for.
        paid, adjusted: cents posted since the last bill, as they stand in the journal.
        coming: cents of payments that are on their way.
        bills: how many it has had.
        usual_cents: current charges of the last one.
    """

    id: int
    number: str
    tenure: Tenure
    services: list[ServiceRow] = field(default_factory=list)
    owed: dict[tuple[int, str], int] = field(default_factory=dict)
    last_due: int = 0
    paid: int = 0
    adjusted: int = 0
    coming: int = 0
    bills: int = 0
    usual_cents: int = 0
    finished: bool = False

    def flags_on(self, day: date) -> frozenset[FlagKind]:
        """The flags in force on a day."""
        return frozenset(
            flag.kind
            for flag in self.tenure.flags
            if flag.from_day <= day and (flag.to_day is None or day <= flag.to_day)
        )


@dataclass(frozen=True, slots=True)
class Fate:
    """What the demo has in store for a place, so that there is something to find in the open cycle.

    Attributes:
        role: the plant that this place plays, "" for none.
        stopped_from: the register stands still from this day on.
        guess_from: reads from this day on are estimates.
        exchange_on: read day of the turn in which a worn meter from the shop is put in.
    """

    role: str = ""
    stopped_from: date | None = None
    guess_from: date | None = None
    exchange_on: date | None = None

    @property
    def marked(self) -> bool:
        """Whether chance should leave this place alone."""
        return bool(self.role)

    @property
    def worn(self) -> bool:
        """Whether the meter that is put in is about to roll over."""
        return self.exchange_on is not None


NO_FATE = Fate()


@dataclass(slots=True)
class Place:
    """A site with its accounts, its meter and the last read of it.

    Attributes:
        point_id: row of the metered service point.
        shared: attributes of the location.
        accounts: one for each tenure, oldest first.
        later: tenures after the first, until they have accounts.
        register: of the meter in place.
        meter_id: its row.
        read_id, read_day, counts: the last read.
        leaking: for how many more periods it leaks.
        exchanged: whether its meter was changed in the history.
        fate: what is in store for it.
    """

    site: Site
    point_id: int
    shared: dict[str, str]
    accounts: list[AccountRow]
    later: list[Tenure]
    meter_id: int
    register: Register
    read_day: date
    read_id: int = 0
    counts: int = 0
    leaking: int = 0
    exchanged: bool = False
    fate: Fate = NO_FATE
