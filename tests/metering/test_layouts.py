from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from billing_tui.foundation.errors import NotFound, Problem, ProblemsFound
from billing_tui.foundation.units import Unit
from billing_tui.metering.layout_reader import LayoutReader
from billing_tui.metering.layout_text import find_layout, layout_names, read_layout
from billing_tui.metering.layout_values import after
from billing_tui.metering.layout_writer import write_layout
from billing_tui.metering.read_record import Given

if TYPE_CHECKING:
    from pathlib import Path

    from billing_tui.metering.layout import Layout
    from billing_tui.metering.read_record import ReadRecord

NEAR = date(2026, 7, 15)
SAMPLES = {
    "mvrs-upload": "mvrs/synthetic_upload.txt",
    "mvrs-download": "mvrs/synthetic_download.hdl",
    "neptune-v4": "neptune/synthetic_export_v4.txt",
    "cmep": "cmep/sensus_cmep_5meters.dat",
    "beacon": "beacon/beacon-360-report.csv",
    "aclara": "aclara/synthetic_aclara.csv",
    "autoread": "sensus/synthetic_autoread_route_import.txt",
}


def read(
    layout: Layout | str, content: bytes, near: date = NEAR
) -> tuple[list[ReadRecord], LayoutReader]:
    """The records of a file's bytes, and its reader."""
    chosen = find_layout(layout) if isinstance(layout, str) else layout
    reader = LayoutReader(chosen, io.BytesIO(content), near=near)
    return list(reader), reader


def sample(shared: Path, name: str) -> bytes:
    """The bytes of a layout's sample."""
    return (shared / "formats" / "meter" / SAMPLES[name]).read_bytes()


def test_every_shipped_layout_can_be_read() -> None:
    """What stands in data/layouts is without mistakes and says its own name."""
    assert {"csv-default", *SAMPLES} <= set(layout_names())
    for name in layout_names():
        assert find_layout(name).name == name
    with pytest.raises(NotFound, match="csv-default"):
        find_layout("../csv-default")


@pytest.mark.shared
@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_samples_are_read_whole(shared: Path, name: str) -> None:
    """No sample gives a problem, and every count that it states is right."""
    records, reader = read(name, sample(shared, name))
    assert reader.problems == []
    assert all(control.agrees for control in reader.counts.controls)
    assert len(records) == reader.counts.reads == {"cmep": 100, "beacon": 2}.get(name, 12)


@pytest.mark.shared
def test_mvrs_upload_tells_readings_skips_and_counts(shared: Path) -> None:
    """Positions of the upload: reading, day, time, skip code, previous, dials, route, account."""
    records, reader = read("mvrs-upload", sample(shared, "mvrs-upload"))
    assert len(reader.counts.controls) == 8
    first, skipped, rolled = records[0], records[3], records[9]
    assert (first.meter_number, first.reading, first.previous) == ("70000000", 81752, 81744)
    assert (first.day, first.time) == (NEAR, "08:00:30")
    assert (first.account, first.route, first.dials, first.line) == (
        "001000-01", "03000012", 6, 5,
    )  # fmt: skip
    assert (skipped.kind, skipped.code, skipped.reading) == (Given.SKIPPED, "012", None)
    assert (rolled.previous, rolled.reading) == (999_990, 12)
    assert reader.counts.skipped == 1


@pytest.mark.shared
def test_cmep_takes_water_and_finds_the_meter_by_sensus_digits(shared: Path) -> None:
    """Field 4 says that field 5 is the radio and field 6 the meter; the electric row is counted."""
    records, reader = read("cmep", sample(shared, "cmep"))
    assert reader.counts.passed_over == (("commodity E", 1),)
    first = records[0]
    assert (first.endpoint, first.meter_number, first.unit) == ("15173624", "B72842123", Unit.GAL)
    assert (first.day, first.time) == (date(2011, 9, 19), "17:02:00")
    assert {record.meter_number for record in records} == {
        "B72842123", "B72842062", "B72842130", "BW23020",
    }  # fmt: skip


@pytest.mark.shared
@pytest.mark.parametrize(
    "name", ["mvrs-upload", "mvrs-download", "neptune-v4", "aclara", "autoread"]
)
def test_what_is_written_is_read_back_the_same(shared: Path, name: str) -> None:
    """A sample that is read, written and read again gives the same records and right counts."""
    records, _ = read(name, sample(shared, name))
    written = b"".join(write_layout(find_layout(name), records))
    again, reader = read(name, written)
    assert reader.problems == []
    assert [replace(one, line=0) for one in again] == [replace(one, line=0) for one in records]


