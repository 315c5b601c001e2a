"""Work sheets: which orders stand on them, how a line finds its order, what comes back by code."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from moves import place_of
from offices import TODAY
from pypdf import PdfReader

from billing_tui.access.tables import AuditEntry
from billing_tui.documents.work_sheet import print_work_sheet, reprint_work_sheet
from billing_tui.foundation.errors import NotFound, ProblemsFound, Refused
from billing_tui.foundation.transaction import write_transaction
from billing_tui.operations.today.board import board
from billing_tui.operations.today.hand_out import dismiss
from billing_tui.operations.today.items import WorkKind
from billing_tui.operations.today.sources import undone_orders
from billing_tui.operations.verify import verify_office
from billing_tui.records.add_note import add_note
from billing_tui.records.find_records import places_for
from billing_tui.records.tables import ServicePoint
from billing_tui.service_orders.finish_order import (
    OrderResult,
    cancel_order,
    complete_order,
    complete_orders,
    unable_order,
)
from billing_tui.service_orders.issue_order import OrderForm, issue_order
from billing_tui.service_orders.kinds import Condition, OrderState, OrderType
from billing_tui.service_orders.order_keyed import order_keyed
from billing_tui.service_orders.order_policy import parse_order_policy
from billing_tui.service_orders.orders import find_order, orders_of
from billing_tui.service_orders.work_sheets import (
    LeftOut,
    SheetChoice,
    find_sheet,
    left_out,
    make_sheet,
    sheets_of,
    sheets_out,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_tui.access.desk import Desk
    from billing_tui.operations.office import Office


def issued(desk: Callable[..., Desk], account: int, **other: object) -> str:
    """An order at the account's place; its number."""
    usual = {
        "type": OrderType.REREAD,
        "location_id": place_of(account),
        "account_id": account,
        "need_by": TODAY,
    }
    return issue_order(desk("maria"), OrderForm(**(usual | other))).number  # type: ignore[arg-type]


def test_a_sheet_holds_the_issued_orders_in_walk_order(
    desk: Callable[..., Desk], town: list[int]
) -> None:
    """By day, route, type and crew; an order for the whole place stands where its meter is."""
    third = issued(desk, town[2], crew="Bo Lind")
    first = issued(desk, town[0], type=OrderType.CART_SWAP, crew="bo lind")
    late = issued(desk, town[1], need_by=date(2026, 11, 9), crew="Ann")
    issued(desk, town[1], draft=True)
    sheet = make_sheet(desk("maria"), SheetChoice(day=TODAY))
    assert [line.number for line in sheet.lines] == [first, third]
    assert {line.route for line in sheet.lines} == {"07-01"}
    assert (sheet.number, sheet.made_by, [one.number for one in sheets_out()]) == (1, "maria", [1])
    for choice, numbers in (
        (SheetChoice(day=date(2026, 11, 9), crew="AN"), [late]),
        (SheetChoice(day=TODAY, crew="bo", again=True), [first, third]),
        (SheetChoice(day=TODAY, kind=OrderType.CART_SWAP, again=True), [first]),
        (SheetChoice(day=TODAY, numbers=(late, first)), [first, late]),
    ):
        assert [one.number for one in make_sheet(desk("maria"), choice).lines] == numbers
    with pytest.raises(Refused, match="No issued order"):
        make_sheet(desk("maria"), SheetChoice(day=TODAY, route="99"))
    assert sheets_of(first) == [(5, 1), (4, 1), (3, 1), (1, 1)]
    entry = AuditEntry.select().order_by(AuditEntry.seq.desc()).get()
    assert (entry.verb, entry.subject) == ("service_orders.make_sheet", "5")


