"""What stands on the machine: every file and folder of the deployment, as values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from billing_tui.foundation.errors import InvalidEntry

_ACCOUNT = re.compile(r"[a-z_][a-z0-9_-]{0,30}")
_PLACE = re.compile(r"(/[A-Za-z0-9_.+-]{1,60}){1,20}")


@dataclass(frozen=True, slots=True)
class Deployment:
    """Names and places of one machine.

    Attributes:
        name: what its files are called, such as /etc/NAME and /usr/lib/NAME.
        service: the account that owns the office; nobody logs in to it.
        group: the group that holds the clerks' accounts.
        home: the office's folder.
        python: the interpreter that has the program.
    """

    name: str
    service: str
    group: str
    home: Path
    python: Path

    def __post_init__(self) -> None:
        for field, text in (("name", self.name), ("service", self.service), ("group", self.group)):
            if not _ACCOUNT.fullmatch(text):
                raise InvalidEntry(
                    f"{text[:40]!r} is no name: use small letters, digits, - and _.", field=field
                )
        for field, place in (("home", self.home), ("python", self.python)):
            if not _PLACE.fullmatch(str(place)) or not {".", ".."}.isdisjoint(place.parts):
                raise InvalidEntry(
                    f"{str(place)[:80]} cannot stand in a script: give an absolute path of "
                    "letters, digits and . _ + -",
                    field=field,
                )
        if self.service == self.group:
            raise InvalidEntry("The clerks' group is not the service account's.", field="group")

    @property
    def library(self) -> Path:
        """Folder of the two scripts."""
        return Path("/usr/lib", self.name)

    @property
    def enter(self) -> Path:
        """What sshd runs for a clerk, as the clerk."""
        return self.library / "enter"

    @property
    def office(self) -> Path:
        """What sudo runs for a clerk, as the service account."""
        return self.library / "office"

    @property
    def empty(self) -> Path:
        """The home of every clerk: nothing in it, and nothing can be put there."""
        return self.library / "empty"

    @property
    def keys(self) -> Path:
        """Folder of the clerks' public keys, one file each."""
        return Path("/etc", self.name, "keys")

    @property
    def sudoers(self) -> Path:
        """What the clerks' group may do through sudo."""
        return Path("/etc/sudoers.d", self.name)

    @property
    def sshd(self) -> Path:
        """What sshd holds the clerks' group to."""
        return Path("/etc/ssh/sshd_config.d", f"10-{self.name}.conf")

    @property
    def nightly(self) -> Path:
        """The unit that does the night's work; its timer stands beside it."""
        return Path("/etc/systemd/system", f"{self.name}-nightly.service")


@dataclass(frozen=True, slots=True)
class Piece:
    """One file or folder.

    Attributes:
        path: where it stands.
        mode: its rights.
        owner: its account, and the group of that account.
        text: its contents; None for a folder.
        says: what it is for.
    """

    path: Path
    mode: int
    owner: str
    text: str | None
    says: str


SSHD = """\
# Written by `billing-tui host setup`; `billing-tui host check` proves it.
PermitUserEnvironment no
Match Group {group}
    ForceCommand {enter}
    AuthorizedKeysFile {keys}/%u
    DisableForwarding yes
    PermitTTY yes
    PermitUserRC no
    AcceptEnv LANG COLORTERM
    MaxSessions 2
    ClientAliveInterval 15
    ClientAliveCountMax 4
"""

ENTER = """\
#!/bin/sh
# Written by `billing-tui host setup`. sshd runs this as the clerk, whatever the clerk asked for.
set -eu
trap '' INT QUIT TSTP
if [ -n "${{SSH_ORIGINAL_COMMAND:-}}" ]; then
    echo "This account opens the billing office and runs no other command." >&2
    exit 1
fi
if ! [ -t 0 ] || ! [ -t 1 ] || ! [ -t 2 ]; then
    echo "The billing office needs a terminal: use ssh -t." >&2
    exit 1
fi
exec /usr/bin/sudo -n -u {service} -- {office}
"""

OFFICE = """\
#!/bin/sh
# Written by `billing-tui host setup`. sudo runs this as {service}; of the clerk's environment
# only what is named here goes on. The program proves SUDO_UID against the kernel's login uid.
set -eu
trap '' INT QUIT TSTP
umask 077
ulimit -c 0
cd {home}
exec /usr/bin/env -i PATH=/usr/bin:/bin HOME={home} BILLING_HOME={home} \\
    TERM="${{TERM:-dumb}}" LANG="${{LANG:-C.UTF-8}}" COLORTERM="${{COLORTERM:-}}" \\
    SSH_CONNECTION="${{SSH_CONNECTION:-}}" SUDO_UID="${{SUDO_UID:-}}" \\
    {python} -I -X utf8 -m billing_tui
"""

SUDOERS = """\
# Written by `billing-tui host setup`. Clerks may open the office, without arguments; no more.
Defaults!{office} env_reset, !setenv, use_pty, closefrom=3
Defaults!{office} env_keep = "LANG COLORTERM SSH_CONNECTION"
%{group} ALL = ({service}) NOPASSWD: {office} ""
"""

SERVICE = """\
# Written by `billing-tui host setup`: each night's copy of the office, proved.
[Unit]
Description=Copy and verify the billing office

[Service]
Type=oneshot
User={service}
Group={service}
UMask=0077
ExecStart={python} -I -X utf8 -m billing_tui host nightly --home {home}
Nice=10
NoNewPrivileges=yes
ProtectSystem=strict
ReadWritePaths={home}
ProtectHome=read-only
PrivateTmp=yes
PrivateDevices=yes
PrivateNetwork=yes
RestrictAddressFamilies=AF_UNIX
SystemCallFilter=@system-service
LimitCORE=0
"""

TIMER = """\
# Written by `billing-tui host setup`.
[Unit]
Description=Copy and verify the billing office each night

[Timer]
OnCalendar=*-*-* 02:30
Persistent=yes

[Install]
WantedBy=timers.target
"""


def pieces(deployment: Deployment) -> tuple[Piece, ...]:
    """Every file and folder of a deployment, folders before what stands in them."""
    names = {
        "group": deployment.group,
        "service": deployment.service,
        "enter": deployment.enter,
        "office": deployment.office,
        "keys": deployment.keys,
        "home": deployment.home,
        "python": deployment.python,
    }

    def file(path: Path, mode: int, text: str, says: str) -> Piece:
        return Piece(path, mode, "root", text.format(**names), says)

    return (
        Piece(deployment.home, 0o700, deployment.service, None, "the office, its owner's alone"),
        Piece(deployment.library, 0o755, "root", None, "the two scripts"),
        Piece(deployment.empty, 0o555, "root", None, "the clerks' home, which stays empty"),
        Piece(deployment.keys.parent, 0o755, "root", None, "what the host knows of clerks"),
        Piece(deployment.keys, 0o755, "root", None, "the clerks' keys, which they cannot change"),
        file(deployment.office, 0o755, OFFICE, "opens the screens as the service account"),
        file(deployment.enter, 0o755, ENTER, "what a clerk's login runs, and nothing else"),
        file(deployment.sudoers, 0o440, SUDOERS, "the one step from clerk to office"),
        file(deployment.sshd, 0o644, SSHD, "holds the clerks' group to that script"),
        file(deployment.nightly, 0o644, SERVICE, "each night's copy of the office, proved"),
        file(deployment.nightly.with_suffix(".timer"), 0o644, TIMER, "when the night's work is"),
    )
