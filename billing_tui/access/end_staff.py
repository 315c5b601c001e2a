"""End somebody's employment, or change what they are employed as; both count at the next verb.

Nobody is deleted: the person stays beside what they did. Roles have days; one that was given and
is taken on the same business day leaves no day on which it counted, and its row goes.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from billing_tui.access.rights import Right, Role
from billing_tui.access.staff import roles_on
from billing_tui.access.tables import StaffMember, StaffRole
from billing_tui.access.writing import writing
from billing_tui.foundation.errors import InvalidEntry, NotFound, Refused
from billing_tui.foundation.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from billing_tui.access.desk import Desk

_LONGEST_WHY = 200


def _member(username: str) -> StaffMember:
    login = clean(username, most=32, field="username").lower()
    found: StaffMember | None = StaffMember.get_or_none(
        (StaffMember.username == login) & (StaffMember.active == True)  # noqa: E712
    )
    if found is None:
        raise NotFound(f"Nobody named {login} works here.", field="username")
    return found


def _reason(why: str) -> str:
    said = clean(why, most=_LONGEST_WHY, field="why")
    if not said:
        raise InvalidEntry("Say why; the reason stays with the record.", field="why")
    return said


def _keep_a_specialist(member: StaffMember, day: date) -> None:
    """Somebody must be left who manages staff."""
    if Role.SPECIALIST not in roles_on(member.id, day):
        return
    others = StaffMember.select().where(
        (StaffMember.active == True) & (StaffMember.id != member.id)  # noqa: E712
    )
    if not any(Role.SPECIALIST in roles_on(other.id, day) for other in others):
        raise Refused(
            f"{member.username} is the last specialist; make somebody else one first.",
            code="LAST-SPECIALIST",
        )


def require_separate(roles: frozenset[Role]) -> None:
    """Refuse roles that one person may not have together: who audits does nothing else here.

    Raises:
        InvalidEntry: the auditor's role comes with another.
    """
    if Role.AUDITOR in roles and len(roles) > 1:
        raise InvalidEntry(
            "An auditor only reads, so that nobody audits what they did themselves: who audits has "
            "no other role.",
            field="roles",
            code="ROLES-APART",
        )


def set_roles(member: StaffMember, wanted: frozenset[Role], day: date) -> None:
    """The person has these roles from the day on, and no others."""
    open_ = (StaffRole.staff == member.id) & (
        StaffRole.to_day.is_null() | (StaffRole.to_day >= day)
    )
    kept = set()
    for row in StaffRole.select().where(open_):
        if Role(row.role) in wanted and row.from_day <= day and row.to_day is None:
            kept.add(Role(row.role))
        elif row.from_day >= day:
            row.delete_instance()
        else:
            row.to_day = day - timedelta(days=1)
            row.save(only=["to_day"])
    for role in sorted(wanted - kept):
        StaffRole.create(staff=member.id, role=role.value, from_day=day)


def end_staff(desk: Desk, username: str, why: str) -> None:
    """End somebody's employment; an open session of theirs refuses at its next verb.

    Raises:
        NotFound: nobody of that name works here.
        InvalidEntry: the reason is missing.
        Refused: the last specialist stays.
    """
    said = _reason(why)
    with writing(desk, Right.MANAGE_STAFF, "access.end_staff", why=said) as act:
        member, day = _member(username), desk.business_day
        _keep_a_specialist(member, day)
        act.about("staff", member.username)
        act.before = {"roles": sorted(roles_on(member.id, day)), "os_user": member.os_user or ""}
        set_roles(member, frozenset(), day)
        member.active, member.os_user = False, None
        member.save(only=["active", "os_user"])
        act.after = {"roles": [], "os_user": ""}


def change_roles(desk: Desk, username: str, roles: Iterable[Role], why: str) -> None:
    """Give somebody these roles from the business day on, and no others.

    Raises:
        NotFound: nobody of that name works here.
        InvalidEntry: no role, roles that do not go together, or no reason is given.
        Refused: the last specialist stays one, or nothing would change.
    """
    said, wanted = _reason(why), frozenset(roles)
    if not wanted:
        raise InvalidEntry("Say a role; `staff end` ends the employment.", field="roles")
    require_separate(wanted)
    with writing(desk, Right.MANAGE_STAFF, "access.change_roles", why=said) as act:
        member, day = _member(username), desk.business_day
        had = roles_on(member.id, day)
        if had == wanted:
            raise Refused(f"{member.username} has these roles already.", field="roles")
        if Role.SPECIALIST not in wanted:
            _keep_a_specialist(member, day)
        act.about("staff", member.username)
        act.before = {"roles": sorted(had)}
        set_roles(member, wanted, day)
        act.after = {"roles": sorted(wanted)}
