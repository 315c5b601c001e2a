"""Setting a machine up: what would be written, into which folder, and what is refused. No root."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, strategies as st

from billing_tui.access.desk import NotAllowed
from billing_tui.access.tables import AuditEntry, StaffMember
from billing_tui.cli.main import run
from billing_tui.foundation.errors import BillingError, InvalidEntry, Refused
from billing_tui.operations.host.add_clerk import add_clerk, link_account, public_keys
from billing_tui.operations.host.check import check_host
from billing_tui.operations.host.deployment import Deployment, pieces
from billing_tui.operations.host.set_up import set_up

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_tui.access.desk import Desk

USUAL = Deployment(
    "billing-tui", "billing", "clerks", Path("/var/lib/billing-tui"), Path("/usr/bin/python3")
)


def key(kind: str = "ssh-ed25519", says: str | None = None) -> str:
    """A public key; `says` is the kind inside it."""
    inner = (says or kind).encode()
    blob = len(inner).to_bytes(4, "big") + inner + (32).to_bytes(4, "big") + bytes(32)
    return f"{kind} {base64.b64encode(blob).decode()}"


def standing(root: Path) -> dict[str, tuple[int, bytes]]:
    """Rights and contents of everything below a folder."""
    return {
        str(path.relative_to(root)): (
            path.stat().st_mode,
            path.read_bytes() if path.is_file() else b"",
        )
        for path in root.rglob("*")
    }


def test_a_plan_names_every_piece_and_writes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """`host setup --plan` prints each file with its text, and needs no root."""
    assert run(["host", "setup", "--plan", "--name", "no-such-office"]) == 0
    told = capsys.readouterr().out

    for line in (
        "/var/lib/billing-tui  0700 billing",
        "/etc/sudoers.d/no-such-office  0440 root",
        "    ForceCommand /usr/lib/no-such-office/enter",
        "    DisableForwarding yes",
        "    PermitUserRC no",
        "    AcceptEnv LANG COLORTERM",
    ):
        assert line in told
    assert not Path("/usr/lib/no-such-office").exists()


def test_a_folder_can_stand_for_the_machine(tmp_path: Path) -> None:
    """`host setup --root DIR` writes all pieces there with their rights; twice changes nothing."""
    command = ["host", "setup", "--root", str(tmp_path)]
    assert run(command) == 0
    first = standing(tmp_path)
    assert run(command) == 0

    assert standing(tmp_path) == first
    assert oct(first["var/lib/billing-tui"][0])[-3:] == "700"
    assert oct(first["etc/sudoers.d/billing-tui"][0])[-3:] == "440"
    assert oct(first["usr/lib/billing-tui/enter"][0])[-3:] == "755"


def test_what_was_changed_is_set_right(tmp_path: Path) -> None:
    """A piece whose text or rights somebody changed is written again, and told so."""
    set_up(USUAL, tmp_path)
    enter = tmp_path / "usr/lib/billing-tui/enter"
    enter.write_text("#!/bin/sh\nsh\n", encoding="utf-8")
    (tmp_path / "var/lib/billing-tui").chmod(0o777)
    changed = {Path(done.what).name for done in set_up(USUAL, tmp_path) if done.changed}

    assert changed == {"enter", "billing-tui"}
    assert "exec /usr/bin/sudo" in enter.read_text(encoding="utf-8")
    assert not any(done.changed for done in set_up(USUAL, tmp_path))


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    """Where a piece should stand, a link to elsewhere is refused."""
    (tmp_path / "usr/lib").mkdir(parents=True)
    (tmp_path / "usr/lib/billing-tui").symlink_to(tmp_path)
    (tmp_path / "var/lib").mkdir(parents=True)
    with pytest.raises(Refused):
        set_up(USUAL, tmp_path)


def test_only_root_sets_up_a_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Setting up, checking and adding a clerk are refused to others, before anything is touched."""
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    for act in (
        lambda: set_up(USUAL),
        lambda: check_host(USUAL),
        lambda: add_clerk(USUAL, "maria", "maria", key(), today=date(2026, 11, 20), station="test"),
    ):
        with pytest.raises(Refused, match="takes root"):
            act()


@pytest.mark.parametrize("flags", [[], ["--plan", "--apply"], ["--apply", "--root", "/x"]])
def test_one_way_of_setting_up_is_asked_for(flags: list[str]) -> None:
    """Neither none nor two of --plan, --apply and --root."""
    assert run(["host", "setup", *flags]) == 2


PLAIN = set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/_.+-")
NEAR = st.from_regex(r"/?[a-z/.; $\n-]{1,12}", fullmatch=True)


