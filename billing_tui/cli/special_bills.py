"""`billing-tui bill special`: bills outside the runs, made from templates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from billing_tui.billing.special.alone import why_second
from billing_tui.billing.special.register import special_tie_outs, special_totals
from billing_tui.billing.special.template import read_templates
from billing_tui.billing.special_bill import (
    cancel_special,
    draft_special,
    find_special,
    post_or_ask,
    special_bills,
)
from billing_tui.cli.entries import DAY
from billing_tui.cli.office import at_desk
from billing_tui.cli.output import cents, print_json, print_line, print_table, say
from billing_tui.records.lookup import find_account

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from billing_tui.access.desk import Desk
    from billing_tui.billing.special.draft import DraftLine


@click.group()
def special() -> None:
    """Special bills: hydrant, bulk water, damage, water taken, a leak's credit."""


@special.command()
@at_desk
def templates(desk: Desk, *, as_json: bool) -> None:  # noqa: ARG001
    """List the templates and what each takes."""
    found = read_templates()
    if as_json:
        print_json(list(found.values()))
        return
    rows = [
        (
            one.code if at == 0 else "",
            one.title if at == 0 else "",
            entry.name,
            f"{entry.label}{f', {entry.unit}' if entry.unit else ''}",
            entry.type.value,
        )
        for one in found.values()
        for at, entry in enumerate(one.inputs)
    ]
    print_table(("Template", "Title", "Input", "What it is", "Type"), rows)


def _keyed(
    _ctx: click.Context, _parameter: click.Parameter, told: tuple[str, ...]
) -> dict[str, str]:
    """`NAME=VALUE`, as often as wanted."""
    found = {}
    for one in told:
        name, equals, value = one.partition("=")
        if not equals:
            raise click.BadParameter(f"{one!r:.60} is no NAME=VALUE, such as usage=38.")
        found[name] = value
    return found


def _lines(lines: Iterable[DraftLine], total: int) -> None:
    rows = [(line.label, line.how, cents(line.cents)) for line in lines]
    print_table(("Line", "How", "Amount"), [*rows, ("Total", "", cents(total))], right=("Amount",))


@special.command()
@click.argument("template")
@click.argument("account")
@click.option(
    "--set", "keyed", multiple=True, callback=_keyed, metavar="NAME=VALUE",
    help="An input of the template; may be given again.",
)  # fmt: skip
@click.option("--go", is_flag=True, help="Post it, or ask for approval; else it is only shown.")
@click.option("--reason", default="", help="Why; --go needs it, it stays on record.")
@at_desk
def make(
    desk: Desk, *, template: str, account: str, keyed: dict[str, str], go: bool, reason: str,
    as_json: bool,
) -> None:  # fmt: skip
    """Draw up a bill by TEMPLATE for ACCOUNT: shown line by line, and with --go posted."""
    draft = draft_special(desk, template, account, keyed)
    placed = post_or_ask(desk, draft, reason=reason) if go else None
    if as_json:
        print_json({"draft": draft, "placed": placed})
        return
    print_line(f"{draft.title} for account {draft.account}. {draft.citation}.")
    _lines(draft.lines, draft.total_cents)
    for sentence in draft.told:
        print_line(sentence)
    if placed is None and draft.approval:
        say(f"{why_second(draft.approval)} --go with --reason asks for it.")
    elif placed is None:
        say("Nothing was posted; --go with --reason does.")
    else:
        say(f"Posted as {placed.number}." if placed.number else f"Request {placed.request} waits.")


@special.command()
@click.argument("number")
@at_desk
def show(desk: Desk, number: str, *, as_json: bool) -> None:  # noqa: ARG001
    """Show the special bill of that NUMBER."""
    bill = find_special(number)
    if as_json:
        print_json(bill)
        return
    print_line(
        f"{bill.number}   {bill.template} {bill.version}   account {bill.account}   "
        f"{bill.bill_day:%m/%d/%y}   due {bill.due_day:%m/%d/%y}"
    )
    _lines(bill.lines, bill.total_cents)
    print_line(f"Asked for by {bill.asked_by}, posted by {bill.posted_by}.")
    if bill.cancelled:
        print_line(f"Cancelled: {bill.cancelled}")


@special.command()
@click.argument("number")
@click.option("--why", required=True, help="The reason; it stays with the reversal.")
@at_desk
def cancel(desk: Desk, number: str, why: str, *, as_json: bool) -> None:
    """Cancel the special bill of that NUMBER: its entry is reversed."""
    bill = cancel_special(desk, number, why)
    if as_json:
        print_json(bill)
        return
    say(f"{bill.number} of {cents(bill.total_cents)} is cancelled.")


@special.command("list")
@click.option("--account", help="Only those of this account.")
@at_desk
def list_(desk: Desk, *, account: str | None, as_json: bool) -> None:  # noqa: ARG001
    """List special bills, the newest first."""
    found = special_bills(account_id=find_account(account) if account else None)
    if as_json:
        print_json(found)
        return
    rows = [
        (
            one.number,
            one.account,
            one.template,
            f"{one.bill_day:%m/%d/%y}",
            cents(one.total_cents),
            "cancelled" if one.cancelled else "",
        )
        for one in found
    ]
    heads = ("Number", "Account", "Template", "Day", "Amount", "")
    print_table(heads, rows, right=("Amount",))


@special.command("print")
@click.argument("number")
@at_desk
def print_(desk: Desk, number: str, *, as_json: bool) -> None:
    """Print the special bill of that NUMBER."""
    from billing_tui.documents.print_special import print_special

    printed = print_special(desk, number)
    if as_json:
        print_json(printed)
        return
    print_line(str(printed.path))


@special.command()
@click.option("--from", "first", type=DAY, required=True, help="First day.")
@click.option("--to", "last", type=DAY, required=True, help="Last day.")
@at_desk
def register(desk: Desk, first: date, last: date, *, as_json: bool) -> None:  # noqa: ARG001
    """Sum special bills by template and account of the ledger, and tie them out."""
    totals, ties = special_totals(first, last), special_tie_outs(first, last)
    if as_json:
        print_json({"totals": totals, "ties": ties})
        return
    rows = [(one.template, one.revenue, str(one.bills), cents(one.cents)) for one in totals]
    print_table(("Template", "Revenue", "Bills", "Amount"), rows, right=("Bills", "Amount"))
    for tie in ties:
        word = "agrees" if tie.agrees else "DOES NOT AGREE"
        print_line(f"{tie.name}: {cents(tie.left)} and {cents(tie.right)}, {word}")
