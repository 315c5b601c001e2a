"""`billing-tui customer`: find who was entered twice, merge them, and undo it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from billing_tui.access.rights import Right
from billing_tui.cli.entries import WHOLE
from billing_tui.cli.office import at_desk
from billing_tui.cli.output import print_json, print_line, print_table, say
from billing_tui.customer_care.merge_customers import merge_customers
from billing_tui.customer_care.merges import customer_numbered, customers_like, merges
from billing_tui.customer_care.same_customer import plan_merge
from billing_tui.customer_care.undo_merge import undo_merge

if TYPE_CHECKING:
    from billing_tui.access.desk import Desk


@click.group()
def customer() -> None:
    """Customers who were entered twice."""


@customer.command()
@click.argument("number")
@at_desk
def like(desk: Desk, number: str, *, as_json: bool) -> None:
    """List customers with the same name, phone or email as NUMBER."""
    desk.require(Right.LOOK)
    found = customers_like(customer_numbered(number))
    if as_json:
        print_json(found)
    elif not found:
        say("Nobody has the same name, phone or email.")
    else:
        print_table(("Customer", "Name"), [(one.number, one.name) for one in found])


@customer.command()
@click.argument("stays")
@click.argument("same")
@click.option("--why", default="", help="How one knows; without it nothing is merged.")
@at_desk
def merge(desk: Desk, stays: str, same: str, why: str, *, as_json: bool) -> None:
    """Point everything of customer SAME to customer STAYS; without --why show what would move."""
    desk.require(Right.LOOK)
    kept, merged = customer_numbered(stays), customer_numbered(same)
    plan = plan_merge(kept, merged, desk.business_day)
    number = merge_customers(desk, kept, merged, why) if why else None
    if as_json:
        print_json({"merge_id": number, "moving": plan.moving})
        return
    for one in plan.moving:
        print_line(f"{one.title} {one.says}")
    names = f"{plan.merged.number} {plan.merged.name}", f"{plan.kept.number} {plan.kept.name}"
    if number is None:
        say(f"{names[0]} would become {names[1]}; say --why to merge them.")
    else:
        say(f"Merge {number}: {names[0]} is {names[1]} now.")


@customer.command()
@click.argument("number", type=WHOLE)
@click.option("--why", required=True, help="The reason, for the trail.")
@at_desk
def undo(desk: Desk, number: int, why: str, *, as_json: bool) -> None:
    """Undo merge NUMBER."""
    undo_merge(desk, number, why)
    if as_json:
        print_json({"merge_id": number})
    else:
        say(f"Merge {number} is undone.")


@customer.command("merges")
@click.option("--before", type=WHOLE, help="The last number of the page before.")
@at_desk
def merges_(desk: Desk, before: int | None, *, as_json: bool) -> None:
    """List merges, newest first."""
    desk.require(Right.LOOK)
    lines = merges(before=before)
    if as_json:
        print_json(lines)
        return
    titles = ("Merge", "Day", "Stays", "Was", "Rows", "By", "Why", "Undone")
    print_table(
        titles,
        [
            (
                *(one.merge_id, one.day, f"{one.kept} {one.kept_name}"),
                *(f"{one.merged} {one.merged_name}", one.rows, one.staff, one.why),
                one.undone or "-",
            )
            for one in lines
        ],
    )
