"""Service orders in a real terminal: issued, printed, completed in the grid, read back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pysqlite3
import pytest
from harness import check_golden

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness import Terminal

    from billing_tui.operations.office import Office

Rows = list[tuple[Any, ...]]


@pytest.fixture
def rows(office: Office) -> Callable[[str], Rows]:
    """Asks the database, beside the program."""

    def ask(sql: str) -> Rows:
        with pysqlite3.connect(str(office.home.root / "billing.db")) as base:
            found: Rows = base.execute(sql).fetchall()
        return found

    return ask


def at_menu(start: Callable[..., Terminal], **options: Any) -> Terminal:
    """A clerk on the menu."""
    terminal = start(user="maria", **options)
    terminal.wait_for("F1 Help")
    return terminal


def issue(terminal: Terminal, account: str, what: str, remarks: str = "") -> None:
    """Issue an order for an account from the list of orders."""
    terminal.keyed("<f6>", "SVO011")
    fields = f"{account}<enter>{what}<enter><enter><enter><enter>Bo<enter>{remarks}<enter><enter>"
    terminal.keyed(fields, "Everything is keyed")
    terminal.keyed("<f10>", f"{what} at")


def test_from_an_exception_over_paper_back_to_the_exception(
    start: Callable[..., Terminal], rows: Callable[[str], Rows], office: Office
) -> None:
    """R sends an order out, F10 prints it, its line comes back, its reading settles the read."""
    terminal = at_menu(start)
    terminal.keyed("2.1<enter>", "RDG020")
    terminal.keyed("r<enter>1<enter>", "Out to be read again")
    [(number, exception)] = rows("SELECT number, exception_id FROM service_order")
    held = "SELECT disposition FROM read_exception WHERE id = "
    assert rows(f"{held}{exception}") == [("re-read",)]

    terminal.keyed("<f2>4.1<enter>", "SVO010", number)
    terminal.keyed("<f10><enter><enter><enter><enter><enter>", "Sheet 1: 1 order, 1 page")
    assert (office.home.printed / "work-sheet-1.pdf").read_bytes().startswith(b"%PDF")

    terminal.keyed("<f2>4.2<enter>", "1 of 1 out")
    terminal.keyed(f"{number}<enter>", "from a read exception")
    terminal.keyed(
        "1530<enter>", "Look again: key it anew", "33 ccf in 7 days since 1,497 on 11/13/26"
    )
    terminal.keyed("<enter>11<enter><enter><enter>clear view<enter>", "settles read exception")
    assert rows("SELECT state, reading, found_as, left_as, result FROM service_order") == [
        ("Completed", 1530, "on", "on", "clear view")
    ]
    assert rows(f"{held}{exception}") == [("edit",)]
    staged = "SELECT reading, held FROM staged_read WHERE id = (SELECT staged_read_id"
    assert rows(f"{staged} FROM read_exception WHERE id = {exception})") == [(1530, 0)]
    verbs = [verb for (verb,) in rows("SELECT verb FROM audit_entry ORDER BY seq")]
    assert verbs[-4:] == [
        "metering.dispose_exception", "service_orders.order_for_exception",
        "service_orders.make_sheet", "service_orders.complete_orders",
    ]  # fmt: skip


def test_a_pile_of_sheets_in_one_burst(
    start: Callable[..., Terminal], rows: Callable[[str], Rows]
) -> None:
    """Lines of the sheet, codes and readings typed ahead: each order gets its own."""
    terminal = at_menu(start)
    terminal.keyed("4.1<enter>", "SVO010")
    for account in ("10432-03", "10511-03", "10590-03", "10669-03"):
        issue(terminal, account, "check read")
    terminal.keyed("<f10><enter><enter><enter><enter><enter>", "Sheet 1: 4 orders")
    terminal.keyed("<f2>4.2<enter>", "4 of 4 out")
    terminal.type(
        "1<enter>1501<enter>12<enter><enter><enter>ok<enter>",
        "2<enter>1483+",
        "3<enter><enter><enter>52+",
        "1.4<enter>1455<enter>33+",
    )
    terminal.wait_for("4 saved")
    terminal.wait_for("sum of reads 4,439")

    assert rows(
        "SELECT state, reading, code, found_as, left_as FROM service_order ORDER BY id"
    ) == [
        ("Completed", 1501, "", "on", "off"),
        ("Completed", 1483, "", None, None),
        ("Unable", None, "52", None, None),
        ("Completed", 1455, "", "locked", "locked"),
    ]


def test_a_reading_that_looks_wrong_stops(
    start: Callable[..., Terminal], rows: Callable[[str], Rows]
) -> None:
    """Early save asks too; a second one confirms; a leak check without a finding is refused."""
    terminal = at_menu(start)
    terminal.keyed("4.1<enter>", "SVO010")
    for account, what in (("10432-03", "check read"), ("10511-03", "leak check")):
        issue(terminal, account, what)
    terminal.keyed("<f10><enter><enter><enter><enter><enter>", "Sheet 1: 2 orders")
    terminal.keyed("<f2>4.2<enter>", "2 of 2 out")
    terminal.keyed("1<enter>9236+", "or F10 keeps 9,236")
    assert rows("SELECT count(*) FROM service_order WHERE state = 'Completed'") == [(0,)]
    terminal.keyed("+", "1 saved")
    terminal.keyed("2<enter>+", "What did the leak check find?")
    terminal.keyed("<tab><tab><tab><tab>no leak<enter>", "2 saved")
    assert rows("SELECT reading, result FROM service_order ORDER BY id") == [
        (9236, ""), (None, "no leak"),
    ]  # fmt: skip


def test_a_refused_line_says_why_and_the_others_are_saved(
    start: Callable[..., Terminal], rows: Callable[[str], Rows]
) -> None:
    """The cursor goes to the cell at fault; the next line is keyed all the same; F12 asks."""
    terminal = at_menu(start)
    terminal.keyed("4.1<enter>", "SVO010")
    issue(terminal, "10432-03", "check read")
    issue(terminal, "10511-03", "check read")
    numbers = [number for (number,) in rows("SELECT number FROM service_order ORDER BY id")]
    terminal.keyed("<f2>4.2<enter>", "no sheet")
    terminal.keyed(f"{numbers[0]}<enter>+", "! What did the check read find?", "1 refused")
    terminal.keyed(f"<down>{numbers[0]}<enter>", "Line 1 has order")
    terminal.type("<esc>")
    terminal.settle()
    terminal.keyed(f"{numbers[1]}<enter>1483+", "1 saved")
    terminal.keyed("<f12>", "Drop what is not saved?")
    terminal.keyed("<f12><up><up><tab>", "! What did the check read find?")
    terminal.keyed("1501+", "2 saved")
    terminal.keyed("<down>S26-9999999<enter>", "There is no service order")
    assert rows("SELECT state, reading FROM service_order ORDER BY id") == [
        ("Completed", 1501),
        ("Completed", 1483),
    ]


def test_an_order_is_keyed_by_its_end_and_each_column_names_the_other(
    start: Callable[..., Terminal], rows: Callable[[str], Rows]
) -> None:
    """F4 lists what is out; the last read stands there before one is keyed; codes find home."""
    terminal = at_menu(start)
    terminal.keyed("4.1<enter>", "SVO010")
    for account in ("10432-03", "10511-03", "10590-03"):
        issue(terminal, account, "leak check")
    terminal.keyed("<f10><enter><enter><enter><enter><enter>", "Sheet 1: 3 orders")
    issue(terminal, "10669-03", "lock")
    terminal.keyed("<f2>4.2<enter>", "found, then left:  1 on")
    terminal.keyed("<f4>", "line 3  leak check", "S26-0000004  lock")
    terminal.keyed("<enter>", "read 1,497 on 11/13/26")
    terminal.keyed("<tab>51<enter>", "51 is the code for no access: key it under Code.")
    terminal.type("<esc>")
    terminal.settle()
    terminal.keyed("<tab>12<enter>", "12 is found on, left off: key it under F/L.")
    terminal.keyed("51+", "1 saved")
    terminal.keyed("0000002<enter><enter><enter><enter><enter>no leak<enter>", "2 saved")
    terminal.keyed("<f4>", "-- Order", "S26-0000003")
    terminal.settle()
    assert "S26-0000002  " not in terminal.text.partition("-- Order")[2]
    terminal.keyed("<f12>26-4<enter>", "S26-0000004, 77 Cedar Way, is not on sheet 1.")
    terminal.keyed("<enter>11+", "3 saved")
    assert rows("SELECT state, code, left_as, result FROM service_order ORDER BY id") == [
        ("Unable", "51", None, ""),
        ("Completed", "", None, "no leak"),
        ("Issued", "", None, ""),
        ("Completed", "", "on", ""),
    ]


def test_the_list_is_filtered_and_orders_are_finished_from_it(
    start: Callable[..., Terminal], rows: Callable[[str], Rows]
) -> None:
    """/ narrows it down; 2 and 3 ask what came back, 4 why, 5 shows the account."""
    terminal = at_menu(start)
    terminal.keyed("4.1<enter>", "No order fits")
    for account, what in (("10432-03", "leak check"), ("10511-03", "lock"), ("10590-03", "test")):
        issue(terminal, account, what)
    terminal.keyed("/<enter>lock<enter><enter><enter><enter>", "Issued orders, lock")
    terminal.settle()
    assert "leak check" not in terminal.text
    terminal.keyed("3<enter>", "Could not be done")
    terminal.keyed("<enter>53<enter>nobody there<enter>", "it waits on Today")
    terminal.keyed("/<enter> <enter><enter><enter><enter>", "leak check")
    terminal.keyed("2<enter>", "Complete: S26-0000001")
    terminal.keyed("<enter>1501<enter>11<enter>no leak<enter>", "completed")
    terminal.keyed("4<enter>1<enter>", "1 order cancelled")
    terminal.keyed("/ <enter><enter><enter><enter><enter>", "All orders")
    terminal.keyed("5<enter>", "ACC020")
    assert rows("SELECT type, state, reading, code, result FROM service_order ORDER BY id") == [
        ("leak check", "Completed", 1501, "", "no leak"),
        ("lock", "Unable", None, "53", "nobody there"),
        ("test", "Cancelled", None, "", "Done by telephone"),
    ]


def test_who_may_only_look_is_told_so(start: Callable[..., Terminal]) -> None:
    """An auditor sees the orders; options and new orders say why not."""
    terminal = start(user="ada")
    terminal.wait_for("F1 Help")
    terminal.keyed("4.1<enter>", "SVO010")
    terminal.keyed("<f6>", "F6: ada may not")
    terminal.keyed("<f10>", "F10: ada may not")
    terminal.keyed("<f2>4.2<enter>", "ada may not open Complete orders")


@pytest.mark.parametrize("size", [(80, 24), (132, 43)], ids=["80x24", "132x43"])
def test_the_screens(start: Callable[..., Terminal], size: tuple[int, int]) -> None:
    """An order being issued, the list with its windows, the grid with a line refused."""
    end = f"{size[0]}x{size[1]}"
    terminal = at_menu(start, size=size)
    terminal.keyed("4.1<enter>", "No order fits")
    terminal.keyed("<f6>10432-03<enter>leak check<enter>", "Delgado")
    terminal.settle()
    check_golden(f"SVO011-{end}", terminal.text)
    terminal.keyed(
        "<enter><enter><enter>Bo<enter>meter box is full of leaves<enter><enter>",
        "Everything is keyed",
    )
    terminal.keyed("<f10>", "leak check at")
    issue(terminal, "10511-03", "re-read", "the dial was not clear")
    terminal.settle()
    check_golden(f"SVO010-{end}", terminal.text)
    for keys, shown, ident in (
        ("/", "Which orders", "SVO012"),
        ("2<enter>", "Complete: S26", "SVO013"),
        ("<f10>", "Print a work sheet", "SVO014"),
    ):
        terminal.keyed(keys, shown)
        terminal.settle()
        check_golden(f"{ident}-{end}", terminal.text)
        terminal.type("<f12>")
        terminal.settle()
    terminal.keyed("<f10><enter><enter><enter><enter><enter>", "Sheet 1: 2 orders")
    terminal.keyed("<f2>4.2<enter>", "2 of 2 out")
    terminal.keyed("1<enter>1501<enter>12<enter><enter><enter>valve is stiff<enter>", "1 saved")
    terminal.keyed("2<enter>+", "1 refused")
    terminal.settle()
    check_golden(f"SVO020-{end}", terminal.text)


def test_a_reading_that_no_exception_waited_for_is_found_from_the_account(
    start: Callable[..., Terminal],
) -> None:
    """F11 on the account names its last order and what was read; F6 4.1 lists all it had."""
    terminal = at_menu(start)
    terminal.keyed("4.1<enter>", "SVO010")
    for account in ("10432-03", "10511-03"):
        issue(terminal, account, "check read")
    terminal.keyed("2<enter>", "Done on")
    terminal.keyed("<enter>1501<enter><enter>as asked<enter>", "stays on the order")
    terminal.keyed("<f2>10432-03<enter>", "Last bill")
    terminal.keyed("<f11>", "S26-0000001 check read, completed 11/20/26, read 1,501 (F6: all)")
    terminal.keyed("<f6>4.1<enter>", "All orders, account 10432-03")
    assert "S26-0000001" in terminal.text
    assert "S26-0000002" not in terminal.text
    terminal.keyed("<f6>", "SVO011")
    assert "10432-03" in terminal.text


def test_a_day_that_has_passed_is_refused_in_its_field(start: Callable[..., Terminal]) -> None:
    """The cursor stays there; what stands at the place stays on the sheet."""
    terminal = at_menu(start)
    terminal.keyed("4.1<enter>", "SVO010")
    terminal.keyed("<f6>", "SVO011")
    terminal.keyed("10432-03<enter>check read<enter><enter>", "Needed by: 0917, 9/17/26, t today")
    terminal.keyed("-1<enter>", "The day by which it is needed has passed.")
    assert "meter 70318842" in terminal.text
    assert terminal.text.count("has passed") == 1
    terminal.keyed("+1<enter>", "Priority: 1 now, 2 today")


def test_the_sheet_that_came_back_is_chosen(start: Callable[..., Terminal]) -> None:
    """The newest is in front and says so; F11 takes the other, and the list forgets its job."""
    terminal = at_menu(start)
    terminal.keyed("4.1<enter>", "SVO010")
    issue(terminal, "10432-03", "check read")
    terminal.keyed("<f10><enter><enter><enter><enter><enter>", "Sheet 1: 1 order")
    issue(terminal, "10511-03", "check read")
    terminal.keyed("<f10><enter><enter><enter><enter><enter>", "Sheet 2: 1 order")
    terminal.keyed("<f2>4.2<enter>", "2 sheets are out, this is the newest: F11 chooses")
    terminal.keyed("<f11>", "1           of 11/20/26, 1 of 1 order out")
    terminal.keyed("<down><enter>", "Sheet 1 of 11/20/26, 1 of 1 order out. Key a line")
    terminal.keyed("1<enter>1501+", "S26-0000001 completed")
    terminal.keyed("<f12>", "Key an option and Enter")
    terminal.settle()
    assert "Sheet 2: 1 order" not in terminal.text


def test_the_message_line_follows_the_cursor(start: Callable[..., Terminal]) -> None:
    """Each cell says what it takes; a mend takes the refusal away; what was refused is retyped."""
    terminal = at_menu(start)
    terminal.keyed("4.1<enter>", "SVO010")
    issue(terminal, "10432-03", "check read")
    terminal.keyed("<f10><enter><enter><enter><enter><enter>", "Sheet 1: 1 order")
    terminal.keyed("<f2>4.2<enter>", "Scan an order")
    terminal.keyed("1<enter>", "Digits as the register shows them")
    terminal.keyed("<tab>", "Found and left, a figure each")
    terminal.keyed("<tab>", "Why it was not done")
    terminal.keyed("+", "What did the check read find?")
    terminal.keyed("15", "15")
    terminal.type("a")
    terminal.settle()
    terminal.keyed("1501<enter>", "Found and left, a figure each")
    terminal.settle()
    assert "What did the check read find?" not in terminal.text
    assert "151501" not in terminal.text
    terminal.keyed("<tab><tab>112126<enter>", "is still to come")


def test_long_remarks_are_kept_whole(
    start: Callable[..., Terminal], rows: Callable[[str], Rows]
) -> None:
    """They scroll past the width of their field; only services that the place has are taken."""
    terminal = at_menu(start)
    words = "the box is under the hedge left of the gate, ask at the front desk for the second key"
    terminal.keyed("4.1<enter>", "SVO010")
    terminal.keyed("<f6>10432-03<enter>leak check<enter>electric<enter>", "no code that is known")
    terminal.keyed("w<enter><enter><enter>Bo<enter>", "What they should know")
    terminal.keyed(f"{words}<enter><enter>", "Everything is keyed")
    terminal.keyed("<f10>", "leak check at")

    assert rows("SELECT remarks FROM service_order") == [(words,)]
