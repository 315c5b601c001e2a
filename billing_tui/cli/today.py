"""`billing-tui today`: what is due, and who has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from billing_tui.cli.office import at_desk
from billing_tui.cli.output import print_json, print_table
from billing_tui.operations.today.board import board

if TYPE_CHECKING:
    from billing_tui.access.desk import Desk


@click.command()
@click.option("--mine", is_flag=True, help="Only what is yours or free to take.")
@click.option("--asleep", is_flag=True, help="What was put off too.")
@at_desk
def today(desk: Desk, *, mine: bool, asleep: bool, as_json: bool) -> None:
    """List what is due in every room, escalated and late work first."""
    rows = board(desk, mine=mine, asleep=asleep)
    if as_json:
        print_json(rows)
        return
    print_table(
        ("Due", "Kind", "What", "Who", "For the lead"),
        [
            (one.item.due, one.item.kind.value, one.item.told, one.who, one.escalated)
            for one in rows
        ],
    )
