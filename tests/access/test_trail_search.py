"""The trail searched: each filter alone and together, page by page, exported safely."""

from __future__ import annotations

import csv
from datetime import date
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, strategies as st

from billing_tui.access.desk import NotAllowed
from billing_tui.access.export_trail import export_trail
from billing_tui.access.field_changes import FieldChange, field_changes
from billing_tui.access.rights import Right
from billing_tui.access.trail_search import (
    TrailQuery,
    recent_fields,
    recent_kinds,
    recent_verbs,
    search_trail,
    whole_trail,
    write_csv,
)
from billing_tui.access.writing import writing
from billing_tui.foundation.errors import InvalidEntry

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_tui.access.desk import Desk

FIRST, SECOND = date(2026, 11, 2), date(2026, 11, 3)


def note(
    desk: Desk,
    verb: str,
    about: tuple[str, str],
    before: dict[str, Any],
    after: dict[str, Any],
    *,
    why: str = "",
) -> None:
    """An entry in the trail."""
    with writing(desk, Right.LOOK, verb, why=why) as act:
        act.about(*about)
        act.before, act.after = before, after


@pytest.fixture
def trail(desk: Callable[..., Desk]) -> Callable[..., list[int]]:
    """Five entries; `trail(person=...)` gives the numbers of those that fit."""
    maria, luis = desk("maria"), desk("luis", SECOND)
    one = ("account", "10001-01")
    note(maria, "records.change_service", one, {"rate_class": "SFR"}, {"rate_class": "MFR"})
    note(maria, "records.add_meter", ("meter", "M1"), {}, {"size": "1", "rate_class": None})
    note(luis, "records.move", ("location", "1"), {}, {"account": "10001-01"})
    note(luis, "record.other", ("account", "10001-011"), {"rate_class": "A"}, {"rate_class": "A"})
    note(luis, "ledger.post", ("entry", "%"), {}, {"text": '"rate_class": no field', "x": "100_1"})

    def found(**query: Any) -> list[int]:
        page = search_trail(desk("ada"), TrailQuery(**query))
        return [line.seq for line in page.lines]

    return found


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ({}, [5, 4, 3, 2, 1]),
        ({"person": "Maria"}, [2, 1]),
        ({"person": "nobody"}, []),
        ({"account": "10001-01"}, [3, 1]),
        ({"account": "1000__01"}, []),
        ({"account": "%"}, []),
        ({"from_day": SECOND}, [5, 4, 3]),
        ({"to_day": FIRST}, [2, 1]),
        ({"from_day": FIRST, "to_day": FIRST, "person": "luis"}, []),
        ({"field": "rate_class"}, [2, 1]),
        ({"field": "rate"}, []),
        ({"field": "Rate class"}, [2, 1]),
        ({"verb": "records"}, [3, 2, 1]),
        ({"verb": "records.add_meter"}, [2]),
        ({"verb": "record"}, [4]),
        ({"subject_kind": "meter"}, [2]),
        ({"account": "10001-01", "person": "luis", "verb": "records"}, [3]),
        ({"words": "mfr"}, [1]),
        ({"words": "FIELD no"}, [5]),
        ({"words": '"rate_class": no'}, [5]),
        ({"words": "mfr nowhere"}, []),
        ({"words": "%"}, [5]),
    ],
)
def test_each_filter_finds_exactly_its_entries(
    trail: Callable[..., list[int]], query: dict[str, Any], wanted: list[int]
) -> None:
    """A near miss is none: other accounts, unchanged fields, texts that look like fields."""
    assert trail(**query) == wanted


def test_a_field_is_found_as_the_screens_show_it(desk: Callable[..., Desk]) -> None:
    """In a map or out of it, with its unit or without; the list names what was changed of late."""
    maria, luis = desk("maria"), desk("luis")
    asked = {"after": {"rate_class": "MFR"}, "amount_cents": 500}
    note(maria, "access.request_change", ("request", "1"), {}, asked)

    for field in ("rate class", "After, rate class", "after", "Amount", "amount_cents"):
        assert len(search_trail(luis, TrailQuery(field=field)).lines) == 1, field
    assert not search_trail(luis, TrailQuery(field="class")).lines
    assert recent_fields() == {
        "amount": "access.request_change", "rate class": "access.request_change",
    }  # fmt: skip


