"""Asking the machine: its programs, accounts and groups."""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

from billing_tui.foundation.errors import NotFound, Refused

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_ADMIN_PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
_PATIENCE = 60.0


def account(name: str) -> pwd.struct_passwd | None:
    """An account of this machine, None where there is none."""
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def group(name: str) -> grp.struct_group | None:
    """A group of this machine, None where there is none."""
    try:
        return grp.getgrnam(name)
    except KeyError:
        return None


def members(name: str) -> tuple[pwd.struct_passwd, ...]:
    """The accounts in a group, as their first group or a further one, by name."""
    found = group(name)
    if found is None:
        return ()
    inside = [one for one in pwd.getpwall() if name_in(one, found)]
    return tuple(sorted(inside))


def name_in(one: pwd.struct_passwd, found: grp.struct_group) -> bool:
    """Whether an account is in a group."""
    return one.pw_gid == found.gr_gid or one.pw_name in found.gr_mem


def run(
    arguments: Sequence[str], *, account_name: str | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a program of the system to its end; its exit code and what it said.

    Raises:
        NotFound: the machine has no such program.
        Refused: it does not end within a minute.
    """
    program = shutil.which(arguments[0], path=_ADMIN_PATH)
    if program is None:
        raise NotFound(f"This machine has no {arguments[0]}; install it first.")
    entry = account(account_name) if account_name else None
    try:
        return subprocess.run(  # noqa: S603 - a list of arguments, no shell, a fixed path
            [program, *arguments[1:]],
            check=False,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_PATIENCE,
            env={"PATH": _ADMIN_PATH, "LC_ALL": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            cwd="/",
            user=entry.pw_uid if entry else None,
            group=entry.pw_gid if entry else None,
            extra_groups=[] if entry else None,
        )
    except subprocess.TimeoutExpired as error:
        raise Refused(f"{arguments[0]} does not answer.") from error


def must(arguments: Sequence[str]) -> None:
    """Run a program that has to succeed.

    Raises:
        Refused: it did not; in its own words.
    """
    done = run(arguments)
    if done.returncode != 0:
        told = (done.stderr or done.stdout).strip() or f"exit code {done.returncode}"
        raise Refused(f"{arguments[0]} failed: {told}")


def require_root(what: str) -> None:
    """Refuse what only root can do.

    Raises:
        Refused: this is another account.
    """
    if os.geteuid() != 0:
        raise Refused(f"{what} takes root: run it through sudo.", code="NOT-ROOT")


@contextmanager
def acting_as(entry: pwd.struct_passwd) -> Iterator[None]:
    """Touch files as another account, so that what is made there is that account's."""
    mask = os.umask(0o077)
    groups, first = os.getgroups(), os.getegid()
    os.setgroups([])
    os.setegid(entry.pw_gid)
    os.seteuid(entry.pw_uid)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(first)
        os.setgroups(groups)
        os.umask(mask)
