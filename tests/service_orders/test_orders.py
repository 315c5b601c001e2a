"""Service orders: from issue to the reading that settles an exception."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from bills import LATER
from moves import DAY, place_of, stops, version_of
from offices import TODAY
from town import plan, read_all

from billing_tui.access.tables import AuditEntry
from billing_tui.foundation.errors import NotFound, ProblemsFound, Refused
from billing_tui.metering.check_reads import check_reads
from billing_tui.metering.dispose_exception import dispose_exception
from billing_tui.metering.import_reads import import_reads
from billing_tui.metering.post_reads import post_reads
from billing_tui.metering.tables import Disposition, Read
from billing_tui.metering.worklist import find_exception, worklist
from billing_tui.operations.verify import verify_office
from billing_tui.records.tables import ServicePoint
from billing_tui.service_orders.finish_order import (
    DOUBT,
    OrderResult,
    cancel_order,
    complete_order,
    complete_orders,
    unable_order,
)
from billing_tui.service_orders.issue_order import (
    OrderForm,
    issue_draft,
    issue_order,
    order_for_exception,
    order_out_for,
    order_reread,
)
from billing_tui.service_orders.kinds import FINDS, Condition, OrderState, OrderType
from billing_tui.service_orders.landlord_agreement import agree_with_owner, end_agreement
from billing_tui.service_orders.order_place import order_place
from billing_tui.service_orders.order_reading import order_reading
from billing_tui.service_orders.orders import changes_since_issue, find_order, key_of, orders_of
from billing_tui.service_orders.stop_service import stop_service

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from billing_tui.access.desk import Desk
    from billing_tui.operations.office import Office
    from billing_tui.service_orders.orders import OrderLine


def water_point(account: int) -> int:
    """The metered point of an account's place."""
    point = ServicePoint.get(
        (ServicePoint.location == place_of(account)) & (ServicePoint.kind == "water")
    )
    return int(point.id)


def issued(desk: Callable[..., Desk], account: int, **other: object) -> OrderLine:
    """A check read at the account's place."""
    usual = {
        "type": OrderType.CHECK_READ,
        "location_id": place_of(account),
        "service_point_id": water_point(account),
        "account_id": account,
        "need_by": TODAY,
    }
    return issue_order(desk("maria"), OrderForm(**(usual | other)))  # type: ignore[arg-type]


def held_exception(desk: Callable[..., Desk], folder: Path) -> int:
    """A reading that went back, put to re-read; returns the exception."""
    instance = plan(desk, "2026-11", date(2026, 11, 2), date(2026, 11, 6))
    path = folder / "november.csv"
    path.write_text(
        "meter_number,reading,day,unit\nM000001,900,2026-11-02,CCF\nM000002,1025,2026-11-02,CCF\n"
        "M000003,1035,2026-11-02,CCF\n",
        encoding="utf-8",
    )
    upload = import_reads(desk("maria"), instance, path, "csv-default").upload_id
    check_reads(desk("maria"), upload)
    found = {row.meter: row.exception_id for row in worklist(upload)}
    for meter, exception in found.items():
        kind = Disposition.REREAD if meter == "M000001" else Disposition.ACCEPT
        dispose_exception(desk("maria"), exception, kind, "looks wrong")
    return found["M000001"]


def test_an_order_keeps_the_meter_as_it_was_at_issue(
    desk: Callable[..., Desk], town: list[int]
) -> None:
    """What changed since is told beside it; the order itself does not change."""
    line = issued(desk, town[0])
    assert line.state is OrderState.ISSUED
    assert line.snapshot == (
        {
            "meter": "M000001", "size": '5/8"', "dials": 6, "unit": "ccf",
            "last_day": "2026-10-14", "last_reading": 1009,
        },
    )  # fmt: skip
    assert changes_since_issue(line) == ()
    stop_service(desk("maria"), stops(town[0], {"M000001": 1015}), version=version_of(town[0]))
    after = find_order(line.number)
    assert after.snapshot == line.snapshot
    assert changes_since_issue(after) == (f"Meter M000001 was read at 1015 on {DAY}.",)


