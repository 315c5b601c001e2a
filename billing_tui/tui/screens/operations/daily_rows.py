"""What the daily audit shows: columns, how far the day is, the entry at the cursor, error rates."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from billing_tui.access.trail_words import about_text, verb_text
from billing_tui.operations.daily_audit.tables import SETTLED, ItemState
from billing_tui.tui.bar_chart import Bar, bar_chart
from billing_tui.tui.ink import BLANK, Line, Role, gap, wrapped
from billing_tui.tui.record_list import Column
from billing_tui.tui.screens.access.entry_lines import head_lines, shown_fields
from billing_tui.tui.shown import counted, day_text
from billing_tui.tui.side_by_side import side_by_side

if TYPE_CHECKING:
    from collections.abc import Sequence

    from billing_tui.operations.daily_audit.day_view import AuditedEntry
    from billing_tui.operations.daily_audit.status import DayProgress, ErrorRate

_STATE_ROLES = {
    ItemState.OPEN: Role.VALUE,
    ItemState.QUERIED: Role.WARNING,
    ItemState.ANSWERED: Role.ACCENT,
    ItemState.OK: Role.GOOD,
    ItemState.ERROR: Role.ERROR,
    ItemState.CORRECTED: Role.WARNING,
}


def rate_text(rate: ErrorRate) -> str:
    """`4.2 %`, or a dash where nothing was sampled."""
    return "-" if rate.percent is None else f"{rate.percent} %"


ENTRY_COLUMNS: tuple[Column[AuditedEntry], ...] = (
    Column("State", 9, lambda row: row.state.value, role=lambda row: _STATE_ROLES[row.state]),
    Column("Clerk", 7, lambda row: row.clerk),
    Column("What", 15, lambda row: verb_text(row.verb), grows=True, role=lambda _row: Role.VALUE),
    Column("About", 14, lambda row: about_text(row.subject_kind, row.subject), grows=True),
    Column(
        "Drawn by",
        17,
        lambda row: row.rule or "sample",
        grows=True,
        role=lambda row: Role.WARNING if row.rule else Role.LABEL,
    ),
)
RATE_COLUMNS: tuple[Column[ErrorRate], ...] = (
    Column("Clerk", 8, lambda row: row.clerk, role=lambda _row: Role.VALUE),
    Column("Month", 7, lambda row: row.month),
    Column("Judged", 7, lambda row: f"{row.judged:,}", right=True),
    Column("Wrong", 6, lambda row: f"{row.errors:,}", right=True),
    Column("Sample", 7, lambda row: f"{row.sampled:,}", right=True),
    Column("Wrong in it", 11, lambda row: f"{row.sample_errors:,}", right=True),
    Column("Rate", 8, rate_text, right=True, role=lambda _row: Role.VALUE),
)


def progress_line(found: DayProgress, clerk: str) -> Line:
    """The day, its age, and how far its audit is."""
    spans = [
        gap(1),
        (f"{found.day:%a} {day_text(found.day)}", Role.ACCENT),
        (f"  {counted(found.age_days, 'day')} old   ", Role.LABEL),
        (f"{found.judged:,} of {found.drawn:,} judged", Role.VALUE),
    ]
    for count, words, role in (
        (found.queried, f"{counted(found.queried, 'query')} open", Role.WARNING),
        (found.answered, f"{found.answered:,} answered", Role.ACCENT),
        (found.must, f"{found.must:,} must be reviewed", Role.WARNING),
        (found.waiting, f"{found.waiting:,} not drawn yet", Role.WARNING),
    ):
        if count:
            spans.append((f"   {words}", role))
    if clerk:
        spans.append((f"   only {clerk}", Role.ACCENT))
    return tuple(spans)


def entry_detail(entry: AuditedEntry, width: int, height: int) -> list[Line]:
    """Who, when, why, what the judge and the clerk said, before and after; `height` lines."""
    drawn = (f"Must be reviewed: {entry.rule}", Role.WARNING)
    end = drawn if entry.rule else ("Drawn by chance", Role.LABEL)
    lines = head_lines(entry, entry.clerk_name, width, end=end)
    lines += [((f" {part}", role),) for part, role in _said(entry, width - 2)]
    lines += side_by_side(shown_fields(entry), width, height - len(lines))
    return [*lines, *[BLANK] * (height - len(lines))][:height]


def _said(entry: AuditedEntry, width: int) -> list[tuple[str, Role]]:
    told = []
    if entry.remark:
        word = "asks" if entry.state not in {ItemState.ERROR, ItemState.CORRECTED} else "says"
        told.append((f"{entry.judge or 'The judge'} {word}: {entry.remark}", Role.WARNING))
    if entry.answer:
        told.append((f"{entry.clerk} answers: {entry.answer}", Role.ACCENT))
    if entry.state in SETTLED:
        code = f" {entry.code}" if entry.code else ""
        put_right = f", put right by entry {entry.correction}" if entry.correction else ""
        told.append((f"{entry.state.value}{code} by {entry.judge}{put_right}.", Role.VALUE))
    return [(part, role) for text, role in told for part in wrapped(text, width, 2)]


def rate_detail(rate: ErrorRate, rates: Sequence[ErrorRate], width: int, height: int) -> list[Line]:
    """One clerk's errors in the sample, month by month."""
    own = [one for one in rates if one.clerk == rate.clerk]
    told = (
        f"{rate.clerk}: errors in per cent of the sample. What must be reviewed differs from clerk "
        "to clerk, so it is left out."
    )
    lines: list[Line] = [((f" {part}", Role.TEXT),) for part in wrapped(told, width - 2, 2)]
    bars = [Bar(date.fromisoformat(f"{one.month}-01"), one.percent) for one in own]
    if any(one.percent for one in own):
        lines += bar_chart(bars, "%", width=width - 2, height=height - len(lines) - 1)
    else:
        lines.append(((" No error in any month's sample.", Role.GOOD),))
    return [*lines, *[BLANK] * (height - len(lines))][:height]
