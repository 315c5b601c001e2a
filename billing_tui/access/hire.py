"""Take on a staff member, and found the office that has none yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.access.rights import Right, Role
from billing_tui.access.tables import StaffMember, StaffRole
from billing_tui.access.writing import writing
from billing_tui.foundation.errors import InvalidEntry
from billing_tui.foundation.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from billing_tui.access.desk import Desk


def _add(
    username: str, name: str, roles: Iterable[Role], from_day: date, os_user: str | None
) -> int:
    login = clean(username, most=32, field="username").lower()
    if not login or not login.replace("-", "").replace("_", "").isalnum():
        raise InvalidEntry("A user name is letters, digits, - and _.", field="username")
    called = clean(name, most=80, field="name")
    if not called:
        raise InvalidEntry("A staff member has a name.", field="name")
    if StaffMember.get_or_none(StaffMember.username == login):
        raise InvalidEntry(f"{login} is taken.", field="username")
    member = StaffMember.create(username=login, name=called, os_user=_os_user(os_user))
    for role in sorted(set(roles)):
        StaffRole.create(staff=member.id, role=role.value, from_day=from_day)
    return int(member.id)


def _os_user(name: str | None) -> str | None:
    kept = None if name is None else clean(name, most=64, field="os_user")
    if kept is not None and StaffMember.get_or_none(StaffMember.os_user == kept):
        raise InvalidEntry(f"{kept} is somebody else's account of this machine.", field="os_user")
    return kept or None


def found_staff(
    username: str, name: str, roles: Iterable[Role], from_day: date, *, os_user: str | None = None
) -> int:
    """The first staff member of an office that is being set up; inside its set-up transaction."""
    return _add(username, name, roles, from_day, os_user)


def hire(
    desk: Desk, username: str, name: str, roles: Iterable[Role], *, os_user: str | None = None
) -> int:
    """Take on a staff member with roles from the business day on; returns the row's id."""
    wanted = frozenset(roles)
    with writing(desk, Right.MANAGE_STAFF, "access.hire") as act:
        staff_id = _add(username, name, wanted, desk.business_day, os_user)
        act.about("staff", clean(username).lower())
        act.after = {"name": clean(name), "roles": sorted(wanted)}
    return staff_id
