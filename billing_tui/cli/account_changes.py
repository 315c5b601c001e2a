"""`billing-tui account change`: services, classes, attributes, mailing address, flags, holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from billing_tui.cli.doubts import CONFIRM, refuse_doubts
from billing_tui.cli.entries import DAY, WHOLE
from billing_tui.cli.office import at_desk
from billing_tui.cli.output import print_json, say
from billing_tui.foundation.errors import InvalidEntry, NotFound
from billing_tui.records.account_flags import add_flag, end_flag
from billing_tui.records.attributes import LivesAt, attribute
from billing_tui.records.change_mailing_address import (
    change_mailing_address,
    mail_to_service_address,
)
from billing_tui.records.kinds import FlagKind, ServiceKind
from billing_tui.records.lookup import account_summary, find_account
from billing_tui.service_orders.add_service import free_point
from billing_tui.service_orders.ahead import meters_there
from billing_tui.service_orders.change_in_service import change_in_service
from billing_tui.service_orders.kinds import ReadSource
from billing_tui.service_orders.preview_change import preview_change
from billing_tui.service_orders.service_changes import ChangeForm, ChangeKind, Seen
from billing_tui.service_orders.terms import Terms, check_terms

if TYPE_CHECKING:
    from datetime import date

    from billing_tui.access.desk import Desk
    from billing_tui.records.account_values import AccountSummary, ServiceLine

_KINDS = click.Choice([one.value for one in ServiceKind])
_FLAGS = click.Choice([one.value for one in FlagKind], case_sensitive=False)
_DAY = click.option("--from", "day", type=DAY, help="First day; the business day by default.")
_WHY = click.option("--why", default="", help="The reason, for the trail.")
_METER = click.option("--meter", default="", help="Which service, where there are several.")
_READ = click.option("--read", "reading", type=WHOLE, help="What the meter shows that day.")
_SOURCE = click.option(
    "--source", type=click.Choice([one.value for one in ReadSource]), default="field",
    show_default=True, help="Where the reading comes from.",
)  # fmt: skip


def _values(
    _ctx: click.Context, _parameter: click.Parameter, told: tuple[str, ...]
) -> dict[str, str]:
    """`NAME=VALUE`, as often as wanted."""
    pairs = [one.partition("=") for one in told]
    for name, sign, _ in pairs:
        if not (name and sign):
            raise click.BadParameter(f"{name!r:.40} is no NAME=VALUE, such as carts=2.")
    return {name: value for name, _, value in pairs}


def _terms(text: str, kind: str, day: date, line: ServiceLine | None = None) -> Terms:
    """`CLASS` of the service's schedule, or `SCHEDULE/CLASS`."""
    schedule, sign, rate_class = text.partition("/")
    if not sign and line is not None:
        schedule, rate_class = line.schedule, text
    return check_terms(kind, schedule, rate_class, day)


def _line(summary: AccountSummary, kind: str, meter: str) -> ServiceLine:
    found = [one for one in summary.services if one.kind == kind]
    if not found:
        raise NotFound(f"{summary.number} has no {kind} service then.", field="service")
    several = [one for one in found if one.meter == meter] if meter else found
    if len(several) != 1:
        raise InvalidEntry(
            f"{summary.number} has {len(found)} {kind} services; name one by its --meter.",
            field="meter",
        )
    return several[0]


def _readings(reading: int | None, point: int | None, day: date) -> dict[str, int]:
    """The reading of the one meter at a point; `billing-tui service` takes several."""
    meters = meters_there([point], day) if point is not None and reading is not None else ()
    return {one.number: reading for one in meters if reading is not None}


def _carry_out(
    desk: Desk, form: ChangeForm, summary: AccountSummary, why: str, *, as_json: bool
) -> None:
    seen = Seen(summary.version, summary.location.version)
    before = preview_change(summary, form)
    done = change_in_service(desk, form, seen=seen, why=why)
    if as_json:
        print_json({"request": done.request, "usage": done.usage, "turned": before.turned})
        return
    say(done.sentence)
    for one in before.turned:
        say(f"{one.whose}, {one.what}: {one.before or '-'} -> {one.after or '-'}")
    say(before.counts)


