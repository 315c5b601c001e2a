"""Special bills (BIL-13): draw one up from a template, ask for it or post it, look it up.

`draft_special` computes and writes nothing: it is the preview, line by line. `post_or_ask` posts it
where the person may do so alone (`special/alone.py`), and asks otherwise; what is asked for is the
draft itself, so what is approved is what is posted.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from billing_tui.access.request_change import kept_reason, refuse_beyond, request_change
from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.billing.rate_book import RateBook
from billing_tui.billing.special.alone import second_person
from billing_tui.billing.special.draft import DraftLine, SpecialDraft
from billing_tui.billing.special.formula_lines import formula_lines
from billing_tui.billing.special.inputs import input_text, read_inputs
from billing_tui.billing.special.leak import leak_credit
from billing_tui.billing.special.posting import post_special
from billing_tui.billing.special.template import find_template
from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import InvalidEntry, NotFound, Refused
from billing_tui.foundation.text import clean
from billing_tui.ledger.post_entry import insert_entries, reversed_entry

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from billing_tui.access.desk import Desk
    from billing_tui.billing.special.inputs import Value
    from billing_tui.billing.special.template import Template


_NUMBER = re.compile(r"X[0-9]{2}-[0-9]{7}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Placed:
    """What became of a draft: the number of the bill, or of the request that waits."""

    number: str = ""
    request: int = 0


@dataclass(frozen=True, slots=True)
class SpecialView:
    """A special bill that was posted.

    Attributes:
        corrects: number of the bill that it prices anew, or "".
        inputs: what was keyed.
        asked_by, posted_by: user names.
        cancelled: why it was cancelled, "" while it counts.
    """

    id: int
    number: str
    account_id: int
    account: str
    template: str
    version: str
    corrects: str
    bill_day: date
    due_day: date
    total_cents: int
    asked_by: str
    posted_by: str
    inputs: Mapping[str, str]
    cancelled: str
    lines: tuple[DraftLine, ...]


def _leak_lines(
    template: Template, values: Mapping[str, Value], day: date, account_id: int
) -> tuple[tuple[DraftLine, ...], tuple[str, ...], str]:
    repaired = values["repaired"]
    if not isinstance(repaired, date):
        raise Refused("The template of leak adjustments has no day of the repair.")
    found = leak_credit(str(values["bill"]), repaired, template, day, RateBook())
    if found.bill.account_id != account_id:
        raise Refused(
            f"Bill {found.bill.number} is that of account {found.bill.account}.", field="bill"
        )
    return found.lines, found.told, found.bill.number or ""


def draft_special(
    desk: Desk, template: str, account: str, keyed: Mapping[str, str]
) -> SpecialDraft:
    """Draw a special bill up; nothing is written.

    Args:
        desk: at whose business day prices count.
        template: its code.
        account: number of the account.
        keyed: text by input; days as 2026-10-31, money and quantities in plain digits.

    Raises:
        NotFound: no such template, account or bill.
        ProblemsFound: each input that is wrong, under its name.
        InvalidEntry, Refused: it cannot be computed, charges nothing, or the policy forbids it.
    """
    desk.require(Right.LOOK)
    chosen = find_template(template)
    rows = rows_of("SELECT id, number FROM account WHERE number = ?", (account.strip(),))
    if not rows:
        raise NotFound(f"There is no account {account[:24]}.", field="account")
    account_id, number = rows[0]
    values = read_inputs(chosen, keyed)
    day, corrects = desk.business_day, ""
    if chosen.leak is not None:
        lines, told, corrects = _leak_lines(chosen, values, day, account_id)
    else:
        lines, told = formula_lines(chosen, values, day, RateBook())
    draft = SpecialDraft(
        template=chosen.code,
        version=chosen.version,
        title=chosen.title,
        citation=chosen.citation,
        digest=chosen.digest,
        approval=chosen.approval,
        account_id=account_id,
        account=number,
        priced_on=day,
        due_days=chosen.due_days,
        inputs={one.name: input_text(one, values[one.name]) for one in chosen.inputs},
        lines=lines,
        told=told,
        corrects=corrects,
    )
    if not draft.total_cents:
        raise Refused("This bill charges nothing.", code="SPECIAL-EMPTY")
    approval = second_person(desk, chosen.approval, account_id, draft.total_cents)
    return replace(draft, approval=approval)


def _as_drawn_up(desk: Desk, draft: SpecialDraft) -> None:
    """Refuse a draft that the office would not draw up alike, whoever approves it."""
    now = draft_special(desk, draft.template, draft.account, draft.inputs)
    known = draft.approval in {"", find_template(draft.template).approval}
    if not known or replace(now, approval=draft.approval) != draft:
        raise Refused("Prices or records changed since; look at it again.", code="SPECIAL-STALE")


def _alone(desk: Desk, draft: SpecialDraft) -> None:
    """Refuse what the desk may not post alone, as of this write transaction."""
    kind = find_template(draft.template).approval
    if second_person(desk, kind, draft.account_id, draft.total_cents):
        raise Refused("By now this takes a second person; look at it again.", code="SPECIAL-ALONE")


def post_or_ask(
    desk: Desk, draft: SpecialDraft, *, reason: str = "", key: str | None = None
) -> Placed:
    """Post a draft that the desk may post alone, or ask for one that takes a second person.

    Args:
        desk: who does it.
        draft: as it was previewed.
        reason: why; it stays with the record, and a checker reads it.
        key: idempotency key.

    Raises:
        InvalidEntry: no reason was given.
        NotAllowed: the person may neither post nor ask.
        Refused: the draft no longer stands, or the same is asked for already.
    """
    told = kept_reason(reason)
    _as_drawn_up(desk, draft)
    if draft.approval:
        payload = {
            "draft": draft.payload(),
            "asked_by": desk.staff_id,
            "before": {},
            "after": draft.shown(),
        }
        about = ("account", draft.account)
        cents = abs(draft.total_cents)
        asked = request_change(
            desk, draft.approval, payload, told, about=about, cents=cents, key=key
        )
        return Placed(request=asked)
    asked_for = draft.payload()
    with writing(
        desk, Right.POST_SPECIAL, "billing.post_special", why=told, key=key, request=asked_for
    ) as act:
        if not act.repeated:
            _alone(desk, draft)
            act.result = post_special(desk, act, draft, asked_by=desk.staff_id)
        number = str(act.done if act.repeated else act.result)
    return Placed(number=number)


def refuse_unapprovable(desk: Desk, draft: SpecialDraft) -> None:
    """Refuse a draft that nobody may approve, before anybody is asked for a reason.

    Raises:
        Refused: it is more than the policy lets anybody approve, with what to do about it.
    """
    if not draft.approval:
        return
    about = ("account", draft.account)
    try:
        refuse_beyond(desk, draft.approval, about=about, cents=draft.total_cents)
    except Refused as error:
        raise Refused(
            f"{error.sentence} Check what was keyed: parts of one bill count together. If it is "
            "right, a larger limit must stand in the approval policy first.",
            code=error.code,
        ) from error


_SELECT = """
    SELECT s.id, s.number, s.account_id, a.number, s.template, s.version, coalesce(b.number, ''),
           s.bill_day, s.due_day, s.total_cents, w.username, p.username, s.inputs,
           coalesce(r.memo, '')
      FROM special_bill s JOIN account a ON a.id = s.account_id LEFT JOIN bill b
        ON b.id = s.corrects_id
      JOIN staff_member w ON w.id = s.staff_id JOIN staff_member p ON p.id = s.posted_by_id
      LEFT JOIN journal_entry r ON r.reverses_id = s.entry_id
