"""`billing-tui keyed`: reads that are keyed from paper: sheets to walk with, and the batches."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from billing_tui.access.rights import Right
from billing_tui.cli.entries import WHOLE
from billing_tui.cli.office import at_desk
from billing_tui.cli.output import print_json, print_table, say
from billing_tui.metering.check_reads import check_reads
from billing_tui.metering.close_keyed_batch import close_keyed_batch
from billing_tui.metering.keyed_batch import batches, totals_of
from billing_tui.metering.open_keyed_batch import cancel_keyed_batch
from billing_tui.metering.routes_due import route_due

if TYPE_CHECKING:
    from billing_tui.access.desk import Desk


@click.group()
def keyed() -> None:
    """Reads keyed from paper; the lines themselves are keyed in RDG030.

    Exit codes: 0 done, 1 refused, 2 wrong use or wrong entries.
    """


@keyed.command()
@click.argument("route")
@at_desk
def sheets(desk: Desk, route: str, *, as_json: bool) -> None:
    """Print the reading sheets of ROUTE in walk order; `0301 2026-10` is an older reading."""
    from billing_tui.documents.reading_sheet import print_reading_sheet

    due = route_due(desk.business_day, route)
    done = print_reading_sheet(desk, due.instance_id, due.route)
    if as_json:
        print_json(done)
    else:
        say(f"Route {done.route}: {done.meters:,} meters on {done.pages:,} pages, {done.path}.")


@keyed.command("list")
@click.option("--limit", type=WHOLE, default=50, show_default=True, help="So many at most.")
@at_desk
def list_(desk: Desk, *, limit: int, as_json: bool) -> None:
    """List the batches, the newest first."""
    desk.require(Right.LOOK)
    found = [(one, totals_of(one.batch_id)) for one in batches(limit=limit)]
    if as_json:
        print_json([{"batch": one, "totals": totals} for one, totals in found])
        return
    rows = [
        (
            *(one.batch_id, one.route, f"{one.cycle} {one.instance}", one.day, one.state),
            *(f"{totals.keyed:,} of {one.control_count:,}", one.staff, one.upload_id or "-"),
        )
        for one, totals in found
    ]
    print_table(("Batch", "Route", "Cycle", "Walked", "State", "Lines", "By", "Upload"), rows)


@keyed.command()
@click.argument("batch", type=WHOLE)
@at_desk
def close(desk: Desk, batch: int, *, as_json: bool) -> int:
    """Close BATCH: it becomes an upload and is checked; exit 1 while exceptions are open."""
    done = close_keyed_batch(desk, batch)
    found = check_reads(desk, done.upload.upload_id)
    if as_json:
        print_json({"closed": done, "open": found.open})
    else:
        say(f"Batch {batch} is upload {done.upload.upload_id}: {found.open:,} exceptions open.")
    return 1 if found.open else 0


@keyed.command()
@click.argument("batch", type=WHOLE)
@click.option("--why", required=True, help="The reason, for the trail.")
@at_desk
def cancel(desk: Desk, batch: int, why: str, *, as_json: bool) -> None:
    """Set BATCH aside; what was keyed stays for the record."""
    line = cancel_keyed_batch(desk, batch, why=why)
    if as_json:
        print_json(line)
    else:
        say(f"Batch {batch} of route {line.route} is set aside.")
