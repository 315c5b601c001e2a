"""What stands under the worklist of read exceptions: the why, the numbers, the year, next door."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from billing_tui.foundation.moments import day_of
from billing_tui.metering.tables import Disposition
from billing_tui.records.bulk_lookup import meters_in_force
from billing_tui.tui.bar_chart import Bar, bar_chart
from billing_tui.tui.ink import (
    BLANK,
    Line,
    Role,
    apart,
    cut,
    cut_before_end,
    gap,
    left,
    right,
    width_of,
    wrapped,
)
from billing_tui.tui.shown import day_text, factor_text, usage_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from billing_tui.metering.worklist import ExceptionDetail, ExceptionRow

_MOST_DECIDED = 6
_ROOM = 74  # cells of a window's line on the smallest terminal


def detail_lines(detail: ExceptionDetail, width: int, height: int) -> list[Line]:
    """Everything that a person needs to settle an exception, `height` lines of it."""
    row = detail.row
    lines = [_who(detail, width), _reading(detail), *_sentence(row, width), _numbers(row, width)]
    lines += _chart_and_street(detail, width, min(max(height - len(lines) - 1, 3), 12))
    lines = lines[:height]
    return [*lines, *[BLANK] * (height - len(lines))]


def decided_lines(rows: Sequence[ExceptionRow]) -> list[str]:
    """Which reads one decision is about; of a single one also the why and the numbers."""
    lines = [_decided(row) for row in rows[:_MOST_DECIDED]]
    if len(rows) > _MOST_DECIDED:
        lines.append(f"and {len(rows) - _MOST_DECIDED} more.")
    if len(rows) == 1:
        lines += wrapped(rows[0].sentence, _ROOM, 2)
        lines += wrapped(_arithmetic(rows[0]), _ROOM, 1)
    return lines


def _decided(row: ExceptionRow) -> str:
    before = f"{row.previous:,}" if row.previous is not None else "-"
    now = f"{row.reading:,}" if row.reading is not None else "no reading"
    where = f"{cut_before_end(row.address, 27)}, meter {row.meter}"
    return f"{where}: {before} -> {now}, {usage_text(row.usage_milli, row.unit)}"


def _who(detail: ExceptionDetail, width: int) -> Line:
    row, resident = detail.row, detail.resident
    who = "nobody" if resident is None else f"{resident.account}  {resident.name}"
    rate = "" if resident is None else f"{resident.rate_class}  {resident.status} "
    start = f"{row.address}   {cut(who, width - 50)}"
    return apart(((gap(1)), (start, Role.VALUE)), ((rate, Role.LABEL),), width)


def _factor(detail: ExceptionDetail) -> str:
    """The factor of the meter, as of the day of its read."""
    row, resident = detail.row, detail.resident
    if resident is None:
        return ""
    stays = meters_in_force([resident.account_id], row.day, row.day).get(row.point_id, [])
    return "".join(factor_text(one.multiplier_milli) for one in stays if one.number == row.meter)


def _reading(detail: ExceptionDetail) -> Line:
    row = detail.row
    before = f"{row.previous:,}" if row.previous is not None else "-"
    now = f"{row.reading:,}" if row.reading is not None else "no reading"
    told = f"{before} -> {now}{_factor(detail)}   {usage_text(row.usage_milli, row.unit)}"
    if row.original != row.reading:
        told += f"   came as {row.original if row.original is not None else 'nothing'}"
    days = f"   {row.days} days" if row.days is not None else ""
    return (
        gap(1),
        (f"Meter {row.meter} {row.size}  {row.dials} dials   ", Role.LABEL),
        (told + days, Role.VALUE),
    )


def _sentence(row: ExceptionRow, width: int) -> list[Line]:
    lines: list[Line] = [
        ((f" {part}", Role.WARNING),) for part in wrapped(row.sentence, width - 2, 2)
    ]
    if row.disposition is not Disposition.OPEN:
        told = f"{row.disposition.value.capitalize()} by {row.staff}, {_day(row.at)}: {row.reason}"
        lines += [((f" {part}", Role.VALUE),) for part in wrapped(told, width - 2, 2)]
    return lines


def _day(at: str) -> str:
    return day_text(day_of(at))


def _numbers(row: ExceptionRow, width: int) -> Line:
    return (gap(1), (cut(_arithmetic(row), width - 2, mark="+"), Role.LABEL))


def _arithmetic(row: ExceptionRow) -> str:
    return "   ".join(f"{name.replace('_', ' ')} {value}" for name, value in row.arithmetic.items())


def _chart_and_street(detail: ExceptionDetail, width: int, height: int) -> list[Line]:
    room = width - 40
    bars = [
        Bar(one.day, Decimal(one.usage_milli) / 1000, one.estimated)
        for one in reversed(detail.periods)
    ]
    row = detail.row
    if row.usage_milli is not None:
        bars.append(Bar(row.day, Decimal(row.usage_milli) / 1000, row.kind == "E"))
    chart = bar_chart(bars, row.unit, width=room, height=height)
    street = _street(detail)
    lines: list[Line] = []
    for at in range(height + 1):
        start = chart[at] if at < len(chart) else BLANK
        end = street[at] if at < len(street) else BLANK
        lines.append((*start, gap(room - width_of(start) + 1), *end))
    return lines


def _street(detail: ExceptionDetail) -> list[Line]:
    lines: list[Line] = [(left("Next door", 26, Role.LABEL), right("usage", 12, Role.LABEL))]
    lines += [
        (
            left(cut_before_end(one.address, 26), 26),
            right(usage_text(one.usage_milli, one.unit), 12),
        )
        for one in detail.neighbours
    ]
    for other in detail.others:
        told = wrapped(f"{other.check.value}: {other.sentence}", 38, 2)
        lines += [((part, Role.WARNING),) for part in told]
    for note in detail.notes:
        lines += [((part, Role.LABEL),) for part in wrapped(f"{_day(note.at)} {note.text}", 38, 2)]
    return lines