@click.group()
def change() -> None:
    """Change what an account takes, where its bills go, and its flags.

    Exit codes: 0 done or asked for, 1 refused, 2 wrong use or wrong entries.
    """


@change.command()
@click.argument("account")
@click.argument("kind", type=_KINDS)
@click.argument("terms", metavar="SCHEDULE/CLASS")
@click.option("--set", "values", multiple=True, callback=_values, metavar="NAME=VALUE")
@click.option("--despite-billed", is_flag=True, help="A lead lets it begin in a billed period.")
@_READ
@_SOURCE
@CONFIRM
@_DAY
@_WHY
@at_desk
def add(
    desk: Desk,
    *,
    account: str,
    kind: str,
    terms: str,
    values: dict[str, str],
    despite_billed: bool,
    reading: int | None,
    source: str,
    confirm: bool,
    day: date | None,
    why: str,
    as_json: bool,
) -> None:
    """Let ACCOUNT take one more service."""
    first = day or desk.business_day
    summary = account_summary(find_account(account), desk.business_day)
    place = summary.location.location_id
    form = ChangeForm(
        account_id=summary.account_id,
        change=ChangeKind.ADD,
        day=first,
        kind=ServiceKind(kind),
        terms=_terms(terms, kind, first),
        values=values,
        source=ReadSource(source),
        readings=_readings(reading, free_point(place, ServiceKind(kind), first), first),
        despite_billed=despite_billed,
    )
    refuse_doubts(first, form.readings, confirm=confirm)
    _carry_out(desk, form, summary, why, as_json=as_json)


@change.command()
@click.argument("account")
@click.argument("kind", type=_KINDS)
@_METER
@_READ
@_SOURCE
@CONFIRM
@_DAY
@click.option("--why", required=True, help="The reason, for the trail.")
@at_desk
def end(
    desk: Desk,
    *,
    account: str,
    kind: str,
    meter: str,
    reading: int | None,
    source: str,
    confirm: bool,
    day: date | None,
    why: str,
    as_json: bool,
) -> None:
    """End one service of ACCOUNT; the day is that of the final read."""
    summary = account_summary(find_account(account), desk.business_day)
    line, last = _line(summary, kind, meter), day or desk.business_day
    form = ChangeForm(
        account_id=summary.account_id,
        change=ChangeKind.END,
        day=last,
        service_id=line.service_id,
        source=ReadSource(source),
        readings=_readings(reading, line.service_point_id, last),
    )
    refuse_doubts(last, form.readings, confirm=confirm)
    _carry_out(desk, form, summary, why, as_json=as_json)


@change.command(name="class")
@click.argument("account")
@click.argument("kind", type=_KINDS)
@click.argument("terms", metavar="CLASS")
@_METER
@_DAY
@click.option("--set", "values", multiple=True, callback=_values, metavar="NAME=VALUE")
@click.option("--why", required=True, help="The reason; whoever approves it reads it.")
@at_desk
def class_(
    desk: Desk,
    *,
    account: str,
    kind: str,
    terms: str,
    meter: str,
    day: date | None,
    values: dict[str, str],
    why: str,
    as_json: bool,
) -> None:
    """Bill a service of ACCOUNT under another CLASS, or SCHEDULE/CLASS; a clerk's waits."""
    first = day or desk.business_day
    summary = account_summary(find_account(account), desk.business_day)
    line = _line(summary, kind, meter)
    form = ChangeForm(
        account_id=summary.account_id,
        change=ChangeKind.CLASS,
        day=first,
        service_id=line.service_id,
        terms=_terms(terms, kind, first, line),
        values=values,
    )
    _carry_out(desk, form, summary, why, as_json=as_json)