def test_what_an_entry_is_about_and_its_verb_are_found_as_the_screens_show_them(
    desk: Callable[..., Desk],
) -> None:
    """By their whole first words, in any case; so do the lists to choose from name them."""
    sam = desk("sam")
    note(sam, "rates.approve_schedule", ("rate_version", "WATER 4"), {}, {})
    note(sam, "billing.approve_run", ("bill run", "2026-11-07-1"), {}, {})
    note(sam, "records.add_flag", ("account", "10001-01"), {}, {})
    note(sam, "records.add_flags", ("accounts", "2"), {}, {})

    def found(**query: Any) -> list[int]:
        return [line.seq for line in search_trail(sam, TrailQuery(**query)).lines]

    for about in ("rate", "rate version", "Rate_version", "rate version WATER 4", "rate_version"):
        assert found(subject_kind=about) == [1], about
    assert found(subject_kind="bill run 2026-11-07-1") == [2]
    assert found(subject_kind="10001-01") == found(subject_kind="account") == [3]
    assert found(subject_kind="rat") == found(subject_kind="%") == []
    assert found(verb="Approve schedule") == [1]
    assert found(verb="approve") == [2, 1]
    assert found(verb="add flag") == found(verb="records.add_flag") == [3]
    assert found(verb="pprove") == found(verb="a") == found(verb="%") == []
    assert recent_kinds()["rate version"] == "WATER 4"
    assert "rates.approve_schedule" in recent_verbs()


def test_an_entry_says_who_when_where_and_what(desk: Callable[..., Desk]) -> None:
    """Before and after, field by field."""
    about = ("account", "10001-01")
    note(
        desk("maria"), "records.x", about, {"a": 1, "same": 2}, {"a": None, "same": 2}, why="asked"
    )
    [line] = search_trail(desk("luis"), TrailQuery()).lines
    assert (line.person, line.business_day, line.station, line.why) == (
        "maria",
        "2026-11-02",
        "test",
        "asked",
    )
    assert line.changes == (FieldChange("a", "1", "null"),)
    assert line.same == (FieldChange("same", "2", "2"),)


def test_pages_meet_without_gap_or_overlap(desk: Callable[..., Desk]) -> None:
    """Each page begins where the one before ended; the last says so."""
    for number in range(7):
        note(desk("maria"), "records.x", ("account", str(number)), {}, {"f": number % 2})
    seen: list[int] = []
    before: int | None = None
    while True:
        page = search_trail(desk("luis"), TrailQuery(field="f"), before=before, size=3)
        seen += [line.seq for line in page.lines]
        before = page.next_before
        if before is None:
            break
    assert seen == [7, 6, 5, 4, 3, 2, 1]
    assert search_trail(desk("luis"), TrailQuery(), size=7).next_before is None


def test_long_trails_are_read_a_chunk_at_a_time(desk: Callable[..., Desk]) -> None:
    """A filter that Python decides still finds what lies beyond the first chunk."""
    maria = desk("maria")
    note(maria, "records.x", ("a", "1"), {}, {"rare": 1})
    for _ in range(510):
        note(maria, "records.x", ("a", "2"), {"rare": 1}, {"rare": 1})
    assert [line.seq for line in whole_trail(desk("luis"), TrailQuery(field="rare"))] == [1]


def test_who_may_not_read_the_trail(desk: Callable[..., Desk]) -> None:
    """Clerks and cashiers; and days the wrong way round are no range."""
    for who in ("maria", "cass"):
        with pytest.raises(NotAllowed):
            search_trail(desk(who), TrailQuery())
        with pytest.raises(NotAllowed):
            whole_trail(desk(who), TrailQuery())
    with pytest.raises(InvalidEntry):
        search_trail(desk("luis"), TrailQuery(from_day=SECOND, to_day=FIRST))


