from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from tamper import unbind, unguard

from billing_tui.access.approvals import find_request
from billing_tui.access.decide_request import approve_request
from billing_tui.foundation.errors import InvalidEntry, NotFound, Refused
from billing_tui.foundation.units import Unit
from billing_tui.metering.ask_estimate import dispose_or_ask
from billing_tui.metering.check_reads import check_reads
from billing_tui.metering.checks import CheckName, Severity
from billing_tui.metering.control_report import control_report
from billing_tui.metering.dispose_exception import dispose_exception, sample_of_passed
from billing_tui.metering.estimate_missing import estimate_missing
from billing_tui.metering.export_route import export_route
from billing_tui.metering.import_reads import import_reads
from billing_tui.metering.invariants import INVARIANTS
from billing_tui.metering.layout_reader import LayoutReader
from billing_tui.metering.layout_text import find_layout
from billing_tui.metering.post_reads import post_reads
from billing_tui.metering.proof_list import (
    key_of as proof_key,
    proof_rows,
    proof_totals,
    reject_list,
)
from billing_tui.metering.settling import EstimateLimit
from billing_tui.metering.tables import Disposition, Read, StagedRead
from billing_tui.metering.uploads import instances_of, recent_uploads, upload_line
from billing_tui.metering.worklist import exception_detail, find_exception, key_of, worklist
from billing_tui.operations.executors import EXECUTORS
from billing_tui.records.tables import Meter, Note, ServicePoint

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from billing_tui.access.desk import Desk
    from billing_tui.operations.office import Office
    from tests.metering.conftest import Town


@pytest.fixture
def odd_upload(
    town: Town, desk: Callable[..., Desk], csv_file: Callable[..., Path], usual: dict[str, object]
) -> int:
    """An upload with a back-read, a high read, a missing one and an unknown one, checked."""
    usual[town.number(0)] = 7
    usual[town.number(2)] = town.last[2] + 28
    del usual[town.number(3)]
    usual["X1"] = 1
    upload = import_reads(desk("maria"), town.instance, csv_file(usual), "csv-default").upload_id
    check_reads(desk("maria"), upload)
    return upload


def test_the_worklist_pages_gravest_first(odd_upload: int) -> None:
    """Pages of one give the same rows in the same order as one page of all."""
    rows = worklist(odd_upload)
    assert [row.severity for row in rows] == sorted((row.severity for row in rows), reverse=True)
    paged, after = [], None
    while page := worklist(odd_upload, limit=1, **({} if after is None else {"after": after})):
        paged += page
        after = key_of(page[-1])
    assert paged == rows
    assert {row.check.value for row in rows} == {"negative", "missing", "high"}


def test_the_detail_has_what_the_screen_shows(town: Town, odd_upload: int) -> None:
    """Periods newest first, the neighbours in walk order, the account and its notes."""
    Note.create(account=town.accounts[2], at="2026-10-01T00:00:00", staff=1, text="pool permit")
    row = next(one for one in worklist(odd_upload) if one.check == "high")
    detail = exception_detail(row.exception_id)
    assert detail.row == row == find_exception(row.exception_id)
    assert (len(detail.periods), detail.periods[0].usage_milli) == (12, 10_000)
    assert [one.address for one in detail.neighbours] == ["100 OAK ST", "104 OAK ST", "112 OAK ST"]
    assert detail.resident is not None
    assert (detail.resident.account, detail.resident.rate_class) == ("10002-01", "SFR")
    assert [note.text for note in detail.notes] == ["pool permit"]
    assert (row.days, row.previous, row.original) == (31, town.last[2], town.last[2] + 28)
    with pytest.raises(NotFound):
        exception_detail(99_999)


def test_the_control_report_foots_at_every_step(
    town: Town, odd_upload: int, desk: Callable[..., Desk]
) -> None:
    """Expected = actual + estimated + skipped + held + missing, route by route, all the way."""

    def counts() -> tuple[int, int, int, int]:
        report = control_report(town.instance)
        assert all(route.foots for route in (*report.routes, report.total))
        total = report.total
        assert total.expected == 6
        return total.actual, total.estimated, total.held, total.missing

    assert counts() == (5, 0, 0, 1)
    estimate_missing(desk("maria"), odd_upload)
    assert counts() == (5, 1, 0, 0)
    negative = next(row for row in worklist(odd_upload) if row.check == "negative")
    dispose_exception(desk("maria"), negative.exception_id, Disposition.HOLD, "dog")
    assert counts() == (4, 1, 1, 0)
    report = control_report(town.instance)
    assert (report.open_exceptions, report.rejected) == (1, 1)
    assert report.usage == {"ccf": 68_000}


