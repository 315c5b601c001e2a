"""`billing-tui verify`: walk the audit chain and everything that must always hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from billing_tui.cli.office import at_desk
from billing_tui.cli.output import print_json, print_line, say
from billing_tui.operations.verify import verify_office

if TYPE_CHECKING:
    from billing_tui.access.desk import Desk


@click.command()
@at_desk
def verify(desk: Desk, *, as_json: bool) -> int:
    """Check the books: exit 0 when all holds, else 1 with the first bad row of each."""
    results = verify_office(desk.store, documents=desk.home.documents)
    broken = [result for result in results if result.broken]
    if as_json:
        print_json(results)
        return 1 if broken else 0
    for result in results:
        mark = "!" if result.broken else " "
        print_line(f"{mark} {result.says} [{result.id}]")
        for sentence in (*result.broken, *result.noted):
            print_line(f"    {sentence}")
    say(f"{len(results) - len(broken)} of {len(results)} hold." if broken else "All hold.")
    return 1 if broken else 0
