"""A machine that is set up for the test: accounts, a real sshd on loopback, a live office."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pysqlite3
from harness import Terminal
from offices import found_in, home_in
from small_office import fill

import billing_tui
from billing_tui.access.hire import found_staff
from billing_tui.access.rights import Role
from billing_tui.access.tables import Setting
from billing_tui.foundation.transaction import write_transaction
from billing_tui.operations.host.add_clerk import add_clerk
from billing_tui.operations.host.deployment import Deployment
from billing_tui.operations.host.machine import account, acting_as
from billing_tui.operations.host.set_up import set_up

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ROOT = Path(billing_tui.__file__).resolve().parents[1]
CLERKS = ("alice", "bob")
PROGRAMS = ("sshd", "ssh", "sftp", "scp", "ssh-keygen", "sudo", "visudo", "useradd", "gpasswd")
_SBIN = f"/usr/sbin:/sbin:{os.environ.get('PATH', '')}"
START = "import os, sys; os.execvp(sys.argv[1], sys.argv[1:])"
"""Python that becomes another program, keeping the terminal."""
_PRIVSEP = Path("/run/sshd")


def program(name: str) -> str:
    """Where a program of the system stands, "" where it is missing."""
    return shutil.which(name, path=_SBIN) or ""


def cannot() -> str:
    """Why this machine cannot be set up for the test; "" when it can."""
    if not sys.platform.startswith("linux"):
        return "only Linux keeps a login uid"
    if os.geteuid() != 0:
        return "making accounts and starting sshd takes root"
    missing = [name for name in PROGRAMS if not program(name)]
    if missing:
        return f"this machine has no {', '.join(missing)}"
    if not Path("/etc/ssh/sshd_config").exists():
        return "this machine has no sshd_config"
    told = subprocess.run(
        ["sh", "-c", "echo 12345 >/proc/self/loginuid"], check=False, capture_output=True
    )
    return "" if told.returncode == 0 else "this kernel or container lets no login uid be set"


def reachable_python(uid: int) -> Path | None:
    """An interpreter of our version that another account can run."""
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    for candidate in (os.path.realpath(sys.executable), f"/usr/bin/{version}"):
        try:
            told = subprocess.run(
                [candidate, "-I", "-c", "import sys; print(sys.version_info[:2])"],
                check=False, capture_output=True, text=True, user=uid, group=uid, extra_groups=[],
            )  # fmt: skip
        except OSError:
            continue
        if told.stdout.strip() == str(tuple(sys.version_info[:2])):
            return Path(candidate)
    return None


class Remote(Terminal):
    """A terminal with a client in it instead of the program."""

    def __init__(self, command: Sequence[str]) -> None:
        super().__init__(["-c", START, *command])


class Machine:
    """The machine.

    Attributes:
        deployment: its names and places.
        folder: keys, sshd's configuration and log; gone after the test.
        port: where sshd listens on 127.0.0.1.
    """

    def __init__(self) -> None:
        self.name = f"ubt{os.getpid()}"
        self.folder = Path(tempfile.mkdtemp(prefix=f"{self.name}-"))
        self.deployment = Deployment(
            self.name,
            f"{self.name}svc",
            f"{self.name}clerks",
            Path("/var/lib", self.name),
            Path("/usr/lib", self.name, "python/bin/python"),
        )
        self.port = 0
        self._sshd: subprocess.Popen[bytes] | None = None
        self._made_privsep = False
        self._terminals: list[Terminal] = []

    def login(self, clerk: str) -> str:
        """The account of a clerk."""
        return f"{self.name}{clerk}"

    def entry(self, clerk: str) -> pwd.struct_passwd:
        """The account of a clerk, as the system keeps it."""
        return pwd.getpwnam(self.login(clerk))

    @property
    def service(self) -> pwd.struct_passwd:
        """The service account, as the system keeps it."""
        return pwd.getpwnam(self.deployment.service)

    # Setting up and taking away

    def build(self) -> str:
        """Set everything up; why it cannot be, or ""."""
        self.folder.chmod(0o755)
        set_up(self.deployment)
        python = reachable_python(self.service.pw_uid)
        if python is None:
            return "no interpreter of this version can be run by another account"
        self._install(python)
        started = subprocess.run(
            [self.deployment.python, "-I", "-m", "billing_tui", "--version"],
            check=False, capture_output=True, text=True, cwd="/", user=self.service.pw_uid,
        )  # fmt: skip
        if started.returncode != 0:
            return f"another account cannot import what the program needs: {started.stderr[-200:]}"
        self._found_office()
        for clerk in CLERKS:
            key = self.folder / clerk
            _run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key))
            text = key.with_suffix(".pub").read_text(encoding="ascii")
            add_clerk(
                self.deployment, clerk, self.login(clerk), text,
                today=date(2026, 11, 20), station="test",
            )  # fmt: skip
        self._start_sshd()
        return ""

    def _install(self, python: Path) -> None:
        """A small environment at a public place: a copy of the program, and our packages."""
        top = self.deployment.python.parents[1]
        packages = top / f"lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages"
        packages.mkdir(parents=True)
        self.deployment.python.parent.mkdir()
        self.deployment.python.symlink_to(python)
        (top / "pyvenv.cfg").write_text(f"home = {python.parent}\n", encoding="utf-8")
        ours = [path for path in sys.path if path.endswith("site-packages")]
        (packages / "office.pth").write_text("\n".join(ours) + "\n", encoding="utf-8")
        spare = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / "billing_tui", packages / "billing_tui", ignore=spare)
        shutil.copytree(ROOT / "data", packages / "billing_tui/_data", ignore=spare)
        for path in (top, *top.rglob("*")):
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() else 0o644)
        _run(str(self.deployment.python), "-I", "-m", "compileall", "-q", str(packages))

    def _found_office(self) -> None:
        mask = os.umask(0o077)
        office = found_in(self.deployment.home)
        with write_transaction(office.store):
            Setting.update(value="live").where(Setting.name == "mode").execute()
            for clerk in CLERKS:
                found_staff(clerk, clerk.title(), [Role.CLERK], date(2020, 1, 1))
            fill()
        office.close()
        os.umask(mask)
        self.hand_over()

    def hand_over(self) -> None:
        """Give the office's files to the service account."""
        for path in self.deployment.home.rglob("*"):
            os.chown(path, self.service.pw_uid, self.service.pw_gid)

    def _start_sshd(self) -> None:
        if not _PRIVSEP.exists():
            _PRIVSEP.mkdir(mode=0o755)
            self._made_privsep = True
        host_key = self.folder / "host"
        _run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(host_key))
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        lines = (
            f"Port {self.port}",
            "ListenAddress 127.0.0.1",
            f"HostKey {host_key}",
            f"PidFile {self.folder}/pid",
            f"Include {self.deployment.sshd}",
            "UsePAM yes",
            "PasswordAuthentication no",
            "KbdInteractiveAuthentication no",
            "AcceptEnv LANG LC_*",  # as distributions ship it
            "Subsystem sftp internal-sftp",
            "LogLevel VERBOSE",
        )
        config = self.folder / "sshd_config"
        config.write_text("\n".join(lines) + "\n", encoding="utf-8")
        key = host_key.with_suffix(".pub").read_text(encoding="ascii")
        known = f"[127.0.0.1]:{self.port} {key}"
        (self.folder / "known").write_text(known, encoding="ascii")
        daemon = [program("sshd"), "-f", str(config)]
        patient = ["-o", "PerSourcePenalties=no"]  # OpenSSH 9.8 shuts out who failed before
        if subprocess.run([*daemon, *patient, "-t"], check=False, capture_output=True).returncode:
            patient = []
        self._sshd = subprocess.Popen(
            [*daemon, *patient, "-D", "-E", self.folder / "log"],
            stdin=subprocess.DEVNULL,
        )
        end = time.monotonic() + 10
        while time.monotonic() < end:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise AssertionError("sshd does not listen: " + self.log())

    def log(self) -> str:
        """What sshd wrote."""
        file = self.folder / "log"
        return file.read_text(encoding="utf-8") if file.exists() else ""

    def destroy(self) -> None:
        """Take everything away again."""
        self.leave()
        if self._sshd is not None:
            self._sshd.terminate()
            self._sshd.wait(10)
        names = [self.deployment.service, *map(self.login, CLERKS)]
        for name in filter(account, names):
            for pid in processes(pwd.getpwnam(name).pw_uid):
                _kill(pid)
        _until(lambda: not any(processes(pwd.getpwnam(n).pw_uid) for n in filter(account, names)))
        for path in (
            self.deployment.sshd,
            self.deployment.sudoers,
            self.deployment.nightly,
            self.deployment.nightly.with_suffix(".timer"),
            self.deployment.sudoers.with_name(f"{self.name}-wider"),
            self.deployment.sshd.with_name(f"00-{self.name}.conf"),
        ):
            path.unlink(missing_ok=True)
        for name in filter(account, names):
            subprocess.run([program("userdel"), name], check=False, capture_output=True)
        subprocess.run(
            [program("groupdel"), self.deployment.group], check=False, capture_output=True
        )
        for folder in (
            self.deployment.library,
            self.deployment.keys.parent,
            self.deployment.home,
            self.folder,
        ):
            shutil.rmtree(folder, ignore_errors=True)
        for name in names:
            Path("/var/mail", name).unlink(missing_ok=True)
        if self._made_privsep:
            _PRIVSEP.rmdir()

    # Using it

    def options(self, clerk: str, *more: str) -> list[str]:
        """Options of ssh and its kin, without the port."""
        settings = (
            f"IdentityFile={self.folder / clerk}",
            f"UserKnownHostsFile={self.folder / 'known'}",
            "StrictHostKeyChecking=yes",
            "IdentitiesOnly=yes",
            "BatchMode=yes",
            "ConnectTimeout=10",
            *more,
        )
        return ["-F", "none", *(part for one in settings for part in ("-o", one))]

    def command(self, clerk: str, *more: str, flags: Sequence[str] = ()) -> list[str]:
        """A command line of ssh to a clerk's account."""
        target = f"{self.login(clerk)}@127.0.0.1"
        return ["ssh", *self.options(clerk, *more), *flags, "-p", str(self.port), target]

    def sign_in(self, clerk: str, *more: str, key: str | None = None) -> Terminal:
        """A terminal with ssh in it; nothing is waited for."""
        arguments = self.command(key or clerk, *more, flags=("-t",))
        arguments[-1] = f"{self.login(clerk)}@127.0.0.1"
        terminal = Remote(arguments)
        self._terminals.append(terminal)
        return terminal

    def at_menu(self, clerk: str, *more: str) -> Terminal:
        """A terminal with the menu on it."""
        terminal = self.sign_in(clerk, *more)
        terminal.wait_for("F3 Sign off")
        terminal.settle()
        return terminal

    def leave(self) -> None:
        """Hang up everybody."""
        while self._terminals:
            self._terminals.pop().close()

    def mend(self) -> None:
        """Undo whatever a test spoilt."""
        self.deployment.sudoers.with_name(f"{self.name}-wider").unlink(missing_ok=True)
        self.deployment.sshd.with_name(f"00-{self.name}.conf").unlink(missing_ok=True)
        _run("usermod", "--shell", "/bin/sh", self.login("alice"))
        os.chown(self.deployment.keys / self.login("alice"), 0, 0)
        (self.deployment.home / "billing.db").chmod(0o600)
        self.change("UPDATE setting SET value = 'live' WHERE name = 'mode'")
        self.change("UPDATE staff_member SET active = 1")
        set_up(self.deployment)

    def as_clerk(self, clerk: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a program as the clerk, as if there were a way to; never through ssh."""
        entry = self.entry(clerk)
        clerks = [g for g in os.getgrouplist(entry.pw_name, entry.pw_gid) if g != entry.pw_gid]
        return subprocess.run(
            list(arguments), check=False, capture_output=True, text=True, errors="replace",
            timeout=30, cwd="/", stdin=subprocess.DEVNULL, user=entry.pw_uid,
            group=entry.pw_gid, extra_groups=clerks, env={"PATH": "/usr/bin:/bin"},
        )  # fmt: skip

    def change(self, sql: str) -> None:
        """Change the database behind the program's back, as the service account."""
        with acting_as(self.service):
            base = pysqlite3.connect(str(home_in(self.deployment.home).database_file))
            try:
                base.execute(sql)
                base.commit()
            finally:
                base.close()

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        """Rows of the database, read as the service account."""
        with acting_as(self.service):
            base = pysqlite3.connect(str(home_in(self.deployment.home).database_file))
            try:
                return base.execute(sql).fetchall()
            finally:
                base.close()

    def sessions(self) -> list[int]:
        """The program's processes."""
        return processes(self.service.pw_uid)

    def all_signed_off(self, seconds: float) -> bool:
        """Whether the program's last process ends within so many seconds."""
        return _until(lambda: not self.sessions(), seconds)


def processes(uid: int) -> list[int]:
    """The processes of an account that still run."""
    found = []
    for path in Path("/proc").iterdir():
        if not path.name.isdigit():
            continue
        try:
            text = (path / "status").read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        words = {line.split(":")[0]: line.split()[1:] for line in text.splitlines() if ":" in line}
        if words["Uid"][0] == str(uid) and words["State"][0] != "Z":
            found.append(int(path.name))
    return found


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _until(true: Callable[[], bool], seconds: float = 10.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.02)
    return true()


def _run(*arguments: str) -> None:
    subprocess.run([program(arguments[0]) or arguments[0], *arguments[1:]], check=True)