def test_an_export_has_a_row_for_each_change_and_no_formula(desk: Callable[..., Desk]) -> None:
    """What a spreadsheet would run is text; an entry without changes has a row too."""
    formula = '=HYPERLINK("http://x","y")'
    note(desk("maria"), "records.x", ("account", "1"), {"a": "-1"}, {"a": formula, "b": "x,\ny"})
    note(desk("maria"), "records.y", ("account", "2"), {}, {}, why="@now")
    stream = StringIO()
    assert write_csv(whole_trail(desk("luis"), TrailQuery()), stream) == 2
    rows = list(csv.DictReader(StringIO(stream.getvalue())))
    assert [(row["seq"], row["field"], row["before"], row["after"]) for row in rows] == [
        ("2", "", "", ""),
        ("1", "a", "'-1", f"'{formula}"),
        ("1", "b", "", "x,\ny"),
    ]
    assert rows[0]["why"] == "'@now"


def test_an_export_is_read_without_the_program(desk: Callable[..., Desk]) -> None:
    """Moments by the office's clock, lists in words, nothing where there was nothing."""
    note(
        desk("maria"),
        "records.x",
        ("account", "1"),
        {"at": None, "lines": ["PO Box 7", "Sierra Vista"], "odd": "[7", "deep": [["a"]]},
        {"at": "2026-11-03T20:25:37+00:00", "lines": [], "odd": "2026-13-03T20:25:37+00:00"},
    )
    stream = StringIO()
    write_csv(whole_trail(desk("luis"), TrailQuery()), stream)
    rows = csv.DictReader(StringIO(stream.getvalue()))
    assert {row["field"]: (row["before"], row["after"]) for row in rows} == {
        "at": ("", "2026-11-03T12:25:37-08:00"),
        "lines": ("PO Box 7; Sierra Vista", ""),
        "odd": ("[7", "2026-13-03T20:25:37+00:00"),
        "deep": ('[["a"]]', ""),
    }


def test_an_export_is_a_private_file_and_is_itself_in_the_trail(desk: Callable[..., Desk]) -> None:
    """Who took what away, by which question; the auditor may, a clerk may not."""
    note(desk("maria"), "records.x", ("account", "1"), {"a": 1}, {"a": 2})
    note(desk("maria"), "ledger.y", ("account", "2"), {}, {})
    ada = desk("ada")
    done = export_trail(ada, TrailQuery(verb="records", words="1"))
    assert (done.path.parent, done.path.name) == (
        ada.home.exports,
        "trail-ada-20261102T090000.csv",
    )
    assert done.entries == 1
    assert done.path.stat().st_mode & 0o777 == 0o600
    rows = list(csv.DictReader(StringIO(done.path.read_text(encoding="utf-8"))))
    assert [(row["seq"], row["before"], row["after"]) for row in rows] == [("1", "1", "2")]
    [noted] = search_trail(ada, TrailQuery(verb="access.export_trail")).lines
    assert (noted.person, noted.subject) == ("ada", done.path.name)
    told = {change.field: change.after for change in noted.changes}
    assert told == {"entries": "1", "verb": "records", "words": "1"}
    with pytest.raises(InvalidEntry, match="cannot be written"):
        export_trail(ada, TrailQuery())
    done.path.unlink()
    with pytest.raises(InvalidEntry, match="before the first"):
        export_trail(ada, TrailQuery(from_day=SECOND, to_day=FIRST))
    assert list(ada.home.exports.iterdir()) == []
    with pytest.raises(NotAllowed):
        export_trail(desk("maria"), TrailQuery())


VALUES = st.recursive(
    st.none() | st.integers() | st.text(max_size=4),
    lambda inner: st.dictionaries(st.text("ab", min_size=1, max_size=2), inner, max_size=3),
    max_leaves=6,
)
MAPS = st.dictionaries(st.text("ab", min_size=1, max_size=2), VALUES, max_size=4)


@given(MAPS, MAPS)
def test_changes_are_what_differs(before: dict[str, Any], after: dict[str, Any]) -> None:
    """Nothing where nothing differs, the mirror image the other way round, each field once."""
    changes = field_changes(before, after)
    assert field_changes(before, before) == ()
    mirrored = [FieldChange(c.field, c.after, c.before) for c in changes]
    assert list(field_changes(after, before)) == mirrored
    assert len({change.field for change in changes}) == len(changes)
    for name in {key for key in before.keys() ^ after.keys() if "." not in key}:
        assert any(c.field == name or c.field.startswith(f"{name}.") for c in changes)
