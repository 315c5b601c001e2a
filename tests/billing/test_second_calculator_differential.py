"""Both calculators on the same services: they agree to the cent on each line, or both refuse."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from billing_tui.billing.second_calculator.compare import compare
from billing_tui.billing.second_calculator.reading import ScheduleReading, read_schedule
from billing_tui.billing.second_calculator.recompute import Use, recompute
from billing_tui.foundation.data_files import data_path
from billing_tui.foundation.errors import BillingError
from billing_tui.foundation.strict_yaml import read_yaml
from billing_tui.foundation.units import Unit
from billing_tui.rates.engine import compile_schedule
from billing_tui.rates.line import ServiceUse
from billing_tui.rates.period import CompiledVersion, rate_period
from billing_tui.rates.schedule_text import read_schedule as read_first

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hypothesis.strategies import DataObject

    from billing_tui.billing.second_calculator.plan import CheckedLine


Lines = list[tuple[str, int | None, int]]
NUMBERS = ("0", "1", "2", "3", "8", "14", "120.5", "2600", "3899", "3900", "7500", "10000.25")


class Service(NamedTuple):
    """A schedule's versions as each calculator reads them, with what its tables can be asked."""

    node: dict[str, Any]
    first: list[CompiledVersion]
    second: list[tuple[ScheduleReading, date, date | None]]


def service_of(texts: list[str]) -> Service:
    """The versions that follow each other, the last one open."""
    nodes: list[Any] = [read_yaml(text) for text in texts]
    starts = [date.fromisoformat(node["effective"]) for node in nodes]
    after = [*starts[1:], None]
    days = timedelta(days=1)
    return Service(
        nodes[-1],
        [
            CompiledVersion(compile_schedule(read_first(text)), start, end - days if end else None)
            for text, start, end in zip(texts, starts, after, strict=True)
        ],
        [(read_schedule(text), s, e) for text, s, e in zip(texts, starts, after, strict=True)],
    )


