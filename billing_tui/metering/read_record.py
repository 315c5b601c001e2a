"""One read as a file tells it, before anybody has looked at it, and the counts of that file."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from billing_tui.foundation.units import Unit


class Given(StrEnum):
    """What a file says that it gives for a meter."""

    ACTUAL = "actual"
    ESTIMATED = "estimated"
    CUSTOMER = "customer"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRecord:
    """One register of one meter, in a file that came in or that goes out.

    Attributes:
        line: 1-based line (or record) of the file; 0 for a record that goes out.
        meter_number: the number on the meter's face.
        endpoint: the radio's number.
        register: which dial set of a compound meter; empty for the only one.
        reading: what the dials show, in `unit` times `multiplier`; None when skipped.
        unit: the unit that the file states; None when it states none.
        multiplier: the factor that the file states; None when it states none.
        day: the day of the reading, local.
        time: the time of the reading, local, `HH:MM:SS` or empty.
        kind: whether it was read, estimated, told by the customer or skipped.
        code: the reader's skip or read code, as the file spells it.
        trouble: the reader's trouble code.
        flags: what the radio reported, in words.
        interval: the value is the use of an interval and no register reading.
        dials: how many digits the register has.
        decimals: how many of them stand behind the point.
        previous: the reading before, as an outgoing route tells the reader.
        low: the least reading that the handheld takes without asking.
        high: the greatest one.
    """

    line: int = 0
    meter_number: str = ""
    endpoint: str = ""
    register: str = ""
    reading: Decimal | None = None
    unit: Unit | None = None
    multiplier: Decimal | None = None
    day: date | None = None
    time: str = ""
    kind: Given = Given.ACTUAL
    code: str = ""
    trouble: str = ""
    flags: tuple[str, ...] = ()
    interval: bool = False
    account: str = ""
    location: str = ""
    cycle: str = ""
    route: str = ""
    sequence: str = ""
    name: str = ""
    address: str = ""
    reader: str = ""
    dials: int | None = None
    decimals: int | None = None
    previous: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Control:
    """A count that a header or trailer states beside the count of what was there."""

    line: int
    name: str
    stated: int
    counted: int

    @property
    def agrees(self) -> bool:
        """Whether the file holds what it says it holds."""
        return self.stated == self.counted

    @property
    def sentence(self) -> str:
        """The comparison in words."""
        return f"{self.name}: {self.stated:,} stated, {self.counted:,} counted"


@dataclass(frozen=True, slots=True)
class ControlCounts:
    """What a file held.

    Attributes:
        lines: lines (or fixed records) seen.
        reads: reads that came out, skipped ones included.
        skipped: those of them that carry a skip code or no reading.
        rejected: lines that were refused; each has a `Problem`.
        passed_over: (reason, lines) that belong to others, such as another commodity.
        controls: the counts that the file itself states.
    """

    lines: int = 0
    reads: int = 0
    skipped: int = 0
    rejected: int = 0
    passed_over: tuple[tuple[str, int], ...] = ()
    controls: tuple[Control, ...] = ()
