"""A bill as rows of a list and as lines of a sheet, each charge beside its derivation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing_tui.billing.asked_for import asked_for
from billing_tui.billing.explain import compare
from billing_tui.billing.held_to import line_sentences
from billing_tui.foundation.money import money_text
from billing_tui.metering.tables import ReadKind
from billing_tui.tui.ink import Line, Role, gap, left, right, wrapped
from billing_tui.tui.shown import day_text, factor_text, usage_text

if TYPE_CHECKING:
    from billing_tui.billing.asked_for import Asked
    from billing_tui.billing.bill_view import BillView, ReadPair, ServiceView

HOW_READ = {
    ReadKind.ACTUAL: "Actual",
    ReadKind.ESTIMATED: "Estimated",
    ReadKind.CUSTOMER: "By customer",
    ReadKind.FINAL: "Final",
    ReadKind.INITIAL: "Initial",
    ReadKind.EXCHANGE_OUT: "Meter out",
    ReadKind.EXCHANGE_IN: "Meter in",
}
"""How a register came about, beside its reading."""


@dataclass(frozen=True, slots=True)
class BillRow:
    """One row of the bill.

    Attributes:
        label: what is charged, read or summed.
        detail: its derivation.
        amount: cents, or None for rows without one.
        role: how it looks.
        told: what a clerk reads to the caller about it.
    """

    label: str
    detail: str
    amount: int | None
    role: Role
    told: tuple[str, ...]


def bill_rows(bill: BillView) -> tuple[BillRow, ...]:
    """All of a bill in the order in which it prints."""
    rows: list[BillRow] = []
    for service in bill.services:
        rows += _service_rows(service)
    asked = asked_for(bill)
    adjusted = bill.adjustments_cents - asked.carried_cents
    before = "What was due on the bill before this one."
    paid = "Payments that were posted since the bill before."
    other = "Adjustments that were posted since the bill before."
    return (
        *rows,
        BillRow("Current charges", "", bill.current_cents, Role.VALUE, (_sum_sentence(bill),)),
        BillRow("Balance before", "", bill.previous_cents, Role.TEXT, (before, *_ahead(asked))),
        BillRow("Payments", "", bill.payments_cents, Role.TEXT, (paid,)),
        BillRow("Adjustments", "", adjusted, Role.TEXT, (other,)),
        *_carried(asked),
        BillRow(
            f"Due {day_text(bill.due_day)}" if bill.due_cents >= 0 else "Credit balance",
            "",
            bill.due_cents,
            Role.ACCENT,
            (_due(bill, asked),),
        ),
    )


def _ahead(asked: Asked) -> list[str]:
    return [
        f"Bill {one.number} of {money_text(one.cents)} is dated later and asks for itself."
        for one in asked.ahead
    ]


def _carried(asked: Asked) -> list[BillRow]:
    """Charges of the bills of one correction that one of them asks for."""
    if asked.stands_on:
        told = f"What is owed stands on bill {asked.stands_on}, corrected together with this one."
        label = "Carried to last bill"
        return [BillRow(label, asked.stands_on, asked.carried_cents, Role.TEXT, (told,))]
    if asked.carried_cents:
        told = "Charges of the bills corrected together with this one; they ask for nothing."
        return [BillRow("Other corrected bills", "", asked.carried_cents, Role.TEXT, (told,))]
    return []


def _due(bill: BillView, asked: Asked) -> str:
    if asked.stands_on:
        return f"Nothing is asked for here; what is owed stands on bill {asked.stands_on}."
    return (
        f"{money_text(bill.previous_cents)} before, {money_text(bill.payments_cents)} paid, "
        f"{money_text(bill.adjustments_cents)} adjusted, {money_text(bill.current_cents)} "
        f"charged now: {money_text(bill.due_cents)}."
    )


def _sum_sentence(bill: BillView) -> str:
    parts = " + ".join(money_text(service.cents) for service in bill.services)
    return f"{parts} = {money_text(bill.current_cents)}."


def _service_rows(service: ServiceView) -> list[BillRow]:
    period = f"{day_text(service.from_day)} - {day_text(service.to_day)}  {service.days} days"
    title = f"{service.kind.capitalize()}  {service.rate_class}"
    told = f"{service.kind.capitalize()} comes to {money_text(service.cents)}."
    rows = [BillRow(title, period, service.cents, Role.VALUE, (told,))]
    rows += [_read_row(pair, service.unit) for pair in service.reads]
    rows += [
        BillRow(
            f"  {line.label}", line.derivation, line.cents, Role.TEXT, line_sentences(service, line)
        )
        for line in service.lines
    ]
    return rows


def _read_row(pair: ReadPair, unit: str) -> BillRow:
    how = HOW_READ[ReadKind(pair.kind)]
    detail = (
        f"{pair.previous_reading:,} -> {pair.reading:,}{factor_text(pair.multiplier_milli)}  "
        f"{usage_text(pair.usage_milli, unit)} {how}"
    )
    factor = factor_text(pair.multiplier_milli).removeprefix(" x")
    each = f"each count is {factor} {unit}, " if factor else ""
    told = (
        f"The register stood at {pair.previous_reading:,} on {day_text(pair.previous_day)} and at "
        f"{pair.reading:,} on {day_text(pair.day)}: {each}{usage_text(pair.usage_milli, unit)}."
    )
    more = (pair.derivation,) if pair.derivation else ()
    return BillRow(f"  Meter {pair.meter} {pair.size}", detail, None, Role.LABEL, (told, *more))


def bill_lines(bill: BillView, width: int, most: int) -> list[Line]:
    """The services of a bill for the lower half of the review; `+` where more follows."""
    rows = [row for service in bill.services for row in _service_rows(service)]
    detail = width - 2 - 26 - 2 - 14
    lines: list[Line] = [
        (
            gap(1),
            left(row.label, 26, row.role),
            gap(2),
            left(row.detail, detail),
            right(money_text(row.amount) if row.amount is not None else "", 13, row.role),
        )
        for row in rows
    ]
    if len(lines) > max(most, 1):
        hidden = len(lines) - most + 1
        lines = [*lines[: most - 1], (gap(1), (f"+ {hidden} more lines, 5=Display", Role.LABEL))]
    return lines


def change_lines(bill: BillView, last: BillView | None, width: int) -> list[Line]:
    """Why the bill differs from the one before, charge by charge, in two lines at the most."""
    if last is None:
        return [(gap(1), ("There is no bill before this one.", Role.LABEL))]
    change = compare(bill, last)
    if not change.cents:
        return [(gap(1), (f"As much as the last bill, {change.days:+d} days.", Role.LABEL))]
    word = "more" if change.cents > 0 else "less"
    parts = [f"{label} {_signed(cents)}" for label, cents in change.parts]
    days = f"{change.days:+d} days; " if change.days else ""
    told = f"Why is it {money_text(abs(change.cents))} {word}?  {days}{'; '.join(parts)}"
    return [(gap(1), (part, Role.WARNING)) for part in wrapped(told, width - 2, 2)]


def _signed(cents: int) -> str:
    return f"+{money_text(cents)}" if cents > 0 else money_text(cents)
