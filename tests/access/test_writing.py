"""A verb's transaction: the right is checked when it counts, the trail grows by one, keys hold."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

import pytest
from offices import keep_setting

from billing_tui.access.desk import NotAllowed
from billing_tui.access.hire import hire
from billing_tui.access.rights import RIGHTS, Right, Role, rights_of
from billing_tui.access.staff import roles_on, setting, sit_down
from billing_tui.access.tables import AuditEntry, Request, StaffMember, StaffRole
from billing_tui.access.trail import broken_links, head
from billing_tui.access.writing import KeyConflict, writing
from billing_tui.foundation.errors import InvalidEntry, NotFound, Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_tui.access.desk import Desk
    from billing_tui.operations.office import Office

RIGHT = Right.KEEP_RECORDS


def put(desk: Desk, value: str, *, key: str | None = None) -> str:
    """A verb that keeps one setting, for the tests."""
    with writing(desk, RIGHT, "test.put", key=key, request=[value]) as act:
        if act.repeated:
            return str(act.done)
        act.about("setting", "note")
        act.before = {"value": setting("note")}
        keep_setting("note", value)
        act.after = {"value": value}
        act.result = value
    return value


def test_one_verb_is_one_entry_in_the_trail(desk: Callable[..., Desk]) -> None:
    """Who, when, where, what, before and after."""
    put(desk("maria"), "first")
    put(desk("maria"), "second")
    rows = list(AuditEntry.select().order_by(AuditEntry.seq))
    assert [row.seq for row in rows] == [1, 2]
    last = rows[1]
    assert (last.verb, last.subject_kind, last.subject) == ("test.put", "setting", "note")
    assert (last.before, last.after) == ('{"value":"first"}', '{"value":"second"}')
    assert (last.staff.username, last.station, last.verified) == ("maria", "test", False)
    assert (last.at, last.business_day) == ("2026-11-02T17:00:00.000+00:00", date(2026, 11, 2))
    assert list(broken_links()) == []


def test_without_the_right_nothing_happens(desk: Callable[..., Desk]) -> None:
    """The refusal names who may."""
    with pytest.raises(NotAllowed, match="clerk or lead"):
        put(desk("cass"), "x")
    assert (setting("note"), head()[0]) == ("", 0)


def test_a_role_revoked_meanwhile_counts_at_once(desk: Callable[..., Desk]) -> None:
    """The desk still says clerk; the database says otherwise."""
    maria = desk("maria")
    StaffRole.update(to_day=date(2026, 11, 1)).where(StaffRole.staff == maria.staff_id).execute()
    with pytest.raises(NotAllowed, match="have changed"):
        put(maria, "x")
    assert setting("note") == ""


def test_a_right_kept_by_another_role_still_asks_to_sign_in_again(
    office: Office, desk: Callable[..., Desk]
) -> None:
    """A clerk who has become lead meanwhile signs in as what they are."""
    assert office
    maria = desk("maria")
    StaffRole.create(staff=maria.staff_id, role="lead", from_day=date(2026, 11, 2))
    with pytest.raises(NotAllowed, match="sign in again"):
        put(maria, "x")
    put(desk("maria"), "as both")
    assert setting("note") == "as both"


def test_who_has_left_can_do_nothing_more(desk: Callable[..., Desk]) -> None:
    """Neither at the desk where they sit nor at a new one."""
    maria = desk("maria")
    StaffMember.update(active=False).where(StaffMember.id == maria.staff_id).execute()
    with pytest.raises(NotAllowed, match="no longer works here"):
        put(maria, "x")
    with pytest.raises(NotFound):
        desk("maria")


def test_an_error_inside_leaves_nothing(desk: Callable[..., Desk]) -> None:
    """Neither the change nor the trail nor the key."""
    maria = desk("maria")

    def fail() -> None:
        with writing(maria, RIGHT, "test.fail", key="k") as act:
            keep_setting("note", "half")
            act.result = 1
            raise InvalidEntry("No.")

    with pytest.raises(InvalidEntry):
        fail()
    assert (setting("note"), head()[0], Request.select().count()) == ("", 0, 0)
    assert put(maria, "again", key="k") == "again"


def test_a_value_that_json_cannot_hold_leaves_nothing(desk: Callable[..., Desk]) -> None:
    """A trail that cannot be written is a change that is not made."""

    def put_a_day() -> None:
        with writing(desk("maria"), RIGHT, "test.odd") as act:
            keep_setting("note", "half")
            act.after = {"day": date(2026, 11, 2)}

    with pytest.raises(TypeError):
        put_a_day()
    assert (setting("note"), head()[0]) == ("", 0)


def test_a_repeated_key_gets_the_first_result(desk: Callable[..., Desk]) -> None:
    """From any desk, any number of times, without a second change or entry."""
    assert put(desk("maria"), "once", key="k1") == "once"
    put(desk("maria"), "between")
    for user in ("maria", "luis"):
        assert put(desk(user), "once", key="k1") == "once"
    assert (setting("note"), head()[0]) == ("between", 2)


def test_a_key_with_other_contents_is_a_conflict(desk: Callable[..., Desk]) -> None:
    """Nothing is changed by it."""
    put(desk("maria"), "once", key="k1")
    with pytest.raises(KeyConflict):
        put(desk("maria"), "twice", key="k1")
    assert (setting("note"), head()[0]) == ("once", 1)


def test_a_key_points_at_its_entry(desk: Callable[..., Desk]) -> None:
    """Key, digest, result and audit entry are kept for ever."""
    put(desk("maria"), "a")
    put(desk("maria"), "b", key="k1")
    request = Request.get()
    assert (request.key, request.seq, json.loads(request.result)) == ("k1", 2, "b")


def test_hiring_is_the_specialist_s_and_is_audited(desk: Callable[..., Desk]) -> None:
    """The new clerk can sit down from the business day on, not before."""
    number = hire(desk("sam"), "Tom-2", "Tom Reyes", [Role.CLERK, Role.CASHIER], "post 12")
    assert roles_on(number, date(2026, 11, 1)) == frozenset()
    assert desk("TOM-2").roles == {Role.CLERK, Role.CASHIER}
    entry = AuditEntry.get()
    assert entry.after == '{"name":"Tom Reyes","os_user":"","roles":["cashier","clerk"]}'
    assert entry.why == "post 12"
    with pytest.raises(NotAllowed):
        hire(desk("luis"), "x", "X", [Role.CLERK], "post 12")


@pytest.mark.parametrize("name", ["", " ", "a b", "a/b", "a\x1bb", "x" * 33, "é;"])
def test_a_user_name_is_plain(desk: Callable[..., Desk], name: str) -> None:
    """Letters, digits, - and _."""
    with pytest.raises(InvalidEntry) as refused:
        hire(desk("sam"), name, "Somebody", [Role.CLERK], "post 12")
    assert refused.value.field == "username"


@pytest.mark.parametrize("name", ["maria", "MARIA"])
def test_a_user_name_is_free(desk: Callable[..., Desk], name: str) -> None:
    """Understood and refused: names that are taken are taken in any case."""
    with pytest.raises(Refused, match="maria is taken") as refused:
        hire(desk("sam"), name, "Somebody", [Role.CLERK], "post 12")
    assert refused.value.field == "username"


def test_nobody_sits_down_under_a_name_that_is_not_known(office: Office) -> None:
    """The sentence has the name."""
    with pytest.raises(NotFound, match="zoe"):
        sit_down(office.store, office.home, "zoe", date(2026, 11, 2), station="t")


def test_every_right_is_somebody_s_and_the_auditor_only_looks() -> None:
    """Rights that nobody carries are verbs that nobody can use."""
    assert rights_of(frozenset(Role)) == frozenset(Right)
    assert RIGHTS[Role.AUDITOR] == {Right.LOOK, Right.READ_TRAIL}
    assert all(Right.LOOK in RIGHTS[role] for role in Role)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Right.PREPARE_RATES, Right.APPROVE_RATES),
        (Right.MANAGE_STAFF, Right.POST_LEDGER),
        (Right.MANAGE_STAFF, Right.POST_RUN),
        (Right.PREPARE_RATES, Right.POST_RUN),
    ],
)
def test_no_role_alone_carries_a_forbidden_pair(one: Right, other: Right) -> None:
    """Who writes the rates does not approve them; who manages staff moves no money."""
    assert not [role for role in Role if {one, other} <= RIGHTS[role]]
