"""The rows and lines of a bill question: parts, causes, reads; answer, chart, causes in short."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from billing_tui.billing.question.telling import Part
from billing_tui.foundation.money import money_text
from billing_tui.tui.bar_chart import Bar, bar_chart
from billing_tui.tui.ink import BLANK, Line, Role, apart, cut, gap, plain, wrapped
from billing_tui.tui.screens.billing.bill_rows import HOW_READ
from billing_tui.tui.shown import day_text, factor_text, usage_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from billing_tui.billing.bill_question import BillQuestion
    from billing_tui.billing.question.case import Cause
    from billing_tui.billing.question.effects import Difference
    from billing_tui.billing.question.evidence import ReadOnFile
    from billing_tui.records.account_values import AccountSummary

_CHART = 34
"""Cells that two years of months take, one each, with their scale."""


@dataclass(frozen=True, slots=True)
class PartRow:
    """One part of the difference against both bills.

    Attributes:
        label: the part, or "Difference".
        last, year: cents against the last bill and that of a year ago; None without such a bill.
        told: what a clerk reads to the caller.
        in_year: the same against the bill of a year ago.
        role: how it looks.
    """

    label: str
    last: int | None
    year: int | None
    told: str
    in_year: str
    role: Role = Role.TEXT


def _sentence(difference: Difference | None, part: Part) -> str:
    effects = difference.effects if difference else ()
    return next((one.sentence for one in effects if one.part is part), "")


def part_rows(question: BillQuestion) -> list[PartRow]:
    """The parts that there are, and the whole difference last."""
    last, year = question.last, question.last_year
    rows = []
    for part in Part:
        now = last.of(part) if last else None
        then = year.of(part) if year else None
        if now or then:
            ago = _sentence(year, part)
            in_year = f"Against a year ago: {ago}" if ago else ""
            told = _sentence(last, part) or in_year
            rows.append(PartRow(part.value, now, then, told, in_year or told))
    whole = last.cents if last else None
    ago_cents = year.cents if year else None
    if rows or last:
        told = f"{question.answer[0].upper()}{question.answer[1:]}"
        rows.append(PartRow("Difference", whole, ago_cents, told, told, Role.VALUE))
    return rows


def cents_or_dash(cents: int | None) -> str:
    """An amount, or a dash where there is nothing to compare with."""
    return "-" if cents is None else money_text(cents)


def read_told(read: ReadOnFile) -> str:
    """A read of the history in words."""
    code = f", code {read.code}" if read.code else ""
    told = (
        f"Meter {read.meter} stood at {read.reading:,} on {day_text(read.day)}, "
        f"{HOW_READ.get(read.kind, read.kind.value).lower()}{code}."
    )
    if read.previous is not None and read.usage_milli is not None:
        told += f" Before: {read.previous:,}{factor_text(read.multiplier_milli)}; "
        told += f"{usage_text(read.usage_milli, read.unit)} in {read.days} days."
    return f"{told} {read.derivation}".rstrip()


def read_how(read: ReadOnFile) -> str:
    """How a read came about, in a word or two, with the reader's code."""
    return f"{HOW_READ.get(read.kind, read.kind.value)} {read.code}".rstrip()


def per_day(read: ReadOnFile) -> str:
    """Use per day to hundredths."""
    if not read.days or read.usage_milli is None:
        return "-"
    return f"{Decimal(read.usage_milli) / 1000 / read.days:.2f}"


def head_lines(question: BillQuestion, account: AccountSummary, width: int) -> list[Line]:
    """Whose bill, which one, and the answer in at most two lines."""
    bill = question.bill
    charges = (
        f"Bill {bill.title} of {day_text(bill.bill_day)} {money_text(bill.current_cents):>12} "
    )
    name = cut(account.customer.name, width - len(charges) - len(bill.account) - 4)
    head = apart(
        (gap(1), (bill.account, Role.ACCENT), gap(2), (name, Role.VALUE)),
        ((charges, Role.VALUE),),
        width,
    )
    answer = wrapped(question.answer, width - 2, 2)
    lines: list[Line] = [(gap(1), (part, Role.WARNING)) for part in answer]
    return [head, *lines, *[BLANK for _ in range(2 - len(lines))]]


def _cause_lines(causes: tuple[Cause, ...], width: int, height: int) -> list[Line]:
    """Each cause with its evidence, best first, as many as fit; `+` says that more follow."""
    if not causes:
        told = "Nothing on file speaks for a cause: ask about guests, pools, watering; then F6."
        return [((part, Role.TEXT),) for part in wrapped(told, width, height)]
    lines: list[Line] = []
    for at, cause in enumerate(causes):
        room, more = height - len(lines), at + 1 < len(causes)
        if room < 2 + more:
            lines.append(((f"  + {len(causes) - at} more, F11", Role.ACCENT),))
            break
        lines.append(((cut(cause.title, width), Role.VALUE),))
        evidence = wrapped(cause.evidence, width - 4, min(room - 1 - more, 3))
        lines += [((f"    {part}", Role.TEXT),) for part in evidence]
    return lines[:height]


def _bars(question: BillQuestion) -> Iterator[Bar]:
    for use in question.uses[-24:]:
        yield Bar(use.to_day, Decimal(use.usage_milli) / 1000, use.estimated)


def lower_lines(question: BillQuestion, width: int, height: int) -> list[Line]:
    """Two years of use at the left, the causes beside it."""
    unit = question.uses[-1].unit if question.uses else ""
    wide = width >= 110
    room = 56 if wide else _CHART
    bars = bar_chart(
        list(_bars(question)), unit, width=room, height=height - 1, step=2 if wide else 1
    )
    causes = _cause_lines(question.causes, width - room - 2, height)
    lines: list[Line] = []
    for at in range(height):
        bar: Line = bars[at] if at < len(bars) else BLANK
        used = len(plain(bar))
        cause: Line = causes[at] if at < len(causes) else BLANK
        lines.append((*bar, gap(room - used), gap(1), *cause))
    return lines


def told_lines(told: str, width: int, most: int) -> list[Line]:
    """What to read to the caller, always as many lines, so that nothing jumps."""
    lines: list[Line] = [(gap(1), (part, Role.TEXT)) for part in wrapped(told, width - 2, most)]
    return [*lines, *[BLANK for _ in range(most - len(lines))]]
