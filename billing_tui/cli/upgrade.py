"""`billing-tui upgrade`: bring an office's tables to this release."""

from __future__ import annotations

import click

from billing_tui.access.desk import utc_now
from billing_tui.cli.output import print_json, say
from billing_tui.foundation.home import find_home
from billing_tui.operations.upgrade import upgrade_office


@click.command()
@click.option("--home", metavar="DIR", help="The office's folder; else $BILLING_HOME.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def upgrade(*, home: str | None, as_json: bool) -> None:
    """Back the office up and bring its tables to this release."""
    done = upgrade_office(find_home(home), utc_now())
    if as_json:
        print_json(done)
    elif done.ran:
        say(f"Done: {', '.join(done.ran)}. The office as it was: {done.backup or 'on the server'}.")
    else:
        say("Nothing to do: the office is up to date.")
