"""Letters: strict templates, nothing lost on the way to paper, printed again to the same bytes."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pypdf
import pytest
from bills import bill
from hypothesis import given, strategies as st
from town import READ_DAY, build_town, plan, read_all

from billing_tui.billing.bill_question import bill_question
from billing_tui.billing.bill_view import find_bill
from billing_tui.billing.cancel_rebill import cancel_rebill
from billing_tui.billing.correction import Correction
from billing_tui.billing.plan_correction import plan_correction
from billing_tui.documents.bill_values import UtilityProfile
from billing_tui.documents.letter import (
    LetterPage,
    SumTable,
    UseChart,
    page_of_node,
    print_page,
)
from billing_tui.documents.letter_template import fill, letter_template, read_letter
from billing_tui.documents.reply_letter import HIGH_BILL, letters_about, print_again, print_reply
from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import InvalidEntry, ProblemsFound, Refused
from billing_tui.metering.plan_read_fix import ReadFix
from billing_tui.metering.point_reads import read_on

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from billing_tui.access.desk import Desk
    from billing_tui.operations.office import Office

HEAD = """---
letter: x
title: A letter
version: 3
owner: Billing lead
review: 2027-06-30
places: [name, amount]
blocks: [effects]
---
"""
UTILITY = UtilityProfile(
    name="Sierra Vista Utilities", return_lines=("201 Civic Center Way", "Sierra Vista, CA"),
    contact_lines=(), payable_to="", remit_lines=(), website="", phone="", dispute_text="",
)  # fmt: skip
MOMENT = datetime(2026, 11, 2, 17, 0, tzinfo=UTC)
WORDS = st.text(st.characters(codec="latin-1", categories=["L", "N", "P"]), min_size=1, max_size=60)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEAD + "Dear {nmae},", "no place 'nmae'"),
        (HEAD + "It is {amount", "brace"),
        (HEAD + "It is {Amount}", "brace"),
        (HEAD + "See {effects} here.", "alone"),
        (HEAD.replace("owner: Billing lead\n", "") + "Hello", "owner: It is missing"),
        (HEAD.replace("2027-06-30", "soon") + "Hello", "review"),
        ("Dear {name},", "head"),
    ],
)
def test_a_template_that_cannot_be_used(text: str, said: str) -> None:
    """Unknown names, stray braces, a head without an owner: refused when it is read."""
    with pytest.raises(ProblemsFound, match=said):
        letter_template(text)


@given(st.text(max_size=80), st.text(max_size=80))
def test_values_stand_in_the_text_as_they_are(name: str, amount: str) -> None:
    """What is put in is not looked through again, and no character of it is lost."""
    template = letter_template(HEAD + "Dear {name}, it is {amount}.\n\n{effects}\n\n{amount}")

    found = list(fill(template, {"name": name, "amount": amount}))

    assert [one.block for one in found if one.block] == ["effects"]
    joined = "".join(one.text for one in found).replace(" ", "")
    for value in (name, amount):
        assert "".join(value.split()) in "".join(joined.split()) or not (name or amount)


def test_values_must_fit_the_places() -> None:
    """A place without a value, or a value without a place, is refused."""
    template = letter_template(HEAD + "Dear {name}, {amount}.")

    with pytest.raises(Refused, match="amount"):
        list(fill(template, {"name": "x"}))
    with pytest.raises(Refused, match="other"):
        list(fill(template, {"name": "x", "amount": "1", "other": "2"}))


def test_shipped_letters(office: Office) -> None:
    """The shipped letter is whole, and the office's own copy wins over it."""
    shipped = read_letter(office.home, HIGH_BILL)
    own = office.home.root / "letters"
    own.mkdir()
    (own / f"{HIGH_BILL}.md").write_text(HEAD + "Dear {name}, {amount}.", encoding="utf-8")

    assert shipped.owner
    assert shipped.review > date(2026, 1, 1)
    assert read_letter(office.home, HIGH_BILL).version == "3"


def _page(*parts: str | SumTable | UseChart) -> LetterPage:
    return LetterPage(
        "A letter", UTILITY, "Rosa Delgado", ("418 Alder Ct", "Sierra Vista CA 95999"),
        date(2026, 11, 2), (("Account", "10432-03"),), parts,
    )  # fmt: skip


def _printed(page: LetterPage, folder: Path) -> tuple[str, int]:
    paper = print_page(page, folder / "letter.pdf", made_at=MOMENT)
    reader = pypdf.PdfReader(paper.path)
    return "".join(one.extract_text() for one in reader.pages), len(reader.pages)


@pytest.mark.parametrize("paragraphs", [1, 8, 40])
def test_no_character_is_lost_on_paper(tmp_path: Path, paragraphs: int) -> None:
    """Long words, long paragraphs, many pages: every letter stands on the paper, in order."""
    texts = [
        " ".join(f"w{at}-{number}{'q' * (number * 3 % 130)}" for number in range(40))
        for at in range(paragraphs)
    ]

    told, pages = _printed(_page(*texts), tmp_path)

    squeezed = "".join(told.split())
    lost = [word for text in texts for word in text.split() if word not in squeezed]
    assert len(lost) < pages  # a word may go on behind the head of the next page
    assert squeezed.count("q") == sum(text.count("q") for text in texts)
    assert pages > paragraphs // 2


