"""The proof list of meter reads: every read of a route with its flags, and the control totals."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from billing_tui.documents.bill_values import day_text
from billing_tui.documents.listing import Column, PrintedList, new_listing
from billing_tui.foundation.units import quantity_text

if TYPE_CHECKING:
    from datetime import date, datetime
    from pathlib import Path

    from billing_tui.documents.listing import Listing


@dataclass(frozen=True, slots=True)
class ProofRow:
    """One read as it came in; None where it is missing.

    Attributes:
        flags: names of the checks that it failed, most serious first.
    """

    route: str
    sequence: str
    account_number: str
    location: str
    meter: str
    previous: Decimal | None
    current: Decimal | None
    usage: Decimal | None
    unit: str
    days: int
    kind: str
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProofList:
    """The reads of one upload or cycle."""

    utility_name: str
    cycle: str
    read_day: date
    rows: tuple[ProofRow, ...]

    @property
    def missing(self) -> int:
        """Rows without a read."""
        return sum(row.current is None for row in self.rows)

    @property
    def reading_total(self) -> Decimal:
        """Hash total of the readings: means nothing, but must equal the upload's."""
        return sum((row.current for row in self.rows if row.current is not None), Decimal(0))

    @property
    def usage_by_unit(self) -> dict[str, Decimal]:
        """Usage added up, unit by unit."""
        totals: dict[str, Decimal] = {}
        for row in self.rows:
            if row.usage is not None:
                totals[row.unit] = totals.get(row.unit, Decimal(0)) + row.usage
        return dict(sorted(totals.items()))

    @property
    def flag_counts(self) -> dict[str, int]:
        """How many reads carry each flag, the most frequent first."""
        counts = Counter(flag for row in self.rows for flag in row.flags)
        return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


_COLUMNS = (
    Column("Route", 34),
    Column("Seq.", 32),
    Column("Account", 74),
    Column("Location", 112),
    Column("Meter", 56),
    Column("Days", 28, figure=True),
    Column("Previous", 48, figure=True),
    Column("Current", 48, figure=True),
    Column("Usage", 50, figure=True),
    Column("Read", 40),
)


def _figure(value: Decimal | None) -> str:
    return "\u2013" if value is None else quantity_text(value)


def _cells(row: ProofRow) -> tuple[str, ...]:
    usage = "\u2013" if row.usage is None else f"{quantity_text(row.usage)} {row.unit}"
    return (
        row.route,
        row.sequence,
        row.account_number,
        row.location,
        row.meter,
        str(row.days),
        _figure(row.previous),
        _figure(row.current),
        usage,
        row.kind,
    )


def _write_totals(listing: Listing, proof: ProofList) -> None:
    listing.heading("Control totals")
    listing.fact("Reads", f"{len(proof.rows):,}")
    listing.fact("Missing reads", f"{proof.missing:,}")
    listing.fact("Sum of current readings", quantity_text(proof.reading_total))
    for unit, usage in proof.usage_by_unit.items():
        listing.fact(f"Usage in {unit}", quantity_text(usage))
    listing.heading("Flags")
    for flag, count in proof.flag_counts.items():
        listing.fact(flag, f"{count:,}")
    if not proof.flag_counts:
        listing.fact("None", "every read passed")


def print_proof_list(proof: ProofList, path: Path, *, made_at: datetime) -> PrintedList:
    """Print the reads with their flags beneath, then the control totals."""
    title = f"Meter reads, proof list, cycle {proof.cycle}"
    subtitle = f"{proof.utility_name}   Read day {day_text(proof.read_day)}"
    with new_listing(title, subtitle, made_at) as listing:
        listing.table(_COLUMNS)
        for row in proof.rows:
            listing.row(_cells(row), ", ".join(row.flags))
        _write_totals(listing, proof)
        listing.signatures("Checked by")
        return listing.write(path)
