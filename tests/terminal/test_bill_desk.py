"""Bill questions and special bills in a real terminal: asked, answered by letter, billed."""

from __future__ import annotations

import os
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pysqlite3
import pytest
from bills import bill
from harness import Terminal, check_golden
from town import adopt, build_town, house, plan, read_all

from billing_tui.access.tables import Setting
from billing_tui.foundation.data_files import data_path
from billing_tui.foundation.transaction import write_transaction
from billing_tui.ledger.chart import load_chart
from billing_tui.records.add_cycle import add_cycle
from billing_tui.records.add_route import add_route
from billing_tui.records.bulk_set_up import bulk_set_up

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from billing_tui.access.desk import Desk
    from billing_tui.operations.office import Office

HERE = Path(__file__).parent
HOUSES = 13
TODAY = date(2026, 12, 20)
AGAIN = "SELECT seq FROM audit_entry WHERE verb = 'documents.print_letter_again'"
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
        for number in reading:
            last = name == "2026-12"
            reading[number] += (61 if number == 1 else 10) if last else 9
        instance = plan(desk, name, day, day + timedelta(days=3))
        readings = {f"M{number:06d}": counts for number, counts in reading.items()}
        read_all(desk, instance, readings, day, tmp_path)
        bill(desk, name)
        day += timedelta(days=30)
    office.close()
    made = BillDesk(office.home.root)
    yield made
    for terminal in made.running:
        terminal.close()


@pytest.fixture
def city_desk(office: Office, desk: Callable[..., Desk]) -> Iterator[BillDesk]:
    """One house in an office with the shipped chart and water rates."""
    luis = desk("luis")
    with write_transaction(office.store):
        adopt(data_path("rates", "water-2026-07-01.yaml").read_text(encoding="utf-8"))
        Setting.insert(name="business_day", value="2026-11-02").execute()
    load_chart(luis, data_path("chart_of_accounts.yaml").read_text(encoding="utf-8"))
    add_route(luis, "07-01", "Alder", add_cycle(luis, "07", "North side"))
    bulk_set_up(luis, [house(1)])
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


@SIZES
def test_the_windows_of_a_question(bill_desk: BillDesk, size: tuple[int, int]) -> None:
    """The crew, the call, the letter: each window over the question."""
    terminal = bill_desk.sit(size=size)
    terminal.type(f"bil040 {QUESTION}<enter>")
    terminal.wait_for("To read out")
    for ident, keys, shown in (
        ("QST010", "<f6>2<enter>", "Order: re-read"),
        ("QST020", "<f6>5<enter>", "Enter logs it"),
        ("QST030", "<f10>", "Enter prints the letter"),
    ):
        terminal.type(keys)
        terminal.wait_for(shown)
        terminal.settle()
        check_golden(f"{ident}-{size[0]}x{size[1]}", terminal.text)
        terminal.type("<f12>")
        terminal.settle()


