"""`billing-tui bill`: show a bill, explain it, print it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from billing_tui.billing.bill_view import BillView, find_bill
from billing_tui.billing.explain import explain, standing, usage_text
from billing_tui.cli.bill_questions import letter, why
from billing_tui.cli.corrections import rebill
from billing_tui.cli.office import at_desk
from billing_tui.cli.output import cents, print_json, print_line, print_table, say
from billing_tui.cli.special_bills import special
from billing_tui.foundation.units import quantity_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from billing_tui.access.desk import Desk


@click.group()
def bill() -> None:
    """Bills: show, explain, answer questions, cancel and bill again, print a duplicate."""


bill.add_command(why)
bill.add_command(letter)
bill.add_command(rebill)
bill.add_command(special)


def _quantity(value: Decimal | None, unit: str | None) -> str:
    return "" if value is None else f"{quantity_text(value)} {unit or ''}".rstrip()


def _rows(view: BillView) -> Iterator[tuple[str, ...]]:
    for service in view.services:
        days = f"{service.from_day:%m/%d/%y} to {service.to_day:%m/%d/%y}"
        usage = "" if service.usage_milli is None else usage_text(service.usage_milli, service.unit)
        flag = " estimated" if service.estimated else ""
        yield (f"{service.kind} {service.rate_class}", days, usage + flag, "")
        for line in service.lines:
            yield ("", line.label, line.derivation, cents(line.cents))


@bill.command()
@click.argument("number")
@click.option("--explain", "tell", is_flag=True, help="Tell in sentences how it came about.")
@at_desk
def show(desk: Desk, number: str, *, tell: bool, as_json: bool) -> None:  # noqa: ARG001
    """Show the bill of that NUMBER, or the newest one of an account."""
    view = find_bill(number)
    if as_json:
        print_json({"bill": view, "explanation": explain(view)} if tell else view)
        return
    if tell:
        for sentence in explain(view):
            print_line(sentence)
        return
    print_line(
        f"Bill {view.title}   account {view.account}   {view.bill_day:%m/%d/%y}   "
        f"due {view.due_day:%m/%d/%y}"
    )
    for sentence in standing(view):
        print_line(sentence)
    print_table(("Service", "Charge", "How", "Amount"), _rows(view), right=("Amount",))
    for label, amount in (
        ("Previous balance", view.previous_cents),
        ("Payments", view.payments_cents),
        ("Adjustments", view.adjustments_cents),
        ("Current charges", view.current_cents),
        ("Due", view.due_cents),
    ):
        print_line(f"{label:<20}{cents(amount):>14}")


@bill.command("print")
@click.argument("number")
@at_desk
def print_(desk: Desk, number: str, *, as_json: bool) -> None:
    """Print a posted bill again, marked DUPLICATE."""
    from billing_tui.documents.reprint_bill import reprint_bill

    printed = reprint_bill(desk, find_bill(number).id)
    if as_json:
        print_json(printed)
        return
    print_line(str(printed.path))
    pages = "1 page" if printed.pages == 1 else f"{printed.pages} pages"
    say(f"Printed {printed.number}, {pages}.")
