"""Likely causes of a high bill: each only with its evidence, the best supported first."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, strategies as st

from billing_tui.billing.bill_view import BillView, ReadPair, ServiceView
from billing_tui.billing.question.case import Case
from billing_tui.billing.question.causes import likely_causes
from billing_tui.billing.question.effects import Difference
from billing_tui.billing.question.evidence import CrewLook, Evidence, Finding, ReadOnFile
from billing_tui.billing.question.telling import Effect, Part
from billing_tui.billing.states import BillState
from billing_tui.billing.usage_history import PeriodUse
from billing_tui.metering.tables import ReadKind
from billing_tui.service_orders.kinds import OrderType

END = date(2026, 10, 14)
MONTH = timedelta(days=30)


def _uses(*ccf: int, estimated: tuple[int, ...] = ()) -> tuple[PeriodUse, ...]:
    """Periods of 30 days up to `END`, oldest first; those estimated are counted from the end."""
    days = [END - MONTH * back for back in range(len(ccf) - 1, -1, -1)]
    return tuple(
        PeriodUse(day - MONTH, day, used * 1000, "ccf", at - len(ccf) in estimated)
        for at, (day, used) in enumerate(zip(days, ccf, strict=True))
    )


def _read(reading: int, used: int | None, day: date = END, **other: Any) -> ReadOnFile:
    told: dict[str, Any] = {
        "read_id": 1, "meter": "M1", "dials": 6, "multiplier_milli": 1000, "day": day,
        "reading": reading, "kind": ReadKind.ACTUAL,
        "usage_milli": None if used is None else used * 1000, "unit": "ccf", "days": 30,
        "rolled_over": False, "derivation": "", "code": "",
        "previous": None if used is None else reading - used,
    }  # fmt: skip
    return ReadOnFile(**(told | other))


def _service(used: int, *kinds: str, estimated: bool = False) -> ServiceView:
    pairs = tuple(
        ReadPair("M0", '5/8"', 1000, END - MONTH, 1, END, 2, kind, used * 1000, "")
        for kind in kinds or ("A",)
    )
    return ServiceView(
        id=1, service_id=1, kind="water", schedule="WATER", rate_class="SFR",
        from_day=END - MONTH, to_day=END, days=30, usage_milli=used * 1000, unit="ccf",
        estimated=estimated, attributes={}, related={}, version_ids=(), cents=0, reads=pairs,
        lines=(),
    )  # fmt: skip


def _bill(service: ServiceView) -> BillView:
    return BillView(
        1, "B26-0000001", BillState.POSTED, 1, "2026-10-07-1", 1, "10001-01", END, END, 0, 0, 0,
        9000, 9000, (service,),
    )  # fmt: skip


def _case(
    uses: tuple[PeriodUse, ...],
    *reads: ReadOnFile,
    service: ServiceView | None = None,
    effects: tuple[Effect, ...] = (Effect(Part.USE, 4000, "40 ccf were used."),),
    **evidence: Any,
) -> Case:
    """A bill 40.00 above the last one, for use alone unless effects are given."""
    chosen = service or _service(uses[-1].usage_milli // 1000)
    bill = _bill(chosen)
    whole = sum(effect.cents for effect in effects)
    last = Difference(bill, whole, effects, (), {})
    told = {"began": date(2019, 3, 1)} | evidence
    return Case(bill, last, last, Evidence(chosen, reads, **told), uses)


def _titles(case: Case) -> list[str]:
    return [cause.title for cause in likely_causes(case)]


USUAL = (9,) * 13


def test_nothing_on_file_names_nothing() -> None:
    """High use alone speaks for no cause."""
    assert _titles(_case(_uses(*USUAL, 40), _read(1100, 40))) == []


@pytest.mark.parametrize(
    ("reads", "looks", "title"),
    [
        ((_read(1090, None, END + MONTH), _read(1100, 40)), (), "Misread: lower since"),
        (
            (_read(1100, 40),),
            (CrewLook("S26-1", OrderType.REREAD, END, 1070, "read"),),
            "Misread: the crew found less",
        ),
        (
            (_read(1100, 40),),
            (CrewLook("S26-2", OrderType.LEAK_CHECK, END, None, "Toilet runs"),),
            "The crew was there",
        ),
        ((_read(1180, 80, previous=1100),), (), "Misread: digits swapped"),
    ],
)
def test_what_contradicts_the_read(
    reads: tuple[ReadOnFile, ...], looks: tuple[CrewLook, ...], title: str
) -> None:
    """A later read, the crew, or digits that make the use a usual one when swapped."""
    used = (reads[-1].usage_milli or 0) // 1000

    found = likely_causes(_case(_uses(*USUAL, used), *reads, looks=looks))

    assert [cause.title for cause in found] == ([title] if title else [])


def test_rolled_over_is_no_misread() -> None:
    """A register that went round shows less and is right."""
    after = _read(5, None, END + MONTH, rolled_over=True)
    assert _titles(_case(_uses(*USUAL, 40), after, _read(999_990, 40))) == []


def test_estimates() -> None:
    """An estimate that was too low is caught up; where both are high, the evidence is weaker."""
    caught = _case(_uses(*USUAL, 2, 16), _read(1100, 16), service=_service(16))
    assert _titles(caught) == []
    low = _case(_uses(*USUAL, 2, 16, estimated=(-2,)), _read(1100, 16))
    high = _case(_uses(*USUAL, 9, 40, estimated=(-2,)), _read(1100, 40))
    now = _case(_uses(*USUAL, 40), _read(1100, 40), service=_service(40, estimated=True))

    assert [(one.title, one.strength) for one in likely_causes(low)] == [
        ("An estimate caught up", 80)
    ]
    assert [(one.title, one.strength) for one in likely_causes(high)] == [
        ("An estimate came before", 40)
    ]
    assert _titles(now) == ["This bill is estimated"]


def test_exchange_and_check() -> None:
    """An exchange in the period and a decision of the read checks are evidence, in that order."""
    finding = Finding("40 ccf is 4 times the usual.", "accept", "Pool was filled", "maria")
    case = _case(
        _uses(*USUAL, 40), _read(1100, 40), service=_service(40, "O", "A"), findings=(finding,)
    )

    found = likely_causes(case)

    assert [one.title for one in found] == ["Meter exchanged", "The read was checked"]
    assert "Pool was filled" in found[1].evidence
    assert found[0].order is OrderType.TEST


def test_season_of_the_customers_own() -> None:
    """The same weeks of last year were high too: that is seasonal, not a leak."""
    case = _case(_uses(9, 40, 12, 9, 9, 9, 9, 9, 9, 9, 9, 9, 12, 41), _read(1100, 41))

    assert _titles(case) == ["Seasonal use, as last year"]


def test_rising_and_lasting_use() -> None:
    """Three rises of a fifth each, and two periods far above last year, speak for a leak."""
    rising = _case(_uses(*USUAL, 9, 12, 16, 24), _read(1100, 24))
    assert _titles(rising) == ["Leak: use keeps rising", "Leak or lasting use"]
    assert all(one.order is OrderType.LEAK_CHECK for one in likely_causes(rising))
    level = _case(_uses(*USUAL, 9, 9, 30, 30), _read(1100, 30))
    assert _titles(level) == ["Leak or lasting use"]


def test_what_the_record_proves() -> None:
    """Rates, days, size: as strong as can be, weighed by what each explains."""
    effects = (
        Effect(Part.USE, 1000, "use"), Effect(Part.DAYS, 3000, "days"),
        Effect(Part.RATES, 5000, "rates"), Effect(Part.TERMS, 1000, "size"),
    )  # fmt: skip

    found = likely_causes(_case(_uses(*USUAL, 9), _read(1100, 9), effects=effects))

    assert [(one.evidence, one.score) for one in found] == [
        ("rates", 50), ("days", 30), ("size", 10),
    ]  # fmt: skip


CENTS = st.integers(-100_000, 100_000)


@given(
    st.lists(st.integers(0, 60), min_size=2, max_size=26),
    st.dictionaries(st.sampled_from(list(Part)), CENTS, max_size=6),
    st.integers(0, 999_999),
    st.booleans(),
)
def test_scores(
    uses: list[int],
    parts: dict[Part, int],
    reading: int,
    estimated: bool,  # noqa: FBT001
) -> None:
    """Whatever is on file: scores lie above 0 and at most at their strength, best first."""
    effects = tuple(Effect(part, cents, part.value) for part, cents in parts.items() if cents)
    service = _service(uses[-1], estimated=estimated)
    reads = (_read(reading, uses[-1], previous=max(reading - uses[-1], 0)),)

    found = likely_causes(_case(_uses(*uses), *reads, service=service, effects=effects))

    scores = [cause.score for cause in found]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < cause.score <= cause.strength <= 100 for cause in found)
    assert all(cause.evidence for cause in found)
