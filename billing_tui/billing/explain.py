"""A bill told in sentences that a clerk can read to the customer (BIL-4, `--explain`)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from billing_tui.foundation.money import money_text
from billing_tui.foundation.units import quantity_text
from billing_tui.metering.tables import ReadKind
from billing_tui.rates.line import sentences

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
    text = (
        f"Meter {pair.meter} stood at {pair.previous_reading:,} on {pair.previous_day:%m/%d/%y} "
        f"and was {_HOW[ReadKind(pair.kind)]} at {pair.reading:,} on {pair.day:%m/%d/%y}: "
        f"{usage_text(pair.usage_milli, unit)}."
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
        yield from sentences(line)
    yield f"{service.kind.capitalize()} comes to {money_text(service.cents)}."


def explain(bill: BillView) -> list[str]:
    """How the bill came about, from the readings to what is due."""
    told = [f"Bill {bill.title} of {bill.bill_day:%m/%d/%y} for account {bill.account}."]
    for service in bill.services:
        told += _service(service)
    told.append(
        f"Before this bill {money_text(bill.previous_cents)} was due; "
        f"payments since: {money_text(-bill.payments_cents)}; "
        f"adjustments since: {money_text(bill.adjustments_cents)}."
    )
    told.append(
        f"With current charges of {money_text(bill.current_cents)} the account owes "
        f"{money_text(bill.due_cents)}, due {bill.due_day:%m/%d/%y}."
    )
    return told


@dataclass(frozen=True, slots=True)
class Change:
    """Why a bill differs from an earlier one: each part in cents; the parts sum to the whole.

    Attributes:
        services: change by service, largest first: (kind, cents, usage now, usage then, unit).
        days: days now less days then of the first metered service.
        cents: current charges now less then.
    """

    services: tuple[tuple[str, int, int | None, int | None, str], ...]
    days: int
    cents: int


def compare(bill: BillView, earlier: BillView) -> Change:
    """What changed between two bills, service by service."""
    then = {service.kind: service for service in earlier.services}
    now = {service.kind: service for service in bill.services}
    rows = []
    for kind in {**now, **then}:
        new, old = now.get(kind), then.get(kind)
        cents = (new.cents if new else 0) - (old.cents if old else 0)
        unit = (new.unit if new else "") or (old.unit if old else "")
        usage = (new.usage_milli if new else None, old.usage_milli if old else None)
        rows.append((kind, cents, *usage, unit))
    rows.sort(key=lambda row: -abs(row[1]))
    metered = [kind for kind in now if now[kind].usage_milli is not None and kind in then]
    days = now[metered[0]].days - then[metered[0]].days if metered else 0
    return Change(tuple(rows), days, bill.current_cents - earlier.current_cents)
