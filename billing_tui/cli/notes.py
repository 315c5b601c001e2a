"""`billing-tui note`: notes, and what must be followed up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from billing_tui.access.rights import Right
from billing_tui.cli.entries import DAY, WHOLE
from billing_tui.cli.office import at_desk
from billing_tui.cli.output import print_json, print_table, say
from billing_tui.customer_care.close_note import end_alert, finish_follow_up
from billing_tui.customer_care.follow_ups import START, followups_due
from billing_tui.records.add_note import FollowUp, add_note
from billing_tui.records.lookup import find_account

if TYPE_CHECKING:
    from datetime import date

    from billing_tui.access.desk import Desk


@click.group()
def note() -> None:
    """Notes on accounts: write them, follow them up."""


@note.command()
@click.argument("account")
@click.argument("words")
@click.option("--alert", is_flag=True, help="It stays in sight until somebody ends it.")
@click.option("--alert-to", type=DAY, help="It stays in sight to this day.")
@click.option("--follow-up", type=DAY, help="When somebody must come back to it.")
@click.option("--by", default="", help="Who must; anybody without it.")
@at_desk
def add(
    desk: Desk,
    *,
    account: str,
    words: str,
    alert: bool,
    alert_to: date | None,
    follow_up: date | None,
    by: str,
    as_json: bool,
) -> None:
    """Write WORDS on ACCOUNT."""
    if by and follow_up is None:
        raise click.UsageError("--by needs --follow-up.")
    row = add_note(
        desk,
        find_account(account),
        words,
        sticky=alert,
        alert_to=alert_to,
        follow_up=FollowUp(day=follow_up, username=by) if follow_up else None,
    )
    if as_json:
        print_json({"note_id": row})
    else:
        say(f"Note {row} is kept.")


@note.command()
@click.option("--day", type=DAY, help="Due up to this day; the business day by default.")
@click.option("--person", help="Only this person's and anybody's.")
@click.option("--after", nargs=2, metavar="DAY NOTE", help="The last line of the page before.")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
@at_desk
def due(
    desk: Desk,
    *,
    day: date | None,
    person: str | None,
    after: tuple[str, str] | None,
    limit: int,
    as_json: bool,
) -> None:
    """List what must be followed up, the oldest first."""
    desk.require(Right.LOOK)
    key = (after[0], WHOLE.convert(after[1], None, None)) if after else START
    who = person.lower() if person else None
    lines = followups_due(day or desk.business_day, who, after=key, limit=limit)
    if as_json:
        print_json(lines)
        return
    titles = ("Note", "Due", "Account", "Customer", "Who", "What")
    print_table(
        titles,
        [
            (*(one.note_id, one.day, one.account), one.customer, one.person or "anybody", one.text)
            for one in lines
        ],
    )


@note.command()
@click.argument("number", type=WHOLE)
@click.argument("outcome")
@at_desk
def done(desk: Desk, number: int, outcome: str, *, as_json: bool) -> None:
    """Say what came of following up note NUMBER."""
    finish_follow_up(desk, number, outcome)
    if as_json:
        print_json({"note_id": number})
    else:
        say(f"Note {number} is followed up.")


@note.command("end-alert")
@click.argument("number", type=WHOLE)
@at_desk
def end_alert_(desk: Desk, number: int, *, as_json: bool) -> None:
    """Take note NUMBER out of sight."""
    end_alert(desk, number)
    if as_json:
        print_json({"note_id": number})
    else:
        say(f"Note {number} is no alert any more.")
