"""`billing-tui bill why` and `bill letter`: what makes a bill differ, and the reply on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from billing_tui.billing.bill_question import bill_question
from billing_tui.cli.entries import WHOLE
from billing_tui.cli.office import at_desk
from billing_tui.cli.output import cents, print_json, print_line, print_table, say

if TYPE_CHECKING:
    from billing_tui.access.desk import Desk
    from billing_tui.billing.question.effects import Difference


def _tell(difference: Difference, title: str) -> None:
    bill = difference.earlier
    print_line(f"Against {title}, {bill.title} of {bill.bill_day:%m/%d/%y}:")
    rows = [(one.part.value, cents(one.cents), one.sentence) for one in difference.effects]
    rows.append(("Difference", cents(difference.cents), ""))
    print_table(("Part", "Amount", "In words"), rows, right=("Amount",))


@click.command()
@click.argument("number")
@at_desk
def why(desk: Desk, number: str, *, as_json: bool) -> None:  # noqa: ARG001
    """Tell why the bill of that NUMBER, or the newest one of an account, is what it is."""
    found = bill_question(number)
    if as_json:
        print_json(found)
        return
    if found.instead_of:
        print_line(f"{found.instead_of.title} was cancelled; {found.bill.title} is in its place.")
    print_line(f"Bill {found.bill.title}, account {found.bill.account}: {found.answer}")
    if found.last:
        _tell(found.last, "the last bill")
    if found.last_year:
        _tell(found.last_year, "the bill of a year ago")
    for cause in found.causes:
        print_line(f"{cause.score:>3}  {cause.title}: {cause.evidence}")
    if not found.causes:
        print_line("Nothing on file speaks for any cause; a re-read or a leak check would tell.")


@click.command()
@click.argument("number")
@click.option("--note", default="", help="A paragraph of your own.")
@click.option("--again", is_flag=True, help="Print letter NUMBER again, from its record.")
@at_desk
def letter(desk: Desk, number: str, *, note: str, again: bool, as_json: bool) -> None:
    """Print the reply to a question about the bill of that NUMBER, or print a letter again."""
    from billing_tui.documents.reply_letter import print_again, print_reply

    same = True
    if again:
        sent, same = print_again(desk, WHOLE.convert(number, None, None))
    else:
        sent = print_reply(desk, bill_question(number), note=note)
    if as_json:
        print_json(sent)
        return
    print_line(str(sent.path))
    say(f"Letter {sent.number} about {sent.bill}, account {sent.account}.")
    if not same:
        say("It is not the very same file: letters are drawn otherwise by now.")
    if sent.missing:
        say(f"No font has these characters: {' '.join(sent.missing)}")