def test_what_is_on_a_sheet_is_not_printed_twice_unasked(
    desk: Callable[..., Desk], town: list[int]
) -> None:
    """A second sheet holds what is new; what it leaves out is counted; by number it prints."""
    first = issued(desk, town[0])
    today = SheetChoice(day=TODAY)
    make_sheet(desk("maria"), today)
    issued(desk, town[2], need_by=date(2026, 11, 9))
    assert left_out(today) == LeftOut(printed=1, later=1)
    with pytest.raises(Refused, match="1 order due there, on a sheet already"):
        make_sheet(desk("maria"), today)
    second = issued(desk, town[1])
    assert [one.number for one in make_sheet(desk("maria"), today).lines] == [second]
    again = SheetChoice(day=TODAY, again=True)
    assert left_out(again) == LeftOut(later=1)
    assert [one.number for one in make_sheet(desk("maria"), again).lines] == [first, second]
    for number in (first, second):
        cancel_order(desk("maria"), number, why="done by phone")
    with pytest.raises(Refused, match="1 order needed later"):
        make_sheet(desk("maria"), today)


def test_only_issued_orders_are_printed(desk: Callable[..., Desk], town: list[int]) -> None:
    """A draft or a cancelled order among the numbers refuses the sheet."""
    draft, gone = issued(desk, town[0], draft=True), issued(desk, town[1])
    cancel_order(desk("maria"), gone, why="done by phone")
    for number in (draft, gone):
        with pytest.raises(Refused, match=f"Order {number} is"):
            make_sheet(desk("maria"), SheetChoice(day=TODAY, numbers=(number,)))


def test_an_order_is_found_by_number_by_line_and_by_sheet_and_line(
    desk: Callable[..., Desk], town: list[int]
) -> None:
    """Paper of an older sheet still finds its orders after they were printed again."""
    first, second = issued(desk, town[0]), issued(desk, town[1])
    make_sheet(desk("maria"), SheetChoice(day=TODAY))
    make_sheet(desk("maria"), SheetChoice(day=TODAY, numbers=(second,)))
    for keyed, sheet, number in (
        (first, None, first), (first.lower(), 2, first), ("1", 1, first), ("2", 1, second),
        ("1", 2, second), ("1.2", None, second), ("1/1", 2, first),
    ):  # fmt: skip
        assert order_keyed(keyed, sheet).number == number
    for keyed, sheet in (("0", 1), ("7", None), ("7", 1), ("9.1", 1), ("S26-9999999", 1), ("", 1)):
        with pytest.raises(NotFound):
            order_keyed(keyed, sheet)


def test_an_order_is_found_by_the_end_of_its_number(
    desk: Callable[..., Desk], town: list[int]
) -> None:
    """With or without the year and zeros; a line of the sheet comes first where it has one."""
    first, second = issued(desk, town[0]), issued(desk, town[1])
    make_sheet(desk("maria"), SheetChoice(day=TODAY, numbers=(second,)))
    for keyed in ("2", "0000002", "26-2", "26-0000002", "S26-2", "s26-0000002"):
        assert order_keyed(keyed).number == second
    assert order_keyed("1", 1).number == second
    assert order_keyed("0000001", 1).number == first
    assert order_keyed("2", 1).number == second
    with pytest.raises(NotFound, match="Sheet 1 has no line 9, and no order ends in 9"):
        order_keyed("9", 1)
    with pytest.raises(NotFound):
        order_keyed("25-2")


def test_issued_orders_are_found_by_letters(desk: Callable[..., Desk], town: list[int]) -> None:
    """Of their number, type or address, in walk order."""
    first = issued(desk, town[0], type=OrderType.LEAK_CHECK)
    second = issued(desk, town[1])
    house = find_order(second).address.lower()
    assert [one.number for one in orders_of(like="LEAK")] == [first]
    assert [one.number for one in orders_of(like=house)] == [second]
    assert [one.number for one in orders_of(like="-000000")] == [first, second]
    assert orders_of(like="%") == []