def test_an_order_about_carts_has_no_meter(desk: Callable[..., Desk], town: list[int]) -> None:
    """Nothing is asked to be read, and no meter differs from the order."""
    line = issued(desk, town[0], type=OrderType.CART_SWAP)
    assert line.snapshot == ()
    assert changes_since_issue(line) == ()


def test_lists_come_in_walk_order_page_by_page(desk: Callable[..., Desk], town: list[int]) -> None:
    """Route, then sequence, then number; each order once."""
    numbers = [issued(desk, account).number for account in (town[2], town[0], town[1])]
    issued(desk, town[0], draft=True)
    first = orders_of(route="07-01", limit=2)
    rest = orders_of(route="07-01", after=key_of(first[-1]), limit=2)
    assert [one.number for one in (*first, *rest)] == [numbers[1], numbers[2], numbers[0]]
    assert orders_of(route="99") == []
    assert len(orders_of(state=OrderState.DRAFT)) == 1


def test_a_draft_waits_until_it_is_issued(desk: Callable[..., Desk], town: list[int]) -> None:
    """It cannot be completed before; once issued it is no draft any more."""
    line = issued(desk, town[0], draft=True)
    assert (line.snapshot, line.issued_on) == ((), None)
    with pytest.raises(ProblemsFound, match="is draft"):
        complete_order(desk("maria"), OrderResult(number=line.number, day=TODAY))
    assert issue_draft(desk("maria"), line.number).snapshot[0]["meter"] == "M000001"
    with pytest.raises(Refused, match="is issued"):
        issue_draft(desk("maria"), line.number)


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"need_by": date(2026, 11, 1)}, "need_by"),
        ({"priority": 9}, "priority"),
        ({"location_id": 2}, "service_point"),
        ({"location_id": 2, "service_point_id": None}, "account"),
    ],
)
def test_an_order_that_cannot_be_is_refused(
    desk: Callable[..., Desk], town: list[int], other: dict[str, object], field: str
) -> None:
    """Each problem names its entry field."""
    with pytest.raises(ProblemsFound) as error:
        issued(desk, town[0], **other)
    assert field in {problem.field for problem in error.value.problems}
    assert orders_of(state=None) == []


def test_a_batch_is_saved_whole_or_not_at_all(desk: Callable[..., Desk], town: list[int]) -> None:
    """What is wrong names the sheet; one audit entry tells the batch."""
    first, second = issued(desk, town[0]).number, issued(desk, town[1]).number
    good = OrderResult(number=first, day=TODAY, reading=1016, result="ok")
    bad = [
        OrderResult(number=second, day=LATER),
        OrderResult(number=first, day=TODAY),
        OrderResult(number="S26-9999999", day=TODAY),
        OrderResult(number=second, day=TODAY, unable=True),
    ]
    with pytest.raises(ProblemsFound) as error:
        complete_orders(desk("maria"), [good, *bad])
    assert [(one.line, one.field) for one in error.value.problems] == [
        (2, "day"), (3, "order"), (4, "order"), (5, "order"),
    ]  # fmt: skip
    assert find_order(first).state is OrderState.ISSUED

    entries = AuditEntry.select().count()
    done = complete_orders(
        desk("maria"),
        [good, OrderResult(number=second, day=TODAY, unable=True, result="dog in yard")],
    )
    assert done.numbers == (first, second)
    assert AuditEntry.select().count() == entries + 1
    assert find_order(first).reading == 1016
    assert find_order(second).state is OrderState.UNABLE


def test_what_could_not_be_done_says_why(desk: Callable[..., Desk], town: list[int]) -> None:
    """And has no reading; a reading fits the dials of the order's meter."""
    number = issued(desk, town[0]).number
    with pytest.raises(ProblemsFound, match="Say why"):
        unable_order(desk("maria"), OrderResult(number=number, day=TODAY))
    with pytest.raises(ProblemsFound, match="no reading"):
        unable_order(
            desk("maria"), OrderResult(number=number, day=TODAY, result="locked", reading=1)
        )
    with pytest.raises(ProblemsFound, match="does not fit"):
        complete_order(desk("maria"), OrderResult(number=number, day=TODAY, reading=10**6))


