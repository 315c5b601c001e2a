"""`billing-tui service`: start, stop, transfer and undo service; agree with owners."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from billing_tui.cli.doubts import CONFIRM, refuse_doubts
from billing_tui.cli.entries import DAY, WHOLE
from billing_tui.cli.office import at_desk
from billing_tui.cli.output import print_json, print_problems, print_table, say
from billing_tui.foundation.errors import Refused
from billing_tui.metering.usage import milli_text
from billing_tui.records.kinds import ServiceKind
from billing_tui.records.lookup import account_summary, find_account
from billing_tui.records.new_records import NewCustomer
from billing_tui.records.open_account import AccountForm
from billing_tui.service_orders.agreements import agreements_at
from billing_tui.service_orders.forms import StartForm, StopForm
from billing_tui.service_orders.kinds import ReadSource
from billing_tui.service_orders.landlord_agreement import agree_with_owner, end_agreement
from billing_tui.service_orders.moves import moves_of
from billing_tui.service_orders.offer import customer_numbered, location_numbered, offer_at
from billing_tui.service_orders.start_service import start_service
from billing_tui.service_orders.stop_service import stop_service
from billing_tui.service_orders.transfer_service import transfer_service
from billing_tui.service_orders.undo_move import undo_move

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from billing_tui.access.desk import Desk
    from billing_tui.service_orders.forms import Moved
    from billing_tui.service_orders.moves import MoveLine

_MOST_LISTED = 500


def _readings(
    _ctx: click.Context, _parameter: click.Parameter, told: tuple[str, ...]
) -> dict[str, int]:
    """`METER=COUNTS`, as often as wanted."""
    found = {}
    for one in told:
        meter, _, counts = one.partition("=")
        found[meter] = WHOLE.convert(counts, None, None)
    return found


def _terms(
    _ctx: click.Context, _parameter: click.Parameter, told: tuple[str, ...]
) -> dict[str, tuple[str, str]]:
    """`KIND=SCHEDULE/CLASS`, as often as wanted."""
    found = {}
    for one in told:
        kind, _, codes = one.partition("=")
        schedule, _, rate_class = codes.partition("/")
        if kind not in set(ServiceKind) or not (schedule and rate_class):
            raise click.BadParameter(f"{one!r:.60} is no KIND=SCHEDULE/CLASS, such as water=W1/R1.")
        found[kind] = (schedule, rate_class)
    return found


def _moving(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that every move has."""
    for option in (
        click.option("--day", type=DAY, help="Of the move; the business day by default."),
        click.option(
            "--read", "readings", multiple=True, callback=_readings, metavar="METER=COUNTS",
            help="What a meter shows; may be given again.",
        ),
        click.option(
            "--source", type=click.Choice([one.value for one in ReadSource]), default="field",
            show_default=True, help="Where the readings come from.",
        ),
        CONFIRM,
        click.option("--why", default="", help="The reason, for the trail."),
    ):  # fmt: skip
        command = option(command)
    return command


@click.group()
def service() -> None:
    """Service of customers: start, stop, transfer, undo.

    Exit codes: 0 done, 1 refused, 2 wrong use or wrong entries.
    """


def _tell(moved: Moved, *, as_json: bool) -> None:
    if as_json:
        print_json(moved)
        return
    parts = (("ends", moved.left), ("begins", moved.opened), ("is the owner's", moved.owner))
    told = ", ".join(f"{number} {verb}" for verb, number in parts if number)
    say(f"Move {moved.move_id}, {moved.kind} on {moved.day}: {told}.")
    for read in moved.reads:
        how = "" if read.written else ", the read of that day"
        say(f"{read.meter} at {read.reading}: {milli_text(read.usage_milli)} {read.unit}{how}.")
    print_problems(moved.warnings)


def _opened(
    location: int, customer: int | NewCustomer, day: date, terms: dict[str, tuple[str, str]]
) -> AccountForm:
    offer = offer_at(location, terms)
    return AccountForm(
        customer=customer,
        location_id=location,
        cycle_id=offer.cycle_id,
        opened=day,
        services=offer.services,
    )


