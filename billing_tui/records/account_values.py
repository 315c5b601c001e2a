"""Frozen values of the account inquiry: what screens, the command line and documents show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from billing_tui.records.kinds import AccountStatus, CustomerKind, FlagKind, ServiceKind


@dataclass(frozen=True, slots=True)
class CustomerCard:
    """A customer.

    Attributes:
        phones: digits and kind of each.
        version: hand it back with a change, so that a stale edit is noticed.
    """

    customer_id: int
    number: str
    kind: CustomerKind
    name: str
    mailing_name: str
    email: str
    language: str
    phones: tuple[tuple[str, str], ...]
    version: int


@dataclass(frozen=True, slots=True)
class LocationCard:
    """A location.

    Attributes:
        address: in one line.
        city_line: city, state and ZIP.
        attributes: what rates depend on, as of the day.
    """

    location_id: int
    number: str
    address: str
    city_line: str
    parcel: str
    attributes: Mapping[str, str]
    version: int


@dataclass(frozen=True, slots=True)
class FlagLine:
    """A flag in force on the day.

    Attributes:
        proof: the document that was seen for it.
        review_day: when a flag without an end is looked at again.
    """

    flag_id: int
    kind: FlagKind
    reason: str
    from_day: date
    to_day: date | None
    staff: str
    proof: str = ""
    review_day: date | None = None


@dataclass(frozen=True, slots=True)
class GoneMeter:
    """The meter that stood at a service point last and was taken out on `day`."""

    number: str
    unit: str
    multiplier_milli: int
    day: date


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """A service of the account, with its meter where there is one.

    Attributes:
        meter: number of the meter, "" where it is not metered or none is installed.
        size: of the meter.
        unit: of the meter's register.
        route: code of the route, "" for points that are not walked to.
        point_status: Active reads as "On" to a caller, Off as "Off".
        attributes: of the service on the day.
        gone: the account's last meter there, where none is installed now.
    """

    service_id: int
    service_point_id: int
    kind: ServiceKind
    schedule: str
    rate_class: str
    from_day: date
    to_day: date | None
    billing_hold: bool
    metered: bool
    point_status: str
    meter: str
    size: str
    unit: str
    route: str
    sequence: int | None
    reader_note: str
    attributes: Mapping[str, str]
    gone: GoneMeter | None = None

    @property
    def counted(self) -> tuple[str, str]:
        """Number and unit of the meter that counts, or counted last; "" where none ever did."""
        return (self.gone.number, self.gone.unit) if self.gone else (self.meter, self.unit)

    @property
    def description(self) -> str:
        """What there is instead of a meter: `1 x 96 gal`, `9 ccf winter average`, `2 ERU`."""
        found = self.attributes
        if "cart_size" in found:
            return f"{found.get('carts', '1')} x {found['cart_size']} gal"
        if "winter_average" in found:
            return f"winter average {found['winter_average']}"
        return ""


@dataclass(frozen=True, slots=True)
class NoteLine:
    """A remark on an account.

    Attributes:
        sticky: whether it is an alert, which stays in sight until it ends.
        alert_to: last day of the alert; None where it stays until somebody ends it.
        follow_up_day: when somebody must come back to it.
        follow_up_by: user name of who must; "" for anybody.
        done_day: when that was done.
        outcome: what came of it.
        withdrawn_day: when it was said to be wrong; why stands in `withdrawn_why`.
    """

    note_id: int
    at: str
    staff: str
    kind: str
    text: str
    sticky: bool
    alert_to: date | None = None
    follow_up_day: date | None = None
    follow_up_by: str = ""
    done_day: date | None = None
    outcome: str = ""
    withdrawn_day: date | None = None
    withdrawn_why: str = ""

    @property
    def told(self) -> str:
        """The words, with a mark before those that no longer hold."""
        return self.text if self.withdrawn_day is None else f"[withdrawn] {self.text}"

    def alerts_on(self, day: date) -> bool:
        """Whether it stands in sight on a day."""
        if self.withdrawn_day is not None:
            return False
        return self.sticky and (self.alert_to is None or day <= self.alert_to)


@dataclass(frozen=True, slots=True)
class AccountSummary:
    """All that the inquiry shows of the records on one day; money comes from the ledger.

    Attributes:
        flags: in force on the day; the screen shows them first.
        sticky_notes: notes that stay in sight, newest first.
        mailing_lines: where the bill goes, without the name.
    """

    account_id: int
    number: str
    status: AccountStatus
    opened: date
    closed: date | None
    legacy_number: str
    cycle: str
    version: int
    customer: CustomerCard
    location: LocationCard
    mailing_lines: tuple[str, ...]
    mailing_zip: str
    flags: tuple[FlagLine, ...]
    sticky_notes: tuple[NoteLine, ...]
    services: tuple[ServiceLine, ...]
    on: date
