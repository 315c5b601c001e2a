"""Flag an account, and end a flag. A flag ends by itself unless it is asked to stay (CUS-5)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.foundation.errors import InvalidEntry, Refused
from billing_tui.foundation.text import clean
from billing_tui.records.billed_days import check_year
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
    FlagKind.DECEASED: 730,
}
"""Days after which a flag ends where nobody says otherwise; our own defaults, not law."""


NEEDS_PROOF = frozenset({FlagKind.NO_SHUTOFF, FlagKind.TAX_EXEMPT, FlagKind.LOW_INCOME})
"""Flags that change what is paid or what may be done; somebody has seen a document for them."""

OF_THE_PERSON = frozenset(
    {FlagKind.CASH_ONLY, FlagKind.SENSITIVE, FlagKind.SENIOR, FlagKind.INTERPRETER}
)
"""Flags that tell of who it is, and go along when the customer moves; the rest stay behind.

What needs a proof was proved for one place (a patient or a household that lives there), so it is
seen anew. Holds and returned mail are of the bills and the address of one account. Our own rule.
"""

MUST_END = frozenset({FlagKind.HOLD_BILL, FlagKind.HOLD_PENALTY, FlagKind.HOLD_NOTICE})
"""Holds: one without an end is at least looked at again on a day."""


def add_flag(
    desk: Desk,
    account_id: int,
    kind: FlagKind,
    reason: str,
    *,
    from_day: date | None = None,
    to_day: date | None = None,
    open_ended: bool = False,
    review_day: date | None = None,
    proof: str = "",
    key: str | None = None,
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
        review_day: when a flag without an end is looked at again; a hold needs one.
        proof: the document that was seen; needed where the flag changes what is paid.
        key: idempotency key.

    Raises:
        InvalidEntry: no reason, proof or review day, or the last day comes before the first.
        Refused: the account has the flag during those days already.
    """
    first = from_day or desk.business_day
    last = None if open_ended else to_day or first + timedelta(days=DAYS[kind])
    text = clean(reason, most=120, field="reason")
    seen = clean(proof, most=120, field="proof")
    _check(kind, text, seen, (first, last, review_day))
    check_year(desk, first)
    asked = [account_id, kind.value, text, seen, *map(_iso, (first, last, review_day))]
    verb = "records.add_flag"
    with writing(desk, Right.KEEP_RECORDS, verb, why=text, key=key, request=asked) as act:
        if act.repeated:
            return int(act.done)
        account = existing(Account, account_id)
        _refuse_twice(account_id, kind, first, last)
        flag = AccountFlag.create(
            account=account_id,
            kind=kind.value,
            reason=text,
            proof=seen,
            from_day=first,
            to_day=last,
            review_day=review_day,
            staff=desk.staff_id,
        )
        act.about("account", account.number)
        act.after = {"flag": kind.value, "from_day": _iso(first), "to_day": _iso(last)}
        act.after |= {"review_day": _iso(review_day)} if review_day else {}
        act.after |= {"proof": seen} if seen else {}
        act.result = int(flag.id)
    return int(flag.id)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None


def _check(
    kind: FlagKind, reason: str, proof: str, days: tuple[date, date | None, date | None]
) -> None:
    first, last, review = days
    if not reason:
        raise InvalidEntry("A flag needs a reason.", field="reason")
    if kind in NEEDS_PROOF and not proof:
        raise InvalidEntry(
            f"{kind} needs a proof: say which document was seen.", field="proof", code="FLAG-PROOF"
        )
    if last is not None and last < first:
        raise InvalidEntry("The last day comes before the first.", field="to_day")
    if last is not None and review is not None:
        raise InvalidEntry("A flag that ends needs no review.", field="review_day")
    if review is not None and review < first:
        raise InvalidEntry("The review comes before the first day.", field="review_day")
    if last is None and review is None and kind in MUST_END:
        raise InvalidEntry(
            f"{kind} needs an end, or a day on which it is looked at again.",
            field="review_day",
            code="FLAG-END",
        )


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


def carry_flags(desk: Desk, from_account: int, to_account: int, day: date) -> list[str]:
    """Give an account the flags of the person that another one has on a day, inside a verb.

    Reason, proof and end stay as they were. Returns their kinds.
    """
    kinds = [kind.value for kind in OF_THE_PERSON]
    mine = AccountFlag.select().where(
        (AccountFlag.account == from_account)
        & AccountFlag.kind.in_(kinds)
        & (AccountFlag.from_day <= day)
        & (AccountFlag.to_day.is_null() | (AccountFlag.to_day >= day))
    )
    carried = list(mine.order_by(AccountFlag.id))
    for flag in carried:
        AccountFlag.create(
            account=to_account,
            kind=flag.kind,
            reason=flag.reason,
            proof=flag.proof,
            from_day=day,
            to_day=flag.to_day,
            review_day=flag.review_day,
            staff=desk.staff_id,
        )
    return [flag.kind for flag in carried]


def end_flag(
    desk: Desk,
    flag_id: int,
    *,
    to_day: date | None = None,
    why: str = "",
    key: str | None = None,
) -> date:
    """End a flag; returns its last day.

    Args:
        desk: who does it.
        flag_id: the flag.
        to_day: its last day; the business day where None.
        why: the reason.
        key: idempotency key.

    Raises:
        InvalidEntry: the day comes before the flag's first.
        Refused: the flag ends by then anyway.
    """
    last = to_day or desk.business_day
    asked = [flag_id, last.isoformat()]
    verb = "records.end_flag"
    with writing(desk, Right.KEEP_RECORDS, verb, why=why, key=key, request=asked) as act:
        if act.repeated:
            return last
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
        act.result = flag_id
    return last
