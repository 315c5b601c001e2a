"""Clerks at work over a real SSH connection: who they are, what they cannot do, a dropped line."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pysqlite3
import pytest
from machine import START, Remote, processes

from billing_tui.operations.host.machine import acting_as

if TYPE_CHECKING:
    from machine import Machine

pytestmark = pytest.mark.slow

PASSED_ON = {
    "PATH", "HOME", "BILLING_HOME", "TERM", "LANG", "COLORTERM", "SSH_CONNECTION", "SUDO_UID",
}  # fmt: skip
REOPEN = "UPDATE read_exception SET disposition = 'open', reason = '', staff_id = NULL"
NOT_PROVED = "Who you are cannot be proved"


def _program(host: Machine) -> int:
    """The one process of the program."""
    (pid,) = host.sessions()
    return pid


def _environment(pid: int) -> dict[str, str]:
    text = Path(f"/proc/{pid}/environ").read_text(encoding="utf-8")
    return dict(part.split("=", 1) for part in text.split("\0") if part)


def _ssh(host: Machine, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        list(arguments), check=False, capture_output=True, text=True, timeout=30,
        stdin=subprocess.DEVNULL, cwd=host.folder,
    )  # fmt: skip


# Work, and whose it is


def test_two_clerks_work_under_their_own_names(host: Machine) -> None:
    """Alice finds an account and settles a read, Bob another; each entry is its person's."""
    before = len(host.rows("SELECT seq FROM audit_entry"))
    alice, bob = host.at_menu("alice"), host.at_menu("bob")
    assert "ALICE" in alice.lines[0]
    assert "BOB" in bob.lines[0]
    assert "NOT VERIFIED" not in alice.text + bob.text
    alice.type("delgado<enter>")
    alice.wait_for("ACC020")
    alice.wait_for("418 Alder Ct")
    for person, words in ((alice, "the reader saw it"), (bob, "a leak was repaired")):
        person.type("<f2>2.1<enter>" if person is alice else "2.1<enter>")
        person.wait_for("RDG020")
        person.settle()
        person.type(f"a<enter>{words}<enter>")
        person.wait_for("1 settled")
    entries = host.rows(
        "SELECT s.username, a.verified, a.verb, a.station, a.why FROM audit_entry a"
        f" JOIN staff_member s ON s.id = a.staff_id WHERE a.seq > {before}"
        " AND a.verb NOT LIKE 'access.%_session' ORDER BY a.seq"
    )
    settled = host.rows("SELECT reason FROM read_exception WHERE disposition = 'accept' ORDER BY 1")

    assert [entry[:2] for entry in entries] == [("alice", 1), ("bob", 1)]
    assert [entry[3:] for entry in entries] == [
        ("127.0.0.1", "the reader saw it"),
        ("127.0.0.1", "a leak was repaired"),
    ]
    assert settled == [("a leak was repaired",), ("the reader saw it",)]


def test_keys_in_clumps_over_a_stalling_line_arrive_as_typed(host: Machine) -> None:
    """A reason that comes four keys at a time, with a quarter of a second's stall, is exact."""
    host.change(REOPEN)
    reason = "The lid of box 12 is under a neighbour's car; till 11/23"
    terminal = host.at_menu("alice")
    terminal.clump("2.1<enter>h<enter>" + reason[:31])
    terminal.read(0.25)
    terminal.clump(reason[31:] + "<enter>")
    terminal.wait_for("1 settled")

    assert host.rows("SELECT reason FROM read_exception WHERE disposition = 'hold'") == [(reason,)]


def test_a_staff_member_who_left_is_turned_away(host: Machine) -> None:
    """The account still logs in, and the office does not open; nor without a staff member."""
    host.change("UPDATE staff_member SET active = 0 WHERE username = 'alice'")
    try:
        terminal = host.sign_in("alice")
        terminal.wait_for("Nobody named alice works here")
        host.change("UPDATE staff_member SET os_user = NULL WHERE username = 'alice'")
        terminal = host.sign_in("alice")
        terminal.wait_for("belongs to no staff member")
    finally:
        login = host.login("alice")
        host.change(f"UPDATE staff_member SET os_user = '{login}' WHERE username = 'alice'")
        host.mend()


