"""Answer a question about a bill by letter: filled from what was found, printed, recorded (COM-1).

The letter is kept as it was drawn, so it can be printed again to the same bytes; its PDF stands in
the home's `printed` folder and its hash in the record.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from billing_tui.access.chain import canonical
from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.billing.bill_view import find_bill
from billing_tui.billing.question.telling import Part
from billing_tui.billing.tables import Letter
from billing_tui.documents.bill_values import day_text, dollars, short_day
from billing_tui.documents.letter import (
    LetterPage,
    SumTable,
    UseChart,
    page_of_node,
    print_page,
)
from billing_tui.documents.letter_template import fill, read_letter
from billing_tui.documents.utility import read_letterhead
from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import NotFound, Refused
from billing_tui.foundation.text import clean
from billing_tui.foundation.units import Unit, parse_unit
from billing_tui.records.bulk_lookup import accounts, mailing_addresses
from billing_tui.service_orders.kinds import OrderType

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from billing_tui.access.desk import Desk
    from billing_tui.billing.bill_question import BillQuestion
    from billing_tui.billing.question.effects import Difference
    from billing_tui.billing.usage_history import PeriodUse
    from billing_tui.documents.letter import PrintedPaper
    from billing_tui.documents.letter_template import LetterTemplate

HIGH_BILL = "high_bill_reply"
"""The letter that answers why a bill is high."""
_LONGEST_NOTE = 1_500
_MOST_CAUSES = 3
_NEAR = 16


@dataclass(frozen=True, slots=True)
class SentLetter:
    """A letter that was printed.

    Attributes:
        number: of its record.
        letter, version: of the text it was written from.
        bill: number of the bill that it is about.
        missing: characters that no font has, printed as a sign.
    """

    number: int
    letter: str
    version: str
    bill: str
    account: str
    path: Path
    pages: int
    sha256: str
    at: str
    missing: tuple[str, ...] = ()


def _more(cents: int) -> str:
    """`$12.40 more`, `$3.00 less`."""
    return f"{dollars(abs(cents))} {'more' if cents > 0 else 'less'}"


def _answer(question: BillQuestion) -> str:
    """How much the charges differ from those of the bill before."""
    last = question.last
    if last is None:
        return "This is your first bill at this address."
    before = f"the bill before, for the days up to {day_text(last.earlier.read_day)}"
    if not last.cents:
        return f"Your charges are the same as on {before}."
    return f"Your charges are {_more(last.cents)} than on {before}."


def _corrected(question: BillQuestion) -> str:
    """That the bill that was asked about no longer counts; "" where it does."""
    asked, bill = question.instead_of, question.bill
    if asked is None or asked.cancelled_day is None:
        return ""
    moved = bill.current_cents - asked.current_cents
    than = f", {_more(moved)} than before" if moved else ", as before"
    return (
        f"On {day_text(asked.cancelled_day)} we corrected the bill you asked about, {asked.title} "
        f"of {day_text(asked.bill_day)} for {dollars(asked.current_cents)}. Bill {bill.title} took "
        f"its place: {dollars(bill.current_cents)}{than}. Please disregard the old bill."
    )


def _earlier(question: BillQuestion) -> str:
    """A sentence about the year before, where there is a bill of it."""
    year = question.last_year
    if year is None:
        return ""
    bill = year.earlier
    now = f"{_more(year.cents)} now" if year.cents else "the same now"
    return (
        f"A year ago, for the days up to {day_text(bill.read_day)}, your charges were "
        f"{dollars(bill.current_cents)}: {now}."
    )


def _use_sentence(question: BillQuestion) -> str:
    effects = question.last.effects if question.last else ()
    told = next((one.sentence for one in effects if one.part is Part.USE), "")
    service = question.evidence.service
    if not told or service is None or parse_unit(service.unit) is not Unit.CCF:
        return told
    return f"{told} One ccf is about 748 gallons."


def _causes(question: BillQuestion) -> str:
    found = [one.evidence if one.letter is None else one.letter for one in question.causes]
    told = " ".join([one for one in found if one][:_MOST_CAUSES])
    if told:
        return f"What our records show: {told}"
    if question.last and question.last.cents <= 0:
        return ""
    return (
        "Our records do not show what used the water. A running toilet, irrigation and filling "
        "a pool are what we find most often."
    )


_WHAT_CHANGED = {
    Part.USE: "How much you used",
    Part.SEASON: "Season and weather",
    Part.DAYS: "Days on the bill",
    Part.RATES: "Rates",
    Part.TERMS: "Size, class and counts",
    Part.TAXES: "Taxes",
    Part.STARTED: "New service",
    Part.ENDED: "Service that ended",
}


def _effects(last: Difference | None, year: Difference | None) -> SumTable | None:
    """The parts against both bills, the whole as the last row."""
    found = [one for one in (last, year) if one is not None]
    if not found:
        return None
    heads = [f"bill up to {short_day(one.earlier.read_day)}" for one in found]
    parts = [part for part in Part if any(one.of(part) for one in found)]
    rows = [(_WHAT_CHANGED[part], tuple(one.of(part) for one in found)) for part in parts]
    whole = ("Difference", tuple(one.cents for one in found))
    return SumTable(("What changed, compared with the", *heads), (*rows, whole))


def _used(uses: tuple[PeriodUse, ...], day: date) -> str | None:
    best = min(uses, key=lambda use: abs((use.to_day - day).days), default=None)
    if best is None or abs((best.to_day - day).days) > _NEAR:
        return None
    return str(Decimal(best.usage_milli) / 1000)


def _chart(question: BillQuestion) -> UseChart | None:
    uses = question.uses
    if not uses:
        return None
    newest = uses[-1].to_day
    days = [newest - timedelta(days=round(30.44 * back)) for back in range(12, -1, -1)]
    months = tuple(
        (day.isoformat(), _used(uses, day), _used(uses, day - timedelta(days=365))) for day in days
    )
    service = question.evidence.service
    return UseChart(service.kind.capitalize() if service else "Use", uses[-1].unit, months)


_CREW = {
    OrderType.REREAD: "read your meter again",
    OrderType.CHECK_READ: "read your meter again",
    OrderType.LEAK_CHECK: "look for a leak",
    OrderType.TEST: "test your meter",
}


def _next_step(question: BillQuestion) -> str:
    """What the office does now: the open order, or the offer of one."""
    rows = rows_of(
        "SELECT o.number, o.type, o.need_by FROM service_order o JOIN account a"
        " ON a.location_id = o.location_id WHERE a.id = ? AND o.state = 'Issued'"
        f" AND o.type IN ({', '.join('?' * len(_CREW))}) ORDER BY o.id DESC LIMIT 1",
        (question.bill.account_id, *_CREW),
    )
    if rows:
        number, kind, day = rows[0]
        by = day_text(date.fromisoformat(day))
        what = _CREW[OrderType(kind)]
        return f"Our crew will {what} by {by} (order {number}), and we will write to you about it."
    return "If this does not explain your bill, call us: we will read the meter again at no charge."


def _values(
    desk: Desk, question: BillQuestion, name: str, note: str, dispute: str
) -> dict[str, str]:
    bill = question.bill
    signer = rows_of("SELECT name FROM staff_member WHERE id = ?", (desk.staff_id,))[0][0]
    return {
        "name": name,
        "bill": bill.title,
        "bill_day": day_text(bill.bill_day),
        "amount": dollars(bill.current_cents),
        "earlier": _earlier(question),
        "corrected": _corrected(question),
        "answer": _answer(question),
        "use_sentence": _use_sentence(question),
        "causes": _causes(question),
        "next_step": _next_step(question),
        "note": note,
        "dispute_text": dispute,
        "signer": signer,
    }


def _parts(
    template: LetterTemplate, values: dict[str, str], blocks: dict[str, SumTable | UseChart | None]
) -> Iterator[str | SumTable | UseChart]:
    for one in fill(template, values):
        block = blocks[one.block] if one.block else None
        if block is not None:
            yield block
        elif one.text:
            yield one.text


def draft_reply(
    desk: Desk, question: BillQuestion, *, note: str = ""
) -> tuple[LetterPage, LetterTemplate]:
    """The letter that answers a question, ready to be drawn; nothing is written.

    Args:
        desk: who signs it.
        question: what was found.
        note: a paragraph of the clerk's own.

    Raises:
        InvalidEntry: the note is too long or holds what cannot be printed.
        ProblemsFound: the letter's text cannot be used.
        Refused: the bill was cancelled since the question was looked at.
    """
    if find_bill(question.bill.title).cancelled:
        raise Refused(
            f"Bill {question.bill.title} was cancelled meanwhile; ask about it again.",
            code="BILL-CANCELLED",
        )
    own = clean(note, most=_LONGEST_NOTE, field="note")
    head, template = read_letterhead(desk.home), read_letter(desk.home, HIGH_BILL)
    bill = question.bill
    record = accounts([bill.account_id])[bill.account_id]
    mailing = mailing_addresses([bill.account_id], desk.business_day)[bill.account_id]
    values = _values(desk, question, mailing.name, own, head.profile.dispute_text)
    blocks = {"effects": _effects(question.last, question.last_year), "chart": _chart(question)}
    page = LetterPage(
        title=f"{template.title}, {bill.title}",
        utility=head.profile,
        customer_name=mailing.name,
        mailing_lines=mailing.lines,
        day=desk.business_day,
        facts=(
            ("Account", bill.account),
            ("Bill", bill.title),
            ("Service address", record.service_address),
        ),
        parts=tuple(_parts(template, values, blocks)),
    )
    return page, template


def print_reply(desk: Desk, question: BillQuestion, *, note: str = "") -> SentLetter:
    """Print the reply to a question about a bill into the home's `printed` folder and record it.

    Args:
        desk: who signs it.
        question: what was found.
        note: a paragraph of the clerk's own.

    Raises:
        InvalidEntry, ProblemsFound, Refused: as for `draft_reply`.
    """
    desk.require(Right.PRINT_BILLS)
    bill = question.bill
    page, template = draft_reply(desk, question, note=note)
    made_at = desk.clock()
    path = desk.home.printed / f"{bill.title}-letter-{made_at:%Y%m%d-%H%M%S}.pdf"
    paper = print_page(page, path, made_at=made_at)
    with writing(desk, Right.PRINT_BILLS, "documents.print_reply") as act:
        row = Letter.create(
            account=bill.account_id,
            bill=bill.id,
            letter=template.letter,
            version=template.version,
            content=canonical(page.node()),
            path=path.name,
            sha256=paper.sha256,
            staff=desk.staff_id,
            at=made_at.isoformat(),
        )
        act.about("bill", bill.title)
        act.after = {"letter": template.letter, "version": template.version, "file": path.name}
        act.after["sha256"] = paper.sha256
    return _sent(row, desk, paper)


def find_row(number: int) -> Any:
    """The record of a letter. Raises `NotFound`."""
    row = Letter.get_or_none(Letter.id == number)
    if row is None:
        raise NotFound(f"There is no letter {number}.", field="letter")
    return row


def _sent(row: Any, desk: Desk, paper: PrintedPaper | None = None) -> SentLetter:
    return SentLetter(
        number=row.id,
        letter=row.letter,
        version=row.version,
        bill=row.bill.number if row.bill_id else "",
        account=row.account.number,
        path=desk.home.printed / row.path,
        pages=paper.pages if paper else 0,
        sha256=row.sha256,
        at=row.at,
        missing=paper.missing if paper else (),
    )


def find_letter(desk: Desk, number: int) -> SentLetter:
    """A letter that was printed. Raises `NotFound`."""
    desk.require(Right.LOOK)
    return _sent(find_row(number), desk)


def letters_about(desk: Desk, bill_id: int) -> list[SentLetter]:
    """The letters about a bill, newest first."""
    desk.require(Right.LOOK)
    rows = Letter.select().where(Letter.bill == bill_id).order_by(Letter.id.desc()).limit(50)
    return [_sent(row, desk) for row in rows]


def print_again(desk: Desk, number: int) -> tuple[SentLetter, bool]:
    """Draw a letter again from its record; whether the file is the very same, byte for byte.

    It can differ only where this program draws letters otherwise by now; the text is the same.

    Raises:
        NotFound: there is no such letter.
    """
    desk.require(Right.PRINT_BILLS)
    row = find_row(number)
    page = page_of_node(json.loads(row.content))
    made_at = datetime.fromisoformat(row.at)
    paper = print_page(page, desk.home.printed / row.path, made_at=made_at)
    with writing(desk, Right.PRINT_BILLS, "documents.print_letter_again") as act:
        act.about("letter", number)
        act.after = {"file": row.path, "sha256": paper.sha256}
    return _sent(row, desk, paper), paper.sha256 == row.sha256
