"""Schedules as text: read strictly, written so that reading gives the same."""

from __future__ import annotations

import pytest
import schedules as s

from billing_tui.foundation.data_files import data_path
from billing_tui.foundation.errors import ProblemsFound
from billing_tui.rates.engine import compile_schedule
from billing_tui.rates.proof import prove
from billing_tui.rates.schedule_text import read_schedule, write_schedule

PATHS = sorted(data_path("rates").glob("*.yaml"))


@pytest.mark.parametrize("path", PATHS, ids=[path.stem for path in PATHS])
def test_shipped_schedules(path: object) -> None:
    """Each reproduces its worked examples, every class has one, and its text round-trips."""
    text = path.read_text(encoding="utf-8")  # type: ignore[attr-defined]  # a Path
    schedule = read_schedule(text)
    assert read_schedule(write_schedule(schedule)) == schedule
    assert prove(compile_schedule(schedule)) == ()
    assert {example.rate_class for example in schedule.examples} == set(schedule.classes)


def test_round_trip_of_everything() -> None:
    """Modifiers, steps, lists chosen by tables, percents and minimums are written back."""
    compiled = s.schedule(
        "code: A, kind: fixed, prorate: no, omit_zero: yes, amount: {formula: x + area,"
        " default: 4, at_least: 1, at_most: {percent: 5, of: 200}, round: up, decimals: 2}",
        "code: B, kind: usage, unit: cart, tiers: {caps: {by: [zone], table: {a: [1, 2]}},"
        " prices: {by: [{range: area}, month], table: {..5: {'1': [1, 2, 3]}}}, of: usage * 2}",
        "code: D, kind: discount, funding: city, percent: -5, of: [A, B], at_most: 9",
        "code: M, kind: minimum, minimum: 3, of: [A]",
        rest=s.PRORATED + "values: {x: {by: [season], table: {summer: 1, winter: 2}}}\n",
    )
    assert read_schedule(write_schedule(compiled.schedule)) == compiled.schedule


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("unit: ccf", "unit: bucket", "unit"),
        ("service: water", "service: telephone", "service"),
        ("effective: 2026-07-01", "effective: 07/01/2026", "effective"),
        ("effective: 2026-07-01", "", "effective"),
        ("title: Test", "title: Test\ntitle: Again", "twice"),
        ("title: Test", "title: &a Test", "anchors"),
        ("title: Test", "title: !!python/object:os.system x", "tag"),
        ("title: Test", "colour: blue\ntitle: Test", "colour"),
        ("[11, 12, 1, 2, 3, 4]", "[11, 12, 1, 2, 3]", "months"),
        ("[11, 12, 1, 2, 3, 4]", "[11, 12, 1, 2, 3, 4, 5]", "twice"),
        ("zone: text", "zone: colour", "zone"),
        ("zone: text", "5zone: text", "5zone"),
        ("amount: 24.18", "amount: 24,18", "18: there is no such key"),
        ("kind: fixed", "kind: wrong", "kind"),
    ],
)
def test_refused_texts(old: str, new: str, named: str) -> None:
    """Whatever is not exactly understood is refused, naming it."""
    charges = f"      - {{label: L, revenue: r, {s.FIXED}}}"
    text = s.HEAD.format(code="W", effective=s.FIRST, rest="", charges=charges)
    assert read_schedule(text)
    with pytest.raises(ProblemsFound, match=named):
        read_schedule(text.replace(old, new, 1))


def test_yaml_guesses_nothing() -> None:
    """`no`, `010` and `1.50` as keys are the texts that stand there."""
    compiled = s.schedule(
        "code: A, kind: fixed, amount: {by: [kind], table: {no: 1, 010: 2, 1.50: 3}}"
    )
    for kind, cents in (("no", 100), ("010", 200), ("1.50", 300)):
        assert compiled.rate(s.use(attributes={"kind": kind})).total_cents == cents
