"""How far bills have gone: no change reaches back into what was billed, unless a lead lets it.

The room stands below billing and metering and only asks, by SQL. A cancelled bill no longer counts.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from billing_tui.access.rights import Right
from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import InvalidEntry, Refused
from billing_tui.records.kinds import ServiceKind
from billing_tui.records.tables import Service

if TYPE_CHECKING:
    from typing import Any

    from billing_tui.access.desk import Desk

_TEN_YEARS_BACK, _TWO_YEARS_AHEAD = -3660, 740
_BILLED = """
SELECT b.kind, b.to_day, coalesce('run ' || r.number, 'bill ' || bill.number) FROM bill_service b
JOIN bill ON bill.id = b.bill_id LEFT JOIN bill_run r ON r.id = bill.run_id
JOIN service s ON s.id = b.service_id JOIN service_point p ON p.id = s.service_point_id
WHERE {whose} AND b.live = 1 AND bill.state <> 'draft'
ORDER BY b.to_day DESC, b.id DESC LIMIT 1
"""
_READ = """
SELECT 1 FROM read d WHERE d.service_point_id = ? AND d.day = ? AND d.kind <> 'W'
AND NOT EXISTS (SELECT 1 FROM read w WHERE w.withdraws_id = d.id) LIMIT 1
"""
_WATER = """
SELECT s.id FROM service s JOIN service_point p ON p.id = s.service_point_id
WHERE s.account_id = ? AND s.kind = 'water' AND p.metered = 1 AND s.to_day IS NULL
ORDER BY s.id LIMIT 1
"""


class Billed(NamedTuple):
    """How far a service is billed: up to the day before `to_day`, by that run or bill."""

    kind: str
    to_day: date
    run: str


def _billed(whose: str, row_id: int) -> Billed | None:
    rows = rows_of(_BILLED.replace("{whose}", whose), (row_id,))
    return Billed(rows[0][0], date.fromisoformat(rows[0][1]), rows[0][2]) if rows else None


def service_billed(service_id: int) -> Billed | None:
    """How far a service is billed; None where it never was."""
    return _billed("s.id = ?", service_id)


def place_billed(location_id: int) -> Billed | None:
    """How far the service that is billed furthest at a location is billed."""
    return _billed("p.location_id = ?", location_id)


def check_year(desk: Desk, day: date, *, field: str = "from_day") -> None:
    """Refuse a first day that can only be a slip: ten years back or two ahead.

    Raises:
        InvalidEntry: it is.
    """
    if not _TEN_YEARS_BACK <= (day - desk.business_day).days <= _TWO_YEARS_AHEAD:
        raise InvalidEntry(f"{day:%m/%d/%Y} is far from today; look at the year.", field=field)


def otherwise(desk: Desk) -> str:
    """What else can be done about a day that a bill covers: a lead needs nobody else."""
    may = desk.may(Right.CHANGE_BILLED)
    return "despite it" if may else "ask a lead"


def refuse_billed(
    desk: Desk, found: Billed | None, day: date, *, despite: bool, field: str = "from_day"
) -> dict[str, str]:
    """Refuse a day that a bill covers already; what the trail tells where a lead reaches back.

    Args:
        desk: who asks.
        found: how far bills have gone.
        day: first day of the change.
        despite: a lead lets it reach back; the bills stand until they are cancelled and rebilled.
        field: entry field of the day.

    Raises:
        Refused: bills have gone further.
        NotAllowed: `despite` is not the person's to say.
    """
    if despite:
        desk.require(Right.CHANGE_BILLED)
    if found is None or day >= found.to_day:
        return {}
    if not despite:
        raise Refused(
            f"{found.kind.capitalize()} is billed to {found.to_day:%m/%d/%y} by {found.run}; "
            f"begin then, or {otherwise(desk)}.",
            field=field,
            code="ALREADY-BILLED",
        )
    return {"despite_billed": f"{found.kind} to {found.to_day.isoformat()} by {found.run}"}


def unbilled_from(service: Any) -> date:
    """First day of a service that no bill covers."""
    found = service_billed(service.id)
    return found.to_day if found else service.from_day


def _was_read(service: Any, day: date) -> bool:
    return bool(rows_of(_READ, (service.service_point.id, day.isoformat())))


def check_terms_day(service: Any, day: date, *, field: str = "from_day") -> None:
    """Refuse a day on which a service cannot be cut in two (SVO-1, BIL-4).

    No bill may cover it. What a meter counts is cut on a read, and sewer, which is billed on the
    water of a whole period, only where a period begins.

    Raises:
        Refused: a bill covers the day; cancel it first.
        InvalidEntry: usage cannot be told apart on that day.
    """
    since = unbilled_from(service)
    if day < since:
        raise Refused(
            f"The {service.kind} service is billed to {since:%m/%d/%y}; begin then or later, or "
            "cancel that bill first.",
            field=field,
            code="ALREADY-BILLED",
        )
    if day == since or (service.service_point.metered and _was_read(service, day)):
        return
    if service.service_point.metered:
        raise InvalidEntry(
            f"The {service.kind} meter was not read on {day:%m/%d/%y}. Begin on {since:%m/%d/%y}, "
            "from which nothing is billed yet, or on a day with a read.",
            field=field,
            code="NO-READ",
        )
    if service.kind == ServiceKind.SEWER:
        check_sewer_day(service.account.id, day, field=field)


def check_sewer_day(account_id: int, day: date, *, field: str = "from_day") -> None:
    """Refuse a day inside a period of the account's water, by which sewer is billed as a whole.

    Raises:
        InvalidEntry: water is billed across that day.
    """
    rows = rows_of(_WATER, (account_id,))
    since = unbilled_from(Service.get_by_id(rows[0][0])) if rows else day
    if day != since:
        raise InvalidEntry(
            f"Sewer is billed on the water of a whole period; begin on {since:%m/%d/%y}, from "
            "which the water is not billed yet.",
            field=field,
            code="WITHIN-PERIOD",
        )
