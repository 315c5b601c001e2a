"""What stands on a bill, and where."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest
import sample_bills as samples
from pypdf import PdfReader

from billing_tui.documents import envelope
from billing_tui.documents.bill_file import print_bills
from billing_tui.documents.bill_grid import BODY_BOTTOM, HEADING
from billing_tui.documents.bill_page import BillPainter, best_place
from billing_tui.documents.bill_rows import gap, heading
from billing_tui.documents.bill_values import BillAmounts, bill_problems
from billing_tui.documents.envelope import Box
from billing_tui.documents.paper import Paper
from billing_tui.documents.scan_line import parse_scan_line
from billing_tui.documents.sheet import REGULAR

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from billing_tui.documents.bill_values import BillPage


@dataclass(frozen=True)
class Printed:
    """A text as it lies on the page."""

    text: str
    box: Box


@pytest.fixture(scope="module")
def ruler() -> Iterator[Paper]:
    """A paper whose faces know how wide a text is."""
    with Paper("ruler", samples.MADE_AT) as paper:
        yield paper


def printed(bill: BillPage, folder: Path) -> PdfReader:
    """The PDF of one bill, read back."""
    return PdfReader(print_bills([bill], folder / "bill.pdf", made_at=samples.MADE_AT).path)


def words(bill: BillPage, folder: Path) -> str:
    """All text of a bill, page by page."""
    return "\n".join(page.extract_text() for page in printed(bill, folder).pages)


def texts(reader: PdfReader, ruler: Paper, page: int = 0) -> list[Printed]:
    """Each shown text of a page with the rectangle that it covers."""
    found: list[Printed] = []

    def take(text: str, _cm: object, tm: list[float], _font: object, size: float) -> None:
        shown = text.strip()
        if shown:
            width = ruler.faces[REGULAR].width(ruler.faces[REGULAR].fit_to_print(shown)) * size
            y = envelope.SHEET_HEIGHT - tm[5]
            found.append(
                Printed(shown, Box(tm[4], y - size * 0.72, tm[4] + width, y + size * 0.24))
            )

    reader.pages[page].extract_text(visitor_text=take)
    return found


def test_ordinary_bill_says_everything(tmp_path: Path) -> None:
    """Account, reads with their flag, lines by tier, summary, due day and stub are real text."""
    text = words(samples.bill(), tmp_path)
    for expected in (
        "0042-01730-02",
        "2611004172",
        "Guadalupe Hernandez",
        "1847 Mill Race Ln",
        "60114273",
        "1,417",
        "1,439",
        "Actual",
        "22 ccf",
        "10/03/26",
        "11/04/26",
        "Tier 2, next 10 ccf",
        "$4.8700",
        "48.70",
        "Previous balance",
        "-218.64",
        "$231.91",
        "Due by December 1, 2026",
        "$255.10 if paid after December 1, 2026",
        "Gallons per day",
        "514",
        "Questions about this bill",
        "Amount enclosed",
        "PO Box 60142",
        "Page 1 of 1",
        "Thông báo quan trọng",
    ):
        assert expected in text, expected


def test_ordinary_bill_takes_one_page_without_complaint(tmp_path: Path) -> None:
    """Four services with messages fit one page, and nothing is cut or substituted."""
    result = print_bills([samples.bill()], tmp_path / "b.pdf", made_at=samples.MADE_AT)
    assert (result.pages, result.problems) == (1, ())


def test_scan_line_on_the_stub_says_what_is_due(tmp_path: Path) -> None:
    """The line of digits in the text parses to this bill's account, amount and number."""
    lines = [line for line in words(samples.bill(), tmp_path).splitlines() if len(line) == 33]
    scanned = parse_scan_line(next(line for line in lines if line.isdigit()))
    assert (scanned.account, scanned.amount_cents, scanned.reference) == (
        420173002,
        23191,
        2611004172,
    )


