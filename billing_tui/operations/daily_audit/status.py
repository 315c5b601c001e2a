"""What is unaudited and how old, and how often each clerk errs over time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from billing_tui.access.rights import Right
from billing_tui.access.staff import setting
from billing_tui.foundation.bulk import rows_of
from billing_tui.operations.daily_audit.policy import read_input_policy, verb_fits

if TYPE_CHECKING:
    from billing_tui.access.desk import Desk
    from billing_tui.operations.daily_audit.policy import InputPolicy

_TENTH = Decimal("0.1")
_ONE = timedelta(days=1)


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
class DayProgress:
    """How far the audit of one day is, all of its rounds together.

    Attributes:
        day: the business day.
        age_days: since then.
        rounds: that were opened.
        waiting: entries that no round has taken up.
        drawn: entries to judge.
        judged: of them, with a verdict.
        must: of those without one, the ones that must be reviewed.
        queried: wait for their maker's answer.
        answered: wait for the judge, the maker has answered.
        errors: judged as wrong, put right or not.
        signed_by: who signed the newest round; "" where it is open.
    """

    day: date
    age_days: int
    rounds: int
    waiting: int
    drawn: int
    judged: int
    must: int
    queried: int
    answered: int
    errors: int
    signed_by: str


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


_WAITING = (
    "WITH RECURSIVE days(day) AS ("
    "SELECT min(business_day) FROM audit_entry WHERE business_day >= ?"
    " UNION ALL SELECT (SELECT min(business_day) FROM audit_entry WHERE business_day > days.day)"
    " FROM days WHERE days.day IS NOT NULL)"
    " SELECT e.business_day, e.verb, count(*) FROM days CROSS JOIN audit_entry e"
    " WHERE days.day <= ? AND e.business_day = days.day AND e.seq > coalesce("
    "(SELECT max(r.through_seq) FROM input_round r WHERE r.audited_day = days.day), 0)"
    " GROUP BY e.business_day, e.verb"
)
"""From day to day, so that of a day which a round has taken up only what came later is read."""


def _waiting(first: date, last: date, policy: InputPolicy) -> dict[str, int]:
    """Entries that no round has taken up, by business day; both days inclusive."""
    rows = rows_of(_WAITING, (first.isoformat(), last.isoformat()))
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
    """Days before today that are not signed off or have late entries, the oldest first.

    Entries before the office's setting `audit_from` belong to its set-up and count as looked at.
    """
    desk.require(Right.READ_TRAIL)
    rules = policy or read_input_policy()
    first = date.fromisoformat(setting("audit_from", date.min.isoformat()))
    waiting, unjudged = _waiting(first, desk.business_day - _ONE, rules), _open()
    found = []
    for text in sorted(waiting.keys() | unjudged.keys()):
        day = date.fromisoformat(text)
        age = (desk.business_day - day).days
        overdue = age > rules.overdue_days
        late = waiting.get(text, 0)
        found.append(DayStatus(day, age, late, *unjudged.get(text, (0, 0, 0)), overdue))
    return tuple(found)


def day_progress(desk: Desk, day: date, *, policy: InputPolicy | None = None) -> DayProgress:
    """How far the audit of a day is."""
    desk.require(Right.READ_TRAIL)
    rules = policy or read_input_policy()
    states = ("drawn", "judged", "must", "queried", "answered", "errors")
    tests = (
        "i.id IS NOT NULL",
        "i.state IN ('OK', 'Error', 'Corrected')",
        "i.state IN ('Open', 'Queried', 'Answered') AND i.rule <> ''",
        "i.state = 'Queried'",
        "i.state = 'Answered'",
        "i.state IN ('Error', 'Corrected')",
    )
    sums = ", ".join(f"coalesce(sum(CASE WHEN {test} THEN 1 ELSE 0 END), 0)" for test in tests)
    counts = rows_of(
        f"SELECT {sums} FROM input_round r LEFT JOIN input_item i ON i.round_id = r.id"
        " WHERE r.audited_day = ?",
        (day.isoformat(),),
    )[0]
    rounds = rows_of(
        "SELECT coalesce(s.name, '') FROM input_round r LEFT JOIN staff_member s"
        " ON s.id = r.signed_by_id WHERE r.audited_day = ? ORDER BY r.number",
        (day.isoformat(),),
    )
    waiting = _waiting(day, day, rules).get(day.isoformat(), 0)
    age = (desk.business_day - day).days
    signed_by = rounds[-1][0] if rounds else ""
    found = dict(zip(states, counts, strict=True))
    return DayProgress(day, age, len(rounds), waiting, **found, signed_by=signed_by)


def day_beside(
    desk: Desk, day: date, *, later: bool, policy: InputPolicy | None = None
) -> date | None:
    """The nearest day before or after one on which something was keyed, up to yesterday."""
    desk.require(Right.READ_TRAIL)
    rules = policy or read_input_policy()
    skipped = " AND ".join("e.verb <> ? AND e.verb NOT LIKE ?" for _ in rules.not_input)
    names = [part for name in rules.not_input for part in (name, f"{name}.%")]
    side = ">" if later else "<"
    rows = rows_of(
        f"SELECT e.business_day FROM audit_entry e WHERE e.business_day {side} ?"
        f" AND e.business_day < ? {'AND ' * bool(skipped)}{skipped}"
        f" ORDER BY e.business_day {'' if later else 'DESC'} LIMIT 1",
        (day.isoformat(), desk.business_day.isoformat(), *names),
    )
    return date.fromisoformat(rows[0][0]) if rows else None


def error_rates(desk: Desk, first: date, last: date) -> tuple[ErrorRate, ...]:
    """By clerk and month over business days `first` to `last`, both inclusive."""
    desk.require(Right.READ_TRAIL)
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
