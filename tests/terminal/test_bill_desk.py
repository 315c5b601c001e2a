"""Bill questions and special bills in a real terminal: asked, answered by letter, billed."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pysqlite3
import pytest
from bills import bill
from harness import Terminal, check_golden
from town import build_town, plan, read_all

from billing_tui.access.tables import Setting
from billing_tui.foundation.transaction import write_transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from billing_tui.access.desk import Desk
    from billing_tui.operations.office import Office

HERE = Path(__file__).parent
HOUSES = 13
TODAY = date(2026, 12, 20)
SIZES = pytest.mark.parametrize("size", [(80, 24), (132, 43)], ids=["80x24", "132x43"])


class BillDesk:
    """A town with three months of bills; in the last one the first house used 61 ccf."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.running: list[Terminal] = []

    def sit(self, user: str = "maria", size: tuple[int, int] = (80, 24)) -> Terminal:
        """A person's terminal at the menu."""
        terminal = Terminal([str(HERE / "office_app.py"), str(self.home), user], size=size)
        self.running.append(terminal)
        terminal.wait_for("F3 Sign off")
        return terminal

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of the database, as another process sees them."""
        with pysqlite3.connect(str(self.home / "billing.db")) as base:
            found: list[tuple[Any, ...]] = base.execute(sql).fetchall()
        return found


@pytest.fixture
def bill_desk(office: Office, desk: Callable[..., Desk], tmp_path: Path) -> Iterator[BillDesk]:
    """The town, billed three times."""
    with write_transaction(office.store):
        Setting.insert(name="business_day", value=TODAY.isoformat()).execute()
    build_town(desk, HOUSES)
    reading, day = dict.fromkeys(range(1, HOUSES + 1), 1000), date(2026, 10, 14)
    for name in ("2026-10", "2026-11", "2026-12"):
        for house in reading:
            last = name == "2026-12"
            reading[house] += (61 if house == 1 else 10) if last else 9
        instance = plan(desk, name, day, day + timedelta(days=3))
        readings = {f"M{house:06d}": counts for house, counts in reading.items()}
        read_all(desk, instance, readings, day, tmp_path)
        bill(desk, name)
        day += timedelta(days=30)
    office.close()
    made = BillDesk(office.home.root)
    yield made
    for terminal in made.running:
        terminal.close()


QUESTION = f"B26-{2 * HOUSES + 1:07d}"


@SIZES
def test_the_question_on_the_screen(bill_desk: BillDesk, size: tuple[int, int]) -> None:
    """What changed, causes and reads, at both sizes."""
    terminal = bill_desk.sit(size=size)
    terminal.type(f"bil040 {QUESTION}<enter>")
    terminal.wait_for("To read out")
    for view, shown in (("", "What changed"), ("-causes", "Likely cause "), ("-reads", "Read on")):
        terminal.wait_for(shown)
        terminal.settle()
        check_golden(f"BIL040{view}-{size[0]}x{size[1]}", terminal.text)
        terminal.type("<f11>")


def test_a_high_bill_is_answered(bill_desk: BillDesk) -> None:
    """From the menu: the answer, a re-read order, the call in the log, the letter on paper."""
    terminal = bill_desk.sit()
    terminal.type(f"bil040 {QUESTION}<enter>")
    terminal.wait_for("more than the last bill: use")
    terminal.type("<f6>2<enter>")
    terminal.wait_for("Order: re-read")
    terminal.type("<enter><enter><enter>")
    terminal.wait_for("Order S26-0000001, re-read, by 12/23/26.")
    terminal.type("<f6>5<enter>")
    terminal.wait_for("Log the call")
    terminal.type("Sprinklers ran at night<enter>")
    terminal.wait_for("The call stands in the log.")
    terminal.type("<f10>")
    terminal.wait_for("Reply letter")
    terminal.type("We spoke today.<enter>")
    terminal.wait_for("Letter 1 stands in")

    order = "SELECT type, state, need_by, remarks FROM service_order"
    asked = f"Bill {QUESTION}: asked why it is high"
    assert bill_desk.rows(order) == [("re-read", "Issued", "2026-12-23", asked)]
    log = "SELECT channel, reason, words, link FROM contact_log_entry"
    assert bill_desk.rows(log) == [("phone", "H", "Sprinklers ran at night", QUESTION)]
    letters = bill_desk.rows("SELECT letter, path, sha256, content FROM letter")
    assert [row[0] for row in letters] == ["high_bill_reply"]
    assert (bill_desk.home / "printed" / letters[0][1]).exists()
    assert "We spoke today." in letters[0][3]
    assert "order S26-0000001" in letters[0][3]
    trail = bill_desk.rows("SELECT verb FROM audit_entry ORDER BY seq DESC LIMIT 3")
    assert {row[0] for row in trail} == {
        "documents.print_reply", "customer_care.log_contact", "service_orders.issue_order",
    }  # fmt: skip


def test_who_may_not_is_told(bill_desk: BillDesk) -> None:
    """An auditor reads the answer, but neither sends the crew nor prints."""
    terminal = bill_desk.sit("ada")
    terminal.type(f"bil040 {QUESTION}<enter>")
    terminal.wait_for("To read out")
    terminal.type("<f6>3<enter>")
    terminal.wait_for("ada may not change customers")
    terminal.type("<f10>")
    terminal.wait_for("ada may not print bills")

    assert bill_desk.rows("SELECT count(*) FROM service_order") == [(0,)]
