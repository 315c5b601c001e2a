"""Why a bill is what it is: the parts sum to the difference, and no cause without evidence."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from bills import bill
from hypothesis import given, settings, strategies as st
from town import READ_DAY, SEWER, WATER, build_town, plan, read_all

from billing_tui.billing.bill_question import bill_question
from billing_tui.billing.bill_view import ServiceView, find_bill
from billing_tui.billing.question.effects import divided
from billing_tui.billing.question.evidence import ReadOnFile
from billing_tui.billing.question.misread import swapped_digits, usual_if_swapped
from billing_tui.billing.question.pricing import Pair
from billing_tui.billing.question.season import LEAST_NEIGHBOURS, Season
from billing_tui.billing.question.telling import Part
from billing_tui.billing.rate_book import PeriodVersions
from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import NotFound
from billing_tui.metering.tables import ReadKind
from billing_tui.rates.engine import compile_schedule
from billing_tui.rates.line import ServiceUse
from billing_tui.rates.period import CompiledVersion
from billing_tui.rates.schedule_text import read_schedule
from billing_tui.service_orders.finish_order import OrderResult, complete_orders
from billing_tui.service_orders.issue_order import OrderForm, issue_order
from billing_tui.service_orders.kinds import OrderType

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from billing_tui.access.desk import Desk

HOUSES = LEAST_NEIGHBOURS + 2
SEPTEMBER, NOVEMBER = date(2026, 9, 14), date(2026, 11, 13)
DEARER = WATER.replace("2.87", "3.11").replace("20.00, 3/4", "21.50, 3/4").replace("6.44", "6.90")
CHANGE = date(2026, 7, 1)


class Book:
    """Rates of two schedules without a database: water became dearer on `CHANGE`."""

    def __init__(self) -> None:
        last = CHANGE - timedelta(days=1)
        first = date(2000, 1, 1)
        texts = {"WATER": [(WATER, first, last), (DEARER, CHANGE, None)]}
        texts["SEWER"] = [(SEWER, first, None)]
        self.found = {
            code: [
                CompiledVersion(
                    compile_schedule(read_schedule(_without_examples(text))), start, end
                )
                for text, start, end in versions
            ]
            for code, versions in texts.items()
        }

    def versions(self, schedule: str, from_day: date, to_day: date) -> PeriodVersions:
        """Those in force in `[from_day, to_day)`."""
        fitting = [
            (at, one)
            for at, one in enumerate(self.found[schedule])
            if one.effective_from < to_day
            and (one.effective_to is None or one.effective_to >= from_day)
        ]
        return PeriodVersions(tuple(at for at, _ in fitting), tuple(one for _, one in fitting))


def _without_examples(text: str) -> str:
    return text.partition("examples:")[0]


BOOK = Book()


def _view(kind: str, rate_class: str, from_day: date, days: int, milli: int | None) -> ServiceView:
    to_day = from_day + timedelta(days=days)
    return ServiceView(
        id=1, service_id=1, kind=kind, schedule=kind.upper(), rate_class=rate_class,
        from_day=from_day, to_day=to_day, days=days, usage_milli=milli,
        unit="ccf" if milli is not None else "", estimated=False,
        attributes={"meter_size": '5/8"'}, related={}, version_ids=(), cents=0, reads=(), lines=(),
    )  # fmt: skip


def _billed(from_day: date, days: int, milli: int, size: str) -> list[ServiceView]:
    """A bill of water and sewer as a run would have made it."""
    water = replace(_view("water", "SFR", from_day, days, milli), attributes={"meter_size": size})
    sewer = _view("sewer", "RES", from_day, days, None)
    sewer = replace(sewer, related={"water_usage": str(Decimal(milli) / 1000)})
    found = []
    for at, one in enumerate((water, sewer)):
        use = ServiceUse(
            one.rate_class, one.attributes, None if at else Decimal(milli) / 1000,
            read_schedule(_without_examples(WATER)).unit if not at else None,
            one.from_day, one.to_day, {k: Decimal(v) for k, v in one.related.items()},
        )  # fmt: skip
        rated = BOOK.versions(one.schedule, one.from_day, one.to_day).rate(use)
        found.append(replace(one, id=at, lines=rated.lines, cents=rated.total_cents))
    return found


DAYS = st.dates(date(2025, 1, 1), date(2026, 12, 31))
BILLS = st.builds(
    _billed,
    DAYS,
    st.integers(1, 70),
    st.integers(0, 200_000),
    st.sampled_from(['5/8"', '3/4"', '1"']),
)


@settings(max_examples=150)
@given(BILLS, BILLS, st.decimals("0.2", "4", places=4))
def test_parts_sum_to_the_cent(
    now: list[ServiceView], then: list[ServiceView], factor: Decimal
) -> None:
    """Whatever days, use, rates and sizes: the parts of a difference are the difference."""
    pairs = [Pair(*both) for both in zip(now, then, strict=True)]
    seasons = {now[0].id: Season(factor, 20, "SFR")}

    cents = divided(pairs, seasons, BOOK)  # type: ignore[arg-type]  # it has what is asked of one

    assert sum(cents.values()) == sum(x.cents for x in now) - sum(x.cents for x in then)
    assert set(cents) == {
        Part.USE, Part.SEASON, Part.DAYS, Part.RATES, Part.TERMS, Part.TAXES,
    }  # fmt: skip


@given(DAYS, st.integers(1, 60), st.integers(0, 90_000))
def test_the_same_bill_has_no_parts(day: date, days: int, milli: int) -> None:
    """A bill compared with itself differs in nothing."""
    both = _billed(day, days, milli, '5/8"')

    cents = divided([Pair(one, one) for one in both], {}, BOOK)  # type: ignore[arg-type]

    assert not any(cents.values())


def test_each_step_is_only_its_own() -> None:
    """Only the size differs: all of it is terms; only the days: all of it is days."""
    small = _billed(date(2026, 8, 1), 30, 9000, '5/8"')
    large = _billed(date(2026, 8, 1), 30, 9000, '1"')
    longer = _billed(date(2026, 8, 1), 60, 18000, '5/8"')

    def told(now: list[ServiceView]) -> Mapping[Part, int]:
        pairs = [Pair(*both) for both in zip(now, small, strict=True)]
        found = divided(pairs, {}, BOOK)  # type: ignore[arg-type]
        return {part: cents for part, cents in found.items() if cents}

    assert set(told(large)) == {Part.TERMS, Part.TAXES}
    assert told(large)[Part.TERMS] == 3825 - 2150
    assert set(told(longer)) == {Part.DAYS, Part.TAXES}


@given(st.integers(0, 999_999), st.integers(6, 8))
def test_swapped_digits(reading: int, dials: int) -> None:
    """Every swap keeps the digits and differs from the reading."""
    for other in swapped_digits(reading, dials):
        assert other != reading
        assert sorted(f"{other:0{dials}d}") == sorted(f"{reading:0{dials}d}")


@pytest.fixture
def asked(desk: Callable[..., Desk], tmp_path: Path) -> Callable[[Mapping[int, int]], list[str]]:
    """Bill a town twice; every house used 9 ccf each month but those named in October's map."""

    def run(october: Mapping[int, int], kinds: Mapping[int, int] | None = None) -> list[str]:
        build_town(desk, HOUSES)
        days = {"2026-10": READ_DAY, "2026-11": NOVEMBER}
        used = dict.fromkeys(range(1, HOUSES + 1), 1000)
        for name, day in days.items():
            instance = plan(desk, name, day, day + timedelta(days=4))
            for house in used:
                used[house] += (october if name == "2026-11" else kinds or {}).get(house, 9)
            told = {f"M{house:06d}": reading for house, reading in used.items()}
            read_all(desk, instance, told, day, tmp_path)
            bill(desk, name)
        return [f"B26-{HOUSES + at:07d}" for at in range(1, HOUSES + 1)]

    return run