def test_what_comes_back_is_kept_by_code(
    desk: Callable[..., Desk], town: list[int], office: Office
) -> None:
    """How it was found and left; a code says why not, and none stands by work done."""
    done, not_done = issued(desk, town[0]), issued(desk, town[1])
    for told, field in (
        ({"code": "52"}, "code"),
        ({"code": "99", "unable": True}, "code"),
        ({"unable": True}, "result"),
    ):
        with pytest.raises(ProblemsFound) as refused:
            complete_orders(desk("maria"), [OrderResult(number=done, day=TODAY, **told)])
        assert refused.value.problems[0].field == field
    complete_order(
        desk("maria"),
        OrderResult(number=done, day=TODAY, found=Condition.ON, left=Condition.LOCKED),
    )
    unable_order(desk("maria"), OrderResult(number=not_done, day=TODAY, code="52"))
    line, other = find_order(done), find_order(not_done)
    assert (line.found, line.left, line.state) == ("on", "locked", OrderState.COMPLETED)
    assert (other.code, other.state) == ("52", OrderState.UNABLE)
    assert [s for one in verify_office(office.store) for s in one.broken] == []


def test_the_paper_says_where_what_and_what_to_mind(
    desk: Callable[..., Desk], town: list[int], office: Office
) -> None:
    """Address, meter, warnings and legend; what is read again does not show what was read."""
    number = issued(desk, town[0], remarks="read it twice")
    other = issued(desk, town[1], type=OrderType.TEST)
    add_note(desk("maria"), town[0], "Dog in yard", sticky=True)
    with write_transaction(office.store):
        ServicePoint.update(reader_note="Lid under mat").execute()
    done = print_work_sheet(desk("maria"), SheetChoice(day=TODAY))
    text = " ".join(page.extract_text() for page in PdfReader(done.path).pages)
    for part in (
        number, other, "Work sheet 1", "2 orders   made by maria", "102 Alder Ct", "M000001",
        "Dog in yard", "! Lid under mat",
        "read it twice", "RE-READ", "6 dials", "2 off", "52 dog in yard",
        "Priority 3",
    ):  # fmt: skip
        assert part in text
    assert "1,009" not in text
    assert "1,018" in text
    again = reprint_work_sheet(desk("ada"), done.number)
    assert (again.number, again.orders, again.sha256) == (1, 2, done.sha256)
    assert len(find_sheet(1).lines) == 2
    assert len(orders_of(kind=OrderType.TEST)) == 1


def test_the_policy_names_what_is_wrong_with_it() -> None:
    """A code that is no two figures, one without a meaning, no codes at all."""
    assert parse_order_policy("unable: {'51': dog}\n").unable == {"51": "dog"}
    for text in ("unable: {'5': dog}\n", "unable: {'51': ''}\n", "codes: {}\n"):
        with pytest.raises(ProblemsFound):
            parse_order_policy(text)


def test_an_order_that_could_not_be_done_stays_work(
    desk: Callable[..., Desk], town: list[int]
) -> None:
    """It is on Today with its reason and a way to a new order, which takes it off; 9 does too."""
    maria = desk("maria")
    first, second = issued(desk, town[0]), issued(desk, town[1])
    for number in (first, second):
        unable_order(maria, OrderResult(number=number, day=TODAY, code="52"))
    waiting = {one.key: one for one in undone_orders(maria)}
    assert set(waiting) == {f"undone:{first}", f"undone:{second}"}
    item = waiting[f"undone:{first}"]
    assert (item.kind, item.screen, item.due) == (WorkKind.UNDONE, "SVO011", TODAY)
    assert item.told.endswith(": dog in yard")
    assert find_order(first).location == item.subject
    assert [one.number for one in places_for(item.subject)][:1] == [item.subject]
    anew = issued(desk, town[0])
    issued(desk, town[1], type=OrderType.LEAK_CHECK)
    assert [one.key for one in undone_orders(maria)] == [f"undone:{second}"]
    cancel_order(maria, anew, why="not needed")
    assert len(list(undone_orders(maria))) == 2
    dismiss(maria, f"undone:{first}", "the owner calls when the dog is away")
    shown = [one.item.key for one in board(maria, mine=False)]
    assert f"undone:{second}" in shown
    assert f"undone:{first}" not in shown