def test_the_environment_of_the_client_changes_nothing(host: Machine) -> None:
    """Whatever the client sends, the program gets eight variables and the same person."""
    spoofs = (
        "LC_UBCLERK=bob", "LC_ALL=xx", f"SUDO_UID={host.entry('bob').pw_uid}", "SUDO_USER=bob",
        "BILLING_HOME=/tmp", "BILLING_DATABASE=sqlite:///tmp/x.db", "TEXTUAL_DRIVER=os:system",
        "TEXTUAL_DEVTOOLS=1", "PYTHONPATH=/tmp", "PYTHONSTARTUP=/tmp/x", "LD_PRELOAD=/tmp/x.so",
        "SSH_ORIGINAL_COMMAND=sh", "SSH_CONNECTION=10.0.0.1", "USER=bob",
    )  # fmt: skip
    terminal = host.at_menu("alice", f"SetEnv={' '.join(spoofs)}")
    given = _environment(_program(host))

    assert "ALICE" in terminal.lines[0]
    assert set(given) == PASSED_ON
    assert given["SUDO_UID"] == str(host.entry("alice").pw_uid)
    assert given["BILLING_HOME"] == str(host.deployment.home)
    assert given["SSH_CONNECTION"].startswith("127.0.0.1 ")


def test_another_clerk_s_key_opens_nothing(host: Machine) -> None:
    """Bob's key does not open Alice's account."""
    terminal = host.sign_in("alice", key="bob")
    terminal.wait_for("Permission denied")

    assert host.sessions() == []


# Ways out, none of which leads anywhere


@pytest.mark.parametrize(
    "asked", ["sh", "bash -c id", "id; sh", "bash -i", "/usr/bin/id", "env SUDO_UID=0 sh"]
)
@pytest.mark.parametrize("flags", [("-t", "-t"), ("-T",)])
def test_no_other_command_runs(host: Machine, asked: str, flags: tuple[str, ...]) -> None:
    """A command that the client asks for is refused, with and without a terminal."""
    done = _ssh(host, *host.command("alice", flags=flags), asked)

    assert done.returncode == 1
    assert "runs no other command" in done.stdout + done.stderr
    assert "uid=" not in done.stdout


def test_without_a_terminal_there_is_no_office(host: Machine) -> None:
    """A session without a terminal ends with a sentence."""
    done = _ssh(host, *host.command("alice", flags=("-T",)))

    assert done.returncode == 1
    assert "needs a terminal" in done.stderr


def test_no_file_goes_in_or_out(host: Machine) -> None:
    """Neither sftp nor scp, old or new protocol, moves a file."""
    loot = host.folder / "loot"
    target = f"{host.login('alice')}@127.0.0.1"
    wanted = f"{target}:{host.deployment.home}/billing.db"
    port = ("-P", str(host.port))
    for command in (
        ("sftp", *host.options("alice"), *port, wanted, str(loot)),
        ("sftp", *host.options("alice"), *port, f"{target}:/etc/passwd", str(loot)),
        ("scp", *host.options("alice"), *port, f"{target}:/etc/passwd", str(loot)),
        ("scp", "-O", *host.options("alice"), *port, f"{target}:/etc/passwd", str(loot)),
        ("scp", *host.options("alice"), *port, "/etc/hostname", f"{target}:/tmp/{host.name}"),
    ):
        assert _ssh(host, *command).returncode != 0
    assert not loot.exists()
    assert not Path(f"/tmp/{host.name}").exists()  # noqa: S108 - it must not be there


def test_nothing_is_forwarded(host: Machine) -> None:
    """Neither -W nor -L, -R, a socket or an agent gets through the host."""
    with socket.create_server(("127.0.0.1", 0)) as aim:
        aim.settimeout(0.5)
        port = aim.getsockname()[1]
        done = _ssh(host, *host.command("alice", flags=("-W", f"127.0.0.1:{port}")))
        assert done.returncode != 0
        with socket.create_server(("127.0.0.1", 0)) as free:
            local = free.getsockname()[1]
        forward = f"LocalForward=127.0.0.1:{local} 127.0.0.1:{port}"
        host.at_menu("alice", forward)
        with socket.create_connection(("127.0.0.1", local), 5) as link:
            link.settimeout(5)
            assert link.recv(1) == b""
        with pytest.raises(TimeoutError):
            aim.accept()
    done = _ssh(
        host, *host.command("alice", "ExitOnForwardFailure=yes", flags=("-N", "-R", "0:[::1]:9"))
    )
    assert "forwarding failed" in done.stderr


