"""Final bills: an account that left becomes Final billed once its last bill is posted (BIL-11)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from billing_tui.foundation.bulk import rows_of, run_many
from billing_tui.foundation.model import bound
from billing_tui.records.kinds import AccountStatus

if TYPE_CHECKING:
    from collections.abc import Sequence

_BILLED_TO_THE_END = """
    SELECT a.id, a.number FROM account a
     WHERE a.id BETWEEN ? AND ? AND a.status = ?
       AND {not} EXISTS (
         SELECT 1 FROM service s WHERE s.account_id = a.id AND (s.to_day IS NULL OR NOT EXISTS (
           SELECT 1 FROM bill_service b JOIN bill ON bill.id = b.bill_id
            WHERE b.service_id = s.id AND b.live = 1 AND bill.state = 'posted'
              AND b.to_day > s.to_day)))
     ORDER BY a.id
"""


_LAST_DAYS = """
    SELECT b.id, max(s.to_day) FROM bill b JOIN service s ON s.account_id = b.account_id
     WHERE b.id IN ({ids}) GROUP BY b.id HAVING count(s.to_day) = count(*)
       AND max(s.to_day) < (SELECT max(x.to_day) FROM bill_service x WHERE x.bill_id = b.id)
"""


def last_days(bill_ids: Sequence[int]) -> dict[int, date]:
    """Of the bills that are final ones, the last day on which the account took any service.

    Args:
        bill_ids: at most a few hundred.
    """
    rows = rows_of(_LAST_DAYS.replace("{ids}", ", ".join("?" * len(bill_ids))), bill_ids)
    return {bill: date.fromisoformat(day) for bill, day in rows}


def finish_finals(accounts: Sequence[int]) -> list[str]:
    """Turn those that are billed to the end from Final pending to Final billed; their numbers.

    Inside the transaction that posts their bills. The last day of a service is billed where a
    posted period reaches past it.
    """
    return _turn(accounts, AccountStatus.FINAL_PENDING, AccountStatus.FINAL_BILLED, "NOT")


def reopen_finals(accounts: Sequence[int]) -> list[str]:
    """Turn those whose last bill was cancelled back to Final pending; their numbers."""
    return _turn(accounts, AccountStatus.FINAL_BILLED, AccountStatus.FINAL_PENDING, "")


def _turn(
    accounts: Sequence[int], was: AccountStatus, becomes: AccountStatus, billed: str
) -> list[str]:
    if not accounts:
        return []
    wanted = set(accounts)
    sql = _BILLED_TO_THE_END.replace("{not}", billed)
    found = [row for row in rows_of(sql, (min(wanted), max(wanted), was.value)) if row[0] in wanted]
    mark = bound().param
    run_many(
        f"UPDATE account SET status = {mark}, version = version + 1 WHERE id = {mark}",
        [(becomes.value, account) for account, _ in found],
    )
    return [number for _, number in found]
