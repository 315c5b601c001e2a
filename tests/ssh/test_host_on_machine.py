"""The machine itself: set up, proved, spoilt and found out; clerks let in; the night's work."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest
from machine import program
from offices import found_in

from billing_tui.cli.main import run

if TYPE_CHECKING:
    from collections.abc import Callable

    from machine import Machine

pytestmark = pytest.mark.slow


def _command(host: Machine, *verb: str) -> list[str]:
    names = host.deployment
    return [
        "host", *verb, "--name", names.name, "--service", names.service, "--group", names.group,
        "--home", str(names.home), "--python", str(names.python),
    ]  # fmt: skip


def test_the_check_holds_and_setting_up_again_changes_nothing(
    host: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    """`host check` finds every line of the deployment in order; a second set-up keeps all."""
    code = run(_command(host, "check"))
    told = capsys.readouterr().out.splitlines()
    assert (code, [line for line in told if not line.startswith("ok ")]) == (0, [])
    assert sum(host.login("alice") in line for line in told) == 6
    assert run(_command(host, "setup", "--apply")) == 0
    assert all(line.startswith("kept ") for line in capsys.readouterr().out.splitlines())


def test_adding_a_clerk_again_changes_nothing(
    host: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same clerk with the same key is kept; with another key only the key is set."""
    for key, changed in (("alice", 0), ("bob", 1), ("alice", 1)):
        file = str(host.folder / f"{key}.pub")
        verb = ("add-clerk", "alice", "--os-user", host.login("alice"), "--key", file)
        assert run(_command(host, *verb)) == 0
        told = capsys.readouterr().out.splitlines()
        assert [line[:5] for line in told].count("set  ") == changed


def test_somebody_else_s_account_is_not_given(host: Machine) -> None:
    """Nobody gets another person's account, root's or the service account, and nothing changes."""
    key = str(host.folder / "bob.pub")
    for login in (host.login("alice"), "root", host.deployment.service):
        verb = ("add-clerk", "bob", "--os-user", login, "--key", key)
        assert run(_command(host, *verb)) in {1, 2}
    file = host.deployment.keys / host.login("alice")
    alice = (host.folder / "alice.pub").read_text(encoding="ascii").split()[1]

    assert alice in file.read_text(encoding="ascii")


def test_the_night_s_work_runs_as_the_service_account(host: Machine) -> None:
    """The unit's own command copies and proves the office; nobody else can read the copy."""
    quiet = host.folder / "quiet"
    found_in(quiet).close()
    for path in (quiet, *quiet.rglob("*")):
        os.chown(path, host.service.pw_uid, host.service.pw_gid)
    unit = host.deployment.nightly.read_text(encoding="utf-8")
    (line,) = [one for one in unit.splitlines() if one.startswith("ExecStart=")]
    command = line.removeprefix("ExecStart=").replace(str(host.deployment.home), str(quiet))
    done = subprocess.run(
        command.split(), check=False, capture_output=True, text=True, cwd="/",
        env={"PATH": "/usr/bin"}, user=host.service.pw_uid, group=host.service.pw_gid,
        extra_groups=[],
    )  # fmt: skip
    (copy,) = (quiet / "backups").iterdir()

    assert (done.returncode, done.stderr) == (0, "All hold.\n")
    assert (copy.stat().st_mode & 0o077, copy.stat().st_uid) == (0, host.service.pw_uid)
    assert host.as_clerk("alice", "cat", str(copy)).returncode != 0


def _lax_home(host: Machine) -> None:
    host.deployment.home.chmod(0o755)


def _open_file(host: Machine) -> None:
    (host.deployment.home / "billing.db").chmod(0o644)


def _changed_script(host: Machine) -> None:
    with host.deployment.office.open("a", encoding="utf-8") as file:
        file.write("sh\n")


def _wider_sudo(host: Machine) -> None:
    rule = f"{host.login('alice')} ALL = (ALL) NOPASSWD: /usr/bin/id\n"
    host.deployment.sudoers.with_name(f"{host.name}-wider").write_text(rule, encoding="utf-8")


def _earlier_sshd(host: Machine) -> None:
    rule = f"Match User {host.login('alice')}\n    ForceCommand /bin/sh\n"
    host.deployment.sshd.with_name(f"00-{host.name}.conf").write_text(rule, encoding="utf-8")


def _own_key(host: Machine) -> None:
    entry = host.entry("alice")
    os.chown(host.deployment.keys / entry.pw_name, entry.pw_uid, entry.pw_gid)


def _other_shell(host: Machine) -> None:
    command = [program("usermod"), "--shell", "/bin/bash", host.login("alice")]
    subprocess.run(command, check=True)


def _no_live_office(host: Machine) -> None:
    host.change("UPDATE setting SET value = 'training' WHERE name = 'mode'")


def _left(host: Machine) -> None:
    host.change("UPDATE staff_member SET active = 0 WHERE username = 'alice'")


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (_lax_home, "its owner's alone"),
        (_open_file, "can read a file of the office"),
        (_changed_script, "opens the screens"),
        (_wider_sudo, "nowhere else"),
        (_earlier_sshd, "runs the one script"),
        (_own_key, "only root can change it"),
        (_no_live_office, "The office is live"),
        (_left, "works here"),
        (_other_shell, "reads no file of the clerk's"),
    ],
)
def test_the_check_finds_what_was_spoilt(
    host: Machine,
    capsys: pytest.CaptureFixture[str],
    spoil: Callable[[Machine], None],
    told: str,
) -> None:
    """Each line that somebody weakens fails by name, with what to do."""
    spoil(host)
    try:
        code = run(_command(host, "check"))
    finally:
        host.mend()
    shown = capsys.readouterr().out.splitlines()
    failed = [at for at, line in enumerate(shown) if line.startswith("FAIL ")]

    assert code == 1
    assert any(told in shown[at] for at in failed)
    assert all(shown[at + 1].startswith("     ") for at in failed)
    assert run(_command(host, "check")) == 0
