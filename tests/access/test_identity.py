"""Who the person is: the kernel's word beside sudo's, whatever the environment says."""

from __future__ import annotations

import os
import pwd
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, strategies as st

from billing_tui.access.hire import hire
from billing_tui.access.identity import Person, person_of, this_person, username_of
from billing_tui.access.rights import Role
from billing_tui.access.tables import AuditEntry, Setting, StaffMember
from billing_tui.cli.office import desk_at
from billing_tui.foundation.errors import NotFound, Refused
from billing_tui.records.add_cycle import add_cycle

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_tui.access.desk import Desk
    from billing_tui.operations.office import Office

SERVICE, ALICE, BOB = 990, 1001, 1002
UNSET = "4294967295"

uids = st.integers(1, 2**32 - 2)
others = st.dictionaries(
    st.sampled_from(("LC_ALL", "LC_UBCLERK", "USER", "LOGNAME", "SUDO_USER", "TEXTUAL_DRIVER")),
    st.text(max_size=12),
)


def test_sudo_and_the_login_agree() -> None:
    """A clerk who logged in and came through sudo is verified."""
    assert person_of({"SUDO_UID": str(ALICE)}, f"{ALICE}\n", SERVICE) == Person(ALICE, True)  # noqa: FBT003 - reads as it is


@pytest.mark.parametrize(
    ("claimed", "login_uid"),
    [
        (str(ALICE), UNSET),
        (str(ALICE), ""),
        (str(BOB), str(ALICE)),
        ("0", "0"),
        ("0", str(ALICE)),
        (UNSET, UNSET),
        ("", ""),
        ("", str(ALICE)),
        (f"0{ALICE}", str(ALICE)),
        (f" {ALICE}", str(ALICE)),
        (f"+{ALICE}", str(ALICE)),
        ("١٠٠١", str(ALICE)),
        ("-1", "-1"),
        ("9" * 5000, str(ALICE)),
        (str(ALICE + 2**32), str(ALICE)),
    ],
)
def test_what_the_kernel_does_not_bear_out_is_refused(claimed: str, login_uid: str) -> None:
    """SUDO_UID without the same login uid opens no office."""
    with pytest.raises(Refused):
        person_of({"SUDO_UID": claimed}, login_uid, SERVICE)


@given(others, st.one_of(uids.map(str), st.just(UNSET), st.text(max_size=12)), uids)
def test_without_sudo_the_process_says_who(
    environment: dict[str, str], login_uid: str, uid: int
) -> None:
    """Without sudo a person is the account of the process, never verified."""
    assert person_of(environment, login_uid, uid) == Person(uid, False)  # noqa: FBT003 - reads as it is


@given(others, st.one_of(uids.map(str), st.text(max_size=12)), uids, uids)
def test_the_environment_names_nobody_else(
    environment: dict[str, str], claimed: str, login_uid: int, uid: int
) -> None:
    """Whatever stands in the environment, a person is the account of the process or the login."""
    try:
        person = person_of(environment | {"SUDO_UID": claimed}, str(login_uid), uid)
    except Refused:
        return

    assert person.uid in {uid, login_uid}
    assert not person.verified or person.uid == login_uid != uid


def test_naming_oneself_in_sudo_uid_verifies_nothing() -> None:
    """A person who runs the program directly cannot make it vouch for them."""
    assert not person_of({"SUDO_UID": str(ALICE)}, str(ALICE), ALICE).verified


def test_an_account_leads_to_its_staff_member(desk: Callable[..., Desk]) -> None:
    """The account of the machine names the staff member; another one names nobody."""
    login = pwd.getpwuid(os.getuid()).pw_name
    hire(desk("sam"), "alice", "Alice Wu", [Role.CLERK], "post 12", os_user=login)

    assert username_of(Person(os.getuid(), verified=False)) == "alice"
    with pytest.raises(NotFound):
        username_of(Person(2**31 - 7, verified=False))


def test_a_live_office_stamps_who_is_not_verified(
    office: Office, desk: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Run directly, a live office works under the account's name and stamps it as not verified."""
    monkeypatch.delenv("SUDO_UID", raising=False)
    login = pwd.getpwuid(os.getuid()).pw_name
    hire(desk("sam"), "alice", "Alice Wu", [Role.LEAD], "post 12", os_user=login)
    Setting.update(value="live").where(Setting.name == "mode").execute()
    opened, alice = desk_at(str(office.home.root), None)
    add_cycle(alice, "07", "North side")
    entry = AuditEntry.select().order_by(AuditEntry.seq.desc()).get()
    opened.close()

    assert (alice.username, alice.verified, entry.verified) == ("alice", False, False)
    assert entry.staff_id == StaffMember.get(StaffMember.username == "alice").id


@pytest.mark.parametrize("claimed", ["0", str(BOB), "alice", ""])
def test_a_live_office_refuses_a_claim(
    office: Office, monkeypatch: pytest.MonkeyPatch, claimed: str
) -> None:
    """A claim in SUDO_UID that no login stands behind opens nothing; neither does --as."""
    Setting.update(value="live").where(Setting.name == "mode").execute()
    monkeypatch.setenv("SUDO_UID", claimed)
    monkeypatch.setattr("billing_tui.access.identity.os.getuid", lambda: SERVICE)
    with pytest.raises(Refused):
        desk_at(str(office.home.root), None)
    with pytest.raises(Refused):
        desk_at(str(office.home.root), "maria")


def test_this_process_is_its_own_account(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without sudo this process is the account that runs it."""
    monkeypatch.delenv("SUDO_UID", raising=False)

    assert this_person() == Person(os.getuid(), verified=False)
