"""What bills say about a place. The room stands below billing and only asks, by SQL."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from billing_tui.foundation.bulk import rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_BEYOND = """
SELECT b.kind, max(b.to_day), max(coalesce('run ' || r.number, 'bill ' || bill.number))
FROM bill_service b
JOIN service s ON s.id = b.service_id
JOIN bill ON bill.id = b.bill_id
LEFT JOIN bill_run r ON r.id = bill.run_id
WHERE s.account_id = ? AND b.live = 1 AND b.to_day > ?
GROUP BY b.kind ORDER BY b.kind
"""
_UNDER_WAY = """
SELECT max(r.number) FROM bill_service b
JOIN service s ON s.id = b.service_id
JOIN bill ON bill.id = b.bill_id
JOIN bill_run r ON r.id = bill.run_id
WHERE s.service_point_id = ? AND b.live = 1 AND bill.state = 'draft'
"""
_LEFT = """
SELECT 1 FROM service s WHERE s.account_id = ? AND s.to_day IS NULL AND NOT EXISTS
 (SELECT 1 FROM bill_service b JOIN bill ON bill.id = b.bill_id
   WHERE b.service_id = s.id AND b.live = 1 AND bill.state = 'posted' AND b.to_day >= ?)
LIMIT 1
"""
_OPEN_SINCE = """
SELECT max(i.read_day) FROM bill_run r JOIN cycle_instance i ON i.id = r.instance_id
WHERE i.cycle_id = ? AND r.state IN ('Posted', 'Printed', 'Closed')
"""


def billed_beyond(account_id: int, day: date) -> Iterator[str]:
    """For each service that a bill, drafted or posted, covers past a day: a sentence."""
    for kind, until, run in rows_of(_BEYOND, (account_id, day.isoformat())):
        day = date.fromisoformat(until)
        yield f"The {kind} service is billed up to {day:%m/%d/%y} by {run}."


def billed_through(account_id: int, day: date) -> bool:
    """Whether posted bills cover all that the account takes up to a day."""
    left = rows_of(_LEFT, (account_id, day.isoformat()))
    return not left


def run_under_way(point_id: int) -> str | None:
    """Number of a run that has drafted a bill of the service point and not posted it."""
    number = rows_of(_UNDER_WAY, (point_id,))[0][0]
    return str(number) if number is not None else None


def open_since(cycle_id: int) -> date | None:
    """The read day of the last posted run of a cycle: the open cycle begins there."""
    day = rows_of(_OPEN_SINCE, (cycle_id,))[0][0]
    return date.fromisoformat(day) if day else None
