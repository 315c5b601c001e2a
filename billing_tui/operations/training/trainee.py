"""The trainee in the training home: the same person, with the roles that a drill needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing_tui.access.hire import found_staff
from billing_tui.access.staff import roles_on, sit_down
from billing_tui.access.tables import StaffMember, StaffRole
from billing_tui.foundation.transaction import write_transaction

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from billing_tui.access.desk import Desk
    from billing_tui.access.rights import Role
    from billing_tui.operations.office import Office


@dataclass(frozen=True, slots=True)
class Person:
    """Who comes to train, as the office knows them.

    Attributes:
        station, verified: as at the desk in the office.
        day: business day of the office.
    """

    username: str
    name: str
    roles: frozenset[Role]
    station: str
    verified: bool
    day: date


def person_at(desk: Desk) -> Person:
    """The person at a desk of the office."""
    member = StaffMember.get_by_id(desk.staff_id)
    return Person(
        desk.username, member.name, desk.roles, desk.station, desk.verified, desk.business_day
    )


def _give(staff_id: int, roles: Iterable[Role], day: date) -> None:
    for role in sorted(set(roles) - roles_on(staff_id, day)):
        StaffRole.create(staff=staff_id, role=role.value, from_day=day)


def seat(office: Office, person: Person, lent: Iterable[Role] = ()) -> Desk:
    """Sit the person down in the training home, with their own roles and those that are lent.

    A person of the city who happens to have the same user name becomes the trainee.
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
            if member.name != person.name:
                StaffMember.update(name=person.name).where(StaffMember.id == member.id).execute()
    return sit_down(
        office.store,
        office.home,
        person.username,
        day,
        station=person.station,
        verified=person.verified,
    )
