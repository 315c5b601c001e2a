"""What is unaudited and how old, and how often each clerk errs over time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from billing_tui.access.rights import Right
from billing_tui.foundation.bulk import rows_of
from billing_tui.operations.daily_audit.policy import read_input_policy, verb_fits

if TYPE_CHECKING:
    from billing_tui.access.desk import Desk
    from billing_tui.operations.daily_audit.policy import InputPolicy

_TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class DayStatus:
    """A day that is not signed off.

    Attributes:
        day: the business day.
        age_days: since then.
        waiting: entries that no round has taken up.
        open: drawn entries without a verdict, those that must be reviewed among them.
        must: of the open ones, those that must be reviewed.
        queried: of the open ones, those that wait for their maker's answer.
        overdue: older than the policy allows.
    """

    day: date
    age_days: int
    waiting: int
    open: int
    must: int
    queried: int
    overdue: bool


@dataclass(frozen=True, slots=True)
class ErrorRate:
    """Verdicts on one clerk's entries of a month, all and those drawn by chance.

    Only the sample is fair to compare: what must be reviewed differs from clerk to clerk.
    """

    clerk: str
    month: str
    judged: int
    errors: int
    sampled: int
    sample_errors: int

    @property
    def percent(self) -> Decimal | None:
        """Errors in the sample, in per cent to a tenth; None where it is empty."""
        if not self.sampled:
            return None
        rate = Decimal(100 * self.sample_errors) / self.sampled
        return rate.quantize(_TENTH, ROUND_HALF_UP)


def _waiting(before: date, policy: InputPolicy) -> dict[str, int]:
    rows = rows_of(
        "SELECT e.business_day, e.verb, count(*) FROM audit_entry e LEFT JOIN"
        " (SELECT audited_day, max(through_seq) AS last FROM input_round GROUP BY audited_day) r"
        " ON r.audited_day = e.business_day WHERE e.business_day < ?"
        " AND e.seq > coalesce(r.last, 0) GROUP BY e.business_day, e.verb",
        (before.isoformat(),),
    )
    found: dict[str, int] = {}
    for day, verb, count in rows:
        if not verb_fits(verb, policy.not_input):
            found[day] = found.get(day, 0) + count
    return found


def _open() -> dict[str, tuple[int, int, int]]:
    rows = rows_of(
        "SELECT r.audited_day, sum(CASE WHEN i.state IN ('Open', 'Queried', 'Answered')"
        " THEN 1 ELSE 0 END), sum(CASE WHEN i.state IN ('Open', 'Queried', 'Answered')"
        " AND i.rule <> '' THEN 1 ELSE 0 END), sum(CASE WHEN i.state = 'Queried' THEN 1 ELSE 0 END)"
        " FROM input_round r LEFT JOIN input_item i ON i.round_id = r.id"
        " WHERE r.signed_at IS NULL GROUP BY r.audited_day"
    )
    return {day: (unjudged, must, queried) for day, unjudged, must, queried in rows}


def unaudited_days(desk: Desk, *, policy: InputPolicy | None = None) -> tuple[DayStatus, ...]:
    """Days before today that are not signed off or have late entries, the oldest first."""
    desk.require(Right.AUDIT_INPUT)
    rules = policy or read_input_policy()
    waiting, unjudged = _waiting(desk.business_day, rules), _open()
    found = []
    for text in sorted(waiting.keys() | unjudged.keys()):
        day = date.fromisoformat(text)
        age = (desk.business_day - day).days
        overdue = age > rules.overdue_days
        late = waiting.get(text, 0)
        found.append(DayStatus(day, age, late, *unjudged.get(text, (0, 0, 0)), overdue))
    return tuple(found)


def error_rates(desk: Desk, first: date, last: date) -> tuple[ErrorRate, ...]:
    """By clerk and month over business days `first` to `last`, both inclusive."""
    desk.require(Right.AUDIT_INPUT)
    rows = rows_of(
        "SELECT s.username, substr(r.audited_day, 1, 7) AS month, count(*),"
        " sum(CASE WHEN i.state <> 'OK' THEN 1 ELSE 0 END),"
        " sum(CASE WHEN i.rule = '' THEN 1 ELSE 0 END),"
        " sum(CASE WHEN i.rule = '' AND i.state <> 'OK' THEN 1 ELSE 0 END)"
        " FROM input_item i JOIN input_round r ON r.id = i.round_id"
        " JOIN staff_member s ON s.id = i.staff_id"
        " WHERE i.state IN ('OK', 'Error', 'Corrected') AND r.audited_day BETWEEN ? AND ?"
        " GROUP BY s.username, substr(r.audited_day, 1, 7) ORDER BY s.username, month",
        (first.isoformat(), last.isoformat()),
    )
    return tuple(ErrorRate(*row) for row in rows)
