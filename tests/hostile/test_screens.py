"""Hostile old data on every screen, in a real terminal: what reaches it is the program's own."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import peewee
import pytest
from corpus import OLD_DATA, steering_in
from harness import ROOT, Terminal
from small_office import fill

from billing_tui.foundation.transaction import write_transaction
from billing_tui.metering.tables import KeyedBatch, KeyedRead
from billing_tui.records.tables import MeterInstallation
from billing_tui.service_orders.tables import ServiceOrder, WorkSheet, WorkSheetLine

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from billing_tui.operations.office import Office

pytestmark = pytest.mark.slow

OWN = re.compile(
    rb"\x1b\[[0-9;?<>=$]*[A-Za-z]"  # cursor, colours, modes
    rb"|\x1b\[\?[0-9;]*\$p"  # which modes are there
    rb"|\x1b[()][0-9A-B]|\x1b[=>78c]"  # character sets, keypad
    rb"|\x1b\]22;default\x07"  # the pointer's shape
    rb"|[\r\n\x08]"
)
"""Sequences that the program draws with; none of them can carry text."""
PLANTED = (
    ("customer", "name"), ("customer", "mailing_name"), ("customer", "email"),
    ("location", "street"), ("location", "city"), ("location", "unit"), ("note", "text"),
    ("account_flag", "reason"), ("meter", "size"), ("finding", "sentence"), ("finding", "test"),
    ("read_exception", "sentence"), ("upload", "file_name"), ("service", "rate_class"),
    ("bill_line", "label"), ("cycle", "name"), ("route", "name"), ("staff_member", "name"),
    ("service_attribute", "value"), ("service_order", "remarks"), ("service_order", "crew"),
    ("service_point", "reader_note"), ("keyed_read", "finding"), ("keyed_batch", "route"),
)  # fmt: skip
WAYS = {
    "ACC010": "1.1<enter>delgado",
    "ACC020": "10432-03<enter>",
    "ACC020 contact": "10432-03<enter><f11>",
    "RDG020": "2.1<enter>",
    "BIL010": "3.1<enter>",
    "BIL020": "3.2<enter>",
    "BIL030": "bil030 10432-03<enter>",
    "SVO010": "4.1<enter>",
    "SVO020": "4.2<enter>1<enter>",
    "RDG030": "2.2<enter>",
    "RDG031": "rdg031 1<enter>",
}


def _work_in_hand() -> None:
    """An order on a work sheet, and a line of a route that is being keyed."""
    stay = MeterInstallation.get_by_id(1)
    meter = {"meter": OLD_DATA, "size": OLD_DATA, "dials": 6, "unit": "ccf", "last_day": None,
             "last_reading": None}  # fmt: skip
    told = {"staff": 1, "at": "2026-11-20T17:00:00+00:00"}
    order = ServiceOrder.create(
        number="S26-0000001", type="re-read", state="Issued", need_by="2026-11-20",
        location=stay.service_point.location, service_point=stay.service_point,
        walk_point=stay.service_point, staff=1,
        issued_on="2026-11-20", snapshot=json.dumps([meter]),
    )  # fmt: skip
    sheet = WorkSheet.create(day="2026-11-20", **told)
    WorkSheetLine.create(sheet=sheet, line=1, order=order)
    batch = KeyedBatch.create(instance=1, route="0701", day="2026-11-20", control_count=1, **told)
    KeyedRead.create(
        batch=batch, place=1, meter=stay.meter, service_point=stay.service_point, twice=False
    )


@pytest.fixture
def home(office: Office) -> Path:
    """A dozen accounts of which every text is hostile."""
    with write_transaction(office.store):
        fill()
        _work_in_hand()
    root = office.home.root
    office.close()
    base = vars(peewee)["sqlite3"].connect(root / "billing.db")
    for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        base.execute(f'DROP TRIGGER "{name}"')
    for table, column in PLANTED:
        base.execute(f'UPDATE "{table}" SET "{column}" = ?', (OLD_DATA,))
    base.commit()
    base.close()
    return root


@pytest.fixture
def terminal(home: Path) -> Iterator[Terminal]:
    """The screens on that office, whose bytes are kept."""
    script = ROOT / "tests" / "terminal" / "office_app.py"
    running = Terminal([str(script), str(home), "luis", "none"], size=(132, 43))
    yield running
    running.close()


def _record(terminal: Terminal) -> list[bytes]:
    sent: list[bytes] = []
    read = terminal.child.read_nonblocking

    def keep(size: int, timeout: float) -> bytes:
        data: bytes = read(size, timeout)
        sent.append(data)
        return data

    terminal.child.read_nonblocking = keep
    return sent


def test_no_screen_lets_old_data_steer_the_terminal(terminal: Terminal) -> None:
    """Every byte is text or the program's own; no title, link, clipboard; no action fires."""
    sent = _record(terminal)
    terminal.wait_for("F1 Help")
    for ident, keys in WAYS.items():
        terminal.type("<f2>", keys)
        title = f" {ident.partition(' ')[0]} "
        terminal.wait(lambda title=title: terminal.lines[0].startswith(title))
        terminal.settle(0.4)
        assert "[@click" in terminal.text or ident == "BIL010", f"{ident}\n{terminal.text}"
    rest = OWN.sub(b"", b"".join(sent)).decode()

    assert not steering_in(rest), sorted(map(ascii, steering_in(rest)))
    assert terminal.child.isalive()