def test_files_in_the_clerk_s_home_are_not_read(host: Machine) -> None:
    """Neither a shell's start files nor ssh's or PAM's count, even if root put them there."""
    home, mark = Path(host.entry("alice").pw_dir), host.folder / "mark"
    mark.unlink(missing_ok=True)
    host.folder.chmod(0o777)
    planted = [home / name for name in (".bashrc", ".profile", ".bash_profile", ".shrc")]
    (home / ".ssh").mkdir()
    try:
        for path in (*planted, home / ".ssh/rc"):
            path.write_text(f"touch {mark}\n", encoding="utf-8")
        key = (host.folder / "bob.pub").read_text(encoding="ascii")
        (home / ".ssh/authorized_keys").write_text(key, encoding="ascii")
        (home / ".ssh/environment").write_text("BILLING_HOME=/tmp\nENV=/x\n", encoding="ascii")
        terminal = host.at_menu("alice")
        stranger = host.sign_in("alice", key="bob")
        stranger.wait_for("Permission denied")
        assert "ALICE" in terminal.lines[0]
        assert not mark.exists()
    finally:
        host.folder.chmod(0o755)
        for path in (*planted, *(home / ".ssh").iterdir()):
            path.unlink()
        (home / ".ssh").rmdir()
    assert host.as_clerk("alice", "touch", str(planted[0])).returncode != 0


def test_keys_that_stop_programs_leave_no_shell_while_it_starts(host: Machine) -> None:
    """Ctrl+Z, Ctrl+C and the quit key at the door: the menu comes or the session ends."""
    terminal = host.sign_in("alice")
    uid = host.entry("alice").pw_uid
    terminal.wait(lambda: bool(processes(uid)))  # until then these keys are the client's own
    for _ in range(20):
        terminal.type("\x1a\x03\x1c")
        terminal.read(0.02)
    terminal.wait(lambda: "F3 Sign off" in terminal.text or not terminal.child.isalive())

    assert "F3 Sign off" in terminal.text or "closed" in terminal.text
    assert terminal.child.isalive() or host.all_signed_off(2)


def test_keys_that_stop_programs_do_nothing_on_the_screens(host: Machine) -> None:
    """After Ctrl+Z, Ctrl+C, the quit key and the palette's the same program takes the next key."""
    terminal = host.at_menu("alice")
    pid = _program(host)
    terminal.type("\x1a\x03\x1c\x11\x10")
    terminal.settle()
    assert "MNU010" in terminal.text
    terminal.type("<f2>2.1<enter>")
    terminal.wait_for("RDG020")

    assert host.sessions() == [pid]


# A clerk who found a way out all the same


def test_sudo_takes_a_clerk_to_the_office_only(host: Machine) -> None:
    """As the clerk: other programs, arguments, accounts and variables are refused by sudo."""
    service, office = host.deployment.service, str(host.deployment.office)
    for arguments in (
        ("-u", service, "/bin/sh"),
        ("-u", service, "/usr/bin/id"),
        ("-u", service, office, "--as", "bob"),
        ("-u", service, f"{office}/../office", "x"),
        ("-u", service, "SUDO_UID=0", office),
        ("-u", service, "LD_PRELOAD=/tmp/x.so", office),
        ("-E", "-u", service, office),
        ("-u", "root", office),
        (office,),
        ("-s",),
    ):
        done = host.as_clerk("alice", "sudo", "-n", *arguments)
        assert done.returncode == 1
        assert "password is required" in done.stderr or "not allowed" in done.stderr


