"""What one person posts alone: up to the limit that the approval policy has for the kind.

What somebody posted alone for an account is added over the policy's days, so that nobody stays
under the limit by making several bills of one.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from billing_tui.access.approval_policy import read_approval_policy
from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.money import money_text

if TYPE_CHECKING:
    from billing_tui.access.desk import Desk

_POSTED_ALONE = """
    SELECT coalesce(sum(abs(s.total_cents)), 0) FROM special_bill s
      LEFT JOIN journal_entry r ON r.reverses_id = s.entry_id
     WHERE s.account_id = ? AND s.staff_id = ? AND s.posted_by_id = s.staff_id
       AND s.bill_day BETWEEN ? AND ? AND r.id IS NULL
"""


def second_person(desk: Desk, kind: str, account_id: int, cents: int) -> str:
    """The kind of approval that an amount takes, "" where the desk may post it alone.

    Args:
        desk: who would post it.
        kind: of the approval policy, as the template names it; "" for none.
        account_id: whose bill it is.
        cents: its total; the sign does not count.
    """
    if not kind:
        return ""
    policy = read_approval_policy()
    alone, amount = policy.kind(kind).alone_cents, abs(cents)
    if amount > alone:
        return kind
    day = desk.business_day
    first = day - timedelta(days=policy.together_days - 1)
    days = (first.isoformat(), day.isoformat())
    before = rows_of(_POSTED_ALONE, (account_id, desk.staff_id, *days))[0][0]
    return kind if before + amount > alone else ""


def why_second(kind: str) -> str:
    """Why a bill waits for somebody else, in one sentence."""
    policy = read_approval_policy()
    found = policy.kind(kind)
    if not found.alone_cents:
        return "A lead approves it before it is posted."
    return (
        f"A lead approves it before it is posted: one person alone posts at most "
        f"{money_text(found.alone_cents)} for an account in {policy.together_days} days."
    )
