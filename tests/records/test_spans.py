"""Values over time: no overlap, no lost day."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, strategies as st

from billing_tui.records.spans import Span, in_force, place, stretches

START = date(2026, 1, 1)
days = st.integers(0, 400).map(lambda count: START + timedelta(days=count))


def apply(spans: list[Span], value: str, day: date) -> list[Span]:
    """Set a value as the verbs do with their rows."""
    found = place(spans, day)
    kept = [span for span in spans if span not in {found.closes, found.replaces}]
    if found.replaces is not None:
        return [*kept, found.replaces._replace(value=value)]
    to_day = found.to_day
    if found.closes is not None:
        kept.append(found.closes._replace(to_day=day - timedelta(days=1)))
        to_day = found.closes.to_day
    return [*kept, Span("zone", value, day, to_day)]


@given(st.lists(st.tuples(days, st.sampled_from("ABC")), max_size=12), days)
def test_changes_in_any_order_never_overlap(changes: list[tuple[date, str]], asked: date) -> None:
    """Each day has the value of the latest start at or before it, however the changes came."""
    spans: list[Span] = []
    model: dict[date, str] = {}
    for day, value in changes:
        spans = apply(spans, value, day)
        model[day] = value
    assert sum(span.covers(asked) for span in spans) <= 1
    before = [day for day in model if day <= asked]
    expected = {"zone": model[max(before)]} if before else {}
    assert in_force(spans, asked) == expected


@given(st.lists(st.tuples(days, st.sampled_from("ABC")), max_size=8), days, st.integers(0, 90))
def test_stretches_cover_every_day_once(
    changes: list[tuple[date, str]], first: date, length: int
) -> None:
    """Stretches follow on each other, and each has the values of all its days."""
    spans: list[Span] = []
    for day, value in changes:
        spans = apply(spans, value, day)
    last = first + timedelta(days=length)
    found = list(stretches(spans, first, last))
    assert found[0].from_day == first
    assert found[-1].to_day == last
    assert sum((one.to_day - one.from_day).days + 1 for one in found) == length + 1
    for one in found:
        for count in range((one.to_day - one.from_day).days + 1):
            assert in_force(spans, one.from_day + timedelta(days=count)) == one.values


def test_a_change_on_the_last_day_of_a_period() -> None:
    """A value that begins on the last day makes a stretch of that one day."""
    spans = [Span("zone", "A", START, date(2026, 1, 30)), Span("zone", "B", date(2026, 1, 31))]
    found = list(stretches(spans, START, date(2026, 1, 31)))
    assert [(one.from_day, one.to_day, one.values) for one in found] == [
        (START, date(2026, 1, 30), {"zone": "A"}),
        (date(2026, 1, 31), date(2026, 1, 31), {"zone": "B"}),
    ]
