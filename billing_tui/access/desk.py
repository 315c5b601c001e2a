"""The desk: who works, at which station, on which business day. Every verb takes it first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from billing_tui.access.rights import Right, Role, rights_of
from billing_tui.foundation.errors import BillingError
from billing_tui.foundation.moments import on_day

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_tui.foundation.database import Store
    from billing_tui.foundation.home import Home


class NotAllowed(BillingError):  # noqa: N818
    """The person's roles do not carry the right."""

    code = "NOT-ALLOWED"


def utc_now() -> datetime:
    """The system clock; what a desk uses outside tests."""
    return datetime.now(UTC)


def clock_on(day: date) -> Callable[[], datetime]:
    """The clock of an office whose business day stands still, such as the demo city's."""

    def now() -> datetime:
        return on_day(day, utc_now())

    return now


@dataclass(frozen=True, slots=True)
class Desk:
    """Who works, where, when.

    Attributes:
        store: the open database.
        home: the office's folder.
        staff_id: row of the person.
        username: name of the person as signed in.
        roles: the roles in force on the business day.
        station: terminal or host, as audit entries name it.
        business_day: the day on which work counts.
        verified: whether the operating system vouched for the person.
        clock: gives the moment, UTC.
    """

    store: Store
    home: Home
    staff_id: int
    username: str
    roles: frozenset[Role]
    station: str
    business_day: date
    verified: bool = False
    clock: Callable[[], datetime] = utc_now

    def may(self, right: Right) -> bool:
        """Whether the person has the right."""
        return right in rights_of(self.roles)

    def why_not(self, right: Right, doing: str = "") -> str:
        """A sentence that names who may; "" where this person has the right.

        Args:
            right: what it takes.
            doing: what the person wanted, where that says more than the right's own words.
        """
        if self.may(right):
            return ""
        able = [role.value for role in Role if right in rights_of(frozenset({role}))]
        return f"{self.username} may not {doing or right.value}; that takes a {' or '.join(able)}."

    def require(self, right: Right) -> None:
        """Refuse with a sentence that names who may.

        Raises:
            NotAllowed: the roles of the person do not carry the right.
        """
        if reason := self.why_not(right):
            raise NotAllowed(reason)
