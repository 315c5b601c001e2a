"""Correct reads and meters, cancel and rebill: previewed first, then carried out or asked.

They stand with `billing-tui reads` and `billing-tui bill`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from billing_tui.billing.bill_view import find_bill
from billing_tui.billing.cancel_rebill import cancel_rebill, request_rebill, why_ask
from billing_tui.billing.correction import Correction, MeterFix, TermsFix, quantity_told
from billing_tui.billing.plan_correction import plan_correction
from billing_tui.cli.entries import DAY, WHOLE
from billing_tui.cli.office import at_desk
from billing_tui.cli.output import cents, print_json, print_line, print_table, say
from billing_tui.foundation.counting import counted
from billing_tui.foundation.errors import InvalidEntry
from billing_tui.foundation.money import owed_text
from billing_tui.foundation.units import parse_unit
from billing_tui.metering.doubt_read import doubt_read, trust_read
from billing_tui.metering.plan_read_fix import ReadFix
from billing_tui.metering.point_reads import read_on
from billing_tui.metering.usage import milli_text
from billing_tui.service_orders.meter_card import meter_numbered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from billing_tui.access.desk import Desk
    from billing_tui.billing.cancel_rebill import Rebilled
    from billing_tui.billing.correction import BillChange, CorrectionPlan, LineChange


def _steps(command: Callable[..., Any]) -> Callable[..., Any]:
    """Preview is what happens without more; the other two need a reason."""
    for option in (
        click.option("--preview", "step", flag_value="preview", default="preview", type=str,
                     help="Show what it does and stop; the default."),
        click.option("--apply", "step", flag_value="apply", type=str,
                     help="Carry out what is shown."),
        click.option("--ask", "step", flag_value="ask", type=str,
                     help="Ask a lead to carry out what is shown."),
        click.option("--reason", default="", help="How it is known."),
    ):  # fmt: skip
        command = option(command)
    return command


def _readings(
    _ctx: click.Context, _parameter: click.Parameter, told: tuple[str, ...]
) -> tuple[tuple[date, int], ...]:
    """`DAY=COUNTS`, as often as wanted."""
    found = []
    for one in told:
        day, _, counts = one.partition("=")
        found.append((DAY.convert(day, None, None), WHOLE.convert(counts, None, None)))
    return tuple(found)


@click.command()
@click.argument("meter")
@click.argument("readings", nargs=-1, required=True, callback=_readings, metavar="DAY=COUNTS...")
@_steps
@at_desk
def correct(
    desk: Desk,
    meter: str,
    readings: tuple[tuple[date, int], ...],
    *,
    step: str,
    reason: str,
    as_json: bool,
) -> None:
    """Correct what METER showed on one or more days, with the bills that count with it."""
    fixes = tuple(ReadFix(read_on(meter, day).read_id, counts) for day, counts in readings)
    _go(desk, Correction(reads=fixes), step, reason, as_json=as_json)


def _milli(text: str) -> int:
    """A multiplier such as 10 or 0.1, in thousandths."""
    whole, _, part = text.partition(".")
    if not (f"{whole}{part}".isascii() and f"{whole}{part}".isdigit() and len(part) <= 3):
        raise InvalidEntry(f"{text[:24]!r} is no multiplier such as 10 or 0.1.", field="multiplier")
    return int(whole or "0") * 1000 + int(part.ljust(3, "0") or "0")


@click.command("correct-meter")
@click.argument("meter")
@click.option("--size", help='Nominal connection, such as 3/4".')
@click.option("--dials", type=WHOLE, help="Digits of the register.")
@click.option("--unit", help="Of one count, such as ccf.")
@click.option("--multiplier", help="Units per count, such as 10.")
@click.option(
    "--since",
    type=DAY,
    help="Bills that begin on this day or later; since it was put in by default.",
)
@_steps
@at_desk
def correct_meter(
    desk: Desk,
    meter: str,
    *,
    size: str | None,
    dials: int | None,
    unit: str | None,
    multiplier: str | None,
    since: date | None,
    step: str,
    reason: str,
    as_json: bool,
) -> None:
    """Set METER's facts right, with the reads and the bills that hang on them."""
    card = meter_numbered(meter)
    fix = MeterFix(
        card.meter_id,
        card.version,
        size or card.size,
        card.dials if dials is None else dials,
        parse_unit(unit) if unit else card.unit,
        _milli(multiplier) if multiplier else card.multiplier_milli,
        since or card.since or desk.business_day,
    )
    _go(desk, Correction(meter=fix), step, reason, as_json=as_json)


@click.command()
@click.argument("meter")
@click.argument("day", type=DAY)
@click.option("--settle", is_flag=True, help="It was found right.")
@click.option("--reason", required=True, help="What is odd about it, or how it was settled.")
@at_desk
def doubt(desk: Desk, meter: str, day: date, *, settle: bool, reason: str, as_json: bool) -> None:
    """Mark what METER showed on DAY as doubtful: nothing later is corrected before it."""
    read = read_on(meter, day)
    (trust_read if settle else doubt_read)(desk, read.read_id, reason)
    if as_json:
        print_json(replace(read, doubt="" if settle else reason))
    else:
        say(f"{read.reading:,} on {day:%m/%d/%y} is {'settled' if settle else 'in doubt'}.")


