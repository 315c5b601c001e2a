"""Let a staff member in over SSH: an account of the machine, a key that root owns, the link."""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING

from billing_tui.access.rights import Right
from billing_tui.access.staff import sit_down
from billing_tui.access.tables import StaffMember
from billing_tui.access.writing import writing
from billing_tui.foundation.errors import InvalidEntry, NotFound, Refused
from billing_tui.foundation.home import Home
from billing_tui.foundation.text import clean
from billing_tui.operations.host.machine import (
    account,
    acting_as,
    group,
    must,
    name_in,
    require_root,
)
from billing_tui.operations.host.set_up import Done, write_whole
from billing_tui.operations.office import open_office

if TYPE_CHECKING:
    from datetime import date

    from billing_tui.access.desk import Desk
    from billing_tui.operations.host.deployment import Deployment

_LOGIN = re.compile(r"[a-z_][a-z0-9_-]{0,30}")
_KINDS = frozenset(
    {
        "ssh-ed25519",
        "ssh-rsa",
        "ecdsa-sha2-nistp256",
        "ecdsa-sha2-nistp384",
        "ecdsa-sha2-nistp521",
        "sk-ssh-ed25519@openssh.com",
        "sk-ecdsa-sha2-nistp256@openssh.com",
    }
)


def public_keys(text: str) -> str:
    """The public keys of a file, one a line, without options and comments.

    Raises:
        InvalidEntry: a line is no public key, as `ssh-keygen` writes them, or there is none.
    """
    kept = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        kind, _, rest = line.strip().partition(" ")
        body = rest.split(" ")[0]
        if kind not in _KINDS or not _holds(kind, body):
            raise InvalidEntry(
                f"Line {number} of the key file is no public key; give the .pub file.", field="key"
            )
        kept.append(f"{kind} {body}\n")
    if not kept:
        raise InvalidEntry("The key file holds no public key.", field="key")
    return "".join(kept)


def _holds(kind: str, body: str) -> bool:
    """Whether the body says the same kind (RFC 4253, 6.6: a length, then the kind)."""
    try:
        blob = base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        return False
    size = int.from_bytes(blob[:4], "big")
    return len(blob) > 4 + size and blob[4 : 4 + size] == kind.encode()


def add_clerk(
    deployment: Deployment, username: str, os_user: str, key: str, *, today: date, station: str
) -> tuple[Done, ...]:
    """Let a staff member in; nothing changes twice.

    Args:
        deployment: of this machine, set up before.
        username: the staff member, taken on before.
        os_user: their account of this machine; made where there is none.
        key: text of their public key file.
        today: the calendar's day, where the office has none of its own.
        station: names this machine in the trail.

    Raises:
        InvalidEntry: the key or the account's name is none.
        NotFound: the machine is not set up, or nobody of that name works here.
        Refused: without root, or the account is somebody else's.
    """
    require_root("Adding a clerk")
    keys = public_keys(key)
    if not _LOGIN.fullmatch(os_user) or os_user in {"root", deployment.service}:
        raise InvalidEntry(f"{os_user[:40]!r} is no account for a clerk.", field="os_user")
    service = account(deployment.service)
    if service is None or group(deployment.group) is None or not deployment.keys.is_dir():
        raise NotFound("This machine is not set up; run `billing-tui host setup --apply` first.")
    with acting_as(service):
        linked = _link(deployment, username, os_user, today, station)
    return (linked, _give_account(deployment, os_user), _install(deployment, os_user, keys))


def _link(deployment: Deployment, username: str, os_user: str, today: date, station: str) -> Done:
    home = Home(deployment.home, f"sqlite://{deployment.home / 'billing.db'}")
    office = open_office(home)
    try:
        day = office.business_day or today
        desk = sit_down(office.store, home, username, day, station=station)
        changed = link_account(desk, os_user)
    finally:
        office.close()
    return Done(f"staff member {desk.username}", f"is the account {os_user}", changed)


def link_account(desk: Desk, os_user: str) -> bool:
    """Tie a staff member to their account of this machine; false where it was tied already.

    The trail shows it as their own act, not verified: it is root who says who they are.

    Raises:
        Refused: the account is somebody else's.
    """
    login = clean(os_user, most=64, field="os_user")
    member = StaffMember.get_by_id(desk.staff_id)
    if member.os_user == login:
        return False
    why = "Set by root of this machine"
    with writing(desk, Right.LOOK, "access.link_account", why=why) as act:
        other = StaffMember.get_or_none(StaffMember.os_user == login)
        if other is not None:
            raise Refused(f"{login} is the account of {other.username}.")
        act.about("staff", member.username)
        act.before, act.after = {"os_user": member.os_user}, {"os_user": login}
        member.os_user = login
        member.save()
    return True


def _give_account(deployment: Deployment, os_user: str) -> Done:
    found, clerks = account(os_user), group(deployment.group)
    says = f"logs in, as one of {deployment.group}"
    if found is None:
        place = ("--home-dir", str(deployment.empty), "--no-create-home", "--shell", "/bin/sh")
        must(("useradd", *place, "--user-group", "--groups", deployment.group, os_user))
        return Done(f"account {os_user}", says, changed=True)
    inside = clerks is not None and name_in(found, clerks)
    if not inside:
        must(("usermod", "--append", "--groups", deployment.group, os_user))
    return Done(f"account {os_user}", says, not inside)


def _install(deployment: Deployment, os_user: str, keys: str) -> Done:
    path = deployment.keys / os_user
    changed = not path.exists() or path.read_text(encoding="utf-8") != keys
    if changed:
        write_whole(path, keys, 0o644)
    return Done(str(path), "the key, which only root can change", changed)
