"""Staff members and the desks they sit at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing_tui.access.desk import Desk, utc_now
from billing_tui.access.rights import Role
from billing_tui.access.tables import Setting, StaffMember, StaffRole
from billing_tui.foundation.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from billing_tui.foundation.database import Store
    from billing_tui.foundation.home import Home


def roles_on(staff_id: int, day: date) -> frozenset[Role]:
    """The roles that a person has on a day."""
    rows = StaffRole.select(StaffRole.role).where(
        (StaffRole.staff == staff_id)
        & (StaffRole.from_day <= day)
        & (StaffRole.to_day.is_null() | (StaffRole.to_day >= day))
    )
    return frozenset(Role(row.role) for row in rows)


def why_not_here(desk: Desk) -> str:
    """Why the person may not work at this desk any more, as a sentence; "" where they may."""
    member = StaffMember.get_or_none(StaffMember.id == desk.staff_id)
    if member is None or not member.active:
        return f"{desk.username} no longer works here."
    if roles_on(desk.staff_id, desk.business_day) != desk.roles:
        return f"The roles of {desk.username} have changed; sign in again."
    return ""


def sit_down(
    store: Store,
    home: Home,
    username: str,
    business_day: date,
    *,
    station: str,
    verified: bool = False,
    clock: Callable[[], datetime] = utc_now,
) -> Desk:
    """The desk of a staff member.

    Raises:
        NotFound: nobody of that name works here.
    """
    member = StaffMember.get_or_none(
        (StaffMember.username == username.lower()) & (StaffMember.active == True)  # noqa: E712
    )
    if member is None:
        raise NotFound(f"Nobody named {username} works here.", field="username")
    roles = roles_on(member.id, business_day)
    return Desk(
        store, home, member.id, member.username, roles, station, business_day, verified, clock
    )


@dataclass(frozen=True, slots=True)
class StaffLine:
    """Who works here, and as what."""

    username: str
    name: str
    roles: tuple[str, ...]
    os_user: str | None


def staff_list(day: date) -> list[StaffLine]:
    """Everybody who works here on a day, by user name."""
    members = (
        StaffMember.select().where(StaffMember.active == True).order_by(StaffMember.username)  # noqa: E712
    )
    return [
        StaffLine(one.username, one.name, tuple(sorted(roles_on(one.id, day))), one.os_user)
        for one in members
    ]


def setting(name: str, default: str = "") -> str:
    """One fact about this office."""
    row = Setting.get_or_none(Setting.name == name)
    return row.value if row is not None else default