def test_an_empty_instance_is_all_missing(town: Town) -> None:
    """Before any file comes, everything is missing, and that foots too."""
    total = control_report(town.instance).total
    assert (total.expected, total.missing, total.foots) == (6, 6, True)


def test_a_point_that_is_off_is_not_expected_but_its_use_is_told(
    town: Town, desk: Callable[..., Desk], csv_file: Callable[..., Path], usual: dict[str, object]
) -> None:
    """Reads of points that are off stand beside the count and must be decided."""
    ServicePoint.update(status="Off").where(ServicePoint.id == town.points[0]).execute()
    upload = import_reads(desk("maria"), town.instance, csv_file(usual), "csv-default")
    assert upload.expected == 5
    checked = check_reads(desk("maria"), upload.upload_id)
    assert checked.by_check == {"inactive": 1}
    total = control_report(town.instance).total
    assert (total.expected, total.actual, total.unexpected, total.foots) == (5, 5, 1, True)


def test_the_proof_list_walks_the_routes_and_foots(odd_upload: int) -> None:
    """Walk order, page by page, with totals and the reject list."""
    rows, page = [], proof_rows(odd_upload, limit=2)
    while page:
        rows += page
        page = proof_rows(odd_upload, after=proof_key(page[-1]), limit=2)
    assert [(row.route, row.sequence) for row in rows] == [
        ("0301", 10), ("0301", 20), ("0301", 30), ("0301", 40), ("0302", 50), ("0302", 60),
    ]  # fmt: skip
    [total] = proof_totals(odd_upload)
    assert (total.rows, total.readings, total.held) == (6, 5, 0)
    assert total.usage_milli == sum(row.usage_milli or 0 for row in rows)
    assert [(one.line, one.field) for one in reject_list(odd_upload)] == [(7, "X1")]
    assert (rows[0].days, rows[0].exceptions, rows[3].reading) == (31, 1, None)


def test_uploads_and_instances_in_lists(town: Town, odd_upload: int) -> None:
    """The lists tell state, counts and what waits."""
    [line] = recent_uploads(instance_id=town.instance)
    assert line == upload_line(odd_upload)
    assert (line.cycle, line.instance, line.open_exceptions, line.rejected) == (
        "03",
        "2026-11",
        3,
        1,
    )
    assert [one.name for one in instances_of("03")] == ["2026-11"]
    with pytest.raises(NotFound):
        upload_line(99)


def test_a_sample_of_what_passed_can_be_looked_at(odd_upload: int) -> None:
    """Every so-many-th read without an exception, and none with one."""
    flagged = {row.row_id for row in worklist(odd_upload)}
    passed = sample_of_passed(odd_upload, every=1)
    assert len(passed) == 3
    assert not flagged & set(passed)


@pytest.mark.parametrize("layout", ["mvrs-download", "csv-default", "autoread", "neptune-v4"])
def test_a_route_goes_out_with_counts_and_comes_back(
    town: Town, desk: Callable[..., Desk], tmp_path: Path, layout: str
) -> None:
    """What is exported is parsed back: all meters, walk order, last reads and windows."""
    path = tmp_path / "route.out"
    done = export_route(desk("maria"), town.instance, layout, path)
    assert (done.meters, done.routes) == (6, ("0301", "0302"))
    with path.open("rb") as stream:
        reader = LayoutReader(find_layout(layout), stream, near=date(2026, 11, 2))
        records = list(reader)
    assert reader.problems == []
    assert [one.meter_number for one in records] == [town.number(place) for place in range(6)]
    assert [one.previous for one in records] == [Decimal(last) for last in town.last]
    assert all(one.low and one.high and one.low < one.high for one in records)
    before = path.read_bytes()
    with pytest.raises(InvalidEntry, match="cannot be written"):
        export_route(desk("maria"), town.instance, layout, path)
    assert path.read_bytes() == before


