"""What a bill is computed from, as frozen values: the account, its services, reads and balance."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date


@dataclass(slots=True)
class ReadFact:
    """A posted read that no bill has used yet, with the reading before it.

    Attributes:
        id: row of the read.
        meter_id: the meter that was read.
        previous_day, previous_reading: the read before it on the same meter.
        day, reading: this read.
        kind: A, E, C, F, O or N.
        usage_milli: usage between the two, thousandths of `unit`.
    """

    id: int
    meter_id: int
    previous_day: date
    previous_reading: int
    day: date
    reading: int
    kind: str
    usage_milli: int
    unit: str


@dataclass(slots=True)
class ServiceFact:
    """One service of an account and what its charge depends on.

    Attributes:
        id: row of the service.
        kind: water, sewer, ...
        schedule, rate_class: what it is billed under.
        start: first day that no bill covers yet.
        end: first day without the service (the day of its final read), None while it goes on.
        metered: whether a meter is installed at the service point.
        attributes: rate attributes of the location, the meter and the service on the period's
            last day, as text.
        reads: reads since `start`, oldest first.
        first: whether the service was never billed before.
    """

    id: int
    kind: str
    schedule: str
    rate_class: str
    start: date
    end: date | None
    metered: bool
    attributes: dict[str, str]
    reads: list[ReadFact] = field(default_factory=list)
    first: bool = False


@dataclass(slots=True)
class AccountFact:
    """One account of the run's population.

    Attributes:
        id, number: the account.
        services: those that the run may bill, in billing order.
        previous_cents: what was due on the last bill.
        payments_cents: payments since then, negative.
        adjustments_cents: everything else since then.
        flags: kinds of the flags in force on the bill day.
        hold: the reason why nothing is billed, "" where nothing holds it.
    """

    id: int
    number: str
    services: list[ServiceFact] = field(default_factory=list)
    previous_cents: int = 0
    payments_cents: int = 0
    adjustments_cents: int = 0
    flags: frozenset[str] = frozenset()
    hold: str = ""
