"""Reads that are keyed from the sheets of a route: control, codes, second keying, staging."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from billing_tui.access.tables import AuditEntry
from billing_tui.foundation.errors import InvalidEntry, NotFound, ProblemsFound, Refused
from billing_tui.foundation.transaction import write_transaction
from billing_tui.metering.check_reads import check_reads
from billing_tui.metering.close_keyed_batch import close_keyed_batch
from billing_tui.metering.entry_policy import parse_entry_policy, shipped_entry_policy
from billing_tui.metering.import_reads import import_reads
from billing_tui.metering.key_reads import key_again, key_read
from billing_tui.metering.keyed_batch import (
    BatchLine,
    batches,
    find_row,
    row_of_meter,
    rows_after,
    rows_before,
    totals_of,
)
from billing_tui.metering.open_keyed_batch import (
    cancel_keyed_batch,
    open_keyed_batch,
    restate_control,
)
from billing_tui.metering.tables import (
    CycleInstance,
    KeyedState,
    Read,
    ReadException,
    StagedRead,
    Upload,
)
from billing_tui.operations.verify import verify_office
from billing_tui.records.editing import StaleEdit
from billing_tui.records.tables import Meter, Service

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Town

    from billing_tui.access.desk import Desk
    from billing_tui.operations.office import Office


def opened(
    desk: Callable[..., Desk], town: Town, count: int = 4, total: int | None = None
) -> BatchLine:
    """A batch of the first route, four houses."""
    return open_keyed_batch(
        desk("maria"), town.instance, "0301", control_count=count, control_total=total
    )


def key_all(desk: Callable[..., Desk], town: Town, batch: BatchLine, places: int = 4) -> int:
    """Key ten more for each line; returns their sum."""
    readings = [last + 10 for last in town.last[:places]]
    for place, reading in enumerate(readings, 1):
        key_read(desk("maria"), batch.batch_id, place, reading=reading)
    return sum(readings)


def large(office: Office, town: Town, place: int) -> None:
    """Make a meter one that is keyed twice."""
    with write_transaction(office.store):
        Meter.update(size='3"').where(Meter.id == town.meters[place]).execute()


def test_a_batch_has_the_meters_of_its_route_in_walk_order(
    desk: Callable[..., Desk], town: Town
) -> None:
    """Other routes stay out, pages go both ways, and nothing of history is among the values."""
    batch = opened(desk, town)
    rows = rows_after(batch.batch_id, 0, 2)
    rest = rows_after(batch.batch_id, rows[-1].place, 50)
    assert [row.meter for row in (*rows, *rest)] == [town.number(place) for place in range(4)]
    assert [row.place for row in rows_before(batch.batch_id, 4, 2)] == [2, 3]
    assert [row.place for row in rows_before(batch.batch_id, None, 2)] == [3, 4]
    assert rows[0].address == "100 OAK ST"
    assert (batch.cycle, batch.instance, batch.day) == ("03", "2026-11", date(2026, 11, 2))
    assert batches(state=KeyedState.OPEN) == [batch]


def test_a_route_is_keyed_by_one_batch_at_a_time(desk: Callable[..., Desk], town: Town) -> None:
    """A second one is refused until the first was set aside, which takes a reason."""
    batch = opened(desk, town)
    with pytest.raises(Refused, match="open already, by maria") as refused:
        opened(desk, town)
    assert refused.value.field == "route"
    with pytest.raises(InvalidEntry):
        cancel_keyed_batch(desk("maria"), batch.batch_id, why=" ")
    assert (
        cancel_keyed_batch(desk("maria"), batch.batch_id, why="wrong sheets").state == "Cancelled"
    )
    assert opened(desk, town).batch_id != batch.batch_id


@pytest.mark.parametrize(
    ("route", "more", "field"),
    [
        ("9999", {}, "route"),
        ("0301", {"control_count": 0}, "control_count"),
        ("0301", {"control_total": -1}, "control_total"),
        ("0301", {"day": date(2026, 11, 3)}, "day"),
    ],
)
def test_a_batch_that_cannot_be_is_refused(
    desk: Callable[..., Desk], town: Town, route: str, more: dict[str, object], field: str
) -> None:
    """Each refusal names its entry field."""
    told = {"control_count": 4, **more}
    with pytest.raises((InvalidEntry, Refused)) as refused:
        open_keyed_batch(desk("maria"), town.instance, route, **told)  # type: ignore[arg-type]
    assert refused.value.field == field
    assert batches() == []


def test_meters_that_came_in_a_file_are_left_out(
    desk: Callable[..., Desk], town: Town, csv_file: Callable[..., Path]
) -> None:
    """A handheld that failed half-way leaves the rest to the sheets."""
    import_reads(desk("maria"), town.instance, csv_file({town.number(0): 1130}), "csv-default")
    batch = opened(desk, town, 3)
    assert [row.meter for row in rows_after(batch.batch_id, 0, 9)] == [
        town.number(place) for place in (1, 2, 3)
    ]
    import_reads(
        desk("maria"), town.instance,
        csv_file({town.number(4): 5130, town.number(5): 6130}, "b.csv"), "csv-default",
    )  # fmt: skip
    with pytest.raises(Refused, match="have come in"):
        open_keyed_batch(desk("maria"), town.instance, "0302", control_count=2)


def test_a_usual_reading_is_saved_with_what_it_shows(desk: Callable[..., Desk], town: Town) -> None:
    """The arithmetic comes back after the key; the line asks for nothing; one audit entry."""
    batch = opened(desk, town)
    done = key_read(desk("maria"), batch.batch_id, 1, reading=town.last[0] + 10)
    assert (done.row.reading, done.row.asks, done.row.version) == (town.last[0] + 10, False, 2)
    assert done.told == f"{town.last[0]:,} before, 10 ccf in 31 days = 0.32 a day"
    assert (done.totals.keyed, done.totals.total) == (1, town.last[0] + 10)
    entry = AuditEntry.select().order_by(AuditEntry.seq.desc()).get()
    assert (entry.verb, entry.subject) == ("metering.key_read", str(batch.batch_id))
    assert f'"reading":{town.last[0] + 10}' in entry.after


def test_an_account_that_began_after_the_planned_day_is_known(
    desk: Callable[..., Desk], town: Town, office: Office
) -> None:
    """A route walked late asks nothing about who came meanwhile, nor do its upload's checks.

    Where nobody came, and where a read of the very same day stands, the sentence says what is so.
    """
    with write_transaction(office.store):
        CycleInstance.update(read_day=date(2026, 10, 30)).execute()
        for place, begins in ((0, date(2026, 11, 2)), (1, date(2026, 11, 3))):
            Service.update(from_day=begins).where(
                Service.service_point == town.points[place]
            ).execute()
        for place in (0, 1):
            mine = Read.service_point == town.points[place]
            Read.create(
                service_point=town.points[place], meter=town.meters[place],
                reading=town.last[place], day=date(2026, 11, 2), kind="F", unit="ccf",
                previous=Read.select().where(mine).order_by(Read.day.desc()).first(),
                usage_milli=0, days=31,
            )  # fmt: skip
    batch = open_keyed_batch(
        desk("maria"), town.instance, "0301", control_count=2, day=date(2026, 11, 2)
    )

    came, empty = (
        key_read(desk("maria"), batch.batch_id, place, reading=town.last[place - 1] + 3)
        for place in (1, 2)
    )
    assert (came.row.finding, empty.row.finding) == (
        "",
        "Nobody has an account here, yet it used 3 ccf since a read of the same day.",
    )
    assert came.told == f"{town.last[0]:,} before, 3 ccf since a read of the same day"

    key_read(desk("maria"), batch.batch_id, 2, reading=town.last[1] + 3)
    upload = close_keyed_batch(desk("maria"), batch.batch_id).upload.upload_id
    assert check_reads(desk("maria"), upload).by_check["vacant"] == 1


def test_an_odd_reading_asks_until_it_is_keyed_again(desk: Callable[..., Desk], town: Town) -> None:
    """It is kept at once; the same again confirms it, another one is looked at anew."""
    batch = opened(desk, town)
    first = key_read(desk("maria"), batch.batch_id, 1, reading=town.last[0] + 400)
    assert first.row.asks
    assert "times the median" in first.row.finding
    assert find_row(batch.batch_id, 1).reading == town.last[0] + 400
    confirmed = key_read(desk("maria"), batch.batch_id, 1, reading=town.last[0] + 400)
    assert (confirmed.row.asks, confirmed.row.confirmed) == (False, True)
    other = key_read(desk("maria"), batch.batch_id, 1, reading=town.last[0] + 300)
    assert other.row.asks
    usual = key_read(desk("maria"), batch.batch_id, 1, reading=town.last[0] + 10)
    assert (usual.row.finding, usual.row.asks) == ("", False)
    edits = AuditEntry.select().where(AuditEntry.verb == "metering.key_read")
    assert [entry.before for entry in edits][1:] == [
        f'{{"code":"","reading":{town.last[0] + more}}}' for more in (400, 400, 300)
    ]


@pytest.mark.parametrize(
    ("reading", "code", "field"),
    [(1_000_000, "", "reading"), (5, "11", "code"), (None, "31", "reading"), (5, "99", "code")],
)
def test_an_entry_that_cannot_be_is_refused(
    desk: Callable[..., Desk], town: Town, reading: int | None, code: str, field: str
) -> None:
    """Too many digits, a skip with a reading, trouble without one, an unknown code."""
    batch = opened(desk, town)
    with pytest.raises(Refused) as refused:
        key_read(desk("maria"), batch.batch_id, 1, reading=reading, code=code)
    assert refused.value.field == field
    assert totals_of(batch.batch_id).keyed == 0


def test_codes_count_and_a_line_can_be_emptied(desk: Callable[..., Desk], town: Town) -> None:
    """A skip counts as a line, trouble stands beside its reading, nothing empties the line."""
    batch = opened(desk, town)
    desk_ = desk("maria")
    assert key_read(desk_, batch.batch_id, 1, reading=None, code="11").totals.skips == 1
    both = key_read(desk_, batch.batch_id, 2, reading=town.last[1] + 10, code="31")
    assert (both.totals.reads, both.totals.skips, both.totals.keyed) == (1, 1, 2)
    assert key_read(desk_, batch.batch_id, 1, reading=None).totals.keyed == 1
    assert not find_row(batch.batch_id, 1).keyed


def test_two_clerks_on_one_line(desk: Callable[..., Desk], town: Town) -> None:
    """Who keys from an old picture of the line is told so, and changes nothing."""
    batch = opened(desk, town)
    row = find_row(batch.batch_id, 1)
    key_read(desk("maria"), batch.batch_id, 1, reading=town.last[0] + 10, version=row.version)
    with pytest.raises(StaleEdit):
        key_read(desk("luis"), batch.batch_id, 1, reading=7, version=row.version)
    assert find_row(batch.batch_id, 1).reading == town.last[0] + 10


def test_a_large_meter_is_keyed_twice(
    desk: Callable[..., Desk], town: Town, office: Office
) -> None:
    """The two are kept apart while they differ; a third one that agrees with either settles it."""
    large(office, town, 0)
    batch = opened(desk, town)
    usual = town.last[0] + 10
    with pytest.raises(Refused, match="first time"):
        key_again(desk("luis"), batch.batch_id, 1, reading=usual)
    key_read(desk("maria"), batch.batch_id, 1, reading=usual + 9)
    assert totals_of(batch.batch_id).to_verify == 1
    differ = key_again(desk("luis"), batch.batch_id, 1, reading=usual)
    assert (differ.row.reading, differ.row.again, differ.row.differs) == (usual + 9, usual, True)
    assert totals_of(batch.batch_id).differ == 1
    neither = key_again(desk("luis"), batch.batch_id, 1, reading=usual + 1)
    assert neither.row.differs
    key_again(desk("luis"), batch.batch_id, 1, reading=usual)
    settled = key_again(desk("luis"), batch.batch_id, 1, reading=usual)
    assert (settled.row.reading, settled.row.again) == (usual, usual)
    assert (settled.totals.differ, settled.totals.to_verify) == (0, 0)
    with pytest.raises(Refused, match="once only"):
        key_again(desk("luis"), batch.batch_id, 2, reading=usual)


def test_the_second_keying_may_take_another_person(
    desk: Callable[..., Desk], town: Town, office: Office
) -> None:
    """Where the policy says so, who keyed it first is refused, and somebody else is not."""
    large(office, town, 0)
    batch, reading = opened(desk, town).batch_id, town.last[0] + 10
    strict = replace(shipped_entry_policy(), other_person=True)
    key_read(desk("maria"), batch, 1, reading=reading)
    with pytest.raises(Refused, match="Somebody else"):
        key_again(desk("maria"), batch, 1, reading=reading, policy=strict)
    assert key_again(desk("luis"), batch, 1, reading=reading, policy=strict).row.again == reading


def test_a_meter_is_found_by_the_end_of_its_number(desk: Callable[..., Desk], town: Town) -> None:
    """As much of it as is enough; wildcards of SQL find nothing."""
    batch = opened(desk, town)
    assert row_of_meter(batch.batch_id, "0003").place == 4
    assert row_of_meter(batch.batch_id, "m00001").place == 2
    for keyed in ("", "9", "%", "_", "M00005"):
        with pytest.raises(NotFound):
            row_of_meter(batch.batch_id, keyed)


def test_a_batch_that_does_not_tie_is_not_closed(desk: Callable[..., Desk], town: Town) -> None:
    """Each difference is a sentence; a control that was added up wrongly is restated with why."""
    batch = opened(desk, town, 4, 99)
    with pytest.raises(ProblemsFound, match="0 lines are keyed, and the sheets state 4"):
        close_keyed_batch(desk("maria"), batch.batch_id)
    total = key_all(desk, town, batch)
    key_read(desk("maria"), batch.batch_id, 2, reading=town.last[1] + 800)
    with pytest.raises(ProblemsFound) as refused:
        close_keyed_batch(desk("maria"), batch.batch_id)
    assert len(refused.value.problems) == 2
    assert "1 reading is flagged" in refused.value.problems[1].sentence
    key_read(desk("maria"), batch.batch_id, 2, reading=town.last[1] + 10)
    with pytest.raises(InvalidEntry, match="why"):
        restate_control(desk("maria"), batch.batch_id, control_count=4, control_total=total, why="")
    restate_control(
        desk("maria"), batch.batch_id, control_count=4, control_total=total, why="tape was wrong"
    )
    assert close_keyed_batch(desk("maria"), batch.batch_id).upload.received == 4


def test_a_closed_batch_goes_the_way_of_a_file(
    desk: Callable[..., Desk], town: Town, office: Office
) -> None:
    """Staged and checked as any file is; its copy is kept; afterwards nothing is keyed."""
    batch = opened(desk, town)
    key_all(desk, town, batch)
    desk_ = desk("maria")
    key_read(desk_, batch.batch_id, 2, reading=town.last[1] + 300, code="32")
    key_read(desk_, batch.batch_id, 2, reading=town.last[1] + 300, code="32")
    key_read(desk_, batch.batch_id, 3, reading=None, code="12")
    closed = close_keyed_batch(desk_, batch.batch_id)
    assert (closed.upload.received, closed.upload.skipped, closed.upload.missing) == (4, 1, 0)
    found = check_reads(desk_, closed.upload.upload_id)
    assert found.by_check["high"] == found.by_check["skipped"] == 1
    upload = Upload.get_by_id(closed.upload.upload_id)
    assert upload.file_name == f"keyed batch {batch.batch_id}, route 0301"
    assert (desk_.home.uploads / f"{upload.sha256}.reads").exists()
    rows = list(StagedRead.select().order_by(StagedRead.line))
    assert [(row.reading, row.code) for row in rows] == [
        (town.last[0] + 10, ""), (town.last[1] + 300, "32"), (None, "12"), (town.last[3] + 10, ""),
    ]  # fmt: skip
    with pytest.raises(Refused, match="is closed"):
        key_read(desk_, batch.batch_id, 1, reading=5)
    with pytest.raises(Refused, match="is closed"):
        close_keyed_batch(desk_, batch.batch_id)
    assert [
        s
        for one in verify_office(office.store)
        if one.id.startswith("METERING")
        for s in one.broken
    ] == []


def test_the_policy_names_what_is_wrong_with_it() -> None:
    """A code with letters, one with two meanings, an unknown check, a missing key."""
    text = "skip: {'11': dog}\ntrouble: {'31': leak}\ndouble_key: {sizes: []}\nask_again: [high]\n"
    good = parse_entry_policy(text)
    assert good.codes == {"11": "dog", "31": "leak"}
    for old, new in (
        ("'11'", "dg"),
        ("'31'", "'11'"),
        ("[high]", "[odd]"),
        ("skip:", "skipp:"),
        ("[]", "[], other_person: perhaps"),
    ):
        with pytest.raises(ProblemsFound):
            parse_entry_policy(text.replace(old, new))


def test_the_shipped_policy_keys_large_meters_twice() -> None:
    """By size or by class, whichever fits."""
    policy = shipped_entry_policy()
    assert policy.twice('6"', "SFR")
    assert policy.twice('5/8"', "IND")
    assert not policy.twice('5/8"', "SFR")


LINES = st.lists(
    st.tuples(
        st.integers(1, 4),
        st.one_of(
            st.tuples(st.integers(0, 999_999), st.sampled_from(["", "31"])),
            st.tuples(st.none(), st.sampled_from(["", "11", "14"])),
        ),
    ),
    max_size=12,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=LINES)
def test_the_totals_are_the_lines(
    desk: Callable[..., Desk], town: Town, lines: list[tuple[int, tuple[int | None, str]]]
) -> None:
    """Whatever is keyed in whatever order, count and total are those of the last keyings."""
    desk_ = desk("maria")
    batch = opened(desk, town)
    kept: dict[int, tuple[int | None, str]] = {}
    for place, (reading, code) in lines:
        totals = key_read(desk_, batch.batch_id, place, reading=reading, code=code).totals
        kept[place] = (reading, code)
        assert totals.total == sum(one or 0 for one, _ in kept.values())
        assert totals.reads == sum(one is not None for one, _ in kept.values())
        assert totals.keyed == sum(one is not None or bool(c) for one, c in kept.values())
    stated = replace(batch, control_count=totals_of(batch.batch_id).keyed or 1)
    ties = totals_of(batch.batch_id).open_points(stated)
    assert any("lines are keyed" in one for one in ties) is (
        not any(r is not None or c for r, c in kept.values())
    )
    cancel_keyed_batch(desk_, batch.batch_id, why="next example")
    assert ReadException.select().count() == 0
