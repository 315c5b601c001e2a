"""Before and after side by side: nothing is lost in silence, and what changed comes first."""

from __future__ import annotations

from hypothesis import given, strategies as st

from billing_tui.access.field_changes import FieldChange, all_fields, field_changes
from billing_tui.tui.ink import Role, plain, width_of
from billing_tui.tui.side_by_side import field_label, field_text, side_by_side

FIELDS = all_fields(
    {"rate_class": "R-SFR", "flag": "Hold bill", "limit_cents": 125000, "to_day": None},
    {"rate_class": "R-MFR", "flag": "Hold bill", "limit_cents": -5, "to_day": "2026-11-20"},
)


def test_what_changed_is_bright_marked_and_first() -> None:
    """Then what stays, quiet; money, days and nothing in the words of the office."""
    lines = side_by_side(FIELDS, 80)

    assert [" ".join(plain(line).split()) for line in lines] == [
        "Before After",
        "Limit 1,250.00 > -0.05",
        "Rate class R-SFR > R-MFR",
        "To day - > 11/20/26",
        "Flag Hold bill Hold bill",
    ]
    assert lines[1][2][1] is Role.VALUE
    assert lines[4][2][1] is Role.LABEL


def test_what_does_not_fit_is_counted() -> None:
    """The last line says how many fields there are beyond it."""
    lines = side_by_side(FIELDS, 80, 3)

    assert len(lines) == 3
    assert plain(lines[-1]) == " + 3 more fields"
    assert len(side_by_side(FIELDS, 80, 5)) == 5
    assert "Flag" in plain(side_by_side(FIELDS, 80, 5)[-1])


def test_a_long_value_goes_on_in_the_next_line() -> None:
    """Only the first line carries the field's name and the mark."""
    told = "The customer moved the trailer behind the house and asks for a second cart"
    lines = side_by_side([FieldChange("remark", None, told)], 80)
    text = [plain(line) for line in lines]

    assert " ".join(" ".join(text[1:]).replace("Remark", "").split()) == f"- > {told}"
    assert [line.strip().startswith("Remark") for line in text[1:]] == [True] + [False] * 3


def test_values_read_as_the_office_writes_them() -> None:
    """Thousandths, lists of plain values, yes and no; what only looks like a day stays."""
    assert field_text("multiplier_milli", "1500") == "1.5"
    assert field_text("phones", '["5305551200","5305551201"]') == "5305551200, 5305551201"
    assert field_text("sequences", "[[1,2]]") == "[[1,2]]"
    assert field_text("since", "2026-11-03T18:33:51+00:00") == "11/03/26 10:33 PST"
    assert field_text("note", "2026-19-39T18:33:51+00:00") == "2026-19-39T18:33:51+00:00"
    assert field_text("billing_hold", "true") == "yes"
    assert field_text("name", "2026-02-31") == "2026-02-31"
    assert field_text("name", "[not json") == "[not json"
    assert field_label("leg.cents") == "Leg, amount"
    assert field_text("cents", "-12550") == "-125.50"
    assert field_label("mailing_address.city") == "Mailing address, city"


def test_equal_fields_are_no_changes() -> None:
    """`field_changes` leaves out what `all_fields` shows quiet."""
    assert [one.field for one in field_changes({"a": 1, "b": 2}, {"a": 1, "b": 3})] == ["b"]
    assert [one.field for one in all_fields({"a": 1, "b": 2}, {"a": 1, "b": 3})] == ["a", "b"]


_VALUES = st.none() | st.text(max_size=300)


@given(
    st.lists(st.builds(FieldChange, st.text(min_size=1, max_size=40), _VALUES, _VALUES)),
    st.integers(40, 200),
    st.none() | st.integers(2, 20),
)
def test_every_line_fits(fields: list[FieldChange], width: int, height: int | None) -> None:
    """No line is wider than the room and no more lines than asked for, whatever the values are."""
    lines = side_by_side(fields, width, height)

    assert all(width_of(line) <= width for line in lines)
    assert height is None or len(lines) <= height
    if height is None:
        assert not any("more field" in plain(line) for line in lines if len(line) == 1)
