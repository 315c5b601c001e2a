"""Employment ends and roles change; both count at the next verb, and somebody keeps the keys."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from billing_tui.access.desk import NotAllowed
from billing_tui.access.end_staff import change_roles, end_staff
from billing_tui.access.hire import hire, rehire
from billing_tui.access.pin import has_pin, idle_told, set_idle_minutes, set_pin
from billing_tui.access.rights import Right, Role
from billing_tui.access.staff import roles_on, staff_list
from billing_tui.access.tables import AuditEntry, StaffMember
from billing_tui.access.writing import writing
from billing_tui.foundation.errors import BillingError, InvalidEntry, NotFound, Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_tui.access.desk import Desk


@pytest.fixture
def boss(desk: Callable[..., Desk]) -> Desk:
    """The only specialist of the office."""
    name = next(
        one.username for one in staff_list(date(2026, 12, 31)) if Role.SPECIALIST in one.roles
    )
    return desk(name)


def _works(desk: Desk) -> None:
    with writing(desk, Right.LOOK, "records.note") as act:
        act.about("account", 1)


def test_who_left_keys_nothing_more(boss: Desk, desk: Callable[..., Desk]) -> None:
    """An open desk refuses at its next verb, nobody sits down again, what was keyed stays."""
    maria = desk("maria")
    _works(maria)
    end_staff(boss, "MARIA", "moved away")

    with pytest.raises(NotAllowed, match="no longer works here"):
        _works(maria)
    with pytest.raises(NotFound):
        desk("maria")
    assert "maria" not in [one.username for one in staff_list(boss.business_day)]
    assert roles_on(maria.staff_id, boss.business_day) == frozenset()
    entry = AuditEntry.select().order_by(AuditEntry.seq.desc()).get()
    assert (entry.verb, entry.subject, entry.why) == ("access.end_staff", "maria", "moved away")
    assert AuditEntry.select().where(AuditEntry.staff == maria.staff_id).exists()
    with pytest.raises(NotFound, match="Nobody named maria"):
        end_staff(boss, "maria", "again")


def test_roles_change_from_the_day_on(boss: Desk, desk: Callable[..., Desk]) -> None:
    """The day before still has the old ones; an open desk signs in again."""
    maria = desk("maria")
    had, yesterday = maria.roles, boss.business_day - timedelta(days=1)
    before = roles_on(maria.staff_id, yesterday)
    change_roles(boss, "maria", [Role.LEAD], "promoted")

    assert roles_on(maria.staff_id, boss.business_day) == {Role.LEAD}
    assert roles_on(maria.staff_id, yesterday) == before
    with pytest.raises(NotAllowed, match="have changed"):
        _works(maria)
    with pytest.raises(Refused, match="already"):
        change_roles(boss, "maria", [Role.LEAD], "again")
    change_roles(boss, "maria", had, "taken back")
    assert roles_on(maria.staff_id, boss.business_day) == had
    _works(maria)


def test_the_last_specialist_stays(boss: Desk) -> None:
    """Neither ended nor made something else, until there is another one."""
    with pytest.raises(Refused, match="last specialist"):
        end_staff(boss, boss.username, "retires")
    with pytest.raises(Refused, match="last specialist"):
        change_roles(boss, boss.username, [Role.LEAD], "wants to")
    assert StaffMember.get_by_id(boss.staff_id).active

    hire(boss, "newone", "New One", [Role.SPECIALIST], "post 12")
    end_staff(boss, boss.username, "retires")
    assert not StaffMember.get_by_id(boss.staff_id).active


def test_only_who_manages_staff_does_it_and_says_why(boss: Desk, desk: Callable[..., Desk]) -> None:
    """A lead may not; no reason or no role is no change."""
    with pytest.raises(NotAllowed):
        end_staff(desk("luis"), "maria", "x")
    with pytest.raises(NotAllowed):
        change_roles(desk("luis"), "luis", [Role.SPECIALIST], "x")
    with pytest.raises(InvalidEntry, match="why"):
        end_staff(boss, "maria", " ")
    with pytest.raises(BillingError, match="Say a role"):
        change_roles(boss, "maria", [], "x")


def test_who_comes_back_is_the_same_person(boss: Desk, desk: Callable[..., Desk]) -> None:
    """A former user name is nobody else's; rehired, the roles are new and the PIN is gone."""
    maria = desk("maria")
    set_pin(maria, "4907")
    with pytest.raises(Refused, match="maria works here"):
        rehire(boss, "maria", [Role.CLERK], "came back")
    end_staff(boss, "maria", "moved away")
    with pytest.raises(Refused, match=r"Maria Soto, who worked here before.*staff rehire"):
        hire(boss, "Maria", "Maria Other", [Role.CLERK], "post 12")
    with pytest.raises(InvalidEntry, match="reason"):
        rehire(boss, "maria", [Role.CASHIER], " ")
    with pytest.raises(NotFound):
        rehire(boss, "nobody", [Role.CASHIER], "came back")

    assert rehire(boss, "MARIA", [Role.CASHIER], "came back") == maria.staff_id

    again = desk("maria")
    assert again.roles == {Role.CASHIER}
    assert not has_pin(again)
    assert roles_on(maria.staff_id, boss.business_day - timedelta(days=1)) == maria.roles
    entry = AuditEntry.select().order_by(AuditEntry.seq.desc()).get()
    assert (entry.verb, entry.subject, entry.why) == ("access.rehire", "maria", "came back")


def test_terminals_are_left_open_only_with_a_reason(boss: Desk, desk: Callable[..., Desk]) -> None:
    """Who manages staff says why; a lead may not; the trail has before and after."""
    with pytest.raises(NotAllowed):
        set_idle_minutes(desk("luis"), 0, "a locked room")
    with pytest.raises(InvalidEntry, match="reason"):
        set_idle_minutes(boss, 0, " ")
    set_idle_minutes(boss, 0, "a locked room")

    entry = AuditEntry.select().order_by(AuditEntry.seq.desc()).get()
    assert (entry.verb, entry.why) == ("access.set_idle_minutes", "a locked room")
    assert (entry.before, entry.after) == ('{"minutes":15}', '{"minutes":0}')
    assert "in the name of who left it" in idle_told(0)