@SIZES
def test_the_window_for_a_file_of_reads(bill_desk: BillDesk, size: tuple[int, int]) -> None:
    """The newest files of the inbox by number; how many more there are."""
    inbox = bill_desk.home / "inbox"
    inbox.mkdir(exist_ok=True)
    for at in range(7):
        file = inbox / f"route-{at}.csv"
        file.write_bytes(b"meter,reading\nM1,5\n")
        os.utime(file, (1_000_000 + at, 1_000_000 + at))
    with pysqlite3.connect(str(bill_desk.home / "billing.db")) as base:
        base.execute("UPDATE bill_run SET state = 'Closed'")
        base.execute(
            "INSERT INTO cycle_instance (cycle_id, name, read_day, bill_day, due_day)"
            " VALUES (1, '2027-01', '2027-01-12', '2027-01-15', '2027-02-05')"
        )
    terminal = bill_desk.sit(size=size)
    terminal.type("3.1<enter><f10>")
    terminal.wait_for("+ 2 more, F4 lists them")
    terminal.settle()
    check_golden(f"RDG010-{size[0]}x{size[1]}", terminal.text)


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
    terminal.type("<f6>9<enter>")
    terminal.wait_for("Which letter is printed again?")
    terminal.type("1<enter>")
    terminal.wait(lambda: len(bill_desk.rows(AGAIN)) == 1)

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
    trail = bill_desk.rows("SELECT verb FROM audit_entry ORDER BY seq DESC LIMIT 4")
    assert {row[0] for row in trail} == {
        "documents.print_letter_again",
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


HYDRANT = "10001-01<enter>hy<enter>38.5<enter>30<enter>1<enter><enter>"


@SIZES
def test_the_special_bill_on_the_screen(city_desk: BillDesk, size: tuple[int, int]) -> None:
    """Empty, with a template's inputs, and with every line and its arithmetic."""
    terminal = city_desk.sit(size=size)
    terminal.type("3.6<enter>")
    for name, keys, shown in (
        ("", "", "An account and a template first"),
        ("-inputs", "10001-01<enter>dam<enter>", "Still to be keyed: What was damaged"),
        ("-lines", "Hydrant at Elm<enter>R-7<enter>3.5<enter><tab>1250.40<enter>", "1,775.36"),
    ):
        terminal.type(keys)
        terminal.wait_for(shown)
        terminal.settle()
        check_golden(f"BIL060{name}-{size[0]}x{size[1]}", terminal.text)


def test_a_hydrant_is_billed(city_desk: BillDesk) -> None:
    """From the menu in one burst: posted by F10, balanced, on paper, shown on the account."""
    terminal = city_desk.sit()
    terminal.type(f"3.6<enter>{HYDRANT}<f10>1<enter>")
    terminal.wait_for("X26-0000001 of 437.89 is posted; F6 prints it.")
    terminal.type("<f6>")
    terminal.wait_for("X26-0000001 stands in X26-0000001.pdf.")
    terminal.type("<f2>10001-01<enter>")
    terminal.wait_for("ACC020")
    terminal.wait_for("X26-0000001")
    terminal.type("<enter>")
    terminal.wait_for("Bill as printed")
    terminal.wait_for("Keyed by maria")

    rows = city_desk.rows("SELECT number, total_cents, bill_day, due_day FROM special_bill")
    assert rows == [("X26-0000001", 43789, "2026-11-02", "2026-11-23")]
    legs = city_desk.rows("SELECT sum(cents), sum(abs(cents)) FROM posting")
    assert legs == [(0, 2 * 43789)]
    trail = city_desk.rows("SELECT verb FROM audit_entry ORDER BY seq DESC LIMIT 2")
    assert trail == [("documents.print_special",), ("billing.post_special",)]
    assert (city_desk.home / "printed" / "X26-0000001.pdf").exists()


def test_damage_is_asked_for(city_desk: BillDesk) -> None:
    """A second person approves: F10 asks why, the request waits, nothing is posted yet."""
    terminal = city_desk.sit()
    terminal.type("bil060 10001-01<enter>")
    terminal.wait_for("An account and a template first")
    terminal.type("dam<enter>Hydrant at Elm<enter>R-7<enter>3.5<enter>0<enter>1250.40<enter>")
    terminal.type("0<enter><f10>")
    terminal.wait_for("Damage to utility property, 1,775.36: why?")
    terminal.type("2<enter>")
    terminal.wait_for("Request 1 over 1,775.36 waits for a second person.")

    asked = "SELECT kind, subject, amount_cents, reason, state FROM change_request"
    assert city_desk.rows(asked) == [
        ("billing.special_bill", "10001-01", 177536, "As the field crew reported", "Pending")
    ]
    assert city_desk.rows("SELECT count(*) FROM special_bill") == [(0,)]


def test_a_bill_that_nobody_may_approve_says_so_before_why(city_desk: BillDesk) -> None:
    """The lines stand there to be checked, with what to do; F10 asks for no reason."""
    terminal = city_desk.sit()
    terminal.type("bil060 10001-01<enter>dam<enter>Elm<enter>R-7<enter>3.5<enter>0<enter>")
    terminal.type("90000<enter>0<enter>")
    terminal.wait_for("25,000.00 is the most.")
    assert "Check what was keyed" in " ".join(terminal.text.split())
    assert "A lead approves" not in terminal.text
    terminal.settle()
    terminal.type("<f10>")
    terminal.wait_for("! Nobody may approve 103,837.40 of this kind; 25,000.00 is the most. Check")
    assert city_desk.rows("SELECT count(*) FROM change_request") == [(0,)]


def test_an_input_out_of_bounds_is_refused_at_its_field(city_desk: BillDesk) -> None:
    """400 days with the meter keep the cursor there; the next entry takes their place."""
    terminal = city_desk.sit()
    terminal.type("3.6<enter>10001-01<enter>hy<enter>38.5<enter>400<enter>")
    terminal.wait_for("Days with the meter is 1 to 366.")
    terminal.settle()
    terminal.type("30<enter>")
    terminal.settle()
    assert "400" not in terminal.text
    assert "is 1 to 366" not in terminal.text


@SIZES
def test_a_special_bill_as_printed(city_desk: BillDesk, size: tuple[int, int]) -> None:
    """3.3 shows it by its number line by line, and F10 prints it again."""
    terminal = city_desk.sit(size=size)
    terminal.type(f"3.6<enter>{HYDRANT}<f10>1<enter>")
    terminal.wait_for("X26-0000001 of 437.89 is posted")
    terminal.settle()
    terminal.type("<f2>3.3 x26-0000001<enter>")
    terminal.wait_for("Keyed by maria")
    terminal.settle()
    check_golden(f"BIL030-special-{size[0]}x{size[1]}", terminal.text)
    terminal.type("<f10>")
    terminal.wait_for("X26-0000001.pdf is in")


def test_a_slip_is_not_posted(city_desk: BillDesk) -> None:
    """F10 shows account, template and total and asks why; above the limit it waits for a lead."""
    terminal = city_desk.sit()
    terminal.type("3.6<enter>10001-01<enter>hy<enter>12.5<enter>30<enter>30<enter><enter>")
    terminal.wait_for("1,000.00 for an account in 30 days")
    terminal.type("<f10>")
    terminal.wait_for("Hydrant or construction meter, 3,237.94: why?")
    assert "Account 10001-01, " in terminal.text
    assert "Ask a lead? Enter confirms the reason." in terminal.text
    terminal.type("<enter>")
    terminal.wait_for("Say why, in a word or more")
    terminal.settle()
    terminal.type("<esc>")
    terminal.wait_for("Nothing was saved; what was keyed still stands.")
    assert city_desk.rows("SELECT count(*) FROM special_bill") == [(0,)]
    terminal.type("<f10>Permit 12<enter>")
    terminal.wait_for("Request 1 over 3,237.94 waits for a second person.")

    asked = city_desk.rows("SELECT kind, amount_cents, reason FROM change_request")
    assert asked == [("billing.listed_bill", 323794, "Permit 12")]
    assert city_desk.rows("SELECT count(*) FROM special_bill") == [(0,)]


def test_wrong_entries_keep_what_was_keyed(city_desk: BillDesk) -> None:
    """A day too many is refused on its field; what was keyed stands, and F10 works afterwards."""
    terminal = city_desk.sit()
    terminal.keyed(
        "3.6<enter>10001-01<enter>hy<enter>38.5<enter>400<enter>",
        "Days with the meter is 1 to 366.",
    )
    terminal.type("<f10>")
    terminal.settle()
    assert "Days with the meter is 1 to 366." in terminal.text
    assert "38.5" in terminal.text
    assert city_desk.rows("SELECT count(*) FROM special_bill") == [(0,)]


def test_a_lead_cancels_a_special_bill_where_it_stands(city_desk: BillDesk) -> None:
    """4 beside it, why, and it is reversed; a clerk is told that it is not hers, and not twice."""
    clerk = city_desk.sit()
    clerk.type("3.6<enter>10001-01<enter>hy<enter>38.5<enter>30<enter><f10>1<enter>")
    clerk.wait_for("X26-0000001 of 335.89 is posted")
    clerk.type("<f2>10001-01<enter>")
    clerk.wait_for("5=Display")
    clerk.type("4<enter>")
    clerk.wait_for("4=Cancel special bill: maria may not post journal entries; that takes a ")
    lead = city_desk.sit("luis")
    lead.type("10001-01<enter>")
    lead.wait_for("4=Cancel special bill")
    lead.type("4<enter>")
    lead.wait_for("Cancel X26-0000001 of 335.89: why?")
    lead.type("<f12>")
    lead.wait_for("X26-0000001 stands.")
    lead.type("4<enter>")
    lead.wait_for("Cancel X26-0000001 of 335.89: why?")
    lead.type("1<enter>")
    lead.wait_for("X26-0000001 of 335.89 is cancelled: Wrong account.")
    lead.type("4<enter>")
    lead.wait_for("is no special bill; 3.5 cancels bills of the cycles.")
    lead.settle()
    lead.type("<back><down>4<enter>")
    lead.wait_for("X26-0000001 was cancelled: Wrong account.")

    assert city_desk.rows(
        "SELECT verb, subject, why FROM audit_entry WHERE verb = 'billing.cancel_special'"
    ) == [("billing.cancel_special", "X26-0000001", "Wrong account")]
    owed = "SELECT coalesce(sum(cents), 0) FROM posting WHERE account_id = 1"
    assert city_desk.rows(owed) == [(0,)]
