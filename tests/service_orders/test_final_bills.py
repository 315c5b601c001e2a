"""The bill after a stop: to the final read, prorated, once."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from bills import LATER, bill
from moves import DAY, place_of, starts, status_of, stops, version_of
from town import plan, read_all

from billing_tui.billing.audit_run import audit_run
from billing_tui.billing.bill_view import find_bill
from billing_tui.billing.calculate_run import calculate_run
from billing_tui.billing.open_run import open_run
from billing_tui.billing.tables import Bill, BillService
from billing_tui.documents.page_of_bill import pages_of
from billing_tui.documents.utility import read_letterhead
from billing_tui.foundation.errors import ProblemsFound, Refused
from billing_tui.operations.verify import verify_office
from billing_tui.records.tables import Account
from billing_tui.service_orders.start_service import start_service
from billing_tui.service_orders.stop_service import stop_service
from billing_tui.service_orders.undo_move import undo_move

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from billing_tui.access.desk import Desk
    from billing_tui.operations.office import Office


def test_the_run_after_a_stop_bills_to_the_final_read_once(
    desk: Callable[..., Desk], town: list[int], office: Office, tmp_path: Path
) -> None:
    """10 of 30 days and 6 ccf; then nothing more, while who came is billed from that read on."""
    bill(desk, "2026-10")
    stop_service(desk("maria"), stops(town[0], {"M000001": 1015}), version=version_of(town[0]))
    come = start_service(desk("maria"), starts(place_of(town[0]), {}))
    november = plan(desk, "2026-11", date(2026, 11, 13), date(2026, 11, 18))
    read_all(
        desk,
        november,
        {"M000001": 1020, "M000002": 1030, "M000003": 1040},
        date(2026, 11, 13),
        tmp_path,
    )
    bill(desk, "2026-11")

    leaver = Account.get_by_id(town[0])
    last = Bill.select().where(Bill.account == town[0]).order_by(Bill.id.desc()).first()
    water, sewer = find_bill(last.number).services
    assert (water.from_day, water.to_day, water.days) == (date(2026, 10, 14), DAY, 10)
    assert (sewer.from_day, sewer.to_day) == (date(2026, 10, 14), DAY)
    assert water.lines[0].cents == 667
    assert water.usage_milli == 6000
    assert leaver.status == "Final billed"
    comer = Account.get(Account.number == come.opened)
    theirs = BillService.select().join(Bill).where(Bill.account == comer.id)
    assert {(one.kind, one.from_day, one.usage_milli) for one in theirs} == {
        ("water", DAY, 5000), ("sewer", DAY, None),
    }  # fmt: skip

    first, last_bill = (
        next(pages_of([row.id], read_letterhead(office.home)))
        for row in Bill.select().where(Bill.account == town[0]).order_by(Bill.id)
    )
    assert (first.copy_mark, last_bill.copy_mark) == ("", "Final")
    ended = "This is your final bill: your service ended on October 23, 2026."
    assert (ended in first.messages, ended in last_bill.messages) == (False, True)

    december = plan(desk, "2026-12", date(2026, 12, 14), date(2026, 12, 18))
    read_all(
        desk,
        december,
        {"M000001": 1025, "M000002": 1035, "M000003": 1045},
        date(2026, 12, 14),
        tmp_path,
    )
    bill(desk, "2026-12")
    assert Bill.select().where(Bill.account == town[0]).count() == 2
    assert status_of(come.opened) == "Active"
    assert [s for one in verify_office(office.store) for s in one.broken] == []


def test_who_leaves_on_the_day_up_to_which_all_is_billed_owes_no_more(
    desk: Callable[..., Desk], town: list[int], office: Office
) -> None:
    """The cycle's read serves as the final one; no run would have anything to bill."""
    bill(desk, "2026-10")
    form = stops(town[0], {}, date(2026, 10, 14))
    done = stop_service(desk("maria"), form, version=version_of(town[0]))
    assert not done.reads[0].written
    assert status_of(done.left) == "Final billed"
    undo_move(desk("maria"), done.move_id, why="stays after all")
    assert status_of(done.left) == "Active"
    assert [s for one in verify_office(office.store) for s in one.broken] == []


def test_no_move_reaches_behind_a_posted_bill(desk: Callable[..., Desk], town: list[int]) -> None:
    """Neither a stop nor a start lies before the day up to which the cycle is billed."""
    bill(desk, "2026-10")
    with pytest.raises(ProblemsFound) as error:
        stop_service(
            desk("maria"),
            stops(town[0], {"M000001": 1005}, date(2026, 10, 10)),
            version=version_of(town[0]),
        )
    told = " ".join(problem.sentence for problem in error.value.problems)
    assert "cycle is billed up to 10/14/26" in told
    assert "water service is billed up to 10/14/26" in told
    assert {problem.field for problem in error.value.problems} == {"day"}


def test_a_move_that_was_billed_is_not_undone(desk: Callable[..., Desk], town: list[int]) -> None:
    """Once the final bill is drafted or posted the move stands."""
    done = stop_service(
        desk("maria"), stops(town[0], {"M000001": 1015}), version=version_of(town[0])
    )
    plan(desk, "2026-11", date(2026, 11, 13), date(2026, 11, 18))
    number = open_run(desk("luis", LATER), "07", "2026-11").number
    calculate_run(desk("luis", LATER), number)
    with pytest.raises(ProblemsFound, match="billed up to 10/24/26 by run"):
        undo_move(desk("maria"), done.move_id, why="x")
    audit_run(desk("luis", LATER), number)
    assert status_of(done.left) == "Final pending"


def test_a_used_account_of_a_run_is_not_removed(desk: Callable[..., Desk], town: list[int]) -> None:
    """An account that stands in a run's population cannot vanish from it."""
    stop_service(desk("maria"), stops(town[0], {"M000001": 1015}), version=version_of(town[0]))
    come = start_service(desk("maria"), starts(place_of(town[0]), {}))
    plan(desk, "2026-11", date(2026, 11, 13), date(2026, 11, 18))
    open_run(desk("luis", LATER), "07", "2026-11")
    with pytest.raises(Refused, match="stop it instead"):
        undo_move(desk("maria"), come.move_id, why="x")
