"""`billing-tui contact`: who speaks for a customer, and what was said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from billing_tui.access.rights import Right
from billing_tui.cli.entries import WHOLE
from billing_tui.cli.office import at_desk
from billing_tui.cli.output import print_json, print_table, say
from billing_tui.customer_care.contact_log import log_of, logged
from billing_tui.customer_care.contacts import contacts_of
from billing_tui.customer_care.correct_log import correct_logged
from billing_tui.customer_care.keep_contact import ContactForm, add_contact
from billing_tui.customer_care.kinds import Channel, MayDo, Outcome
from billing_tui.customer_care.log_contact import SpokenWith, log_contact
from billing_tui.customer_care.log_policy import read_log_reasons
from billing_tui.records.address import phone_text
from billing_tui.records.lookup import find_account

if TYPE_CHECKING:
    from billing_tui.access.desk import Desk


@click.group()
def contact() -> None:
    """Contacts of a customer, and the log of what was said with them."""


@contact.command("list")
@click.argument("account")
@click.option("--all", "everybody", is_flag=True, help="Those who ended as well.")
@click.option("--after", type=WHOLE, default=0, help="The last number of the page before.")
@at_desk
def list_(desk: Desk, account: str, after: int, *, everybody: bool, as_json: bool) -> None:
    """List who may ask or change something on ACCOUNT."""
    desk.require(Right.LOOK)
    on = None if everybody else desk.business_day
    lines = contacts_of(find_account(account), on=on, after=after)
    if as_json:
        print_json(lines)
        return
    titles = ("No", "Name", "Is", "May", "Phone", "Passphrase", "Accounts", "Until")
    print_table(
        titles,
        [
            (
                *(line.contact_id, line.name, line.relation, line.may_do.value),
                *(phone_text(line.phone), "yes" if line.has_passphrase else "-"),
                *(line.account or "all", line.to_day or "-"),
            )
            for line in lines
        ],
    )


@contact.command()
@click.argument("account")
@click.argument("name")
@click.option("--may", required=True, type=click.Choice([one.value for one in MayDo]))
@click.option("--relation", default="", help="Spouse, daughter, property manager ...")
@click.option("--phone", default="")
@click.option("--email", default="")
@click.option("--language", default="en", show_default=True)
@click.option("--everywhere", is_flag=True, help="On all of the customer's accounts.")
@at_desk
def add(
    desk: Desk,
    *,
    account: str,
    name: str,
    may: str,
    relation: str,
    phone: str,
    email: str,
    language: str,
    everywhere: bool,
    as_json: bool,
) -> None:
    """Enter NAME as a contact for ACCOUNT. A passphrase is set on the screen only."""
    form = ContactForm(
        name=name,
        may_do=MayDo(may),
        relation=relation,
        phone=phone,
        email=email,
        language=language,
        everywhere=everywhere,
    )
    row = add_contact(desk, find_account(account), form)
    if as_json:
        print_json({"contact_id": row})
    else:
        say(f"{name} is contact {row}.")


@contact.command("log")
@click.argument("account")
@click.argument("channel", type=click.Choice([one.value for one in Channel]))
@click.argument("reason")
@click.argument("words")
@click.option(
    "--outcome",
    type=click.Choice([one.value for one in Outcome]),
    default=Outcome.ANSWERED.value,
    show_default=True,
)
@click.option("--link", default="", help="Number of a bill or an order that it led to.")
@click.option("--corrects", type=WHOLE, help="The entry of ACCOUNT in whose place it stands.")
@at_desk
def log_(
    desk: Desk,
    *,
    account: str,
    channel: str,
    reason: str,
    words: str,
    outcome: str,
    link: str,
    corrects: int | None,
    as_json: bool,
) -> None:
    """Log what was said about ACCOUNT; REASON is a letter of the policy."""
    said = SpokenWith(
        channel=Channel(channel),
        reason=reason.upper(),
        words=words,
        outcome=Outcome(outcome),
        link=link,
    )
    if corrects is None:
        entry = log_contact(desk, find_account(account), said)
    else:
        entry = correct_logged(desk, logged(find_account(account), corrects).entry_id, said)
    if as_json:
        print_json({"entry_id": entry})
    else:
        say(f"Logged as {entry}.")


@contact.command()
@click.argument("account")
@click.option("--before", type=WHOLE, help="The last number of the page before.")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
@at_desk
def history(desk: Desk, account: str, before: int | None, limit: int, *, as_json: bool) -> None:
    """Show what was said about ACCOUNT, newest first."""
    desk.require(Right.LOOK)
    lines = log_of(find_account(account), before=before, limit=limit)
    if as_json:
        print_json(lines)
        return
    reasons = read_log_reasons()
    titles = ("No", "Day", "How", "Why", "What was said", "Ended", "By")
    print_table(
        titles,
        [
            (
                *(line.entry_id, line.day, line.channel.value),
                *(reasons.get(line.reason, line.reason), line.words),
                *("corrected" if line.corrected_by else line.outcome.value, line.staff),
            )
            for line in lines
        ],
    )