@pytest.mark.shared
@pytest.mark.parametrize("name", ["mvrs-upload", "mvrs-download", "neptune-v4"])
def test_a_missing_line_shows_in_the_counts(shared: Path, name: str) -> None:
    """Cutting out any reading line, or the end of the file, is told."""
    lines = sample(shared, name).splitlines(keepends=True)
    readings = [at for at, line in enumerate(lines) if line.startswith((b"MTR", b"MTRDT"))]
    _, reader = read(name, b"".join(lines[: readings[2]] + lines[readings[3] :]))
    assert any("stated" in problem.sentence for problem in reader.problems)
    _, reader = read(name, b"".join(lines[:-1]))
    assert any("cut off" in problem.sentence for problem in reader.problems)


def _placed(begins: str, **places: str) -> bytes:
    """A record of 126 characters with texts at 1-based positions: `_placed("CUS", p15="A1")`."""
    line = begins.ljust(126)
    for place, text in places.items():
        at = int(place[1:]) - 1
        line = line[:at] + text + line[at + len(text) :]
    return line.encode() + b"\r\n"


def _mvrs(reading: str, decimals: str = "02") -> bytes:
    """An upload of one meter with a reading of ten digits."""
    return b"".join(
        [
            _placed("FHD", p8="001000001000001000001"),
            _placed("RHD", p4="03000012"),
            _placed("CUS", p15="A1"),
            _placed("MTR", p46="M1"),
            _placed("RDG", p34=reading, p48="07152026", p62="N", p90="06" + decimals),
            _placed("RTR", p4="03000012"),
            _placed("FTR", p8="001000001000001000001"),
        ]
    )


def test_implied_decimals_move_the_point() -> None:
    """Ten digits with two decimals behind no point."""
    records, reader = read("mvrs-upload", _mvrs("0000012345"))
    assert reader.problems == []
    assert (records[0].reading, records[0].decimals) == (Decimal("123.45"), 2)
    _, reader = read("mvrs-upload", _mvrs("0000012345", decimals="60"))
    assert "60 decimals" in reader.problems[0].sentence


def test_a_bad_parent_takes_its_readings_with_it() -> None:
    """A reading under a broken line is refused with the number of that line, never misfiled."""
    layout = read_layout(
        "name: t\nform: fixed\nrecords:\n"
        "  - {begins: MTR, level: 1, fields: {meter_number: 5-10, dials: 12-13}}\n"
        "  - {begins: RDG, level: 2, read: yes, fields: {reading: 5-10}}\n"
    )
    records, reader = read(
        layout, b"MTR A1     06\nRDG 12\nMTR A2     xx\nRDG 13\nMTR A3\nRDG 14\n"
    )
    assert [record.meter_number for record in records] == ["A1", "A3"]
    assert [(one.line, one.sentence[:21]) for one in reader.problems] == [
        (3, "'xx' is not a whole n"), (4, "it belongs to line 3,"),
    ]  # fmt: skip


def test_lines_that_follow_each_other_without_ends_are_cut_by_width() -> None:
    """The same records with and without line ends give the same reads; a stump is told."""
    text = read_layout_text(ending="none")
    body = b"".join(b"%-8s%08d" % (b"M%d" % n, n) for n in range(5))
    records, reader = read(read_layout(text), body)
    assert [record.reading for record in records] == [0, 1, 2, 3, 4]
    assert reader.problems == []
    _, reader = read(read_layout(text), body + b"M5   ")
    assert "5 of 16" in reader.problems[0].sentence
    records, _ = read(read_layout(text), body + b"\r\n\x1a")
    assert len(records) == 5


def read_layout_text(ending: str) -> str:
    """A layout of eight characters meter number and eight digits reading."""
    return (
        f"name: t\nform: fixed\nwidth: 16\nending: {ending}\nrecords:\n"
        "  - {read: yes, fields: {meter_number: 1-8, reading: 9-16}}\n"
    )


@pytest.mark.parametrize(
    ("near", "text", "expected"),
    [
        (date(2026, 1, 3), "1230", date(2025, 12, 30)),
        (date(2025, 12, 30), "0102", date(2026, 1, 2)),
        (date(2024, 3, 1), "0229", date(2024, 2, 29)),
        (date(2026, 7, 15), "0715", date(2026, 7, 15)),
    ],
)
def test_a_missing_year_is_that_of_the_nearest_such_day(
    near: date, text: str, expected: date
) -> None:
    """Around New Year the nearest day decides, and 29 February finds its leap year."""
    line = f"{'1':12}{'M1':15}{'':16}{'77':>9}{text}".encode().ljust(91) + b"\r\n"
    records, reader = read("smartfusion-k3", line, near)
    assert reader.problems == []
    assert records[0].day == expected


