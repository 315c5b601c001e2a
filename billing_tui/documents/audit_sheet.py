"""The sign-off sheet of the daily audit on paper: figures by clerk, what was wrong, a signature."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.access.trail_words import about_text, room_text, verb_text
from billing_tui.documents.listing import Column, PrintedList, new_listing
from billing_tui.foundation.moments import moment_text

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from billing_tui.documents.listing import Listing
    from billing_tui.operations.daily_audit.sheet import DaySheet

_FIGURES = ("entries", "must", "sampled", "ok", "errors", "corrected", "open")
_LINES = (
    Column("Clerk", 124),
    Column("Work", 86),
    Column("Rate", 40, figure=True),
    Column("Entries", 42, figure=True),
    Column("Must", 38, figure=True),
    Column("Sample", 42, figure=True),
    Column("OK", 36, figure=True),
    Column("Errors", 38, figure=True),
    Column("Corrected", 46, figure=True),
    Column("Open", 36, figure=True),
)
_FAULTS = (
    Column("Entry", 44),
    Column("Clerk", 70),
    Column("What", 130),
    Column("About", 108),
    Column("Error", 84),
    Column("Judged by", 56),
    Column("Put right", 40),
)


def _write_lines(listing: Listing, sheet: DaySheet) -> None:
    listing.table(_LINES)
    for line in sheet.lines:
        figures = (f"{getattr(line, name):,}" for name in _FIGURES)
        listing.row((line.name, room_text(line.room), f"{line.rate_percent} %", *figures))
    listing.row(("All", "", "", *(f"{sheet.total(name):,}" for name in _FIGURES)))


def _no_faults(sheet: DaySheet) -> tuple[str, str]:
    """What it means that nothing was found: little where nobody has looked."""
    looked, left = sheet.total("ok"), sheet.total("open")
    if not looked:
        return "Not known", f"none of {left:,} has a verdict yet" if left else "no entry was drawn"
    right = "every entry that was looked at is right"
    return "Nothing", f"{right}; {left:,} without a verdict yet" if left else right


def _write_faults(listing: Listing, sheet: DaySheet) -> None:
    listing.heading("What was wrong")
    if not sheet.faults:
        listing.fact(*_no_faults(sheet))
        return
    listing.table(_FAULTS)
    for fault in sheet.faults:
        kind, _, subject = fault.subject.partition(" ")
        what, about = verb_text(fault.verb), about_text(kind, subject)
        cells = (str(fault.seq), fault.clerk, what, about, fault.code, fault.judge)
        listing.row((*cells, str(fault.correction or "\u2013")), fault.remark)


def _write_control(listing: Listing, sheet: DaySheet) -> None:
    listing.heading("Control")
    listing.fact("Entries of the trail", f"{sheet.first_seq + 1:,} to {sheet.last_seq:,}")
    listing.fact("Seed of the sample", sheet.seed)
    listing.fact("SHA-256 of this sheet", sheet.digest)
    signed = (
        f"{sheet.signed_by}, {moment_text(sheet.signed_at)}"
        if sheet.signed_at
        else "not signed off"
    )
    listing.fact("Signed off", signed)


def print_audit_sheet(
    sheet: DaySheet, utility: str, path: Path, *, made_at: datetime
) -> PrintedList:
    """Print the sheet of one round of a day."""
    late = f", round {sheet.round}" if sheet.round > 1 else ""
    title = f"Daily audit of input, {sheet.day:%m/%d/%y}{late}"
    with new_listing(title, utility, made_at) as listing:
        _write_lines(listing, sheet)
        _write_faults(listing, sheet)
        _write_control(listing, sheet)
        listing.signatures("Audited by", "Lead")
        return listing.write(path)
