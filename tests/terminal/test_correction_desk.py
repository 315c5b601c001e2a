"""Correct a read, correct a meter, cancel and rebill in a real terminal; and what was written."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pysqlite3
import pytest
from bills import bill
from harness import Terminal, check_golden
from offices import desks
from town import READ_DAY, WATER, adopt, build_town, plan, read_all

from billing_tui.access.tables import Setting
from billing_tui.foundation.transaction import write_transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from billing_tui.operations.office import Office

HERE = Path(__file__).parent
DAYS = (READ_DAY, date(2026, 11, 13), date(2026, 12, 14))
SHOWN = (1009, 1029, 1040)
CHEAPER = (
    WATER.replace("schedule: WATER", "schedule: WATER2")
    .replace("4.29", "4.19")
    .replace("49.61", "49.51")
)
ERASE = "\x15"
"""Ctrl+U."""
READ = "2.4<enter>M000001<enter><up>1019<enter>"
"""November's register of the first house, ten units too high."""


@pytest.fixture
def folder(office: Office, tmp_path: Path) -> Path:
    """An office with two houses that were billed for three months; its folder."""
    desk = desks(office)
    build_town(desk, 2)
    with write_transaction(office.store):
        adopt(CHEAPER)
    for month, (day, shown) in enumerate(zip(DAYS, SHOWN, strict=True), start=10):
        instance = plan(desk, f"2026-{month}", day, day + timedelta(days=6))
        read_all(desk, instance, {"M000001": shown, "M000002": shown}, day, tmp_path)
        bill(desk, f"2026-{month}")
    with write_transaction(office.store):
        Setting.create(name="business_day", value="2026-12-21")
    office.close()
    return office.home.root


@pytest.fixture
def sit(folder: Path) -> Iterator[Callable[..., Terminal]]:
    """Start the screens as somebody: `sit("luis")`."""
    running: list[Terminal] = []

    def run(user: str, size: tuple[int, int] = (80, 24), shown: str = "F3 Sign off") -> Terminal:
        terminal = Terminal([str(HERE / "office_app.py"), str(folder), user], size=size)
        running.append(terminal)
        terminal.wait_for(shown)
        return terminal

    yield run
    for terminal in running:
        terminal.close()


@pytest.fixture
def rows(folder: Path) -> Callable[..., list[tuple[Any, ...]]]:
    """Asks the database, beside the program."""

    def ask(sql: str) -> list[tuple[Any, ...]]:
        with pysqlite3.connect(str(folder / "billing.db")) as base:
            found: list[tuple[Any, ...]] = base.execute(sql).fetchall()
        return found

    return ask


def balance(rows: Callable[..., list[tuple[Any, ...]]], account: str = "10001-01") -> int:
    """Cents that an account owes."""
    sql = f"SELECT id FROM account WHERE number = '{account}'"
    found = rows(f"SELECT sum(cents) FROM posting WHERE account_id = ({sql})")
    return int(found[0][0])


def cancelled(rows: Callable[..., list[tuple[Any, ...]]]) -> list[tuple[Any, ...]]:
    """Cancelled bills, what took their place, and the difference."""
    return rows(
        "SELECT o.number, n.number, c.difference_cents, n.current_cents - o.current_cents"
        " FROM cancelled_bill c JOIN bill o ON o.id = c.bill_id"
        " LEFT JOIN bill n ON n.replaces_id = o.id ORDER BY o.id"
    )


def last_entry(rows: Callable[..., list[tuple[Any, ...]]]) -> tuple[Any, ...]:
    """Verb, subject and reason of the newest entry of the trail."""
    return rows("SELECT verb, subject, why FROM audit_entry ORDER BY seq DESC LIMIT 1")[0]