def test_one_route_of_a_cycle(town: Town, desk: Callable[..., Desk], tmp_path: Path) -> None:
    """Chosen routes alone go out; an unknown one is refused."""
    done = export_route(
        desk("maria"), town.instance, "csv-default", tmp_path / "a", routes=["0302"]
    )
    assert done.meters == 2
    with pytest.raises(Refused):
        export_route(desk("maria"), town.instance, "csv-default", tmp_path / "b", routes=["9"])
    with pytest.raises(Refused, match="read here, not written"):
        export_route(desk("maria"), town.instance, "cmep", tmp_path / "c")


def third_estimate(town: Town) -> None:
    """The first meter's last two reads were estimated already."""
    last = Read.select().where(Read.meter == town.meters[0]).order_by(Read.id.desc()).get()
    for at in (1, 2):
        last = Read.create(
            service_point=last.service_point, meter=last.meter, day=date(2026, 10, 2 + at),
            reading=last.reading + 1, kind="E", previous=last, usage_milli=1000, unit="ccf", days=1,
        )  # fmt: skip


def test_estimates_stop_at_the_limit(
    town: Town, desk: Callable[..., Desk], csv_file: Callable[..., Path], usual: dict[str, object]
) -> None:
    """After two estimates in a row nobody makes a third alone: it is asked for and allowed."""
    third_estimate(town)
    del usual[town.number(0)]
    upload = import_reads(desk("maria"), town.instance, csv_file(usual), "csv-default").upload_id
    check_reads(desk("maria"), upload)
    done = estimate_missing(desk("maria"), upload)
    assert (done.estimated, done.beyond_limit, done.open_left) == (0, 1, 1)
    [row] = worklist(upload)
    for alone in ("maria", "luis"):
        with pytest.raises(EstimateLimit, match=r"estimate number 3 in a row.*who is not you"):
            dispose_exception(desk(alone), row.exception_id, Disposition.ESTIMATE, "no access")

    asked = dispose_or_ask(desk("luis"), row.exception_id, Disposition.ESTIMATE, "no access")
    assert (asked.reading, asked.open_left) == (None, 1)
    request = find_request(desk("nora"), asked.asked)
    assert (request.subject, request.title) == ("10000-01", "Estimate beyond the rule")
    with pytest.raises(Refused, match="what they asked for"):
        approve_request(desk("luis"), request.id, seen=request.digest, executors=EXECUTORS)
    approve_request(desk("nora"), request.id, seen=request.digest, executors=EXECUTORS)

    staged = StagedRead.get_by_id(row.row_id)
    assert staged.reading == request.payload["after"]["reading"]
    assert staged.kind == "E"
    assert post_reads(desk("luis"), upload).posted == 6


def test_an_estimate_of_the_file_beyond_the_limit_takes_two(
    town: Town, desk: Callable[..., Desk], csv_file: Callable[..., Path], usual: dict[str, object]
) -> None:
    """Accepting it is asked for too; once the read was settled otherwise, it is stale."""
    third_estimate(town)
    upload = import_reads(desk("maria"), town.instance, csv_file(usual), "csv-default").upload_id
    StagedRead.update(kind="E").where(StagedRead.meter == town.meters[0]).execute()
    check_reads(desk("maria"), upload)
    [row] = [one for one in worklist(upload) if one.check is CheckName.ESTIMATES]
    with pytest.raises(EstimateLimit):
        dispose_exception(desk("luis"), row.exception_id, Disposition.ACCEPT, "no access")
    asked = dispose_or_ask(desk("maria"), row.exception_id, Disposition.ACCEPT, "no access").asked
    with pytest.raises(Refused, match=f"Request {asked} asks for the same"):
        dispose_or_ask(desk("maria"), row.exception_id, Disposition.ACCEPT, "no access")

    dispose_exception(desk("maria"), row.exception_id, Disposition.HOLD, "wait")
    seen = find_request(desk("luis"), asked).digest
    with pytest.raises(Refused, match="not what was asked about"):
        approve_request(desk("luis"), asked, seen=seen, executors=EXECUTORS)


