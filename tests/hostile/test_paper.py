"""Hostile old data through the real print path: inert on paper, never fatal, and reported."""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING

import pytest
from corpus import OLD_DATA, STEERING
from hostile_town import RUN, Town
from pypdf import PdfReader

from billing_tui.billing.approve_run import approve_run
from billing_tui.billing.bill_view import find_bill
from billing_tui.billing.post_run import post_run
from billing_tui.billing.review_bills import accept_all
from billing_tui.billing.runs import find_run
from billing_tui.billing.states import RunState
from billing_tui.documents.print_run import print_run
from billing_tui.documents.reading_sheet import print_reading_sheet
from billing_tui.documents.reprint_bill import reprint_bill
from billing_tui.documents.work_sheet import print_work_sheet
from billing_tui.foundation.errors import InvalidEntry
from billing_tui.records.add_note import add_note
from billing_tui.service_orders.issue_order import OrderForm, issue_order
from billing_tui.service_orders.kinds import OrderType
from billing_tui.service_orders.work_sheets import SheetChoice

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = {
    "escapes": OLD_DATA,
    "operators": ") Tj ET Q /JS (app.alert(1)) /URI (http://x) BT (\\",
    "markdown": "[pay](https://evil.example) **b** __u__ --s--",
    "HTML": '<a href="https://evil.example">x</a><img src="/etc/passwd">',
    "long": "W" * 5_000,
    "accents": STEERING["fifty accents"],
    "scripts": "李小龍 محمد דוד 👨\u200d👩\u200d👧",
    "nothing": "",
}
COLUMNS = (
    ("customer", "name"), ("customer", "mailing_name"), ("location", "street"),
    ("location", "house"), ("location", "city"), ("location", "zip"), ("bill_line", "label"),
    ("bill_service", "rate_class"), ("read", "derivation"), ("meter", "number"),
)  # fmt: skip
ORDER_COLUMNS = (
    ("customer", "name"), ("location", "street"), ("location", "house"), ("location", "unit"),
    ("meter", "number"), ("service_point", "reader_note"), ("note", "text"),
    ("service_order", "remarks"), ("service_order", "crew"),
)  # fmt: skip
ACTIVE = re.compile(rb"/(?:JS|JavaScript|URI|Launch|EmbeddedFile|SubmitForm|GoToR)\b")


def _post(town: Town) -> None:
    for test in ("first bill", "new account", "first bill of the account"):
        accept_all(town.desk("luis"), RUN, test, "new town")
    approve_run(town.desk("nora"), RUN)
    post_run(town.desk("luis"), RUN)


def _plant(town: Town, text: str, columns: tuple[tuple[str, str], ...] = COLUMNS) -> None:
    base = town.office.store.database
    for (name,) in base.execute_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
        base.execute_sql(f'DROP TRIGGER "{name}"')
    for table, column in columns:
        unique = "|| id" if column == "number" else ""
        base.execute_sql(f'UPDATE "{table}" SET "{column}" = ? {unique}', (text,))


def _outside_text(path: Path) -> bytes:
    """The file without its strings: names, dictionaries and operators, streams unpacked."""
    raw = path.read_bytes()
    parts = [re.sub(rb"stream\r?\n.*?endstream", b"", raw, flags=re.DOTALL)]
    for packed in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", raw, flags=re.DOTALL):
        try:
            parts.append(zlib.decompress(packed))
        except zlib.error:
            continue
    return re.sub(rb"\((?:\\.|[^\\()])*\)", b"()", b"\n".join(parts), flags=re.DOTALL)


@pytest.mark.parametrize("name", TEXTS)
def test_a_run_prints_whatever_old_data_holds(town: Town, name: str) -> None:
    """Three bills, register and control sheet; no script, link or file in them; ties hold."""
    _post(town)
    _plant(town, TEXTS[name])
    papers = print_run(town.desk("luis"), RUN)

    assert papers.bills == 3
    for path in papers.paths:
        reader = PdfReader(path)
        assert reader.get_fields() is None
        assert not any("/Annots" in page or "/AA" in page for page in reader.pages)
        assert not {"/AcroForm", "/Names", "/AA"} & set(reader.trailer["/Root"])
        assert not ACTIVE.search(_outside_text(path))
        assert not any("\x1b" in page.extract_text() for page in reader.pages)
    if name in {"escapes", "long", "scripts"}:
        assert papers.problems


@pytest.mark.parametrize("name", TEXTS)
def test_work_sheets_and_reading_sheets_print_whatever_old_data_holds(
    town: Town, name: str
) -> None:
    """An order with its place, crew, remarks and notes, and a route: nothing active in the file."""
    maria = town.desk("maria")
    form = OrderForm(type=OrderType.TEST, location_id=1, need_by=maria.business_day, account_id=1)
    issue_order(maria, form)
    add_note(maria, 1, "Dog in yard", sticky=True)
    _plant(town, TEXTS[name], ORDER_COLUMNS)
    work = print_work_sheet(maria, SheetChoice(day=maria.business_day))
    walk = print_reading_sheet(maria, 1, "07-01")

    assert (work.orders, walk.meters) == (1, 3)
    for path in (work.path, walk.path):
        reader = PdfReader(path)
        assert not any("/Annots" in page or "/AA" in page for page in reader.pages)
        assert not ACTIVE.search(_outside_text(path))
        assert not any("\x1b" in page.extract_text() for page in reader.pages)


def test_a_letterhead_with_hostile_messages_prints(town: Town) -> None:
    """Messages, addresses and the pay link of `utility.yaml` are text as well."""
    _post(town)
    text = TEXTS["operators"].replace("\\", "\\\\").replace('"', '\\"')
    lines = ("name", "payable_to", "website", "phone", "dispute_text", "pay_prompt", "pay_address")
    own = town.office.home.root / "utility.yaml"
    own.write_text(
        "".join(f'{key}: "{text}"\n' for key in lines) + f'messages: ["{text}", "**b**"]\n',
        encoding="utf-8",
    )
    try:
        printed = reprint_bill(town.desk("maria"), find_bill("B26-0000001").id)
    finally:
        own.unlink()

    assert not ACTIVE.search(_outside_text(printed.path))


def test_a_wrong_mailer_id_is_refused_before_anything_is_printed(town: Town) -> None:
    """What the post could not read is said, and the run stays unprinted."""
    _post(town)
    own = town.office.home.root / "utility.yaml"
    own.write_text("name: A\nmailer_id: not digits\nservice_type: x\n", encoding="utf-8")
    try:
        with pytest.raises(InvalidEntry, match="mailer id"):
            print_run(town.desk("luis"), RUN)
    finally:
        own.unlink()

    assert find_run(RUN).state is RunState.POSTED


def test_a_run_number_cannot_leave_the_folder(town: Town) -> None:
    """A cycle's code of old data with slashes in it names a file inside `printed` all the same."""
    _post(town)
    base = town.office.store.database
    base.execute_sql("UPDATE cycle SET code = '../../x'")
    base.execute_sql("UPDATE bill_run SET number = '2026-10-../../x-1'")
    papers = print_run(town.desk("luis"), "2026-10-../../x-1")

    assert {path.parent for path in papers.paths} == {town.office.home.printed}
    assert all(path.is_file() for path in papers.paths)
