"""`billing-tui keys`: what the keys do, on the terminal or as a card to print."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from billing_tui.access.staff import setting
from billing_tui.cli.office import at_desk
from billing_tui.cli.output import print_json, print_table, say

if TYPE_CHECKING:
    from billing_tui.access.desk import Desk

CARD = "key-card.pdf"


@click.command()
@click.option("--screen", default="", help="The keys of this screen only, such as ACC020.")
@click.option("--pdf", is_flag=True, help="Print the card into the home's folder `printed`.")
@at_desk
def keys(desk: Desk, *, screen: str, pdf: bool, as_json: bool) -> None:
    """Show what each key does, from the table that the screens themselves use.

    Exit codes: 0 done, 2 there is no such screen.
    """
    from billing_tui.documents.key_card import print_key_card
    from billing_tui.tui.key_table import everywhere, front, on_card, screens

    listed = screens(screen)
    if pdf:
        path = desk.home.printed / CARD
        card = print_key_card(
            path,
            setting("utility"),
            front(desk.business_day),
            [on_card(one) for one in listed],
            made_at=desk.clock(),
        )
        if as_json:
            print_json(card)
        else:
            say(f"The key card stands in {card.path}, {card.pages} sides.")
        return
    if as_json:
        print_json({"everywhere": everywhere(), "screens": listed})
        return
    rows = [("", row.keys, row.word, row.sentence) for row in everywhere()]
    for one in listed:
        rows += [(one.ident, row.keys, row.word, row.sentence) for row in one.rows]
    print_table(("Screen", "Key", "Word", "What it does"), rows)
