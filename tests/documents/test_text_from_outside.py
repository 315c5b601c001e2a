"""Names, messages and figures as they come from outside: printed, inert, and never fatal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import sample_bills as samples
from pypdf import PdfReader

from billing_tui.documents.bill_file import print_bills
from billing_tui.documents.bill_values import ChargeLine
from billing_tui.documents.paper import SUBSTITUTE

if TYPE_CHECKING:
    from pathlib import Path

    from billing_tui.documents.bill_values import BillPage


def words(bill: BillPage, folder: Path) -> str:
    """All text of a bill, page by page."""
    path = print_bills([bill], folder / "bill.pdf", made_at=samples.MADE_AT).path
    return "\n".join(page.extract_text() for page in PdfReader(path).pages)


def test_names_of_other_scripts_are_text(tmp_path: Path) -> None:
    """Vietnamese, Cyrillic, Greek and Armenian names are found again letter by letter."""
    assert "Nguyễn Thị Phượng Hằng" in words(samples.vietnamese(), tmp_path)
    text = words(samples.cyrillic(), tmp_path)
    assert "Екатерина Щербакова" in text
    assert "Արամ Խաչատրյան" in text
    assert "Ελένη Παπαδοπούλου" in text


@pytest.mark.parametrize(
    ("name", "missing"),
    [
        ("王小明", "U+5C0F"),
        ("Zoë 🚰 Park", "U+1F6B0"),
        ("محمد علي", "U+0645"),
        ("דוד כהן", "U+05D3"),
    ],
)
def test_a_missing_letter_is_visible_and_reported(name: str, missing: str, tmp_path: Path) -> None:
    """A letter that no font has prints as a sign and is named in the problem list."""
    result = print_bills(
        [samples.bill(customer_name=name)], tmp_path / "b.pdf", made_at=samples.MADE_AT
    )
    (problem,) = result.problems
    assert problem.severity == "warning"
    assert problem.line == 1
    assert "2611004172" in problem.sentence
    assert missing in problem.sentence
    assert SUBSTITUTE in PdfReader(result.path).pages[0].extract_text()


HOSTILE = (
    "O'Brien (Trust) \\ (((",
    ") Tj ET /JS (app.alert(1)) BT (",
    "[pay here](https://evil.example) **bold** <b>x</b>",
    "\x1b[2J\x00\x07 null and escape",
    "\ud800 lone surrogate",
    "\u202e reversed \u2066 hidden\u200b",
    "🦆" * 50,
    "a" * 10_000,
    "long words " * 1_000,
    "e" + "\u0301" * 40,
    "שלום עולם مرحبا",
    "",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_inert_everywhere(text: str, tmp_path: Path) -> None:
    """Whatever stands in any field, the bill prints, and the file has no script, form or link."""
    line = ChargeLine(text, 23191, text, text)
    charges = samples.BillService(text, text, (line, ChargeLine(text, 0)))
    bill = samples.with_services(
        charges,
        customer_name=text,
        mailing_lines=(text, text),
        service_address=text,
        account_number=text,
        cycle=text,
        copy_mark=text,
        pay_note=text,
        messages=(text,),
        language_block=(text,),
        qr_text=text,
        imb_tracking=text,
    )
    result = print_bills([bill], tmp_path / "b.pdf", made_at=samples.MADE_AT, title=text)
    reader = PdfReader(result.path)
    assert len(reader.pages) == result.pages
    assert reader.get_fields() is None
    for page in reader.pages:
        assert "/Annots" not in page
        assert "/AA" not in page
    assert not {"/AcroForm", "/Names", "/AA"} & set(reader.trailer["/Root"])
    assert isinstance(reader.trailer["/Root"].get("/OpenAction", []), list)  # a place, no action
    assert not any("\x1b" in page.extract_text() for page in reader.pages)


def test_parentheses_survive_as_text(tmp_path: Path) -> None:
    """Brackets, backslashes and a script's words come back exactly as they were keyed."""
    name = r"A (b) \ /JS (x) [l](u)"
    assert name in words(samples.bill(customer_name=name), tmp_path)


def test_long_name_is_cut_visibly_and_reported(tmp_path: Path) -> None:
    """What the window cannot hold ends in an ellipsis and stands in the problem list."""
    result = print_bills([samples.long_names()], tmp_path / "b.pdf", made_at=samples.MADE_AT)
    text = PdfReader(result.path).pages[0].extract_text()
    assert "\u2026" in text
    assert "Rancho Santa Margarita, CA 92688-1234" in text
    assert any("was cut to fit" in problem.sentence for problem in result.problems)


def test_account_that_is_no_number_loses_only_the_scan_line(tmp_path: Path) -> None:
    """A bill whose account has letters is printed without scan line, and says so."""
    result = print_bills(
        [samples.bill(account_number="KW-17")], tmp_path / "b.pdf", made_at=samples.MADE_AT
    )
    assert result.bills == 1
    assert "no scan line is printed" in result.problems[0].sentence


def test_no_line_of_the_charges_is_cut(tmp_path: Path) -> None:
    """A long label and a long note go on beneath; a long figure is set smaller."""
    label = "Volumetric charge at the conservation rate for turf and ornamental landscape, tier 3"
    lines = (
        ChargeLine(label, 100_000_000, "1,234,567.891 kWh", "$123,456.789012"),
        ChargeLine("Credit", -1),
    )
    service = samples.BillService("Water", "A rate class with a name " * 5, lines)
    note = "Estimated from the same season last year, " * 4
    meter = samples.MeterRow(
        "Water",
        "60114273",
        samples.FROM,
        samples.TO,
        samples.D(999_999_999),
        samples.D(123_456_789),
        samples.ReadKind.ESTIMATED,
        samples.D("123456789.125"),
        "kgal",
        note=note,
    )
    bill = samples.with_services(service, meters=(meter,))
    result = print_bills([bill], tmp_path / "b.pdf", made_at=samples.MADE_AT)
    assert result.problems == ()
    text = " ".join(PdfReader(result.path).pages[0].extract_text().split())
    for expected in ("999,999,999", "123,456,789.125 kgal", "$123,456.789012", "1,000,000.00"):
        assert expected in text, expected
    for word in label.split():
        assert word in text, word
    assert text.count("season") == 4
