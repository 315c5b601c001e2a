"""`billing-tui training`: the drills there are, and who has passed which."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from billing_tui.cli.office import at_desk
from billing_tui.cli.output import print_json, print_table
from billing_tui.operations.training.drills import drills
from billing_tui.operations.training.results import results

if TYPE_CHECKING:
    from billing_tui.access.desk import Desk


@click.group()
def training() -> None:
    """Drills and their results; the screens are where one trains.

    Exit codes: 0 done, 1 refused, 2 wrong use.
    """


@training.command("drills")
@at_desk
def list_drills(desk: Desk, *, as_json: bool) -> None:  # noqa: ARG001 - every command sits at a desk
    """List the drills."""
    listed = drills()
    if as_json:
        print_json(listed)
        return
    print_table(
        ("Drill", "Title", "Role", "Minutes", "Pass"),
        [(one.id, one.title, one.role.value, one.minutes, f"{one.needed}%") for one in listed],
        right=("Minutes", "Pass"),
    )


@training.command("results")
@click.option("--limit", type=click.IntRange(1, 10_000), default=64, show_default=True)
@click.option("--user", default="", help="Only this person's.")
@at_desk
def list_results(desk: Desk, *, limit: int, user: str, as_json: bool) -> None:
    """List results, newest first: the lead sees everybody's, others their own."""
    listed = results(desk, limit=limit, username=user)
    if as_json:
        print_json(listed)
        return
    print_table(
        ("Day", "Person", "Drill", "Score", "Result", "Minutes", "Hints", "Missed"),
        [
            (
                one.day,
                one.username,
                one.drill,
                f"{one.score}/{one.most}",
                "passed" if one.passed else "not yet",
                one.minutes,
                one.hints,
                " ".join(one.missed),
            )
            for one in listed
        ],
        right=("Score", "Minutes", "Hints"),
    )