def _shipped() -> dict[str, Service]:
    texts: dict[str, list[str]] = {}
    for path in sorted(data_path("rates").glob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        node: Any = read_yaml(text)
        texts.setdefault(node["schedule"], []).append(text)
    return {code: service_of(versions) for code, versions in texts.items()}


SHIPPED = _shipped()


def _words(node: Any, name: str) -> Iterator[str]:
    """The keys by which the tables of a schedule look an attribute up."""
    if isinstance(node, list):
        for item in node:
            yield from _words(item, name)
    elif isinstance(node, dict):
        if "by" in node and name in node["by"]:
            below = [node["table"]]
            for _ in range(node["by"].index(name)):
                below = [entry for table in below for entry in table.values()]
            yield from (word for table in below for word in table)
        for item in node.values():
            yield from _words(item, name)


def _stated(data: DataObject, node: dict[str, Any]) -> dict[str, str]:
    """What an account states: mostly what the tables know, now and then not."""
    stated = {}
    for name, kind in node.get("attributes", {}).items():
        words = sorted(set(_words(node, name))) or ["yes", "no"]
        known = st.sampled_from(NUMBERS if kind == "number" else words)
        odd = st.sampled_from(["", "unheard of", None])
        word = data.draw(known if data.draw(st.integers(0, 19)) else odd, label=name)
        if word is not None:
            stated[name] = word
    return stated


def _amount(data: DataObject, label: str) -> str:
    milli = data.draw(st.integers(0, 60_000) | st.integers(0, 40).map(lambda n: n * 1000), label)
    return str(Decimal(milli) / 1000)


def _service(data: DataObject, service: Service, earliest: date) -> Use:
    node = service.node
    start = earliest + timedelta(days=data.draw(st.integers(0, 900), label="start"))
    days = data.draw(st.integers(1, 65) | st.integers(26, 34), label="days")
    metered = data.draw(st.integers(0, 9), label="metered") > 0 and "unit" in node
    return Use(
        rate_class=data.draw(st.sampled_from(sorted(node["classes"])), label="class"),
        attributes=_stated(data, node),
        usage=_amount(data, "usage") if metered else None,
        unit=node["unit"] if metered else None,
        from_day=start,
        to_day=start + timedelta(days=days),
        related={
            name: _amount(data, name)
            for name in node.get("related", {})
            if data.draw(st.integers(0, 9), label=f"{name} given")
        },
    )


def by_first(service: Service, use: Use) -> Lines | None:
    """The first calculator's lines; None where it refuses."""
    asked = ServiceUse(
        use.rate_class,
        use.attributes,
        None if use.usage is None else Decimal(use.usage),
        None if use.unit is None else Unit(use.unit),
        use.from_day,
        use.to_day,
        {name: Decimal(amount) for name, amount in use.related.items()},
    )
    try:
        rated = rate_period(service.first, asked)
    except BillingError:
        return None
    return [(line.code, line.tier, line.cents) for line in rated.lines]


def by_second(service: Service, use: Use) -> tuple[CheckedLine, ...] | None:
    """The second calculator's lines; None where it refuses."""
    try:
        return recompute(service.second, use)
    except BillingError:
        return None


def assert_agree(service: Service, use: Use) -> Lines | None:
    """Both calculators find the same lines, or both refuse; the lines."""
    lines, checked = by_first(service, use), by_second(service, use)
    if lines is None or checked is None:
        assert (lines, checked) == (None, None), f"only one refuses {use}"
        return None
    assert compare(lines, checked) == [], use
    return lines


@pytest.mark.parametrize("code", sorted(SHIPPED))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_shipped_schedules(code: str, data: DataObject) -> None:
    """Any service under the shipped schedules, across all of their rate changes."""
    service = SHIPPED[code]
    assert_agree(service, _service(data, service, service.second[0][1] - timedelta(days=20)))


FORMULAS = (
    "{n}", "{n}", "{n}", "{n} * {n}", "-{n}", "persons * {n}", "{n} / 3 * 3", "days * {n} / 31",
    "usage / {n}", "{n} + month / 7", "v1 * {n}", "v2 + {n}", "measured - {n}", "standing / 7",
    "({n} - persons) ^ 2", "standard_days / {n}",
)  # fmt: skip
PLAIN = st.integers(0, 4000).map(lambda cents: str(Decimal(cents) / 100))


@st.composite
def a_formula(draw: st.DrawFn, *, deep: bool = True) -> str:
    """A formula over the names that `a_schedule` declares."""
    text: str = draw(st.sampled_from(FORMULAS if deep else FORMULAS[:10]))
    while "{n}" in text:
        text = text.replace("{n}", draw(PLAIN), 1)
    return text


def _mapped(**entries: str | None) -> str:
    return "{" + ", ".join(f"{key}: {word}" for key, word in entries.items() if word) + "}"


@st.composite
def a_value(draw: st.DrawFn, *, deep: bool = True) -> str:
    """A value in any of its forms, with or without modifiers."""
    form = draw(
        st.sampled_from(["plain", "plain", "formula", "text", "steps", "season", "percent"])
    )
    if form == "plain":
        return draw(PLAIN)
    entry = a_formula(deep=deep)
    a, b, c = draw(entry), draw(entry), draw(entry)
    body = {
        "formula": {"formula": a},
        "text": {"by": "[size]", "table": f"{{S: {a}, L: {b}}}"},
        "steps": {"by": "[{range: persons}]", "table": f"{{..3: {a}, 3..8: {b}, 8..: {c}}}"},
        "season": {
            "by": "[season, size]",
            "table": f"{{s: {{S: {a}, L: {b}}}, w: {{S: {c}, L: 1}}}}",
        },
        "percent": {"percent": a, "of": b},
    }[form]
    rounding = draw(st.sampled_from(["half-even", "half-up", "up", "down", None, None]))
    return _mapped(
        **body,
        default=draw(st.none() | PLAIN),
        at_least=draw(st.none() | PLAIN),
        at_most=draw(st.none() | entry),
        round=rounding,
        decimals=rounding and draw(st.sampled_from([None, "1", "3"])),
    )


@st.composite
def some_tiers(draw: st.DrawFn) -> str:
    """Tiers one by one, or lists that a table chooses; plain caps rise."""
    plain = sorted(draw(st.sets(st.integers(1, 40), min_size=2, max_size=3)))
    cap = st.sampled_from(
        ["v1", "v2", "{percent: 150, of: v1}", "{by: [size], table: {S: 9, L: 31}}"]
    )
    caps = plain if draw(st.booleans()) else [draw(cap) for _ in plain]
    prices = [draw(a_value(deep=False)) for _ in range(len(caps) + 1)]
    form = draw(st.sampled_from(["each", "lists", "chosen"]))
    if form == "each":
        rows = [f"{{to: {c}, price: {p}}}" for c, p in zip(caps, prices, strict=False)]
        return f"[{', '.join([*rows, f'{{price: {prices[-1]}}}'])}]"
    written = f"[{', '.join(map(str, caps))}]"
    if form == "chosen":
        written = f"{{by: [size], table: {{S: {written}, L: [1, 2.5{', 7' * (len(caps) - 2)}]}}}}"
    return _mapped(
        caps=written,
        prices=f"[{', '.join(prices)}]",
        of=draw(st.sampled_from([None, "usage", "measured", "standing * 2"])),
    )


@st.composite
def some_charges(draw: st.DrawFn) -> list[str]:
    """One to five charges, later ones over earlier ones."""
    charges: list[str] = []
    for code in "ABCDE"[: draw(st.integers(1, 5))]:
        before = [charge[7] for charge in charges]
        forms = [
            "amount",
            "price",
            "quantity",
            "tiers",
            *["percent", "minimum", "named"] * bool(before),
        ]
        form = draw(st.sampled_from(forms))
        of = f"[{', '.join(draw(st.sets(st.sampled_from(before or ['A']), min_size=1)))}]"
        bases: dict[str, dict[str, str | None]] = {
            "amount": {"amount": draw(a_value())},
            "named": {"amount": f"{before[-1] if before else 0} / 7", "prorate": "no"},
            "price": {"price": draw(a_value())},
            "quantity": {"price": draw(a_value()), "quantity": draw(a_value())},
            "tiers": {"tiers": draw(some_tiers())},
            "percent": {"percent": draw(a_value()), "of": of, "at_most": draw(st.none() | PLAIN)},
            "minimum": {"minimum": draw(a_value()), "of": of},
        }
        basis = bases[form]
        if form not in {"tiers", "percent"}:
            basis.setdefault("prorate", draw(st.sampled_from([None, None, "no"])))
        discount = draw(st.integers(0, 9)) == 0
        basis["kind"] = "discount, funding: x" if discount else "fixed"
        omit = draw(st.sampled_from([None, "yes"]))
        charges.append(_mapped(code=code, label="x", revenue="r", omit_zero=omit, **basis))
    return charges


@st.composite
def a_schedule(draw: st.DrawFn) -> str:
    """A schedule in which everything of the format can stand."""

    def pick(*words: str) -> str:
        return draw(st.sampled_from(words))

    charges = "\n      - ".join(draw(some_charges()))
    return f"""
schedule: X
title: Anything
service: water
unit: ccf
resolution: "1"
adopted: 2026-01-01
effective: 2026-01-01
rounding: {{money: {pick("line", "bill")}, caps: {pick("none", "half-even", "half-up")},
  usage: {pick("none", "truncate")}}}
negative_usage: {pick("refuse", "zero", "credit")}
given: {pick("refuse", "wins")}
proration:
  standard_days: {pick("30", "31", "61")}
  no_proration_between: {pick("[27, 33]", "[30, 30]")}
  fixed: {pick("by_days", "none")}
  tier_caps: {pick("by_days", "none")}
  rate_change: {pick("by_days", "by_days", "last_day", "first_day")}
  season_change: {pick("by_days", "last_day", "first_day")}
seasons: {{season: {{s: [4, 5, 6, 7, 8, 9, 10], w: [11, 12, 1, 2, 3]}}}}
attributes: {{size: text, persons: number}}
related: {{measured: measured, standing: standing}}
values:
  v1: {draw(a_value(deep=False))}
  v2: {pick("v1 * 2", "{formula: v1 * days / 30, round: half-up}", "persons", "11.75")}
classes:
  C:
    title: Any
    charges:
      - {charges}
"""


def _loaded(texts: list[str]) -> Service | None:
    """The versions, if both calculators take the texts; None if both refuse one."""
    taken = []
    for read in (lambda text: compile_schedule(read_first(text)), read_schedule):
        try:
            taken.append(all(read(text) for text in texts))
        except BillingError:
            taken.append(False)
    assert taken[0] == taken[1], f"only one reads it: {taken}\n{texts[0]}"
    if not taken[0]:
        return None
    return service_of(
        [text.replace("2026-01-01", day) for text, day in zip(texts, DAYS, strict=False)]
    )


DAYS = ("2026-01-01", "2026-04-17")


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(a_schedule(), min_size=1, max_size=2), st.data())
def test_any_schedule(texts: list[str], data: DataObject) -> None:
    """Schedules made up over the whole format, one or two versions of them.

    Usage is always given, and `prorate` is left out where the format's page can be read two ways:
    `no` on tiers, `yes` on a percentage or on what depends on days.
    """
    service = _loaded(texts)
    if service is None:
        return
    for _ in range(3):
        use = _service(data, service, date(2026, 1, 1))
        attributes = {**use.attributes, **data.draw(OVERRIDES)}
        usage = _signed(data, use.usage or "0")
        assert_agree(service, replace(use, attributes=attributes, usage=usage, unit="ccf"))


OVERRIDES: st.SearchStrategy[dict[str, str]] = st.sampled_from(
    [{}, {}, {}, {"v1": "12.5"}, {"v2": ""}]
)


def _signed(data: DataObject, usage: str) -> str:
    return usage if data.draw(st.integers(0, 5), label="sign") else f"-{usage}"