def test_an_implausible_reading_is_confirmed_or_keyed_anew(
    desk: Callable[..., Desk], town: list[int]
) -> None:
    """Far too much and less than before are asked about; what is usual is not."""
    number = issued(desk, town[0]).number
    for reading, said in ((9009, "8,000 ccf"), (1001, "showed 1009 on 10/14/26")):
        told = OrderResult(number=number, day=TODAY, reading=reading)
        with pytest.raises(ProblemsFound, match=said) as refused:
            complete_order(desk("maria"), told)
        assert refused.value.problems[0].field == DOUBT
    usual = order_reading(find_order(number), TODAY, 1012)
    assert usual is not None
    assert (usual.meter.reading, usual.doubt) == (1009, "")
    complete_order(desk("maria"), replace(told, confirmed=True))
    assert find_order(number).reading == 1001


@pytest.mark.parametrize("kind", sorted(FINDS))
def test_what_looks_for_something_says_what_it_found(
    desk: Callable[..., Desk], town: list[int], kind: OrderType
) -> None:
    """Nothing at all is refused; words, or how the service was found, will do."""
    first, second = (issued(desk, town[at], type=kind).number for at in (0, 1))
    with pytest.raises(ProblemsFound, match=f"What did the {kind} find"):
        complete_order(desk("maria"), OrderResult(number=first, day=TODAY))
    complete_order(desk("maria"), OrderResult(number=first, day=TODAY, result="no leak"))
    complete_order(desk("maria"), OrderResult(number=second, day=TODAY, found=Condition.ON))
    assert find_order(second).state is OrderState.COMPLETED


def test_a_cancelled_order_stays_cancelled(
    desk: Callable[..., Desk], town: list[int], office: Office
) -> None:
    """With its reason; nothing more happens to it."""
    number = issued(desk, town[0]).number
    with pytest.raises(Refused, match="Say why"):
        cancel_order(desk("maria"), number, why=" ")
    assert cancel_order(desk("maria"), number, why="called off").result == "called off"
    with pytest.raises(Refused, match="is cancelled"):
        cancel_order(desk("maria"), number, why="again")
    with pytest.raises(NotFound):
        cancel_order(desk("maria"), "S26-7", why="x")
    assert [s for one in verify_office(office.store) for s in one.broken] == []


def test_the_reading_flows_back_to_the_exception(
    desk: Callable[..., Desk], town: list[int], office: Office, tmp_path: Path
) -> None:
    """A re-read order settles the exception it was born from; the upload can be posted."""
    assert town
    exception = held_exception(desk, tmp_path)
    line = order_for_exception(desk("maria"), exception, need_by=TODAY)
    assert (line.type, line.exception_id, line.account) == (
        OrderType.REREAD, exception, "10001-01",
    )  # fmt: skip
    with pytest.raises(Refused, match=f"{line.number} is out for it already"):
        order_for_exception(desk("maria"), exception, need_by=TODAY)

    done = complete_order(
        desk("maria"), OrderResult(number=line.number, day=TODAY, reading=1019, result="read")
    )
    row = find_exception(exception)
    assert done.settled == (exception,)
    assert (row.disposition, row.reading, row.held) == (Disposition.EDIT, 1019, False)
    assert row.original == 900
    assert row.reason == f"Read again by order {line.number}"
    post_reads(desk("luis"), row.upload_id)
    assert Read.select().where(Read.reading == 1019).count() == 1
    assert [s for one in verify_office(office.store) for s in one.broken] == []


def test_a_reading_that_comes_after_posting_bills_the_account(
    desk: Callable[..., Desk], town: list[int], tmp_path: Path, office: Office
) -> None:
    """The upload stays as it was posted; the held read becomes history, on the route's day."""
    assert town
    exception = held_exception(desk, tmp_path)
    line = order_for_exception(desk("maria"), exception, need_by=TODAY)
    post_reads(desk("luis"), find_exception(exception).upload_id)
    done = complete_order(desk("maria"), OrderResult(number=line.number, day=TODAY, reading=1019))
    assert (done.settled, done.warnings) == ((exception,), ())
    late = Read.get(Read.reading == 1019)
    assert (late.day, late.usage_milli) == (date(2026, 11, 2), 10000)
    assert f"order {line.number}" in late.derivation
    assert find_exception(exception).disposition is Disposition.REREAD
    assert [s for one in verify_office(office.store) for s in one.broken] == []


