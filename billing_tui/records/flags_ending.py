"""Flags that end soon, and holds without an end that are to be looked at again (CUS-5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from billing_tui.foundation.bulk import rows_of
from billing_tui.records.account_flags import MUST_END
from billing_tui.records.kinds import FlagKind

MOST = 200
"""Flags in one page."""

_DUE = "coalesce(f.to_day, f.review_day, f.from_day)"
_HOLDS = ", ".join(f"'{kind}'" for kind in sorted(MUST_END))
_ENDING = f"""
SELECT f.id, a.id, a.number, c.name, f.kind, f.reason, f.proof, f.from_day,
       {_DUE}, f.to_day IS NULL, s.username
FROM account_flag f JOIN account a ON a.id = f.account_id JOIN customer c ON c.id = a.customer_id
JOIN staff_member s ON s.id = f.staff_id
WHERE {_DUE} <= ? AND (f.to_day >= ? OR f.to_day IS NULL)
  AND (f.to_day IS NOT NULL OR f.review_day IS NOT NULL OR f.kind IN ({_HOLDS}))
  AND ({_DUE}, f.id) > (?, ?)
  AND a.status NOT IN ('Closed', 'Written off')
ORDER BY {_DUE}, f.id LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class EndingFlag:
    """A flag that wants somebody's decision.

    Attributes:
        due: its last day, or the day on which it is looked at again; the first day of a hold
            that was taken over without either.
        review: whether it has no end and goes on until somebody ends it.
        staff: who set it.
    """

    flag_id: int
    account_id: int
    account: str
    name: str
    kind: FlagKind
    reason: str
    proof: str
    from_day: date
    due: date
    review: bool
    staff: str

    def sentence(self, day: date) -> str:
        """What happens when, seen from a day."""
        left = (self.due - day).days
        if self.review:
            late = f", {-left} day{'s' * (left < -1)} ago" if left < 0 else ""
            return f"{self.kind}: look at it again on {self.due:%m/%d/%y}{late}"
        when = {0: "today", 1: "tomorrow"}.get(left, f"in {left} days, on {self.due:%m/%d/%y}")
        return f"{self.kind} ends {when}"


def flags_ending(
    day: date, within: int, *, after: EndingFlag | None = None, most: int = MOST
) -> tuple[EndingFlag, ...]:
    """Flags whose last day comes within some days, and holds whose review is due, soonest first.

    Args:
        day: the business day.
        within: days ahead.
        after: the last flag of the page before.
        most: flags of a page.
    """
    until = (day + timedelta(days=within)).isoformat()
    behind = (after.due.isoformat(), after.flag_id) if after else ("", 0)
    rows = rows_of(_ENDING, (until, day.isoformat(), *behind, most))
    return tuple(map(_flag, rows))


def _flag(row: tuple[Any, ...]) -> EndingFlag:
    values = list(row)
    values[4] = FlagKind(row[4])
    values[7:9] = map(date.fromisoformat, row[7:9])
    values[9] = bool(row[9])
    return EndingFlag(*values)
