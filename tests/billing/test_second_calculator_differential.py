"""Both calculators on the same services: they agree to the cent on each line, or both refuse."""

from __future__ import annotations

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


def assert_agree(service: Service, use: Use) -> Lines | None:
    """Both calculators find the same lines, or both refuse; the lines."""
    lines = by_first(service, use)
    try:
        checked = recompute(service.second, use)
    except BillingError as refusal:
        assert lines is None, f"{use}: the second refuses: {refusal.sentence}"
        return None
    assert lines is not None, f"{use}: only the first refuses"
    assert compare(lines, checked) == [], use
    return lines


@pytest.mark.parametrize("code", sorted(SHIPPED))
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_shipped_schedules(code: str, data: DataObject) -> None:
    """Any service under the shipped schedules, across all of their rate changes."""
    service = SHIPPED[code]
    assert_agree(service, _service(data, service, service.second[0][1] - timedelta(days=20)))
