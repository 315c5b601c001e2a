"""A bill told in sentences that a clerk can read to the customer (BIL-4, `--explain`)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from billing_tui.billing.asked_for import asked_for
from billing_tui.billing.held_to import line_sentences
from billing_tui.foundation.money import money_text, owed_text
from billing_tui.foundation.units import quantity_text
from billing_tui.metering.tables import ReadKind
from billing_tui.rates.schedule import ChargeKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from billing_tui.billing.bill_view import BillView, ReadPair, ServiceView

_HOW = {
    ReadKind.ACTUAL: "read",
    ReadKind.ESTIMATED: "estimated",
    ReadKind.CUSTOMER: "read by the customer",
    ReadKind.FINAL: "read at the end of service",
    ReadKind.INITIAL: "read at the start of service",
    ReadKind.EXCHANGE_OUT: "read when the meter was taken out",
    ReadKind.EXCHANGE_IN: "read when the meter was put in",
}


def usage_text(milli: int, unit: str) -> str:
    """Usage as people read it: `14 ccf`."""
    return f"{quantity_text(Decimal(milli) / 1000)} {unit}"


def _read(pair: ReadPair, unit: str) -> str:
    times = ""
    if pair.multiplier_milli != 1000:
        times = f"each count is {quantity_text(Decimal(pair.multiplier_milli) / 1000)}, "
    text = (
        f"Meter {pair.meter} stood at {pair.previous_reading:,} on {pair.previous_day:%m/%d/%y} "
        f"and was {_HOW[ReadKind(pair.kind)]} at {pair.reading:,} on {pair.day:%m/%d/%y}: "
        f"{times}{usage_text(pair.usage_milli, unit)}."
    )
    return f"{text} {pair.derivation}".rstrip()


def _service(service: ServiceView) -> Iterator[str]:
    yield (
        f"{service.kind.capitalize()}, class {service.rate_class}, from "
        f"{service.from_day:%m/%d/%y} to {service.to_day:%m/%d/%y}: {service.days} days."
    )
    for pair in service.reads:
        yield _read(pair, service.unit)
    for line in service.lines:
        yield from line_sentences(service, line)
    yield f"{service.kind.capitalize()} comes to {money_text(service.cents)}."


def standing(bill: BillView) -> list[str]:
    """Whether the bill corrects another one or was cancelled; empty for one as any other."""
    told = []
    if bill.replaces:
        told.append(f"This corrected bill replaces bill {bill.replaces}.")
    if bill.cancelled and bill.cancelled_day:
        then = f" and replaced by bill {bill.replaced_by}" if bill.replaced_by else ""
        told.append(f"It was cancelled on {bill.cancelled_day:%m/%d/%y}{then}: {bill.cancelled}.")
    return told


def explain(bill: BillView) -> list[str]:
    """How the bill came about, from the readings to what is due."""
    told = [f"Bill {bill.title} of {bill.bill_day:%m/%d/%y} for account {bill.account}."]
    told += standing(bill)
    for service in bill.services:
        told += _service(service)
    return [*told, *_owed(bill)]


def _owed(bill: BillView) -> Iterator[str]:
    """From what was due before to what is due; or which bill asks for it."""
    charged, asked = money_text(bill.current_cents), asked_for(bill)
    if asked.stands_on:
        yield f"Bill {asked.stands_on} asks for its charges of {charged}; here nothing is due."
        return
    yield (
        f"Before this bill {money_text(bill.previous_cents)} was due; "
        f"payments since: {money_text(-bill.payments_cents)}; "
        f"adjustments since: {money_text(bill.adjustments_cents)}."
    )
    yield (
        f"With current charges of {charged} the account {owed_text(bill.due_cents)}"
        + (f", due {bill.due_day:%m/%d/%y}." if bill.due_cents > 0 else ".")
    )


@dataclass(frozen=True, slots=True)
class Change:
    """Why a bill differs from an earlier one, charge by charge.

    Attributes:
        parts: (what changed, cents), largest first; they sum to `cents`.
        days: days now less days then of the first metered service.
        cents: current charges now less then.
    """

    parts: tuple[tuple[str, int], ...]
    days: int
    cents: int


@dataclass(slots=True)
class _Charged:
    """One charge over all its tiers: cents, and the quantity where it is measured."""

    cents: int = 0
    quantity: Decimal = Decimal(0)
    unit: str = ""


def _charges(bill: BillView) -> dict[str, _Charged]:
    found: dict[str, _Charged] = {}
    for service in bill.services:
        for line in service.lines:
            charge = found.setdefault(line.label, _Charged())
            charge.cents += line.cents
            if line.quantity is not None and line.kind == ChargeKind.USAGE:
                charge.quantity += line.quantity
                charge.unit = line.unit or ""
    return found


def _part(label: str, now: _Charged | None, then: _Charged | None) -> tuple[str, int]:
    if now is None or then is None:
        cents = now.cents if now else -then.cents if then else 0
        return f"{label} {'new' if now else 'ended'}", cents
    more = now.quantity - then.quantity
    sign = "+" if more > 0 else "-"
    told = f" {sign}{quantity_text(abs(more))} {now.unit}" if more else ""
    return f"{label}{told}", now.cents - then.cents


def compare(bill: BillView, earlier: BillView) -> Change:
    """What changed between two bills."""
    now, then = _charges(bill), _charges(earlier)
    parts = [_part(label, now.get(label), then.get(label)) for label in {**now, **then}]
    days = {service.kind: service.days for service in earlier.services if service.reads}
    measured = [service for service in bill.services if service.kind in days and service.reads]
    return Change(
        tuple(sorted((part for part in parts if part[1]), key=lambda part: -abs(part[1]))),
        measured[0].days - days[measured[0].kind] if measured else 0,
        bill.current_cents - earlier.current_cents,
    )
