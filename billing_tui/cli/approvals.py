"""`billing-tui approval`: ask for changes that take two people, and decide them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from billing_tui.access.approvals import RequestView, find_request, list_requests
from billing_tui.access.decide_request import approve_request, refuse_request
from billing_tui.access.request_change import withdraw_request
from billing_tui.access.rights import Right
from billing_tui.access.tables import RequestState
from billing_tui.cli.changes import change_text
from billing_tui.cli.entries import DAY, WHOLE
from billing_tui.cli.office import at_desk
from billing_tui.cli.output import cents, print_json, print_line, print_table, say
from billing_tui.foundation.errors import InvalidEntry, NotFound, Refused
from billing_tui.foundation.moments import moment_text
from billing_tui.operations.executors import EXECUTORS
from billing_tui.records.kinds import ServiceKind
from billing_tui.records.lookup import find_account, service_lines
from billing_tui.records.request_class_change import request_class_change

if TYPE_CHECKING:
    from datetime import date

    from billing_tui.access.desk import Desk
    from billing_tui.records.account_values import ServiceLine

_STATES = [state.value.lower() for state in RequestState]


@click.group()
def approval() -> None:
    """Changes that one person asks for and another approves."""


@approval.command(name="list")
@click.option("--state", type=click.Choice([*_STATES, "all"]), default="pending")
@click.option("--mine", is_flag=True, help="Only what you asked for.")
@click.option("--after", type=WHOLE, default=0, help="Higher numbers only: the next page.")
@at_desk
def list_(desk: Desk, *, state: str, mine: bool, after: int, as_json: bool) -> None:
    """List requests, the oldest first."""
    wanted = None if state == "all" else RequestState(state.capitalize())
    found = list_requests(desk, state=wanted, maker=desk.username if mine else "", after=after)
    if as_json:
        print_json(found)
        return
    if not found:
        say("There are none.")
        return
    print_table(
        ("Request", "What", "About", "Changes", "By", "Days", "State", "Why"),
        [
            (
                view.id,
                view.title,
                f"{view.subject_kind} {view.subject}",
                "; ".join(map(change_text, view.changes)),
                view.maker,
                view.age_days,
                view.state.value,
                view.refusal or view.reason,
            )
            for view in found
        ],
        right=("Request", "Days"),
    )


def _print(view: RequestView) -> None:
    print_line(f"Request {view.id}  {view.title}  {view.subject_kind} {view.subject}")
    print_line(f"{view.state.value}; asked by {view.maker_name} on {moment_text(view.made_at)}")
    print_line(f"Why: {view.reason}")
    for change in view.changes:
        print_line(f"  {change_text(change)}")
    for name, value in view.payload.items():
        if name not in {"before", "after"}:
            print_line(f"  {name}: {value}")
    if view.amount_cents:
        others = view.together_cents > abs(view.amount_cents)
        lately = f", with others of late {cents(view.together_cents)}" if others else ""
        print_line(f"  Amount {cents(view.amount_cents)}{lately}")
    if view.others_open:
        print_line(f"* {view.others_open} more wait for the same {view.subject_kind}")
    if view.refusal:
        print_line(f"Refused by {view.checker}: {view.refusal}")
    elif view.checker:
        print_line(f"Approved by {view.checker} on {moment_text(view.decided_at)}")
    print_line(f"SHA-256 {view.digest}")


@approval.command()
@click.argument("request", type=WHOLE)
@at_desk
def show(desk: Desk, request: int, *, as_json: bool) -> None:
    """Show all that is needed to decide REQUEST."""
    view = find_request(desk, request)
    if as_json:
        print_json(view)
        return
    _print(view)
    if view.state is RequestState.PENDING:
        say(view.why_not or "You may decide it.")


def _seen(desk: Desk, view: RequestView, digest: str) -> str:
    """The digest that was looked at, spelled out; asks at the terminal where none was given.

    Only who may decide is asked.
    """
    if not digest:
        desk.require(Right.DECIDE_REQUESTS)
        if reason := view.why_not or view.maker_gone:
            raise Refused(reason)
        _print(view)
        click.confirm("Approve and carry it out?", abort=True, err=True)
        return view.digest
    if len(digest) < 8:
        raise InvalidEntry("Give at least eight digits of the SHA-256.", field="seen")
    return view.digest if view.digest.startswith(digest) else digest


@approval.command()
@click.argument("request", type=WHOLE)
@click.option("--seen", default="", help="SHA-256 that `show` printed, or its first digits.")
@at_desk
def approve(desk: Desk, request: int, *, seen: str, as_json: bool) -> None:
    """Approve REQUEST, which carries it out."""
    view = find_request(desk, request)
    done = approve_request(desk, request, seen=_seen(desk, view, seen), executors=EXECUTORS)
    if as_json:
        print_json(done)
    else:
        print_line(f"Request {request} is approved and carried out.")


@approval.command()
@click.argument("request", type=WHOLE)
@click.option("--reason", required=True, help="Why; its maker reads it.")
@at_desk
def refuse(desk: Desk, request: int, *, reason: str, as_json: bool) -> None:
    """Refuse REQUEST."""
    done = refuse_request(desk, request, reason)
    if as_json:
        print_json(done)
    else:
        print_line(f"Request {request} is refused; {done.maker} sees why.")


@approval.command()
@click.argument("request", type=WHOLE)
@click.option("--why", default="", help="The reason.")
@at_desk
def withdraw(desk: Desk, request: int, *, why: str, as_json: bool) -> None:
    """Take back a REQUEST of your own."""
    withdraw_request(desk, request, why=why)
    if as_json:
        print_json(find_request(desk, request))
    else:
        print_line(f"Request {request} is withdrawn.")


def _service(account: str, kind: str, day: date, meter: str) -> ServiceLine:
    found = [line for line in service_lines(find_account(account), day) if line.kind == kind]
    if not found:
        raise NotFound(f"{account} has no {kind} service on {day}.", field="service")
    several = [line for line in found if line.meter == meter] if meter else found
    if len(several) != 1:
        meters = ", ".join(line.meter or "none" for line in found)
        raise InvalidEntry(
            f"{account} has {len(found)} {kind} services; name one by its --meter: {meters}.",
            field="meter",
        )
    return several[0]


@approval.command(name="request-class-change")
@click.argument("account")
@click.argument("service", type=click.Choice([kind.value for kind in ServiceKind]))
@click.argument("rate_class", metavar="CLASS")
@click.option("--from", "from_day", type=DAY, required=True, help="First day of the new class.")
@click.option("--reason", required=True, help="Why; the checker reads it.")
@click.option("--schedule", default="", help="Another rate schedule; else the service's.")
@click.option("--meter", default="", help="Which service, where the account has several.")
@at_desk
def request_class_change_(
    desk: Desk,
    *,
    account: str,
    service: str,
    rate_class: str,
    from_day: date,
    reason: str,
    schedule: str,
    meter: str,
    as_json: bool,
) -> None:
    """Ask that the SERVICE of an ACCOUNT be billed under another CLASS."""
    line = _service(account, service, from_day, meter)
    number = request_class_change(
        desk,
        line.service_id,
        schedule=schedule or line.schedule,
        rate_class=rate_class,
        from_day=from_day,
        reason=reason,
    )
    if as_json:
        print_json(find_request(desk, number))
    else:
        print_line(f"Request {number} waits for approval.")