def test_the_answer(asked: Callable[..., list[str]]) -> None:
    """One house used 40 ccf where all others used 9: it is use, not season; the sums agree."""
    numbers = asked({1: 40})

    found = bill_question(numbers[0])

    assert found.last is not None
    assert found.charges is not None
    assert found.last.cents == found.charges.cents == sum(x.cents for x in found.last.effects)
    assert found.last.of(Part.USE) > 0
    assert found.last.of(Part.RATES) == 0
    told = found.last.effects[0].sentence
    assert "40 ccf were used" in told
    assert "allowing for the season, it would have been 9 ccf; that makes $" in told
    assert found.answer.startswith(f"${found.last.cents / 100:.2f} more than the last bill: use ")
    assert [use.usage_milli for use in found.uses] == [9000, 40000]


def test_what_all_neighbours_did_is_season(asked: Callable[..., list[str]]) -> None:
    """Everybody used twice as much: nothing is left for the customer's own use."""
    found = bill_question(asked(dict.fromkeys(range(1, HOUSES + 1), 18))[3])

    assert found.last is not None
    assert found.last.of(Part.SEASON) > 0
    assert abs(found.last.of(Part.USE)) <= 1
    assert found.causes[0].title == "Season and weather"


def test_no_cause_without_evidence(asked: Callable[..., list[str]]) -> None:
    """High use and nothing on file that speaks for a cause: the account is new, a person looked."""
    found = bill_question(asked({1: 41})[0])

    assert {cause.title for cause in found.causes} <= {
        "New at this address", "The read was checked",
    }  # fmt: skip


def test_a_read_that_is_lower_since(
    asked: Callable[..., list[str]], desk: Callable[..., Desk]
) -> None:
    """The crew read less than was billed: that is the first cause, and it says so."""
    number = asked({1: 57})[0]
    view = find_bill(number)
    maria = desk("maria", date(2026, 11, 20))
    place = _place(view.account_id)
    order = issue_order(
        maria, OrderForm(type=OrderType.REREAD, location_id=place, need_by=date(2026, 11, 25))
    )
    told = OrderResult(
        number=order.number, day=maria.business_day, result="read", reading=1021, confirmed=True
    )
    complete_orders(maria, [told])

    found = bill_question(number)

    assert found.causes[0].title == "Misread: the crew found less"
    assert order.number in found.causes[0].evidence
    assert "1,021" in found.causes[0].evidence


def _place(account_id: int) -> int:
    return int(rows_of("SELECT location_id FROM account WHERE id = ?", (account_id,))[0][0])


def test_swapped_to_usual() -> None:
    """1,081 read as 1,801: only the swap that makes the use a usual one is offered."""
    read = ReadOnFile(
        1, "M1", 6, 1000, NOVEMBER, 1801, ReadKind.ACTUAL, 731_000, "ccf", 30,
        rolled_over=False, derivation="", code="", previous=1070,
    )  # fmt: skip

    assert usual_if_swapped(read, 11_000) == (1081, 11_000)
    assert usual_if_swapped(read, 300_000) is None


def test_first_bill(asked: Callable[..., list[str]]) -> None:
    """The first bill of an account has nothing to be held against, and says so."""
    asked({})

    found = bill_question("B26-0000002")

    assert found.last is None
    assert [cause.title for cause in found.causes] == ["First bill"]
    assert found.answer.startswith("The first bill here")


def test_unknown(office: object) -> None:
    """A number that is no bill and no account."""
    with pytest.raises(NotFound):
        bill_question("B26-9999999")
    assert office