@pytest.mark.parametrize(
    "bill", [samples.bill(), samples.long_names(), samples.exchanged(), samples.cyrillic()]
)
def test_only_addresses_show_in_the_windows(bill: BillPage, tmp_path: Path, ruler: Paper) -> None:
    """Each window shows its address whole with its clearance, and no other text even half."""
    on_page = texts(printed(bill, tmp_path), ruler)
    mailing, back, remit = (
        envelope.MAILING_WINDOW,
        envelope.RETURN_WINDOW,
        envelope.REMIT_WINDOW,
    )
    for window in (mailing, back, remit):
        room = window.shrunk(envelope.SIDE_CLEARANCE, envelope.EDGE_CLEARANCE)
        shown = [text for text in on_page if window.touches(text.box)]
        assert shown
        assert [text.text for text in shown if not room.holds(text.box)] == []
    in_mailing = [text.text for text in on_page if mailing.touches(text.box)]
    assert not {bill.account_number, "Amount due"} & set(in_mailing)
    assert in_mailing[-1].endswith(bill.mailing_lines[-1][-5:])
    assert [text.text for text in on_page if remit.touches(text.box)] == [
        bill.utility.payable_to,
        *bill.utility.remit_lines,
    ]


def test_scan_band_holds_only_the_scan_line(tmp_path: Path, ruler: Paper) -> None:
    """In the clear band at the foot there is one text: 33 digits."""
    on_page = texts(printed(samples.bill(), tmp_path), ruler)
    (line,) = [text.text for text in on_page if envelope.CLEAR_BAND.touches(text.box)]
    assert line.isdigit()
    assert len(line) == 33


def test_imb_lies_above_the_address_in_the_window() -> None:
    """The 65 bars start left of the address, within the window and its clearance."""
    with_bars = _bars(samples.bill())
    assert len(with_bars) == 65
    room = envelope.MAILING_WINDOW.shrunk(envelope.SIDE_CLEARANCE, envelope.EDGE_CLEARANCE)
    assert all(room.holds(bar) for bar in with_bars)
    pitch = (with_bars[-1].left - with_bars[0].left) / 64
    assert envelope.INCH / 24 <= pitch <= envelope.INCH / 20
    assert _bars(samples.bill(imb_tracking="", imb_routing="")) == []


def _bars(bill: BillPage) -> list[Box]:
    """Filled rectangles of the barcode's width in the content of the first page."""
    with Paper("bars", samples.MADE_AT) as paper:
        content = BillPainter(paper).draw(bill).pages[0]
    numbers = content.replace(" f", " ").split()
    boxes = []
    for place, word in enumerate(numbers):
        if word == "re" and numbers[place - 2] == "1.44":
            x, y, width, height = (float(number) for number in numbers[place - 4 : place])
            top = envelope.SHEET_HEIGHT - y - height
            boxes.append(Box(x, top, x + width, top + height))
    return [box for box in boxes if box.top < envelope.PANEL]


def test_commercial_bill_goes_on_to_a_second_page(tmp_path: Path) -> None:
    """Lines that overflow stand on a second page with its header, all of them once."""
    reader = printed(samples.commercial(), tmp_path)
    first, second = (page.extract_text() for page in reader.pages)
    assert "Page 1 of 2" in first
    assert "continued on page 2" in first
    assert "Page 2 of 2" in second
    assert "Sewer, continued" in second
    assert "0042-90010-00" in second
    assert "Sierra Foothill Packing" in second
    both = first + second
    for service in samples.commercial().services:
        for line in service.lines:
            assert both.count(line.label) >= 1, line.label
    assert "Readings times 40" in first
    assert "$31,638.55" in first
    assert "past due" in first


def test_credit_balance_asks_for_nothing(tmp_path: Path) -> None:
    """A credit shows as a credit, and the scan line asks for zero."""
    text = words(samples.credit(), tmp_path)
    assert "Credit balance" in text
    assert "$263.09" in text
    assert "No payment is due" in text
    assert "Due by" not in text
    digits = next(line for line in text.splitlines() if len(line) == 33 and line.isdigit())
    assert parse_scan_line(digits).amount_cents == 0