_TAKE = click.option(
    "--take", "terms", multiple=True, callback=_terms, metavar="KIND=SCHEDULE/CLASS",
    help="Other terms than the last occupant's; may be given again.",
)  # fmt: skip


@service.command()
@click.argument("location")
@click.option("--customer", help="Number of a customer that exists.")
@click.option("--name", help='Name of a new customer, such as "Okada, Kenji".')
@click.option("--phone", "phones", multiple=True, help="Of the new customer.")
@click.option("--despite-debt", is_flag=True, help="A lead lets it start in spite of old debt.")
@_TAKE
@_moving
@at_desk
def start(
    desk: Desk,
    *,
    location: str,
    customer: str | None,
    name: str | None,
    phones: tuple[str, ...],
    day: date | None,
    readings: dict[str, int],
    source: str,
    confirm: bool,
    why: str,
    terms: dict[str, tuple[str, str]],
    despite_debt: bool,
    as_json: bool,
) -> None:
    """Start service at LOCATION, on the terms of the last occupant unless others are said."""
    if (customer is None) == (name is None):
        raise click.UsageError("Say --customer or --name, one of them.")
    who = customer_numbered(customer) if customer else NewCustomer(name=name or "", phones=phones)
    form = StartForm(
        account=_opened(location_numbered(location), who, day or desk.business_day, terms),
        source=ReadSource(source),
        readings=readings,
        despite_debt=despite_debt,
    )
    refuse_doubts(form.account.opened, readings, confirm=confirm)
    _tell(start_service(desk, form, why=why), as_json=as_json)


@service.command()
@click.argument("account")
@click.option("--forward", multiple=True, help="A line of the forwarding address.")
@click.option("--forward-zip", default="", help="Its ZIP code.")
@click.option("--leave-empty", is_flag=True, help="The owner does not take the place over.")
@_moving
@at_desk
def stop(
    desk: Desk,
    *,
    account: str,
    forward: tuple[str, ...],
    forward_zip: str,
    day: date | None,
    readings: dict[str, int],
    source: str,
    confirm: bool,
    why: str,
    leave_empty: bool,
    as_json: bool,
) -> None:
    """Stop all services of ACCOUNT; its final bill comes with the next run."""
    row = find_account(account)
    form = StopForm(
        account_id=row,
        day=day or desk.business_day,
        source=ReadSource(source),
        readings=readings,
        forwarding=forward,
        forwarding_zip=forward_zip,
        owner_takes_over=not leave_empty,
    )
    refuse_doubts(form.day, readings, confirm=confirm)
    version = account_summary(row, desk.business_day).version
    _tell(stop_service(desk, form, version=version, why=why), as_json=as_json)


@service.command()
@click.argument("account")
@click.argument("location")
@_TAKE
@_moving
@click.option("--mail-stays", is_flag=True, help="The last bills go to the old place.")
@at_desk
def transfer(
    desk: Desk,
    *,
    account: str,
    location: str,
    day: date | None,
    readings: dict[str, int],
    source: str,
    confirm: bool,
    mail_stays: bool,
    why: str,
    terms: dict[str, tuple[str, str]],
    as_json: bool,
) -> None:
    """Move the customer of ACCOUNT to LOCATION, in one entry."""
    row, place, when = find_account(account), location_numbered(location), day or desk.business_day
    summary = account_summary(row, desk.business_day)
    here = {line.meter for line in summary.services if line.meter}
    leaves = StopForm(
        account_id=row,
        day=when,
        source=ReadSource(source),
        readings={meter: counts for meter, counts in readings.items() if meter in here},
    )
    comes = StartForm(
        account=_opened(place, summary.customer.customer_id, when, terms),
        source=ReadSource(source),
        readings={meter: counts for meter, counts in readings.items() if meter not in here},
    )
    refuse_doubts(when, readings, confirm=confirm)
    done = transfer_service(
        desk, leaves, comes, version=summary.version, mail_along=not mail_stays, why=why
    )
    _tell(done, as_json=as_json)