def test_the_database_cannot_be_read(host: Machine) -> None:
    """As the clerk: nothing of the office's folder can be seen, nor its process read."""
    host.at_menu("bob")
    home = host.deployment.home
    for arguments in (
        ("cat", f"{home}/billing.db"),
        ("ls", str(home)),
        ("touch", f"{home}/x"),
        ("cat", f"/proc/{_program(host)}/environ"),
        ("cat", f"/proc/{_program(host)}/mem"),
        ("kill", "-9", str(_program(host))),
        ("cp", "/etc/hostname", str(host.deployment.keys / host.login("alice"))),
        ("cp", "/etc/hostname", str(host.deployment.office)),
    ):
        done = host.as_clerk("alice", *arguments)
        assert done.returncode != 0
        assert "denied" in done.stderr or "not permitted" in done.stderr
    assert len(host.sessions()) == 1


@pytest.mark.parametrize("claimed", ["bob", "nobody"])
def test_sudo_without_a_login_proves_nobody(host: Machine, claimed: str) -> None:
    """As the clerk, through the right door, with the login uid of somebody else or of nobody."""
    alice, bob = host.entry("alice"), host.entry("bob")
    steps = f"open('/proc/self/loginuid','w').write('{bob.pw_uid}');" if claimed == "bob" else ""
    become = (
        f"import os, sys; {steps} os.initgroups({alice.pw_name!r}, {alice.pw_gid});"
        f" os.setgid({alice.pw_gid}); os.setuid({alice.pw_uid});"
        f" os.environ['SUDO_UID'] = '{bob.pw_uid}';"
    )
    terminal = Remote(
        ["env", sys.executable, "-c", become + START, str(host.deployment.enter)],
    )
    terminal.wait_for(NOT_PROVED)
    terminal.close()

    assert host.all_signed_off(2)


# A line that drops


def test_a_dropped_line_ends_the_session_and_frees_the_office(host: Machine) -> None:
    """The client dies in the middle of an entry: gone in two seconds, no lock, nothing saved."""
    host.change(REOPEN)
    ((before,),) = host.rows("SELECT max(seq) FROM audit_entry")
    terminal = host.at_menu("bob")
    terminal.type("2.1<enter>")
    terminal.wait_for("RDG020")
    terminal.settle()
    terminal.type("a<enter>the line drops in the midd")
    terminal.wait_for("in the midd")
    started = time.monotonic()
    terminal.child.kill(signal.SIGKILL)

    assert host.all_signed_off(2), "the program still runs"
    print(f"signed off after {time.monotonic() - started:.2f} s")
    with acting_as(host.service):
        base = pysqlite3.connect(str(host.deployment.home / "billing.db"), timeout=0)
        base.execute("BEGIN IMMEDIATE")
        base.rollback()
        base.close()
    since = host.rows(f"SELECT verb, why FROM audit_entry WHERE seq > {before} ORDER BY seq")
    assert {verb for verb, _ in since} == {"access.begin_session", "access.end_session"}
    assert since[-1][1] == "lost line"
    assert "RDG020" in _again(host)


def test_an_entry_on_a_dropped_line_is_offered_on_return(host: Machine) -> None:
    """What alice had keyed waits for her, is saved once, and is nobody else's to see."""
    terminal = host.at_menu("alice")
    terminal.type("chg020 10432-03<enter><enter>PO Box 118<enter>Visalia CA 93279<enter>")
    terminal.wait_for("Visalia")
    terminal.settle()
    terminal.child.kill(signal.SIGKILL)
    assert host.all_signed_off(2), "the program still runs"

    assert "not saved" not in host.at_menu("bob").text
    again = host.sign_in("alice")
    again.wait_for("These entries were not saved")
    again.type("1<enter>")
    again.wait_for("Taken up as it was left")
    again.type("<f10>")
    again.wait_for("Go to")
    rows = host.rows("SELECT lines FROM mailing_address ORDER BY id DESC LIMIT 1")
    assert rows == [("PO Box 118\nVisalia CA 93279",)]


def _again(host: Machine) -> str:
    """The screen of the next session."""
    terminal = host.at_menu("bob")
    terminal.type("2.1<enter>")
    terminal.wait_for("RDG020")
    return terminal.text