def test_a_lead_corrects_a_read_in_one_burst(
    sit: Callable[..., Terminal], rows: Callable[..., list[tuple[Any, ...]]]
) -> None:
    """Typed from the menu at once: reads, two bills, the balance and the trail are exact."""
    before = balance(rows)
    luis = sit("luis")
    luis.type(READ, "<f10>photo of the dial<enter>")
    luis.wait_for("B26-0000007, B26-0000008 posted")

    done = cancelled(rows)
    assert [(old, new) for old, new, _, _ in done] == [
        ("B26-0000003", "B26-0000007"),
        ("B26-0000005", "B26-0000008"),
    ]
    assert all(told == moved for _, _, told, moved in done)
    assert balance(rows) == before + sum(moved for *_, moved in done)
    assert rows(
        "SELECT o.reading, n.reading, n.usage_milli, c.reason FROM corrected_read c"
        " JOIN read o ON o.id = c.read_id JOIN read n ON n.id = c.instead_id ORDER BY c.id"
    ) == [
        (1029, 1019, 10_000, "photo of the dial"),
        (1040, 1040, 21_000, "photo of the dial"),
    ]
    assert last_entry(rows) == ("billing.cancel_rebill", "10001-01", "photo of the dial")


def test_a_clerk_asks_and_a_lead_approves(
    sit: Callable[..., Terminal], rows: Callable[..., list[tuple[Any, ...]]]
) -> None:
    """From the account the clerk asks; nothing moves before the lead has looked and approved."""
    before = balance(rows)
    maria = sit("maria")
    maria.type("10001-01<enter>")
    maria.wait_for("F11 Contact")
    maria.type("<f6>2.4<enter>")
    maria.wait_for("Up goes to older ones")
    maria.type("<up>1019<enter>")
    maria.wait_for("F10 asks a lead")
    maria.type("<f10>2<enter>")
    maria.wait_for("Request 1 waits for a lead")
    assert balance(rows) == before
    assert cancelled(rows) == []

    luis = sit("luis")
    luis.type("5.3<enter>")
    luis.wait_for("Account 10001-01")
    (first,) = re.findall("Before +After *\n(.*)", luis.text)
    assert re.match(r" Account 10001-01 +owes [0-9.]+ +> owes [0-9.]+", first)
    luis.type("1<enter>")
    luis.wait_for("Approve and carry out 1 request?")
    luis.type("<enter>")
    luis.wait(lambda: len(cancelled(rows)) == 2)

    assert balance(rows) == before + sum(moved for *_, moved in cancelled(rows))
    assert rows("SELECT state FROM change_request") == [("Executed",)]


def test_a_clerk_is_told_that_nothing_would_change(
    sit: Callable[..., Terminal], rows: Callable[..., list[tuple[Any, ...]]]
) -> None:
    """F10 on the same bill again asks nobody and says why; the entries stay."""
    maria = sit("maria")
    maria.type("3.5<enter>10001-01<enter>5<enter><enter>re<enter>")
    maria.wait_for("No amount changes")
    maria.type("<f10>")
    maria.wait_for("Nothing on the new bill would differ")

    assert "B26-0000005" in maria.text
    assert rows("SELECT count(*) FROM change_request") == [(0,)]


def test_a_bill_is_cancelled_for_good(
    sit: Callable[..., Terminal], rows: Callable[..., list[tuple[Any, ...]]]
) -> None:
    """Account, bill by its last digits, CANCEL, F10 and a usual reason."""
    before, charged = balance(rows), rows("SELECT current_cents FROM bill WHERE id = 5")[0][0]
    luis = sit("luis")
    luis.type("3.5<enter>10001-01<enter>5<enter><enter>ca<enter>")
    luis.wait_for("are unbilled then")
    luis.type("<f10>3<enter>")
    luis.wait_for("B26-0000005 cancelled")

    assert cancelled(rows) == [("B26-0000005", None, -charged, None)]
    assert balance(rows) == before - charged
    assert last_entry(rows)[2] == "Billed for a place or days not served"