def test_a_missing_year_of_an_impossible_day_is_told() -> None:
    """29 February with no leap year near is no day."""
    line = f"{'1':12}{'M1':15}{'':16}{'77':>9}0229".encode().ljust(91)
    _, reader = read("smartfusion-k3", line, date(2026, 2, 20))
    assert "no day near" in reader.problems[0].sentence


@pytest.mark.parametrize("delimiter", [",", "\t", "|", ";"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_delimiters_line_ends_and_marks_do_not_matter(
    delimiter: str, ending: str, mark: str
) -> None:
    """Comma, tab, pipe and semicolon, LF and CR LF, with and without a byte order mark."""
    rows = [["Reading", "METER", "note", "day"], ["12", " M1 ", "x y", "2026-07-15"]]
    text = mark + ending.join(delimiter.join(row) for row in rows)
    records, reader = read("csv-default", text.encode())
    assert reader.problems == []
    assert [(one.meter_number, one.reading, one.day, one.line) for one in records] == [
        ("M1", 12, NEAR, 2)
    ]


def _cmep(*fields: object, times: int = 2, count: int | None = None, tail: str = "") -> bytes:
    head = ["MEPMD01", "19970819", "S", "C", "R", "RC", "202607150800", "M1", "OK", "W", "CCFREG"]
    head += ["1", "00000100", str(times if count is None else count)]
    return (",".join([*head, *map(str, fields)]) + tail).encode() + b"\r\n"


def test_a_time_that_is_left_out_is_the_one_before_plus_the_interval() -> None:
    """Only the first value needs a time; the rest follow by the hour, over midnight."""
    records, reader = read("cmep", _cmep("202607150630", "", 5, "", "", 6, "", "", 7, times=3))
    assert reader.problems == []
    assert [one.time for one in records] == ["23:30:00", "00:30:00", "01:30:00"]
    assert [one.day for one in records] == [date(2026, 7, 14), NEAR, NEAR]


@pytest.mark.parametrize(
    ("quality", "given", "flags"),
    [
        ("", Given.ACTUAL, ()),
        ("R0", Given.ACTUAL, ()),
        ("E", Given.ESTIMATED, ()),
        ("A", Given.ACTUAL, ()),
        ("N32", Given.SKIPPED, ("missing",)),
        ("R8195", Given.ACTUAL, ("communication failure", "outage", "rollover")),
    ],
)
def test_quality_letters_and_masks(quality: str, given: Given, flags: tuple[str, ...]) -> None:
    """The letter says what was given, the bits say what the radio reports."""
    records, _ = read("cmep", _cmep("202607150630", quality, 5, times=1))
    assert (records[0].kind, records[0].flags) == (given, flags)


@pytest.mark.parametrize(
    ("line", "word"),
    [
        (_cmep("202607150630", "", 5, times=2), "2 values are stated and 1"),
        (_cmep(*["202607150630", "", 5] * 49, times=49), "at most 48"),
        (_cmep("202607150630", "X", 5, times=1), "none of"),
        (_cmep("202613150630", "", 5, times=1), "no day of the calendar"),
        (_cmep("202607152530", "", 5, times=1), "no time of day"),
        (_cmep("2026071506", "", 5, times=1), "not written as"),
    ],
)
def test_broken_cmep_lines_are_told(line: bytes, word: str) -> None:
    """Wrong counts, qualities and times refuse their line with the reason."""
    records, reader = read("cmep", line)
    assert records == []
    assert word in reader.problems[0].sentence


def test_cmep_passes_over_what_is_not_ours() -> None:
    """Other purposes, commodities and record types are counted, not refused; a checksum is fine."""
    lines = [
        _cmep("202607150630", "", 5, times=1, tail=",H1A2B"),
        _cmep("202607150630", "", 5, times=1).replace(b",OK,", b",RESEND,"),
        _cmep("202607150630", "", 5, times=1).replace(b",W,CCFREG", b",G,THERM"),
        b"MLA01,20080501,whatever\r\n",
        _cmep(times=0),
    ]
    records, reader = read("cmep", b"".join(lines))
    assert (len(records), reader.problems) == (1, [])
    assert dict(reader.counts.passed_over) == {
        "purpose RESEND": 1, "commodity G": 1, "record MLA01": 1,
    }  # fmt: skip


def test_interval_units_are_marked() -> None:
    """A unit without REG is the use of an interval, not a register."""
    line = _cmep("202607150630", "", 5, times=1).replace(b"CCFREG", b"MCF")
    records, _ = read("cmep", line)
    assert (records[0].interval, records[0].unit, records[0].multiplier) == (True, Unit.CCF, 10)


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        ("00000015", "2026-01-31 00:15"),
        ("00010000", "2026-02-01 00:00"),
        ("01000000", "2026-02-28 00:00"),
        ("12000000", "2027-01-31 00:00"),
    ],
)
def test_intervals_of_minutes_days_and_months(span: str, expected: str) -> None:
    """MMDDhhmm; a month from the 31st ends on the last day of the next."""
    start = datetime.fromisoformat("2026-01-31 00:00")
    assert after(start, span) == datetime.fromisoformat(expected)


