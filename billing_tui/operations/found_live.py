"""Found a live office; its trail begins with who founded it and is its first specialist."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing_tui.access.hire import found_staff
from billing_tui.access.rights import Role
from billing_tui.access.staff import sit_down
from billing_tui.access.writing import Act, chain
from billing_tui.foundation.moments import keep_zone, local
from billing_tui.foundation.text import clean
from billing_tui.operations.office import found_office

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from billing_tui.foundation.database import Store
    from billing_tui.foundation.home import Home
    from billing_tui.operations.office import Office


@dataclass(frozen=True, slots=True)
class Founder:
    """Who founds an office.

    Attributes:
        username, name: of the person, who becomes its specialist.
        os_user: the account of this machine that is this person.
        station: where the person sits.
    """

    username: str
    name: str
    os_user: str
    station: str


def found_live(
    home: Home, utility: str, zone: str, founder: Founder, clock: Callable[[], datetime]
) -> Office:
    """Found a live office in an empty home, all or nothing.

    Raises:
        InvalidEntry: a name or the zone cannot be.
        UnsafeDatabase: there is an office already.
    """
    keep_zone(zone)
    today = local(clock()).date()

    def staff(store: Store) -> None:
        found_staff(
            founder.username, founder.name, [Role.SPECIALIST], today, os_user=founder.os_user
        )
        desk = sit_down(store, home, founder.username, today, station=founder.station, clock=clock)
        act = Act("office", utility)
        act.after = {
            "specialist": desk.username,
            "name": clean(founder.name),
            "roles": [Role.SPECIALIST],
            "os_user": founder.os_user,
            "zone": zone,
        }
        chain(desk, "operations.found_office", "", act)

    return found_office(home, {"mode": "live", "utility": utility, "zone": zone}, staff=staff)
