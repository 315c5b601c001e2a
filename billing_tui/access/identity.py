"""Who the person at this process is, by the operating system and not by what the environment says.

A clerk comes over SSH with an account of their own and reaches the office's account through sudo,
which leaves the clerk's number in SUDO_UID. The environment alone proves nothing: the kernel keeps
the same number as the login uid, which a session that has one cannot change (loginuid in
proc(5), pam_loginuid(8)). Both must be set and equal. A person who runs the program without
sudo is who the process belongs to, but nothing stands between them and the file: not verified.
"""

from __future__ import annotations

import os
import pwd
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from billing_tui.access.tables import StaffMember
from billing_tui.foundation.errors import NotFound, Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

_LOGIN_UID = Path("/proc/self/loginuid")
_UNSET = 2**32 - 1
"""What the kernel shows for a process that descends from no login."""


@dataclass(frozen=True, slots=True)
class Person:
    """An account of this machine.

    Attributes:
        uid: its number.
        verified: whether the kernel vouches that this account logged in and came through sudo.
    """

    uid: int
    verified: bool


def _number(text: str) -> int | None:
    """A user number as the kernel and sudo write it; None for any other spelling and for unset."""
    if not (text.isascii() and text.isdigit()) or len(text) > 10 or str(int(text)) != text:
        return None
    return int(text) if int(text) < _UNSET else None


def person_of(environment: Mapping[str, str], login_uid: str, uid: int) -> Person:
    """The person, from what the process was given.

    Args:
        environment: its variables; only SUDO_UID counts.
        login_uid: text of /proc/self/loginuid, "" where there is none.
        uid: the account that the process runs as.

    Raises:
        Refused: it claims to come through sudo, and the kernel does not bear it out.
    """
    claimed = environment.get("SUDO_UID")
    if claimed is None or claimed == str(uid):
        return Person(uid, verified=False)
    came, logged_in = _number(claimed), _number(login_uid.strip())
    if not came or came != logged_in:
        raise Refused(
            "Who you are cannot be proved: sudo and the login do not name the same account. "
            "Sign in over SSH with your own account; `billing-tui host check` tests the host.",
            code="IDENTITY",
        )
    return Person(came, verified=True)


def this_person() -> Person:
    """The person at this process.

    Raises:
        Refused: it claims to come through sudo, and the kernel does not bear it out.
    """
    try:
        login_uid = _LOGIN_UID.read_text(encoding="ascii")
    except OSError:
        login_uid = ""
    return person_of(os.environ, login_uid, os.getuid())


def username_of(person: Person) -> str:
    """The staff member whose account of this machine this is.

    Raises:
        NotFound: the account is gone, or belongs to no staff member.
    """
    try:
        login = pwd.getpwuid(person.uid).pw_name
    except KeyError as error:
        raise NotFound(f"This machine has no account {person.uid}.") from error
    member = StaffMember.get_or_none(StaffMember.os_user == login)
    if member is None:
        raise NotFound(f"The account {login} of this machine belongs to no staff member.")
    return str(member.username)
