"""Answer «why is my bill so high?» from one posted bill (TDO-2): what differs, and likely why.

The bill is held against the one before and against that of the same weeks a year ago. Charge by
charge the change is `explain.compare`; by its causes it is `question/effects`; both have the same
sum. Nothing is written: orders, letters and notes are verbs of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from billing_tui.billing.bill_view import find_bill, recent_bills
from billing_tui.billing.explain import compare
from billing_tui.billing.question.case import Case
from billing_tui.billing.question.causes import likely_causes
from billing_tui.billing.question.effects import difference
from billing_tui.billing.question.evidence import evidence_of
from billing_tui.billing.question.telling import amount_more
from billing_tui.billing.rate_book import RateBook
from billing_tui.billing.states import BillState
from billing_tui.billing.usage_history import usage_of
from billing_tui.foundation.errors import Refused
from billing_tui.foundation.money import money_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from billing_tui.billing.bill_view import BillView
    from billing_tui.billing.explain import Change
    from billing_tui.billing.question.case import Cause
    from billing_tui.billing.question.effects import Difference
    from billing_tui.billing.question.evidence import Evidence
    from billing_tui.billing.usage_history import PeriodUse

_NEAR = 16
"""Days by which the read of a year ago may be off: read days wander."""
_MONTHS = 25


@dataclass(frozen=True, slots=True)
class BillQuestion:
    """Everything that the answer to the customer is made of.

    Attributes:
        bill: the bill in question.
        last, last_year: how it differs from those bills; None where there is none.
        charges: the change from the last bill charge by charge; None where there is none.
        uses: two years of use by period, oldest first.
        evidence: reads, findings and orders on file.
        causes: likely ones, best supported first; empty where nothing on file speaks for any.
        answer: one sentence to begin with.
        instead_of: the bill that was asked about, where `bill` took its place; None otherwise.
    """

    bill: BillView
    last: Difference | None
    last_year: Difference | None
    charges: Change | None
    uses: tuple[PeriodUse, ...]
    evidence: Evidence
    causes: tuple[Cause, ...]
    answer: str
    instead_of: BillView | None = None


def _year_before(bill: BillView, others: Sequence[BillView]) -> BillView | None:
    day = bill.read_day - timedelta(days=365)
    best = min(others, key=lambda one: abs((one.read_day - day).days), default=None)
    return best if best and abs((best.read_day - day).days) <= _NEAR else None


def _answer(bill: BillView, last: Difference | None) -> str:
    if last is None:
        return f"The first bill here: ${money_text(bill.current_cents)} in charges."
    if not last.cents:
        return "As much as the last bill."
    parts = sorted(last.effects, key=lambda one: -abs(one.cents))
    told = ", ".join(f"{one.part.value.lower()} {amount_more(one.cents)}" for one in parts)
    return f"{amount_more(last.cents)} than the last bill: {told}."


def _that_counts(asked: BillView) -> BillView:
    """The bill, or the one that took its place in the end."""
    bill = asked
    while bill.cancelled:
        if not bill.replaced_by:
            raise Refused(
                f"Bill {bill.title} was cancelled on {bill.cancelled_day:%m/%d/%y} and no other "
                "took its place; it charges nothing.",
                code="BILL-CANCELLED",
            )
        bill = find_bill(bill.replaced_by)
    return bill


def bill_question(number: str) -> BillQuestion:
    """Why a bill is what it is; of one that was corrected, the one that took its place.

    Args:
        number: of a posted bill, or of an account, whose newest bill is meant.

    Raises:
        NotFound: there is no such bill.
        Refused: it is a draft, or was cancelled for good.
    """
    asked = find_bill(number)
    if asked.state is BillState.DRAFT:
        raise Refused("A draft can still change; its run is posted first.", code="BILL-DRAFT")
    bill = _that_counts(asked)
    others = recent_bills(bill.account_id, limit=60)
    older = [one for one in others if one.read_day < bill.read_day]
    book = RateBook()
    last = difference(bill, older[0], book) if older else None
    year = _year_before(bill, older)
    last_year = difference(bill, year, book) if year else None
    evidence = evidence_of(bill)
    until = bill.read_day
    kind = evidence.service.kind if evidence.service else "water"
    uses = usage_of([bill.account_id], until, kind=kind, months=_MONTHS)[bill.account_id]
    case = Case(bill, last, last_year, evidence, uses)
    return BillQuestion(
        bill=bill,
        last=last,
        last_year=last_year,
        charges=compare(bill, older[0]) if older else None,
        uses=tuple(uses),
        evidence=evidence,
        causes=likely_causes(case),
        answer=_answer(bill, last),
        instead_of=asked if asked is not bill else None,
    )
