"""Prove the deployment: what each line of it is for is asked of the machine itself."""

from __future__ import annotations

import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from billing_tui.access.tables import StaffMember
from billing_tui.foundation.errors import BillingError
from billing_tui.foundation.home import Home
from billing_tui.operations.host.deployment import Piece, pieces
from billing_tui.operations.host.machine import (
    account,
    acting_as,
    group,
    members,
    require_root,
    run,
)
from billing_tui.operations.host.set_up import sshd_accepts
from billing_tui.operations.office import open_office

if TYPE_CHECKING:
    import pwd
    from collections.abc import Iterator

    from billing_tui.operations.host.deployment import Deployment

_AGAIN = "run `billing-tui host setup --apply`."
_MOST = 10
_WRITE_BY_OTHERS = stat.S_IWGRP | stat.S_IWOTH


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that must hold.

    Attributes:
        says: what must hold.
        fault: why it does not, and what to do; "" when it holds.
    """

    says: str
    fault: str = ""

    @property
    def holds(self) -> bool:
        """Whether it holds."""
        return not self.fault


def check_host(deployment: Deployment) -> tuple[Finding, ...]:
    """Everything that must hold of this machine.

    Raises:
        Refused: without root.
    """
    require_root("Checking this machine")
    return (
        *_service(deployment),
        *(_piece(piece) for piece in pieces(deployment)),
        _private(deployment.home),
        _starts(deployment),
        *_login(),
        *_office(deployment),
        *(found for one in members(deployment.group) for found in _clerk(deployment, one)),
    )


def _service(deployment: Deployment) -> Iterator[Finding]:
    says = f"The account {deployment.service} owns the office, and nobody logs in to it."
    one = account(deployment.service)
    if one is None:
        yield Finding(says, f"There is no such account: {_AGAIN}")
    elif one.pw_uid == 0 or not one.pw_shell.endswith(("/nologin", "/false")):
        yield Finding(says, f"Run `usermod --shell /usr/sbin/nologin {one.pw_name}`.")
    else:
        inside = one in members(deployment.group)
        fault = f"It is one of the clerks: run `gpasswd -d {one.pw_name} {deployment.group}`."
        yield Finding(says, fault if inside else "")
    found = group(deployment.group)
    yield Finding(
        f"The group {deployment.group} holds the clerks.",
        "" if found else f"There is no such group: {_AGAIN}",
    )


def _piece(piece: Piece) -> Finding:
    kind = "folder" if piece.text is None else "file"
    says = f"{piece.path}: {piece.says}."
    owner = account(piece.owner)
    try:
        found = piece.path.lstat()
        text = None if piece.text is None else piece.path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return Finding(says, f"The {kind} is missing or cannot be read: {_AGAIN}")
    if owner is None or found.st_uid != owner.pw_uid or stat.S_ISLNK(found.st_mode):
        return Finding(says, f"It does not belong to {piece.owner}: {_AGAIN}")
    if stat.S_IMODE(found.st_mode) != piece.mode:
        return Finding(
            says, f"Its rights are {stat.S_IMODE(found.st_mode):o}, not {piece.mode:o}: {_AGAIN}"
        )
    if text != piece.text:
        return Finding(says, f"Somebody changed it: {_AGAIN}")
    return Finding(says)


def _private(home: Path) -> Finding:
    says = "Nobody but the service account can read a file of the office."
    open_ = [path for path in (home, *home.rglob("*")) if _shown(path)]
    if not open_:
        return Finding(says)
    named = ", ".join(str(path) for path in sorted(open_)[:_MOST])
    return Finding(says, f"Run `chmod -R go= {home}`; open to others: {named}.")


def _shown(path: Path) -> bool:
    """Whether others may do anything with a file; not with one that went away meanwhile."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        return False
    return not stat.S_ISLNK(found.st_mode) and bool(stat.S_IMODE(found.st_mode) & 0o077)


def _starts(deployment: Deployment) -> Finding:
    says = "The service account can start the program, and cannot change it."
    if account(deployment.service) is None:
        return Finding(says, f"There is no such account: {_AGAIN}")
    alone = ("env", str(deployment.python), "-I")
    started = run((*alone, "-m", "billing_tui", "--version"), account_name=deployment.service)
    if started.returncode != 0:
        return Finding(
            says,
            f"{deployment.python} does not start it: install billing-tui where every account can "
            "read it, and name that interpreter with --python.",
        )
    asked = "import billing_tui, os; print(os.path.dirname(billing_tui.__file__))"
    told = run((*alone, "-c", asked), account_name=deployment.service)
    folder = Path(told.stdout.strip())
    lax = [path for path in (folder, *folder.parents, deployment.python) if _lax(path)]
    fault = f"Only root may write there: see the rights of {', '.join(map(str, lax))}."
    return Finding(says, fault if lax else "")