"""


def _view(row: tuple[Any, ...]) -> SpecialView:
    lines = rows_of(
        "SELECT label, revenue, service, how, cents, quantity, unit, price FROM special_line"
        " WHERE bill_id = ? ORDER BY position",
        (row[0],),
    )
    values = [*row, tuple(DraftLine(*line) for line in lines)]
    values[7:9] = date.fromisoformat(row[7]), date.fromisoformat(row[8])
    values[12] = json.loads(row[12])
    return SpecialView(*values)


def is_special(number: str) -> bool:
    """Whether a number is that of a special bill, by its form."""
    return _NUMBER.fullmatch(number.strip().upper()) is not None


def titles_of(bill: SpecialView) -> tuple[str, str]:
    """Title and citation of its template; of one that is gone, what the bill itself knows."""
    try:
        template = find_template(bill.template)
    except NotFound:
        return bill.template.capitalize(), bill.version
    return template.title, template.citation


def find_special(number: str) -> SpecialView:
    """A special bill by its number. Raises `NotFound`."""
    rows = rows_of(f"{_SELECT} WHERE s.number = ?", (number.strip().upper(),))
    if not rows:
        raise NotFound(f"There is no special bill {number[:24]}.", field="number")
    return _view(rows[0])


def cancel_special(desk: Desk, number: str, why: str, *, key: str | None = None) -> SpecialView:
    """Cancel a special bill: its entry is reversed on the business day, the bill stays on record.

    Args:
        desk: who cancels it; it takes whoever posts journal entries.
        number: of the special bill.
        why: the reason, kept with the reversal.
        key: idempotency key.

    Raises:
        NotFound: there is no such special bill.
        InvalidEntry: no reason was given.
        Refused: it was cancelled before.
    """
    reason = clean(why, most=200, field="why")
    if not reason:
        raise InvalidEntry("Say why it is cancelled.", field="why")
    asked = ["billing.cancel_special", number, reason]
    with writing(
        desk, Right.POST_LEDGER, "billing.cancel_special", why=reason, key=key, request=asked
    ) as act:
        bill = find_special(number)
        if not act.repeated:
            entry_id = rows_of("SELECT entry_id FROM special_bill WHERE id = ?", (bill.id,))[0][0]
            reversal = reversed_entry(entry_id, desk.business_day, reason)
            act.result = insert_entries(desk.staff_id, [reversal], reverses=entry_id)[0]
            act.about("special bill", bill.number)
            act.before = {"cents": bill.total_cents}
            act.after = {"cents": 0, "reversal": act.result}
    return find_special(number)


def special_bills(
    *, account_id: int | None = None, before: int = 2**62, limit: int = 50
) -> Sequence[SpecialView]:
    """Special bills, the newest first; of one account, or of all.

    Args:
        account_id: whose.
        before: `id` of the last one of the page before.
        limit: most of them.
    """
    where, told = ("AND s.account_id = ?", [account_id]) if account_id else ("", [])
    sql = f"{_SELECT} WHERE s.id < ? {where} ORDER BY s.id DESC LIMIT ?"
    return [_view(row) for row in rows_of(sql, (before, *told, limit))]
