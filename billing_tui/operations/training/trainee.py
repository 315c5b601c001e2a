"""The trainee in the training home: the same person, with the roles that a drill needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing_tui.access.hire import found_staff
from billing_tui.access.staff import roles_on, setting, sit_down
from billing_tui.access.tables import Setting, StaffMember, StaffRole
from billing_tui.foundation.transaction import write_transaction

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from billing_tui.access.desk import Desk
    from billing_tui.access.rights import Role
    from billing_tui.operations.office import Office

IDLE = "idle_minutes"


@dataclass(frozen=True, slots=True)
class Person:
    """Who comes to train, as the office knows them.

    Attributes:
        station, verified: as at the desk in the office.
        day: business day of the office.
        pin: the hash of the PIN that unlocks the person's terminal, "" without one.
        idle: after how many minutes it locks, as the office has set it, "" for the usual.
    """

    username: str
    name: str
    roles: frozenset[Role]
    station: str
    verified: bool
    day: date
    pin: str = ""
    idle: str = ""


def person_at(desk: Desk) -> Person:
    """The person at a desk of the office."""
    member = StaffMember.get_by_id(desk.staff_id)
    return Person(
        desk.username,
        member.name,
        desk.roles,
        desk.station,
        desk.verified,
        desk.business_day,
        member.pin,
        setting(IDLE),
    )


def _give(staff_id: int, roles: Iterable[Role], day: date) -> None:
    for role in sorted(set(roles) - roles_on(staff_id, day)):
        StaffRole.create(staff=staff_id, role=role.value, from_day=day)


def seat(office: Office, person: Person, lent: Iterable[Role] = ()) -> Desk:
    """Sit the person down in the training home, with their own roles and those that are lent.

    The terminal locks there as in the office, since one key leads back to it. A person of the city
    who happens to have the same user name becomes the trainee.
    """
    day = office.business_day
    assert day is not None  # noqa: S101 - the training city has a day of its own
    roles = person.roles | frozenset(lent)
    member = StaffMember.get_or_none(StaffMember.username == person.username)
    with write_transaction(office.store):
        if member is None:
            found_staff(person.username, person.name, roles, day)
        else:
            _give(member.id, roles, day)
        mine = StaffMember.username == person.username
        StaffMember.update(name=person.name, pin=person.pin).where(mine).execute()
        Setting.delete().where(Setting.name == IDLE).execute()
        if person.idle:
            Setting.create(name=IDLE, value=person.idle)
    return sit_down(
        office.store,
        office.home,
        person.username,
        day,
        station=person.station,
        verified=person.verified,
    )
