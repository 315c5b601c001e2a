"""`billing-tui account`: find accounts, show one, compare it on two days, list flags that end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from billing_tui.access.rights import Right
from billing_tui.cli.account_changes import change
from billing_tui.cli.entries import DAY, WHOLE
from billing_tui.cli.office import at_desk
from billing_tui.cli.output import plain, print_json, print_line, print_table, say
from billing_tui.foundation.errors import InvalidEntry
from billing_tui.foundation.moments import day_of
from billing_tui.foundation.money import money_text
from billing_tui.ledger.receivables import agings
from billing_tui.records.address import phone_text
from billing_tui.records.difference import difference
from billing_tui.records.flags_ending import MOST as MOST_FLAGS, flags_ending
from billing_tui.records.kinds import PointStatus
from billing_tui.records.lookup import account_summary, find_account
from billing_tui.records.search import MOST_HITS, search

if TYPE_CHECKING:
    from datetime import date

    from billing_tui.access.desk import Desk
    from billing_tui.records.account_values import AccountSummary, FlagLine, ServiceLine

_LONGEST_AHEAD = 3660
_STATUS = {PointStatus.ACTIVE: "On", PointStatus.OFF: "Off"}


@click.group()
def account() -> None:
    """Accounts: find them, show them, change them."""


account.add_command(change)


@account.command()
@click.argument("words", nargs=-1, required=True)
@at_desk
def find(desk: Desk, words: tuple[str, ...], *, as_json: bool) -> None:
    """Find accounts by number, name, sound, address, phone, meter, parcel, old number or email."""
    desk.require(Right.LOOK)
    hits = search(" ".join(words))
    if as_json:
        print_json(hits)
        return
    if not hits:
        say("Nothing fits. Try fewer words or fewer letters.")
        return
    print_table(
        ("Account", "Name", "Address", "Status", "Found by"),
        [(hit.number, hit.name, hit.address, hit.status, hit.matched) for hit in hits],
    )
    if len(hits) == MOST_HITS:
        say(f"These are the first {MOST_HITS}; add a word to narrow them down.")


@account.command()
@click.argument("number", metavar="ACCOUNT")
@click.option("--as-of", "day", type=DAY, metavar="DAY", help="The records as they stood then.")
@at_desk
def show(desk: Desk, number: str, day: date | None, *, as_json: bool) -> None:
    """Show an account: flags first, then customer, addresses, balance and services."""
    desk.require(Right.LOOK)
    summary = account_summary(find_account(number), day or desk.business_day)
    owed = agings([summary.account_id], summary.on)[summary.account_id]
    if as_json:
        print_json(plain(summary) | {"balance_cents": owed.balance, "aging": owed})
        return
    _head(summary)
    print_line(f"Owes {money_text(owed.balance)}, of it {money_text(owed.past_due)} past due")
    print_table(
        ("Service", "Meter", "Size", "Rate", "Route", "Status"),
        [_service(line) for line in summary.services],
    )
    facts = [f"{name} {value}" for name, value in sorted(summary.location.attributes.items())]
    if facts:
        print_line(f"Location: {', '.join(facts)}")


@account.command()
@click.argument("number", metavar="ACCOUNT")
@click.argument("first", type=DAY, metavar="DAY")
@click.argument("last", type=DAY, metavar="DAY")
@at_desk
def diff(desk: Desk, number: str, first: date, last: date, *, as_json: bool) -> None:
    """Show what is different about ACCOUNT between two days."""
    desk.require(Right.LOOK)
    found = difference(find_account(number), first, last)
    if as_json:
        print_json(found)
        return
    if found.lines:
        print_table(
            ("Part", "What", f"{found.first}", f"{found.last}"),
            [(one.part, one.what, one.before or "-", one.after or "-") for one in found.lines],
        )
    more = "" if len(found.lines) == 1 else "s"
    say(f"{len(found.lines)} difference{more}; {found.same} facts are as they were.")


@account.command()
@click.option("--within", type=WHOLE, default=30, show_default=True, help="Days ahead.")
@at_desk
def flags(desk: Desk, *, within: int, as_json: bool) -> None:
    """List flags that end soon, and holds that are to be looked at again."""
    desk.require(Right.LOOK)
    if within > _LONGEST_AHEAD:
        raise InvalidEntry(f"Look at most {_LONGEST_AHEAD} days ahead.", field="within")
    found = flags_ending(desk.business_day, within)
    if as_json:
        print_json(found)
        return
    print_table(
        ("Due", "Account", "Name", "What", "Reason", "By"),
        [
            (one.due, one.account, one.name, one.sentence(desk.business_day), one.reason, one.staff)
            for one in found
        ],
    )
    if not found:
        say(f"Nothing ends within {within} days.")
    elif len(found) == MOST_FLAGS:
        say(f"These are the first {MOST_FLAGS}.")


def _head(summary: AccountSummary) -> None:
    print_line(f"{summary.number}  {summary.customer.name}  {summary.status}  on {summary.on}")
    for flag in summary.flags:
        print_line(f"* {_flag(flag)}")
    for note in summary.sticky_notes:
        print_line(f"* {note.text} ({note.staff}, {day_of(note.at)})")
    print_line(f"{summary.location.address}, {summary.location.city_line}   Cycle {summary.cycle}")
    mailing = ", ".join(summary.mailing_lines)
    print_line(f"Bills to {summary.customer.mailing_name}, {mailing}")
    phones = "  ".join(f"{phone_text(digits)} {kind}" for digits, kind in summary.customer.phones)
    reach = "  ".join(part for part in (phones, summary.customer.email) if part)
    if reach:
        print_line(reach)
    until = f" to {summary.closed}" if summary.closed else ""
    print_line(f"Open since {summary.opened}{until}")


def _flag(flag: FlagLine) -> str:
    until = f" to {flag.to_day}" if flag.to_day else ""
    return f"{flag.kind}{until}: {flag.reason}"


def _service(line: ServiceLine) -> tuple[str, ...]:
    status = _STATUS.get(PointStatus(line.point_status), line.point_status)
    route = f"{line.route} {line.sequence}" if line.route else "-"
    return (
        line.kind.capitalize(),
        line.meter or line.description or "-",
        line.size or "-",
        f"{line.schedule} {line.rate_class}",
        route,
        f"{status}, held" if line.billing_hold else status,
    )
