"""Meters in a real terminal: exchange, install, remove, test; and what was written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pysqlite3
import pytest
from offices import desks, open_in

from billing_tui.billing.approve_run import cancel_run

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness import Terminal

    from billing_tui.operations.office import Office

    Ask = Callable[[str], list[tuple[Any, ...]]]

OLD = "70318842"


@pytest.fixture
def rows(office: Office) -> Ask:
    """Asks the database, beside the program."""

    def ask(sql: str) -> list[tuple[Any, ...]]:
        with pysqlite3.connect(str(office.home.root / "billing.db")) as base:
            found: list[tuple[Any, ...]] = base.execute(sql).fetchall()
        return found

    return ask


@pytest.fixture
def maria(start: Callable[..., Terminal], office: Office) -> Terminal:
    """A clerk on the menu of an office without a run under way."""
    opened = open_in(office.home.root)
    cancel_run(desks(opened)("luis"), "2026-11-07-1", "meters are changed first")
    opened.close()
    terminal = start(user="maria")
    terminal.wait_for("F3 Sign off")
    return terminal


def stays(rows: Ask) -> list[tuple[Any, ...]]:
    """Where meters were at the first place."""
    return rows(
        "SELECT m.number, i.from_day, i.first_reading, i.to_day, i.last_reading, m.status"
        " FROM meter_installation i JOIN meter m ON m.id = i.meter_id"
        " WHERE i.service_point_id = 1 ORDER BY i.id"
    )


def a_new_one(terminal: Terminal, number: str) -> None:
    """Confirm, by Enter, that a meter which nobody knows is a new one."""
    terminal.wait_for(f"There is no meter {number}; Enter again makes a new one.")
    terminal.settle()
    terminal.type("<enter>")


def test_an_exchange_for_a_new_meter(maria: Terminal, rows: Ask) -> None:
    """Another size and fewer dials; both installations and the new meter as they were keyed."""
    maria.type(f"4.3<enter>{OLD}<enter>1120261500<enter>N77<enter>")
    a_new_one(maria, "N77")
    maria.type('1"<enter>5<enter><enter><enter>12<enter><f10>')
    maria.wait_for("70318842 out and N77 in on 11/20/26; 3 ccf up to the out-read.")

    assert stays(rows) == [
        (OLD, "2019-03-01", 0, "2026-11-20", 1500, "Removed"),
        ("N77", "2026-11-20", 12, None, None, "Installed"),
    ]
    assert rows("SELECT size, dials, unit, multiplier_milli FROM meter WHERE number = 'N77'") == [
        ('1"', 5, "ccf", 1000)
    ]
    assert rows("SELECT verb, subject FROM audit_entry ORDER BY seq DESC LIMIT 1") == [
        ("service_orders.exchange_meter", OLD)
    ]


def test_an_exchange_by_the_account_that_a_caller_named(maria: Terminal, rows: Ask) -> None:
    """The meter at its place stands in the field; the sheet tells the size before it is saved."""
    maria.type("<f2>mtr010 10432-03<enter>1120261500<enter>N77<enter>")
    a_new_one(maria, "N77")
    maria.type('1"<enter><enter><enter><enter>12<enter>')
    maria.wait_for('* The size changes from 3/4" to 1"')

    assert "Water at 10432 418 Alder Ct B since 03/01/19" in maria.text
    assert len(stays(rows)) == 1


def test_the_last_read_stands_beside_a_meter_that_comes_out(maria: Terminal) -> None:
    """Before the out-read is keyed, on the exchange and on the removal."""
    maria.type(f"4.3<enter>{OLD}<enter>")
    maria.wait_for("last read 1,497 on 11/13/26")
    maria.type(f"<f12><enter><f2>4.4<enter>out<enter>{OLD}<enter>")
    maria.wait_for("MTR020")
    maria.wait_for("last read 1,497 on 11/13/26")


def test_whoever_is_served_by_the_meter_is_in_front(maria: Terminal) -> None:
    """After a removal and a new meter; not the account on whose inquiry the entry was opened."""
    maria.type(
        f"<f2>acc020 10511-03<enter><f2>4.4<enter>out<enter>{OLD}<enter>1118261500<enter><f10>"
    )
    maria.wait_for("is out at 1,500")
    assert maria.lines[1].startswith(" 10432-03 ")
    maria.type("<f2>acc020 10511-03<enter><f2>4.4<enter>in<enter>10432<enter>112026N78<enter>")
    a_new_one(maria, "N78")
    maria.type("<enter><enter><enter><enter>1500<enter><f10>")
    maria.wait_for("N78 is in from 1,500 on 11/20/26.")
    assert maria.lines[1].startswith(" 10432-03 ")


def test_a_slip_of_a_meter_s_number_makes_no_meter(maria: Terminal, rows: Ask) -> None:
    """The one that may be meant is named; what F4 lists of the stock is taken at once."""
    before = rows("SELECT count(*) FROM meter")
    maria.type(f"4.4<enter>out<enter>{OLD}<enter>1120261500<enter><f10>")
    maria.wait_for("is out at 1,500")
    maria.type("<f2>mtr010 10511-03<enter>1120261484<enter>70318824<enter>")
    maria.wait_for(f"There is no meter 70318824, but {OLD}; Enter again makes a new one.")
    assert "!70318824" in maria.text
    maria.settle()
    maria.type("<f12><f4>")
    maria.wait_for(f'{OLD}    3/4" removed')
    maria.type("<enter>")
    maria.wait_for("In starts at: What the meter that goes in shows.")
    maria.type("1500<enter><f10>")
    maria.wait_for(f"out and {OLD} in on 11/20/26")

    assert rows("SELECT count(*) FROM meter") == before


def test_one_out_another_in_and_a_reading_that_cannot_be(maria: Terminal, rows: Ask) -> None:
    """A reading below the last read keeps the cursor; then out, then in at the same place."""
    maria.type(f"4.4<enter>out<enter>{OLD}<enter>1118261496<enter>")
    maria.wait_for("Meter 70318842 showed 1497 on 11/13/26")
    assert "!1496" in maria.text
    maria.settle()
    maria.type("1500<enter><f10>")
    maria.wait_for("70318842 is out at 1,500 on 11/18/26; 3 ccf since the last read there.")
    maria.type("4.4<enter>in<enter>10432<enter>112026N78<enter>")
    a_new_one(maria, "N78")
    maria.type("<enter><enter><enter><enter>7<enter><f10>")
    maria.wait_for("N78 is in from 7 on 11/20/26.")

    assert stays(rows)[1][:4] == ("N78", "2026-11-20", 7, None)
    assert [verb for (verb,) in rows("SELECT verb FROM audit_entry ORDER BY seq DESC LIMIT 2")] == [
        "service_orders.put_meter_in",
        "service_orders.take_meter_out",
    ]


def test_a_test_is_kept_and_stands_in_the_history(maria: Terminal, rows: Ask) -> None:
    """Too slow at low flow is not passed; as left it is, and both stand below the fields."""
    test = f"{OLD}<enter>112026{{}}<enter>{{}}<enter>99.2<enter>100<enter>cleaned<enter><f10>"
    maria.type("4.5<enter>", test.format("f", "93.5"))
    maria.wait_for("Kept, as found: not passed.")
    maria.type(test.format("l", "97"))
    maria.wait_for("Kept, as left: passed.")
    maria.type(f"{OLD}<enter>")
    maria.wait_for("* 11/20/26 as found, not passed (by maria): low 93.5 %, too slow (95 to 101)")

    assert rows(
        "SELECT day, stage, low_milli, medium_milli, high_milli, passed FROM meter_test"
    ) == [
        ("2026-11-20", "as found", 93500, 99200, 100000, 0),
        ("2026-11-20", "as left", 97000, 99200, 100000, 1),
    ]
    assert "AWWA C700" in maria.text


def test_a_cashier_may_not(start: Callable[..., Terminal]) -> None:
    """The menu says why; nothing opens."""
    terminal = start(user="cass")
    terminal.wait_for("F3 Sign off")
    terminal.type("4.3<enter>")
    terminal.wait_for(
        "cass may not open Exchange a meter; that takes a clerk or lead or specialist."
    )


def test_an_accuracy_beyond_two_hundred_is_refused_in_its_field(maria: Terminal) -> None:
    """With the sentence of the verb, before anything is saved."""
    maria.type("4.5<enter>70318842<enter><enter>f<enter>1000<enter>")
    maria.wait_for("An accuracy is 0 to 200 per cent.")
    assert "!1000" in maria.text


@pytest.mark.parametrize(
    ("number", "ident"),
    [("4.3", "MTR010"), ("4.5", "MTR030"), ("4.6", "MTR040"), ("2.4", "RDG040")],
)
def test_a_meter_is_found_by_account_and_address(maria: Terminal, number: str, ident: str) -> None:
    """As the caller says it; the meter's number then stands in the field."""
    maria.type(f"{number}<enter>418 alder<enter>")
    maria.wait_for(f'{OLD}                  Water 3/4", 418 Alder Ct B')
    maria.keyed("<f12>", "Drop")
    maria.keyed("<enter>", "MNU010")
    maria.type(f"<f2>{ident} 10432-03<enter>")
    maria.wait_for(f'{OLD}                  Water 3/4", 418 Alder Ct B')


def test_a_place_without_a_meter_is_told_so(maria: Terminal) -> None:
    """Not that nothing fits what was keyed."""
    maria.type(f"4.4<enter>out<enter>{OLD}<enter>1120261500<enter><f10>")
    maria.wait_for("is out at 1,500")
    maria.type("<f2>rdg040 10432-03<enter>")
    maria.wait_for("No meter is in place at 10432 418 Alder Ct B.")


def test_a_size_that_no_rate_knows_makes_no_meter(maria: Terminal, rows: Ask) -> None:
    """Refused at its field with the list, which F4 shows too; 1 is stored as the rates spell it."""
    maria.type(f"4.3<enter>{OLD}<enter>1120261500<enter>N78<enter>")
    a_new_one(maria, "N78")
    maria.keyed("3/8<enter>", "'3/8' is no size of a meter here")
    maria.type("<f4>")
    maria.wait_for("-- Size --")
    maria.wait_for('1-1/2"')
    maria.type("<f12>")
    maria.settle()
    maria.type("1<enter>5<enter><enter><enter>12<enter><f10>")
    maria.wait_for("70318842 out and N78 in on 11/20/26")

    assert rows("SELECT size FROM meter WHERE number = 'N78'") == [('1"',)]