def test_several_bills_of_another_size(
    sit: Callable[..., Terminal], rows: Callable[..., list[tuple[Any, ...]]]
) -> None:
    """The plate says 3/4 inch: three bills follow, with tax; the sum stands there before F10."""
    before = balance(rows)
    luis = sit("luis")
    luis.type('4.6<enter>M000001<enter>3/4"<enter>')
    luis.wait_for("3 bills, 14.19")
    luis.type("<f10>1<enter>")
    luis.wait_for("B26-0000007, B26-0000008 ... posted, 14.19")

    assert balance(rows) == before + 1419
    assert rows("SELECT size, version FROM meter WHERE number = 'M000001'") == [('3/4"', 2)]


def test_the_class_that_it_should_have_had(
    sit: Callable[..., Terminal], rows: Callable[..., list[tuple[Any, ...]]]
) -> None:
    """From November's bill on another schedule: the service is split there, two bills follow."""
    before = balance(rows)
    luis = sit("luis")
    luis.type("3.5<enter>10001-01<enter>3<enter><enter>cl<enter>w<enter>WATER2/SFR<enter>")
    luis.wait_for("2 bills")
    luis.type("<f10>2<enter>")
    luis.wait_for("B26-0000007, B26-0000008 posted")

    assert rows(
        "SELECT schedule, from_day, to_day FROM service WHERE account_id = 1 AND kind = 'water'"
    ) == [("WATER", "2026-09-14", "2026-10-13"), ("WATER2", "2026-10-14", None)]
    assert balance(rows) == before + sum(moved for *_, moved in cancelled(rows)) < before


def test_a_draft_is_taken_up_beside_its_own_reads(
    sit: Callable[..., Terminal], rows: Callable[..., list[tuple[Any, ...]]]
) -> None:
    """The line drops with a register keyed; on return it stands beside the same read."""
    luis = sit("luis")
    luis.type(READ)
    luis.wait_for("F10 carries this out")
    luis.hang_up()
    luis.wait(lambda: not luis.child.isalive())

    again = sit("luis", shown="These entries were not saved")
    again.type("1<enter>")
    again.wait_for("1019  -10")
    again.type("<f10>2<enter>")
    again.wait_for("B26-0000007, B26-0000008 posted")

    assert rows("SELECT count(*) FROM corrected_read") == [(2,)]


def test_a_read_in_doubt_comes_first(
    sit: Callable[..., Terminal], rows: Callable[..., list[tuple[Any, ...]]]
) -> None:
    """F6 marks October; November is then refused with the sentence, and both together are not."""
    luis = sit("luis")
    luis.type("2.4<enter>M000001<enter><up><up>")
    luis.wait_for("Up goes to older ones")
    luis.type("<f6>moss on the glass<enter>")
    luis.wait_for("is in doubt now")
    luis.type("<down>1019<enter>")
    luis.wait_for("correct the oldest")
    luis.type("<up><up>1008<enter>")
    luis.wait_for("3 bills")

    assert rows("SELECT reason FROM doubted_read WHERE settled_at IS NULL") == [
        ("moss on the glass",)
    ]


def test_a_register_that_cannot_be_keeps_the_cursor(
    sit: Callable[..., Terminal], rows: Callable[..., list[tuple[Any, ...]]]
) -> None:
    """F10 refuses what lies above the next read; keyed again on the spot, it is saved."""
    luis = sit("luis")
    luis.type("2.4<enter>M000001<enter><up>1999<f10>")
    luis.wait_for("correct that one too")
    luis.settle()
    luis.type("1019<f10>")
    luis.wait_for("2 bills, 2.26. How is it known?")
    luis.type("1<enter>")
    luis.wait_for("posted, 2.26")

    assert len(cancelled(rows)) == 2


def test_a_bill_dated_ahead_is_not_offered(folder: Path, sit: Callable[..., Terminal]) -> None:
    """F4 lists the bills that can be corrected today; those of December are dated two days on."""
    with pysqlite3.connect(str(folder / "billing.db")) as base:
        base.execute("UPDATE setting SET value = '2026-12-18' WHERE name = 'business_day'")
    luis = sit("luis")
    luis.type("3.5<enter>10001-01<enter><f4>")
    luis.wait_for("B26-0000003")

    assert "B26-0000005" not in luis.text


