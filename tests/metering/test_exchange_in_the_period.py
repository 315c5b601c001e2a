from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from billing_tui.foundation.units import Unit
from billing_tui.metering.check_reads import check_reads
from billing_tui.metering.history import periods_of_point
from billing_tui.metering.import_reads import import_reads
from billing_tui.metering.invariants import INVARIANTS
from billing_tui.metering.post_reads import post_reads
from billing_tui.metering.tables import CycleInstance, Read
from billing_tui.records.tables import Meter, MeterInstallation

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from billing_tui.access.desk import Desk
    from tests.metering.conftest import Town


def _exchange(
    town: Town, place: int, day: date, last: int, first: int, *, number: str = "N1", **meter: object
) -> Meter:
    """Take the place's meter out at `last` and put another in at `first`, on the same day."""
    old = MeterInstallation.get(
        MeterInstallation.service_point == town.points[place], MeterInstallation.to_day.is_null()
    )
    old.to_day, old.last_reading = day, last
    old.save()
    facts = {"size": '3/4"', "dials": 6, "unit": "ccf"} | meter
    new = Meter.create(number=number, status="Installed", **facts)
    MeterInstallation.create(
        meter=new, service_point=town.points[place], from_day=day, first_reading=first
    )
    return new


def _through(town: Town, desk: Callable[..., Desk], path: Path) -> int:
    upload = import_reads(desk("maria"), town.instance, path, "csv-default")
    assert (upload.staged, upload.missing, upload.unknown) == (6, 0, 0)
    assert check_reads(desk("maria"), upload.upload_id).open == 0
    assert post_reads(desk("luis"), upload.upload_id).posted == 6
    assert [s for one in INVARIANTS for s in one.broken()] == []
    return upload.upload_id


def test_an_exchange_with_other_digits_and_multiplier(
    town: Town,
    desk: Callable[..., Desk],
    csv_file: Callable[..., Path],
    usual: dict[str, object],
) -> None:
    """(old out - old previous) + (new current - new first), each with its own register."""
    _exchange(town, 0, date(2026, 10, 20), town.last[0] + 6, 98, dials=4, multiplier_milli=100)
    del usual[town.number(0)]
    _through(town, desk, csv_file(usual | {"N1": 138}))
    reads = list(
        Read.select().where(Read.service_point == town.points[0]).order_by(Read.id.desc()).limit(3)
    )
    assert [(r.kind, r.usage_milli, r.days, r.reading) for r in reads] == [
        ("A", 4000, 13, 138), ("N", 0, 0, 98), ("O", 6000, 18, town.last[0] + 6),
    ]  # fmt: skip
    newest = periods_of_point(town.points[0], Unit.CCF)[0]
    assert (newest.usage_milli, newest.days) == (10_000, 31)


def test_two_exchanges_between_two_reads(
    town: Town,
    desk: Callable[..., Desk],
    csv_file: Callable[..., Path],
    usual: dict[str, object],
) -> None:
    """The meter that came and went between the reads is counted too."""
    _exchange(town, 0, date(2026, 10, 10), town.last[0] + 3, 500, number="N1")
    _exchange(town, 0, date(2026, 10, 20), 504, 0, number="N2")
    del usual[town.number(0)]
    _through(town, desk, csv_file(usual | {"N2": 3}))
    kinds = [
        (r.kind, r.usage_milli)
        for r in Read.select()
        .where(Read.service_point == town.points[0], Read.day > date(2026, 10, 2))
        .order_by(Read.id)
    ]
    assert kinds == [("O", 3000), ("N", 0), ("O", 4000), ("N", 0), ("A", 3000)]


def test_the_old_number_after_an_exchange_is_a_wrong_meter(
    town: Town,
    desk: Callable[..., Desk],
    csv_file: Callable[..., Path],
    usual: dict[str, object],
) -> None:
    """A read of the meter that was taken out does not pass for the new one's."""
    _exchange(town, 0, date(2026, 10, 20), town.last[0] + 6, 0)
    upload = import_reads(desk("maria"), town.instance, csv_file(usual), "csv-default")
    assert (upload.unknown, upload.missing) == (1, 1)


