"""Flag an account, and end a flag. A flag ends by itself unless it is asked to stay (CUS-5)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.foundation.errors import InvalidEntry, Refused
from billing_tui.foundation.text import clean
from billing_tui.records.editing import existing
from billing_tui.records.kinds import FlagKind
from billing_tui.records.tables import Account, AccountFlag

if TYPE_CHECKING:
    from billing_tui.access.desk import Desk

DAYS: dict[FlagKind, int] = {
    FlagKind.CASH_ONLY: 365,
    FlagKind.NO_SHUTOFF: 365,
    FlagKind.HOLD_BILL: 30,
    FlagKind.HOLD_PENALTY: 30,
    FlagKind.HOLD_NOTICE: 30,
    FlagKind.RETURNED_MAIL: 90,
    FlagKind.SENSITIVE: 365,
    FlagKind.TAX_EXEMPT: 730,
    FlagKind.LOW_INCOME: 730,
    FlagKind.SENIOR: 3650,
    FlagKind.INTERPRETER: 3650,
}
"""Days after which a flag ends where nobody says otherwise; our own defaults, not law."""


def add_flag(
    desk: Desk,
    account_id: int,
    kind: FlagKind,
    reason: str,
    *,
    from_day: date | None = None,
    to_day: date | None = None,
    open_ended: bool = False,
) -> int:
    """Flag an account; returns the row of the flag.

    Args:
        desk: who does it.
        account_id: the account.
        kind: the flag.
        reason: why; never empty.
        from_day: first day; the business day where None.
        to_day: last day; after the kind's usual days where None.
        open_ended: whether the flag stays until somebody ends it.

    Raises:
        InvalidEntry: no reason, or the last day comes before the first.
        Refused: the account has the flag during those days already.
    """
    first = from_day or desk.business_day
    last = None if open_ended else to_day or first + timedelta(days=DAYS[kind])
    text = clean(reason, most=120, field="reason")
    if not text:
        raise InvalidEntry("A flag needs a reason.", field="reason")
    if last is not None and last < first:
        raise InvalidEntry("The last day comes before the first.", field="to_day")
    with writing(desk, Right.KEEP_RECORDS, "records.add_flag", why=text) as act:
        account = existing(Account, account_id)
        _refuse_twice(account_id, kind, first, last)
        flag = AccountFlag.create(
            account=account_id,
            kind=kind.value,
            reason=text,
            from_day=first,
            to_day=last,
            staff=desk.staff_id,
        )
        act.about("account", account.number)
        act.after = {
            "flag": kind.value,
            "from_day": first.isoformat(),
            "to_day": last.isoformat() if last else None,
        }
    return int(flag.id)


def _refuse_twice(account_id: int, kind: FlagKind, first: date, last: date | None) -> None:
    rows = (
        (AccountFlag.account == account_id)
        & (AccountFlag.kind == kind.value)
        & (AccountFlag.to_day.is_null() | (AccountFlag.to_day >= first))
    )
    if last is not None:
        rows &= AccountFlag.from_day <= last
    there = AccountFlag.get_or_none(rows)
    if there is not None:
        until = f"until {there.to_day}" if there.to_day else "without an end"
        raise Refused(f"The account has the flag {kind} {until} already.", code="FLAG-TWICE")


def end_flag(desk: Desk, flag_id: int, *, to_day: date | None = None, why: str = "") -> date:
    """End a flag; returns its last day.

    Args:
        desk: who does it.
        flag_id: the flag.
        to_day: its last day; the business day where None.
        why: the reason.

    Raises:
        InvalidEntry: the day comes before the flag's first.
        Refused: the flag ends by then anyway.
    """
    last = to_day or desk.business_day
    with writing(desk, Right.KEEP_RECORDS, "records.end_flag", why=why) as act:
        flag = existing(AccountFlag, flag_id)
        if last < flag.from_day:
            raise InvalidEntry("The last day comes before the first.", field="to_day")
        if flag.to_day is not None and flag.to_day <= last:
            raise Refused(f"The flag ends on {flag.to_day} already.", code="FLAG-ENDED")
        was = flag.to_day.isoformat() if flag.to_day else None
        AccountFlag.update(to_day=last).where(AccountFlag.id == flag_id).execute()
        act.about("account", flag.account.number)
        act.before = {"flag": flag.kind, "to_day": was}
        act.after = {"flag": flag.kind, "to_day": last.isoformat()}
    return last