def test_file_facts_that_differ_from_the_records_become_exceptions(
    town: Town, desk: Callable[..., Desk], tmp_path: Path
) -> None:
    """Another unit, multiplier, dials or serial than on file; a second reading of one meter."""
    path = tmp_path / "told.csv"
    rows = [
        "meter_number,endpoint,reading,unit,multiplier,dials",
        f"M00000,,{town.last[0] + 10},kgal,,",
        f"M00001,,{town.last[1] + 10},,10,",
        f"M00002,,{town.last[2] + 10},,,5",
        f"WRONG,E00003,{town.last[3] + 10},,,",
        f"M00000,,{town.last[0] + 11},,,",
        f"M00004,,{town.last[4] + 10}.5,,,",
        f"M00005,,{town.last[5] + 10},ccf,1,6",
    ]
    path.write_text("\n".join(rows), encoding="utf-8")
    upload = import_reads(desk("maria"), town.instance, path, "csv-default")
    assert (upload.duplicates, len(upload.rejects), upload.missing) == (1, 2, 1)
    assert "has a fraction" in upload.rejects[1].sentence
    found = check_reads(desk("maria"), upload.upload_id).by_check
    assert found == {
        "unit": 1, "multiplier": 1, "dials": 1, "serial": 1, "duplicate": 1, "missing": 1,
    }  # fmt: skip


def test_quantities_become_counts_of_the_register(
    town: Town, desk: Callable[..., Desk], tmp_path: Path
) -> None:
    """CMEP tells gallons; a meter that counts hundreds of cubic feet gets whole counts of those."""
    head = "MEPMD01,19970819,S,C,R,RC,202611020800,M00000,,OK,W,GALREG,1,00000100,2"
    gallons = (town.last[0] + 10) * 748.0519 + 100
    late = "202611100800,R0,99999999"
    path = tmp_path / "reads.dat"
    path.write_text(f"{head.replace(',,OK', ',OK')},202611021500,R0,{gallons:.0f},{late}\r\n")
    upload = import_reads(desk("maria"), town.instance, path, "cmep")
    assert (upload.staged, upload.superseded, upload.missing) == (1, 1, 3)
    [row] = [one for one in proof_rows(upload.upload_id) if one.reading is not None]
    assert (row.reading, row.day, row.usage_milli) == (town.last[0] + 10, date(2026, 11, 2), 10_000)
    assert Meter.get_by_id(town.meters[0]).unit == Unit.CCF


@pytest.mark.parametrize(
    ("sql", "broken"),
    [
        ("UPDATE read SET usage_milli = 1 WHERE id = 5", "METERING-USAGE"),
        ("UPDATE read SET day = '2020-01-01' WHERE id = 5", "METERING-ORDER"),
        ("UPDATE read SET service_point_id = 2 WHERE id = 5", "METERING-CHAIN"),
        ("UPDATE read SET meter_id = 2 WHERE id = 5", "METERING-METER"),
        ("DELETE FROM staged_read WHERE line = 2", "METERING-COUNT"),
        ("UPDATE upload SET rejected = 9", "METERING-REJECTED"),
        ("UPDATE staged_read SET reading = reading + 1 WHERE line = 3", "METERING-POSTED"),
        ("UPDATE read_exception SET disposition = 'open'", "METERING-SETTLED"),
    ],
)
def test_every_invariant_finds_what_it_is_for(
    desk: Callable[..., Desk], odd_upload: int, office: Office, sql: str, broken: str
) -> None:
    """Tampering with one row behind the program's back is named by the invariant that guards it."""
    for row in worklist(odd_upload):
        dispose_exception(desk("luis"), row.exception_id, Disposition.HOLD, "x")
    post_reads(desk("luis"), odd_upload)
    assert [one.id for one in INVARIANTS if list(one.broken())] == []
    unbind()
    unguard("read", "update")
    office.store.database.execute_sql(sql)
    assert broken in [one.id for one in INVARIANTS if list(one.broken())]


def test_severities_are_in_order() -> None:
    """The worklist begins with what must be decided."""
    assert Severity.MUST_DECIDE > Severity.DECIDE > Severity.LOOK