@service.command()
@click.argument("location", required=False)
@click.option("--before", type=WHOLE, help="Go on behind that move.")
@click.option("--limit", type=WHOLE, default=20, show_default=True, help="The most lines.")
@at_desk
def moves(
    desk: Desk,  # noqa: ARG001 - opens the office
    *,
    location: str | None,
    before: int | None,
    limit: int,
    as_json: bool,
) -> None:
    """List moves at LOCATION, or all of them, newest first."""
    place = location_numbered(location) if location else None
    lines = moves_of(place, before=before, limit=min(limit, _MOST_LISTED))
    if as_json:
        print_json(lines)
        return
    rows = [
        (one.move_id, one.day, one.kind.value, one.told, one.address, one.by, _state(one))
        for one in lines
    ]
    print_table(("Move", "Day", "Kind", "What", "Address", "By", "State"), rows, right=("Move",))


def _state(line: MoveLine) -> str:
    return "stands" if line.stands else "undone"


@service.command()
@click.argument("move", type=WHOLE)
@click.option("--why", required=True, help="The reason, for the trail.")
@at_desk
def undo(desk: Desk, move: int, why: str, *, as_json: bool) -> None:
    """Take MOVE back, as long as nothing was billed by it."""
    done = undo_move(desk, move, why=why)
    if as_json:
        print_json(done)
        return
    restored, removed = ", ".join(done.restored) or "none", ", ".join(done.removed) or "none"
    say(f"Move {move} never was: {restored} restored, {removed} removed.")


@service.command()
@click.argument("location")
@click.argument("customer")
@click.option("--from", "first", type=DAY, help="First day; the business day by default.")
@click.option("--mail", multiple=True, help="A line of the owner's mailing address.")
@click.option("--mail-zip", default="", help="Its ZIP code.")
@at_desk
def owner(
    desk: Desk,
    *,
    location: str,
    customer: str,
    first: date | None,
    mail: tuple[str, ...],
    mail_zip: str,
    as_json: bool,
) -> None:
    """Agree that CUSTOMER, the owner, takes LOCATION over when a tenant leaves it."""
    agreement = agree_with_owner(
        desk,
        location_numbered(location),
        customer_numbered(customer),
        from_day=first or desk.business_day,
        mailing_lines=mail,
        mailing_zip=mail_zip,
    )
    if as_json:
        print_json({"agreement": agreement})
    else:
        say(f"Agreement {agreement}: {customer} takes {location} over.")


@service.command()
@click.argument("location")
@at_desk
def owners(desk: Desk, location: str, *, as_json: bool) -> None:  # noqa: ARG001
    """List the landlord agreements of LOCATION, the newest first."""
    found = agreements_at(location_numbered(location))
    if as_json:
        print_json(found)
        return
    rows = [
        (
            f"{one.from_day:%m/%d/%y}",
            f"{one.to_day:%m/%d/%y}" if one.to_day else "",
            one.owner,
            one.name,
            ", ".join(one.mailing_lines),
        )
        for one in found
    ]
    print_table(("From", "To", "Customer", "Owner", "Mail"), rows)


@service.command("owner-ends")
@click.argument("location")
@click.option("--last", type=DAY, help="Last day; the business day by default.")
@at_desk
def owner_ends(desk: Desk, location: str, last: date | None, *, as_json: bool) -> None:
    """End the landlord agreement of LOCATION that goes on."""
    row = location_numbered(location)
    going = [one for one in agreements_at(row) if one.to_day is None]
    if not going:
        raise Refused(f"No agreement goes on at {location}.", field="location")
    day = last or desk.business_day
    end_agreement(desk, going[0].agreement_id, last_day=day)
    if as_json:
        print_json({"agreement": going[0].agreement_id, "last": day})
    else:
        say(f"{going[0].name} no longer takes {location} over after {day:%m/%d/%y}.")