def test_exchange_and_estimate_are_explained(tmp_path: Path) -> None:
    """Both meters of an exchange have a row; the estimate says why; aging shows what is late."""
    text = words(samples.exchanged(), tmp_path)
    for expected in (
        "60114273",
        "71200051",
        "Removed",
        "Estimated",
        "a car stood on the meter box",
        "Meter exchanged on October 19",
        "Over 90",
        "6.51",
        "Low-income discount",
        "-26.58",
    ):
        assert expected in text, expected


def test_duplicate_is_marked_on_page_and_stub(tmp_path: Path) -> None:
    """DUPLICATE stands twice on the first page and on each later one; else never."""
    pages = [page.extract_text() for page in printed(samples.exchanged(), tmp_path).pages]
    assert [page.count("DUPLICATE") for page in pages] == [2] + [1] * (len(pages) - 1)
    assert "DUPLICATE" not in words(samples.bill(), tmp_path)
    assert words(samples.long_names(), tmp_path).count("OWNER COPY") == 2


def test_autopay_note_takes_the_place_of_the_due_day(tmp_path: Path) -> None:
    """A customer on autopay reads not to pay, and no later amount."""
    text = words(samples.vietnamese(), tmp_path)
    assert "Do not pay: drawn from your bank December 1" in text
    assert "Due by" not in text
    assert "if paid after" not in text


def test_bill_that_does_not_add_up_is_a_problem() -> None:
    """Lines, aging and days that contradict the bill are each named."""
    wrong = samples.bill(
        amounts=BillAmounts(0, 0, 0, 0, 23190),
        aging=samples.AgingBuckets(1),
        due_day=samples.FROM,
    )
    sentences = [problem.sentence for problem in bill_problems(wrong, 7)]
    assert len(sentences) == 3
    assert "231.91" in sentences[0]
    assert "231.90" in sentences[0]
    assert bill_problems(samples.bill()) == []


def test_long_letterhead_stays_in_its_windows(tmp_path: Path, ruler: Paper) -> None:
    """A utility with a long name and many lines keeps the windows clear, and hears of the cut."""
    utility = replace(
        samples.UTILITY,
        name="Consolidated Municipal Water, Sewer and Electric District of the Upper Alder Valley",
        return_lines=(
            "Customer Care Center",
            "Suite 1400",
            "215 Civic Center Drive",
            "Alder Creek",
        ),
        contact_lines=tuple(f"Telephone line {number}" for number in range(5)),
        payable_to="Consolidated Municipal Water, Sewer and Electric District of the Upper Alder",
    )
    bill = samples.bill(utility=utility)
    result = print_bills([bill, bill], tmp_path / "b.pdf", made_at=samples.MADE_AT)
    assert {problem.line for problem in result.problems} == {1}
    assert "letterhead" in result.problems[0].sentence
    on_page = texts(PdfReader(result.path), ruler)
    window = envelope.MAILING_WINDOW
    in_mailing = [text.text for text in on_page if window.touches(text.box)]
    assert in_mailing == [
        "Guadalupe Hernandez",
        "1847 Mill Race Lane",
        "Alder Creek, CA 95699-3217",
    ]


def test_loose_leading_for_a_short_bill_and_one_page_when_it_fits() -> None:
    """Rows stand as far apart as one page allows and never leave the page's body."""
    short = [heading("A"), *(gap(10) for _ in range(5)), heading("B")]
    (page,) = best_place(short)
    assert page[-1][0] - page[0][0] == pytest.approx((HEADING + 50) * 1.1)
    tight = [heading(str(number), keep=1) for number in range(20)]
    (page,) = best_place(tight)
    assert page[-1][0] <= BODY_BOTTOM
    pages = best_place([heading(str(number), keep=1) for number in range(90)])
    assert len(pages) == 3
    assert sum(len(page) for page in pages) == 90
