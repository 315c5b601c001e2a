"""`billing-tui demo`: a whole city to try things in."""

from __future__ import annotations

import os
import shutil
from typing import Any

import click

from billing_tui.cli.entries import WHOLE
from billing_tui.cli.office import open_screens
from billing_tui.cli.output import print_json, progress, say
from billing_tui.foundation.errors import Refused
from billing_tui.foundation.home import Home, find_home


def _demo_home(chosen: str | None) -> Home:
    if chosen or "BILLING_HOME" in os.environ:
        return find_home(chosen)
    usual = find_home(None)
    return find_home(str(usual.root.with_name(usual.root.name + "-demo")))


@click.command()
@click.option("--accounts", type=click.IntRange(20, 1_000_000), default=2000, show_default=True)
@click.option("--seed", type=WHOLE, default=7, show_default=True, help="Same seed, same city.")
@click.option("--months", type=click.IntRange(1, 60), default=24, show_default=True)
@click.option("--home", metavar="DIR", help="Where to build it.")
@click.option("--as", "as_user", metavar="USER", help="Who signs in.")
@click.option("--open/--no-open", "open_", default=True, help="Open the screens afterwards.")
@click.option("--fresh", is_flag=True, help="Build it anew; the demo city there is thrown away.")
@click.option("--color", type=click.Choice(["16", "256", "none"]), help="Colours of the terminal.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def demo(
    *,
    accounts: int,
    seed: int,
    months: int,
    home: str | None,
    as_user: str | None,
    open_: bool,
    fresh: bool,
    color: Any,
    as_json: bool,
) -> int:
    """Build the demo city Sierra Vista if it is not there, and open it.

    It stands at the point where cycle 07 is ready to be read and billed.
    """
    if open_:
        from billing_tui.tui.run import check_terminal

        check_terminal()
    place = _demo_home(home)
    if fresh and place.exists():
        _throw_away(place)
    if not place.exists():
        _build(place, accounts=accounts, seed=seed, months=months, as_json=as_json)
    return open_screens(str(place.root), as_user, color) if open_ else 0


def _throw_away(place: Home) -> None:
    from billing_tui.operations.office import open_office

    office = open_office(place)
    office.close()
    if office.mode != "demo":
        raise Refused(f"{place.root} is no demo city; it is not thrown away.")
    shutil.rmtree(place.root)


def _build(place: Home, *, accounts: int, seed: int, months: int, as_json: bool) -> None:
    from billing_tui.operations.demo.build import build_demo

    with progress("Building the demo city") as advance:
        built = build_demo(
            place,
            accounts=accounts,
            seed=seed,
            months=months,
            progress=lambda _, done, total: advance(done, total),
        )
    if as_json:
        print_json(built)
    else:
        say(f"The demo city stands in {place.root}.")
