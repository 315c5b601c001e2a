"""`billing-tui ledger`: the trial balance, aging as of any day, the control of receivables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from billing_tui.cli.entries import DAY
from billing_tui.cli.office import at_desk
from billing_tui.cli.output import cents, print_json, print_table
from billing_tui.ledger.aging import LABELS, Aging
from billing_tui.ledger.trial_balance import aged_trial_balance, receivable_control, trial_balance

if TYPE_CHECKING:
    from datetime import date

    from billing_tui.access.desk import Desk
    from billing_tui.ledger.trial_balance import Control

_AS_OF = click.option("--as-of", type=DAY, help="The end of this day; else of today.")


@click.group()
def ledger() -> None:
    """The ledger as of any day: it is derived from postings that never change."""


@ledger.command()
@_AS_OF
@at_desk
def trial(desk: Desk, as_of: date | None, *, as_json: bool) -> None:
    """The trial balance: debits and credits of every account of the chart."""
    lines = trial_balance(as_of or desk.business_day)
    if as_json:
        print_json(lines)
        return
    rows = [(x.code, x.fund, x.name, cents(x.debits), cents(x.credits)) for x in lines]
    debits, credits_ = sum(x.debits for x in lines), sum(x.credits for x in lines)
    rows.append(("", "", "Total", cents(debits), cents(credits_)))
    print_table(("Account", "Fund", "Name", "Debits", "Credits"), rows, right=("Debits", "Credits"))


@ledger.command()
@_AS_OF
@at_desk
def aging(desk: Desk, as_of: date | None, *, as_json: bool) -> None:
    """What customers owe by service and by days past due."""
    totals = aged_trial_balance(as_of or desk.business_day)
    if as_json:
        print_json(totals)
        return
    titles = ("Service", *(label.capitalize() for label in LABELS), "Unapplied", "Balance")
    rows = [
        (service, *map(cents, found.buckets), cents(found.unapplied), cents(found.balance))
        for service, found in (*sorted(totals.items()), ("Total", sum(totals.values(), Aging())))
    ]
    print_table(titles, rows, right=titles[1:])


def _services(line: Control) -> str:
    """The services that owe into the account, each with its part where there are several."""
    if len(line.services) == 1:
        return line.services[0][0]
    return ", ".join(f"{service} {cents(owed)}" for service, owed in line.services)


@ledger.command()
@_AS_OF
@at_desk
def control(desk: Desk, as_of: date | None, *, as_json: bool) -> int:
    """Receivables in the general ledger beside what accounts owe; exit 1 where they differ."""
    found = receivable_control(as_of or desk.business_day)
    if as_json:
        print_json(found)
    else:
        rows: list[tuple[str, ...]] = [
            (
                x.code,
                x.fund,
                cents(x.gl_cents),
                cents(x.gl_cents - x.difference),
                cents(x.difference),
                _services(x),
            )
            for x in found
        ]
        in_ledger, apart = (sum(x.gl_cents for x in found), sum(x.difference for x in found))
        rows.append(("", "Total", *map(cents, (in_ledger, in_ledger - apart, apart)), ""))
        titles = ("Account", "Fund", "General ledger", "Accounts", "Difference")
        print_table((*titles, "Service"), rows, right=titles[2:])
    return 1 if any(x.difference for x in found) else 0
