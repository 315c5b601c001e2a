"""What a correction does, as lines: the sum first, the reads, then each bill to the line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.billing.cancel_rebill import waiting_requests
from billing_tui.billing.correction import quantity_told
from billing_tui.foundation.money import money_text, owed_text
from billing_tui.tui.ink import Line, Role, gap, left, right, wrapped
from billing_tui.tui.shown import counted, day_text, usage_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from billing_tui.billing.correction import BillChange, CorrectionPlan, LineChange
    from billing_tui.metering.plan_read_fix import ReadChange

_FIGURE = 11
_QUANTITY = 12
_MOST_TOLD = 3


def _figures(before: int, after: int, role: Role) -> tuple[tuple[str, Role], ...]:
    moved = Role.ACCENT if before != after else role
    return (
        right(money_text(before), _FIGURE, role),
        right(money_text(after), _FIGURE, role),
        right(money_text(after - before), _FIGURE, moved),
    )


def _room(width: int) -> int:
    return width - _QUANTITY - 3 * _FIGURE - 2


def _owed(now: int, then: int) -> Line:
    """`owes 342.40 now, 344.66 then.`; a credit is called one."""
    after = money_text(then) if min(now, then) >= 0 else owed_text(then)
    word, _, amount = owed_text(now).rpartition(" ")
    return (
        (f"{word} ", Role.LABEL),
        (amount, Role.VALUE),
        (" now, ", Role.LABEL),
        (after, Role.VALUE),
        (" then.", Role.LABEL),
    )


def summary_lines(plan: CorrectionPlan, must_ask: str, width: int) -> Iterator[Line]:
    """What it comes to, for whom, and who may do it."""
    changes = plan.changes
    if not changes:
        what = "No posted bill changes." if plan.chains or plan.correction.meter else "Nothing."
        yield ((f" {what}", Role.VALUE),)
    for account in plan.accounts:
        mine = [change for change in changes if change.bill.account == account]
        moved = sum(change.difference_cents for change in mine)
        yield (
            (f" {account}  ", Role.ACCENT),
            (f"{counted(len(mine), 'bill')}, {money_text(moved)}:  ", Role.VALUE),
            *_owed(plan.balances[account], plan.balance_after(account)),
        )
    if changes and not any(line.difference_cents for one in changes for line in one.lines):
        yield from _noted("No amount changes.", width)
    for note in (*plan.left, *waiting_requests(plan)):
        yield from _noted(note, width)
    yield from _noted(must_ask, width)


def _noted(text: str, width: int, indent: int = 1) -> Iterator[Line]:
    """What to know, with its mark, in as many lines as it takes."""
    for at, part in enumerate(wrapped(text, width - indent - 3, 3)):
        yield ((f"{' ' * indent}{' ' if at else '*'} {part}", Role.WARNING),)


def _read_lines(plan: CorrectionPlan) -> Iterator[Line]:
    changed = [one for chain in plan.chains for one in chain if one.differs]
    if changed:
        yield (
            left(" Read", 25, Role.LABEL),
            right("Was", 10, Role.LABEL),
            right("Is", 10, Role.LABEL),
            right("Used", 16, Role.LABEL),
            right("Used then", 16, Role.LABEL),
        )
    yield from map(_read_line, changed)


def _read_line(change: ReadChange) -> Line:
    was = change.was
    role = Role.VALUE if change.fixed else Role.LABEL
    return (
        left(f" {day_text(was.day)}  {was.meter}", 25, Role.VALUE),
        right(f"{was.reading:,}", 10, role),
        right(f"{change.reading:,}", 10, role),
        right(usage_text(was.usage_milli, was.unit.value), 16, Role.VALUE),
        right(usage_text(change.used.milli, change.used.unit.value), 16, Role.VALUE),
    )


def _charge(line: LineChange, width: int, *, why: bool) -> Iterator[Line]:
    role = Role.VALUE if line.difference_cents else Role.LABEL
    tier = f" {line.tier}" if line.tier else ""
    yield (
        left(f"   {line.service.capitalize()}: {line.label}{tier}", _room(width), role),
        right(quantity_told(line), _QUANTITY, role),
        *_figures(line.before_cents, line.after_cents, role),
    )
    if why and line.difference_cents:
        for text in wrapped(" ".join(line.told), width - 8, _MOST_TOLD):
            yield ((f"      {text}", Role.LABEL),)


def _head(change: BillChange, width: int) -> Line:
    bill = change.bill
    first = min(part.from_day for part in bill.services)
    last = max(part.to_day for part in bill.services)
    days = f"{day_text(first)} - {day_text(last)}"
    return (
        left(f" {bill.number}  {bill.account}  {days}", _room(width) + _QUANTITY, Role.ACCENT),
        *_figures(bill.current_cents, change.after_cents, Role.VALUE),
    )


def _total(plan: CorrectionPlan, width: int) -> Line:
    """What the cancelled bills come to together; those that the law keeps are left out."""
    before = sum(change.bill.current_cents for change in plan.changes)
    return (
        left(" Together", _room(width) + _QUANTITY, Role.LABEL),
        *_figures(before, before + plan.difference_cents, Role.VALUE),
    )


def _bill_lines(change: BillChange, width: int, *, why: bool) -> Iterator[Line]:
    yield _head(change, width)
    if change.kept:
        yield from _noted(f"It stays as it was billed, {change.kept}.", width, 3)
    yield from _noted(change.warning, width, 3)
    for line in change.lines:
        yield from _charge(line, width, why=why)


def plan_lines(plan: CorrectionPlan, must_ask: str, width: int, *, why: bool) -> list[Line]:
    """Everything that happens; `why` tells of each new amount how it comes about."""
    lines = [*summary_lines(plan, must_ask, width), *_read_lines(plan)]
    if plan.bills:
        lines.append(
            (
                gap(_room(width)),
                right("New quantity", _QUANTITY, Role.LABEL),
                right("Before", _FIGURE, Role.LABEL),
                right("After", _FIGURE, Role.LABEL),
                right("Difference", _FIGURE, Role.LABEL),
            )
        )
    if len(plan.bills) > 1:
        lines += [*(_head(change, width) for change in plan.bills), _total(plan, width), ()]
    for change in plan.bills:
        lines += _bill_lines(change, width, why=why)
    return lines