def test_a_line_too_long_costs_only_itself() -> None:
    """Ten megabytes in one line are skipped in pieces; the lines around it are read."""
    content = b"meter_number,reading\nM1,1\n" + b"x" * 10_000_000 + b"\nM2,2\n"
    records, reader = read("csv-default", content)
    assert [one.meter_number for one in records] == ["M1", "M2"]
    assert [(one.line, "longer" in one.sentence) for one in reader.problems] == [(3, True)]


def test_an_open_quote_costs_only_its_line() -> None:
    """An unbalanced quotation mark does not swallow the rest of the file."""
    content = b'meter_number,reading,name\nM1,1,"x\nM2,2,"a ""b"" c, d"\n'
    records, reader = read("csv-default", content)
    assert [(one.meter_number, one.name) for one in records] == [("M2", 'a "b" c, d')]
    assert reader.problems[0].line == 2


def test_problems_are_bounded_and_rejections_are_counted() -> None:
    """A file of nonsense keeps a thousand problems and counts them all."""
    _, reader = read("csv-default", b"meter_number,reading\n" + b"M1,x\n" * 3000)
    assert (len(reader.problems), reader.counts.rejected) == (1000, 3000)


def test_the_wrong_layout_is_told_at_the_first_line() -> None:
    """A CSV loaded as MV-RS is refused at once and not line by line."""
    with pytest.raises(ProblemsFound, match="begins with 'meter_number'"):
        read("mvrs-upload", b"meter_number,reading\nM1,1\n")


def test_formulas_are_written_as_text_and_read_back() -> None:
    """Cells that a spreadsheet would run get an apostrophe; numbers stay numbers."""
    from billing_tui.metering.read_record import ReadRecord

    record = ReadRecord(meter_number="=1+1", name="'@x", reading=Decimal(-5), day=NEAR)
    written = b"".join(write_layout(find_layout("csv-default"), [record])).decode()
    assert "'=1+1" in written
    assert "''@x" in written
    assert ",-5," in written
    again, _ = read("csv-default", written.encode())
    assert replace(again[0], line=0) == record


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("name: t\nrecords: []\n", "layout.records"),
        ("name: t\nform: round\nrecords: [{read: yes}]\n", "layout.form"),
        ("name: T!\nrecords: [{read: yes}]\n", "layout.name"),
        ("name: t\nrecords: [{read: yes}]\ncolour: red\n", "layout.colour"),
        ("name: t\nrecords: [{fields: {reading: '3'}}]\n", "layout.records"),
        ("name: t\nrecords: [{read: yes, fields: {weight: '3'}}]\n", "records.1.weight"),
        ("name: t\nrecords: [{read: yes, fields: {reading: 9-3}}]\n", "records.1.reading"),
        ("name: t\nrecords: [{read: yes, fields: {reading: '0'}}]\n", "records.1.reading"),
        ("name: t\nrecords: [{read: yes, fields: {day: 1-8}}]\n", "records.1.day"),
        ("name: t\nform: fixed\nending: none\nrecords: [{read: yes}]\n", "layout.width"),
        ("name: t\nlast: END\nrecords: [{read: yes}]\n", "layout.records"),
        ("name: t\nzone: Mars/Base\nrecords: [{read: yes}]\n", "layout.zone"),
        ("name: t\nunits: {X: parsec}\nrecords: [{read: yes}]\n", "layout.units.X"),
        ("name: t\nkinds: {A: guess}\nrecords: [{read: yes}]\n", "layout.kinds.A"),
        ("name: t\nlongest: 999999\nrecords: [{read: yes}]\n", "layout.longest"),
        ("- a\n", "layout"),
    ],
)
def test_mistakes_in_a_layout_are_told_where_they_stand(text: str, where: str) -> None:
    """A layout with a mistake is refused with the key at fault."""
    with pytest.raises(ProblemsFound) as refusal:
        read_layout(text)
    problem = refusal.value.problems[0]
    assert isinstance(problem, Problem)
    assert problem.field == where
