"""Give a special bill its number, its journal entry and its rows, inside a write transaction."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from billing_tui.access.chain import canonical
from billing_tui.billing.bill_view import find_bill
from billing_tui.billing.special.draft import draft_of_payload
from billing_tui.billing.special.leak import why_no_leak_credit
from billing_tui.billing.special.template import find_template
from billing_tui.billing.tables import SpecialBill, SpecialLine
from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import Refused
from billing_tui.foundation.money import money_text
from billing_tui.ledger.chart import read_chart
from billing_tui.ledger.journal import Entry, charge_legs
from billing_tui.ledger.post_entry import insert_entries
from billing_tui.ledger.tables import EntryKind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from billing_tui.access.desk import Desk
    from billing_tui.access.writing import Act
    from billing_tui.billing.special.draft import SpecialDraft

LISTED_BILL, SPECIAL_BILL = "billing.listed_bill", "billing.special_bill"
LEAK_ADJUSTMENT = "billing.leak_adjustment"
"""The kinds in the approval policy."""


def _next_number(day: date) -> str:
    """The next free number of the year; only inside the write transaction."""
    prefix = f"X{day:%y}-"
    newest = rows_of(
        "SELECT max(number) FROM special_bill WHERE number >= ? AND number < ?",
        (prefix, prefix + "~"),
    )[0][0]
    return f"{prefix}{int(newest.removeprefix(prefix)) + 1 if newest else 1:07d}"


def _still_stands(draft: SpecialDraft, day: date) -> None:
    """Refuse what was changed between asking and posting: the template, or what a leak may get."""
    template = find_template(draft.template)
    if template.digest != draft.digest:
        raise Refused(
            f"The template {draft.template} was changed since; draw the bill up anew.",
            code="SPECIAL-STALE",
        )
    if template.leak is not None:
        bill = find_bill(draft.corrects)
        why = why_no_leak_credit(bill, template, day)
        if why:
            raise Refused(why, code="LEAK-POLICY")


def post_special(desk: Desk, act: Act, draft: SpecialDraft, *, asked_by: int) -> str:
    """Post a draft on the business day; returns the bill's number.

    Raises:
        Refused: the template was changed, the leak policy gives no more, or nothing is charged.
    """
    _still_stands(draft, desk.business_day)
    if not draft.total_cents:
        raise Refused("This bill charges nothing.", code="SPECIAL-EMPTY")
    number = _next_number(desk.business_day)
    day = desk.business_day
    corrected = find_bill(draft.corrects) if draft.corrects else None
    due = corrected.due_day if corrected else day + timedelta(days=draft.due_days)
    charges = [(line.revenue, line.service, line.cents) for line in draft.lines]
    legs = charge_legs(read_chart(), charges, account=draft.account_id, due=due)
    kind = EntryKind.BILL if draft.total_cents > 0 else EntryKind.ADJUSTMENT
    memo = f"{draft.title} {draft.corrects}".rstrip()
    entry = insert_entries(desk.staff_id, [Entry(day, kind, number, legs, memo)])[0]
    row = SpecialBill.create(
        number=number,
        account=draft.account_id,
        template=draft.template,
        version=draft.version,
        corrects=corrected.id if corrected else None,
        bill_day=day,
        due_day=due,
        inputs=canonical(dict(draft.inputs)),
        total_cents=draft.total_cents,
        entry=entry,
        staff=asked_by,
        posted_by=desk.staff_id,
        at=desk.clock().isoformat(timespec="seconds"),
    )
    _insert_lines(row.id, draft)
    act.about("special bill", number)
    act.after = {
        "account": draft.account,
        "template": f"{draft.template} {draft.version}",
        "cents": draft.total_cents,
        "entry": entry,
    }
    return number


def _insert_lines(row_id: int, draft: SpecialDraft) -> None:
    for position, line in enumerate(draft.lines):
        SpecialLine.create(
            bill=row_id,
            position=position,
            label=line.label,
            revenue=line.revenue,
            service=line.service,
            quantity=line.quantity,
            unit=line.unit,
            price=line.price,
            how=line.how,
            cents=line.cents,
        )


def execute_special(desk: Desk, act: Act, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Post what was asked for, line by line as the checker saw it.

    Raises:
        Refused: as for `post_special`, or what the checker saw is not what would be posted.
    """
    draft = draft_of_payload(payload["draft"])
    if payload["after"] != draft.shown():
        raise Refused("What is shown is not what would be posted.", code="SPECIAL-SHOWN")
    number = post_special(desk, act, draft, asked_by=int(payload["asked_by"]))
    return {"number": number, "total": money_text(draft.total_cents)}