@click.command()
@click.argument("numbers", nargs=-1, required=True, metavar="BILL...")
@click.option("--cancel", is_flag=True, help="Cancel only; nothing takes their place.")
@click.option(
    "--class",
    "terms",
    metavar="KIND=SCHEDULE/CLASS",
    help="A service's right class since BILL; all bills since follow.",
)
@_steps
@at_desk
def rebill(
    desk: Desk,
    numbers: tuple[str, ...],
    *,
    cancel: bool,
    terms: str | None,
    step: str,
    reason: str,
    as_json: bool,
) -> None:
    """Cancel each BILL and bill its days again, from the records as they stand now."""
    chosen = tuple(dict.fromkeys(number.strip().upper() for number in numbers))
    if terms and (cancel or len(chosen) > 1):
        raise click.UsageError("--class goes with the first wrong bill alone.")
    correction = (
        Correction(terms=_class_since(chosen[0], terms))
        if terms
        else Correction(bills=chosen, rebill=not cancel)
    )
    _go(desk, correction, step, reason, as_json=as_json)


def _class_since(number: str, told: str) -> TermsFix:
    """The class that a service should have had since a bill: `water=WATER/SFR`."""
    kind, _, codes = told.partition("=")
    schedule, _, rate_class = codes.partition("/")
    if not (schedule and rate_class):
        raise click.BadParameter(f"{told!r:.60} is no KIND=SCHEDULE/CLASS, such as water=W1/R1.")
    billed = [part for part in find_bill(number).services if part.kind == kind]
    if not billed:
        raise InvalidEntry(f"Bill {number[:24]} bills no {kind[:24]}.", field="service")
    return TermsFix(billed[0].service_id, schedule, rate_class, billed[0].from_day)


def _go(desk: Desk, correction: Correction, step: str, reason: str, *, as_json: bool) -> None:
    plan = plan_correction(correction, desk.business_day)
    done: Rebilled | None = None
    request = 0
    if step == "apply":
        done = cancel_rebill(desk, correction, seen=plan.digest, reason=reason)
    if step == "ask":
        request = request_rebill(desk, correction, seen=plan.digest, reason=reason)
    if as_json:
        told = {"plan": plan_json(plan), "done": done, "request": request or None}
        print_json(told)
        return
    _print_plan(plan)
    if done:
        reads = counted(done.reads, "read")
        say(f"Done: {', '.join(done.posted) or 'no new bill'}; {reads} written again.")
    elif request:
        say(f"Request {request} waits for a lead.")
    else:
        must = why_ask(desk, plan)
        say(must or "Nothing was written; add --apply and --reason to carry it out.")


def _reads(plan: CorrectionPlan) -> Iterator[tuple[object, ...]]:
    for change in (one for chain in plan.chains for one in chain if one.differs):
        was = change.was
        yield (
            was.meter, f"{was.day:%m/%d/%y}", f"{was.reading:,}", f"{change.reading:,}",
            f"{milli_text(was.usage_milli or 0)} {was.unit}",
            f"{milli_text(change.used.milli)} {change.used.unit}",
        )  # fmt: skip


def _line(line: LineChange) -> tuple[object, ...]:
    tier = f" tier {line.tier}" if line.tier else ""
    return (
        "", f"{line.service} {line.label}{tier}", quantity_told(line), cents(line.before_cents),
        cents(line.after_cents), cents(line.difference_cents),
    )  # fmt: skip


def _rows(plan: CorrectionPlan) -> Iterator[tuple[object, ...]]:
    for change in plan.bills:
        bill = change.bill
        note = f"stays: {change.kept}" if change.kept else f"account {bill.account}"
        yield (
            bill.number, note, "", cents(bill.current_cents), cents(change.after_cents),
            cents(change.difference_cents),
        )  # fmt: skip
        yield from map(_line, change.lines)


def _print_plan(plan: CorrectionPlan) -> None:
    if any(one.differs for chain in plan.chains for one in chain):
        titles = ("Meter", "Read", "Was", "Is", "Used", "Used now")
        print_table(titles, _reads(plan), right=titles[2:])
    if plan.bills:
        titles = ("Bill", "Charge", "How much", "Before", "After", "Difference")
        print_table(titles, _rows(plan), right=titles[2:])
    for change in plan.changes:
        if change.warning:
            print_line(f"{change.bill.number}: {change.warning}")
    for sentence in plan.left:
        print_line(sentence)
    for account in plan.accounts:
        print_line(
            f"{account} {owed_text(plan.balances[account])} now and "
            f"{owed_text(plan.balance_after(account))} then."
        )
    print_line(f"Bills: {len(plan.changes)}   difference {cents(plan.difference_cents)}")


def _bill_json(change: BillChange) -> dict[str, Any]:
    return {
        "bill": change.bill.number,
        "account": change.bill.account,
        "before_cents": change.bill.current_cents,
        "after_cents": change.after_cents,
        "difference_cents": change.difference_cents,
        "kept": change.kept,
        "lines": change.lines,
    }


def plan_json(plan: CorrectionPlan) -> dict[str, Any]:
    """A plan as scripts read it."""
    return {
        "digest": plan.digest,
        "difference_cents": plan.difference_cents,
        "reads": [
            {
                "meter": one.was.meter,
                "day": one.was.day,
                "before": one.was.reading,
                "after": one.reading,
                "used_before_milli": one.was.usage_milli,
                "used_after_milli": one.used.milli,
            }
            for chain in plan.chains
            for one in chain
            if one.differs
        ],
        "bills": [_bill_json(change) for change in plan.bills],
        "left": plan.left,
        "balances": {
            account: {"now": plan.balances[account], "then": plan.balance_after(account)}
            for account in plan.accounts
        },
    }