@change.command(name="set")
@click.argument("account")
@click.argument("values", nargs=-1, required=True, callback=_values, metavar="NAME=VALUE...")
@click.option("--service", "kind", type=_KINDS, help="Of an attribute that is the service's.")
@click.option("--despite-billed", is_flag=True, help="A lead lets it reach into a billed period.")
@_METER
@_DAY
@_WHY
@at_desk
def set_(
    desk: Desk,
    *,
    account: str,
    values: dict[str, str],
    kind: str | None,
    despite_billed: bool,
    meter: str,
    day: date | None,
    why: str,
    as_json: bool,
) -> None:
    """Give attributes of ACCOUNT's place, or of one of its services, other values."""
    summary = account_summary(find_account(account), desk.business_day)
    of_place = all(attribute(name).lives_at is LivesAt.LOCATION for name in values)
    if not of_place and kind is None:
        raise InvalidEntry("Say --service; that attribute is kept with a service.", field="service")
    form = ChangeForm(
        account_id=summary.account_id,
        change=ChangeKind.OTHER,
        day=day or desk.business_day,
        service_id=None if of_place or kind is None else _line(summary, kind, meter).service_id,
        values=values,
        despite_billed=despite_billed,
    )
    _carry_out(desk, form, summary, why, as_json=as_json)


@change.command()
@click.argument("account")
@click.argument("lines", nargs=-1, metavar="[LINE]...")
@click.option("--zip", "zip_code", default="", help="5, 9 or 11 digits, for the barcode.")
@_DAY
@_WHY
@at_desk
def mail(
    desk: Desk,
    *,
    account: str,
    lines: tuple[str, ...],
    zip_code: str,
    day: date | None,
    why: str,
    as_json: bool,
) -> None:
    """Send ACCOUNT's bills to those LINEs, or to the service address where none is given."""
    row, first = find_account(account), day or desk.business_day
    version = account_summary(row, desk.business_day).version
    if lines:
        change_mailing_address(desk, row, lines, zip_code, from_day=first, version=version, why=why)
    else:
        mail_to_service_address(desk, row, from_day=first, version=version, why=why)
    now = account_summary(row, first)
    if as_json:
        print_json({"from": first, "lines": now.mailing_lines, "zip": now.mailing_zip})
    else:
        say(f"From {first} bills go to {', '.join(now.mailing_lines)}.")


@change.command()
@click.argument("account")
@click.argument("kind", type=_FLAGS)
@click.option("--reason", required=True, help="Why.")
@click.option("--proof", default="", help="The document that was seen.")
@click.option("--to", "last", type=DAY, help="Last day; the kind's usual one by default.")
@click.option("--review", type=DAY, help="No end, but looked at again on that day.")
@click.option("--open", "open_ended", is_flag=True, help="No end.")
@_DAY
@at_desk
def flag(
    desk: Desk,
    *,
    account: str,
    kind: str,
    reason: str,
    proof: str,
    last: date | None,
    review: date | None,
    open_ended: bool,
    day: date | None,
    as_json: bool,
) -> None:
    """Flag ACCOUNT; "Hold bill" keeps it off bills and on the list of what is held."""
    number = add_flag(
        desk,
        find_account(account),
        FlagKind(kind),
        reason,
        from_day=day,
        to_day=last,
        open_ended=open_ended or review is not None,
        review_day=review,
        proof=proof,
    )
    if as_json:
        print_json({"flag": number})
    else:
        say(f"{account} has the flag {kind}.")


@change.command(name="end-flag")
@click.argument("account")
@click.argument("kind", type=_FLAGS)
@click.option("--to", "last", type=DAY, help="Last day; the business day by default.")
@_WHY
@at_desk
def end_flag_(
    desk: Desk, *, account: str, kind: str, last: date | None, why: str, as_json: bool
) -> None:
    """End a flag of ACCOUNT."""
    summary = account_summary(find_account(account), desk.business_day)
    mine = [one for one in summary.flags if one.kind == kind]
    if not mine:
        raise NotFound(f"{summary.number} has no flag {kind} today.", field="kind")
    ended = end_flag(desk, mine[0].flag_id, to_day=last, why=why)
    if as_json:
        print_json({"flag": mine[0].flag_id, "to": ended})
    else:
        say(f"The flag {kind} ends on {ended}.")