def _lax(path: Path) -> bool:
    """Whether somebody but root could put something else in its place."""
    found = path.stat()
    sticky = stat.S_ISDIR(found.st_mode) and bool(found.st_mode & stat.S_ISVTX)
    return found.st_uid != 0 or (bool(found.st_mode & _WRITE_BY_OTHERS) and not sticky)


def _login() -> Iterator[Finding]:
    told = sshd_accepts()
    yield Finding(
        "sshd reads its configuration.",
        f"It says: {told}" if told else "",
    )
    says = "A login gets a login uid, which nobody can change."
    pam = Path("/etc/pam.d/sshd")
    lines = pam.read_text(encoding="utf-8").splitlines() if pam.exists() else []
    words = [line.split() for line in lines if not line.lstrip().startswith("#")]
    named = any("pam_loginuid.so" in line and line[0] == "session" for line in words)
    if not Path("/proc/self/loginuid").exists():
        yield Finding(says, "This kernel keeps none: use one that is built with CONFIG_AUDIT.")
    else:
        line = "session required pam_loginuid.so"
        yield Finding(says, "" if named else f"Add the line `{line}` to {pam}.")


def _office(deployment: Deployment) -> Iterator[Finding]:
    """What the office itself says of the clerks, asked as the service account."""
    says = "The office is live: everybody works under their own name."
    service = account(deployment.service)
    if service is None:
        yield Finding(says, f"There is no account to ask it as: {_AGAIN}")
        return
    home = Home(deployment.home, f"sqlite://{deployment.home / 'billing.db'}")
    try:
        with acting_as(service):
            office = open_office(home)
            staff = {row.os_user for row in StaffMember.select().where(StaffMember.active)}
            office.close()
    except BillingError as error:
        yield Finding(says, error.sentence)
        return
    fault = f"It is a {office.mode} office, where nobody has to prove who they are."
    yield Finding(says, "" if office.mode == "live" else fault)
    for one in members(deployment.group):
        yield Finding(
            f"{one.pw_name}: works here.",
            ""
            if one.pw_name in staff
            else f"No staff member has this account: run `billing-tui host add-clerk`, or "
            f"`gpasswd -d {one.pw_name} {deployment.group}`.",
        )


def _clerk(deployment: Deployment, one: pwd.struct_passwd) -> Iterator[Finding]:
    name = one.pw_name
    yield Finding(
        f"{name}: the login shell reads no file of the clerk's.",
        ""
        if one.pw_shell in {"/bin/sh", "/bin/dash"}
        else f"Run `usermod --shell /bin/sh {name}`.",
    )
    home = Path(one.pw_dir)
    yield Finding(
        f"{name}: the home holds nothing that the clerk could change.",
        ""
        if home.is_dir() and not any(_lax(path) for path in (home, *home.parents))
        else f"Run `usermod --home {deployment.empty} {name}`.",
    )
    key = deployment.keys / name
    yield Finding(
        f"{name}: has a key, and only root can change it.",
        "" if key.is_file() and not _lax(key) else f"Run `billing-tui host add-clerk` for {name}.",
    )
    yield _held(deployment, name)
    yield _only_step(deployment, name)


def _held(deployment: Deployment, name: str) -> Finding:
    """What sshd itself would do for this clerk, all its files and their order considered."""
    says = f"{name}: sshd runs the one script, whatever is asked for."
    asked = run(("sshd", "-T", "-C", f"user={name},host=localhost,addr=127.0.0.1"))
    if asked.returncode != 0:
        return Finding(says, f"sshd does not say: {asked.stderr.strip()}")
    lines = [line.partition(" ") for line in asked.stdout.splitlines()]
    wanted = {
        "forcecommand": str(deployment.enter),
        "authorizedkeysfile": f"{deployment.keys}/%u",
        "disableforwarding": "yes",
        "permituserrc": "no",
        "permituserenvironment": "no",
        "permittty": "yes",
        "maxsessions": "2",
        "clientaliveinterval": "15",
        "clientalivecountmax": "4",
        "usepam": "yes",
    }
    told = {word: rest for word, _, rest in lines}
    wrong = [f"{word} {told.get(word, '')}" for word in wanted if told.get(word) != wanted[word]]
    passed = {rest for word, _, rest in lines if word == "acceptenv"}
    wrong += [f"acceptenv {rest}" for rest in sorted(passed - {"LANG", "COLORTERM"})]
    fault = f"Another file of sshd's comes first; it says {', '.join(wrong)}."
    return Finding(says, fault if wrong else "")


def _only_step(deployment: Deployment, name: str) -> Finding:
    says = f"{name}: sudo takes the clerk to the office and nowhere else."
    asked = run(("sudo", "-n", "-l", "-U", name))
    may = [line.strip() for line in asked.stdout.splitlines() if line.startswith("    (")]
    wanted = [f'({deployment.service}) NOPASSWD: {deployment.office} ""']
    if may == wanted:
        return Finding(says)
    told = "; ".join(may) or "nothing"
    return Finding(says, f"Look through /etc/sudoers and /etc/sudoers.d; {name} may: {told}.")