def test_a_reading_that_comes_after_the_next_one_stays_on_the_order(
    desk: Callable[..., Desk], town: list[int], tmp_path: Path
) -> None:
    """The meter was read since: a warning says what bills the use, and nothing is overwritten."""
    assert town
    exception = held_exception(desk, tmp_path)
    line = order_for_exception(desk("maria"), exception, need_by=TODAY)
    post_reads(desk("luis"), find_exception(exception).upload_id)
    next_day = date(2026, 11, 4)
    instance = plan(desk, "2026-12", next_day, date(2026, 11, 6))
    read_all(desk, instance, {f"M{n:06d}": 1030 + n for n in (1, 2, 3)}, next_day, tmp_path)
    done = complete_order(desk("maria"), OrderResult(number=line.number, day=TODAY, reading=1019))
    assert done.settled == ()
    assert "stays on the order" in done.warnings[0].sentence
    assert "go no further back" in done.warnings[0].sentence
    assert find_order(line.number).reading == 1019
    assert not Read.select().where(Read.reading == 1019).exists()


def test_only_a_re_read_gives_an_order(
    desk: Callable[..., Desk], town: list[int], tmp_path: Path
) -> None:
    """An exception that was settled another way needs nobody to go."""
    assert town
    exception = held_exception(desk, tmp_path)
    dispose_exception(desk("maria"), exception, Disposition.HOLD, "wait")
    with pytest.raises(Refused, match="put it to re-read first"):
        order_for_exception(desk("maria"), exception, need_by=TODAY)


def test_one_agreement_at_a_time(desk: Callable[..., Desk], town: list[int]) -> None:
    """A second owner waits until the first one's agreement has ended."""
    first = agree_with_owner(desk("maria"), place_of(town[0]), 1, from_day=date(2026, 1, 1))
    with pytest.raises(Refused, match="in force"):
        agree_with_owner(desk("maria"), place_of(town[0]), 2, from_day=DAY)
    end_agreement(desk("maria"), first, last_day=date(2026, 9, 30))
    with pytest.raises(Refused, match="not in force"):
        end_agreement(desk("maria"), first, last_day=DAY)
    assert agree_with_owner(desk("maria"), place_of(town[0]), 2, from_day=DAY) > first


def test_a_reread_sends_one_order_out_however_often_it_is_asked(
    desk: Callable[..., Desk], town: list[int], tmp_path: Path
) -> None:
    """While one is out it is that one; once it could not be done, another."""
    exception = held_exception(desk, tmp_path)
    assert order_out_for(exception) is None
    first = order_reread(desk("maria"), exception)
    assert (first.type, first.need_by, first.priority) == (OrderType.REREAD, TODAY, 2)
    assert order_reread(desk("luis"), exception).number == first.number
    assert order_out_for(exception) == first.number
    unable_order(desk("maria"), OrderResult(number=first.number, day=TODAY, code="52"))
    assert order_reread(desk("maria"), exception).number != first.number
    assert len(town) == 3


def test_what_stands_at_a_place(desk: Callable[..., Desk], town: list[int]) -> None:
    """Who is there, the one meter, the points, and what is out already; nobody where nobody is."""
    place = order_place(place_of(town[0]))
    assert (place.account_id, place.account, place.open_orders) == (town[0], "10001-01", ())
    assert place.metered is not None
    assert (place.metered.kind, place.metered.meter) == ("water", "M000001")
    sewer = place.point_of("sewer")
    assert sewer is not None
    assert (sewer.meter, place.point_of("electric")) == ("", None)
    number = issued(desk, town[0]).number
    assert order_place(place_of(town[0])).open_orders == (f"{number} check read",)
    stop_service(desk("maria"), stops(town[1], {"M000002": 1025}), version=version_of(town[1]))
    assert order_place(place_of(town[1])).account_id is None
