"""The words of RDG031: totals against the control, and what stands at the line in hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.metering.entry_policy import shipped_entry_policy
from billing_tui.tui.ink import BLANK, Line, Role, gap, wrapped
from billing_tui.tui.shown import counted, day_text

if TYPE_CHECKING:
    from billing_tui.metering.keyed_batch import BatchLine, BatchTotals, KeyedRow


def state_of(row: KeyedRow) -> str:
    """Where a line stands, in a few words; the numbers of a flag come with the key."""
    if row.code:
        return shipped_entry_policy().codes.get(row.code, row.code)
    if row.asks:
        return "look again"
    if row.differs:
        return "the keyings differ"
    if row.to_verify:
        return "key it twice"
    if row.finding:
        return "confirmed"
    return "verified" if row.again is not None else ""


def head_lines(batch: BatchLine, totals: BatchTotals, width: int) -> list[Line]:
    """Which sheets, and how far they are keyed."""
    del width
    ties = totals.keyed == batch.control_count
    total = f" of {batch.control_total:,}" if batch.control_total is not None else ""
    return [
        (
            gap(1),
            (f"Batch {batch.batch_id}", Role.ACCENT),
            (f"   route {batch.route}   cycle {batch.cycle} {batch.instance}", Role.TEXT),
            (f"   walked {day_text(batch.day)}   {batch.state}", Role.LABEL),
        ),
        (
            gap(1),
            (f"{totals.keyed:,} of {batch.control_count:,}", Role.GOOD if ties else Role.VALUE),
            (f" lines   skips {totals.skips:,}   sum ", Role.LABEL),
            (f"{totals.total:,}{total}", Role.VALUE),
            *_left("look again", totals.asking),
            *_left("2nd keying", totals.to_verify),
            *_left("differ", totals.differ),
        ),
    ]


def closing_lines(
    batch: BatchLine, totals: BatchTotals, unkeyed: tuple[int, int]
) -> tuple[str, ...]:
    """What closing takes in, and what becomes of the meters without a line: new, waiting ones."""
    new, waiting = unkeyed
    parts = [counted(totals.reads, "reading")]
    if totals.skips:
        parts.append(f"{counted(totals.skips, 'line')} without one")
    told = [
        f"Route {batch.route}: {' and '.join(parts)},",
        f"which add up to {totals.total:,}, as the sheets state."
        if batch.control_total is not None
        else f"which add up to {totals.total:,}; the sheets state no sum.",
    ]
    if new:
        told.append(f"NOT keyed: {counted(new, 'meter')} of the route, each an exception.")
    if waiting:
        told.append(f"{counted(waiting, 'meter')} more without a reading, on the list already.")
    return tuple(told)


def _left(word: str, count: int) -> Line:
    return ((f"   {word} {count:,}", Role.WARNING),) if count else ()


def row_lines(row: KeyedRow | None, told: str, width: int, *, second: bool) -> list[Line]:
    """The line in hand, and what the last key showed; never what a meter showed before it."""
    if row is None:
        return [BLANK, BLANK, BLANK]
    facts = f"{row.meter}   {row.size}   {row.dials} dials   {row.unit}   {row.address}"
    note = ((f"   ! {row.note}", Role.WARNING),) if row.note else ()
    if row.differs:
        last = f"First keying {row.reading}, second {row.again}; key what the sheet says."
    elif row.asks and not second:
        last = row.finding
    else:
        last = told
    shown = wrapped(last, width - 3, 2)
    lines: list[Line] = [(gap(1), (facts, Role.VALUE), *note)]
    lines += [(gap(1), (one, Role.TEXT)) for one in shown]
    return [*lines, *[BLANK] * (3 - len(lines))]
