"""`billing-tui found` and `billing-tui staff`: a live office, and who works in it."""

from __future__ import annotations

import os
import pwd
from typing import TYPE_CHECKING

import click

from billing_tui.access.desk import utc_now
from billing_tui.access.end_staff import change_roles, end_staff
from billing_tui.access.hire import hire, rehire
from billing_tui.access.pin import idle_told, set_idle_minutes
from billing_tui.access.rights import Role
from billing_tui.access.sessions import ask_to_end, open_sessions
from billing_tui.access.staff import staff_list
from billing_tui.cli.entries import WHOLE
from billing_tui.cli.office import at_desk, station
from billing_tui.cli.output import print_json, print_table, say
from billing_tui.foundation.home import find_home
from billing_tui.foundation.moments import USUAL_ZONE, column_moment
from billing_tui.foundation.text import clean
from billing_tui.operations.found_live import Founder, found_live

if TYPE_CHECKING:
    from datetime import date

    from billing_tui.access.desk import Desk

_ROLES = click.Choice([role.value for role in Role])


@click.command()
@click.option("--home", metavar="DIR", help="The office's folder; else $BILLING_HOME.")
@click.option("--utility", required=True, help="Its name, as on the bills.")
@click.option("--user", required=True, help="User name of the specialist.")
@click.option("--name", required=True, help="The specialist's full name.")
@click.option("--zone", default=USUAL_ZONE, show_default=True, help="Time zone of its clocks.")
def found(*, home: str | None, utility: str, user: str, name: str, zone: str) -> None:
    """Found a live office, with its system specialist: whoever types this."""
    place, title = find_home(home), clean(utility, most=60, field="utility")
    founder = Founder(user, name, pwd.getpwuid(os.getuid()).pw_name, station())
    found_live(place, title, zone, founder, utc_now).close()
    say(f"{title} stands in {place.root}. `billing-tui staff hire` takes on the others.")


@click.group()
def staff() -> None:
    """Who works here, and as what."""


@staff.command("hire")
@click.option("--user", required=True, help="User name, letters and digits.")
@click.option("--name", required=True, help="Full name.")
@click.option("--role", "roles", required=True, multiple=True, type=_ROLES, help="May be repeated.")
@click.option("--why", required=True, help="Stays with the record.")
@click.option("--os-user", help="Account of this machine that is this person.")
@at_desk
def hire_(
    desk: Desk,
    *,
    user: str,
    name: str,
    roles: tuple[str, ...],
    why: str,
    os_user: str | None,
    as_json: bool,
) -> None:
    """Take on a staff member."""
    staff_id = hire(desk, user, name, [Role(role) for role in roles], why, os_user=os_user)
    if as_json:
        print_json({"staff_id": staff_id})
    else:
        say(f"{name} works here now as {' and '.join(roles)}.")


@staff.command("rehire")
@click.argument("user")
@click.option("--role", "roles", required=True, multiple=True, type=_ROLES, help="May be repeated.")
@click.option("--why", required=True, help="Stays with the record.")
@click.option("--os-user", help="Account of this machine that is this person.")
@at_desk
def rehire_(
    desk: Desk, *, user: str, roles: tuple[str, ...], why: str, os_user: str | None, as_json: bool
) -> None:
    """Take USER on again, who left: the same person, with these roles from today on."""
    staff_id = rehire(desk, user, [Role(role) for role in roles], why, os_user=os_user)
    if as_json:
        print_json({"staff_id": staff_id})
    else:
        say(f"{user.lower()} works here again as {' and '.join(sorted(set(roles)))}.")


@staff.command("end")
@click.argument("user")
@click.option("--why", required=True, help="Stays with the record.")
@at_desk
def end(desk: Desk, *, user: str, why: str, as_json: bool) -> None:
    """End the employment of USER; what they keyed stays theirs."""
    from billing_tui.operations.today.left_open import left_open

    end_staff(desk, user, why)
    name = clean(user).lower()
    rows = left_open(desk, name)
    if as_json:
        print_json({"ended": name, "left_open": rows})
        return
    say(f"{name} no longer works here. {'Left open:' if rows else 'Nothing is left open.'}")
    if rows:
        print_table(
            ("Kind", "What", "Due", "Then"),
            [(row.kind, row.told, _day(row.due), row.then) for row in rows],
            whole=("Kind", "Due"),
        )


def _day(day: date | None) -> str:
    return f"{day:%m/%d/%y}" if day else "-"


@staff.command("roles")
@click.argument("user")
@click.option("--role", "roles", required=True, multiple=True, type=_ROLES, help="May be repeated.")
@click.option("--why", required=True, help="Stays with the record.")
@at_desk
def roles_(desk: Desk, *, user: str, roles: tuple[str, ...], why: str, as_json: bool) -> None:
    """Give USER these roles from today on, and no others."""
    change_roles(desk, user, [Role(role) for role in roles], why)
    if as_json:
        print_json({"user": user.lower(), "roles": sorted(set(roles))})
    else:
        say(f"{user.lower()} works here now as {' and '.join(sorted(set(roles)))}.")


@staff.command("idle-lock")
@click.argument("minutes", type=WHOLE)
@click.option("--why", required=True, help="Stays with the record.")
@at_desk
def idle_lock(desk: Desk, *, minutes: int, why: str, as_json: bool) -> None:
    """Lock terminals after MINUTES without a key; 0 never does, which leaves them to anybody."""
    set_idle_minutes(desk, minutes, why)
    if as_json:
        print_json({"idle_minutes": minutes})
    else:
        say(idle_told(minutes))


@staff.command()
@click.option("--end", "whom", metavar="USER", help="End the sessions of USER; takes --why.")
@click.option("--why", default="", help="What USER reads; stays with the record.")
@at_desk
def sessions(desk: Desk, *, whom: str | None, why: str, as_json: bool) -> None:
    """Show who is signed on at the screens, or end somebody's sessions."""
    if whom is not None:
        _end_sessions(desk, whom.lower(), why, as_json=as_json)
        return
    rows = open_sessions(desk)
    if as_json:
        print_json(rows)
    elif not rows:
        say("Nobody is signed on.")
    else:
        print_table(
            ("User", "Name", "Station", "Since", "Last key", "Screen", "Process", ""),
            [
                (
                    row.username,
                    row.name,
                    row.station,
                    column_moment(row.since),
                    column_moment(row.last_key),
                    row.screen,
                    row.pid,
                    ("ending" if row.ending else "") if row.alive else "gone",
                )
                for row in rows
            ],
            right=("Process",),
        )


def _end_sessions(desk: Desk, whom: str, why: str, *, as_json: bool) -> None:
    own = [row for row in open_sessions(desk) if row.username == whom]
    ended = [ask_to_end(desk, row.session_id, why) for row in own]
    if as_json:
        print_json(ended)
    elif ended:
        say(f"{whom} is told and signed off within half a minute; what was keyed stays as a draft.")
    else:
        say(f"{whom} is not signed on.")


@staff.command("list")
@at_desk
def list_(desk: Desk, *, as_json: bool) -> None:
    """List who works here today."""
    rows = staff_list(desk.business_day)
    if as_json:
        print_json(rows)
        return
    print_table(
        ("User", "Name", "Roles", "Account of this machine"),
        [(row.username, row.name, ", ".join(row.roles), row.os_user or "-") for row in rows],
    )