@pytest.mark.parametrize(("lines", "pages"), [(19, 1), (20, 2)])
def test_the_closing_goes_over_only_where_it_must(tmp_path: Path, lines: int, pages: int) -> None:
    """Its last line may stand at the bottom of the page; else all of it stands on the next one."""
    body = [f"Line {number}" for number in range(lines)]
    page = _page(*body, "Questions?", "Sincerely,", "Luis Ortega")

    paper = print_page(page, tmp_path / "letter.pdf", made_at=MOMENT)

    told = [one.extract_text() for one in pypdf.PdfReader(paper.path).pages]
    assert len(told) == pages
    assert all(word in told[-1] for word in ("Questions?", "Sincerely,", "Luis Ortega"))


def test_too_long_a_paragraph_is_refused_not_cut(tmp_path: Path) -> None:
    """A paragraph that the paper would cut is refused."""
    with pytest.raises(Refused, match="at most"):
        print_page(_page("x " * 2001), tmp_path / "letter.pdf", made_at=MOMENT)
    assert not list(tmp_path.iterdir())


@given(st.lists(WORDS, max_size=4), st.integers(-(10**9), 10**9))
def test_a_letter_is_kept_without_loss(texts: list[str], cents: int) -> None:
    """A letter turned into JSON values and back is the same letter."""
    table = SumTable(("What", "Since"), (("Use", (cents,)), ("Difference", (None,))), "a note")
    chart = UseChart("Water", "ccf", (("2026-10-14", "9.5", None),))
    page = _page(*texts, table, chart)

    assert page_of_node(page.node()) == page


@pytest.fixture
def question(desk: Callable[..., Desk], tmp_path: Path) -> str:
    """The number of the second bill of a house that used much more."""
    build_town(desk, 2)
    for name, day, reading in (
        ("2026-10", READ_DAY, 1009), ("2026-11", date(2026, 11, 13), 1060),
    ):  # fmt: skip
        instance = plan(desk, name, day, day)
        read_all(desk, instance, {"M000001": reading, "M000002": reading}, day, tmp_path)
        bill(desk, name)
    return "B26-0000003"


def test_reply(desk: Callable[..., Desk], question: str) -> None:
    """The reply says the difference, stands in the record with its hash, and prints again alike."""
    maria = desk("maria", date(2026, 12, 20))

    sent = print_reply(maria, bill_question(question), note="We spoke about {name} today.")

    told = " ".join(pypdf.PdfReader(sent.path).pages[0].extract_text().split())
    last = bill_question(question).last
    assert last is not None
    assert f"Your charges are ${last.cents / 100:.2f} more than on the bill before" in told
    assert f"Difference ${last.cents / 100:.2f}" in told
    assert "We checked this reading before we sent the bill." in told
    assert "Decided by" not in told
    assert "We spoke about {name} today." in told
    assert told.index("We spoke about {name} today.") < told.index("If this does not explain")
    assert "Maria Soto" in told
    assert [one.number for one in letters_about(maria, bill_question(question).bill.id)] == [1]
    sent.path.unlink()
    again, same = print_again(desk("luis"), sent.number)
    assert same
    assert again.path.exists()
    verbs = [row[0] for row in rows_of("SELECT verb FROM audit_entry ORDER BY seq DESC LIMIT 2")]
    assert verbs == ["documents.print_letter_again", "documents.print_reply"]


def test_a_corrected_bill_is_answered_by_the_one_in_its_place(
    desk: Callable[..., Desk], question: str
) -> None:
    """The letter says that the old one no longer counts, and compares with the month before."""
    luis, first = desk("luis", date(2026, 12, 20)), "B26-0000001"
    fix = Correction(reads=(ReadFix(read_on("M000001", READ_DAY).read_id, 1005),))
    seen = plan_correction(fix, luis.business_day).digest
    earlier, corrected = cancel_rebill(luis, fix, seen=seen, reason="photo of the dial").posted

    found = bill_question(question)
    sent = print_reply(luis, found)

    assert (found.bill.number, found.instead_of) == (corrected, find_bill(question))
    assert found.last is not None
    assert found.last.earlier.number == earlier
    assert bill_question(first).last is None
    told = " ".join(pypdf.PdfReader(sent.path).pages[0].extract_text().split())
    moved = found.bill.current_cents - find_bill(question).current_cents
    assert f"the bill you asked about, {question} of November 13, 2026" in told
    assert f"Bill {corrected} took its place" in told
    assert f"${moved / 100:.2f} more than before" in told


@pytest.mark.usefixtures("question")
def test_no_letter_about_what_charges_nothing(desk: Callable[..., Desk]) -> None:
    """A bill cancelled for good is not answered, nor one cancelled behind the clerk's back."""
    luis, first = desk("luis", date(2026, 12, 20)), "B26-0000001"
    before, gone = bill_question(first), Correction(bills=(first,), rebill=False)
    seen = plan_correction(gone, luis.business_day).digest
    cancel_rebill(luis, gone, seen=seen, reason="never lived there")

    with pytest.raises(Refused, match="cancelled meanwhile"):
        print_reply(luis, before)
    with pytest.raises(Refused, match="no other took its place"):
        bill_question(first)


def test_a_note_that_cannot_be_printed(desk: Callable[..., Desk], question: str) -> None:
    """A note that is too long or holds controls is refused, and nothing is recorded."""
    maria = desk("maria")
    for note in ("x" * 1501, "a\x07b"):
        with pytest.raises(InvalidEntry):
            print_reply(maria, bill_question(question), note=note)
    assert letters_about(maria, bill_question(question).bill.id) == []