def test_a_point_that_was_never_read_begins_with_its_installation(
    town: Town,
    desk: Callable[..., Desk],
    csv_file: Callable[..., Path],
    usual: dict[str, object],
) -> None:
    """The first read follows the register at which the meter was put in."""
    from billing_tui.records.tables import Account, Location, Route, Service, ServicePoint

    location = Location.create(number="20000", house="1", street="ELM", city="V", zip="94564")
    point = ServicePoint.create(
        location=location, kind="water", route=Route.get(Route.code == "0301"), sequence=5
    )
    meter = Meter.create(number="FIRST", size='3/4"', dials=6, unit="ccf", status="Installed")
    MeterInstallation.create(
        meter=meter, service_point=point, from_day=date(2026, 10, 4), first_reading=40
    )
    account = Account.get_by_id(town.accounts[0])
    Service.create(
        account=account, service_point=point, kind="water", schedule="W", rate_class="SFR",
        from_day=date(2026, 10, 4),
    )  # fmt: skip
    upload = import_reads(
        desk("maria"), town.instance, csv_file(usual | {"FIRST": 52}), "csv-default"
    )
    check_reads(desk("maria"), upload.upload_id)
    post_reads(desk("luis"), upload.upload_id)
    reads = list(Read.select().where(Read.meter == meter).order_by(Read.id))
    assert [(r.kind, r.reading, r.usage_milli, r.days) for r in reads] == [
        ("I", 40, None, None), ("A", 52, 12_000, 29),
    ]  # fmt: skip
    assert [s for one in INVARIANTS for s in one.broken()] == []


def test_a_rollover_is_flagged_once_and_posted_as_one(
    town: Town, desk: Callable[..., Desk], csv_file: Callable[..., Path], usual: dict[str, object]
) -> None:
    """A register that passes its top counts on; the next month is an ordinary one again."""
    top = Read.select().where(Read.meter == town.meters[0]).order_by(Read.id.desc()).get()
    Read.create(
        service_point=top.service_point, meter=top.meter, day=date(2026, 10, 3), reading=999_995,
        kind="A", previous=top, usage_milli=(999_995 - top.reading) * 1000, unit="ccf", days=1,
    )  # fmt: skip
    usual[town.number(0)] = 5
    upload = import_reads(desk("maria"), town.instance, csv_file(usual), "csv-default")
    checked = check_reads(desk("maria"), upload.upload_id)
    assert checked.by_check["rollover"] == 1
    assert "negative" not in checked.by_check
    from billing_tui.metering.dispose_exception import dispose_exception
    from billing_tui.metering.tables import Disposition
    from billing_tui.metering.worklist import worklist

    for row in worklist(upload.upload_id):
        dispose_exception(desk("maria"), row.exception_id, Disposition.ACCEPT, "seen on site")
    post_reads(desk("luis"), upload.upload_id)
    read = Read.select().where(Read.meter == town.meters[0]).order_by(Read.id.desc()).get()
    assert (read.usage_milli, read.rolled_over) == (10_000, True)
    assert [s for one in INVARIANTS for s in one.broken()] == []


def test_the_next_reading_follows_the_last_one(
    town: Town, desk: Callable[..., Desk], csv_file: Callable[..., Path], usual: dict[str, object]
) -> None:
    """Month after month the chain grows; last month's usage shows in the control report."""
    from billing_tui.metering.control_report import control_report

    _through(town, desk, csv_file(usual))
    first = CycleInstance.get_by_id(town.instance)
    CycleInstance.create(
        cycle=first.cycle, name="2026-10", read_day=date(2026, 10, 2),
        bill_day=date(2026, 10, 9), due_day=date(2026, 10, 30),
    )  # fmt: skip
    second = CycleInstance.create(
        cycle=first.cycle, name="2026-12", read_day=date(2026, 12, 2),
        bill_day=date(2026, 12, 9), due_day=date(2026, 12, 30),
    )  # fmt: skip
    town.instance = second.id
    again = {meter: int(str(reading)) + 12 for meter, reading in usual.items()}
    _through(town, desk, csv_file(dict(again), "december.csv", day="2026-12-02"))
    report = control_report(second.id)
    assert report.total.foots
    assert (report.usage, report.last_cycle) == ({"ccf": 72_000}, {"ccf": 60_000})