@given(st.one_of(st.text(max_size=40), NEAR), st.sampled_from(["name", "group", "home", "python"]))
def test_no_name_or_place_can_carry_a_command(text: str, field: str) -> None:
    """What goes into scripts and rules is plain; everything else is refused."""
    try:
        made = replace(USUAL, **{field: Path(text) if field in {"home", "python"} else text})
    except InvalidEntry:
        return
    kept = str(getattr(made, field))

    assert set(kept) <= PLAIN
    assert any(kept in (piece.text or "") for piece in pieces(made))


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("name", "a b"), ("name", "../x"), ("name", ""), ("service", "ro ot"), ("group", "%x"),
        ("group", "billing"), ("home", "/x;sh"), ("home", "x"), ("home", "/a/../b"),
        ("python", "/usr/bin/python3\nsh"), ("python", "$(sh)"), ("home", "/" + "x" * 9000),
    ],
)  # fmt: skip
def test_a_wrong_name_or_place_is_refused_with_its_field(field: str, text: str) -> None:
    """The refusal names the field."""
    with pytest.raises(InvalidEntry) as told:
        replace(USUAL, **{field: Path(text) if field in {"home", "python"} else text})

    assert told.value.field == field


@pytest.mark.parametrize("root", ["/proc/none", "/dev/null/x", "a\0b"])
def test_a_folder_that_cannot_be_is_a_sentence(
    root: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder that cannot be written ends in a refusal."""
    assert run(["host", "setup", "--root", root]) == 1
    assert "cannot be written" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["office", "enter"])
def test_the_scripts_are_shell(tmp_path: Path, name: str) -> None:
    """The shell reads both scripts without a fault."""
    set_up(USUAL, tmp_path)
    script = tmp_path / "usr/lib/billing-tui" / name

    assert subprocess.run(["/bin/sh", "-n", script], check=False).returncode == 0


@pytest.mark.skipif(not shutil.which("visudo", path="/usr/sbin:/usr/bin"), reason="no visudo here")
def test_sudo_reads_its_rules(tmp_path: Path) -> None:
    """The checker of sudo accepts the fragment."""
    set_up(USUAL, tmp_path)
    visudo = shutil.which("visudo", path="/usr/sbin:/usr/bin")
    rules = tmp_path / "etc/sudoers.d/billing-tui"

    assert subprocess.run([visudo, "-cqf", rules], check=False).returncode == 0


def test_a_key_file_is_kept_without_options_and_comments() -> None:
    """Only kind and body of each key go on."""
    text = f"# Alice\n\n{key()} alice@home\n  {key('ssh-rsa')}\n"

    assert public_keys(text) == f"{key()}\n{key('ssh-rsa')}\n"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# nothing\n",
        "-----BEGIN OPENSSH PRIVATE KEY-----\n",
        f'command="sh" {key()}',
        f'environment="SUDO_UID=0" {key()}',
        f"cert-authority {key()}",
        key(says="ssh-rsa"),
        "ssh-ed25519 AAAA",
        "ssh-ed25519 not/base64!",
        f"{key()}\nssh-dss AAAAB3NzaC1kc3M=\n",
    ],
)
def test_what_is_no_public_key_is_refused(text: str) -> None:
    """Private keys, options, certificates' authorities and broken keys are refused."""
    with pytest.raises(InvalidEntry) as told:
        public_keys(text)

    assert told.value.field == "key"


@given(st.text(max_size=200))
def test_any_text_is_a_key_file_or_refused(text: str) -> None:
    """A key file yields keys that read back as themselves, or a sentence."""
    try:
        kept = public_keys(text)
    except InvalidEntry:
        return

    assert public_keys(kept) == kept


def test_an_account_is_linked_once_and_shown_in_the_trail(desk: Callable[..., Desk]) -> None:
    """The link is the person's own entry, not verified; the same again writes nothing."""
    maria = desk("maria")
    assert link_account(maria, "msoto")
    assert not link_account(maria, "msoto")
    (entry,) = AuditEntry.select().where(AuditEntry.verb == "access.link_account")

    assert StaffMember.get_by_id(maria.staff_id).os_user == "msoto"
    assert (entry.staff_id, entry.verified, entry.subject) == (maria.staff_id, False, "maria")
    assert json.loads(entry.before) == {"os_user": None}
    assert json.loads(entry.after) == {"os_user": "msoto"}


def test_somebody_else_s_account_is_not_linked(desk: Callable[..., Desk]) -> None:
    """One account leads to one person; a person without a role is not let in."""
    link_account(desk("maria"), "msoto")
    with pytest.raises(Refused, match="maria"):
        link_account(desk("luis"), "msoto")
    with pytest.raises(NotAllowed):
        link_account(replace(desk("cass"), roles=frozenset()), "cass")
    with pytest.raises(BillingError):
        link_account(desk("cass"), "x" * 65)

    assert StaffMember.get(StaffMember.username == "luis").os_user is None
