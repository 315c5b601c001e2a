"""`billing-tui host`: set up the machine that clerks reach over SSH, let them in, and prove it."""

from __future__ import annotations

import functools
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from billing_tui.access.desk import utc_now
from billing_tui.cli.office import station
from billing_tui.cli.output import print_json, print_line, say
from billing_tui.foundation.errors import InvalidEntry
from billing_tui.foundation.home import find_home
from billing_tui.foundation.moments import local
from billing_tui.operations.host.deployment import Deployment, pieces

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_tui.operations.host.set_up import Done

_DEFAULTS = (
    ("--name", "NAME", "billing-tui", "What the files are called, as in /etc/NAME."),
    ("--service", "ACCOUNT", "billing", "The account that owns the office."),
    ("--group", "GROUP", "billing-clerks", "The group of the clerks' accounts."),
    ("--home", "DIR", "/var/lib/billing-tui", "The office's folder."),
    ("--python", "FILE", sys.executable, "The interpreter that has the program."),
)


def _deployed(command: Callable[..., Any]) -> Callable[..., Any]:
    """A command about a deployment: adds its names and places; passes `deployment`, `as_json`."""

    @click.option("--json", "as_json", is_flag=True, help="Print JSON.")
    @functools.wraps(command)
    def wrapped(*, name: str, service: str, group: str, home: str, python: str, **rest: Any) -> Any:
        deployment = Deployment(name, service, group, Path(home), Path(python))
        return command(deployment=deployment, **rest)

    for flag, metavar, default, told in reversed(_DEFAULTS):
        option = click.option(flag, metavar=metavar, default=default, show_default=True, help=told)
        wrapped = option(wrapped)
    return wrapped


@click.group()
def host() -> None:
    """The machine that clerks reach over SSH."""


@host.command()
@_deployed
@click.option("--plan", is_flag=True, help="Print what would be written, and write nothing.")
@click.option("--apply", "apply_", is_flag=True, help="Set up this machine; takes root.")
@click.option("--root", metavar="DIR", help="Write into a folder that stands for the machine.")
def setup(
    *, deployment: Deployment, plan: bool, apply_: bool, root: str | None, as_json: bool
) -> None:
    """Write what clerks' logins need: sshd's and sudo's rules, two scripts, the office's folder."""
    if plan + apply_ + (root is not None) != 1:
        raise click.UsageError("Say --plan, --apply or --root DIR.")
    if plan:
        _tell_plan(deployment, as_json=as_json)
        return
    from billing_tui.operations.host.set_up import set_up, sshd_accepts

    _tell(set_up(deployment, Path(root).absolute() if root else None), as_json=as_json)
    told = "" if root else sshd_accepts()
    if told:
        say(f"! sshd does not accept its configuration: {told}")
    if apply_:
        say(f"Reload sshd and enable {deployment.name}-nightly.timer where systemd runs.")
        say("Then prove the machine with `billing-tui host check`.")


@host.command("add-clerk")
@click.argument("username")
@click.option("--os-user", metavar="ACCOUNT", required=True, help="The clerk's own account.")
@click.option("--key", metavar="FILE", required=True, help="The clerk's public key, a .pub file.")
@_deployed
def add_clerk(
    *, deployment: Deployment, username: str, os_user: str, key: str, as_json: bool
) -> None:
    """Let a staff member in over SSH, with an account and a key of their own; takes root."""
    from billing_tui.operations.host import add_clerk as adding

    try:
        text = Path(key).read_text(encoding="ascii")
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "it is no text"
        raise InvalidEntry(f"{key} cannot be read: {why}.", field="key") from error
    today = local(utc_now()).date()
    _tell(
        adding.add_clerk(deployment, username, os_user, text, today=today, station=station()),
        as_json=as_json,
    )


@host.command()
@_deployed
def check(*, deployment: Deployment, as_json: bool) -> int:
    """Prove the deployment on this machine: exit 0 when all holds; takes root."""
    from billing_tui.operations.host.check import check_host

    findings = check_host(deployment)
    broken = [finding for finding in findings if not finding.holds]
    if as_json:
        print_json(findings)
        return 1 if broken else 0
    for finding in findings:
        print_line(f"{'ok  ' if finding.holds else 'FAIL'} {finding.says}")
        if finding.fault:
            print_line(f"     {finding.fault}")
    say(f"{len(broken)} of {len(findings)} fail." if broken else "All hold.")
    return 1 if broken else 0


@host.command()
@click.option("--home", metavar="DIR", help="The office's folder; else $BILLING_HOME.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def nightly(*, home: str | None, as_json: bool) -> int:
    """Copy the office while it works and prove the copy: exit 0 when all holds."""
    from billing_tui.operations.host.nightly import spend_night

    night = spend_night(find_home(home), utc_now())
    if as_json:
        print_json(night)
        return 1 if night.broken else 0
    for verdict in night.broken:
        print_line(f"! {verdict.says} [{verdict.id}]")
        for sentence in verdict.broken:
            print_line(f"    {sentence}")
    print_line(f"Copy: {night.copy or 'on the server'}")
    print_line(f"Trail: {night.seq} {night.hash}")
    say("Not all holds." if night.broken else "All hold.")
    return 1 if night.broken else 0


def _tell_plan(deployment: Deployment, *, as_json: bool) -> None:
    if as_json:
        print_json(pieces(deployment))
        return
    for piece in pieces(deployment):
        print_line(f"{piece.path}  {piece.mode:04o} {piece.owner}: {piece.says}")
        for line in (piece.text or "").splitlines():
            print_line(f"    {line}")


def _tell(done: tuple[Done, ...], *, as_json: bool) -> None:
    if as_json:
        print_json(done)
        return
    for one in done:
        print_line(f"{'set ' if one.changed else 'kept'} {one.what}: {one.says}.")
