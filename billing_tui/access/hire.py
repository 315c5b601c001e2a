"""Take on a staff member, or one who comes back; found the office that has none yet.

A user name is one person's for ever: the trail names people by it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.access.end_staff import require_separate, set_roles
from billing_tui.access.request_change import kept_reason
from billing_tui.access.rights import Right, Role
from billing_tui.access.tables import StaffMember, StaffRole
from billing_tui.access.writing import writing
from billing_tui.foundation.errors import InvalidEntry, NotFound, Refused
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
    _refuse_taken(StaffMember.get_or_none(StaffMember.username == login))
    member = StaffMember.create(username=login, name=called, os_user=_os_user(os_user))
    for role in sorted(set(roles)):
        StaffRole.create(staff=member.id, role=role.value, from_day=from_day)
    return int(member.id)


def _refuse_taken(member: StaffMember | None) -> None:
    if member is None:
        return
    if member.active:
        raise Refused(f"{member.username} is taken.", field="username")
    raise Refused(
        f"{member.username} is {member.name}, who worked here before. Is it the same person, use "
        f"`billing-tui staff rehire {member.username}`; else choose another user name.",
        code="WORKED-HERE",
        field="username",
    )


def _os_user(name: str | None) -> str | None:
    kept = None if name is None else clean(name, most=64, field="os_user")
    if kept is not None and StaffMember.get_or_none(StaffMember.os_user == kept):
        raise Refused(f"{kept} is somebody else's account of this machine.", field="os_user")
    return kept or None


def found_staff(
    username: str, name: str, roles: Iterable[Role], from_day: date, *, os_user: str | None = None
) -> int:
    """The first staff member of an office that is being set up; inside its set-up transaction."""
    return _add(username, name, roles, from_day, os_user)


def rehire(
    desk: Desk, username: str, roles: Iterable[Role], why: str, *, os_user: str | None = None
) -> int:
    """Take on somebody who left, as the same person; returns the row's id.

    The roles are those asked for now, from the business day on; the days away stay without any.
    PIN and account of the machine are not those of before.

    Raises:
        NotFound: nobody of that name worked here.
        InvalidEntry: no role, or roles that do not go together, or no reason is given.
        Refused: the person works here, or the account is somebody else's.
    """
    said, wanted = kept_reason(why), frozenset(roles)
    require_separate(wanted)
    login = clean(username, most=32, field="username").lower()
    if not wanted:
        raise InvalidEntry("Say a role.", field="roles")
    with writing(desk, Right.MANAGE_STAFF, "access.rehire", why=said) as act:
        member = StaffMember.get_or_none(StaffMember.username == login)
        if member is None:
            raise NotFound(f"Nobody named {login} worked here; hire them.", field="username")
        if member.active:
            raise Refused(f"{login} works here.", field="username")
        account = _os_user(os_user)
        member.active, member.os_user, member.pin = True, account, ""
        member.save(only=["active", "os_user", "pin"])
        set_roles(member, wanted, desk.business_day)
        act.about("staff", login)
        act.after = {"name": member.name, "roles": sorted(wanted), "os_user": account or ""}
    return int(member.id)


def hire(
    desk: Desk,
    username: str,
    name: str,
    roles: Iterable[Role],
    why: str,
    *,
    os_user: str | None = None,
) -> int:
    """Take on a staff member with roles from the business day on; returns the row's id.

    Raises:
        InvalidEntry: name, user name or account cannot be, roles do not go together, or no reason
            is given.
        Refused: user name or account is somebody's; who left is rehired.
    """
    said, wanted = kept_reason(why), frozenset(roles)
    require_separate(wanted)
    with writing(desk, Right.MANAGE_STAFF, "access.hire", why=said) as act:
        staff_id = _add(username, name, wanted, desk.business_day, os_user)
        act.about("staff", clean(username).lower())
        act.after = {"name": clean(name), "roles": sorted(wanted), "os_user": clean(os_user or "")}
    return staff_id
