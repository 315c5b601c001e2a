"""A meter out and another in, through the next upload and onto the bill."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from bills import bill
from moves import DAY, stops, version_of
from town import plan, read_all

from billing_tui.billing.bill_view import find_bill
from billing_tui.billing.calculate_run import calculate_run
from billing_tui.billing.open_run import open_run
from billing_tui.billing.tables import Bill
from billing_tui.foundation.errors import InvalidEntry, ProblemsFound
from billing_tui.foundation.units import Unit
from billing_tui.metering.tables import Read
from billing_tui.operations.verify import verify_office
from billing_tui.records.new_records import NewMeter
from billing_tui.records.search import search
from billing_tui.records.tables import Meter, MeterInstallation
from billing_tui.service_orders.exchange_meter import Exchanged, ExchangeForm, exchange_meter
from billing_tui.service_orders.stop_service import stop_service
from billing_tui.service_orders.undo_move import undo_move

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from billing_tui.access.desk import Desk
    from billing_tui.operations.office import Office

NEW = NewMeter(number="N1", size='1"', dials=4, unit=Unit.CCF, multiplier_milli=100)


def point() -> int:
    """The service point of meter M000001."""
    meter = Meter.get(Meter.number == "M000001")
    row = MeterInstallation.get(MeterInstallation.meter == meter.id)
    return int(row.service_point.id)


def form(**other: object) -> ExchangeForm:
    """The usual exchange, with something else."""
    usual = {
        "service_point_id": point(),
        "day": DAY,
        "out_reading": 1012,
        "comes": NEW,
        "in_reading": 50,
    }
    return ExchangeForm(**(usual | other))  # type: ignore[arg-type]


def exchanged(desk: Callable[..., Desk], **other: object) -> Exchanged:
    """Carry the exchange out."""
    return exchange_meter(desk("maria"), form(**other), version=1)


def test_the_bill_counts_both_meters(
    desk: Callable[..., Desk], town: list[int], office: Office, tmp_path: Path
) -> None:
    """3 ccf on the old dials and 40 counts of a tenth on the new ones make 7 ccf."""
    bill(desk, "2026-10")
    done = exchanged(desk)
    assert (done.usage_milli, done.unit, done.size_changed) == (3000, "ccf", True)
    november = plan(desk, "2026-11", date(2026, 11, 13), date(2026, 11, 18))
    readings = {"N1": 90, "M000002": 1030, "M000003": 1040}
    read_all(desk, november, readings, date(2026, 11, 13), tmp_path)
    bill(desk, "2026-11")

    last = Bill.select().where(Bill.account == town[0]).order_by(Bill.id.desc()).first()
    water = find_bill(last.number).services[0]
    assert (water.usage_milli, water.days) == (7000, 30)
    kinds = [
        (read.kind, read.day, read.usage_milli)
        for read in Read.select().where(Read.service_point == point()).order_by(Read.id)
    ]
    assert kinds[-3:] == [
        ("O", DAY, 3000), ("N", DAY, 0), ("A", date(2026, 11, 13), 4000),
    ]  # fmt: skip
    assert [s for one in verify_office(office.store) for s in one.broken] == []


@pytest.mark.parametrize(
    ("other", "field", "sentence"),
    [
        ({"out_reading": 1008}, "out_reading", "showed 1009"),
        ({"in_reading": 10_000}, "in_reading", "does not fit on 4 dials"),
        ({"comes": 1}, "comes", "there already"),
        ({"comes": 2}, "comes", "installed"),
        ({"day": date(2026, 11, 3)}, "day", "on its day or later"),
        ({"day": date(2026, 10, 13)}, "day", "was read on 10/14/26"),
        ({"day": date(2026, 9, 1)}, "day", "was put in on 09/14/26"),
    ],
)
def test_what_cannot_be_is_refused(
    desk: Callable[..., Desk],
    town: list[int],
    other: dict[str, object],
    field: str,
    sentence: str,
) -> None:
    """Each with its entry field; both meters stay where they are."""
    assert town
    with pytest.raises(ProblemsFound) as error:
        exchanged(desk, **other)
    found = [one for one in error.value.problems if one.field == field]
    assert sentence in found[0].sentence
    assert Meter.get_or_none(Meter.number == "N1") is None
    assert MeterInstallation.select().where(MeterInstallation.to_day.is_null()).count() == 3


def test_it_waits_while_a_draft_bill_is_under_way(
    desk: Callable[..., Desk], town: list[int]
) -> None:
    """The run is named; nothing changes beneath a draft."""
    assert town
    calculate_run(desk("luis"), open_run(desk("luis"), "07").number)
    with pytest.raises(ProblemsFound, match="Run 2026-10-07-1 is billing that point"):
        exchanged(desk)


def test_a_meter_that_is_not_there_does_not_come_out(
    desk: Callable[..., Desk], town: list[int]
) -> None:
    """The number of the old meter must be one in place."""
    assert town
    with pytest.raises(InvalidEntry, match="No meter M000002 in place"):
        exchanged(desk, out_meter="M000002")


def test_who_leaves_on_the_day_of_an_exchange_never_had_the_new_meter(
    desk: Callable[..., Desk], town: list[int], office: Office
) -> None:
    """The search finds them by the old number only; the undo of the stop brings the new one."""
    exchanged(desk)
    moved = stop_service(desk("maria"), stops(town[0], {"N1": 50}), version=version_of(town[0]))
    assert [hit.number for hit in search("N1")] == []
    undo_move(desk("maria"), moved.move_id, why="stays")
    assert [hit.number for hit in search("N1")] == ["10001-01"]
    assert [s for one in verify_office(office.store) for s in one.broken] == []


def test_a_wrong_number_is_put_right_by_an_exchange_on_the_same_day(
    desk: Callable[..., Desk], town: list[int], office: Office, tmp_path: Path
) -> None:
    """As the procedure says: out and in at the same reading; the bill counts as if never wrong."""
    bill(desk, "2026-10")
    exchanged(desk)
    right = replace(NEW, number="N2")
    again = form(out_meter="N1", out_reading=50, comes=right, in_reading=50)
    assert exchange_meter(desk("maria"), again, version=2).usage_milli == 3000
    november = plan(desk, "2026-11", date(2026, 11, 13), date(2026, 11, 18))
    readings = {"N2": 90, "M000002": 1030, "M000003": 1040}
    read_all(desk, november, readings, date(2026, 11, 13), tmp_path)
    bill(desk, "2026-11")

    last = Bill.select().where(Bill.account == town[0]).order_by(Bill.id.desc()).first()
    assert find_bill(last.number).services[0].usage_milli == 7000
    assert [s for one in verify_office(office.store) for s in one.broken] == []


def test_an_exchange_at_the_wrong_house_is_taken_back_by_exchanges_on_the_same_day(
    desk: Callable[..., Desk], town: list[int], office: Office, tmp_path: Path
) -> None:
    """As the procedure says: the old meter goes back at its out-reading, the new one is free."""
    bill(desk, "2026-10")
    exchanged(desk)
    old, new = (Meter.get(Meter.number == number) for number in ("M000001", "N1"))
    back = form(out_meter="N1", out_reading=50, comes=int(old.id), in_reading=1012)
    exchange_meter(desk("maria"), back, version=int(new.version))
    other = MeterInstallation.get(
        MeterInstallation.meter == Meter.get(Meter.number == "M000002").id
    )
    there = form(
        service_point_id=other.service_point.id, out_reading=1022, comes=int(new.id), in_reading=50
    )
    exchange_meter(desk("maria"), there, version=1)
    november = plan(desk, "2026-11", date(2026, 11, 13), date(2026, 11, 18))
    readings = {"M000001": 1016, "N1": 90, "M000003": 1040}
    read_all(desk, november, readings, date(2026, 11, 13), tmp_path)
    bill(desk, "2026-11")

    used = []
    for account in town[:2]:
        last = Bill.select().where(Bill.account == account).order_by(Bill.id.desc()).first()
        used.append(find_bill(last.number).services[0].usage_milli)
    assert used == [7000, 8000]
    assert [s for one in verify_office(office.store) for s in one.broken] == []
