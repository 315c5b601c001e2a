from __future__ import annotations

import io
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings, strategies as st

from billing_tui.foundation.errors import BillingError
from billing_tui.metering.layout_reader import LayoutReader
from billing_tui.metering.layout_text import find_layout, layout_names
from billing_tui.metering.layout_values import BadValueError, day, day_text, number
from billing_tui.metering.layout_writer import write_layout
from billing_tui.metering.read_record import Given, ReadRecord

WORD = st.text("ABCDEFGHJKLMNP0123456789-", min_size=1, max_size=8)
NAME = st.text("ABCDEF abcdef,\"'=+|", max_size=15).map(str.strip)
DAYS = st.dates(date(2000, 1, 1), date(2090, 12, 31))


@st.composite
def routes(draw: st.DrawFn) -> list[ReadRecord]:
    """A route as it goes out: meters in walk order, some with a radio, several on one account."""
    read_day = draw(DAYS)
    count = draw(st.integers(1, 12))
    records = []
    for place in range(count):
        previous = draw(st.integers(0, 999_999))
        records.append(
            ReadRecord(
                meter_number=f"M{place}",
                endpoint=draw(st.sampled_from(["", f"E{place}"])),
                account=f"A{draw(st.integers(0, 3))}",
                name=draw(NAME),
                cycle="03",
                route=f"030000{draw(st.integers(11, 13))}",
                sequence=f"{place:08}",
                day=read_day,
                kind=Given.SKIPPED,
                dials=6,
                decimals=0,
                multiplier=Decimal(draw(st.sampled_from([1, 10, 100]))),
                previous=Decimal(previous),
                low=Decimal(previous),
                high=Decimal(draw(st.integers(previous, 999_999))),
            )
        )
    return sorted(records, key=lambda one: (one.route, one.sequence))


def _again(layout: str, records: list[ReadRecord]) -> tuple[list[ReadRecord], LayoutReader]:
    chosen = find_layout(layout)
    written = b"".join(write_layout(chosen, records))
    reader = LayoutReader(chosen, io.BytesIO(written), near=date(2026, 7, 15))
    return list(reader), reader


def _facts(records: list[ReadRecord], *names: str) -> list[tuple[object, ...]]:
    return [tuple(getattr(one, name) for name in names) for one in records]


COMMON = ("meter_number", "endpoint", "account", "route", "sequence", "previous", "low", "high")


@settings(max_examples=60, deadline=None)
@given(routes())
def test_a_route_is_read_back_from_mvrs_as_it_went_out(records: list[ReadRecord]) -> None:
    """Export then parse gives the same meters in the same order, with counts that agree."""
    again, reader = _again("mvrs-download", records)
    assert reader.problems == []
    names = (*COMMON, "cycle", "day", "dials", "multiplier")
    assert _facts(again, *names) == _facts(records, *names)
    assert reader.counts.controls
    assert all(control.agrees for control in reader.counts.controls)


@settings(max_examples=60, deadline=None)
@given(routes())
def test_a_route_is_read_back_from_csv_as_it_went_out(records: list[ReadRecord]) -> None:
    """Names with quotes, commas, pipes and formula signs survive the way there and back."""
    again, reader = _again("csv-default", records)
    assert reader.problems == []
    names = (*COMMON, "name", "day", "kind")
    assert _facts(again, *names) == _facts(records, *names)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(layout_names()), st.binary(max_size=600))
def test_no_bytes_whatever_break_the_reader(layout: str, content: bytes) -> None:
    """Any bytes give reads, problems or one refusal; never another error."""
    reader = LayoutReader(find_layout(layout), io.BytesIO(content), near=date(2026, 7, 15))
    try:
        records = list(reader)
    except BillingError:
        return
    assert len(records) == reader.counts.reads


FRAGMENTS = st.sampled_from(
    [
        "FHD",
        "RHD",
        "CUS",
        "MTR",
        "RDG",
        "RFF",
        "RTR",
        "FTR",
        "0",
        "07152026",
        " ",
        "N",
        "S",
        "9" * 10,
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(FRAGMENTS, max_size=8), max_size=12))
def test_shuffled_records_never_give_a_read_without_a_meter(lines: list[list[str]]) -> None:
    """However records are mixed up, a read that comes out names a meter or a radio."""
    content = "\n".join("".join(line) for line in lines).encode()
    reader = LayoutReader(find_layout("mvrs-upload"), io.BytesIO(content), near=date(2026, 7, 15))
    try:
        records = list(reader)
    except BillingError:
        return
    assert all(one.meter_number or one.endpoint for one in records)


@given(st.text(max_size=40))
def test_numbers_are_plain_digits_or_refused(text: str) -> None:
    """What is taken as a number is finite and written with the digits 0-9 only."""
    try:
        value = number(text)
    except BadValueError:
        return
    assert value.is_finite()
    assert set(text) <= set("0123456789.-")


@given(
    DAYS,
    st.sampled_from(["MMDDYYYY", "YYYY-MM-DD", "MMDDYY", "MM/DD/YY", "MMDD"]),
    st.integers(-170, 170),
)
def test_days_are_read_back_with_every_pattern(value: date, pattern: str, apart: int) -> None:
    """A day without its year or century is found again from less than half a year away."""
    near = value + timedelta(days=apart)
    assert day(day_text(value, pattern), pattern, near) == value