def test_the_cursor_begins_on_the_newest_read_shown(sit: Callable[..., Terminal]) -> None:
    """From the meter, and from the day up to which reads are asked for."""
    luis = sit("luis")
    luis.type("2.4<enter>M000001<enter><up><up><up>121626<enter><up>1019<enter>")
    luis.wait_for("F10 carries this out")

    assert re.search(r"11/13/26 +1,029 +read +20 ccf +1019 +-10", luis.text)


def test_an_erased_register_follows_no_longer(sit: Callable[..., Terminal]) -> None:
    """The preview goes with the register that was erased, and comes with the one keyed then."""
    luis = sit("luis")
    luis.type(READ)
    luis.wait_for("2 bills, 2.26")
    luis.type("<up>", ERASE)
    luis.wait(lambda: "2 bills, 2.26" not in luis.text)
    assert "Key the right register beside a read that was wrong" in luis.text
    luis.type("1018<enter>")
    luis.wait_for("2 bills, ")


def test_a_waiting_request_on_the_same_bills_is_named(sit: Callable[..., Terminal]) -> None:
    """The clerk asked with the amount that the preview and the queue tell; the lead sees it."""
    maria = sit("maria")
    maria.type("3.5<enter>10001-01<enter>5<enter><enter>ca<enter>")
    maria.wait_for("Charges move by 101.21. A lead")
    maria.wait_for("F10 asks a lead for this")
    maria.type("<f10>3<enter>")
    maria.wait_for("Request 1 waits for a lead")

    luis = sit("luis")
    luis.type(READ)
    luis.wait_for("Request 1 of maria on B26-0000005 waits")
    luis.type("<f12><enter><f12>5.3<enter>")
    luis.wait(lambda: "AUD020" in luis.text and "101.21" in luis.text)


def test_a_cancelled_bill_is_printed_after_asking(
    sit: Callable[..., Terminal], rows: Callable[..., list[tuple[Any, ...]]]
) -> None:
    """On the bill and in the account's list: F12 prints nothing, Enter does."""
    luis = sit("luis")
    luis.type("3.5<enter>10001-01<enter>5<enter><enter>ca<enter>")
    luis.wait_for("are unbilled then")
    luis.type("<f10>3<enter>")
    luis.wait_for("B26-0000005 cancelled")
    luis.type("3.3<enter>B26-0000005<enter>")
    luis.wait_for("F10 Print")
    luis.type("<f10>")
    luis.wait_for("B26-0000005 was cancelled; none took its place.")
    luis.type("<f12>")
    luis.wait_for("Nothing was printed.")
    assert rows("SELECT count(*) FROM reprint") == [(0,)]
    luis.type("<f10>")
    luis.wait_for("Enter confirms")
    luis.type("<enter>")
    luis.wait(lambda: rows("SELECT count(*) FROM reprint") == [(1,)])


WAYS = {
    "RDG040": (READ, "F10 carries this out"),
    "MTR040": ('4.6<enter>M000001<enter>3/4"<enter>', "F10 carries this out"),
    "BIL050": ("3.5<enter>10001-01<enter>3<enter>5<enter>", "What: REBILL"),
}


@pytest.mark.parametrize("size", [(80, 24), (132, 43)], ids=["80x24", "132x43"])
@pytest.mark.parametrize("ident", WAYS)
def test_screen(sit: Callable[..., Terminal], ident: str, size: tuple[int, int]) -> None:
    """Every row, at the smallest size and at a large one."""
    keys, shown = WAYS[ident]
    luis = sit("luis", size)
    luis.type(keys)
    luis.wait_for(shown)
    luis.settle()

    check_golden(f"{ident}-{size[0]}x{size[1]}", luis.text)
